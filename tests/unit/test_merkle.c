#include "support/test.h"

#include "base/bytes.h"
#include "base/hash.h"
#include "base/memory.h"
#include "golden/merkle_vectors.h"
#include "merkle/crown.h"
#include "merkle/proof.h"
#include "merkle/root.h"
#include "platform/thread.h"
#include "support/crown_bytes.h"
#include "support/merkle_set.h"

/* `count` ids in sorted order; freed by set_free. */
static merkle_set set_of_random(size_t count, uint64_t seed)
{
    merkle_set set = {.ids = base_alloc(count * sizeof(steme_id))};
    assert_non_null(set.ids);
    merkle_set_fill_random(set.ids, count, 0, &seed);
    set.count = merkle_set_sort(set.ids, count);
    assert_int_equal(set.count, count);
    return set;
}

static void set_free(merkle_set *set)
{
    base_free(set->ids);
}

static merkle_crown crown_of(merkle_set *set)
{
    merkle_crown crown;
    assert_int_equal(merkle_crown_build(merkle_set_source(set), set->count, &crown, NULL),
                     STEME_OK);
    return crown;
}

static void assert_root(const merkle_crown *crown, const merkle_set *set)
{
    steme_id expected = merkle_root_of_sorted(set->ids, set->count);
    steme_id root = merkle_crown_root(crown);
    assert_memory_equal(&root, &expected, sizeof root);
    assert_int_equal(crown->count, set->count);
    assert_int_equal(crown->depth, merkle_crown_depth(set->count));
}

static void golden_roots_come_out_of_oracle_and_crown(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof merkle_vectors / sizeof *merkle_vectors; i++) {
        steme_id ids[80];
        merkle_set set = {.ids = ids};
        for (; merkle_vectors[i].ids[set.count] != NULL; set.count++)
            assert_true(base_hex_decode(merkle_vectors[i].ids[set.count], 64, ids[set.count].bytes,
                                        STEME_ID_SIZE));
        char text[65];
        base_hex_encode(merkle_root_of_sorted(ids, set.count).bytes, STEME_ID_SIZE, text);
        assert_string_equal(text, merkle_vectors[i].root);
        merkle_crown crown = crown_of(&set);
        base_hex_encode(merkle_crown_root(&crown).bytes, STEME_ID_SIZE, text);
        assert_string_equal(text, merkle_vectors[i].root);
        merkle_crown_deinit(&crown);
    }
}

static void depth_is_the_smallest_with_at_most_64_ids_per_slot(void **state)
{
    (void)state;
    uint64_t capacity = 64;
    for (unsigned depth = 0; depth < MERKLE_CROWN_DEPTH_MAX; depth++, capacity *= 16) {
        assert_int_equal(merkle_crown_depth(capacity), depth);
        assert_int_equal(merkle_crown_depth(capacity + 1), depth + 1);
    }
    assert_int_equal(merkle_crown_depth(0), 0);
    assert_int_equal(merkle_crown_depth(UINT64_MAX), MERKLE_CROWN_DEPTH_MAX);
}

static void crown_of_a_wrong_count_is_refused(void **state)
{
    (void)state;
    merkle_set set = set_of_random(1100, 3);
    merkle_crown crown;
    for (uint64_t count = 1; count < 5000; count += 7)
        if (count != set.count)
            assert_int_equal(merkle_crown_build(merkle_set_source(&set), count, &crown, NULL),
                             STEME_CORRUPT);
    set.count = 0;
    assert_int_equal(merkle_crown_build(merkle_set_source(&set), 5, &crown, NULL), STEME_CORRUPT);
    set_free(&set);
}

static void source_out_of_order_is_refused(void **state)
{
    (void)state;
    merkle_set set = set_of_random(200, 4);
    merkle_crown crown;
    steme_id kept = set.ids[100];
    set.ids[100] = set.ids[99];
    assert_int_equal(merkle_crown_build(merkle_set_source(&set), 200, &crown, NULL), STEME_CORRUPT);
    set.ids[100] = set.ids[2];
    assert_int_equal(merkle_crown_build(merkle_set_source(&set), 200, &crown, NULL), STEME_CORRUPT);
    set.ids[100] = kept;
    crown = crown_of(&set);
    assert_root(&crown, &set);
    merkle_crown_deinit(&crown);
    set_free(&set);
}

static void update_notices_that_crown_and_index_drifted_apart(void **state)
{
    (void)state;
    merkle_set all = set_of_random(2000, 5);
    merkle_set part = all;
    part.count = 1000; /* the lower half */
    merkle_crown crown = crown_of(&part);
    merkle_crown updated;
    merkle_source source = merkle_set_source(&all);
    /* held already */
    assert_int_equal(merkle_crown_update(&crown, all.ids + 999, 1, source, &updated, NULL),
                     STEME_CORRUPT);
    /* not in the index */
    source = merkle_set_source(&part);
    assert_int_equal(merkle_crown_update(&crown, all.ids + 1500, 1, source, &updated, NULL),
                     STEME_CORRUPT);
    /* out of order, and twice */
    steme_id twice[2] = {all.ids[1500], all.ids[1500]};
    assert_int_equal(merkle_crown_update(&crown, twice, 2, source, &updated, NULL), STEME_INVALID);
    assert_root(&crown, &part);
    merkle_crown_deinit(&crown);
    set_free(&all);
}

static void old_crown_stays_as_it_was_beside_the_new_one(void **state)
{
    (void)state;
    merkle_set all = set_of_random(3000, 6);
    merkle_set part = {.ids = base_alloc(3000 * sizeof(steme_id))};
    steme_id added[1500];
    size_t added_count = 0;
    for (size_t i = 0; i < all.count; i++)
        if (i % 2 == 0)
            part.ids[part.count++] = all.ids[i];
        else
            added[added_count++] = all.ids[i];
    merkle_crown old = crown_of(&part);
    merkle_crown copy;
    merkle_crown_copy(&old, &copy);
    merkle_crown grown;
    assert_int_equal(
        merkle_crown_update(&old, added, added_count, merkle_set_source(&all), &grown, NULL),
        STEME_OK);
    assert_root(&grown, &all);
    merkle_crown_deinit(&old);
    assert_root(&copy, &part);
    merkle_crown_deinit(&grown);
    assert_root(&copy, &part);
    /* All slots of the copy are still its own. */
    merkle_slot slots[16];
    assert_int_equal(
        merkle_crown_children(&copy, merkle_set_source(&part), &all.ids[0], 1, slots, NULL),
        STEME_OK);
    merkle_crown_deinit(&copy);
    set_free(&part);
    set_free(&all);
}

/* Copies, reads and gives back the crown it is handed, as a thread with snapshots does. */
static void *crown_copy_often(void *context)
{
    merkle_crown *own = context;
    for (int i = 0; i < 20000; i++) {
        merkle_crown copy;
        merkle_crown_copy(own, &copy);
        merkle_crown_deinit(own);
        *own = copy;
    }
    merkle_crown_deinit(own);
    return NULL;
}

static void crowns_that_share_branches_are_given_back_by_any_thread(void **state)
{
    (void)state;
    merkle_set all = set_of_random(1400, 35);
    merkle_set part = {.ids = all.ids, .count = 1100};
    merkle_crown crown = crown_of(&part);
    platform_thread threads[2] = {{.is_running = false}};
    merkle_crown given[2];
    for (size_t i = 0; i < 2; i++) {
        merkle_crown_copy(&crown, &given[i]);
        assert_int_equal(
            platform_thread_start(&threads[i], crown_copy_often, &given[i], "copy", NULL),
            STEME_OK);
    }
    for (; part.count < all.count; part.count++) {
        merkle_set next = {.ids = all.ids, .count = part.count + 1};
        merkle_crown grown;
        assert_int_equal(merkle_crown_update(&crown, all.ids + part.count, 1,
                                             merkle_set_source(&next), &grown, NULL),
                         STEME_OK);
        merkle_crown_deinit(&crown);
        crown = grown;
    }
    for (size_t i = 0; i < 2; i++)
        platform_thread_join(&threads[i]);
    assert_root(&crown, &all);
    merkle_crown_deinit(&crown);
    set_free(&all);
}

static int alloc_left;

static int alloc_fault(void)
{
    return alloc_left-- <= 0;
}

/* Fails each allocation, then each call of the source, of one update. */
static void failed_update_changes_nothing_and_leaks_nothing(void **state)
{
    (void)state;
    merkle_set all = set_of_random(1500, 7);
    merkle_set part = all;
    part.count = 1200;
    merkle_crown old = crown_of(&part);
    merkle_crown grown = {.count = 77};
    steme_status status = STEME_NO_MEMORY;
    base_alloc_fault = alloc_fault;
    int failures = 0;
    for (; status != STEME_OK; failures++) {
        alloc_left = failures;
        status =
            merkle_crown_update(&old, all.ids + 1200, 300, merkle_set_source(&all), &grown, NULL);
        assert_true(status == STEME_OK || (status == STEME_NO_MEMORY && grown.count == 77));
    }
    base_alloc_fault = NULL;
    assert_true(failures > 2);
    assert_root(&grown, &all);
    merkle_crown_deinit(&grown);
    grown.count = 77;
    status = STEME_IO;
    for (uint64_t call = 1; status != STEME_OK; call++) {
        all.call_count = 0;
        all.fail_at = call;
        status =
            merkle_crown_update(&old, all.ids + 1200, 300, merkle_set_source(&all), &grown, NULL);
        assert_true(status == STEME_OK || (status == STEME_IO && grown.count == 77));
    }
    merkle_crown_deinit(&grown);
    assert_root(&old, &part);
    merkle_crown_deinit(&old);
    set_free(&all);
}

/* Bytes of a crown, freed by the caller. */
static uint8_t *crown_encode(const merkle_crown *crown, size_t *out_size)
{
    *out_size = merkle_crown_encoded_size(crown);
    uint8_t *bytes = base_alloc(*out_size);
    assert_non_null(bytes);
    crown_bytes(crown, bytes);
    return bytes;
}

static void encoded_crown_comes_back_and_goes_on(void **state)
{
    (void)state;
    static const size_t counts[] = {0, 1, 64, 65, 1025, 20000};
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        merkle_set all = set_of_random(counts[i] + 1, 8 + i);
        merkle_set part = all;
        part.count = counts[i];
        merkle_crown crown = crown_of(&part);
        size_t size;
        uint8_t *bytes = crown_encode(&crown, &size);
        merkle_crown decoded;
        assert_int_equal(merkle_crown_decode(bytes, size, &decoded, NULL), STEME_OK);
        assert_root(&decoded, &part);
        merkle_crown grown;
        assert_int_equal(merkle_crown_update(&decoded, all.ids + counts[i], 1,
                                             merkle_set_source(&all), &grown, NULL),
                         STEME_OK);
        assert_root(&grown, &all);
        merkle_crown_deinit(&grown);
        merkle_crown_deinit(&decoded);
        merkle_crown_deinit(&crown);
        base_free(bytes);
        set_free(&all);
    }
}

static void any_flipped_bit_of_an_encoded_crown_is_found(void **state)
{
    (void)state;
    merkle_set set = set_of_random(1200, 20);
    merkle_crown crown = crown_of(&set);
    size_t size;
    uint8_t *bytes = crown_encode(&crown, &size);
    merkle_crown decoded;
    for (size_t bit = 0; bit < 8 * size; bit++) {
        bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
        assert_int_equal(merkle_crown_decode(bytes, size, &decoded, NULL), STEME_CORRUPT);
        bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
    for (size_t cut = 0; cut < size; cut++)
        assert_int_equal(merkle_crown_decode(bytes, cut, &decoded, NULL), STEME_CORRUPT);
    merkle_crown_deinit(&crown);
    base_free(bytes);
    set_free(&set);
}

/* The checksum repaired, so that what is behind it is reached: nothing may crash or leak, and what
 * is accepted can be given back. */
static void forged_crowns_with_a_good_checksum_do_no_harm(void **state)
{
    (void)state;
    uint64_t seed = test_seed(21);
    printf("seed %llu\n", (unsigned long long)seed);
    merkle_set set = set_of_random(1200, 20);
    merkle_crown crown = crown_of(&set);
    size_t size;
    uint8_t *bytes = crown_encode(&crown, &size);
    uint8_t *forged = base_alloc(size);
    unsigned refused = 0;
    for (int round = 0; round < 20000; round++) {
        memcpy(forged, bytes, size);
        size_t length = round % 4 != 0 ? size : 88 + test_random(&seed) % (size - 88);
        for (uint64_t left = 1 + test_random(&seed) % 3; left > 0; left--) {
            uint64_t at = test_random(&seed) % (round % 2 == 0 ? 70 : length - 32);
            forged[at] = (uint8_t)test_random(&seed);
        }
        steme_id sum = base_blake3(forged, length - 32);
        memcpy(forged + length - 32, &sum, 32);
        merkle_crown decoded;
        if (merkle_crown_decode(forged, length, &decoded, NULL) == STEME_OK)
            merkle_crown_deinit(&decoded);
        else
            refused++;
    }
    assert_true(refused > 5000);
    memcpy(forged, bytes, size);
    base_put_u32be(forged + 8, 2);
    steme_id sum = base_blake3(forged, size - 32);
    memcpy(forged + size - 32, &sum, 32);
    merkle_crown decoded;
    assert_int_equal(merkle_crown_decode(forged, size, &decoded, NULL), STEME_VERSION);
    merkle_crown_deinit(&crown);
    base_free(forged);
    base_free(bytes);
    set_free(&set);
}

/* Decodes bytes whose checksum is made right first. */
static steme_status decode_resummed(uint8_t *bytes, size_t size)
{
    steme_id sum = base_blake3(bytes, size - sizeof sum);
    memcpy(bytes + size - sizeof sum, &sum, sizeof sum);
    merkle_crown crown;
    steme_status status = merkle_crown_decode(bytes, size, &crown, NULL);
    if (status == STEME_OK)
        merkle_crown_deinit(&crown);
    return status;
}

/* The first branch begins at 56 with its bitmap; its slots are 40 bytes each. */
static void crown_whose_counts_do_not_add_up_is_refused(void **state)
{
    (void)state;
    merkle_set set = set_of_random(500, 22);
    merkle_crown crown = crown_of(&set);
    size_t size = merkle_crown_encoded_size(&crown);
    uint8_t *bytes = base_alloc(size + 1);
    crown_bytes(&crown, bytes);
    assert_int_equal(decode_resummed(bytes, size), STEME_OK);
    assert_int_equal(decode_resummed(bytes, size + 1), STEME_CORRUPT); /* a byte after its end */
    uint8_t *counts[2] = {bytes + 58, bytes + 98};
    uint64_t sum = base_get_u64be(counts[0]) + base_get_u64be(counts[1]);
    base_put_u64be(counts[0], sum - 1);
    base_put_u64be(counts[1], 1);
    assert_int_equal(decode_resummed(bytes, size), STEME_OK);
    base_put_u64be(counts[1], 2);
    assert_int_equal(decode_resummed(bytes, size), STEME_CORRUPT);
    base_put_u64be(counts[0], sum);
    base_put_u64be(counts[1], 0); /* a slot that is named and empty */
    assert_int_equal(decode_resummed(bytes, size), STEME_CORRUPT);
    base_put_u64be(counts[0], sum + (UINT64_C(1) << 63)); /* right again modulo 2^64 */
    base_put_u64be(counts[1], UINT64_C(1) << 63);
    assert_int_equal(decode_resummed(bytes, size), STEME_CORRUPT);
    merkle_crown_deinit(&crown);
    base_free(bytes);
    set_free(&set);
}

/* A proof of one level that skips one nibble, and the root that it leads to: what somebody can make
 * who is free to choose the root too. The sibling's hash is zeros. */
static steme_status check_of_forged_level(const steme_id *id, uint8_t skipped, uint8_t nibble,
                                          uint64_t leaf_count)
{
    uint8_t proof[2 + 2 + 8 + 2 + 1 + 32] = {1, 1, 1, skipped};
    uint16_t bitmap = (uint16_t)(1u << nibble | 1u << (nibble + 1) % 16);
    base_put_u64be(proof + 4, leaf_count);
    base_put_u16be(proof + 12, bitmap);
    proof[14] = nibble;
    steme_id children[2] = {{{0}}};
    children[nibble == 15] = merkle_leaf_hash(id);
    steme_id root = merkle_inner_hash(&skipped, 1, leaf_count, bitmap, children);
    return merkle_proof_check((steme_span){proof, sizeof proof}, id, &root, NULL);
}

static void proof_must_spell_the_id_even_where_the_root_is_forged(void **state)
{
    (void)state;
    steme_id id = {{0x5f, 0x12}};
    assert_int_equal(check_of_forged_level(&id, 5, 15, 2), STEME_OK);
    assert_int_equal(check_of_forged_level(&id, 5, 15, UINT64_MAX), STEME_OK);
    assert_int_equal(check_of_forged_level(&id, 5, 14, 2), STEME_INVALID);
    assert_int_equal(check_of_forged_level(&id, 4, 15, 2), STEME_INVALID);
    assert_int_equal(check_of_forged_level(&id, 16 + 5, 15, 2), STEME_INVALID);
    assert_int_equal(check_of_forged_level(&id, 5, 15, 1), STEME_INVALID);
    assert_int_equal(check_of_forged_level(&id, 5, 15, 0), STEME_INVALID);
}

static void every_id_of_a_thousand_has_a_proof_and_no_other_has(void **state)
{
    (void)state;
    merkle_set set = set_of_random(1001, 30);
    steme_id stranger = set.ids[500];
    memmove(set.ids + 500, set.ids + 501, 500 * sizeof(steme_id));
    set.count = 1000;
    merkle_crown crown = crown_of(&set);
    steme_id root = merkle_crown_root(&crown);
    steme_id other_root = root;
    other_root.bytes[31] ^= 1;
    static uint8_t proof[MERKLE_PROOF_SIZE_MAX];
    size_t size;
    for (size_t i = 0; i < set.count; i++) {
        assert_int_equal(
            merkle_proof_make(&crown, merkle_set_source(&set), &set.ids[i], proof, &size, NULL),
            STEME_OK);
        steme_span span = {proof, size};
        assert_int_equal(merkle_proof_check(span, &set.ids[i], &root, NULL), STEME_OK);
        assert_int_equal(merkle_proof_check(span, &set.ids[i], &other_root, NULL), STEME_INVALID);
        assert_int_equal(merkle_proof_check(span, &set.ids[(i + 1) % 1000], &root, NULL),
                         STEME_INVALID);
        assert_int_equal(merkle_proof_check(span, &stranger, &root, NULL), STEME_INVALID);
    }
    assert_int_equal(
        merkle_proof_make(&crown, merkle_set_source(&set), &stranger, proof, &size, NULL),
        STEME_NOT_FOUND);
    merkle_crown_deinit(&crown);
    set_free(&set);
}

static void any_flipped_bit_and_any_cut_of_a_proof_is_refused(void **state)
{
    (void)state;
    merkle_set set = set_of_random(1000, 31);
    merkle_crown crown = crown_of(&set);
    static uint8_t proof[MERKLE_PROOF_SIZE_MAX + 1];
    for (size_t i = 0; i < set.count; i += 97) {
        size_t size;
        assert_int_equal(
            merkle_proof_make(&crown, merkle_set_source(&set), &set.ids[i], proof, &size, NULL),
            STEME_OK);
        for (size_t bit = 0; bit < 8 * size; bit++) {
            proof[bit / 8] ^= (uint8_t)(1u << bit % 8);
            assert_int_equal(
                merkle_proof_check((steme_span){proof, size}, &set.ids[i], &crown.root, NULL),
                STEME_INVALID);
            proof[bit / 8] ^= (uint8_t)(1u << bit % 8);
        }
        for (size_t cut = 0; cut < size; cut++) {
            uint8_t *exact = base_alloc(cut); /* an overrun is seen under AddressSanitizer */
            memcpy(exact, proof, cut);
            assert_int_equal(
                merkle_proof_check((steme_span){exact, cut}, &set.ids[i], &crown.root, NULL),
                STEME_INVALID);
            base_free(exact);
        }
        proof[size] = 0;
        assert_int_equal(
            merkle_proof_check((steme_span){proof, size + 1}, &set.ids[i], &crown.root, NULL),
            STEME_INVALID);
    }
    merkle_crown_deinit(&crown);
    set_free(&set);
}

/* The longest path there is: an id with a neighbour at every one of its 64 nibbles, 15 of them. */
static void longest_proof_fits_its_bound(void **state)
{
    (void)state;
    static steme_id ids[1 + 64 * 15];
    merkle_set set = {.ids = ids, .count = 1};
    for (unsigned depth = 0; depth < 64; depth++)
        for (unsigned nibble = 1; nibble < 16; nibble++)
            merkle_nibble_set(&ids[set.count++], depth, nibble);
    assert_int_equal(merkle_set_sort(ids, set.count), 961);
    merkle_crown crown = crown_of(&set);
    assert_root(&crown, &set);
    static uint8_t proof[MERKLE_PROOF_SIZE_MAX];
    size_t size;
    for (size_t i = 0; i < set.count; i += 60) {
        assert_int_equal(
            merkle_proof_make(&crown, merkle_set_source(&set), &ids[i], proof, &size, NULL),
            STEME_OK);
        assert_int_equal(merkle_proof_check((steme_span){proof, size}, &ids[i], &crown.root, NULL),
                         STEME_OK);
        assert_int_equal(size, i > 0 ? size : MERKLE_PROOF_SIZE_MAX);
    }
    merkle_crown_deinit(&crown);
}

static void proof_from_a_crown_of_another_set_is_never_given(void **state)
{
    (void)state;
    merkle_set set = set_of_random(400, 33);
    merkle_crown crown = crown_of(&set);
    crown.root.bytes[0] ^= 1;
    static uint8_t proof[MERKLE_PROOF_SIZE_MAX];
    size_t size;
    assert_int_equal(
        merkle_proof_make(&crown, merkle_set_source(&set), &set.ids[9], proof, &size, NULL),
        STEME_CORRUPT);
    merkle_crown_deinit(&crown);
    set_free(&set);
}

/* The hash of what a descent finds at each prefix, against the crown's own and the oracle's. */
static void children_agree_above_and_below_the_crown(void **state)
{
    (void)state;
    merkle_set set = set_of_random(1100, 34); /* depth 2 */
    merkle_crown crown = crown_of(&set);
    merkle_crown flat = {0}; /* depth 0: everything is read from the ids */
    for (unsigned depth = 0; depth < 5; depth++) {
        for (size_t i = 0; i < set.count; i += 50) {
            merkle_slot slots[16];
            merkle_slot read[16];
            assert_int_equal(merkle_crown_children(&crown, merkle_set_source(&set), &set.ids[i],
                                                   depth, slots, NULL),
                             STEME_OK);
            assert_int_equal(merkle_crown_children(&flat, merkle_set_source(&set), &set.ids[i],
                                                   depth, read, NULL),
                             STEME_OK);
            assert_memory_equal(slots, read, sizeof slots);
        }
    }
    merkle_slot slots[16];
    assert_int_equal(
        merkle_crown_children(&crown, merkle_set_source(&set), &set.ids[7], 63, slots, NULL),
        STEME_OK);
    steme_id leaf = merkle_leaf_hash(&set.ids[7]);
    assert_memory_equal(&slots[merkle_nibble_get(&set.ids[7], 63)].hash, &leaf, sizeof leaf);
    assert_int_equal(
        merkle_crown_children(&crown, merkle_set_source(&set), &set.ids[7], 64, slots, NULL),
        STEME_INVALID);
    merkle_crown_deinit(&crown);
    set_free(&set);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(golden_roots_come_out_of_oracle_and_crown),
    cmocka_unit_test(depth_is_the_smallest_with_at_most_64_ids_per_slot),
    cmocka_unit_test(crown_of_a_wrong_count_is_refused),
    cmocka_unit_test(source_out_of_order_is_refused),
    cmocka_unit_test(update_notices_that_crown_and_index_drifted_apart),
    cmocka_unit_test(old_crown_stays_as_it_was_beside_the_new_one),
    cmocka_unit_test(crowns_that_share_branches_are_given_back_by_any_thread),
    cmocka_unit_test(failed_update_changes_nothing_and_leaks_nothing),
    cmocka_unit_test(encoded_crown_comes_back_and_goes_on),
    cmocka_unit_test(any_flipped_bit_of_an_encoded_crown_is_found),
    cmocka_unit_test(forged_crowns_with_a_good_checksum_do_no_harm),
    cmocka_unit_test(crown_whose_counts_do_not_add_up_is_refused),
    cmocka_unit_test(proof_must_spell_the_id_even_where_the_root_is_forged),
    cmocka_unit_test(every_id_of_a_thousand_has_a_proof_and_no_other_has),
    cmocka_unit_test(any_flipped_bit_and_any_cut_of_a_proof_is_refused),
    cmocka_unit_test(longest_proof_fits_its_bound),
    cmocka_unit_test(proof_from_a_crown_of_another_set_is_never_given),
    cmocka_unit_test(children_agree_above_and_below_the_crown),
};

TEST_MAIN(tests)
