/* Battery 3: a record is what its signers signed, whole, or it is nothing. */
#include "base/hash.h"
#include "record/signature.h"
#include "support/history.h"

/* Order of the group of signatures, little-endian: S + L verifies where S is not bounded. */
static const uint8_t group_order[32] = {0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58,       0xd6,
                                        0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14, [31] = 0x10};

/* A claim that two keys signed, with something in every part of it. */
static steme_record signed_claim(uint8_t *buffer)
{
    static const uint8_t both[2] = {1, 2};
    static const steme_text_pair note = {{(const uint8_t *)"note", 4}, {(const uint8_t *)"n", 1}};
    steme_statement claim = history_claim("value", 0);
    claim.as.assertion.metadata = (steme_metadata){.pairs = &note, .count = 1};
    return claims_sign(&claim, both, 2, buffer);
}

static uint64_t record_count(history *self)
{
    steme_error error;
    steme_id root;
    uint64_t count;
    history_end_question(self);
    claims_check(steme_snapshot_open(self->world.store, &self->snapshot, &error), &error);
    claims_check(steme_snapshot_root(self->snapshot, &root, &count, &error), &error);
    return count;
}

/* Neither by itself nor by a store; the store stays as it was. */
static void assert_refused(history *self, steme_span bytes)
{
    steme_record record;
    steme_error error;
    assert_int_not_equal(steme_record_admit(bytes, &record, &error), STEME_OK);
    assert_int_not_equal(steme_store_append(self->world.store, bytes, NULL, &error), STEME_OK);
    assert_int_not_equal(error.message[0], '\0');
}

static void every_flipped_bit_of_a_record_is_refused(void **state)
{
    history *self = *state;
    uint8_t bytes[STEME_RECORD_SIZE_MAX];
    steme_span whole = signed_claim(bytes).bytes;
    steme_error error;
    for (size_t bit = 0; bit < 8 * whole.size; bit++) {
        steme_record record;
        bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
        assert_int_not_equal(steme_record_admit(whole, &record, NULL), STEME_OK);
        bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
    claims_check(steme_store_append(self->world.store, whole, NULL, &error), &error);
    assert_int_equal(record_count(self), 1);
}

static void a_byte_changed_in_any_part_of_a_record_keeps_it_out_of_a_store(void **state)
{
    history *self = *state;
    uint8_t bytes[STEME_RECORD_SIZE_MAX];
    steme_record record = signed_claim(bytes);
    const uint8_t *parts[] = {
        record.bytes.bytes,                          /* the envelope's frame */
        record.content.bytes + 1,                    /* version */
        record.content.bytes + 2,                    /* type */
        steme_record_signer(&record, 0),             /* a signer */
        record.body.bytes + 4,                       /* the stamp */
        record.body.bytes + record.body.size / 2,    /* what is said */
        record.body.bytes + record.body.size - 1,    /* its last byte */
        steme_record_signature(&record, 0),          /* half R of a signature */
        steme_record_signature(&record, 1) + 63,     /* half S of another */
        record.bytes.bytes + record.bytes.size - 66, /* the signature's frame */
    };
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        size_t at = (size_t)(parts[i] - bytes);
        bytes[at] ^= 0x01;
        assert_refused(self, record.bytes);
        bytes[at] ^= 0x01;
    }
    assert_refused(self, (steme_span){bytes, record.bytes.size - 1});
    assert_refused(self, (steme_span){bytes, record.bytes.size + 1});
    assert_int_equal(record_count(self), 0);
}

/* Neither with its signature nor with its key left out, nor with another in its place. */
static void a_co_signer_cannot_be_stripped(void **state)
{
    history *self = *state;
    static const uint8_t zeros[STEME_SIGNATURE_SIZE];
    uint8_t bytes[STEME_RECORD_SIZE_MAX];
    uint8_t other[STEME_RECORD_SIZE_MAX];
    uint8_t signatures[2 * STEME_SIGNATURE_SIZE];
    steme_error error;
    steme_span joined;
    steme_record record = signed_claim(bytes);
    memcpy(signatures, steme_record_signature(&record, 0), STEME_SIGNATURE_SIZE);
    claims_check(steme_record_assemble(record.content, signatures, 1, other, &joined, &error),
                 &error);
    assert_refused(self, joined);
    memcpy(signatures + STEME_SIGNATURE_SIZE, zeros, sizeof zeros);
    claims_check(steme_record_assemble(record.content, signatures, 2, other, &joined, &error),
                 &error);
    assert_refused(self, joined);
    memcpy(signatures + STEME_SIGNATURE_SIZE, signatures, STEME_SIGNATURE_SIZE);
    claims_check(steme_record_assemble(record.content, signatures, 2, other, &joined, &error),
                 &error);
    assert_refused(self, joined);
    /* The same words by one of them alone: what it signed names both. */
    uint8_t buffer[2 * STEME_RECORD_SIZE_MAX];
    steme_agent first;
    steme_statement statement;
    steme_span content;
    memcpy(first.bytes, steme_record_signer(&record, 0), STEME_AGENT_SIZE);
    claims_check(steme_record_interpret(&record, &statement, &error), &error);
    claims_check(steme_content_encode(&statement, &first, 1, buffer, &content, &error), &error);
    claims_check(steme_record_assemble(content, signatures, 1, other, &joined, &error), &error);
    assert_refused(self, joined);
    assert_int_equal(record_count(self), 0);
}

/* The id is of the content alone, and a signature in a second valid spelling does not exist. */
static void a_second_id_for_one_content_is_impossible(void **state)
{
    history *self = *state;
    uint8_t bytes[STEME_RECORD_SIZE_MAX];
    steme_record record = signed_claim(bytes);
    steme_id id = steme_hash(record.content.bytes, record.content.size);
    steme_append items[2] = {{.record = record.bytes}, {.record = record.bytes}};
    steme_error error;
    claims_check(steme_store_append_many(self->world.store, items, 2, 0, &error), &error);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(items[i].status, STEME_OK);
        assert_memory_equal(&items[i].id, &id, sizeof id);
    }
    assert_int_equal(items[0].was_held + items[1].was_held, 1);
    assert_int_equal(record_count(self), 1);
    bytes[0] = 0x9f; /* the same array, its length left open */
    assert_refused(self, record.bytes);
    assert_int_equal(record_count(self), 1);
}

static void edge_case_signatures_are_refused(void **state)
{
    history *self = *state;
    uint8_t bytes[STEME_RECORD_SIZE_MAX];
    steme_record record = signed_claim(bytes);
    uint8_t *scalar = bytes + (steme_record_signature(&record, 0) - bytes) + 32;
    unsigned carry = 0;
    for (size_t i = 0; i < sizeof group_order; i++) {
        carry += scalar[i] + (unsigned)group_order[i];
        scalar[i] = (uint8_t)carry;
        carry >>= 8;
    }
    assert_int_equal(carry, 0);
    assert_refused(self, record.bytes); /* S + L */

    /* A key of order one, by which R = the identity and S = 0 sign everything. */
    uint8_t signature[STEME_SIGNATURE_SIZE] = {1};
    uint8_t buffer[STEME_RECORD_SIZE_MAX];
    steme_agent nobody = {{1}};
    steme_error error;
    steme_span content;
    steme_span joined;
    steme_statement claim = history_claim("anything", 0);
    claims_check(steme_content_encode(&claim, &nobody, 1, buffer, &content, &error), &error);
    claims_check(steme_record_assemble(content, signature, 1, bytes, &joined, &error), &error);
    assert_refused(self, joined);
    assert_int_equal(record_count(self), 0);
}

/* A record that its key has signed, of a type that nobody knows. */
static steme_span unknown_record(uint8_t *out_bytes)
{
    uint8_t buffer[STEME_RECORD_SIZE_MAX];
    uint8_t signature[STEME_SIGNATURE_SIZE];
    steme_key key = claims_key(3);
    steme_error error;
    steme_span content;
    steme_span joined;
    steme_statement claim = history_claim("unsaid", 1);
    claims_check(steme_content_encode(&claim, &key.agent, 1, buffer, &content, &error), &error);
    uint8_t *type = buffer + (content.bytes - buffer) + 2;
    assert_int_equal(*type, STEME_ASSERTION);
    *type = 23;
    steme_id message = steme_content_signing_hash(content);
    record_signature_make(&key, message.bytes, signature);
    claims_check(steme_record_assemble(content, signature, 1, out_bytes, &joined, &error), &error);
    return joined;
}

static void unknown_types_are_admitted_and_ignored(void **state)
{
    history *self = *state;
    steme_error error;
    steme_id id;
    steme_id root;
    uint64_t count;
    uint8_t bytes[STEME_RECORD_SIZE_MAX];
    history_say(self, 1, "said", 0);
    steme_answer before = *history_ask(self, STEME_LENS_SKEPTIC);
    steme_span unknown = unknown_record(bytes);
    claims_check(steme_store_append(self->world.store, unknown, &id, &error), &error);
    const steme_answer *after = history_ask(self, STEME_LENS_SKEPTIC);
    assert_int_equal(after->candidate_count, before.candidate_count);
    assert_int_equal(after->claim_count, before.claim_count);
    steme_record record;
    steme_statement statement;
    claims_check(steme_snapshot_get(self->snapshot, &id, &record, &error), &error);
    assert_int_equal(record.type, 23);
    assert_int_not_equal(steme_record_interpret(&record, &statement, NULL), STEME_OK);
    claims_check(steme_snapshot_root(self->snapshot, &root, &count, &error), &error);
    assert_int_equal(count, 2);
}

/* A proof is of one id in one set: it proves no other record, and of no other set. */
static void proof_and_root_catch_a_swapped_record(void **state)
{
    history *self = *state;
    steme_error error;
    steme_id root;
    steme_id later;
    uint64_t count;
    uint8_t *proof;
    size_t size;
    steme_id id = history_say(self, 1, "said", 0);
    for (uint8_t key = 2; key < 40; key++)
        history_say(self, key, "beside", key);
    history_end_question(self);
    claims_check(steme_snapshot_open(self->world.store, &self->snapshot, &error), &error);
    claims_check(steme_snapshot_root(self->snapshot, &root, &count, &error), &error);
    claims_check(steme_snapshot_prove(self->snapshot, &id, &proof, &size, &error), &error);
    claims_check(steme_proof_check((steme_span){proof, size}, &id, &root, &error), &error);
    steme_id swapped = history_say(self, 1, "unsaid", 50);
    assert_int_not_equal(steme_proof_check((steme_span){proof, size}, &swapped, &root, NULL),
                         STEME_OK);
    history_end_question(self);
    claims_check(steme_snapshot_open(self->world.store, &self->snapshot, &error), &error);
    claims_check(steme_snapshot_root(self->snapshot, &later, &count, &error), &error);
    assert_memory_not_equal(&root, &later, sizeof root);
    assert_int_not_equal(steme_proof_check((steme_span){proof, size}, &id, &later, NULL), STEME_OK);
    for (size_t bit = 0; bit < 8 * size; bit++) {
        proof[bit / 8] ^= (uint8_t)(1u << bit % 8);
        assert_int_not_equal(steme_proof_check((steme_span){proof, size}, &id, &root, NULL),
                             STEME_OK);
        proof[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
    steme_free(proof);
}

/* What a key signs says what it is for: the same bytes as a view's, or plainly hashed, are none. */
static void a_signature_made_for_another_purpose_signs_no_record(void **state)
{
    history *self = *state;
    uint8_t buffer[STEME_RECORD_SIZE_MAX];
    uint8_t bytes[STEME_RECORD_SIZE_MAX];
    uint8_t signature[STEME_SIGNATURE_SIZE];
    steme_key key = claims_key(1);
    steme_statement claim = history_claim("value", 0);
    steme_error error;
    steme_span content;
    steme_span joined;
    claims_check(steme_content_encode(&claim, &key.agent, 1, buffer, &content, &error), &error);
    const steme_id messages[] = {
        base_blake3_derive("StemeDB v1 view signature", content.bytes, content.size),
        steme_hash(content.bytes, content.size),
        steme_content_signing_hash(content),
    };
    for (size_t i = 0; i < 3; i++) {
        steme_record record;
        record_signature_make(&key, messages[i].bytes, signature);
        claims_check(steme_record_assemble(content, signature, 1, bytes, &joined, &error), &error);
        if (i < 2)
            assert_refused(self, joined);
        else
            claims_check(steme_record_admit(joined, &record, &error), &error);
    }
    assert_int_equal(record_count(self), 0);
}

/* One that is refused is stored neither in part nor beside those that came with it. */
static void a_bad_record_among_good_ones_leaves_them_whole(void **state)
{
    history *self = *state;
    uint8_t good[2][STEME_RECORD_SIZE_MAX];
    uint8_t bad[STEME_RECORD_SIZE_MAX];
    steme_append items[3];
    steme_error error;
    for (uint8_t i = 0; i < 2; i++) {
        uint8_t key = (uint8_t)(i + 1);
        steme_statement claim = history_claim("value", i);
        items[2 * i] = (steme_append){.record = claims_sign(&claim, &key, 1, good[i]).bytes};
    }
    steme_record record = signed_claim(bad);
    bad[steme_record_signature(&record, 1) - bad] ^= 1;
    items[1] = (steme_append){.record = record.bytes};
    claims_check(steme_store_append_many(self->world.store, items, 3, 0, &error), &error);
    assert_int_equal(items[0].status, STEME_OK);
    assert_int_equal(items[1].status, STEME_BAD_SIGNATURE);
    assert_int_equal(items[2].status, STEME_OK);
    assert_int_equal(record_count(self), 2);
}

static const struct CMUnitTest tests[] = {
#define CASE(name) cmocka_unit_test_setup_teardown(name, history_set_up, history_tear_down)
    CASE(every_flipped_bit_of_a_record_is_refused),
    CASE(a_byte_changed_in_any_part_of_a_record_keeps_it_out_of_a_store),
    CASE(a_co_signer_cannot_be_stripped),
    CASE(a_second_id_for_one_content_is_impossible),
    CASE(edge_case_signatures_are_refused),
    CASE(unknown_types_are_admitted_and_ignored),
    CASE(proof_and_root_catch_a_swapped_record),
    CASE(a_signature_made_for_another_purpose_signs_no_record),
    CASE(a_bad_record_among_good_ones_leaves_them_whole),
};

TEST_MAIN(tests)
