/* metrics.h -- what a node counts, since it started.
 *
 * Threads:  any; counters are lock-free, origins behind a lock that is held for moments.
 * Lifetime: a metrics outlives what counts in it. */
#ifndef STEME_SERVER_METRICS_H
#define STEME_SERVER_METRICS_H

#include <pthread.h>
#include <stdatomic.h>

#include <steme/replica.h>

enum {
    METRICS_BUCKET_COUNT = 16,
    METRICS_ORIGIN_COUNT_MAX = 256,
    METRICS_STATUS_COUNT = 32, /* above every steme_status */
};

typedef enum metrics_counter {
    METRICS_SESSIONS_EQUAL,
    METRICS_SESSIONS_DIFFERENT, /* ended well, with sets that differ still */
    METRICS_SESSIONS_FAILED,
    METRICS_SESSIONS_BEGUN_HERE, /* of all */
    METRICS_STEP_ROOTS,
    METRICS_STEP_SKETCH,
    METRICS_STEP_TRIE,
    METRICS_STEP_BULK,
    METRICS_SESSION_BYTES_SENT,
    METRICS_SESSION_BYTES_RECEIVED,
    METRICS_SESSION_RECORD_BYTES_SENT,
    METRICS_SESSION_RECORD_BYTES_RECEIVED,
    METRICS_SESSION_RECORDS_SENT,
    METRICS_SESSION_RECORDS_RECEIVED,
    METRICS_STREAM_BYTES_SENT, /* frames of sessions and gossip */
    METRICS_STREAM_BYTES_RECEIVED,
    METRICS_STREAMS_ACCEPTED,
    METRICS_STREAMS_OPENED,
    METRICS_RECORDS_NEW,
    METRICS_RECORDS_HELD, /* came again */
    METRICS_APPENDS_FAILED,
    METRICS_STREAMS_OVER_BUDGET, /* ended here, for what the peer cost of a processor */
    METRICS_COUNTER_COUNT,
} metrics_counter;

typedef enum metrics_histogram {
    METRICS_SESSION_MS,
    METRICS_SESSION_HALF_ROUND_TRIPS,
    METRICS_APPEND_US,      /* one call of the store: a batch, made durable */
    METRICS_APPEND_RECORDS, /* of a batch */
    METRICS_DELIVERY_MS,    /* from a record's stamp to its arrival from another node */
    METRICS_HISTOGRAM_COUNT,
} metrics_histogram;

typedef struct metrics_origin {
    steme_stamp newest; /* of the records that came; its node is the origin */
    uint64_t record_count;
} metrics_origin;

/* Counts of values up to 1, 4, 16, … 4^14, and beyond. */
typedef struct metrics_buckets {
    atomic_uint_least64_t counts[METRICS_BUCKET_COUNT];
    atomic_uint_least64_t sum;
} metrics_buckets;

typedef struct metrics {
    atomic_uint_least64_t counters[METRICS_COUNTER_COUNT];
    atomic_uint_least64_t refused[METRICS_STATUS_COUNT]; /* records, by steme_status */
    metrics_buckets histograms[METRICS_HISTOGRAM_COUNT];
    uint64_t started_ns;  /* monotonic */
    pthread_mutex_t lock; /* guards what follows */
    metrics_origin origins[METRICS_ORIGIN_COUNT_MAX];
    size_t origin_count; /* further ones are not listed */
} metrics;

void metrics_init(metrics *self);
void metrics_deinit(metrics *self);

/* All that count accept NULL, and then do nothing. */
void metrics_add(metrics *self, metrics_counter counter, uint64_t count);
void metrics_observe(metrics *self, metrics_histogram histogram, uint64_t value);
void metrics_note_session(metrics *self, const steme_session_report *report);
/* One call of the store, and what became of its records. */
void metrics_note_append(metrics *self, const steme_append *items, size_t count,
                         steme_status status, uint64_t duration_ns);
/* Records that came from another node and are new here. */
void metrics_note_delivery(metrics *self, const steme_stored *records, size_t count);

/* Names of the form of Prometheus, without "steme_". */
const char *metrics_counter_name(metrics_counter counter);
const char *metrics_histogram_name(metrics_histogram histogram);
uint64_t metrics_bucket_bound(size_t bucket); /* UINT64_MAX for the last */
/* Those of new records since the start. Gives their number. */
size_t metrics_copy_origins(metrics *self, metrics_origin out_origins[METRICS_ORIGIN_COUNT_MAX]);

#endif
