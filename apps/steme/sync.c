/* steme sync -- one session with a node, now, and what it did. */
#include "steme/commands.h"

#include "common/record_json.h"
#include "steme/remote.h"

enum { NS_PER_MS = 1000000 };

static const struct {
    unsigned step;
    const char *name;
} step_names[] = {
    {STEME_STEP_ROOTS, "roots"},
    {STEME_STEP_SKETCH, "sketch"},
    {STEME_STEP_TRIE, "trie"},
    {STEME_STEP_BULK, "bulk"},
};

enum { STEP_COUNT = sizeof step_names / sizeof step_names[0] };

static void set_count(json_t *object, const char *key, uint64_t count)
{
    output_set(object, key, json_integer((json_int_t)count));
}

static void set_id(json_t *object, const char *key, const steme_id *id)
{
    output_set(object, key, record_hex_to_json(id->bytes, sizeof id->bytes));
}

static json_t *direction_to_json(uint64_t size, uint64_t body_size, uint64_t count)
{
    json_t *object = json_object();
    set_count(object, "bytes", size);
    set_count(object, "record_bytes", body_size);
    set_count(object, "records", count);
    return object;
}

static void print_json(const steme_session_report *report)
{
    json_t *document = output_object();
    json_t *steps = json_array();
    for (size_t i = 0; i < STEP_COUNT; i++) {
        if (report->steps & step_names[i].step) {
            json_array_append_new(steps, json_string(step_names[i].name));
        }
    }
    output_set(document, "equal", json_boolean(report->is_equal));
    output_set(document, "steps", steps);
    output_set(document, "round_trips", json_real((double)report->round_trips_half / 2));
    output_set(
        document, "sent",
        direction_to_json(report->bytes_sent, report->body_bytes_sent, report->records_sent));
    output_set(document, "received",
               direction_to_json(report->bytes_received, report->body_bytes_received,
                                 report->records_received));
    set_count(document, "refused", report->records_refused);
    set_count(document, "absent", report->absent_count);
    set_id(document, "root_before", &report->root_before);
    set_id(document, "root_after", &report->root_after);
    set_id(document, "peer_root", &report->peer_root);
    set_count(document, "count_before", report->count_before);
    set_count(document, "count_after", report->count_after);
    set_count(document, "peer_count", report->peer_count);
    output_set(document, "ms", json_real((double)report->duration_ns / NS_PER_MS));
    output_json_document(document);
}

static void add_direction(text_buffer *text, const char *name, uint64_t size, uint64_t body_size,
                          uint64_t count)
{
    text_append_format(text, "%-12s ", name);
    text_append_number_of(text, size, "byte", "bytes");
    text_append(text, ", ");
    text_append_number_of(text, count, "record", "records");
    text_append(text, " (");
    text_append_number_of(text, body_size, "byte)\n", "bytes)\n");
}

static void add_root(text_buffer *text, const char *name, const steme_id *root, uint64_t count)
{
    text_append_format(text, "%-12s ", name);
    text_append_hex(text, root->bytes, sizeof root->bytes);
    text_append(text, ", ");
    text_append_number_of(text, count, "record\n", "records\n");
}

static void add_steps(text_buffer *text, const steme_session_report *report)
{
    const char *comma = "";
    text_append_format(text, "%-12s ", "steps");
    for (size_t i = 0; i < STEP_COUNT; i++) {
        if (report->steps & step_names[i].step) {
            text_append_format(text, "%s%s", comma, step_names[i].name);
            comma = ", ";
        }
    }
    text_append_format(text, "; %g round trip%s to know the difference\n",
                       (double)report->round_trips_half / 2,
                       report->round_trips_half == 2 ? "" : "s");
}

static const char *advice_for(const steme_session_report *report)
{
    return report->records_refused > 0 ? "The two differ still: records were refused; `steme "
                                         "verify` on their side, and its "
                                         "version, say why.\n"
           : report->absent_count > 0
               ? "The two differ still: bodies are gone; a node that has them can give them.\n"
               : "The two differ still; run it again.\n";
}

static void print_text(const steme_session_report *report)
{
    text_buffer text = TEXT_EMPTY;
    add_steps(&text, report);
    add_direction(&text, "sent", report->bytes_sent, report->body_bytes_sent, report->records_sent);
    add_direction(&text, "received", report->bytes_received, report->body_bytes_received,
                  report->records_received);
    if (report->records_refused > 0 || report->absent_count > 0) {
        text_append_format(&text, "%-12s %llu refused, %llu without a body\n", "left",
                           (unsigned long long)report->records_refused,
                           (unsigned long long)report->absent_count);
    }
    add_root(&text, "root before", &report->root_before, report->count_before);
    add_root(&text, "root after", &report->root_after, report->count_after);
    add_root(&text, "root there", &report->peer_root, report->peer_count);
    text_append_format(&text, "%-12s %.1f ms\n", "time", (double)report->duration_ns / NS_PER_MS);
    text_append(&text, report->is_equal ? "Both hold the same records.\n" : advice_for(report));
    fputs(text_get(&text), stdout);
    text_deinit(&text);
}

static int print_report(const arguments *given, const steme_session_report *report)
{
    if (report->failure != NULL) {
        int has_moved = report->records_sent + report->records_received > 0;
        terminal_report("the session ended early: %s: %s%s", given->operands[0], report->failure,
                        has_moved ? "; what was moved is kept, so run it again" : "");
        return COMMAND_USAGE;
    }
    if (arguments_has(given, "json")) {
        print_json(report);
    } else {
        print_text(report);
    }
    return report->is_equal ? COMMAND_DONE : COMMAND_FAULTS;
}

static int run_by_node(const arguments *given, const char *address)
{
    steme_session_report report = {0};
    int exit_code = COMMAND_USAGE;
    if (arguments_has(given, "cluster")) {
        terminal_report("--cluster is for a folder that no node serves; a node has its own");
        return exit_code;
    }
    return remote_sync(given, address, &report, &exit_code) ? print_report(given, &report)
                                                            : exit_code;
}

static int run(const arguments *given)
{
    const char *directory = NULL;
    const char *address = NULL;
    text_buffer socket = TEXT_EMPTY;
    if (!command_choose_place(given, &directory, &address)) {
        return COMMAND_USAGE;
    }
    if (address == NULL && command_find_node(directory, &socket)) {
        address = text_get(&socket);
    }
    int exit_code =
        address != NULL ? run_by_node(given, address) : remote_run_session(given, 0, print_report);
    text_deinit(&socket);
    return exit_code;
}

static const arguments_option options[] = {
    COMMAND_OPTIONS_PLACE,  REMOTE_OPTION_CLUSTER, REMOTE_OPTIONS_TLS,
    REMOTE_OPTION_INSECURE, COMMAND_OPTION_JSON,   {.name = NULL},
};

static const char *const examples[] = {
    "steme sync --db claims 127.0.0.1:7601",
    "steme sync --server 127.0.0.1:7601 127.0.0.1:7602",
    NULL,
};

const command command_sync = {
    .name = "sync",
    .operands = "PEER",
    .summary = "run one session with a node: both hold the union afterwards",
    .details =
        "Of the store of --db and the node at PEER. Or of a node, where --server names one or one\n"
        "serves the folder: it runs the session now, with one of its peers, by the address that\n"
        "`steme peers` shows.\n"
        "Prints the steps that the session took, its bytes and records each way, the roots and\n"
        "the time. Bytes are those of frames. The exit code is 1 where the two differ still,\n"
        "because one of them got more records meanwhile, or holds some that the other refuses.\n",
    .options = options,
    .examples = examples,
    .operand_count_min = 1,
    .operand_count_max = 1,
    .run = run,
};
