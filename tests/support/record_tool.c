/* record_tool.c -- the record functions of the library behind a line protocol, for
 * tests/golden/test_agreement.py. One question a line on standard input, one answer a line:
 *
 *   admit <hex>                -> ok <id> <M>       or  refused <status>
 *   interpret <hex>            -> ok <statement>    or  ignored   or  refused <status>
 *   sign <seed>[,<seed>] <statement>  -> ok <record>  or  failed <status>: <why>
 *
 * A statement is `name=value` words in the order of the table below, after type, time, counter,
 * node and claim_time. Texts and ids are hexadecimal, lists have commas, enumerations are their
 * numbers, millionths integers; a value is `kind:payload`, a real `1:r` and the 16 digits of its
 * binary64; metadata is `key:value` pairs. A malformed question ends the program with 2. */
#include <steme/record.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LINE_SIZE_MAX  (1u << 20)
#define ID_COUNT_MAX   128
#define PAIR_COUNT_MAX 1024

typedef enum tool_kind {
    TOOL_TEXT,
    TOOL_ID,
    TOOL_ID_LIST,
    TOOL_INT32, /* enumerations and millionths too */
    TOOL_INT64,
    TOOL_VALUE,
    TOOL_METADATA,
} tool_kind;

typedef struct tool_field {
    steme_record_type type;
    const char *name;
    tool_kind kind;
    size_t offset;
    size_t present_offset; /* of 32 bits that are 0 where the field is absent; 0 = always there */
} tool_field;

#define AT(member) offsetof(steme_statement, as.member)

static const tool_field tool_fields[] = {
    {STEME_ASSERTION, "subject", TOOL_TEXT, AT(assertion.subject), 0},
    {STEME_ASSERTION, "predicate", TOOL_TEXT, AT(assertion.predicate), 0},
    {STEME_ASSERTION, "object", TOOL_VALUE, AT(assertion.value), 0},
    {STEME_ASSERTION, "relation", TOOL_INT32, AT(assertion.relation), 0},
    {STEME_ASSERTION, "unit", TOOL_TEXT, AT(assertion.unit), 0},
    {STEME_ASSERTION, "language", TOOL_TEXT, AT(assertion.language), 0},
    {STEME_ASSERTION, "confidence", TOOL_INT32, AT(assertion.confidence_millionths), 0},
    {STEME_ASSERTION, "source_class", TOOL_INT32, AT(assertion.source_class), 0},
    {STEME_ASSERTION, "source", TOOL_ID_LIST, AT(assertion.source), 0},
    {STEME_ASSERTION, "derived_from", TOOL_ID_LIST, AT(assertion.derived_from), 0},
    {STEME_ASSERTION, "epoch", TOOL_ID_LIST, AT(assertion.epoch), 0},
    {STEME_ASSERTION, "valid_from", TOOL_INT64, AT(assertion.valid_from_s),
     AT(assertion.has_valid_from)},
    {STEME_ASSERTION, "valid_to", TOOL_INT64, AT(assertion.valid_to_s), AT(assertion.has_valid_to)},
    {STEME_ASSERTION, "metadata", TOOL_METADATA, AT(assertion.metadata), 0},
    {STEME_VOTE, "target", TOOL_ID, AT(vote.target), 0},
    {STEME_VOTE, "weight", TOOL_INT32, AT(vote.weight_millionths), 0},
    {STEME_VOTE, "reason", TOOL_TEXT, AT(vote.reason), 0},
    {STEME_SUPERSESSION, "targets", TOOL_ID_LIST, AT(supersession.targets), 0},
    {STEME_SUPERSESSION, "kind", TOOL_INT32, AT(supersession.kind), 0},
    {STEME_SUPERSESSION, "replacement", TOOL_ID_LIST, AT(supersession.replacement), 0},
    {STEME_SUPERSESSION, "reason", TOOL_TEXT, AT(supersession.reason), 0},
    {STEME_STAGE, "target", TOOL_ID, AT(stage.target), 0},
    {STEME_STAGE, "to", TOOL_INT32, AT(stage.to), 0},
    {STEME_STAGE, "reason", TOOL_TEXT, AT(stage.reason), 0},
    {STEME_EPOCH, "name", TOOL_TEXT, AT(epoch.name), 0},
    {STEME_EPOCH, "supersedes", TOOL_ID_LIST, AT(epoch.supersedes), 0},
    {STEME_EPOCH, "kind", TOOL_INT32, AT(epoch.kind), AT(epoch.supersedes.count)},
    {STEME_EPOCH, "description", TOOL_TEXT, AT(epoch.description), 0},
    {STEME_ALIAS, "from", TOOL_TEXT, AT(alias.from), 0},
    {STEME_ALIAS, "to", TOOL_TEXT, AT(alias.to), 0},
    {STEME_ALIAS, "relation", TOOL_INT32, AT(alias.relation), 0},
    {STEME_SOURCE, "name", TOOL_TEXT, AT(source.name), 0},
    {STEME_SOURCE, "edition", TOOL_TEXT, AT(source.edition), 0},
    {STEME_SOURCE, "document", TOOL_ID_LIST, AT(source.document), 0},
    {STEME_SOURCE, "title", TOOL_TEXT, AT(source.title), 0},
    {STEME_SOURCE, "date", TOOL_INT64, AT(source.date_ns), AT(source.has_date)},
    {STEME_ENDORSEMENT, "target", TOOL_ID, AT(endorsement.target), 0},
    {STEME_ENDORSEMENT, "reason", TOOL_TEXT, AT(endorsement.reason), 0},
    {STEME_KEY, "kind", TOOL_INT32, AT(key.kind), 0},
    {STEME_KEY, "key", TOOL_ID, AT(key.key), 0},
    {STEME_KEY, "from", TOOL_INT64, AT(key.from_ns), AT(key.has_from)},
    {STEME_KEY, "scope", TOOL_TEXT, AT(key.scope), 0},
    {STEME_KEY, "until", TOOL_INT64, AT(key.until_ns), AT(key.has_until)},
};

#define FIELD_COUNT (sizeof tool_fields / sizeof tool_fields[0])

/* What a question is decoded into; good until the next one. */
static uint8_t tool_bytes[LINE_SIZE_MAX / 2];
static size_t tool_bytes_size;
static steme_text_pair tool_pairs[PAIR_COUNT_MAX];

static void fail(const char *why)
{
    fprintf(stderr, "record_tool: %s\n", why);
    exit(2);
}

static unsigned hex_digit(char digit)
{
    const char *digits = "0123456789abcdef";
    const char *found = digit == '\0' ? NULL : strchr(digits, digit);
    if (found == NULL)
        fail("not hexadecimal");
    return (unsigned)(found - digits);
}

/* Decodes the hexadecimal at `text` up to the first of `ends` or the end, and gives what stands
 * behind it, the separator not skipped. */
static const char *hex_decode(const char *text, const char *ends, steme_span *out_span)
{
    size_t digit_count = strcspn(text, ends);
    if (digit_count % 2 != 0 || digit_count / 2 > sizeof tool_bytes - tool_bytes_size)
        fail("odd or too much hexadecimal");
    uint8_t *bytes = tool_bytes + tool_bytes_size;
    for (size_t index = 0; index < digit_count; index += 2)
        bytes[index / 2] = (uint8_t)(hex_digit(text[index]) << 4 | hex_digit(text[index + 1]));
    tool_bytes_size += digit_count / 2;
    *out_span = (steme_span){bytes, digit_count / 2};
    return text + digit_count;
}

static const char *hex_decode_exactly(const char *text, const char *ends, void *out, size_t size)
{
    steme_span span;
    const char *rest = hex_decode(text, ends, &span);
    if (span.size != size)
        fail("hexadecimal of another length");
    memcpy(out, span.bytes, size);
    return rest;
}

static void hex_print(const uint8_t *bytes, size_t size)
{
    static const char digits[] = "0123456789abcdef";
    for (size_t index = 0; index < size; index++) {
        putchar(digits[bytes[index] >> 4]);
        putchar(digits[bytes[index] & 15]);
    }
}

static void print_value(const steme_value *value)
{
    uint64_t bits;
    printf("%d:", (int)value->kind);
    switch (value->kind) {
    case STEME_VALUE_TEXT:
    case STEME_VALUE_REFERENCE:
        hex_print(value->text.bytes, value->text.size);
        break;
    case STEME_VALUE_BOOLEAN:
        printf("%d", value->boolean);
        break;
    case STEME_VALUE_NUMBER:
    case STEME_VALUE_TIME:
        memcpy(&bits, &value->real, sizeof bits);
        if (value->kind == STEME_VALUE_NUMBER && value->is_real)
            printf("r%016" PRIx64, bits);
        else
            printf("%" PRId64, value->integer);
        break;
    }
}

static void print_metadata(const steme_metadata *metadata)
{
    for (uint32_t index = 0; index < metadata->count; index++) {
        steme_text_pair pair = steme_metadata_get(metadata, index);
        if (index > 0)
            putchar(',');
        hex_print(pair.key.bytes, pair.key.size);
        putchar(':');
        hex_print(pair.value.bytes, pair.value.size);
    }
}

static void print_id_list(const steme_id_list *list)
{
    for (uint32_t index = 0; index < list->count; index++) {
        steme_id id = steme_id_list_get(list, index);
        if (index > 0)
            putchar(',');
        hex_print(id.bytes, sizeof id.bytes);
    }
}

static int is_present(const steme_statement *statement, const tool_field *field)
{
    const uint8_t *base = (const uint8_t *)statement;
    const void *at = base + field->offset;
    uint32_t flag = 1;
    if (field->present_offset != 0)
        memcpy(&flag, base + field->present_offset, sizeof flag);
    switch (field->kind) {
    case TOOL_TEXT:
        return ((const steme_span *)at)->size > 0;
    case TOOL_ID_LIST:
        return ((const steme_id_list *)at)->count > 0;
    case TOOL_METADATA:
        return ((const steme_metadata *)at)->count > 0;
    case TOOL_VALUE:
        return statement->as.assertion.relation != STEME_RELATION_NONE;
    case TOOL_ID:
    case TOOL_INT32:
    case TOOL_INT64:
        break;
    }
    return flag != 0;
}

static void print_field(const steme_statement *statement, const tool_field *field)
{
    const void *at = (const uint8_t *)statement + field->offset;
    printf(" %s=", field->name);
    switch (field->kind) {
    case TOOL_TEXT:
        hex_print(((const steme_span *)at)->bytes, ((const steme_span *)at)->size);
        break;
    case TOOL_ID:
        hex_print(at, STEME_ID_SIZE);
        break;
    case TOOL_ID_LIST:
        print_id_list(at);
        break;
    case TOOL_INT32:
        printf("%" PRId32, *(const int32_t *)at);
        break;
    case TOOL_INT64:
        printf("%" PRId64, *(const int64_t *)at);
        break;
    case TOOL_VALUE:
        print_value(at);
        break;
    case TOOL_METADATA:
        print_metadata(at);
        break;
    }
}

static void print_statement(const steme_statement *statement)
{
    printf("ok type=%d time=%" PRIu64 " counter=%" PRIu32 " node=", (int)statement->type,
           statement->stamp.time_ns, statement->stamp.counter);
    hex_print(statement->stamp.node, STEME_NODE_SIZE);
    printf(" claim_time=%" PRId64, statement->claim_time_ns);
    for (size_t index = 0; index < FIELD_COUNT; index++) {
        const tool_field *field = &tool_fields[index];
        if (field->type == statement->type && is_present(statement, field))
            print_field(statement, field);
    }
    putchar('\n');
}

static void read_value(const char *text, steme_value *value)
{
    value->kind = (steme_value_kind)strtol(text, NULL, 10);
    const char *payload = strchr(text, ':');
    if (payload == NULL)
        fail("a value without a payload");
    payload++;
    value->is_real = value->kind == STEME_VALUE_NUMBER && *payload == 'r';
    if (value->kind == STEME_VALUE_TEXT || value->kind == STEME_VALUE_REFERENCE) {
        hex_decode(payload, "", &value->text);
    } else if (value->kind == STEME_VALUE_BOOLEAN) {
        value->boolean = *payload == '1';
    } else if (value->is_real) {
        uint64_t bits = strtoull(payload + 1, NULL, 16);
        memcpy(&value->real, &bits, sizeof bits);
    } else {
        value->integer = strtoll(payload, NULL, 10);
    }
}

static void read_id_list(const char *text, steme_id_list *list)
{
    *list = (steme_id_list){tool_bytes + tool_bytes_size, 0, STEME_ID_SIZE};
    for (const char *rest = text; *rest != '\0'; list->count++) {
        steme_span span;
        rest = hex_decode(rest, ",", &span);
        if (span.size != STEME_ID_SIZE || list->count == ID_COUNT_MAX)
            fail("an id of another length, or too many");
        rest += *rest == ',';
    }
}

static void read_metadata(const char *text, steme_metadata *metadata)
{
    metadata->pairs = tool_pairs;
    for (const char *rest = text; *rest != '\0'; metadata->count++) {
        if (metadata->count == PAIR_COUNT_MAX)
            fail("too many pairs");
        steme_text_pair *pair = &tool_pairs[metadata->count];
        rest = hex_decode(rest, ":", &pair->key);
        if (*rest != ':')
            fail("a pair without a value");
        rest = hex_decode(rest + 1, ",", &pair->value);
        rest += *rest == ',';
    }
}

static void read_field(const tool_field *field, const char *text, steme_statement *statement)
{
    uint8_t *base = (uint8_t *)statement;
    void *at = base + field->offset;
    switch (field->kind) {
    case TOOL_TEXT:
        hex_decode(text, "", at);
        break;
    case TOOL_ID:
        hex_decode_exactly(text, "", at, STEME_ID_SIZE);
        break;
    case TOOL_ID_LIST:
        read_id_list(text, at);
        break;
    case TOOL_INT32:
        *(int32_t *)at = (int32_t)strtol(text, NULL, 10);
        break;
    case TOOL_INT64:
        *(int64_t *)at = strtoll(text, NULL, 10);
        *(int *)(void *)(base + field->present_offset) = 1;
        break;
    case TOOL_VALUE:
        read_value(text, at);
        break;
    case TOOL_METADATA:
        read_metadata(text, at);
        break;
    }
}

/* The words that every type has; 0 where `name` is none of them. */
static int read_common(const char *name, const char *text, steme_statement *statement)
{
    if (strcmp(name, "type") == 0)
        statement->type = (steme_record_type)strtol(text, NULL, 10);
    else if (strcmp(name, "time") == 0)
        statement->stamp.time_ns = strtoull(text, NULL, 10);
    else if (strcmp(name, "counter") == 0)
        statement->stamp.counter = (uint32_t)strtoul(text, NULL, 10);
    else if (strcmp(name, "node") == 0)
        hex_decode_exactly(text, "", statement->stamp.node, STEME_NODE_SIZE);
    else if (strcmp(name, "claim_time") == 0)
        statement->claim_time_ns = strtoll(text, NULL, 10);
    else
        return 0;
    return 1;
}

static void read_word(char *word, steme_statement *statement)
{
    char *text = strchr(word, '=');
    if (text == NULL)
        fail("a word without =");
    *text++ = '\0';
    if (read_common(word, text, statement))
        return;
    for (size_t index = 0; index < FIELD_COUNT; index++) {
        const tool_field *field = &tool_fields[index];
        if (field->type == statement->type && strcmp(field->name, word) == 0) {
            read_field(field, text, statement);
            return;
        }
    }
    fail("no such field");
}

static uint32_t read_keys(const char *text, steme_key keys[STEME_SIGNER_COUNT_MAX])
{
    uint32_t count = 0;
    for (const char *rest = text; *rest != '\0'; count++) {
        uint8_t seed[32];
        if (count == STEME_SIGNER_COUNT_MAX)
            fail("too many keys");
        rest = hex_decode_exactly(rest, ",", seed, sizeof seed);
        rest += *rest == ',';
        steme_key_from_seed(seed, &keys[count]);
    }
    return count;
}

static void answer_sign(char *arguments)
{
    static uint8_t buffer[STEME_RECORD_SIZE_MAX];
    steme_key keys[STEME_SIGNER_COUNT_MAX];
    steme_statement statement = {0};
    steme_record record;
    steme_error error;

    char *word = strtok(arguments, " ");
    uint32_t key_count = word == NULL ? 0 : read_keys(word, keys);
    while ((word = strtok(NULL, " ")) != NULL)
        read_word(word, &statement);
    steme_status status = steme_record_sign(&statement, keys, key_count, buffer, &record, &error);
    if (status != STEME_OK) {
        printf("failed %s: %s\n", steme_status_text(status), error.message);
        return;
    }
    printf("ok ");
    hex_print(record.bytes.bytes, record.bytes.size);
    putchar('\n');
}

/* Answers for a record in a block of its very size, so that a sanitizer sees a read past it. */
static void answer_record(steme_span bytes, int is_interpreting)
{
    steme_record record;
    steme_statement statement;
    steme_status status = steme_record_admit(bytes, &record, NULL);
    if (status != STEME_OK) {
        printf("refused %s\n", steme_status_text(status));
    } else if (!is_interpreting) {
        steme_id hash = steme_content_signing_hash(record.content);
        printf("ok ");
        hex_print(record.id.bytes, sizeof record.id.bytes);
        putchar(' ');
        hex_print(hash.bytes, sizeof hash.bytes);
        putchar('\n');
    } else if (steme_record_interpret(&record, &statement, NULL) != STEME_OK) {
        printf("ignored\n");
    } else {
        print_statement(&statement);
    }
}

static void answer_hex(const char *text, int is_interpreting)
{
    steme_span span;
    hex_decode(text, "", &span);
    uint8_t *copy = malloc(span.size + (span.size == 0));
    if (copy == NULL)
        fail("out of memory");
    memcpy(copy, span.bytes, span.size);
    answer_record((steme_span){copy, span.size}, is_interpreting);
    free(copy);
}

static void answer(char *line)
{
    tool_bytes_size = 0;
    if (strncmp(line, "admit ", 6) == 0)
        answer_hex(line + 6, 0);
    else if (strncmp(line, "interpret ", 10) == 0)
        answer_hex(line + 10, 1);
    else if (strncmp(line, "sign ", 5) == 0)
        answer_sign(line + 5);
    else
        fail("no such question");
    fflush(stdout);
}

int main(void)
{
    static char line[LINE_SIZE_MAX];
    steme_error error;
    if (steme_init(&error) != STEME_OK)
        fail(error.message);
    while (fgets(line, sizeof line, stdin) != NULL) {
        size_t size = strcspn(line, "\n");
        if (line[size] != '\n')
            fail("a line is too long or has no end");
        line[size] = '\0';
        answer(line);
    }
    return 0;
}
