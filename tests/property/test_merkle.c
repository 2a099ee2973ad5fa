#include "support/test.h"

#include "base/memory.h"
#include "merkle/crown.h"
#include "merkle/proof.h"
#include "merkle/root.h"
#include "support/crown_bytes.h"
#include "support/merkle_set.h"

/* A set that grows: `set` sorted, and the ids that are still to come in random order. */
typedef struct growing_set {
    merkle_set set;
    steme_id *coming;
    size_t coming_count;
    merkle_crown crown;
    uint64_t random;
} growing_set;

/* Drops doubles, and puts what is coming into a random order. */
static void world_shuffle(growing_set *world)
{
    world->coming_count = merkle_set_sort(world->coming, world->coming_count);
    for (size_t i = world->coming_count; i > 1; i--) {
        size_t other = test_random(&world->random) % i;
        steme_id swapped = world->coming[i - 1];
        world->coming[i - 1] = world->coming[other];
        world->coming[other] = swapped;
    }
}

static void world_init(growing_set *world, size_t count, unsigned shared, uint64_t seed)
{
    *world = (growing_set){.random = seed};
    merkle_crown_init(&world->crown);
    world->set.ids = base_alloc((count + 1) * sizeof(steme_id));
    world->coming = base_alloc((count + 1) * sizeof(steme_id));
    assert_non_null(world->set.ids);
    assert_non_null(world->coming);
    merkle_set_fill_random(world->coming, count, shared, &world->random);
    world->coming_count = count;
    world_shuffle(world);
}

static void world_deinit(growing_set *world)
{
    merkle_crown_deinit(&world->crown);
    base_free(world->coming);
    base_free(world->set.ids);
}

/* Moves `count` ids into the set and updates the crown by them. */
static void world_grow(growing_set *world, size_t count)
{
    world->coming_count -= count;
    steme_id *added = world->coming + world->coming_count;
    assert_int_equal(merkle_set_sort(added, count), count);
    memcpy(world->set.ids + world->set.count, added, count * sizeof *added);
    world->set.count += count;
    assert_int_equal(merkle_set_sort(world->set.ids, world->set.count), world->set.count);
    merkle_crown grown;
    assert_int_equal(merkle_crown_update(&world->crown, added, count,
                                         merkle_set_source(&world->set), &grown, NULL),
                     STEME_OK);
    merkle_crown_deinit(&world->crown);
    world->crown = grown;
}

static bool world_root_is_right(const growing_set *world)
{
    steme_id expected = merkle_root_of_sorted(world->set.ids, world->set.count);
    return memcmp(&expected, &world->crown.root, sizeof expected) == 0 &&
           world->crown.count == world->set.count &&
           world->crown.depth == merkle_crown_depth(world->set.count);
}

/* Bytes of a crown say all that is in it. */
static void assert_same_crown(const merkle_crown *left, const merkle_crown *right)
{
    size_t size = merkle_crown_encoded_size(left);
    assert_int_equal(merkle_crown_encoded_size(right), size);
    uint8_t *bytes = base_alloc(2 * size);
    assert_non_null(bytes);
    crown_bytes(left, bytes);
    crown_bytes(right, bytes + size);
    assert_memory_equal(bytes, bytes + size, size);
    base_free(bytes);
}

static void root_is_the_oracles_in_any_order_and_batching(void **state)
{
    (void)state;
    uint64_t seed = test_seed(1);
    printf("seed %llu\n", (unsigned long long)seed);
    static const size_t counts[] = {0, 1, 2, 3, 17, 1000, 70000};
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        for (size_t batch_max = 40; batch_max <= 40000; batch_max *= 10) {
            if (counts[i] / batch_max > 100)
                continue;
            growing_set world;
            world_init(&world, counts[i], 0, seed++);
            while (world.coming_count > 0) {
                size_t batch = 1 + test_random(&world.random) % batch_max;
                world_grow(&world, batch < world.coming_count ? batch : world.coming_count);
                assert_true(world.coming_count > 0 || world_root_is_right(&world));
            }
            merkle_crown built;
            assert_int_equal(
                merkle_crown_build(merkle_set_source(&world.set), world.set.count, &built, NULL),
                STEME_OK);
            assert_same_crown(&built, &world.crown);
            merkle_crown_deinit(&built);
            world_deinit(&world);
        }
    }
}

/* One at a time over the edges of depths 0, 1 and 2, the root checked each time. */
static void single_updates_equal_a_rebuild_across_depth_changes(void **state)
{
    (void)state;
    uint64_t seed = test_seed(2);
    printf("seed %llu\n", (unsigned long long)seed);
    for (unsigned round = 0; round < 3; round++) {
        growing_set world;
        world_init(&world, 1100, 0, seed + round);
        while (world.coming_count > 0) {
            world_grow(&world, 1);
            assert_true(world_root_is_right(&world));
        }
        world_deinit(&world);
    }
}

static void root_is_right_whatever_prefix_all_ids_share(void **state)
{
    (void)state;
    uint64_t seed = test_seed(3);
    printf("seed %llu\n", (unsigned long long)seed);
    for (unsigned shared = 0; shared < 64; shared++) {
        growing_set world;
        world_init(&world, 1200, shared, seed + shared);
        while (world.coming_count > 0) {
            size_t batch = 1 + test_random(&world.random) % 90;
            world_grow(&world, batch < world.coming_count ? batch : world.coming_count);
            assert_true(world_root_is_right(&world));
        }
        world_deinit(&world);
    }
}

/* Adversarial sets: clusters that share random long prefixes with each other, so that nodes above
 * the crown have one used slot now and two after the next update. */
static void clusters_split_and_skips_move_as_the_set_grows(void **state)
{
    (void)state;
    uint64_t seed = test_seed(4);
    printf("seed %llu\n", (unsigned long long)seed);
    for (unsigned round = 0; round < 20; round++) {
        growing_set world;
        world_init(&world, 700, 0, seed + round);
        for (size_t i = 1; i < world.coming_count; i++) {
            const steme_id *near = &world.coming[test_random(&world.random) % i];
            unsigned shared = (unsigned)(test_random(&world.random) % 64);
            if (round % 2 == 0 && shared < 5)
                shared = 5;
            for (unsigned nibble = 0; nibble < shared; nibble++)
                merkle_nibble_set(&world.coming[i], nibble, merkle_nibble_get(near, nibble));
        }
        world_shuffle(&world);
        while (world.coming_count > 0) {
            size_t batch = 1 + test_random(&world.random) % 50;
            world_grow(&world, batch < world.coming_count ? batch : world.coming_count);
            assert_true(world_root_is_right(&world));
        }
        static uint8_t proof[MERKLE_PROOF_SIZE_MAX];
        size_t size;
        for (size_t i = 0; i < world.set.count; i += 9) {
            const steme_id *id = &world.set.ids[i];
            assert_int_equal(merkle_proof_make(&world.crown, merkle_set_source(&world.set), id,
                                               proof, &size, NULL),
                             STEME_OK);
            assert_int_equal(
                merkle_proof_check((steme_span){proof, size}, id, &world.crown.root, NULL),
                STEME_OK);
        }
        world_deinit(&world);
    }
}

/* Any subset of a small universe of ids that differ in two nibbles far apart: all 256 subsets, each
 * reached from every subset with one id fewer. */
static void every_subset_of_a_small_universe_is_reached_the_same_from_everywhere(void **state)
{
    (void)state;
    steme_id universe[8] = {{{0}}};
    for (unsigned i = 0; i < 8; i++) {
        merkle_nibble_set(&universe[i], 2, i / 4);
        merkle_nibble_set(&universe[i], 40, i / 2 % 2);
        merkle_nibble_set(&universe[i], 63, i % 2);
    }
    for (unsigned members = 1; members < 256; members++) {
        for (unsigned last = 0; last < 8; last++) {
            if ((members >> last & 1) == 0)
                continue;
            steme_id ids[8];
            merkle_set set = {.ids = ids};
            for (unsigned i = 0; i < 8; i++)
                if (i != last && (members >> i & 1) != 0)
                    ids[set.count++] = universe[i];
            merkle_crown before;
            merkle_crown after;
            assert_int_equal(merkle_crown_build(merkle_set_source(&set), set.count, &before, NULL),
                             STEME_OK);
            ids[set.count++] = universe[last];
            set.count = merkle_set_sort(ids, set.count);
            assert_int_equal(merkle_crown_update(&before, &universe[last], 1,
                                                 merkle_set_source(&set), &after, NULL),
                             STEME_OK);
            steme_id expected = merkle_root_of_sorted(ids, set.count);
            assert_memory_equal(&after.root, &expected, sizeof expected);
            merkle_crown_deinit(&before);
            merkle_crown_deinit(&after);
        }
    }
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(root_is_the_oracles_in_any_order_and_batching),
    cmocka_unit_test(single_updates_equal_a_rebuild_across_depth_changes),
    cmocka_unit_test(root_is_right_whatever_prefix_all_ids_share),
    cmocka_unit_test(clusters_split_and_skips_move_as_the_set_grows),
    cmocka_unit_test(every_subset_of_a_small_universe_is_reached_the_same_from_everywhere),
};

TEST_MAIN(tests)
