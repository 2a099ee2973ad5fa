#include "base/hash.h"
#include "record/cbor_read.h"
#include "record/signature.h"
#include "support/forged_record.h"

#include <pthread.h>

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
};

TEST_MAIN(tests)
