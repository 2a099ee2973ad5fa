#include "record/cbor_read.h"
#include "record/signature.h"
#include "support/forged_record.h"

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

static const struct CMUnitTest tests[] = {
    TEST(every_rule_of_sections_5_and_6_decides_interpretation),
    TEST(a_rotation_is_signed_by_old_and_new_key_and_a_delegate_is_no_signer),
    TEST(a_stamp_beyond_int64_has_the_greatest_claim_time),
    TEST(absent_fields_have_their_defaults),
    TEST(a_65th_id_is_not_interpreted),
};

TEST_MAIN(tests)
