#include "steme/server/config.h"

#include <cyaml/cyaml.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <yaml.h>

#include "common/fail.h"
#include "common/rpc.h"
#include "common/text.h"

/* Two libraries, one reading each: libyaml says where the text is no YAML; libcyaml, which is told
 * what is wanted, says where the values are not, but only in the lines that it logs. */

enum { WORD_SIZE_MAX = 63, NESTING_MAX = 8 };

/* ---- What is wanted ----------------------------------------------------------------------- */

typedef struct config_tls config_tls;

static const cyaml_strval_t truths[] = {{"false", 0}, {"true", 1}};
static const cyaml_schema_value_t peer_schema = {
    CYAML_VALUE_STRING(CYAML_FLAG_DEFAULT, char, 1, NODE_ADDRESS_SIZE_MAX)};
static const cyaml_schema_field_t tls_fields[] = {
    CYAML_FIELD_STRING("cert", CYAML_FLAG_OPTIONAL, config_tls, cert, 1),
    CYAML_FIELD_STRING("key", CYAML_FLAG_OPTIONAL, config_tls, key, 1),
    CYAML_FIELD_STRING("ca", CYAML_FLAG_OPTIONAL, config_tls, ca, 1),
    CYAML_FIELD_END,
};
static const cyaml_schema_field_t fields[] = {
    CYAML_FIELD_STRING("db", CYAML_FLAG_OPTIONAL, config, db, 1),
    CYAML_FIELD_STRING("cluster", CYAML_FLAG_OPTIONAL, config, cluster, 1),
    CYAML_FIELD_STRING("listen", CYAML_FLAG_OPTIONAL, config, listen, 1),
    CYAML_FIELD_SEQUENCE_COUNT("peers", CYAML_FLAG_OPTIONAL, config, peers, peer_count,
                               &peer_schema, 0, STEME_REPLICA_PEER_COUNT_MAX),
    CYAML_FIELD_MAPPING("tls", CYAML_FLAG_OPTIONAL, config, tls, tls_fields),
    CYAML_FIELD_ENUM("insecure", CYAML_FLAG_OPTIONAL | CYAML_FLAG_STRICT, config, insecure, truths,
                     2),
    CYAML_FIELD_STRING("peer_bytes_max", CYAML_FLAG_OPTIONAL, config, peer_bytes_max, 1),
    CYAML_FIELD_STRING("peer_work_ms", CYAML_FLAG_OPTIONAL, config, peer_work_ms, 1),
    CYAML_FIELD_STRING("disk_free_min", CYAML_FLAG_OPTIONAL, config, disk_free_min, 1),
    CYAML_FIELD_STRING("peer_free_min", CYAML_FLAG_OPTIONAL, config, peer_free_min, 1),
    CYAML_FIELD_STRING("idle_tick_ms", CYAML_FLAG_OPTIONAL, config, idle_tick_ms, 1),
    CYAML_FIELD_STRING("client_idle_ms", CYAML_FLAG_OPTIONAL, config, client_idle_ms, 1),
    CYAML_FIELD_END,
};
static const cyaml_schema_value_t schema = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, config, fields)};

static const struct {
    const char *key;
    const char *wanted;
} about_keys[] = {
    {"db", "a path"},
    {"cluster", "a name of at most 64 bytes"},
    {"listen", "HOST:PORT"},
    {"peers", "a list of at most 32 HOST:PORT"},
    {"tls", "three paths: cert, key, ca"},
    {"cert", "a path"},
    {"key", "a path"},
    {"ca", "a path"},
    {"insecure", "true or false"},
    {"peer_bytes_max", "a number of bytes of at most 2^50"},
    {"peer_work_ms", "a number of at most 60000"},
    {"disk_free_min", "a number of bytes of at most 2^50"},
    {"peer_free_min", "a number of bytes of at most 2^50"},
    {"idle_tick_ms", "a number of at most 3600000"},
    {"client_idle_ms", "a number of at most 3600000"},
};

static const char *wanted_for(const char *key)
{
    for (size_t i = 0; i < sizeof about_keys / sizeof about_keys[0]; i++) {
        if (strcmp(about_keys[i].key, key) == 0) {
            return about_keys[i].wanted;
        }
    }
    return "something else";
}

/* ---- Lines -------------------------------------------------------------------------------- */

static size_t line_at(const char *text, const char *end)
{
    size_t line = 1;
    for (; text < end; text++) {
        line += *text == '\n';
    }
    return line;
}

/* The first place of `word` at or after line `line`; where there is none, `line`. */
static size_t find_line(const char *text, const char *word, size_t line)
{
    const char *from = text;
    for (size_t i = 1; i < line && from != NULL; i++) {
        from = strchr(from, '\n');
        from = from == NULL ? NULL : from + 1;
    }
    const char *found = from == NULL ? NULL : strstr(from, word);
    return found == NULL ? line : line_at(text, found);
}

/* ---- Whether it is YAML ------------------------------------------------------------------- */

/* One event; NULL, or what is wrong with it. */
static const char *event_fault(const yaml_event_t *event, int *depth, int *document_count)
{
    switch (event->type) {
    case YAML_DOCUMENT_START_EVENT:
        return ++*document_count > 1 ? "a second document; one is wanted" : NULL;
    case YAML_ALIAS_EVENT:
        return "an alias; write the value out";
    case YAML_MAPPING_START_EVENT:
    case YAML_SEQUENCE_START_EVENT:
        return ++*depth > NESTING_MAX ? "nested too deep" : NULL;
    case YAML_MAPPING_END_EVENT:
    case YAML_SEQUENCE_END_EVENT:
        --*depth;
        return NULL;
    case YAML_SCALAR_EVENT:
        return memchr(event->data.scalar.value, 0, event->data.scalar.length) == NULL
                   ? NULL
                   : "a text with a zero byte";
    default:
        return NULL;
    }
}

static const char *find_syntax_fault(yaml_parser_t *parser, size_t *out_line)
{
    int depth = 0;
    int document_count = 0;
    int is_ended = 0;
    const char *fault = NULL;
    while (fault == NULL && !is_ended) {
        yaml_event_t event;
        if (!yaml_parser_parse(parser, &event)) {
            *out_line = parser->problem_mark.line + 1;
            return parser->problem == NULL ? "no YAML" : parser->problem;
        }
        *out_line = event.start_mark.line + 1;
        is_ended = event.type == YAML_STREAM_END_EVENT;
        fault = event_fault(&event, &depth, &document_count);
        yaml_event_delete(&event);
    }
    return fault;
}

static steme_status check_syntax(const char *path, const char *text, size_t size,
                                 steme_error *error)
{
    yaml_parser_t parser;
    size_t line = 0;
    if (!yaml_parser_initialize(&parser)) {
        return app_fail(error, STEME_NO_MEMORY, "no memory to read: %s", path);
    }
    yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&parser, (const unsigned char *)text, size);
    const char *fault = find_syntax_fault(&parser, &line);
    steme_status status =
        fault == NULL ? STEME_OK : app_fail(error, STEME_INVALID, "%s:%zu: %s", path, line, fault);
    yaml_parser_delete(&parser);
    return status;
}

/* Texts of libyaml's that name a bad byte have no line. */
static steme_status check_bytes(const char *path, const char *text, size_t size, steme_error *error)
{
    size_t line = 1;
    size_t begin = 0;
    for (size_t i = 0; i <= size; i++) {
        if (i < size && text[i] != '\n') {
            continue;
        }
        if (!text_is_utf8(text + begin, i - begin) || memchr(text + begin, 0, i - begin) != NULL) {
            return app_fail(error, STEME_INVALID, "%s:%zu: not UTF-8 text", path, line);
        }
        begin = i + 1;
        line++;
    }
    return STEME_OK;
}

/* ---- Whether it is what is wanted --------------------------------------------------------- */

/* What libcyaml logged. */
typedef struct complaint {
    size_t line;                   /* 0 = not said */
    char field[WORD_SIZE_MAX + 1]; /* the innermost */
    char first[256];
} complaint;

static void hear(cyaml_log_t level, void *context, const char *format, va_list values)
{
    static const char place[] = "in mapping field '";
    complaint *self = context;
    char line[256];
    (void)level;
    vsnprintf(line, sizeof line, format, values);
    if (self->first[0] == '\0') {
        snprintf(self->first, sizeof self->first, "%s", line);
    }
    const char *number = strstr(line, "(line: ");
    const char *field = strstr(line, place);
    if (number != NULL && self->line == 0) {
        self->line = strtoul(number + strlen("(line: "), NULL, 10);
    }
    if (number != NULL && field != NULL && self->field[0] == '\0') {
        field += strlen(place);
        snprintf(self->field, sizeof self->field, "%.*s", (int)strcspn(field, "'"), field);
    }
}

/* The key that the first line ends with. */
static void copy_key(const complaint *heard, char out_key[WORD_SIZE_MAX + 1])
{
    const char *colon = strrchr(heard->first, ':');
    const char *key = colon == NULL ? "" : colon + 1;
    key += strspn(key, " ");
    snprintf(out_key, WORD_SIZE_MAX + 1, "%.*s", (int)strcspn(key, "\n"), key);
}

static steme_status fail_as_heard(const char *path, const char *text, cyaml_err_t code,
                                  const complaint *heard, steme_error *error)
{
    char key[WORD_SIZE_MAX + 1];
    size_t line = heard->line == 0 ? 1 : heard->line;
    copy_key(heard, key);
    if (code == CYAML_ERR_OOM) {
        return app_fail(error, STEME_NO_MEMORY, "no memory to read: %s", path);
    }
    if (code == CYAML_ERR_INVALID_KEY) {
        return app_fail(error, STEME_INVALID, "%s:%zu: unknown key: %s; see `steme serve --help`",
                        path, find_line(text, key, line), key);
    }
    if (strstr(heard->first, "already seen") != NULL) {
        return app_fail(error, STEME_INVALID, "%s:%zu: given twice: %s; give it once", path,
                        find_line(text, key, line + 1), key);
    }
    if (heard->field[0] == '\0') {
        return app_fail(error, STEME_INVALID, "%s:%zu: keys with values are wanted, `db: DIR`",
                        path, line);
    }
    return app_fail(error, STEME_INVALID, "%s:%zu: %s: %s is wanted", path, line, heard->field,
                    wanted_for(heard->field));
}

static steme_status load(const char *path, const char *text, size_t size, config **out_config,
                         steme_error *error)
{
    complaint heard = {0};
    cyaml_config_t options = {.log_fn = hear,
                              .log_ctx = &heard,
                              .mem_fn = cyaml_mem,
                              .log_level = CYAML_LOG_WARNING,
                              .flags = CYAML_CFG_NO_ALIAS};
    cyaml_err_t code = cyaml_load_data((const uint8_t *)text, size, &options, &schema,
                                       (cyaml_data_t **)out_config, NULL);
    return code == CYAML_OK ? STEME_OK : fail_as_heard(path, text, code, &heard, error);
}

/* ---- What the library cannot be told ------------------------------------------------------ */

static steme_status fail_value(const char *path, const char *text, const char *key,
                               const char *value, steme_error *error)
{
    size_t line = find_line(text, value, find_line(text, key, 1));
    return app_fail(error, STEME_INVALID, "%s:%zu: %s: %s is wanted", path, line, key,
                    wanted_for(key));
}

/* A number of libcyaml's may end in anything, or be negative and very large. */
static int is_number(const char *text, uint64_t most)
{
    enum { DECIMAL = 10 };
    size_t size = strlen(text);
    return size == 0 || (size < CONFIG_NUMBER_SIZE_MAX && strspn(text, "0123456789") == size &&
                         strtoull(text, NULL, DECIMAL) <= most);
}

static steme_status check_values(const char *path, const char *text, const config *read,
                                 steme_error *error)
{
    if (read->listen[0] != '\0' && !rpc_address_is_valid(read->listen)) {
        return fail_value(path, text, "listen", read->listen, error);
    }
    for (uint32_t i = 0; i < read->peer_count; i++) {
        if (!rpc_address_is_valid(read->peers[i])) {
            return fail_value(path, text, "peers", read->peers[i], error);
        }
    }
    if (!is_number(read->peer_bytes_max, CONFIG_PEER_BYTES_MAX)) {
        return fail_value(path, text, "peer_bytes_max", read->peer_bytes_max, error);
    }
    if (!is_number(read->peer_work_ms, CONFIG_PEER_WORK_MS_MAX)) {
        return fail_value(path, text, "peer_work_ms", read->peer_work_ms, error);
    }
    if (!is_number(read->disk_free_min, CONFIG_DISK_FREE_MAX)) {
        return fail_value(path, text, "disk_free_min", read->disk_free_min, error);
    }
    if (!is_number(read->peer_free_min, CONFIG_DISK_FREE_MAX)) {
        return fail_value(path, text, "peer_free_min", read->peer_free_min, error);
    }
    if (!is_number(read->idle_tick_ms, CONFIG_IDLE_TICK_MS_MAX)) {
        return fail_value(path, text, "idle_tick_ms", read->idle_tick_ms, error);
    }
    if (!is_number(read->client_idle_ms, CONFIG_CLIENT_IDLE_MS_MAX)) {
        return fail_value(path, text, "client_idle_ms", read->client_idle_ms, error);
    }
    return STEME_OK;
}

/* ---- Paths -------------------------------------------------------------------------------- */

/* Makes `value` relative to the file's folder; 0 where it gets too long. */
static int place_path(const char *path, char value[CONFIG_PATH_SIZE_MAX + 1])
{
    const char *slash = strrchr(path, '/');
    if (value[0] == '\0' || value[0] == '/' || slash == NULL) {
        return 1;
    }
    size_t folder_size = (size_t)(slash + 1 - path);
    size_t size = strlen(value);
    if (folder_size + size > CONFIG_PATH_SIZE_MAX) {
        return 0;
    }
    memmove(value + folder_size, value, size + 1);
    memcpy(value, path, folder_size);
    return 1;
}

static steme_status place_paths(const char *path, config *self, steme_error *error)
{
    char *paths[] = {self->db, self->tls.cert, self->tls.key, self->tls.ca};
    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
        if (!place_path(path, paths[i])) {
            return app_fail(error, STEME_INVALID, "%s: a path in it is too long: %s", path,
                            paths[i]);
        }
    }
    return STEME_OK;
}

/* ---- Reading ------------------------------------------------------------------------------ */

static steme_status parse_text(const char *path, const char *text, size_t size, config *out_config,
                               steme_error *error)
{
    config *read = NULL;
    steme_status status = check_bytes(path, text, size, error);
    if (status == STEME_OK) {
        status = check_syntax(path, text, size, error);
    }
    if (status == STEME_OK) {
        status = load(path, text, size, &read, error);
    }
    if (status == STEME_OK && read == NULL) { /* nothing, or comments alone */
        *out_config = (config){0};
        return STEME_OK;
    }
    if (status == STEME_OK) {
        status = check_values(path, text, read, error);
    }
    if (status == STEME_OK) {
        status = place_paths(path, read, error);
    }
    if (status == STEME_OK) {
        *out_config = *read;
    }
    free(read); /* one block: nothing in it is a pointer */
    return status;
}

steme_status config_parse(const char *path, steme_span text, config *out_config, steme_error *error)
{
    if (text.size > CONFIG_FILE_SIZE_MAX) {
        return app_fail(error, STEME_TOO_LARGE,
                        "too large for a configuration: %s: at most %d bytes", path,
                        CONFIG_FILE_SIZE_MAX);
    }
    char *copy = text_allocate(text.size + 1);
    if (text.size > 0) {
        memcpy(copy, text.bytes, text.size);
    }
    copy[text.size] = '\0';
    steme_status status = parse_text(path, copy, text.size, out_config, error);
    free(copy);
    return status;
}

static steme_status fail_reading(const char *path, steme_error *error)
{
    steme_status status = errno == ENOENT   ? STEME_NOT_FOUND
                          : errno == EACCES ? STEME_PERMISSION
                                            : STEME_IO;
    return app_fail(error, status, "cannot read: %s: %s; check the path", path, strerror(errno));
}

steme_status config_read(const char *path, config *out_config, steme_error *error)
{
    int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (descriptor < 0) {
        return fail_reading(path, error);
    }
    uint8_t *bytes = text_allocate(CONFIG_FILE_SIZE_MAX + 1);
    size_t size = 0;
    ssize_t count = 0;
    do {
        count = read(descriptor, bytes + size, CONFIG_FILE_SIZE_MAX + 1 - size);
        size += count > 0 ? (size_t)count : 0;
    } while ((count > 0 && size <= CONFIG_FILE_SIZE_MAX) || (count < 0 && errno == EINTR));
    steme_status status = count < 0
                              ? fail_reading(path, error)
                              : config_parse(path, (steme_span){bytes, size}, out_config, error);
    close(descriptor);
    free(bytes);
    return status;
}
