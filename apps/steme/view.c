/* steme view -- making, signing and showing a view. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/record_json.h"
#include "common/table.h"
#include "steme/commands.h"
#include "steme/question.h"
#include "steme/view_file.h"

/* `mode` as of fopen: "wxe" never overwrites. */
static int write_file(const char *path, const char *mode, const void *bytes, size_t size)
{
    FILE *file = fopen(path, mode);
    if (file == NULL && errno == EEXIST) {
        terminal_report("there already: %s; choose another name", path);
        return COMMAND_USAGE;
    }
    int is_written = file != NULL && fwrite(bytes, 1, size, file) == size;
    int is_closed = file != NULL && fclose(file) == 0;
    if (!is_written || !is_closed) {
        terminal_report("cannot write: %s: %s; choose another place", path, strerror(errno));
        return COMMAND_USAGE;
    }
    return COMMAND_DONE;
}

static int run_init(const arguments *given, const char *path)
{
    (void)given;
    int exit_code = write_file(path, "wxe", view_template, strlen(view_template));
    if (exit_code == COMMAND_DONE) {
        terminal_note("Edit %s, then sign it: steme view sign %s --key FILE", path, path);
    }
    return exit_code;
}

static int run_lint(const arguments *given, const char *path)
{
    (void)given;
    view_draft draft;
    int is_good = view_file_read(path, &draft);
    if (is_good) {
        text_buffer line = TEXT_EMPTY;
        text_append_number_of(&line, draft.rules.agent_count, "agent", "agents");
        printf("OK: %s\n", text_get(&line));
        text_deinit(&line);
    }
    view_draft_deinit(&draft);
    return is_good ? COMMAND_DONE : COMMAND_FAULTS;
}

/* ---- Signing ------------------------------------------------------------------------------ */

/* --out, or the file's name with .view in place of .yaml. */
static char *out_path_of(const arguments *given, const char *path)
{
    const char *out = arguments_text(given, "out");
    if (out != NULL) {
        return text_duplicate(out);
    }
    text_buffer made = TEXT_EMPTY;
    size_t size = strlen(path);
    static const char *const endings[] = {".yaml", ".yml"};
    for (size_t i = 0; i < 2; i++) {
        size_t ending = strlen(endings[i]);
        if (strlen(path) > ending && strcmp(path + strlen(path) - ending, endings[i]) == 0) {
            size = strlen(path) - ending;
        }
    }
    text_append_bytes(&made, path, size);
    text_append(&made, ".view");
    return made.bytes;
}

static int write_signed(const view_draft *draft, const command_keys *keys, const char *path)
{
    steme_error error = {0};
    steme_view *view = NULL;
    uint8_t *file = NULL;
    size_t size = 0;
    if (steme_view_sign(&draft->rules, keys->keys, keys->count, &file, &size, &error) != STEME_OK) {
        return command_fail(&error);
    }
    int exit_code = COMMAND_USAGE;
    if (steme_view_open((steme_span){file, size}, &view, &error) != STEME_OK) {
        exit_code = command_fail(&error);
    } else {
        exit_code = write_file(path, "we", file, size);
    }
    if (exit_code == COMMAND_DONE) {
        text_buffer digits = TEXT_EMPTY;
        steme_id hash = steme_view_hash(view);
        text_append_hex(&digits, hash.bytes, sizeof hash.bytes);
        printf("%s\n", text_get(&digits));
        text_deinit(&digits);
        terminal_note("Signed: %s", path);
    }
    steme_view_close(view);
    steme_free(file);
    return exit_code;
}

static int run_sign(const arguments *given, const char *path)
{
    command_keys keys;
    view_draft draft;
    if (!command_read_keys(given, &keys)) {
        return COMMAND_USAGE;
    }
    if (keys.count == 0) {
        terminal_report("missing: --key FILE; give one at least, or set STEME_KEY");
        return COMMAND_USAGE;
    }
    int exit_code = COMMAND_FAULTS;
    if (view_file_read(path, &draft)) {
        char *out = out_path_of(given, path);
        exit_code = write_signed(&draft, &keys, out);
        free(out);
    }
    view_draft_deinit(&draft);
    command_wipe_keys(&keys);
    return exit_code;
}

/* ---- Showing ------------------------------------------------------------------------------ */

static json_t *stewardships_to_json(uint32_t stewardships)
{
    json_t *list = json_array();
    for (uint32_t i = 0; view_steward_words[i] != NULL; i++) {
        if (stewardships >> i & 1) {
            (void)json_array_append_new(list, json_string(view_steward_words[i]));
        }
    }
    return list;
}

static json_t *agents_to_json(const steme_view_rules *rules)
{
    json_t *list = json_array();
    for (uint32_t i = 0; i < rules->agent_count; i++) {
        const steme_view_agent *agent = &rules->agents[i];
        json_t *object = json_object();
        output_set(object, "agent", record_hex_to_json(agent->agent.bytes, STEME_AGENT_SIZE));
        output_set(object, "class", json_string(steme_class_name(agent->best_class)));
        output_set(object, "stewardships", stewardships_to_json(agent->stewardships));
        output_set(object, "seed", json_boolean(agent->is_seed));
        (void)json_array_append_new(list, object);
    }
    return list;
}

static json_t *view_to_json(const steme_view *view)
{
    const steme_view_rules *rules = steme_view_get_rules(view);
    steme_id hash = steme_view_hash(view);
    steme_agent signer;
    json_t *document = output_object();
    json_t *signers = json_array();
    for (uint32_t i = 0; steme_view_signer(view, i, &signer); i++) {
        (void)json_array_append_new(signers, record_hex_to_json(signer.bytes, STEME_AGENT_SIZE));
    }
    output_set(document, "name", json_stringn((const char *)rules->name.bytes, rules->name.size));
    output_set(document, "hash", record_hex_to_json(hash.bytes, sizeof hash.bytes));
    output_set(document, "signers", signers);
    output_set(document, "unlisted", json_string(view_unlisted_words[rules->unlisted]));
    output_set(document, "unlisted_class",
               json_string(steme_class_name(rules->unlisted_best_class)));
    output_set(document, "agents", agents_to_json(rules));
    return document;
}

static const table_column columns[] = {
    {.title = "AGENT"},
    {.title = "BEST CLASS"},
    {.title = "SEED"},
    {.title = "STEWARD OF"},
};

static void print_agents(const steme_view_rules *rules)
{
    table *rows = table_open(stdout, columns, sizeof columns / sizeof columns[0]);
    text_buffer cell = TEXT_EMPTY;
    for (uint32_t i = 0; i < rules->agent_count; i++) {
        const steme_view_agent *agent = &rules->agents[i];
        text_clear(&cell);
        text_append_hex(&cell, agent->agent.bytes, STEME_AGENT_SIZE);
        table_add(rows, text_get(&cell));
        table_add(rows, steme_class_name(agent->best_class));
        table_add(rows, agent->is_seed ? "seed" : "");
        text_clear(&cell);
        for (uint32_t j = 0; view_steward_words[j] != NULL; j++) {
            if (agent->stewardships >> j & 1) {
                text_append(&cell, cell.size == 0 ? "" : ", ");
                text_append(&cell, view_steward_words[j]);
            }
        }
        table_add(rows, text_get(&cell));
    }
    text_deinit(&cell);
    table_close(rows);
}

static void print_field(const char *name, const char *value)
{
    printf("%s%-10s%s %s\n", terminal_begin(stdout, TERMINAL_DIM), name,
           terminal_begin(stdout, TERMINAL_PLAIN), value);
}

static void print_view(const steme_view *view)
{
    const steme_view_rules *rules = steme_view_get_rules(view);
    steme_id hash = steme_view_hash(view);
    steme_agent signer;
    text_buffer line = TEXT_EMPTY;
    text_append_escaped(&line, rules->name);
    print_field("view", text_get(&line));
    text_clear(&line);
    text_append_hex(&line, hash.bytes, sizeof hash.bytes);
    print_field("hash", text_get(&line));
    for (uint32_t i = 0; steme_view_signer(view, i, &signer); i++) {
        text_clear(&line);
        text_append_hex(&line, signer.bytes, sizeof signer.bytes);
        print_field("signed by", text_get(&line));
    }
    text_clear(&line);
    text_append_format(&line, "%s, at best %s", view_unlisted_words[rules->unlisted],
                       steme_class_name(rules->unlisted_best_class));
    print_field("unlisted", text_get(&line));
    text_deinit(&line);
    print_agents(rules);
}

static int run_show(const arguments *given, const char *path)
{
    steme_view *view = question_open_view(path);
    if (view == NULL) {
        return COMMAND_FAULTS;
    }
    if (arguments_has(given, "json")) {
        output_json_document(view_to_json(view));
    } else {
        print_view(view);
    }
    steme_view_close(view);
    return COMMAND_DONE;
}

/* ---- The command -------------------------------------------------------------------------- */

static int run(const arguments *given)
{
    static const struct {
        const char *name;
        int (*run)(const arguments *given, const char *path);
    } actions[] = {{"init", run_init}, {"lint", run_lint}, {"sign", run_sign}, {"show", run_show}};
    for (size_t i = 0; i < sizeof actions / sizeof actions[0]; i++) {
        if (strcmp(given->operands[0], actions[i].name) == 0) {
            return actions[i].run(given, given->operands[1]);
        }
    }
    terminal_report("view: no such action: %s; it is init, lint, sign or show", given->operands[0]);
    return COMMAND_USAGE;
}

static const arguments_option options[] = {
    {.name = "key",
     .value = "FILE",
     .kind = ARGUMENTS_FILE,
     .environment = "STEME_KEY",
     .is_repeatable = 1,
     .help = "sign: with this key; several sign together"},
    {.name = "out",
     .value = "FILE",
     .kind = ARGUMENTS_FILE,
     .help = "sign: the signed file (default: FILE with .view in place of .yaml)"},
    {.name = "json", .help = "show: print one JSON document"},
    {.name = NULL},
};

static const char *const examples[] = {
    "steme view init ours.yaml",
    "steme view lint ours.yaml",
    "steme view sign ours.yaml --key alice.key",
    "steme view show ours.view",
    "steme query --subject s --predicate p --lens authority --view ours.view",
    NULL,
};

const command command_view = {
    .name = "view",
    .operands = "init|lint|sign|show FILE",
    .summary = "write, check, sign or show a view: whose word counts for what",
    .details =
        "init writes a commented YAML file to begin with. lint names what is wrong in one, with\n"
        "the line; exit code 1 where anything is. sign writes the signed file and prints its\n"
        "hash, which stands in every answer given under the view. show prints a signed file; one\n"
        "that is badly signed is refused.\n",
    .options = options,
    .examples = examples,
    .operand_count_min = 2,
    .operand_count_max = 2,
    .run = run,
};
