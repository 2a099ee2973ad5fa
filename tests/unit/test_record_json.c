/* The JSON form of records: record -> JSON -> record gives the same bytes for all types, and what
 * is not exactly of the form is refused with the name of the field. */
#include "support/random_record.h"
#include "support/test.h"

#include "common/record_json.h"

static record_json_input input;

static steme_span span(const char *text)
{
    return (steme_span){(const uint8_t *)text, strlen(text)};
}

/* The JSON text of a record, the caller's. */
static char *text_of(const steme_record *record, size_t indent)
{
    json_t *object = NULL;
    assert_int_equal(record_to_json(record, &object, NULL), STEME_OK);
    char *text = record_json_text(object, indent);
    assert_non_null(text);
    json_decref(object);
    return text;
}

/* Reads a text as a signed record: its status; the bytes go to `buffer`. */
static steme_status record_of(const char *text, uint8_t *buffer, steme_span *out_bytes,
                              steme_error *error)
{
    json_t *object = NULL;
    steme_status status = record_json_load(span(text), &object, error);
    if (status == STEME_OK)
        status = record_from_json(object, &input, error);
    if (status == STEME_OK)
        status = record_json_assemble(&input, buffer, out_bytes, error);
    json_decref(object);
    return status;
}

static void assert_round_trip(const steme_record *record, const char *text)
{
    static uint8_t buffer[STEME_RECORD_SIZE_MAX];
    steme_span bytes = {NULL, 0};
    steme_error error = {0};
    steme_record back;
    if (record_of(text, buffer, &bytes, &error) != STEME_OK)
        fail_msg("%s: %s", error.message, text);
    assert_int_equal(bytes.size, record->bytes.size);
    assert_memory_equal(bytes.bytes, record->bytes.bytes, bytes.size);
    assert_int_equal(steme_record_admit(bytes, &back, NULL), STEME_OK);
}

static void test_every_type_comes_back_with_the_same_bytes(void **state)
{
    (void)state;
    static random_storage storage;
    static uint8_t buffer[STEME_RECORD_SIZE_MAX];
    steme_key keys[4];
    storage.random = test_seed(11);
    print_message("seed %llu\n", (unsigned long long)storage.random);
    for (int i = 0; i < 1800; i++) {
        steme_statement statement;
        steme_record record;
        steme_error error = {0};
        size_t first_key = random_below(&storage, RANDOM_KEY_COUNT - 4);
        uint32_t count =
            random_statement(&storage, (steme_record_type)(1 + i % 9), first_key, &statement);
        random_keys(first_key, count, keys);
        if (steme_record_sign(&statement, keys, count, buffer, &record, &error) != STEME_OK)
            fail_msg("not signed: %s", error.message);
        char *text = text_of(&record, i % 3 == 0 ? 2 : 0);
        assert_null(strstr(text, "\"content\""));
        assert_round_trip(&record, text);
        free(text);
    }
}

/* A small writer of CBOR heads, for records that the library would not sign itself. */
static size_t put_head(uint8_t *to, uint8_t major, size_t argument)
{
    size_t information = argument < 24 ? argument : argument < 256 ? 24 : 25;
    to[0] = (uint8_t)((size_t)major << 5 | information);
    if (argument < 24)
        return 1;
    if (argument < 256) {
        to[1] = (uint8_t)argument;
        return 2;
    }
    to[1] = (uint8_t)(argument >> 8);
    to[2] = (uint8_t)argument;
    return 3;
}

/* An endorsement with one more body key than JSON knows: it is interpreted, key 40 being ignored.
 */
static steme_record record_with_unlisted_key(uint8_t type, uint8_t *buffer)
{
    static uint8_t content[512];
    uint8_t signature[STEME_SIGNATURE_SIZE] = {0};
    steme_span bytes;
    steme_record record;
    size_t size = 0;
    size += put_head(content + size, 4, 4);
    size += put_head(content + size, 0, 1);
    size += put_head(content + size, 0, type);
    size += put_head(content + size, 4, 1);
    size += put_head(content + size, 2, STEME_AGENT_SIZE);
    memcpy(content + size, random_key(0)->agent.bytes, STEME_AGENT_SIZE);
    size += STEME_AGENT_SIZE;
    size += put_head(content + size, 5, 3);
    size += put_head(content + size, 0, 0);
    size += put_head(content + size, 4, 3);
    size += put_head(content + size, 0, 5);
    size += put_head(content + size, 0, 6);
    size += put_head(content + size, 2, STEME_NODE_SIZE);
    memset(content + size, 7, STEME_NODE_SIZE);
    size += STEME_NODE_SIZE;
    size += put_head(content + size, 0, 2);
    size += put_head(content + size, 2, STEME_ID_SIZE);
    memset(content + size, 8, STEME_ID_SIZE);
    size += STEME_ID_SIZE;
    size += put_head(content + size, 0, 40);
    size += put_head(content + size, 0, 1);
    assert_int_equal(
        steme_record_assemble((steme_span){content, size}, signature, 1, buffer, &bytes, NULL),
        STEME_OK);
    assert_int_equal(steme_record_parse(bytes, &record, NULL), STEME_OK);
    return record;
}

static void test_what_json_cannot_say_is_written_as_content(void **state)
{
    (void)state;
    static uint8_t buffer[STEME_RECORD_SIZE_MAX], back[STEME_RECORD_SIZE_MAX];
    for (uint8_t type = 8; type < 24; type += 13) { /* an endorsement, and an unknown type */
        steme_record record = record_with_unlisted_key(type, buffer);
        steme_statement statement;
        steme_span bytes;
        assert_int_equal(steme_record_interpret(&record, &statement, NULL),
                         type == 8 ? STEME_OK : STEME_INVALID);
        char *text = text_of(&record, 0);
        assert_non_null(strstr(text, "{\"content\":\"84"));
        assert_int_equal(record_of(text, back, &bytes, NULL), STEME_OK);
        assert_int_equal(bytes.size, record.bytes.size);
        assert_memory_equal(bytes.bytes, record.bytes.bytes, bytes.size);
        free(text);
    }
}

static void test_a_changed_field_or_id_is_refused(void **state)
{
    (void)state;
    static uint8_t buffer[STEME_RECORD_SIZE_MAX];
    steme_statement statement = {.type = STEME_VOTE, .claim_time_ns = 1};
    steme_record record;
    steme_span bytes;
    steme_error error = {0};
    statement.as.vote.weight_millionths = 250000;
    assert_int_equal(steme_record_sign(&statement, random_key(0), 1, buffer, &record, NULL),
                     STEME_OK);
    char *text = text_of(&record, 0);
    char *weight = strstr(text, "\"weight\":0.25");
    assert_non_null(weight);
    weight[12] = '6';
    assert_int_equal(record_of(text, buffer, &bytes, &error), STEME_INVALID);
    assert_non_null(strstr(error.message, "id"));
    free(text);
}

static void test_reals_are_written_short_and_exact(void **state)
{
    (void)state;
    static const struct {
        double real;
        const char *text;
    } cases[] = {{0.1, "0.1"},
                 {96.7, "96.7"},
                 {1e300, "1e300"},
                 {5e-324, "5e-324"},
                 {0.1 + 0.2, "0.30000000000000004"},
                 {0.123456789012345, "0.123456789012345"},
                 {-2.5, "-2.5"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        json_t *real = json_real(cases[i].real);
        char *text = record_json_text(real, 0);
        assert_string_equal(text, cases[i].text);
        free(text);
        json_decref(real);
    }
    for (int64_t millionths = -1000000; millionths <= 1000000; millionths += 37) {
        json_t *number = record_millionths_to_json(millionths);
        char *text = record_json_text(number, 0);
        int64_t back = 0;
        if (strchr(text, 'e') == NULL) {
            assert_int_equal(record_millionths_from_text(span(text), &back, NULL), STEME_OK);
            assert_true(back == millionths);
        }
        free(text);
        json_decref(number);
    }
}

/* Reads `text`, which must be an unsigned record, into `input`; the json_t is the caller's. */
static json_t *read_unsigned(const char *text)
{
    json_t *object = NULL;
    steme_error error = {0};
    if (record_json_load(span(text), &object, &error) != STEME_OK ||
        record_from_json(object, &input, &error) != STEME_OK)
        fail_msg("%s: %s", error.message, text);
    return object;
}

static void test_an_unsigned_assertion_may_be_short(void **state)
{
    (void)state;
    const steme_assertion *assertion = &input.statement.as.assertion;
    json_t *object =
        read_unsigned("{\"type\":\"assertion\",\"subject\":\"s\",\"predicate\":\"p\",\"object\":"
                      "\"text\"}");
    assert_int_equal(input.signature_count, 0);
    assert_int_equal(input.has_stamp, 0);
    assert_int_equal(input.has_claim_time, 0);
    assert_int_equal(input.has_source_class, 0);
    assert_int_equal(assertion->value.kind, STEME_VALUE_TEXT);
    assert_int_equal(assertion->value.text.size, 4);
    assert_int_equal(assertion->confidence_millionths, 1000000);
    assert_int_equal(assertion->source_class, STEME_CLASS_ANECDOTAL);
    json_decref(object);

    object = read_unsigned("{\"type\":\"assertion\",\"subject\":\"s\",\"predicate\":\"p\","
                           "\"object\":4.0,\"confidence\":0.1234567,\"relation\":\">=\","
                           "\"source_class\":\"expert\",\"valid_from\":\"2026-01-02\"}");
    assert_int_equal(assertion->value.kind, STEME_VALUE_NUMBER);
    assert_int_equal(assertion->value.is_real, 0);
    assert_int_equal(assertion->value.integer, 4);
    assert_int_equal(assertion->confidence_millionths, 123457);
    assert_int_equal(assertion->relation, STEME_RELATION_GREATER_OR_EQUAL);
    assert_int_equal(assertion->source_class, STEME_CLASS_EXPERT);
    assert_int_equal(input.has_source_class, 1);
    assert_true(assertion->valid_from_s == 1767312000);
    json_decref(object);

    object = read_unsigned("{\"type\":\"assertion\",\"subject\":\"s\",\"predicate\":\"p\","
                           "\"object\":false,\"stamp\":{\"time\":\"2026-01-02T00:00:00Z\","
                           "\"counter\":3,\"node\":\"000102030405060708090a0b0c0d0e0f\"}}");
    assert_int_equal(assertion->value.kind, STEME_VALUE_BOOLEAN);
    assert_int_equal(assertion->value.boolean, 0);
    assert_int_equal(input.has_stamp, 1);
    assert_int_equal(input.statement.stamp.counter, 3);
    assert_int_equal(input.statement.stamp.node[15], 15);
    assert_true(input.statement.claim_time_ns == INT64_C(1767312000000000000));
    json_decref(object);
}

#define A_RECORD "\"type\":\"assertion\",\"subject\":\"s\",\"predicate\":\"p\","
#define AN_ID    "\"0000000000000000000000000000000000000000000000000000000000000000\""

static void test_what_is_not_of_the_form_is_refused_by_name(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *named;
    } cases[] = {
        {"", "JSON"},
        {"[]", "record"},
        {"nul", "JSON"},
        {"{\"type\":\"assertion\",\"type\":\"vote\"}", "duplicate"},
        {"{} {}", "end of file"},
        {"{}", "type"},
        {"{\"type\":\"opinion\"}", "type"},
        {"{\"type\":1}", "type"},
        {"{" A_RECORD "\"object\":1,\"colour\":\"red\"}", "colour"},
        {"{" A_RECORD "\"object\":1,\"weight\":1}", "weight"},
        {"{\"type\":\"assertion\",\"predicate\":\"p\",\"object\":1}", "subject"},
        {"{" A_RECORD "\"relation\":\"=\"}", "object"},
        {"{" A_RECORD "\"relation\":\"none\",\"object\":1}", "object"},
        {"{" A_RECORD "\"object\":null}", "object"},
        {"{" A_RECORD "\"object\":[]}", "object"},
        {"{" A_RECORD "\"object\":\"\"}", "object"},
        {"{" A_RECORD "\"object\":\"a\\u0000b\"}", "JSON"},
        {"{" A_RECORD "\"object\":\"\xff\"}", "JSON"},
        {"{" A_RECORD "\"object\":{\"type\":\"Text\",\"value\":1}}", "object.value"},
        {"{" A_RECORD "\"object\":{\"type\":\"text\",\"value\":\"x\"}}", "object.type"},
        {"{" A_RECORD "\"object\":{\"type\":\"Number\",\"value\":\"1\"}}", "object.value"},
        {"{" A_RECORD "\"object\":{\"type\":\"Boolean\",\"value\":1}}", "object.value"},
        {"{" A_RECORD "\"object\":{\"type\":\"Time\",\"value\":\"now\"}}", "object.value"},
        {"{" A_RECORD "\"object\":{\"type\":\"Text\",\"value\":\"x\",\"unit\":\"g\"}}", "object"},
        {"{" A_RECORD "\"object\":99999999999999999999}", "JSON"},
        {"{" A_RECORD "\"object\":1e999}", "JSON"},
        {"{" A_RECORD "\"object\":1,\"relation\":\"==\"}", "relation"},
        {"{" A_RECORD "\"object\":1,\"confidence\":\"1\"}", "confidence"},
        {"{" A_RECORD "\"object\":1,\"confidence\":1.5}", "confidence"},
        {"{" A_RECORD "\"object\":1,\"source\":\"00\"}", "source"},
        {"{" A_RECORD "\"object\":1,\"derived_from\":[]}", "derived_from"},
        {"{" A_RECORD "\"object\":1,\"derived_from\":[" AN_ID "," AN_ID "]}", "derived_from"},
        {"{" A_RECORD "\"object\":1,\"metadata\":{}}", "metadata"},
        {"{" A_RECORD "\"object\":1,\"metadata\":{\"\":\"x\"}}", "metadata"},
        {"{" A_RECORD "\"object\":1,\"metadata\":{\"k\":1}}", "metadata"},
        {"{" A_RECORD "\"object\":1,\"valid_from\":12}", "valid_from"},
        {"{" A_RECORD "\"object\":1,\"claim_time\":12}", "claim_time"},
        {"{" A_RECORD "\"object\":1,\"stamp\":{}}", "stamp"},
        {"{" A_RECORD "\"object\":1,\"stamp\":{\"time\":\"2026-01-02\",\"counter\":-1,\"node\":"
         "\"000102030405060708090a0b0c0d0e0f\"}}",
         "stamp.counter"},
        {"{" A_RECORD "\"object\":1,\"stamp\":{\"time\":\"2026-01-02\",\"counter\":1,\"node\":"
         "\"000102030405060708090a0b0c0d0e0f\",\"zone\":\"UTC\"}}",
         "stamp"},
        {"{" A_RECORD "\"object\":1,\"id\":" AN_ID "}", "signatures"},
        {"{" A_RECORD "\"object\":1,\"signatures\":[]}", "signatures"},
        {"{" A_RECORD "\"object\":1,\"content\":\"00\"}", "content"},
        {"{\"content\":\"00\",\"id\":" AN_ID "}", "content"},
        {"{\"type\":\"vote\",\"target\":" AN_ID "}", "weight"},
        {"{\"type\":\"vote\",\"weight\":0.5}", "target"},
        {"{\"type\":\"epoch\",\"name\":\"e\",\"kind\":\"merge\"}", "kind"},
        {"{\"type\":\"epoch\",\"name\":\"e\",\"supersedes\":[" AN_ID "]}", "kind"},
        {"{\"type\":\"alias\",\"from\":\"a\",\"to\":\"b\"}", "relation"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        json_t *object = NULL;
        steme_error error = {0};
        steme_status status = record_json_load(span(cases[i].text), &object, &error);
        if (status == STEME_OK)
            status = record_from_json(object, &input, &error);
        if (status != STEME_INVALID)
            fail_msg("taken: %s", cases[i].text);
        if (strstr(error.message, cases[i].named) == NULL)
            fail_msg("%s does not name %s", error.message, cases[i].named);
        json_decref(object);
    }
}

static void test_json_is_not_read_deeper_than_a_bound(void **state)
{
    (void)state;
    enum { DEPTH = 100000 };
    json_t *value = NULL;
    char *text = malloc(DEPTH);
    assert_non_null(text);
    memset(text, '[', DEPTH);
    assert_int_equal(record_json_load((steme_span){(uint8_t *)text, DEPTH}, &value, NULL),
                     STEME_INVALID);
    free(text);
}

static void test_signers_may_stand_in_any_order(void **state)
{
    (void)state;
    static uint8_t buffer[STEME_RECORD_SIZE_MAX];
    steme_statement statement = {.type = STEME_EPOCH};
    steme_key keys[3];
    steme_record record;
    json_t *object = NULL;
    statement.as.epoch.name = span("e");
    random_keys(0, 3, keys);
    assert_int_equal(steme_record_sign(&statement, keys, 3, buffer, &record, NULL), STEME_OK);
    assert_int_equal(record_to_json(&record, &object, NULL), STEME_OK);
    json_t *signatures = json_object_get(object, "signatures");
    json_t *first = json_incref(json_array_get(signatures, 0));
    assert_int_equal(json_array_remove(signatures, 0), 0);
    assert_int_equal(json_array_append_new(signatures, first), 0);
    char *text = record_json_text(object, 0);
    assert_round_trip(&record, text);
    free(text);
    json_decref(object);
}

static void test_signers_of_content_must_be_those_of_its_signatures(void **state)
{
    (void)state;
    static uint8_t buffer[STEME_RECORD_SIZE_MAX];
    steme_record record = record_with_unlisted_key(23, buffer);
    steme_span bytes;
    steme_error error = {0};
    char *text = text_of(&record, 0);
    char *agent = strstr(text, "\"agent_id\":\"");
    assert_non_null(agent);
    agent[12] = agent[12] == '0' ? '1' : '0';
    assert_int_equal(record_of(text, buffer, &bytes, &error), STEME_INVALID);
    assert_non_null(strstr(error.message, "signatures"));
    free(text);
}

static void test_ids_may_stand_in_any_order(void **state)
{
    (void)state;
    json_t *object = read_unsigned(
        "{\"type\":\"supersession\",\"kind\":\"retract\",\"targets\":["
        "\"ff00000000000000000000000000000000000000000000000000000000000000\"," AN_ID "]}");
    const steme_id_list *targets = &input.statement.as.supersession.targets;
    assert_int_equal(targets->count, 2);
    assert_int_equal(targets->first[0], 0);
    assert_int_equal(targets->first[targets->stride], 0xff);
    json_decref(object);
}

static void test_words_and_values_from_text(void **state)
{
    (void)state;
    steme_value value = {0};
    int64_t millionths = 0;
    for (int words = RECORD_WORDS_TYPE; words <= RECORD_WORDS_KEY; words++) {
        int found = -1, count = 0;
        for (int i = 0; i < 12; i++) {
            const char *word = record_word((record_words)words, i);
            if (word == NULL)
                continue;
            count++;
            assert_int_equal(record_word_find((record_words)words, span(word), &found), 1);
            assert_int_equal(found, i);
            assert_non_null(strstr(record_word_list((record_words)words), word));
        }
        assert_true(count >= 2);
        assert_null(record_word((record_words)words, -1));
        assert_int_equal(record_word_find((record_words)words, span(""), &found), 0);
    }
    assert_int_equal(record_value_from_text(STEME_VALUE_NUMBER, span("-4.50"), &value, NULL),
                     STEME_OK);
    assert_true(value.is_real && value.real == -4.5);
    assert_int_equal(record_value_from_text(STEME_VALUE_NUMBER, span("1e3"), &value, NULL),
                     STEME_OK);
    assert_true(!value.is_real && value.integer == 1000);
    assert_int_equal(record_value_from_text(STEME_VALUE_BOOLEAN, span("true"), &value, NULL),
                     STEME_OK);
    assert_int_equal(
        record_value_from_text(STEME_VALUE_NUMBER, span("-9223372036854775808.0"), &value, NULL),
        STEME_OK);
    assert_true(!value.is_real && value.integer == INT64_MIN);
    assert_int_equal(
        record_value_from_text(STEME_VALUE_NUMBER, span("9223372036854775808.0"), &value, NULL),
        STEME_OK);
    assert_true(value.is_real && value.real == 0x1p63);
    static const char *const no_numbers[] = {"",     "0x10",  "1,5", "NaN",
                                             "true", "\"1\"", "1 2", "[1]"};
    for (size_t i = 0; i < sizeof no_numbers / sizeof no_numbers[0]; i++)
        assert_int_equal(
            record_value_from_text(STEME_VALUE_NUMBER, span(no_numbers[i]), &value, NULL),
            STEME_INVALID);
    assert_int_equal(record_value_from_text(STEME_VALUE_BOOLEAN, span("yes"), &value, NULL),
                     STEME_INVALID);
    assert_int_equal(record_value_from_text(STEME_VALUE_TEXT, span("\xc0\x80"), &value, NULL),
                     STEME_INVALID);
    assert_int_equal(record_millionths_from_text(span("-0.5"), &millionths, NULL), STEME_OK);
    assert_true(millionths == -500000);
    static const char *const no_millionths[] = {
        "", "-", ".5", "1.", "0.1234567", "1e-3", "1001", "99999999999999999999", "+1", "0.5 "};
    for (size_t i = 0; i < sizeof no_millionths / sizeof no_millionths[0]; i++)
        assert_int_equal(record_millionths_from_text(span(no_millionths[i]), &millionths, NULL),
                         STEME_INVALID);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_every_type_comes_back_with_the_same_bytes),
    cmocka_unit_test(test_what_json_cannot_say_is_written_as_content),
    cmocka_unit_test(test_a_changed_field_or_id_is_refused),
    cmocka_unit_test(test_reals_are_written_short_and_exact),
    cmocka_unit_test(test_an_unsigned_assertion_may_be_short),
    cmocka_unit_test(test_what_is_not_of_the_form_is_refused_by_name),
    cmocka_unit_test(test_json_is_not_read_deeper_than_a_bound),
    cmocka_unit_test(test_signers_may_stand_in_any_order),
    cmocka_unit_test(test_signers_of_content_must_be_those_of_its_signatures),
    cmocka_unit_test(test_ids_may_stand_in_any_order),
    cmocka_unit_test(test_words_and_values_from_text),
};

TEST_MAIN(tests)
