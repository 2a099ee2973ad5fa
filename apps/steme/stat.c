/* steme stat -- what a store holds, and how much room it takes. */
#include "common/record_json.h"
#include "steme/commands.h"
#include "steme/stat_metrics.h"

static const char *refusal_text(database_refusal refusal)
{
    switch (refusal) {
    case DATABASE_DISK_IS_FULL:
        return "the disk is nearly full: make room";
    case DATABASE_STORE_FAILED:
        return "a write failed: no records are taken until the node is started again";
    case DATABASE_REFUSES_NOTHING:
        break;
    }
    return NULL;
}

static json_t *room_to_json(const database_room *room)
{
    const char *refusal = refusal_text(room->refusal);
    json_t *object = json_object();
    output_set(object, "free_bytes", json_integer((json_int_t)room->space.free_size));
    output_set(object, "free_bytes_min", json_integer((json_int_t)room->space.free_size_min));
    output_set(object, "peer_free_bytes_min",
               json_integer((json_int_t)room->space.peer_free_size_min));
    output_set(object, "refuses_peers", json_boolean(refusal != NULL));
    if (refusal != NULL) {
        output_set(object, "refuses_peers_because", json_string(refusal));
    }
    return object;
}

static void print_json(const steme_stat *stat, const database_room *room)
{
    json_t *document = output_object();
    output_set(document, "store_id", record_hex_to_json(stat->store_id, sizeof stat->store_id));
    output_set(document, "node", record_hex_to_json(stat->node, sizeof stat->node));
    output_set(document, "records", json_integer((json_int_t)stat->record_count));
    output_set(document, "absent", json_integer((json_int_t)stat->absent_count));
    output_set(document, "forgotten", json_integer((json_int_t)stat->forgotten_count));
    output_set(document, "indexed", json_integer((json_int_t)stat->indexed_count));
    output_set(document, "log_bytes", json_integer((json_int_t)stat->log_size));
    output_set(document, "index_bytes", json_integer((json_int_t)stat->index_size));
    output_set(document, "segments", json_integer((json_int_t)stat->segment_count));
    output_set(document, "runs", json_integer((json_int_t)stat->run_count));
    output_set(document, "holes", json_integer((json_int_t)stat->hole_count));
    output_set(document, "hole_bytes", json_integer((json_int_t)stat->hole_size));
    output_set(document, "root", record_hex_to_json(stat->root.bytes, sizeof stat->root.bytes));
    output_set(document, "disk", room_to_json(room));
    output_json_document(document);
}

static void print_line(const char *name, const text_buffer *value)
{
    printf("%s%-9s%s %s\n", terminal_begin(stdout, TERMINAL_DIM), name,
           terminal_begin(stdout, TERMINAL_PLAIN), text_get(value));
}

static void print_count(const char *name, uint64_t count, const char *one, const char *many)
{
    text_buffer value = TEXT_EMPTY;
    text_append_number_of(&value, count, one, many);
    print_line(name, &value);
    text_deinit(&value);
}

static void print_hex(const char *name, const void *bytes, size_t size)
{
    text_buffer value = TEXT_EMPTY;
    text_append_hex(&value, bytes, size);
    print_line(name, &value);
    text_deinit(&value);
}

static void print_size(const char *name, uint64_t size_bytes, uint64_t count, const char *one,
                       const char *many)
{
    text_buffer value = TEXT_EMPTY;
    text_append_size(&value, size_bytes);
    text_append(&value, " in ");
    text_append_number_of(&value, count, one, many);
    print_line(name, &value);
    text_deinit(&value);
}

static void print_indexed(const steme_stat *stat)
{
    text_buffer value = TEXT_EMPTY;
    text_append_count(&value, stat->indexed_count);
    text_append(&value, " on disk");
    if (stat->indexed_count < stat->record_count) {
        text_append(&value, ", ");
        text_append_count(&value, stat->record_count - stat->indexed_count);
        text_append(&value, " in memory");
    }
    print_line("indexed", &value);
    text_deinit(&value);
}

static void print_room(const database_room *room)
{
    text_buffer value = TEXT_EMPTY;
    const char *refusal = refusal_text(room->refusal);
    text_append_size(&value, room->space.free_size);
    text_append(&value, " free on the disk; below ");
    text_append_size(&value, room->space.peer_free_size_min);
    text_append(&value, " nothing is taken from peers, below ");
    text_append_size(&value, room->space.free_size_min);
    text_append(&value, " nothing at all");
    print_line("room", &value);
    if (refusal != NULL) {
        text_clear(&value);
        text_append_format(&value, "peers' records: %s", refusal);
        print_line("refused", &value);
    }
    text_deinit(&value);
}

static void print_text(const steme_stat *stat, const database_room *room)
{
    text_buffer records = TEXT_EMPTY;
    text_append_count(&records, stat->record_count);
    print_line("records", &records);
    text_deinit(&records);
    if (stat->absent_count > 0) {
        print_count("absent", stat->absent_count,
                    "id is held without its record; see `steme verify`",
                    "ids are held without their records; see `steme verify`");
    }
    if (stat->forgotten_count > 0) {
        print_count("forgotten", stat->forgotten_count, "of these, by `steme forget`",
                    "of these, by `steme forget`");
    }
    print_indexed(stat);
    print_size("log", stat->log_size, stat->segment_count, "segment", "segments");
    print_size("index", stat->index_size, stat->run_count, "run", "runs");
    if (stat->record_count > 0) {
        print_count("each", (stat->log_size + stat->index_size) / stat->record_count,
                    "byte of disk per record", "bytes of disk per record");
    }
    if (stat->hole_count > 0) {
        print_size("unread", stat->hole_size, stat->hole_count, "hole of the log",
                   "holes of the log");
    }
    print_room(room);
    print_hex("root", stat->root.bytes, sizeof stat->root.bytes);
    print_hex("store", stat->store_id, sizeof stat->store_id);
    print_hex("node", stat->node, sizeof stat->node);
}

static int run(const arguments *given)
{
    steme_error error = {0};
    steme_stat stat;
    database_room room;
    int exit_code = COMMAND_DONE;
    if (arguments_has(given, "metrics")) {
        return stat_metrics_run(given);
    }
    database *records = command_open_node_or_folder(given, &exit_code);
    if (records == NULL) {
        return exit_code;
    }
    if (database_stat(records, &stat, &room, &error) != STEME_OK) {
        exit_code = command_fail(&error);
    } else if (arguments_has(given, "json")) {
        print_json(&stat, &room);
    } else {
        print_text(&stat, &room);
    }
    command_close_database(records);
    return exit_code;
}

static const arguments_option options[] = {
    COMMAND_OPTIONS_DATABASE,
    {.name = "metrics",
     .help = "of a node: what it has counted since it started, and how late records came"},
    COMMAND_OPTION_JSON,
    {.name = NULL},
};

static const char *const examples[] = {
    "steme stat --db claims",
    "steme stat --db claims --json",
    "steme stat --server 127.0.0.1:7601 --metrics",
    NULL,
};

const command command_stat = {
    .name = "stat",
    .operands = "",
    .summary = "say what the store holds and what room it takes",
    .details =
        "Also how much is free on the disk, and whether and why nothing is taken from peers: as\n"
        "the node says that is asked, or that serves the folder.\n"
        "With --metrics it asks a node (--server, or the one that serves --db): sessions, bytes,\n"
        "records and why some were refused, queues, times, and for each node in whose stamps\n"
        "records came the newest of them. Of a distribution the mean is printed, and bounds that\n"
        "50 % and 99 % of the values do not exceed.\n",
    .options = options,
    .examples = examples,
    .run = run,
};
