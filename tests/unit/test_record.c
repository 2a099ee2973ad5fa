#include "support/test.h"

#include "base/bytes.h"
#include "base/hash.h"
#include "platform/clock.h"
#include "platform/fault.h"
#include "record/cbor_read.h"
#include "record/cbor_write.h"
#include "record/envelope.h"
#include "record/signature.h"
#include "support/random_record.h"

#include <errno.h>
#include <pthread.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FORGED_SIZE_MAX = STEME_RECORD_SIZE_MAX + 4096, HEX_SIZE_MAX = 16384 };

/* Hex of often used items. */
#define TWICE(text)   text text
#define TIMES_8(text) TWICE(TWICE(TWICE(text)))
#define ID(byte)      "5820" TIMES_8(byte byte byte byte)
#define STAMP         "83 1864 05 50" TIMES_8("0707")
#define AB            "6161 " /* text "a" */

static steme_error error;

static int begin(void **state)
{
    (void)state;
    error = (steme_error){0};
    return steme_init(NULL) != STEME_OK;
}

/* ---- Records made by hand, valid or not --------------------------------------------------- */

/* What is to be different from a plain record; zeroes and NULL = nothing. */
typedef struct forgery {
    uint64_t record_items;    /* 2 */
    uint64_t content_items;   /* 4 */
    uint64_t version;         /* 1 */
    uint64_t type;            /* vote */
    uint32_t signer_count;    /* 1 */
    uint32_t signature_count; /* as many as signers */
    size_t signer_size;       /* 32 */
    size_t signature_size;    /* 64 */
    bool is_descending;       /* the signers */
    bool is_one_signer;       /* the same one as often as signer_count says */
    bool has_no_signers;
    const char *body;           /* hex; the stamp and `entries` */
    const char *entries;        /* hex; none */
    const char *behind_content; /* hex; nothing */
    const char *behind_record;  /* hex; nothing */
} forgery;

static size_t bytes_of(const char *hex, uint8_t *out_bytes)
{
    static char digits[HEX_SIZE_MAX];
    size_t count = 0;
    for (; hex != NULL && *hex != '\0'; hex++)
        if (*hex != ' ')
            digits[count++] = *hex;
    assert_true(base_hex_decode(digits, count, out_bytes, count / 2));
    return count / 2;
}

static uint64_t given_or(uint64_t value, uint64_t fallback)
{
    return value != 0 ? value : fallback;
}

static void write_hex(record_writer *writer, const char *hex)
{
    uint8_t bytes[HEX_SIZE_MAX / 2];
    record_write_encoded(writer, (steme_span){bytes, bytes_of(hex, bytes)});
}

static void write_body(record_writer *writer, const forgery *plan)
{
    if (plan->body != NULL) {
        write_hex(writer, plan->body);
        return;
    }
    uint8_t entries[HEX_SIZE_MAX / 2];
    size_t size = bytes_of(plan->entries, entries);
    record_reader reader;
    uint64_t item_count = 0;
    record_reader_init(&reader, entries, (steme_span){entries, size});
    for (; reader.next < reader.end; item_count++)
        assert_true(record_read_any(&reader, 0));
    record_write_map(writer, 1 + item_count / 2);
    record_write_unsigned(writer, 0);
    write_hex(writer, STAMP);
    record_write_encoded(writer, (steme_span){entries, size});
}

static int key_order(const void *left, const void *right)
{
    return memcmp(((const steme_key *)left)->agent.bytes, ((const steme_key *)right)->agent.bytes,
                  STEME_AGENT_SIZE);
}

static void choose_signers(const forgery *plan, uint32_t count, steme_key *out_keys)
{
    random_keys(0, count, out_keys);
    qsort(out_keys, count, sizeof *out_keys, key_order);
    for (uint32_t i = 0; plan->is_one_signer && i < count; i++)
        out_keys[i] = out_keys[0];
    for (uint32_t i = 0; plan->is_descending && i < count / 2; i++) {
        steme_key swapped = out_keys[i];
        out_keys[i] = out_keys[count - 1 - i];
        out_keys[count - 1 - i] = swapped;
    }
}

static void write_content(record_writer *writer, const forgery *plan, const steme_key *keys,
                          uint32_t signer_count)
{
    record_write_array(writer, given_or(plan->content_items, 4));
    record_write_unsigned(writer, given_or(plan->version, 1));
    record_write_unsigned(writer, given_or(plan->type, STEME_VOTE));
    record_write_array(writer, signer_count);
    for (uint32_t i = 0; i < signer_count; i++)
        record_write_bytes(writer, keys[i].agent.bytes, given_or(plan->signer_size, 32));
    write_body(writer, plan);
    write_hex(writer, plan->behind_content);
}

/* A record whose signatures are good whatever else is wrong with it. */
static steme_span forge(forgery plan)
{
    static uint8_t content_bytes[FORGED_SIZE_MAX];
    static uint8_t bytes[FORGED_SIZE_MAX];
    steme_key keys[RANDOM_KEY_COUNT];
    record_writer content;
    record_writer writer;
    uint32_t signer_count = plan.has_no_signers ? 0 : (uint32_t)given_or(plan.signer_count, 1);
    uint32_t signature_count = (uint32_t)given_or(plan.signature_count, signer_count);
    choose_signers(&plan, signer_count > signature_count ? signer_count : signature_count, keys);
    record_writer_init(&content, content_bytes, sizeof content_bytes);
    write_content(&content, &plan, keys, signer_count);
    steme_id message = steme_content_signing_hash((steme_span){content_bytes, content.size});
    record_writer_init(&writer, bytes, sizeof bytes);
    record_write_array(&writer, given_or(plan.record_items, 2));
    record_write_bytes(&writer, content_bytes, content.size);
    record_write_array(&writer, signature_count);
    for (uint32_t i = 0; i < signature_count; i++) {
        uint8_t signature[STEME_SIGNATURE_SIZE + 8] = {0};
        record_signature_make(&keys[i], message.bytes, signature);
        record_write_bytes(&writer, signature, given_or(plan.signature_size, 64));
    }
    write_hex(&writer, plan.behind_record);
    assert_false(content.is_full || writer.is_full);
    return (steme_span){bytes, writer.size};
}

static const char vote_entries[] = "02" ID("11") "03 01";

/* ---- Sections 1 to 4: admission ----------------------------------------------------------- */

static void a_plain_record_is_admitted_and_read(void **state)
{
    (void)state;
    steme_span bytes = forge((forgery){.entries = vote_entries});
    steme_record record;
    assert_int_equal(steme_record_admit(bytes, &record, &error), STEME_OK);
    assert_int_equal(record.type, STEME_VOTE);
    assert_int_equal(record.signer_count, 1);
    assert_int_equal(record.stamp.time_ns, 100);
    assert_int_equal(record.stamp.counter, 5);
    assert_int_equal(record.stamp.node[15], 7);
    assert_ptr_equal(record.content.bytes, bytes.bytes + 3);
    assert_ptr_equal(record.body.bytes, bytes.bytes + 41);
    assert_ptr_equal(record.body.bytes + record.body.size,
                     record.content.bytes + record.content.size);
    assert_memory_equal(steme_record_signer(&record, 0), random_key(0)->agent.bytes, 32);
    steme_id id = base_blake3(record.content.bytes, record.content.size);
    assert_memory_equal(&record.id, &id, sizeof id);
    steme_statement statement;
    assert_int_equal(steme_record_interpret(&record, &statement, &error), STEME_OK);
    assert_int_equal(statement.as.vote.weight_millionths, 1);
    assert_int_equal(statement.claim_time_ns, 100);
}

static const struct refused_record {
    forgery plan;
    steme_status status;
    const char *message;
} refused_records[] = {
    {{.record_items = 3, .behind_record = "00"}, STEME_INVALID, "record: array of another length"},
    {{.record_items = 1}, STEME_INVALID, "record: array of another length: byte 0"},
    {{.behind_record = "00"}, STEME_NOT_CANONICAL, "signatures: bytes follow"},
    {{.content_items = 3}, STEME_INVALID, "content: array of another length: byte 3"},
    {{.content_items = 5, .behind_content = "00"}, STEME_INVALID, "content: array of another"},
    {{.behind_content = "00"}, STEME_NOT_CANONICAL, "content: bytes follow"},
    {{.version = 2}, STEME_INVALID, "content: not format version 1: byte 4"},
    {{.signer_count = 17}, STEME_INVALID, "not 1 to 16"},
    {{.has_no_signers = true}, STEME_INVALID, "not 1 to 16"},
    {{.has_no_signers = true, .signature_count = 1}, STEME_INVALID, "signers: not 1 to 16"},
    {{.signer_size = 31}, STEME_INVALID, "signers: bytes of another size: byte 7"},
    {{.signature_size = 63}, STEME_INVALID, "signatures: bytes of another size"},
    {{.signature_size = 65}, STEME_INVALID, "signatures: bytes of another size"},
    {{.signer_count = 2, .is_descending = true}, STEME_INVALID, "signers: not strictly ascending"},
    {{.signer_count = 2, .is_one_signer = true}, STEME_INVALID, "signers: not strictly ascending"},
    {{.signer_count = 2, .signature_count = 1}, STEME_INVALID, "signatures: 1 for 2 signers"},
    {{.signer_count = 1, .signature_count = 2}, STEME_INVALID, "signatures: 2 for 1 signers"},
    /* The body, the byte of which is 41 */
    {{.body = "80"}, STEME_INVALID, "body: not a map: byte 41"},
    {{.body = "a0"}, STEME_INVALID, "body: stamp expected"},
    {{.body = "a1 01 00"}, STEME_INVALID, "body: stamp expected as the first entry: byte 42"},
    {{.body = "a1 6161 00"}, STEME_INVALID, "body: stamp expected"},
    {{.body = "a2 00" STAMP "6161 00"}, STEME_INVALID, "body: not an unsigned integer"},
    {{.body = "a2 00" STAMP "20 00"}, STEME_INVALID, "body: not an unsigned integer"},
    {{.body = "a2 00" STAMP "00 00"}, STEME_NOT_CANONICAL, "body: map key occurs twice"},
    {{.body = "a3 00" STAMP "05 00 03 00"}, STEME_NOT_CANONICAL, "body: map keys are not in"},
    {{.body = "a3 00" STAMP "03 00 03 00"}, STEME_NOT_CANONICAL, "body: map key occurs twice"},
    {{.body = "a2 00" STAMP "03 f6"}, STEME_NOT_CANONICAL, "body: a simple value"},
    {{.body = "a2 00" STAMP "03 c1 00"}, STEME_NOT_CANONICAL, "body: a tag"},
    {{.body = "a2 00" STAMP "03 60"}, STEME_NOT_CANONICAL, "body: empty text"},
    {{.body = "a2 00" STAMP "03 62c328"}, STEME_NOT_CANONICAL, "UTF-8"},
    {{.body = "a2 00" STAMP "03 f93c"}, STEME_NOT_CANONICAL, "body: ends too early"},
    {{.body = "a2 00" STAMP "03 fa3f800000"}, STEME_NOT_CANONICAL, "shortest float"},
    {{.body = "a2 00" STAMP "1803 00"}, STEME_NOT_CANONICAL, "shortest form"},
    {{.body = "a2 00" STAMP "03 81818181818180"}, STEME_NOT_CANONICAL, "nested more than 8"},
    {{.body = "a2 00" STAMP "03 9b1000000000000000"}, STEME_NOT_CANONICAL, "counts more"},
    {{.body = "bb1000000000000000 00" STAMP}, STEME_NOT_CANONICAL, "body: counts more"},
    /* The stamp */
    {{.body = "a1 00 00"}, STEME_INVALID, "body: not an array: byte 43"},
    {{.body = "a1 00 82 00 00"}, STEME_INVALID, "body: array of another length"},
    {{.body = "a1 00 84 00 00 00 00"}, STEME_INVALID, "body: array of another length"},
    {{.body = "a1 00 83 20 00 50" TIMES_8("0000")}, STEME_INVALID, "not an unsigned integer"},
    {{.body = "a1 00 83 00 1b0000000100000000 50" TIMES_8("0000")}, STEME_INVALID, "32 bits"},
    {{.body = "a1 00 83 00 00 4f" TIMES_8("00") "00000000000000"}, STEME_INVALID, "another size"},
    {{.body = "a1 00 83 00 00 51" TIMES_8("0000") "00"}, STEME_INVALID, "another size"},
    {{.body = "a1 00 83 00 00 60"}, STEME_INVALID, "not bytes"},
};

static void what_breaks_a_rule_of_sections_1_to_3_is_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof refused_records / sizeof refused_records[0]; i++) {
        const struct refused_record *refused = &refused_records[i];
        steme_record record;
        memset(&record, 0x5a, sizeof record);
        steme_record untouched = record;
        steme_status status = steme_record_admit(forge(refused->plan), &record, &error);
        if (status != refused->status || strstr(error.message, refused->message) == NULL)
            fail_msg("case %zu (%s): status %d, %s", i, refused->message, status, error.message);
        assert_memory_equal(&record, &untouched, sizeof record);
    }
}

/* Nothing that the body says has a part in admission. */
static void what_makes_no_sense_is_admitted_and_not_interpreted(void **state)
{
    (void)state;
    static const forgery plans[] = {
        {.type = UINT64_MAX},
        {.type = 10, .signer_count = 16},
        {.entries = "02 00"},
        {.entries = "04 818181818180"},
        {.entries = "02" ID("11") "03 01 1880 00"},
        {.entries = "02" ID("11") "03 01 1bffffffffffffffff 00"},
        {.body = "a1 00 83 1bffffffffffffffff 1affffffff 50" TIMES_8("ffff")},
    };
    for (size_t i = 0; i < sizeof plans / sizeof plans[0]; i++) {
        steme_record record;
        steme_statement statement;
        memset(&statement, 0x5a, sizeof statement);
        steme_statement untouched = statement;
        if (steme_record_admit(forge(plans[i]), &record, &error) != STEME_OK)
            fail_msg("case %zu: %s", i, error.message);
        assert_int_equal(steme_record_interpret(&record, &statement, &error), STEME_INVALID);
        assert_memory_equal(&statement, &untouched, sizeof statement);
    }
    steme_record record;
    assert_int_equal(steme_record_admit(forge((forgery){.version = 1, .type = 200}), &record, NULL),
                     STEME_OK);
}

static void a_type_of_0_is_admitted_and_not_interpreted(void **state)
{
    (void)state;
    uint8_t content[128];
    uint8_t buffer[STEME_RECORD_SIZE_MAX];
    uint8_t signature[STEME_SIGNATURE_SIZE];
    steme_record record;
    steme_statement statement;
    steme_span span;
    record_writer writer;
    record_writer_init(&writer, content, sizeof content);
    write_hex(&writer, "84 01 00 81");
    record_write_bytes(&writer, random_key(0)->agent.bytes, STEME_AGENT_SIZE);
    write_hex(&writer, "a1 00" STAMP);
    span = (steme_span){content, writer.size};
    record_signature_make(random_key(0), steme_content_signing_hash(span).bytes, signature);
    assert_int_equal(steme_record_assemble(span, signature, 1, buffer, &span, NULL), STEME_OK);
    assert_int_equal(steme_record_admit(span, &record, &error), STEME_OK);
    assert_int_equal(steme_record_interpret(&record, &statement, &error), STEME_INVALID);
}

static void a_record_of_65536_bytes_is_admitted_and_one_more_is_not(void **state)
{
    (void)state;
    static uint8_t content[FORGED_SIZE_MAX];
    static uint8_t bytes[FORGED_SIZE_MAX];
    static const uint8_t filler[FORGED_SIZE_MAX];
    for (size_t over = 0; over < 2; over++) {
        record_writer writer;
        record_writer_init(&writer, content, sizeof content);
        write_hex(&writer, "84 01 02 81");
        record_write_bytes(&writer, random_key(0)->agent.bytes, STEME_AGENT_SIZE);
        write_hex(&writer, "a2 00" STAMP "04");
        size_t content_size = STEME_RECORD_SIZE_MAX - record_size(0, 1) - 2 + over;
        record_write_bytes(&writer, filler, content_size - writer.size - 3);
        assert_int_equal(writer.size, content_size);
        uint8_t signature[STEME_SIGNATURE_SIZE];
        record_signature_make(random_key(0),
                              steme_content_signing_hash((steme_span){content, content_size}).bytes,
                              signature);
        record_writer_init(&writer, bytes, sizeof bytes);
        record_write_array(&writer, 2);
        record_write_bytes(&writer, content, content_size);
        record_write_array(&writer, 1);
        record_write_bytes(&writer, signature, sizeof signature);
        assert_int_equal(writer.size, STEME_RECORD_SIZE_MAX + over);
        steme_record record;
        steme_span span;
        assert_int_equal(steme_record_admit((steme_span){bytes, writer.size}, &record, &error),
                         over == 0 ? STEME_OK : STEME_TOO_LARGE);
        assert_int_equal(steme_record_assemble((steme_span){content, content_size}, signature, 1,
                                               bytes, &span, &error),
                         over == 0 ? STEME_OK : STEME_TOO_LARGE);
    }
}

static void one_to_16_signers_each_have_a_valid_signature(void **state)
{
    (void)state;
    for (uint32_t count = 1; count <= STEME_SIGNER_COUNT_MAX; count++) {
        steme_span bytes = forge((forgery){.signer_count = count, .type = STEME_STAGE});
        steme_record record;
        assert_int_equal(steme_record_admit(bytes, &record, &error), STEME_OK);
        assert_int_equal(record.signer_count, count);
        for (uint32_t i = 0; i < count; i++) {
            uint8_t *signature = (uint8_t *)(uintptr_t)steme_record_signature(&record, i);
            char signer[2 * STEME_AGENT_SIZE + 1];
            base_hex_encode(steme_record_signer(&record, i), STEME_AGENT_SIZE, signer);
            signature[40] ^= 1;
            assert_int_equal(steme_record_admit(bytes, &record, &error), STEME_BAD_SIGNATURE);
            assert_non_null(strstr(error.message, signer));
            assert_int_equal(steme_record_parse(bytes, &record, &error), STEME_OK);
            signature[40] ^= 1;
        }
    }
}

static void no_bytes_at_all_are_refused(void **state)
{
    (void)state;
    steme_record record;
    assert_int_equal(steme_record_parse((steme_span){NULL, 0}, &record, &error),
                     STEME_NOT_CANONICAL);
    assert_int_equal(steme_record_parse((steme_span){(const uint8_t *)"", 0}, &record, NULL),
                     STEME_NOT_CANONICAL);
}

/* ---- Section 4: the edges ----------------------------------------------------------------- */

static void every_signature_edge_is_decided_as_the_rule_says(void **state)
{
    (void)state;
    for (size_t i = 0; i < record_signature_edge_count; i++) {
        const record_signature_edge *edge = &record_signature_edges[i];
        if (record_signature_is_valid(edge->signature, edge->agent, edge->message) !=
            edge->is_valid)
            fail_msg("%s", edge->name);
    }
    assert_null(record_signature_self_test());
    assert_true(record_signature_edge_count >= 60);
}

/* The text of `"name": ` behind *at, and moves *at behind it. */
static void next_member(const char **at, const char *name, char *out_text, size_t size_max)
{
    char quoted[40];
    snprintf(quoted, sizeof quoted, "\"%s\": ", name);
    const char *found = strstr(*at, quoted);
    assert_non_null(found);
    found += strlen(quoted);
    found += *found == '"';
    size_t size = strcspn(found, "\"\n");
    size -= found[size] == '\n' && found[size - 1] == ',';
    assert_true(size < size_max);
    memcpy(out_text, found, size);
    out_text[size] = '\0';
    *at = found + size;
}

static void assert_hex(const char *text, const uint8_t *bytes, size_t size)
{
    char expected[2 * STEME_SIGNATURE_SIZE + 1];
    base_hex_encode(bytes, size, expected);
    assert_string_equal(text, expected);
}

static void the_built_in_edges_are_those_of_the_json_file(void **state)
{
    (void)state;
    static char json[1 << 18];
    char path[4096];
    const char *root = getenv("STEME_SOURCE");
    snprintf(path, sizeof path, "%s/tests/golden/signature_edges.json", root ? root : ".");
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    json[fread(json, 1, sizeof json - 1, file)] = '\0';
    fclose(file);
    const char *at = json;
    for (size_t i = 0; i < record_signature_edge_count; i++) {
        const record_signature_edge *edge = &record_signature_edges[i];
        char text[256];
        next_member(&at, "name", text, sizeof text);
        assert_string_equal(text, edge->name);
        next_member(&at, "agent", text, sizeof text);
        assert_hex(text, edge->agent, sizeof edge->agent);
        next_member(&at, "message", text, sizeof text);
        assert_hex(text, edge->message, sizeof edge->message);
        next_member(&at, "signature", text, sizeof text);
        assert_hex(text, edge->signature, sizeof edge->signature);
        next_member(&at, "valid", text, sizeof text);
        assert_string_equal(text, edge->is_valid ? "true" : "false");
        /* Rules 1 to 3 are kept here, whatever a release of libsodium does about them. */
        next_member(&at, "rule", text, sizeof text);
        bool is_form_good = strchr("04", text[0]) != NULL || strstr(edge->name, "not on the curve");
        assert_int_equal(record_signature_is_well_formed(edge->signature, edge->agent),
                         is_form_good);
    }
    assert_null(strstr(at, "\"name\""));
}

static void *run_init(void *context)
{
    *(steme_status *)context = steme_init(NULL);
    return NULL;
}

static void init_may_be_called_often_and_from_many_threads(void **state)
{
    (void)state;
    pthread_t threads[4];
    steme_status statuses[4];
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, run_init, &statuses[i]), 0);
    for (size_t i = 0; i < 4; i++) {
        pthread_join(threads[i], NULL);
        assert_int_equal(statuses[i], STEME_OK);
    }
}

/* ---- Sections 5 and 6: interpretation ----------------------------------------------------- */

static const struct interpreted_body {
    uint64_t type;
    uint32_t signer_count;
    const char *entries;
    const char *problem; /* NULL = it is interpreted */
} bodies[] = {
    /* Section 5 */
    {STEME_VOTE, 1, "02" ID("11") "03 00", NULL},
    {STEME_VOTE, 1, "02" ID("11") "03 00 10 f5 187f 820102", NULL},
    {STEME_VOTE, 1, "02" ID("11") "03 00 1880 00", "critical key 128"},
    {STEME_VOTE, 1, "02" ID("11") "03 00 190200 00", "critical key 512"},
    {STEME_VOTE, 1, "01 00 02" ID("11") "03 00", NULL},
    {STEME_VOTE, 1, "01 20 02" ID("11") "03 00", NULL},
    {STEME_VOTE, 1, "01 1b7fffffffffffffff 02" ID("11") "03 00", NULL},
    {STEME_VOTE, 1, "01 3b7fffffffffffffff 02" ID("11") "03 00", NULL},
    {STEME_VOTE, 1, "01 1b8000000000000000 02" ID("11") "03 00", "claim time: integer beyond 64"},
    {STEME_VOTE, 1, "01 3b8000000000000000 02" ID("11") "03 00", "claim time: integer beyond 64"},
    {STEME_VOTE, 1, "01 1864 02" ID("11") "03 00", "claim time: the default, written out"},
    {STEME_VOTE, 1, "01" AB "02" ID("11") "03 00", "claim time: not an integer"},
    {10, 1, "", "type 10 is not known"},
    /* 1 assertion */
    {STEME_ASSERTION, 1, "02" AB "03" AB "04 82 00" AB, NULL},
    {STEME_ASSERTION, 16, "02" AB "03" AB "04 82 00" AB, NULL},
    {STEME_ASSERTION, 1, "03" AB "04 82 00" AB, "subject: missing"},
    {STEME_ASSERTION, 1, "02" AB "04 82 00" AB, "predicate: missing"},
    {STEME_ASSERTION, 1, "02" AB, "predicate: missing"},
    {STEME_ASSERTION, 1, "", "subject: missing"},
    {STEME_ASSERTION, 1, "02" AB "03" AB, "value: missing"},
    {STEME_ASSERTION, 1, "02 4161 03" AB "04 82 00" AB, "subject: not a text"},
    {STEME_ASSERTION, 1, "02" AB "03" AB "04 00", "value: not an array"},
    {STEME_ASSERTION, 1, "02" AB "03" AB "04 81 00", "value: array of another length"},
    {STEME_ASSERTION, 1, "02" AB "03" AB "04 83 00" AB "00", "value: array of another length"},
    {STEME_ASSERTION, 1, "02" AB "03" AB "04 82 00 00", "value: not a text"},
    {STEME_ASSERTION, 1, "02" AB "03" AB "04 82 05" AB, "value: kind out of range"},
    {STEME_ASSERTION, 1, "02" AB "03" AB "04 82 20" AB, "value: not an unsigned integer"},
    {STEME_ASSERTION, 1, "02" AB "03" AB "04 82 01 1864", NULL},
    {STEME_ASSERTION, 1, "02" AB "03" AB "04 82 01 3b7fffffffffffffff", NULL},
    {STEME_ASSERTION, 1, "02" AB "03" AB "04 82 01 1b8000000000000000", "beyond 64 bits"},
    {STEME_ASSERTION, 1, "02" AB "03" AB "04 82 01 f93800", NULL},
    {STEME_ASSERTION, 1, "02" AB "03" AB "04 82 01 fb3ff199999999999a", NULL},
    {STEME_ASSERTION, 1, "02" AB "03" AB "04 82 01 f90000", "written as a float"},
    {STEME_ASSERTION, 1, "02" AB "03" AB "04 82 01 f93c00", "written as a float"},
    {STEME_ASSERTION, 1, "02" AB "03" AB "04 82 01 fadf000000", "written as a float"}, /* -2^63 */
    {STEME_ASSERTION, 1, "02" AB "03" AB "04 82 01 fa5ec00000",
     "written as a float"},                                            /* 1.5 * 2^62 */
    {STEME_ASSERTION, 1, "02" AB "03" AB "04 82 01 fa5f000000", NULL}, /* 2^63 */
    {STEME_ASSERTION, 1, "02" AB "03" AB "04 82 01 fadf000001", NULL},
    {STEME_ASSERTION, 1, "02" AB "03" AB "04 82 01 fb7fefffffffffffff", NULL},
    {STEME_ASSERTION, 1, "02" AB "03" AB "04 82 01 f5", "value: not an integer"},
    {STEME_ASSERTION, 1, "02" AB "03" AB "04 82 02 f5", NULL},
    {STEME_ASSERTION, 1, "02" AB "03" AB "04 82 02 01", "value: not a boolean"},
    {STEME_ASSERTION, 1, "02" AB "03" AB "04 82 03" AB, NULL},
    {STEME_ASSERTION, 1, "02" AB "03" AB "04 82 03 01", "value: not a text"},
    {STEME_ASSERTION, 1, "02" AB "03" AB "04 82 04 20", NULL},
    {STEME_ASSERTION, 1, "02" AB "03" AB "04 82 04 f93800", "value: not an integer"},
    {STEME_ASSERTION, 1, "02" AB "03" AB "04 82 01 00 05 00", "relation: the default"},
    {STEME_ASSERTION, 1, "02" AB "03" AB "04 82 01 00 05 01", NULL},
    {STEME_ASSERTION, 1, "02" AB "03" AB "04 82 01 00 05 02", NULL},
    {STEME_ASSERTION, 1, "02" AB "03" AB "04 82 04 00 05 05", NULL},
    {STEME_ASSERTION, 1, "02" AB "03" AB "04 82 00" AB "05 01", NULL},
    {STEME_ASSERTION, 1, "02" AB "03" AB "04 82 00" AB "05 02", "relation: orders"},
    {STEME_ASSERTION, 1, "02" AB "03" AB "04 82 02 f4 05 05", "relation: orders"},
    {STEME_ASSERTION, 1, "02" AB "03" AB "04 82 03" AB "05 03", "relation: orders"},
    {STEME_ASSERTION, 1, "02" AB "03" AB "05 06", NULL},
    {STEME_ASSERTION, 1, "02" AB "03" AB "04 82 00" AB "05 06", "value: not allowed"},
    {STEME_ASSERTION, 1, "02" AB "03" AB "04 82 00" AB "05 07", "relation: out of range"},
    {STEME_ASSERTION, 1, "02" AB "03" AB "04 82 00" AB "05 20", "relation: out of range"},
    {STEME_ASSERTION, 1, "02" AB "03" AB "04 82 00" AB "05 1b0000000100000001", "out of range"},
    {STEME_ASSERTION, 1, "02" AB "03" AB "04 82 01 00 06" AB, NULL},
    {STEME_ASSERTION, 1, "02" AB "03" AB "04 82 00" AB "06" AB, "unit: only"},
    {STEME_ASSERTION, 1, "02" AB "03" AB "05 06 06" AB, "unit: only"},
    {STEME_ASSERTION, 1, "02" AB "03" AB "04 82 00" AB "07 65 656e2d5553", NULL},
    {STEME_ASSERTION, 1, "02" AB "03" AB "04 82 00" AB "07 65 656e5f5553", "language: other than"},
    {STEME_ASSERTION, 1, "02" AB "03" AB "04 82 00" AB "07 62c3a9", "language: other than"},
    {STEME_ASSERTION, 1, "02" AB "03" AB "04 82 00" AB "07 615b", "language: other than"},
    {STEME_ASSERTION, 1, "02" AB "03" AB "04 82 00" AB "07 6140", "language: other than"},
    {STEME_ASSERTION, 1, "02" AB "03" AB "04 82 03" AB "07" AB, "language: only"},
    {STEME_ASSERTION, 1, "02" AB "03" AB "05 06 07" AB, "language: only"},
    {STEME_ASSERTION, 1, "02" AB "03" AB "04 82 02 f4 08 00", NULL},
    {STEME_ASSERTION, 1, "02" AB "03" AB "04 82 02 f4 08 1a000f423f", NULL},
    {STEME_ASSERTION, 1, "02" AB "03" AB "04 82 02 f4 08 1a000f4240", "confidence: the default"},
    {STEME_ASSERTION, 1, "02" AB "03" AB "04 82 02 f4 08 1a000f4241", "confidence: out of"},
    {STEME_ASSERTION, 1, "02" AB "03" AB "04 82 02 f4 08 20", "confidence: out of range"},
    {STEME_ASSERTION, 1, "02" AB "03" AB "04 82 02 f4 08 f93800", "confidence: not an integer"},
    {STEME_ASSERTION, 1, "02" AB "03" AB "04 82 02 f4 09 00", NULL},
    {STEME_ASSERTION, 1, "02" AB "03" AB "04 82 02 f4 09 04", NULL},
    {STEME_ASSERTION, 1, "02" AB "03" AB "04 82 02 f4 09 05", "source class: the default"},
    {STEME_ASSERTION, 1, "02" AB "03" AB "04 82 02 f4 09 06", "source class: out of range"},
    {STEME_ASSERTION, 1, "02" AB "03" AB "04 82 02 f4 0a" ID("22"), NULL},
    {STEME_ASSERTION, 1, "02" AB "03" AB "04 82 02 f4 0a 4122", "source: bytes of another"},
    {STEME_ASSERTION, 1, "02" AB "03" AB "04 82 02 f4 0b 81" ID("22"), NULL},
    {STEME_ASSERTION, 1, "02" AB "03" AB "04 82 02 f4 0b 80", "derived from: not 1 to 64"},
    {STEME_ASSERTION, 1, "02" AB "03" AB "04 82 02 f4 0b" ID("22"), "derived from: not an array"},
    {STEME_ASSERTION, 1, "02" AB "03" AB "04 82 02 f4 0b 82" ID("22") ID("23"), NULL},
    {STEME_ASSERTION, 1, "02" AB "03" AB "04 82 02 f4 0b 82" ID("22") ID("22"), "ascending"},
    {STEME_ASSERTION, 1, "02" AB "03" AB "04 82 02 f4 0b 82" ID("23") ID("22"), "ascending"},
    {STEME_ASSERTION, 1, "02" AB "03" AB "04 82 02 f4 0b 81 4122", "derived from: bytes of"},
    {STEME_ASSERTION, 1, "02" AB "03" AB "04 82 02 f4 0c" ID("22"), NULL},
    {STEME_ASSERTION, 1, "02" AB "03" AB "04 82 02 f4 0c 00", "epoch: not bytes"},
    {STEME_ASSERTION, 1, "02" AB "03" AB "04 82 02 f4 0d 00 0e 01", NULL},
    {STEME_ASSERTION, 1, "02" AB "03" AB "04 82 02 f4 0d 01", NULL},
    {STEME_ASSERTION, 1, "02" AB "03" AB "04 82 02 f4 0e 3b7fffffffffffffff", NULL},
    {STEME_ASSERTION, 1, "02" AB "03" AB "04 82 02 f4 0d 01 0e 01", "valid to: not after"},
    {STEME_ASSERTION, 1, "02" AB "03" AB "04 82 02 f4 0d 01 0e 20", "valid to: not after"},
    {STEME_ASSERTION, 1, "02" AB "03" AB "04 82 02 f4 0d" AB, "valid from: not an integer"},
    {STEME_ASSERTION, 1, "02" AB "03" AB "04 82 02 f4 0f a1" AB AB, NULL},
    {STEME_ASSERTION, 1, "02" AB "03" AB "04 82 02 f4 0f a2 617a" AB "626162" AB, NULL},
    {STEME_ASSERTION, 1, "02" AB "03" AB "04 82 02 f4 0f a0", "metadata: empty map"},
    {STEME_ASSERTION, 1, "02" AB "03" AB "04 82 02 f4 0f 80", "metadata: not a map"},
    {STEME_ASSERTION, 1, "02" AB "03" AB "04 82 02 f4 0f a1 00" AB, "metadata: not a text"},
    {STEME_ASSERTION, 1, "02" AB "03" AB "04 82 02 f4 0f a1" AB "00", "metadata: not a text"},
    {STEME_ASSERTION, 1, "02" AB "03" AB "04 82 02 f4 10 80 11 80", NULL},
    /* 2 vote */
    {STEME_VOTE, 1, "02" ID("11"), "weight: missing"},
    {STEME_VOTE, 1, "03 00", "target: missing"},
    {STEME_VOTE, 1, "02 4111 03 00", "target: bytes of another size"},
    {STEME_VOTE, 1, "02" ID("11") "03 1a000f4240 04" AB, NULL},
    {STEME_VOTE, 1, "02" ID("11") "03 3a000f423f", NULL},
    {STEME_VOTE, 1, "02" ID("11") "03 1a000f4241", "weight: out of range"},
    {STEME_VOTE, 1, "02" ID("11") "03 3a000f4240", "weight: out of range"},
    {STEME_VOTE, 2, "02" ID("11") "03 00", "signers: exactly one"},
    /* 3 supersession */
    {STEME_SUPERSESSION, 1, "02 81" ID("11") "03 00", NULL},
    {STEME_SUPERSESSION, 3, "02 81" ID("11") "03 02 04" ID("12") "05" AB, NULL},
    {STEME_SUPERSESSION, 1, "02" ID("11") "03 00", "targets: not an array"},
    {STEME_SUPERSESSION, 1, "02 80 03 00", "targets: not 1 to 64"},
    {STEME_SUPERSESSION, 1, "02 81" ID("11"), "kind: missing"},
    {STEME_SUPERSESSION, 1, "03 00", "targets: missing"},
    {STEME_SUPERSESSION, 1, "02 81" ID("11") "03 05", "kind: out of range"},
    {STEME_SUPERSESSION, 1, "02 81" ID("11") "03 04", "replacement: missing in a merge"},
    {STEME_SUPERSESSION, 1, "02 81" ID("11") "03 04 04" ID("12"), NULL},
    {STEME_SUPERSESSION, 1, "02 81" ID("11") "03 03", NULL},
    {STEME_SUPERSESSION, 1, "02 81" ID("11") "03 03 04" ID("12"), "replacement: not allowed"},
    {STEME_SUPERSESSION, 1, "02 82" ID("11") ID("12") "03 00 04" ID("12"), "one of the targets"},
    /* 4 stage */
    {STEME_STAGE, 1, "02" ID("11") "03 00", NULL},
    {STEME_STAGE, 2, "02" ID("11") "03 03 04" AB, NULL},
    {STEME_STAGE, 1, "02" ID("11") "03 04", "to: out of range"},
    {STEME_STAGE, 1, "02" ID("11"), "to: missing"},
    {STEME_STAGE, 1, "03 00", "target: missing"},
    /* 5 epoch */
    {STEME_EPOCH, 1, "02" AB, NULL},
    {STEME_EPOCH, 1, "05" AB, "name: missing"},
    {STEME_EPOCH, 1, "02" AB "03 81" ID("11") "04 00 05" AB, NULL},
    {STEME_EPOCH, 1, "02" AB "03 81" ID("11") "04 04", NULL},
    {STEME_EPOCH, 1, "02" AB "03 81" ID("11"), "kind: missing"},
    {STEME_EPOCH, 1, "02" AB "04 00", "kind: only where"},
    {STEME_EPOCH, 1, "02" AB "03 81" ID("11") "04 05", "kind: out of range"},
    {STEME_EPOCH, 1, "02" AB "03 80 04 00", "supersedes: not 1 to 64"},
    /* 6 alias */
    {STEME_ALIAS, 1, "02" AB "03 6162 04 00", NULL},
    {STEME_ALIAS, 1, "02" AB "03 6162 04 01", NULL},
    {STEME_ALIAS, 1, "02" AB "03 6162 04 02", "relation: out of range"},
    {STEME_ALIAS, 1, "02" AB "03 6162", "relation: missing"},
    {STEME_ALIAS, 1, "02" AB "04 00", "to: missing"},
    {STEME_ALIAS, 1, "02" AB "03" AB "04 00", "to: the same as from"},
    /* 7 source */
    {STEME_SOURCE, 1, "02" AB, NULL},
    {STEME_SOURCE, 1, "02" AB "03" AB "04" ID("11") "05" AB "06 00", NULL},
    {STEME_SOURCE, 1, "03" AB, "name: missing"},
    {STEME_SOURCE, 1, "02" AB "04 4111", "document: bytes of another size"},
    {STEME_SOURCE, 1, "02" AB "06 f93800", "date: not an integer"},
    /* 8 endorsement */
    {STEME_ENDORSEMENT, 1, "02" ID("11"), NULL},
    {STEME_ENDORSEMENT, 1, "02" ID("11") "03" AB, NULL},
    {STEME_ENDORSEMENT, 1, "03" AB, "target: missing"},
    {STEME_ENDORSEMENT, 2, "02" ID("11"), "signers: exactly one"},
    /* 9 key */
    {STEME_KEY, 1, "02 01 03" ID("11") "04 00", NULL},
    {STEME_KEY, 1, "02 01 03" ID("11"), "from: missing in a revocation"},
    {STEME_KEY, 1, "02 01 04 00", "key: missing"},
    {STEME_KEY, 1, "03" ID("11"), "kind: missing"},
    {STEME_KEY, 1, "02 03 03" ID("11"), "kind: out of range"},
    {STEME_KEY, 1, "02 01 03" ID("11") "04 00 05" AB, "scope and until: only"},
    {STEME_KEY, 1, "02 01 03" ID("11") "04 00 06 01", "scope and until: only"},
    {STEME_KEY, 1, "02 02 03" ID("11"), NULL},
    {STEME_KEY, 3, "02 02 03" ID("11") "04 00 05" AB "06 01", NULL},
    {STEME_KEY, 1, "02 02 03" ID("11") "04 01 06 01", "until: not after from"},
    {STEME_KEY, 1, "02 02 03" ID("11") "06 20", NULL},
    {STEME_KEY, 1, "02 00 03" ID("11"), "signers: a rotation"},
    {STEME_KEY, 2, "02 00 03" ID("11"), "signers: a rotation"},
};

static steme_status interpret_forged(forgery plan, steme_statement *out_statement)
{
    steme_record record;
    if (steme_record_admit(forge(plan), &record, &error) != STEME_OK)
        fail_msg("%s", error.message);
    return steme_record_interpret(&record, out_statement, &error);
}

static void every_rule_of_sections_5_and_6_decides_interpretation(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof bodies / sizeof bodies[0]; i++) {
        const struct interpreted_body *body = &bodies[i];
        steme_statement statement;
        error.message[0] = '\0';
        steme_status status = interpret_forged((forgery){.type = body->type,
                                                         .signer_count = body->signer_count,
                                                         .entries = body->entries},
                                               &statement);
        if ((status == STEME_OK) != (body->problem == NULL) ||
            (status != STEME_OK && status != STEME_INVALID) ||
            (body->problem != NULL && strstr(error.message, body->problem) == NULL))
            fail_msg("type %d, %s: %s", (int)body->type, body->entries, error.message);
    }
}

/* Entries `"02 .." "03 .."` of a key record about the key of a signer. */
static steme_status interpret_key_record(const char *kind, const uint8_t *key, uint32_t signers)
{
    char entries[128];
    char hex[2 * STEME_AGENT_SIZE + 1];
    steme_statement statement;
    base_hex_encode(key, STEME_AGENT_SIZE, hex);
    snprintf(entries, sizeof entries, "02 %s 03 5820 %s", kind, hex);
    return interpret_forged(
        (forgery){.type = STEME_KEY, .signer_count = signers, .entries = entries}, &statement);
}

static void a_rotation_is_signed_by_old_and_new_key_and_a_delegate_is_no_signer(void **state)
{
    (void)state;
    for (size_t i = 0; i < 2; i++)
        assert_int_equal(interpret_key_record("00", random_key(i)->agent.bytes, 2), STEME_OK);
    assert_int_equal(interpret_key_record("00", random_key(0)->agent.bytes, 1), STEME_INVALID);
    assert_int_equal(interpret_key_record("00", random_key(0)->agent.bytes, 3), STEME_INVALID);
    assert_int_equal(interpret_key_record("00", random_key(5)->agent.bytes, 2), STEME_INVALID);
    assert_int_equal(interpret_key_record("02", random_key(1)->agent.bytes, 2), STEME_INVALID);
    assert_int_equal(interpret_key_record("02", random_key(2)->agent.bytes, 2), STEME_OK);
}

/* The default of the claim time stops at the greatest int64. */
static void a_stamp_beyond_int64_has_the_greatest_claim_time(void **state)
{
    (void)state;
    steme_statement statement;
    forgery plan = {.body =
                        "a3 00 83 1b8000000000000000 00 50" TIMES_8("0000") "02" ID("11") "03 00"};
    assert_int_equal(interpret_forged(plan, &statement), STEME_OK);
    assert_int_equal(statement.claim_time_ns, INT64_MAX);
    plan.body = "a4 00 83 1b8000000000000000 00 50" TIMES_8("0000") "01 1b7fffffffffffffff 02" ID(
        "11") "03 00";
    assert_int_equal(interpret_forged(plan, &statement), STEME_INVALID);
    steme_stamp stamp = {.time_ns = INT64_MAX};
    assert_int_equal(steme_stamp_claim_time(&stamp), INT64_MAX);
    stamp.time_ns = 7;
    assert_int_equal(steme_stamp_claim_time(&stamp), 7);
}

static void absent_fields_have_their_defaults(void **state)
{
    (void)state;
    steme_statement statement;
    assert_int_equal(interpret_forged((forgery){.type = STEME_ASSERTION,
                                                .entries = "02" AB "03" AB "04 82 00" AB},
                                      &statement),
                     STEME_OK);
    const steme_assertion *assertion = &statement.as.assertion;
    assert_int_equal(assertion->relation, STEME_RELATION_EQUAL);
    assert_int_equal(assertion->confidence_millionths, 1000000);
    assert_int_equal(assertion->source_class, STEME_CLASS_ANECDOTAL);
    assert_int_equal(assertion->source.count + assertion->derived_from.count +
                         assertion->epoch.count + assertion->metadata.count,
                     0);
    assert_int_equal(assertion->has_valid_from + assertion->has_valid_to, 0);
    assert_null(assertion->unit.bytes);
    assert_null(assertion->language.bytes);
}

/* ---- Building ----------------------------------------------------------------------------- */

static uint8_t buffer[STEME_RECORD_SIZE_MAX];

static steme_span span_of(const char *text)
{
    return (steme_span){(const uint8_t *)text, strlen(text)};
}

/* A text of `size` bytes. */
static steme_span long_text(size_t size)
{
    static uint8_t text[STEME_RECORD_SIZE_MAX * 2];
    memset(text, 'x', sizeof text);
    return (steme_span){text, size};
}

static steme_statement plain_assertion(void)
{
    steme_statement statement = {.type = STEME_ASSERTION, .stamp = {.time_ns = 1000}};
    statement.claim_time_ns = 1000;
    statement.as.assertion.subject = span_of("subject");
    statement.as.assertion.predicate = span_of("predicate");
    statement.as.assertion.value.text = span_of("value");
    statement.as.assertion.confidence_millionths = 1000000;
    statement.as.assertion.source_class = STEME_CLASS_ANECDOTAL;
    return statement;
}

static steme_status sign(const steme_statement *statement)
{
    steme_record record;
    return steme_record_sign(statement, random_key(0), 1, buffer, &record, &error);
}

static void assert_sign_fails(const steme_statement *statement, const char *problem)
{
    steme_status status = sign(statement);
    if (status != STEME_INVALID || error.status != STEME_INVALID ||
        strstr(error.message, problem) == NULL)
        fail_msg("%s: %d, %s", problem, status, error.message);
}

/* Where each text that may be of limited size is, and the most bytes it may have. */
static const struct text_limit {
    steme_record_type type;
    size_t offset;
    size_t size_max;
} text_limits[] = {
#define LIMIT(type, member, size)                                                                  \
    {                                                                                              \
        type, offsetof(steme_statement, as.member), size                                           \
    }
    LIMIT(STEME_ASSERTION, assertion.subject, 1024),
    LIMIT(STEME_ASSERTION, assertion.predicate, 1024),
    LIMIT(STEME_ASSERTION, assertion.language, 35),
    LIMIT(STEME_ASSERTION, assertion.value.text, 32768),
    LIMIT(STEME_VOTE, vote.reason, 1024),
    LIMIT(STEME_SUPERSESSION, supersession.reason, 1024),
    LIMIT(STEME_STAGE, stage.reason, 1024),
    LIMIT(STEME_EPOCH, epoch.name, 1024),
    LIMIT(STEME_EPOCH, epoch.description, 4096),
    LIMIT(STEME_ALIAS, alias.from, 1024),
    LIMIT(STEME_ALIAS, alias.to, 1024),
    LIMIT(STEME_SOURCE, source.name, 1024),
    LIMIT(STEME_SOURCE, source.edition, 256),
    LIMIT(STEME_SOURCE, source.title, 1024),
    LIMIT(STEME_ENDORSEMENT, endorsement.reason, 1024),
    LIMIT(STEME_KEY, key.scope, 1024),
#undef LIMIT
};

/* The least that can be said in each type. */
static steme_statement plain_statement(steme_record_type type)
{
    static const steme_id target = {{1}};
    steme_statement statement = {.type = type, .stamp = {.time_ns = 9}, .claim_time_ns = 9};
    switch (type) {
    case STEME_ASSERTION:
        return plain_assertion();
    case STEME_SUPERSESSION:
        statement.as.supersession.targets = (steme_id_list){target.bytes, 1, 32};
        break;
    case STEME_EPOCH:
        statement.as.epoch.name = span_of("name");
        break;
    case STEME_ALIAS:
        statement.as.alias.from = span_of("from");
        statement.as.alias.to = span_of("to");
        break;
    case STEME_SOURCE:
        statement.as.source.name = span_of("name");
        break;
    case STEME_KEY:
        statement.as.key.kind = STEME_KEY_DELEGATE;
        break;
    default:
        break;
    }
    return statement;
}

static void texts_are_bounded(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof text_limits / sizeof text_limits[0]; i++) {
        steme_statement statement = plain_statement(text_limits[i].type);
        steme_span text = long_text(text_limits[i].size_max);
        memcpy((uint8_t *)&statement + text_limits[i].offset, &text, sizeof text);
        if (sign(&statement) != STEME_OK)
            fail_msg("text %zu: %s", i, error.message);
        text.size++;
        memcpy((uint8_t *)&statement + text_limits[i].offset, &text, sizeof text);
        char sizes[64];
        snprintf(sizes, sizeof sizes, "text too long: %zu bytes, at most %zu are allowed",
                 text.size, text.size - 1);
        assert_sign_fails(&statement, sizes);
    }
    steme_statement statement = plain_assertion();
    statement.as.assertion.value = (steme_value){.kind = STEME_VALUE_NUMBER, .integer = 1};
    statement.as.assertion.unit = long_text(64);
    assert_int_equal(sign(&statement), STEME_OK);
    statement.as.assertion.unit = long_text(65);
    assert_sign_fails(&statement, "unit: text too long: 65 bytes, at most 64 are allowed");
    statement = plain_assertion();
    statement.as.assertion.value = (steme_value){.kind = STEME_VALUE_REFERENCE};
    statement.as.assertion.value.text = long_text(1024);
    assert_int_equal(sign(&statement), STEME_OK);
    statement.as.assertion.value.text = long_text(1025);
    assert_sign_fails(&statement, "value: text too long: 1025 bytes, at most 1024 are allowed");
}

static void a_record_that_is_too_large_is_not_made(void **state)
{
    (void)state;
    steme_statement statement = plain_assertion();
    statement.as.assertion.value.text = long_text(STEME_RECORD_SIZE_MAX);
    assert_int_equal(sign(&statement), STEME_TOO_LARGE);
    assert_non_null(strstr(error.message, "assertion value"));
}

static void what_cannot_be_interpreted_is_not_signed(void **state)
{
    (void)state;
    double nothing = 0;
    steme_statement statement = plain_assertion();
    statement.as.assertion.subject = (steme_span){0};
    assert_sign_fails(&statement, "assertion subject: missing");
    statement = plain_assertion();
    statement.as.assertion.predicate = span_of("\xff");
    assert_sign_fails(&statement, "assertion predicate: NUL or invalid UTF-8");
    statement = plain_assertion();
    statement.as.assertion.value.text = (steme_span){(const uint8_t *)"a\0b", 3};
    assert_sign_fails(&statement, "assertion value: NUL");
    static const double bad[] = {1.0, -0.0, 4e15};
    for (size_t i = 0; i < 5; i++) {
        double real = i < 3 ? bad[i] : i == 3 ? 1 / nothing : nothing / nothing;
        statement.as.assertion.value =
            (steme_value){.kind = STEME_VALUE_NUMBER, .is_real = 1, .real = real};
        assert_sign_fails(&statement, "assertion value: ");
    }
    statement.as.assertion.value = (steme_value){.kind = (steme_value_kind)7};
    assert_sign_fails(&statement, "value: kind out of range");
    statement = plain_assertion();
    statement.as.assertion.confidence_millionths = 1000001;
    assert_sign_fails(&statement, "confidence: out of range");
    statement.as.assertion.confidence_millionths = UINT32_MAX;
    assert_sign_fails(&statement, "confidence: out of range");
    statement = plain_statement(STEME_VOTE);
    statement.as.vote.weight_millionths = -1000001;
    assert_sign_fails(&statement, "vote weight: out of range");
    statement.type = (steme_record_type)10;
    assert_sign_fails(&statement, "type 10");
    statement.type = (steme_record_type)-1;
    assert_sign_fails(&statement, "type");
}

static void id_lists_are_bounded_and_strictly_ascending(void **state)
{
    (void)state;
    static steme_id ids[66];
    for (size_t i = 0; i < 66; i++)
        ids[i].bytes[0] = (uint8_t)i;
    steme_statement statement = plain_assertion();
    steme_id_list *list = &statement.as.assertion.derived_from;
    *list = (steme_id_list){ids[0].bytes, 64, sizeof ids[0]};
    assert_int_equal(sign(&statement), STEME_OK);
    list->count = 65;
    assert_sign_fails(&statement, "derived from: more than 64");
    list->count = UINT32_MAX;
    assert_sign_fails(&statement, "derived from: more than 64");
    *list = (steme_id_list){ids[0].bytes, 2, 0};
    assert_sign_fails(&statement, "derived from: ids not strictly ascending");
    *list = (steme_id_list){0};
    statement.as.assertion.source = (steme_id_list){ids[0].bytes, 2, sizeof ids[0]};
    assert_sign_fails(&statement, "source: more than one");
}

/* Entries of a supersession of `count` ids. */
static steme_status interpret_targets(unsigned count)
{
    char entries[HEX_SIZE_MAX / 2];
    steme_statement statement;
    size_t used = (size_t)snprintf(entries, sizeof entries, "02 98%02x", count);
    for (unsigned i = 0; i < count; i++)
        used += (size_t)snprintf(entries + used, sizeof entries - used,
                                 "5820%02x" TIMES_8("000000") "00000000000000", i);
    snprintf(entries + used, sizeof entries - used, "03 00");
    return interpret_forged((forgery){.type = STEME_SUPERSESSION, .entries = entries}, &statement);
}

static void a_65th_id_is_not_interpreted(void **state)
{
    (void)state;
    assert_int_equal(interpret_targets(64), STEME_OK);
    assert_int_equal(interpret_targets(65), STEME_INVALID);
    assert_non_null(strstr(error.message, "targets: not 1 to 64 ids"));
}

static void metadata_is_sorted_and_bounded(void **state)
{
    (void)state;
    steme_text_pair pairs[3] = {
        {span_of("bb"), span_of("1")}, {span_of("c"), span_of("2")}, {span_of("aa"), span_of("3")}};
    static const char *const order[] = {"c", "aa", "bb"};
    steme_statement statement = plain_assertion();
    steme_statement read;
    steme_record record;
    statement.as.assertion.metadata = (steme_metadata){.pairs = pairs, .count = 3};
    assert_int_equal(steme_record_sign(&statement, random_key(0), 1, buffer, &record, &error),
                     STEME_OK);
    assert_int_equal(steme_record_interpret(&record, &read, &error), STEME_OK);
    for (uint32_t i = 0; i < 3; i++) {
        steme_text_pair pair = steme_metadata_get(&read.as.assertion.metadata, i);
        assert_memory_equal(pair.key.bytes, order[i], pair.key.size);
    }
    pairs[2].key = pairs[0].key;
    assert_sign_fails(&statement, "metadata: a key occurs twice");
    pairs[2].key = span_of("d");
    pairs[2].value = (steme_span){0};
    assert_sign_fails(&statement, "metadata: empty text");
    pairs[2].value = long_text(4096 - 6);
    assert_int_equal(sign(&statement), STEME_OK);
    pairs[2].value = long_text(4096 - 5);
    assert_sign_fails(&statement, "metadata: texts too long: 4097 bytes, at most 4096");
    statement.as.assertion.metadata.count = UINT32_MAX;
    assert_sign_fails(&statement, "metadata: more than 4096 bytes");
}

/* Two entries in one: the bytes of a map, and of a critical key behind it. */
static void encoded_metadata_cannot_smuggle_other_fields(void **state)
{
    (void)state;
    static const uint8_t smuggled[] = {0xa1, 0x61, 'a', 0x61, 'b', 0x18, 0x80, 0x00};
    steme_statement statement = plain_assertion();
    statement.as.assertion.metadata =
        (steme_metadata){.encoded = {smuggled, sizeof smuggled}, .count = 1};
    assert_sign_fails(&statement, "metadata: not one encoded map");
    statement.as.assertion.metadata.encoded.size = 5;
    assert_int_equal(sign(&statement), STEME_OK);
    statement.as.assertion.metadata.encoded.size = 4;
    assert_sign_fails(&statement, "metadata: not one encoded map");
}

static void keys_sign_in_any_order_and_only_once_each(void **state)
{
    (void)state;
    steme_key keys[STEME_SIGNER_COUNT_MAX + 1];
    uint8_t other_buffer[STEME_RECORD_SIZE_MAX];
    steme_record record;
    steme_record other;
    steme_statement statement = plain_assertion();
    random_keys(0, STEME_SIGNER_COUNT_MAX + 1, keys);
    assert_int_equal(steme_record_sign(&statement, keys, 16, buffer, &record, &error), STEME_OK);
    assert_int_equal(steme_record_verify(&record, &error), STEME_OK);
    qsort(keys, 16, sizeof keys[0], key_order);
    assert_int_equal(steme_record_sign(&statement, keys, 16, other_buffer, &other, &error),
                     STEME_OK);
    assert_int_equal(record.bytes.size, other.bytes.size);
    assert_memory_equal(record.bytes.bytes, other.bytes.bytes, record.bytes.size);
    assert_int_equal(steme_record_sign(&statement, keys, 17, buffer, &record, &error),
                     STEME_INVALID);
    assert_int_equal(steme_record_sign(&statement, keys, 0, buffer, &record, &error),
                     STEME_INVALID);
    keys[1] = keys[0];
    assert_int_equal(steme_record_sign(&statement, keys, 2, buffer, &record, &error),
                     STEME_INVALID);
    assert_non_null(strstr(error.message, "ascending"));
}

static void content_and_foreign_signatures_are_joined(void **state)
{
    (void)state;
    steme_statement statement = plain_assertion();
    uint8_t content_buffer[STEME_RECORD_SIZE_MAX];
    uint8_t signature[STEME_SIGNATURE_SIZE];
    steme_span content;
    steme_span bytes;
    steme_record record;
    steme_record signed_record;
    assert_int_equal(steme_content_encode(&statement, &random_key(0)->agent, 1, content_buffer,
                                          &content, &error),
                     STEME_OK);
    steme_id message = steme_content_signing_hash(content);
    record_signature_make(random_key(0), message.bytes, signature);
    assert_int_equal(steme_record_assemble(content, signature, 1, content_buffer, &bytes, &error),
                     STEME_OK);
    assert_int_equal(steme_record_admit(bytes, &record, &error), STEME_OK);
    assert_int_equal(
        steme_record_sign(&statement, random_key(0), 1, buffer, &signed_record, &error), STEME_OK);
    assert_int_equal(bytes.size, signed_record.bytes.size);
    assert_memory_equal(bytes.bytes, buffer, bytes.size);
    steme_agent descending[2] = {{{2}}, {{1}}};
    assert_int_equal(
        steme_content_encode(&statement, descending, 2, content_buffer, &content, &error),
        STEME_INVALID);
}

/* The words of the format and of RFC 8032: nothing here may ever change. */
static void id_and_signature_of_a_fixed_statement_are_fixed(void **state)
{
    (void)state;
    steme_statement statement = plain_assertion();
    steme_record record;
    char id[2 * STEME_ID_SIZE + 1];
    char agent[2 * STEME_AGENT_SIZE + 1];
    char signature[2 * STEME_SIGNATURE_SIZE + 1];
    uint8_t seed[32];
    steme_key key;
    assert_int_equal(
        bytes_of("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60", seed), 32);
    steme_key_from_seed(seed, &key);
    base_hex_encode(key.agent.bytes, STEME_AGENT_SIZE, agent);
    assert_string_equal(agent, "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a");
    assert_int_equal(steme_record_sign(&statement, &key, 1, buffer, &record, &error), STEME_OK);
    base_hex_encode(record.id.bytes, STEME_ID_SIZE, id);
    base_hex_encode(steme_record_signature(&record, 0), STEME_SIGNATURE_SIZE, signature);
    assert_string_equal(id, "d59815b37748c4656e2e8c939386185b873ffec950ce2c3592180d35d6f873c3");
    assert_string_equal(signature,
                        "00a2410fe6a28db161998c4af91aca97d4c57b45169e9fdc067d516dae186489e1ec832f60"
                        "91384643be2d05ccbe2326cd8bd8d20fc6a7f4e083f986709a3101");
}

/* ---- Keys --------------------------------------------------------------------------------- */

static char folder[64];
static char key_path[96];

static int make_folder(void **state)
{
    snprintf(folder, sizeof folder, "/tmp/steme_test_XXXXXX");
    if (mkdtemp(folder) == NULL)
        return -1;
    snprintf(key_path, sizeof key_path, "%s/key", folder);
    return begin(state);
}

static int remove_folder(void **state)
{
    (void)state;
    platform_fault_set(NULL);
    unlink(key_path);
    return rmdir(folder);
}

static void a_key_is_saved_privately_and_comes_back(void **state)
{
    (void)state;
    steme_key key;
    steme_key back;
    struct stat facts;
    char line[128] = {0};
    steme_key_generate(&key);
    assert_int_equal(steme_key_save(key_path, &key, &error), STEME_OK);
    assert_int_equal(stat(key_path, &facts), 0);
    assert_int_equal(facts.st_mode & 0777, 0600);
    assert_int_equal(facts.st_size, 77);
    assert_int_equal(steme_key_load(key_path, &back, &error), STEME_OK);
    assert_memory_equal(&key, &back, sizeof key);
    FILE *file = fopen(key_path, "rb");
    assert_int_equal(fread(line, 1, sizeof line - 1, file), 77);
    fclose(file);
    assert_memory_equal(line, "steme-key-1 ", 12);
    assert_int_equal(steme_key_save(key_path, &key, &error), STEME_EXISTS);
    steme_key_wipe(&key);
    assert_memory_equal(&key, &(steme_key){0}, sizeof key);
}

static void a_key_that_others_may_read_is_not_loaded(void **state)
{
    (void)state;
    steme_key back;
    assert_int_equal(steme_key_save(key_path, random_key(0), &error), STEME_OK);
    static const mode_t modes[] = {0640, 0604, 0620, 0601};
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(chmod(key_path, modes[i]), 0);
        assert_int_equal(steme_key_load(key_path, &back, &error), STEME_PERMISSION);
    }
    assert_int_equal(chmod(key_path, 0400), 0);
    assert_int_equal(steme_key_load(key_path, &back, &error), STEME_OK);
}

static void what_is_not_a_key_file_is_not_loaded(void **state)
{
    (void)state;
    static const struct {
        const char *before;
        int digit_count;
        const char *after;
    } files[] = {{"", 0, ""},
                 {"steme-key-1 ", 64, ""},
                 {"steme-key-1 ", 64, "x"},
                 {"steme-key-1 ", 64, "\n\n"},
                 {"steme-key-1 ", 63, "\n"},
                 {"steme-key-1 ", 65, "\n"},
                 {"steme-key-1 g", 63, "\n"},
                 {"steme-key-1  ", 63, "\n"},
                 {"steme-key-2 ", 64, "\n"},
                 {"", 64, "\n"}};
    steme_key back;
    assert_int_equal(steme_key_load(key_path, &back, &error), STEME_NOT_FOUND);
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        FILE *file = fopen(key_path, "wb");
        fprintf(file, "%s%.*s%s", files[i].before, files[i].digit_count, TIMES_8("0123456789"),
                files[i].after);
        fclose(file);
        assert_int_equal(chmod(key_path, 0600), 0);
        assert_int_equal(steme_key_load(key_path, &back, &error), STEME_INVALID);
    }
}

static platform_call failing_call;

static int fail_call(platform_call call, const char *path, size_t *size)
{
    (void)path;
    if (call != failing_call)
        return 0;
    if (size != NULL)
        *size /= 2;
    return ENOSPC;
}

static void a_key_that_could_not_be_saved_leaves_no_file(void **state)
{
    (void)state;
    static const platform_call calls[] = {PLATFORM_CALL_OPEN, PLATFORM_CALL_WRITE,
                                          PLATFORM_CALL_SYNC};
    for (size_t i = 0; i < 3; i++) {
        failing_call = calls[i];
        platform_fault_set(fail_call);
        assert_int_equal(steme_key_save(key_path, random_key(0), &error), STEME_FULL);
        platform_fault_set(NULL);
        assert_int_equal(access(key_path, F_OK), -1);
    }
    assert_int_equal(steme_key_save(key_path, random_key(0), &error), STEME_OK);
}

/* ---- Speed: printed, not asserted --------------------------------------------------------- */

enum { SPEED_ROUNDS = 20000, SPEED_SIGNATURE_ROUNDS = 500 };

static void print_speed(const char *what, uint64_t started_ns, int rounds)
{
    printf("%-12s %8.0f ns\n", what,
           (double)(platform_clock_monotonic_ns() - started_ns) / (double)rounds);
}

static void speed_of_a_typical_record(void **state)
{
    (void)state;
    steme_statement statement = plain_assertion();
    steme_record record;
    steme_record again;
    statement.as.assertion.source = (steme_id_list){random_key(1)->agent.bytes, 1, 32};
    statement.as.assertion.value.text = long_text(130);
    statement.claim_time_ns = 5;
    assert_int_equal(steme_record_sign(&statement, random_key(0), 1, buffer, &record, NULL), 0);
    printf("a record of %zu bytes\n", record.bytes.size);
    uint64_t started = platform_clock_monotonic_ns();
    for (int i = 0; i < SPEED_ROUNDS; i++)
        assert_int_equal(steme_record_parse(record.bytes, &again, NULL), STEME_OK);
    print_speed("parse", started, SPEED_ROUNDS);
    started = platform_clock_monotonic_ns();
    for (int i = 0; i < SPEED_ROUNDS; i++)
        assert_int_equal(steme_record_interpret(&again, &statement, NULL), STEME_OK);
    print_speed("interpret", started, SPEED_ROUNDS);
    started = platform_clock_monotonic_ns();
    for (int i = 0; i < SPEED_SIGNATURE_ROUNDS; i++)
        assert_int_equal(steme_record_verify(&again, NULL), STEME_OK);
    print_speed("verify", started, SPEED_SIGNATURE_ROUNDS);
}

#define KEY_TEST(test) cmocka_unit_test_setup_teardown(test, make_folder, remove_folder)
#define TEST(test)     cmocka_unit_test_setup(test, begin)

static const struct CMUnitTest tests[] = {
    TEST(a_plain_record_is_admitted_and_read),
    TEST(what_breaks_a_rule_of_sections_1_to_3_is_refused),
    TEST(what_makes_no_sense_is_admitted_and_not_interpreted),
    TEST(a_type_of_0_is_admitted_and_not_interpreted),
    TEST(a_record_of_65536_bytes_is_admitted_and_one_more_is_not),
    TEST(one_to_16_signers_each_have_a_valid_signature),
    TEST(no_bytes_at_all_are_refused),
    TEST(every_signature_edge_is_decided_as_the_rule_says),
    TEST(the_built_in_edges_are_those_of_the_json_file),
    TEST(init_may_be_called_often_and_from_many_threads),
    TEST(every_rule_of_sections_5_and_6_decides_interpretation),
    TEST(a_rotation_is_signed_by_old_and_new_key_and_a_delegate_is_no_signer),
    TEST(a_stamp_beyond_int64_has_the_greatest_claim_time),
    TEST(absent_fields_have_their_defaults),
    TEST(texts_are_bounded),
    TEST(a_record_that_is_too_large_is_not_made),
    TEST(what_cannot_be_interpreted_is_not_signed),
    TEST(id_lists_are_bounded_and_strictly_ascending),
    TEST(a_65th_id_is_not_interpreted),
    TEST(metadata_is_sorted_and_bounded),
    TEST(encoded_metadata_cannot_smuggle_other_fields),
    TEST(keys_sign_in_any_order_and_only_once_each),
    TEST(content_and_foreign_signatures_are_joined),
    TEST(id_and_signature_of_a_fixed_statement_are_fixed),
    KEY_TEST(a_key_is_saved_privately_and_comes_back),
    KEY_TEST(a_key_that_others_may_read_is_not_loaded),
    KEY_TEST(what_is_not_a_key_file_is_not_loaded),
    KEY_TEST(a_key_that_could_not_be_saved_leaves_no_file),
    TEST(speed_of_a_typical_record),
};

TEST_MAIN(tests)
