/* A view's file: what is signed can be read, and nothing else can. */
#include "support/claims.h"

#include "base/hash.h"
#include "record/signature.h"

enum { NAME_SIZE_MAX = 256, FILE_SIZE_MAX = 4096 };

typedef struct view_file {
    uint8_t *bytes;
    size_t size;
} view_file;

static steme_view_rules small_rules(steme_view_agent agents[2])
{
    agents[0] = (steme_view_agent){claims_key(3).agent, STEME_CLASS_EXPERT, 31, 0};
    agents[1] = (steme_view_agent){claims_key(4).agent, STEME_CLASS_REGULATORY, 0, 1};
    return (steme_view_rules){claims_text("ours"), agents, 2, STEME_UNLISTED_ONE,
                              STEME_CLASS_COMMUNITY};
}

static steme_status sign_by(const steme_view_rules *rules, uint32_t key_count, view_file *out_file,
                            steme_error *error)
{
    steme_key keys[STEME_SIGNER_COUNT_MAX + 1];
    claims_check(steme_init(error), error);
    for (uint32_t i = 0; i < key_count; i++)
        keys[i] = claims_key((uint8_t)(10 + i));
    return steme_view_sign(rules, keys, key_count, &out_file->bytes, &out_file->size, error);
}

static view_file sign(uint32_t key_count)
{
    steme_view_agent agents[2];
    steme_view_rules rules = small_rules(agents);
    view_file file;
    steme_error error;
    claims_check(sign_by(&rules, key_count, &file, &error), &error);
    return file;
}

static steme_status try_open(const uint8_t *bytes, size_t size)
{
    steme_view *view;
    steme_error error;
    uint8_t *copy = malloc(size + (size == 0)); /* of exactly this size, for a sanitizer */
    assert_non_null(copy);
    memcpy(copy, bytes, size);
    steme_status status = steme_view_open((steme_span){copy, size}, &view, &error);
    free(copy);
    if (status == STEME_OK)
        steme_view_close(view);
    else
        assert_true(strlen(error.message) > 0);
    return status;
}

static void what_is_signed_is_what_is_read(void **state)
{
    steme_view_agent agents[2];
    steme_view_rules rules = small_rules(agents);
    view_file file = sign(2);
    steme_view *view;
    steme_agent signers[2];
    steme_agent none;
    steme_error error;
    (void)state;
    claims_check(steme_view_open((steme_span){file.bytes, file.size}, &view, &error), &error);
    memset(file.bytes, 0, file.size); /* nothing is borrowed */
    const steme_view_rules *read = steme_view_get_rules(view);
    assert_memory_equal(read->name.bytes, "ours", 4);
    assert_int_equal(read->unlisted, rules.unlisted);
    assert_int_equal(read->unlisted_best_class, rules.unlisted_best_class);
    assert_int_equal(read->agent_count, 2);
    for (int i = 0; i < 2; i++) {
        const steme_view_agent *found = steme_view_find(view, agents[i].agent.bytes);
        assert_non_null(found);
        assert_int_equal(found->best_class, agents[i].best_class);
        assert_int_equal(found->stewardships, agents[i].stewardships);
        assert_int_equal(found->is_seed, agents[i].is_seed);
        assert_true(steme_view_signer(view, (uint32_t)i, &signers[i]));
    }
    assert_true(memcmp(&read->agents[0].agent, &read->agents[1].agent, 32) < 0);
    assert_true(memcmp(&signers[0], &signers[1], 32) < 0);
    assert_false(steme_view_signer(view, 2, &none));
    assert_null(steme_view_find(view, signers[0].bytes));
    steme_view_close(view);
    steme_free(file.bytes);
}

static steme_id hash_of(const view_file *file)
{
    steme_view *view;
    steme_error error;
    claims_check(steme_view_open((steme_span){file->bytes, file->size}, &view, &error), &error);
    steme_id hash = steme_view_hash(view);
    steme_view_close(view);
    return hash;
}

static void the_hash_is_of_the_content(void **state)
{
    view_file file = sign(1);
    steme_id hash = hash_of(&file);
    (void)state;
    assert_int_equal(file.bytes[0], 0x82); /* an array of two */
    assert_int_equal(file.bytes[1], 0x58); /* bytes, their size in one byte */
    steme_id want = base_blake3(file.bytes + 3, file.bytes[2]);
    assert_memory_equal(&hash, &want, sizeof hash);
    steme_free(file.bytes);
}

static void another_content_has_another_hash(void **state)
{
    steme_view_agent agents[2];
    steme_view_rules rules = small_rules(agents);
    view_file left = sign(1);
    view_file right;
    steme_error error;
    (void)state;
    agents[0].is_seed = 1;
    claims_check(sign_by(&rules, 1, &right, &error), &error);
    steme_id left_hash = hash_of(&left);
    steme_id right_hash = hash_of(&right);
    assert_memory_not_equal(&left_hash, &right_hash, sizeof left_hash);
    steme_free(left.bytes);
    steme_free(right.bytes);
}

static void every_changed_bit_is_refused(void **state)
{
    view_file file = sign(1);
    (void)state;
    assert_int_equal(try_open(file.bytes, file.size), STEME_OK);
    for (size_t i = 0; i < file.size * 8; i++) {
        file.bytes[i / 8] ^= (uint8_t)(1u << (i % 8));
        assert_int_not_equal(try_open(file.bytes, file.size), STEME_OK);
        file.bytes[i / 8] ^= (uint8_t)(1u << (i % 8));
    }
    file.bytes[file.size - 1] ^= 1;
    assert_int_equal(try_open(file.bytes, file.size), STEME_BAD_SIGNATURE);
    steme_free(file.bytes);
}

static void every_cut_and_every_added_byte_is_refused(void **state)
{
    view_file file = sign(2);
    uint8_t longer[FILE_SIZE_MAX];
    (void)state;
    for (size_t size = 0; size < file.size; size++)
        assert_int_not_equal(try_open(file.bytes, size), STEME_OK);
    memcpy(longer, file.bytes, file.size);
    longer[file.size] = 0;
    assert_int_not_equal(try_open(longer, file.size + 1), STEME_OK);
    steme_free(file.bytes);
}

/* Signs any content by key 10, as the one signer. */
static steme_status open_content(const uint8_t *content, size_t size)
{
    uint8_t file[FILE_SIZE_MAX] = {0x82, 0x59, (uint8_t)(size >> 8), (uint8_t)size};
    uint8_t *at = file + 4;
    steme_key key = claims_key(10);
    steme_id message = base_blake3_derive("StemeDB v1 view signature", content, size);
    memcpy(at, content, size);
    at += size;
    *at++ = 0x81;
    *at++ = 0x58;
    *at++ = STEME_SIGNATURE_SIZE;
    record_signature_make(&key, message.bytes, at);
    return try_open(file, (size_t)(at + STEME_SIGNATURE_SIZE - file));
}

/* [1, [key 10], name, unlisted, class, []] with what is given in place of `at`; the name is long
 * enough for the content's size to need two bytes. */
enum { PLACE_VERSION, PLACE_UNLISTED, PLACE_CLASS, PLACE_AGENTS, PLACE_COUNT };

static steme_status open_with(int place, const uint8_t *given, size_t size)
{
    static const uint8_t plain[PLACE_COUNT] = {1, 0, 5, 0x80};
    uint8_t content[FILE_SIZE_MAX] = {0x86};
    uint8_t *at = content + 1;
    steme_key key = claims_key(10);
    for (int i = 0; i < PLACE_COUNT; i++) {
        memcpy(at, i == place ? given : &plain[i], i == place ? size : 1);
        at += i == place ? size : 1;
        if (i != PLACE_VERSION)
            continue;
        memcpy(at, (const uint8_t[]){0x81, 0x58, 0x20}, 3);
        memcpy(at + 3, key.agent.bytes, 32);
        memcpy(at + 35, (const uint8_t[]){0x79, 0x01, 0x00}, 3);
        memset(at + 38, 'n', NAME_SIZE_MAX);
        at += 38 + NAME_SIZE_MAX;
    }
    return open_content(content, (size_t)(at - content));
}

static void only_the_canonical_form_is_accepted(void **state)
{
    (void)state;
    assert_int_equal(open_with(PLACE_COUNT, NULL, 0), STEME_OK);
    assert_int_equal(open_with(PLACE_UNLISTED, (const uint8_t[]){0x18, 0}, 2),
                     STEME_NOT_CANONICAL); /* longer than it need be */
    assert_int_equal(open_with(PLACE_AGENTS, (const uint8_t[]){0x9f, 0xff}, 2),
                     STEME_NOT_CANONICAL); /* of indefinite length */
}

static void a_version_class_or_rule_that_is_unknown_is_refused(void **state)
{
    (void)state;
    assert_int_not_equal(open_with(PLACE_VERSION, (const uint8_t[]){2}, 1), STEME_OK);
    assert_int_not_equal(open_with(PLACE_UNLISTED, (const uint8_t[]){3}, 1), STEME_OK);
    assert_int_not_equal(open_with(PLACE_CLASS, (const uint8_t[]){6}, 1), STEME_OK);
    assert_int_not_equal(open_with(PLACE_AGENTS, (const uint8_t[]){0x81, 0x80}, 2), STEME_OK);
}

static void sign_refuses_what_could_not_be_opened(void **state)
{
    static uint8_t name[NAME_SIZE_MAX + 1];
    steme_view_agent agents[2];
    steme_view_rules rules = small_rules(agents);
    view_file file;
    steme_error error;
    (void)state;
    assert_int_equal(sign_by(&rules, 0, &file, &error), STEME_INVALID);
    assert_int_equal(sign_by(&rules, STEME_SIGNER_COUNT_MAX + 1, &file, &error), STEME_INVALID);
    memset(name, 'n', sizeof name);
    rules.name = (steme_span){name, sizeof name};
    assert_int_equal(sign_by(&rules, 1, &file, &error), STEME_INVALID);
    rules.name.size = 0;
    assert_int_equal(sign_by(&rules, 1, &file, &error), STEME_INVALID);
    rules = small_rules(agents);
    agents[1].agent = agents[0].agent; /* a key twice */
    assert_int_equal(sign_by(&rules, 1, &file, &error), STEME_INVALID);
    rules = small_rules(agents);
    agents[0].stewardships = 32;
    assert_int_equal(sign_by(&rules, 1, &file, &error), STEME_INVALID);
    rules.agent_count = STEME_VIEW_AGENT_MAX + 1;
    assert_int_equal(sign_by(&rules, 1, &file, &error), STEME_TOO_LARGE);
}

static void as_many_agents_as_are_allowed_fit_in_a_file(void **state)
{
    steme_view_agent *agents = calloc(STEME_VIEW_AGENT_MAX, sizeof *agents);
    steme_view_rules rules = {claims_text("many"), agents, STEME_VIEW_AGENT_MAX,
                              STEME_UNLISTED_EACH, STEME_CLASS_ANECDOTAL};
    view_file file;
    steme_error error;
    (void)state;
    assert_non_null(agents);
    for (uint32_t i = 0; i < STEME_VIEW_AGENT_MAX; i++) {
        memcpy(agents[i].agent.bytes, &i, sizeof i);
        agents[i].stewardships = 31;
    }
    claims_check(sign_by(&rules, STEME_SIGNER_COUNT_MAX, &file, &error), &error);
    assert_true(file.size <= STEME_VIEW_SIZE_MAX);
    assert_int_equal(try_open(file.bytes, file.size), STEME_OK);
    steme_free(file.bytes);
    free(agents);
}

static void a_file_over_a_mebibyte_is_refused(void **state)
{
    uint8_t *bytes = calloc(1, STEME_VIEW_SIZE_MAX + 1);
    (void)state;
    assert_non_null(bytes);
    assert_int_equal(try_open(bytes, STEME_VIEW_SIZE_MAX + 1), STEME_TOO_LARGE);
    free(bytes);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(what_is_signed_is_what_is_read),
    cmocka_unit_test(the_hash_is_of_the_content),
    cmocka_unit_test(another_content_has_another_hash),
    cmocka_unit_test(every_changed_bit_is_refused),
    cmocka_unit_test(every_cut_and_every_added_byte_is_refused),
    cmocka_unit_test(only_the_canonical_form_is_accepted),
    cmocka_unit_test(a_version_class_or_rule_that_is_unknown_is_refused),
    cmocka_unit_test(sign_refuses_what_could_not_be_opened),
    cmocka_unit_test(as_many_agents_as_are_allowed_fit_in_a_file),
    cmocka_unit_test(a_file_over_a_mebibyte_is_refused),
};

TEST_MAIN(tests)
