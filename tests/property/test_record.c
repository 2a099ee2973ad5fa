#include "support/test.h"

#include "record/signature.h"
#include "support/random_record.h"

enum { ROUND_COUNT = 300 };

static uint8_t buffer[STEME_RECORD_SIZE_MAX];
static random_storage storage;

static int begin(void **state)
{
    (void)state;
    uint64_t seed = test_seed(20260102);
    printf("seed %llu (STEME_TEST_SEED replays another)\n", (unsigned long long)seed);
    storage.random = seed;
    return steme_init(NULL) != STEME_OK;
}

/* A signed record of `type` in `buffer`. */
static steme_record signed_record(steme_record_type type, steme_statement *out_statement)
{
    steme_key keys[STEME_SIGNER_COUNT_MAX];
    steme_record record;
    steme_error error;
    uint32_t key_count = random_statement(&storage, type, 4, out_statement);
    random_keys(4, key_count, keys);
    if (steme_record_sign(out_statement, keys, key_count, buffer, &record, &error) != STEME_OK)
        fail_msg("%s", error.message);
    return record;
}

static void assert_text(steme_span left, steme_span right)
{
    assert_int_equal(left.size, right.size);
    if (left.size > 0)
        assert_memory_equal(left.bytes, right.bytes, left.size);
}

static void assert_ids(const steme_id_list *left, const steme_id_list *right)
{
    assert_int_equal(left->count, right->count);
    for (uint32_t i = 0; i < left->count; i++) {
        steme_id left_id = steme_id_list_get(left, i);
        steme_id right_id = steme_id_list_get(right, i);
        assert_memory_equal(&left_id, &right_id, sizeof left_id);
    }
}

/* Every pair of `given` is found in `read`, whose keys are in their order. */
static void assert_metadata(const steme_metadata *given, const steme_metadata *read)
{
    assert_int_equal(given->count, read->count);
    for (uint32_t i = 0; i < read->count; i++) {
        steme_text_pair pair = steme_metadata_get(read, i);
        uint32_t same = 0;
        while (same < given->count &&
               (given->pairs[same].key.size != pair.key.size ||
                memcmp(given->pairs[same].key.bytes, pair.key.bytes, pair.key.size) != 0))
            same++;
        assert_true(same < given->count);
        assert_text(given->pairs[same].value, pair.value);
    }
}

static void assert_assertion(const steme_assertion *given, const steme_assertion *read)
{
    assert_text(given->subject, read->subject);
    assert_text(given->predicate, read->predicate);
    assert_int_equal(given->relation, read->relation);
    assert_int_equal(given->value.kind, read->value.kind);
    assert_int_equal(given->value.is_real, read->value.is_real);
    assert_int_equal(given->value.integer, read->value.integer);
    assert_memory_equal(&given->value.real, &read->value.real, sizeof given->value.real);
    assert_int_equal(given->value.boolean, read->value.boolean);
    assert_text(given->value.text, read->value.text);
    assert_text(given->unit, read->unit);
    assert_text(given->language, read->language);
    assert_int_equal(given->confidence_millionths, read->confidence_millionths);
    assert_int_equal(given->source_class, read->source_class);
    assert_ids(&given->source, &read->source);
    assert_ids(&given->derived_from, &read->derived_from);
    assert_ids(&given->epoch, &read->epoch);
    assert_int_equal(given->has_valid_from, read->has_valid_from);
    assert_int_equal(given->has_valid_to, read->has_valid_to);
    assert_int_equal(given->valid_from_s, read->valid_from_s);
    assert_int_equal(given->valid_to_s, read->valid_to_s);
    assert_metadata(&given->metadata, &read->metadata);
}

static void assert_source(const steme_source *given, const steme_source *read)
{
    assert_text(given->name, read->name);
    assert_text(given->edition, read->edition);
    assert_ids(&given->document, &read->document);
    assert_text(given->title, read->title);
    assert_int_equal(given->has_date, read->has_date);
    assert_int_equal(given->date_ns, read->date_ns);
}

static void assert_key(const steme_key_statement *given, const steme_key_statement *read)
{
    assert_int_equal(given->kind, read->kind);
    assert_memory_equal(&given->key, &read->key, sizeof given->key);
    assert_int_equal(given->has_from, read->has_from);
    assert_int_equal(given->has_until, read->has_until);
    assert_int_equal(given->from_ns, read->from_ns);
    assert_int_equal(given->until_ns, read->until_ns);
    assert_text(given->scope, read->scope);
}

static void assert_statement(const steme_statement *given, const steme_statement *read)
{
    assert_int_equal(given->type, read->type);
    assert_int_equal(given->stamp.time_ns, read->stamp.time_ns);
    assert_int_equal(given->stamp.counter, read->stamp.counter);
    assert_memory_equal(given->stamp.node, read->stamp.node, STEME_NODE_SIZE);
    assert_int_equal(given->claim_time_ns, read->claim_time_ns);
    switch (given->type) {
    case STEME_ASSERTION:
        assert_assertion(&given->as.assertion, &read->as.assertion);
        break;
    case STEME_VOTE:
        assert_memory_equal(&given->as.vote.target, &read->as.vote.target, STEME_ID_SIZE);
        assert_int_equal(given->as.vote.weight_millionths, read->as.vote.weight_millionths);
        assert_text(given->as.vote.reason, read->as.vote.reason);
        break;
    case STEME_SUPERSESSION:
        assert_ids(&given->as.supersession.targets, &read->as.supersession.targets);
        assert_int_equal(given->as.supersession.kind, read->as.supersession.kind);
        assert_ids(&given->as.supersession.replacement, &read->as.supersession.replacement);
        assert_text(given->as.supersession.reason, read->as.supersession.reason);
        break;
    case STEME_STAGE:
        assert_memory_equal(&given->as.stage.target, &read->as.stage.target, STEME_ID_SIZE);
        assert_int_equal(given->as.stage.to, read->as.stage.to);
        assert_text(given->as.stage.reason, read->as.stage.reason);
        break;
    case STEME_EPOCH:
        assert_text(given->as.epoch.name, read->as.epoch.name);
        assert_ids(&given->as.epoch.supersedes, &read->as.epoch.supersedes);
        assert_int_equal(given->as.epoch.kind, read->as.epoch.kind);
        assert_text(given->as.epoch.description, read->as.epoch.description);
        break;
    case STEME_ALIAS:
        assert_text(given->as.alias.from, read->as.alias.from);
        assert_text(given->as.alias.to, read->as.alias.to);
        assert_int_equal(given->as.alias.relation, read->as.alias.relation);
        break;
    case STEME_SOURCE:
        assert_source(&given->as.source, &read->as.source);
        break;
    case STEME_ENDORSEMENT:
        assert_memory_equal(&given->as.endorsement.target, &read->as.endorsement.target,
                            STEME_ID_SIZE);
        assert_text(given->as.endorsement.reason, read->as.endorsement.reason);
        break;
    case STEME_KEY:
        assert_key(&given->as.key, &read->as.key);
        break;
    }
}

static void what_is_signed_is_admitted_and_says_the_same(void **state)
{
    (void)state;
    for (int round = 0; round < ROUND_COUNT; round++)
        for (steme_record_type type = STEME_ASSERTION; type <= STEME_KEY; type++) {
            steme_statement given;
            steme_statement read;
            steme_record record;
            steme_error error;
            steme_record signed_one = signed_record(type, &given);
            if (steme_record_admit(signed_one.bytes, &record, &error) != STEME_OK)
                fail_msg("%s", error.message);
            assert_memory_equal(&record.id, &signed_one.id, sizeof record.id);
            if (steme_record_interpret(&record, &read, &error) != STEME_OK)
                fail_msg("%s", error.message);
            assert_statement(&given, &read);
        }
}

/* Interpreting and encoding are each other's inverse: bytes come back as the same bytes. */
static void what_is_read_is_encoded_as_the_same_content(void **state)
{
    (void)state;
    static uint8_t again[STEME_RECORD_SIZE_MAX];
    for (int round = 0; round < ROUND_COUNT; round++)
        for (steme_record_type type = STEME_ASSERTION; type <= STEME_KEY; type++) {
            steme_statement statement;
            steme_agent signers[STEME_SIGNER_COUNT_MAX];
            steme_span content;
            steme_record record = signed_record(type, &statement);
            for (uint32_t i = 0; i < record.signer_count; i++)
                memcpy(signers[i].bytes, steme_record_signer(&record, i), STEME_AGENT_SIZE);
            assert_int_equal(steme_record_interpret(&record, &statement, NULL), STEME_OK);
            assert_int_equal(steme_content_encode(&statement, signers, record.signer_count, again,
                                                  &content, NULL),
                             STEME_OK);
            assert_text(content, record.content);
        }
}

static void no_flipped_bit_of_a_record_is_admitted(void **state)
{
    (void)state;
    for (steme_record_type type = STEME_ASSERTION; type <= STEME_KEY; type++) {
        steme_statement statement;
        steme_record record;
        do
            record = signed_record(type, &statement);
        while (record.bytes.size > 600);
        for (size_t bit = 0; bit < 8 * record.bytes.size; bit++) {
            steme_record other;
            buffer[bit / 8] ^= (uint8_t)(1u << bit % 8);
            steme_status status = steme_record_admit(record.bytes, &other, NULL);
            if (status != STEME_INVALID && status != STEME_NOT_CANONICAL)
                assert_int_equal(status, STEME_BAD_SIGNATURE);
            buffer[bit / 8] ^= (uint8_t)(1u << bit % 8);
        }
    }
}

static void no_part_of_a_record_is_a_record(void **state)
{
    (void)state;
    for (steme_record_type type = STEME_ASSERTION; type <= STEME_KEY; type++) {
        steme_statement statement;
        steme_record record = signed_record(type, &statement);
        for (size_t size = 0; size < record.bytes.size; size += size < 2000 ? 1 : 97) {
            steme_record other;
            uint8_t *part = malloc(size > 0 ? size : 1);
            memcpy(part, record.bytes.bytes, size);
            assert_int_equal(steme_record_parse((steme_span){part, size}, &other, NULL),
                             STEME_NOT_CANONICAL);
            free(part);
        }
    }
}

/* Bytes of a record overwritten at random: whatever is still accepted is read safely, and is
 * interpreted only if its content can be encoded again as the same bytes. */
static void damaged_records_are_refused_or_read_safely(void **state)
{
    (void)state;
    for (int round = 0; round < 20000; round++) {
        static steme_record record;
        static steme_statement statement;
        static size_t size;
        if (round % 100 == 0)
            record = signed_record((steme_record_type)(1 + round / 100 % 9), &statement);
        size = record.bytes.size;
        uint8_t *copy = malloc(size);
        memcpy(copy, record.bytes.bytes, size);
        for (uint64_t i = 0; i <= random_below(&storage, 3); i++)
            copy[random_below(&storage, size < 400 ? size : 400)] =
                (uint8_t)test_random(&storage.random);
        steme_record other;
        steme_statement read;
        steme_error error;
        if (steme_record_parse((steme_span){copy, size}, &other, &error) == STEME_OK &&
            steme_record_interpret(&other, &read, &error) != STEME_OK)
            assert_int_equal(error.status, STEME_INVALID);
        free(copy);
    }
}

static void random_signatures_are_valid_only_for_their_own_message(void **state)
{
    (void)state;
    for (int round = 0; round < 100; round++) {
        const steme_key *key = random_key((size_t)round % RANDOM_KEY_COUNT);
        steme_id message = random_id(&storage);
        steme_id other = random_id(&storage);
        uint8_t signature[STEME_SIGNATURE_SIZE];
        record_signature_make(key, message.bytes, signature);
        assert_true(record_signature_is_valid(signature, key->agent.bytes, message.bytes));
        assert_false(record_signature_is_valid(signature, key->agent.bytes, other.bytes));
        assert_false(record_signature_is_valid(
            signature, random_key((size_t)(round + 1) % RANDOM_KEY_COUNT)->agent.bytes,
            message.bytes));
    }
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test_setup(what_is_signed_is_admitted_and_says_the_same, begin),
    cmocka_unit_test_setup(what_is_read_is_encoded_as_the_same_content, begin),
    cmocka_unit_test_setup(no_flipped_bit_of_a_record_is_admitted, begin),
    cmocka_unit_test_setup(no_part_of_a_record_is_a_record, begin),
    cmocka_unit_test_setup(damaged_records_are_refused_or_read_safely, begin),
    cmocka_unit_test_setup(random_signatures_are_valid_only_for_their_own_message, begin),
};

TEST_MAIN(tests)
