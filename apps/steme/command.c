#include "steme/command.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/record_json.h"
#include "common/time_text.h"

/* ---- The store ---------------------------------------------------------------------------- */

steme_store *command_open_store(const arguments *given, int is_read_only, int *out_exit)
{
    steme_store_options options = {.is_read_only = is_read_only};
    return command_open_store_as(given, &options, out_exit);
}

steme_store *command_open_store_as(const arguments *given, const steme_store_options *options,
                                   int *out_exit)
{
    steme_error error = {0};
    steme_store *store = NULL;
    const char *directory = arguments_text(given, "db");
    if (steme_store_open(directory, options, &store, &error) == STEME_OK) {
        if (steme_store_notice(store) != NULL) {
            terminal_report("note: %s", steme_store_notice(store));
        }
        return store;
    }
    *out_exit = command_fail_open(directory, &error);
    return NULL;
}

/* ---- Keys --------------------------------------------------------------------------------- */

static int is_key_held(const command_keys *keys, const steme_key *key)
{
    for (uint32_t i = 0; i < keys->count; i++) {
        if (memcmp(&keys->keys[i].agent, &key->agent, sizeof key->agent) == 0) {
            return 1;
        }
    }
    return 0;
}

static int compare_keys(const void *left, const void *right)
{
    const steme_key *a = left;
    const steme_key *b = right;
    return memcmp(&a->agent, &b->agent, sizeof a->agent);
}

static int read_key(command_keys *keys, const char *path)
{
    steme_error error = {0};
    steme_key *key = &keys->keys[keys->count];
    if (steme_key_load(path, key, &error) != STEME_OK) {
        if (error.status == STEME_NOT_FOUND) {
            terminal_report("no key: %s; make one with `steme keygen %s`", path, path);
        } else {
            command_fail(&error);
        }
        return 0;
    }
    if (is_key_held(keys, key)) {
        terminal_report("the same key twice: %s; give each --key once", path);
        return 0;
    }
    keys->count++;
    return 1;
}

int command_read_keys(const arguments *given, command_keys *out_keys)
{
    size_t count = arguments_count(given, "key");
    *out_keys = (command_keys){0};
    if (count > STEME_SIGNER_COUNT_MAX) {
        terminal_report("too many keys: %zu; a record has at most %d signers", count,
                        STEME_SIGNER_COUNT_MAX);
        return 0;
    }
    for (size_t i = 0; i < count; i++) {
        if (!read_key(out_keys, arguments_text_at(given, "key", i))) {
            command_wipe_keys(out_keys);
            return 0;
        }
    }
    qsort(out_keys->keys, out_keys->count, sizeof out_keys->keys[0], compare_keys);
    return 1;
}

void command_wipe_keys(command_keys *keys)
{
    for (uint32_t i = 0; i < STEME_SIGNER_COUNT_MAX; i++) {
        steme_key_wipe(&keys->keys[i]);
    }
    keys->count = 0;
}

void command_import_node(const steme_agent *agent, uint8_t out_node[STEME_NODE_SIZE])
{
    steme_id hash = steme_hash(agent->bytes, sizeof agent->bytes);
    memcpy(out_node, hash.bytes, STEME_NODE_SIZE);
}

/* ---- Options as values -------------------------------------------------------------------- */

static int report_value(const char *name, const steme_error *error)
{
    terminal_report("--%s: %s", name, error->message);
    return 0;
}

int command_read_time(const arguments *given, const char *name, int *out_has, int64_t *out_ns)
{
    steme_error error = {0};
    const char *value = arguments_text(given, name);
    *out_has = value != NULL;
    if (value != NULL && time_text_to_ns(text_span(value), out_ns, &error) != STEME_OK) {
        return report_value(name, &error);
    }
    return 1;
}

int command_read_seconds(const arguments *given, const char *name, int *out_has, int64_t *out_s)
{
    steme_error error = {0};
    const char *value = arguments_text(given, name);
    *out_has = value != NULL;
    if (value != NULL && time_text_to_seconds(text_span(value), out_s, &error) != STEME_OK) {
        return report_value(name, &error);
    }
    return 1;
}

int command_read_number(const arguments *given, const char *name, uint64_t *out_number)
{
    const char *value = arguments_text(given, name);
    if (value == NULL) {
        return 1;
    }
    errno = 0;
    char *end = NULL;
    unsigned long long number = strtoull(value, &end, 10);
    if (value[0] < '0' || value[0] > '9' || *end != '\0' || errno != 0) {
        terminal_report("--%s: not a number: %s; give digits only", name, value);
        return 0;
    }
    *out_number = number;
    return 1;
}

int command_parse_id(const char *digits, const char *what, steme_id *out_id)
{
    if (!record_hex_from_text(text_span(digits), out_id->bytes, sizeof out_id->bytes)) {
        terminal_report("%s: %s; it is 64 hexadecimal digits", what, digits);
        return 0;
    }
    return 1;
}

int command_read_id(const arguments *given, const char *name, int *out_has, steme_id *out_id)
{
    const char *value = arguments_text(given, name);
    char what[64];
    *out_has = value != NULL;
    snprintf(what, sizeof what, "--%s: not an id", name);
    return value == NULL || command_parse_id(value, what, out_id);
}

enum { ID_DIGITS_MIN = 8 };

static int report_search(const steme_error *error)
{
    if (error->status == STEME_NOT_FOUND || error->status == STEME_INVALID) {
        terminal_report("%s", error->message);
        return COMMAND_FAULTS;
    }
    return command_fail(error);
}

/* 1 = the whole id, 0 = its beginning, -1 after a report. */
static int read_digits(const char *digits, steme_id *out_id)
{
    size_t digit_count = strlen(digits);
    if (record_hex_from_text(text_span(digits), out_id->bytes, sizeof out_id->bytes)) {
        return 1;
    }
    if (digit_count < ID_DIGITS_MIN || digit_count >= 2 * sizeof out_id->bytes ||
        strspn(digits, "0123456789abcdef") != digit_count) {
        terminal_report("not an id: %s; it is 64 hexadecimal digits, or the first %d of them and "
                        "more",
                        digits, ID_DIGITS_MIN);
        return -1;
    }
    return 0;
}

int command_look_up_id(database *records, const char *digits, steme_id *out_id, int *out_exit)
{
    steme_error error = {0};
    int is_whole = read_digits(digits, out_id);
    if (is_whole < 0) {
        *out_exit = COMMAND_USAGE;
        return 0;
    }
    if (is_whole || database_find(records, digits, out_id, &error) == STEME_OK) {
        return 1;
    }
    *out_exit = report_search(&error);
    return 0;
}

int command_read_class(const arguments *given, const char *name, int *out_has,
                       steme_source_class *out_class)
{
    const char *value = arguments_text(given, name);
    int found = 0;
    *out_has = value != NULL;
    if (value == NULL) {
        return 1;
    }
    if (!record_word_find(RECORD_WORDS_SOURCE_CLASS, text_span(value), &found)) {
        terminal_report("--%s: no such class: %s; it is one of: %s", name, value,
                        record_word_list(RECORD_WORDS_SOURCE_CLASS));
        return 0;
    }
    *out_class = (steme_source_class)found;
    return 1;
}

int command_read_equivalence(const arguments *given, const char *name,
                             steme_equivalence *out_equivalence)
{
    const char *value = arguments_text(given, name);
    if (value != NULL && !steme_equivalence_find(value, out_equivalence)) {
        terminal_report("--%s: no such equivalence: %s; it is exact, folded, normalized or "
                        "number:TOLERANCE",
                        name, value);
        return 0;
    }
    return 1;
}

static steme_value_kind kind_of(const char *type)
{
    static const char *const names[] = {
        [STEME_VALUE_TEXT] = "text",       [STEME_VALUE_NUMBER] = "number",
        [STEME_VALUE_BOOLEAN] = "boolean", [STEME_VALUE_REFERENCE] = "reference",
        [STEME_VALUE_TIME] = "time",
    };
    for (size_t i = 0; type != NULL && i < sizeof names / sizeof names[0]; i++) {
        if (strcmp(type, names[i]) == 0) {
            return (steme_value_kind)i;
        }
    }
    return STEME_VALUE_TEXT;
}

int command_read_object(const arguments *given, int *out_has, steme_value *out_value)
{
    steme_error error = {0};
    const char *value = arguments_text(given, "object");
    const char *type = arguments_text(given, "type");
    *out_has = value != NULL;
    if (value == NULL) {
        return 1;
    }
    if (record_value_from_text(kind_of(type), text_span(value), out_value, &error) != STEME_OK) {
        return report_value("object", &error);
    }
    return 1;
}

/* ---- Files -------------------------------------------------------------------------------- */
