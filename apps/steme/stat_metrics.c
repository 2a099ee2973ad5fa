#include "steme/stat_metrics.h"

#include <string.h>

#include <stemedb/api/v1/steme.pb-c.h>

#include "common/record_json.h"
#include "common/table.h"
#include "steme/remote.h"

enum { HALF_PERCENT = 50, TAIL_PERCENT = 99, PERCENT = 100, MS_PER_S = 1000 };

static uint64_t count_of(const Stemedb__Api__V1__Metric *metric)
{
    uint64_t count = 0;
    for (size_t i = 0; i < metric->n_counts; i++) {
        count += metric->counts[i];
    }
    return count;
}

/* The bound that `percent` of the values do not exceed. */
static uint64_t bound_of(const Stemedb__Api__V1__Metric *metric, uint64_t percent)
{
    uint64_t count = count_of(metric);
    uint64_t seen = 0;
    for (size_t i = 0; i < metric->n_counts && i < metric->n_bounds; i++) {
        seen += metric->counts[i];
        if ((double)seen * PERCENT >= (double)count * (double)percent) {
            return metric->bounds[i];
        }
    }
    return 0;
}

/* ---- JSON --------------------------------------------------------------------------------- */

static json_t *text_to_json(const char *text)
{
    return json_string(text_is_utf8(text, strlen(text)) ? text : "");
}

static json_t *count_to_json(uint64_t count)
{
    return json_integer((json_int_t)(count > INT64_MAX ? INT64_MAX : count));
}

static json_t *buckets_to_json(const Stemedb__Api__V1__Metric *metric)
{
    json_t *list = json_array();
    for (size_t i = 0; i < metric->n_counts && i < metric->n_bounds; i++) {
        json_t *bucket = json_object();
        int is_last = metric->bounds[i] == UINT64_MAX;
        output_set(bucket, "up_to", is_last ? json_null() : count_to_json(metric->bounds[i]));
        output_set(bucket, "count", count_to_json(metric->counts[i]));
        json_array_append_new(list, bucket);
    }
    return list;
}

static json_t *metric_to_json(const Stemedb__Api__V1__Metric *metric)
{
    json_t *object = json_object();
    output_set(object, "name", text_to_json(metric->name));
    if (metric->label[0] != '\0') {
        output_set(object, "label", text_to_json(metric->label));
    }
    if (metric->n_bounds > 0) {
        output_set(object, "count", count_to_json(count_of(metric)));
        output_set(object, "sum", count_to_json(metric->value));
        output_set(object, "buckets", buckets_to_json(metric));
    } else {
        output_set(object, "value", count_to_json(metric->value));
    }
    return object;
}

static json_t *origin_to_json(const Stemedb__Api__V1__Origin *origin)
{
    json_t *object = json_object();
    output_set(object, "node", record_hex_to_json(origin->node.data, origin->node.len));
    output_set(object, "newest_ns", count_to_json(origin->newest_time_ns));
    output_set(object, "newest_counter", count_to_json(origin->newest_counter));
    output_set(object, "lag_ms", count_to_json(origin->lag_ms));
    output_set(object, "records", count_to_json(origin->records));
    return object;
}

static void print_json(const Stemedb__Api__V1__MetricsResponse *answer)
{
    json_t *document = output_object();
    json_t *list = json_array();
    json_t *origins = json_array();
    for (size_t i = 0; i < answer->n_metrics; i++) {
        json_array_append_new(list, metric_to_json(answer->metrics[i]));
    }
    for (size_t i = 0; i < answer->n_origins; i++) {
        json_array_append_new(origins, origin_to_json(answer->origins[i]));
    }
    output_set(document, "uptime_ms", count_to_json(answer->uptime_ms));
    output_set(document, "metrics", list);
    output_set(document, "origins", origins);
    output_json_document(document);
}

/* ---- Tables ------------------------------------------------------------------------------- */

static void add_count(table *rows, uint64_t count)
{
    text_buffer text = TEXT_EMPTY;
    if (count == UINT64_MAX) {
        text_append(&text, "more");
    } else {
        text_append_count(&text, count);
    }
    table_add(rows, text_get(&text));
    text_deinit(&text);
}

static void add_name(table *rows, const Stemedb__Api__V1__Metric *metric)
{
    text_buffer text = TEXT_EMPTY;
    text_append_escaped(&text, text_span(metric->name));
    if (metric->label[0] != '\0') {
        text_append(&text, " ");
        text_append_escaped(&text, text_span(metric->label));
    }
    table_add(rows, text_get(&text));
    text_deinit(&text);
}

static void print_counts(const Stemedb__Api__V1__MetricsResponse *answer)
{
    static const table_column columns[] = {{.title = "count"}, {.title = "", .is_right = 1}};
    table *rows = table_open(stdout, columns, sizeof columns / sizeof columns[0]);
    for (size_t i = 0; i < answer->n_metrics; i++) {
        if (answer->metrics[i]->n_bounds == 0) {
            add_name(rows, answer->metrics[i]);
            add_count(rows, answer->metrics[i]->value);
        }
    }
    table_close(rows);
}

static void print_distributions(const Stemedb__Api__V1__MetricsResponse *answer)
{
    static const table_column columns[] = {
        {.title = "distribution"},
        {.title = "count", .is_right = 1},
        {.title = "mean", .is_right = 1},
        {.title = "50 % within", .is_right = 1, .drop = 2},
        {.title = "99 % within", .is_right = 1, .drop = 1},
    };
    table *rows = table_open(stdout, columns, sizeof columns / sizeof columns[0]);
    for (size_t i = 0; i < answer->n_metrics; i++) {
        const Stemedb__Api__V1__Metric *metric = answer->metrics[i];
        uint64_t count = count_of(metric);
        if (count > 0) {
            add_name(rows, metric);
            add_count(rows, count);
            add_count(rows, metric->value / count);
            add_count(rows, bound_of(metric, HALF_PERCENT));
            add_count(rows, bound_of(metric, TAIL_PERCENT));
        }
    }
    table_close(rows);
}

static void add_seconds(table *rows, uint64_t ms)
{
    text_buffer text = TEXT_EMPTY;
    text_append_format(&text, "%.1f s", (double)ms / MS_PER_S);
    table_add(rows, text_get(&text));
    text_deinit(&text);
}

static void print_origins(const Stemedb__Api__V1__MetricsResponse *answer)
{
    static const table_column columns[] = {
        {.title = "records from"},
        {.title = "newest, ago", .is_right = 1},
        {.title = "new here", .is_right = 1},
    };
    table *rows = table_open(stdout, columns, sizeof columns / sizeof columns[0]);
    for (size_t i = 0; i < answer->n_origins; i++) {
        text_buffer text = TEXT_EMPTY;
        const Stemedb__Api__V1__Origin *origin = answer->origins[i];
        text_append_hex(&text, origin->node.data, origin->node.len);
        table_add(rows, text_get(&text));
        add_seconds(rows, origin->lag_ms);
        add_count(rows, origin->records);
        text_deinit(&text);
    }
    table_close(rows);
}

int stat_metrics_run(const arguments *given)
{
    int exit_code = COMMAND_USAGE;
    Stemedb__Api__V1__MetricsRequest request = STEMEDB__API__V1__METRICS_REQUEST__INIT;
    ProtobufCMessage *message = NULL;
    if (!remote_ask(given, "/stemedb.api.v1.StemeService/Metrics", &request.base,
                    &stemedb__api__v1__metrics_response__descriptor, &message, &exit_code)) {
        return exit_code;
    }
    const Stemedb__Api__V1__MetricsResponse *answer =
        (const Stemedb__Api__V1__MetricsResponse *)message;
    if (arguments_has(given, "json")) {
        print_json(answer);
    } else {
        print_counts(answer);
        print_distributions(answer);
        print_origins(answer);
    }
    protobuf_c_message_free_unpacked(message, NULL);
    return COMMAND_DONE;
}
