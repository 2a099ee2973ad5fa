/* What a node has counted, as a message. */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <steme/clock.h>
#include <stemedb/api/v1/steme.pb-c.h>

#include "common/api_messages.h"
#include "common/text.h"
#include "steme/server/node_queue.h"
#include "steme/server/service.h"

enum { NS_PER_MS = 1000000, NS_PER_S = 1000000000, GAUGE_COUNT = 11 };
enum {
    LINE_COUNT_MAX =
        METRICS_COUNTER_COUNT + METRICS_STATUS_COUNT + METRICS_HISTOGRAM_COUNT + GAUGE_COUNT,
};

/* Everything that the message points to. */
typedef struct metrics_page {
    Stemedb__Api__V1__Metric lines[LINE_COUNT_MAX];
    Stemedb__Api__V1__Metric *line_pointers[LINE_COUNT_MAX];
    size_t line_count;
    uint64_t bounds[METRICS_BUCKET_COUNT];
    uint64_t counts[METRICS_HISTOGRAM_COUNT][METRICS_BUCKET_COUNT];
    metrics_origin origins[METRICS_ORIGIN_COUNT_MAX];
    Stemedb__Api__V1__Origin origin_lines[METRICS_ORIGIN_COUNT_MAX];
    Stemedb__Api__V1__Origin *origin_pointers[METRICS_ORIGIN_COUNT_MAX];
    size_t origin_count;
} metrics_page;

static Stemedb__Api__V1__Metric *add_line(metrics_page *page, const char *name, uint64_t value)
{
    Stemedb__Api__V1__Metric *line = &page->lines[page->line_count];
    stemedb__api__v1__metric__init(line);
    line->name = (char *)(uintptr_t)name;
    line->value = value;
    page->line_pointers[page->line_count++] = line;
    return line;
}

static uint64_t load(const atomic_uint_least64_t *counter)
{
    return atomic_load_explicit(counter, memory_order_relaxed);
}

static void add_counters(metrics_page *page, const metrics *counted)
{
    for (int i = 0; i < METRICS_COUNTER_COUNT; i++) {
        add_line(page, metrics_counter_name((metrics_counter)i), load(&counted->counters[i]));
    }
    for (int i = 0; i < METRICS_STATUS_COUNT; i++) {
        uint64_t count = load(&counted->refused[i]);
        if (count > 0) {
            Stemedb__Api__V1__Metric *line = add_line(page, "records_refused_total", count);
            line->label = (char *)(uintptr_t)api_status_name((steme_status)i);
        }
    }
}

static void add_histograms(metrics_page *page, const metrics *counted)
{
    for (size_t bucket = 0; bucket < METRICS_BUCKET_COUNT; bucket++) {
        page->bounds[bucket] = metrics_bucket_bound(bucket);
    }
    for (int i = 0; i < METRICS_HISTOGRAM_COUNT; i++) {
        const metrics_buckets *buckets = &counted->histograms[i];
        Stemedb__Api__V1__Metric *line =
            add_line(page, metrics_histogram_name((metrics_histogram)i), load(&buckets->sum));
        for (size_t bucket = 0; bucket < METRICS_BUCKET_COUNT; bucket++) {
            page->counts[i][bucket] = load(&buckets->counts[bucket]);
        }
        line->bounds = page->bounds;
        line->n_bounds = METRICS_BUCKET_COUNT;
        line->counts = page->counts[i];
        line->n_counts = METRICS_BUCKET_COUNT;
    }
}

static steme_status add_gauges(metrics_page *page, const service *self, steme_error *error)
{
    node_queues queues;
    steme_stat stat;
    steme_space space = {0};
    steme_status status = steme_store_stat(self->store, &stat, error);
    if (status == STEME_OK) {
        status = steme_store_space(self->store, &space, error);
    }
    if (status != STEME_OK) {
        return status;
    }
    node_view_queues(self->node, &queues);
    add_line(page, "records", stat.record_count);
    add_line(page, "absent_bodies", stat.absent_count);
    add_line(page, "queued_events", queues.event_count);
    add_line(page, "queued_jobs", jobs_waiting_count(self->jobs));
    add_line(page, "queued_bytes", queues.queued_size);
    add_line(page, "queued_push_bytes", queues.push_size);
    add_line(page, "open_streams", queues.stream_count);
    add_line(page, "disk_free_bytes", space.free_size);
    add_line(page, "disk_free_min_bytes", space.free_size_min);
    add_line(page, "peer_free_min_bytes", space.peer_free_size_min);
    add_line(page, "disk_refuses_peers", node_refusal(self->node) != NULL);
    return STEME_OK;
}

static steme_status read_vector(steme_store *store, steme_vector *out_vector, steme_error *error)
{
    steme_snapshot *snapshot = NULL;
    steme_vector votes;
    steme_vector_init(&votes);
    steme_status status = steme_snapshot_open(store, &snapshot, error);
    if (status == STEME_OK) {
        status = steme_snapshot_vector(snapshot, STEME_VECTOR_OF_ASSERTIONS, out_vector, error);
    }
    if (status == STEME_OK) {
        status = steme_snapshot_vector(snapshot, STEME_VECTOR_OF_VOTES, &votes, error);
    }
    if (status == STEME_OK) {
        status = steme_vector_merge(out_vector, &votes, error);
    }
    steme_vector_deinit(&votes);
    steme_snapshot_close(snapshot);
    return status;
}

static uint64_t count_from(const metrics_origin *counted, size_t count, const uint8_t *id)
{
    for (size_t i = 0; i < count; i++) {
        if (memcmp(counted[i].newest.node, id, STEME_NODE_SIZE) == 0) {
            return counted[i].record_count;
        }
    }
    return 0;
}

static int compare_newest(const void *left, const void *right)
{
    const metrics_origin *a = left;
    const metrics_origin *b = right;
    return steme_stamp_compare(&b->newest, &a->newest);
}

/* The store's clock has all origins, of before the start too; how many records came is counted. */
static steme_status find_origins(metrics_page *page, const service *self, steme_error *error)
{
    steme_vector vector;
    steme_vector_init(&vector);
    steme_status status = read_vector(self->store, &vector, error);
    if (status == STEME_OK) {
        metrics_origin counted[METRICS_ORIGIN_COUNT_MAX];
        size_t count = metrics_copy_origins(self->metrics, counted);
        metrics_origin *all = text_allocate((vector.count + 1) * sizeof *all);
        for (size_t i = 0; i < vector.count; i++) {
            all[i].newest = vector.stamps[i];
            all[i].record_count = count_from(counted, count, vector.stamps[i].node);
        }
        qsort(all, vector.count, sizeof *all, compare_newest);
        page->origin_count =
            vector.count < METRICS_ORIGIN_COUNT_MAX ? vector.count : METRICS_ORIGIN_COUNT_MAX;
        memcpy(page->origins, all, page->origin_count * sizeof *all);
        free(all);
    }
    steme_vector_deinit(&vector);
    return status;
}

static void add_origins(metrics_page *page)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    uint64_t now_ns = (uint64_t)now.tv_sec * NS_PER_S + (uint64_t)now.tv_nsec;
    for (size_t i = 0; i < page->origin_count; i++) {
        Stemedb__Api__V1__Origin *line = &page->origin_lines[i];
        metrics_origin *origin = &page->origins[i];
        uint64_t stamp_ns = origin->newest.time_ns;
        stemedb__api__v1__origin__init(line);
        line->node = (ProtobufCBinaryData){sizeof origin->newest.node, origin->newest.node};
        line->newest_time_ns = stamp_ns;
        line->newest_counter = origin->newest.counter;
        line->records = origin->record_count;
        line->lag_ms = now_ns > stamp_ns ? (now_ns - stamp_ns) / NS_PER_MS : 0;
        page->origin_pointers[i] = line;
    }
}

static void answer_page(const service *self, metrics_page *page, service_answer *out_answer)
{
    steme_error error = {0};
    Stemedb__Api__V1__MetricsResponse response = STEMEDB__API__V1__METRICS_RESPONSE__INIT;
    if (add_gauges(page, self, &error) != STEME_OK ||
        find_origins(page, self, &error) != STEME_OK) {
        service_fail(out_answer, rpc_code_of(error.status), error.message);
        return;
    }
    add_counters(page, self->metrics);
    add_histograms(page, self->metrics);
    add_origins(page);
    response.uptime_ms = (node_now() - self->metrics->started_ns) / NS_PER_MS;
    response.n_metrics = page->line_count;
    response.metrics = page->line_pointers;
    response.n_origins = page->origin_count;
    response.origins = page->origin_pointers;
    service_succeed(out_answer, &response.base);
}

void service_list_metrics(const service *self, steme_span request, service_answer *out_answer)
{
    Stemedb__Api__V1__MetricsRequest *asked =
        stemedb__api__v1__metrics_request__unpack(NULL, request.size, request.bytes);
    if (asked == NULL) {
        service_fail(out_answer, GRPC_STATUS_INVALID_ARGUMENT, "not a MetricsRequest");
        return;
    }
    metrics_page *page = text_allocate(sizeof *page);
    page->line_count = 0;
    page->origin_count = 0;
    answer_page(self, page, out_answer);
    free(page);
    stemedb__api__v1__metrics_request__free_unpacked(asked, NULL);
}
