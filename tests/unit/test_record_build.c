#include "platform/clock.h"
#include "record/cbor_read.h"
#include "record/signature.h"
#include "support/forged_record.h"

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

static const struct CMUnitTest tests[] = {
    TEST(texts_are_bounded),
    TEST(a_record_that_is_too_large_is_not_made),
    TEST(what_cannot_be_interpreted_is_not_signed),
    TEST(id_lists_are_bounded_and_strictly_ascending),
    TEST(metadata_is_sorted_and_bounded),
    TEST(encoded_metadata_cannot_smuggle_other_fields),
    TEST(keys_sign_in_any_order_and_only_once_each),
    TEST(content_and_foreign_signatures_are_joined),
    TEST(id_and_signature_of_a_fixed_statement_are_fixed),
    TEST(speed_of_a_typical_record),
};

TEST_MAIN(tests)
