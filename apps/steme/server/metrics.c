#include "steme/server/metrics.h"

#include <string.h>
#include <time.h>

#include <steme/clock.h>

#include "steme/server/node_queue.h"

enum { NS_PER_US = 1000, NS_PER_MS = 1000000, NS_PER_S = 1000000000, BUCKET_SHIFT = 2 };

void metrics_init(metrics *self)
{
    memset(self, 0, sizeof *self);
    self->started_ns = node_now();
    pthread_mutex_init(&self->lock, NULL);
}

void metrics_deinit(metrics *self)
{
    pthread_mutex_destroy(&self->lock);
}

static void count_up(atomic_uint_least64_t *counter, uint64_t count)
{
    atomic_fetch_add_explicit(counter, count, memory_order_relaxed);
}

void metrics_add(metrics *self, metrics_counter counter, uint64_t count)
{
    if (self != NULL) {
        count_up(&self->counters[counter], count);
    }
}

uint64_t metrics_bucket_bound(size_t bucket)
{
    return bucket + 1 < METRICS_BUCKET_COUNT ? (uint64_t)1 << (BUCKET_SHIFT * bucket) : UINT64_MAX;
}

void metrics_observe(metrics *self, metrics_histogram histogram, uint64_t value)
{
    if (self == NULL) {
        return;
    }
    metrics_buckets *buckets = &self->histograms[histogram];
    size_t bucket = 0;
    while (value > metrics_bucket_bound(bucket)) {
        bucket++;
    }
    count_up(&buckets->counts[bucket], 1);
    count_up(&buckets->sum, value);
}

void metrics_note_session(metrics *self, const steme_session_report *report)
{
    static const struct {
        unsigned step;
        metrics_counter counter;
    } steps[] = {{STEME_STEP_ROOTS, METRICS_STEP_ROOTS},
                 {STEME_STEP_SKETCH, METRICS_STEP_SKETCH},
                 {STEME_STEP_TRIE, METRICS_STEP_TRIE},
                 {STEME_STEP_BULK, METRICS_STEP_BULK}};
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        metrics_add(self, steps[i].counter, (report->steps & steps[i].step) != 0);
    }
    metrics_add(self,
                report->failure != NULL ? METRICS_SESSIONS_FAILED
                : report->is_equal      ? METRICS_SESSIONS_EQUAL
                                        : METRICS_SESSIONS_DIFFERENT,
                1);
    metrics_add(self, METRICS_SESSIONS_BEGUN_HERE, report->is_initiator != 0);
    metrics_add(self, METRICS_SESSION_BYTES_SENT, report->bytes_sent);
    metrics_add(self, METRICS_SESSION_BYTES_RECEIVED, report->bytes_received);
    metrics_add(self, METRICS_SESSION_RECORD_BYTES_SENT, report->body_bytes_sent);
    metrics_add(self, METRICS_SESSION_RECORD_BYTES_RECEIVED, report->body_bytes_received);
    metrics_add(self, METRICS_SESSION_RECORDS_SENT, report->records_sent);
    metrics_add(self, METRICS_SESSION_RECORDS_RECEIVED, report->records_received);
    metrics_observe(self, METRICS_SESSION_MS, report->duration_ns / NS_PER_MS);
    if (report->failure == NULL) {
        metrics_observe(self, METRICS_SESSION_HALF_ROUND_TRIPS, report->round_trips_half);
    }
}

/* ---- Records and their origins ------------------------------------------------------------ */

/* Under the lock. */
static void note_origin(metrics *self, const steme_stamp *stamp)
{
    size_t place = 0;
    while (place < self->origin_count &&
           memcmp(self->origins[place].newest.node, stamp->node, sizeof stamp->node) != 0) {
        place++;
    }
    if (place == METRICS_ORIGIN_COUNT_MAX) {
        return;
    }
    metrics_origin *origin = &self->origins[place];
    if (place == self->origin_count) {
        self->origin_count++;
        *origin = (metrics_origin){.newest = *stamp};
    } else if (steme_stamp_compare(stamp, &origin->newest) > 0) {
        origin->newest = *stamp;
    }
    origin->record_count++;
}

static void note_new(metrics *self, steme_span bytes)
{
    steme_record record;
    metrics_add(self, METRICS_RECORDS_NEW, 1);
    if (steme_record_parse(bytes, &record, NULL) == STEME_OK) {
        pthread_mutex_lock(&self->lock);
        note_origin(self, &record.stamp);
        pthread_mutex_unlock(&self->lock);
    }
}

void metrics_note_append(metrics *self, const steme_append *items, size_t count,
                         steme_status status, uint64_t duration_ns)
{
    metrics_observe(self, METRICS_APPEND_US, duration_ns / NS_PER_US);
    metrics_observe(self, METRICS_APPEND_RECORDS, count);
    if (self == NULL || status != STEME_OK) {
        metrics_add(self, METRICS_APPENDS_FAILED, 1);
        return;
    }
    for (size_t i = 0; i < count; i++) {
        if (items[i].status != STEME_OK) {
            count_up(&self->refused[(size_t)items[i].status % METRICS_STATUS_COUNT], 1);
        } else if (items[i].was_held) {
            metrics_add(self, METRICS_RECORDS_HELD, 1);
        } else {
            note_new(self, items[i].record);
        }
    }
}

void metrics_note_delivery(metrics *self, const steme_stored *records, size_t count)
{
    struct timespec now;
    if (self == NULL) {
        return;
    }
    clock_gettime(CLOCK_REALTIME, &now);
    uint64_t now_ns = (uint64_t)now.tv_sec * NS_PER_S + (uint64_t)now.tv_nsec;
    for (size_t i = 0; i < count; i++) {
        steme_record record;
        if (records[i].status == STEME_OK && !records[i].was_held &&
            steme_record_parse(records[i].record, &record, NULL) == STEME_OK) {
            uint64_t stamp_ns = record.stamp.time_ns;
            metrics_observe(self, METRICS_DELIVERY_MS,
                            now_ns > stamp_ns ? (now_ns - stamp_ns) / NS_PER_MS : 0);
        }
    }
}

size_t metrics_copy_origins(metrics *self, metrics_origin out_origins[METRICS_ORIGIN_COUNT_MAX])
{
    pthread_mutex_lock(&self->lock);
    size_t count = self->origin_count;
    memcpy(out_origins, self->origins, count * sizeof *out_origins);
    pthread_mutex_unlock(&self->lock);
    return count;
}

/* ---- Names -------------------------------------------------------------------------------- */

const char *metrics_counter_name(metrics_counter counter)
{
    static const char *const names[METRICS_COUNTER_COUNT] = {
        [METRICS_SESSIONS_EQUAL] = "sessions_equal_total",
        [METRICS_SESSIONS_DIFFERENT] = "sessions_different_total",
        [METRICS_SESSIONS_FAILED] = "sessions_failed_total",
        [METRICS_SESSIONS_BEGUN_HERE] = "sessions_begun_here_total",
        [METRICS_STEP_ROOTS] = "session_steps_roots_total",
        [METRICS_STEP_SKETCH] = "session_steps_sketch_total",
        [METRICS_STEP_TRIE] = "session_steps_trie_total",
        [METRICS_STEP_BULK] = "session_steps_bulk_total",
        [METRICS_SESSION_BYTES_SENT] = "session_sent_bytes_total",
        [METRICS_SESSION_BYTES_RECEIVED] = "session_received_bytes_total",
        [METRICS_SESSION_RECORD_BYTES_SENT] = "session_sent_record_bytes_total",
        [METRICS_SESSION_RECORD_BYTES_RECEIVED] = "session_received_record_bytes_total",
        [METRICS_SESSION_RECORDS_SENT] = "session_sent_records_total",
        [METRICS_SESSION_RECORDS_RECEIVED] = "session_received_records_total",
        [METRICS_STREAM_BYTES_SENT] = "stream_sent_bytes_total",
        [METRICS_STREAM_BYTES_RECEIVED] = "stream_received_bytes_total",
        [METRICS_STREAMS_ACCEPTED] = "streams_accepted_total",
        [METRICS_STREAMS_OPENED] = "streams_opened_total",
        [METRICS_RECORDS_NEW] = "records_new_total",
        [METRICS_RECORDS_HELD] = "records_held_already_total",
        [METRICS_APPENDS_FAILED] = "appends_failed_total",
        [METRICS_STREAMS_OVER_BUDGET] = "streams_over_budget_total",
    };
    return names[counter];
}

const char *metrics_histogram_name(metrics_histogram histogram)
{
    static const char *const names[METRICS_HISTOGRAM_COUNT] = {
        [METRICS_SESSION_MS] = "session_milliseconds",
        [METRICS_SESSION_HALF_ROUND_TRIPS] = "session_half_round_trips",
        [METRICS_APPEND_US] = "append_microseconds",
        [METRICS_APPEND_RECORDS] = "append_records",
        [METRICS_DELIVERY_MS] = "delivery_milliseconds",
    };
    return names[histogram];
}
