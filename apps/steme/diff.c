/* steme diff -- which records each of two sides lacks; nothing is moved. */
#include "steme/commands.h"

#include <stdlib.h>

#include "common/record_json.h"
#include "steme/remote.h"

static json_t *ids_to_json(const steme_id *ids, uint64_t count)
{
    json_t *list = json_array();
    for (uint64_t i = 0; i < count; i++) {
        json_array_append_new(list, record_hex_to_json(ids[i].bytes, sizeof ids[i].bytes));
    }
    return list;
}

static void print_json(const steme_session_report *report)
{
    json_t *document = output_object();
    output_set(document, "equal", json_boolean(report->is_equal));
    output_set(document, "lacked_here_count", json_integer((json_int_t)report->lacked_here_count));
    output_set(document, "lacked_there_count",
               json_integer((json_int_t)report->lacked_there_count));
    output_set(document, "lacked_here",
               ids_to_json(report->lacked_here, report->lacked_here_listed));
    output_set(document, "lacked_there",
               ids_to_json(report->lacked_there, report->lacked_there_listed));
    output_json_document(document);
}

static void print_ids(const char *side, const steme_id *ids, uint64_t count)
{
    text_buffer line = TEXT_EMPTY;
    for (uint64_t i = 0; i < count && !output_is_broken(); i++) {
        text_clear(&line);
        text_append_hex(&line, ids[i].bytes, sizeof ids[i].bytes);
        printf("%s lacks %s\n", side, text_get(&line));
    }
    text_deinit(&line);
}

static void print_text(const steme_session_report *report)
{
    text_buffer line = TEXT_EMPTY;
    print_ids("here", report->lacked_here, report->lacked_here_listed);
    print_ids("there", report->lacked_there, report->lacked_there_listed);
    text_append(&line, "Lacked here: ");
    text_append_number_of(&line, report->lacked_here_count, "record", "records");
    text_append(&line, "; there: ");
    text_append_number_of(&line, report->lacked_there_count, "record.", "records.");
    if (report->lacked_here_listed < report->lacked_here_count ||
        report->lacked_there_listed < report->lacked_there_count) {
        text_append(&line, " Not all are listed.");
    }
    terminal_note("%s", text_get(&line));
    text_deinit(&line);
}

static int print_difference(const arguments *given, const steme_session_report *report)
{
    if (arguments_has(given, "json")) {
        print_json(report);
    } else {
        print_text(report);
    }
    int is_same = report->lacked_here_count == 0 && report->lacked_there_count == 0;
    return is_same ? COMMAND_DONE : COMMAND_FAULTS;
}

static int print_report(const arguments *given, const steme_session_report *report)
{
    if (report->failure != NULL) {
        terminal_report("the session ended early: %s: %s; nothing was changed, so run it again",
                        given->operands[0], report->failure);
        return COMMAND_USAGE;
    }
    return print_difference(given, report);
}

static int run_by_node(const arguments *given, const char *address)
{
    steme_session_report report = {0};
    steme_id *ids = NULL;
    int exit_code = COMMAND_USAGE;
    if (arguments_has(given, "cluster")) {
        terminal_report("--cluster goes with --db; a node has its own");
        return exit_code;
    }
    if (remote_ask_diff(given, address, &report, &ids, &exit_code)) {
        exit_code = print_difference(given, &report);
        free(ids);
    }
    return exit_code;
}

static int run(const arguments *given)
{
    const char *directory = NULL;
    const char *address = NULL;
    if (!command_choose_place(given, &directory, &address)) {
        return COMMAND_USAGE;
    }
    return address != NULL ? run_by_node(given, address)
                           : remote_run_session(given, 1, print_report);
}

static const arguments_option options[] = {
    COMMAND_OPTIONS_PLACE,  REMOTE_OPTION_CLUSTER, REMOTE_OPTIONS_TLS,
    REMOTE_OPTION_INSECURE, COMMAND_OPTION_JSON,   {.name = NULL},
};

static const char *const examples[] = {
    "steme diff --db claims 127.0.0.1:7601",
    "steme diff --server 127.0.0.1:7601 127.0.0.1:7602",
    NULL,
};

const command command_diff = {
    .name = "diff",
    .operands = "PEER",
    .summary = "list what the store or a node lacks of the other's records",
    .details =
        "Of the store of --db and the node at PEER; or of the node of --server, which finds it "
        "out\n"
        "itself, and its peer PEER, an address as `steme peers` shows it.\n"
        "One line per record: which side lacks it, and its id; of each side the first 100,000.\n"
        "Nothing is moved or changed. The exit code is 1 where anything is lacked.\n",
    .options = options,
    .examples = examples,
    .operand_count_min = 1,
    .operand_count_max = 1,
    .run = run,
};
