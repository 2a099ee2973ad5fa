#include "support/test.h"

#include "base/memory.h"
#include "sketch/sketch.h"
#include "sketch/walk.h"

static sketch_key key_of_seed(uint64_t seed)
{
    return sketch_key_derive((steme_span){(const uint8_t *)&seed, sizeof seed});
}

static uint64_t announced_seed(uint64_t fallback)
{
    uint64_t seed = test_seed(fallback);
    print_message("seed %llu\n", (unsigned long long)seed);
    return seed;
}

static sketch_cell *cells_new(size_t count)
{
    sketch_cell *cells = base_alloc_zero(count, sizeof *cells);
    assert_non_null(cells);
    return cells;
}

static int compare_items(const void *left, const void *right)
{
    uint64_t one = *(const uint64_t *)left;
    uint64_t other = *(const uint64_t *)right;
    return (one > other) - (one < other);
}

/* A difference: `left_count` items, then `right_count`, and the cells of it. */
typedef struct difference {
    uint64_t *items;
    size_t left_count;
    size_t right_count;
    sketch_cell *cells;
    size_t cell_count;
} difference;

static difference difference_new(const sketch_key *key, size_t left_count, size_t right_count,
                                 size_t cell_count, uint64_t *random)
{
    size_t count = left_count + right_count;
    difference made = {base_alloc(count * sizeof(uint64_t)), left_count, right_count,
                       cells_new(cell_count), cell_count};
    assert_non_null(made.items);
    for (size_t i = 0; i < count; i++) {
        made.items[i] = test_random(random);
        sketch_toggle(made.cells, cell_count, key, made.items[i], i < left_count ? 1 : -1);
    }
    return made;
}

static void difference_free(difference *freed)
{
    base_free(freed->items);
    base_free(freed->cells);
}

static void assert_same_items(uint64_t *expected, size_t expected_count, const uint64_t *items,
                              size_t count)
{
    assert_int_equal(count, expected_count);
    if (count == 0)
        return;
    uint64_t *sorted = base_alloc(count * sizeof *sorted);
    assert_non_null(sorted);
    memcpy(sorted, items, count * sizeof *sorted);
    qsort(sorted, count, sizeof *sorted, compare_items);
    qsort(expected, count, sizeof *expected, compare_items);
    assert_memory_equal(sorted, expected, count * sizeof *sorted);
    base_free(sorted);
}

static void assert_decoded(const sketch_decoder *decoder, difference *expected)
{
    const uint64_t *left;
    const uint64_t *right;
    size_t left_count;
    size_t right_count;
    sketch_decoder_items(decoder, &left, &left_count, &right, &right_count);
    assert_same_items(expected->items, expected->left_count, left, left_count);
    assert_same_items(expected->items + expected->left_count, expected->right_count, right,
                      right_count);
}

/* Cells that decoding took, given in pieces of up to `piece_max`. */
static size_t decode(const sketch_key *key, difference *decoded, size_t piece_max, uint64_t *random)
{
    size_t given = 0;
    sketch_decoder *decoder = sketch_decoder_new(key, decoded->cell_count);
    assert_non_null(decoder);
    while (!sketch_decoder_is_done(decoder)) {
        size_t piece = 1 + (size_t)(test_random(random) % piece_max);
        assert_true(given < decoded->cell_count);
        if (piece > decoded->cell_count - given)
            piece = decoded->cell_count - given;
        assert_int_equal(sketch_decoder_add(decoder, decoded->cells + given, piece, NULL),
                         STEME_OK);
        given += piece;
    }
    assert_decoded(decoder, decoded);
    sketch_decoder_free(decoder);
    return given;
}

static void decoding_gives_exactly_the_difference_in_any_pieces(void **state)
{
    (void)state;
    uint64_t random = announced_seed(1);
    for (unsigned round = 0; round < 400; round++) {
        sketch_key key = key_of_seed(random);
        size_t size_max = (size_t)1 << (test_random(&random) % 12);
        size_t left_count = (size_t)(test_random(&random) % (size_max + 1));
        size_t right_count = (size_t)(test_random(&random) % (size_max + 1));
        size_t piece_max = (size_t)1 << (test_random(&random) % 13);
        difference made = difference_new(&key, left_count, right_count,
                                         4 * (left_count + right_count) + 100, &random);
        decode(&key, &made, piece_max, &random);
        difference_free(&made);
    }
}

/* What the sets share is not seen, however much it is. */
static void what_both_sets_have_cancels(void **state)
{
    (void)state;
    enum { SHARED = 20000, CELLS = 400 };
    uint64_t random = announced_seed(2);
    sketch_key key = key_of_seed(random);
    difference made = difference_new(&key, 40, 60, CELLS, &random);
    sketch_cell *left = cells_new(CELLS);
    sketch_cell *right = cells_new(CELLS);
    for (size_t i = 0; i < SHARED; i++) {
        uint64_t item = test_random(&random);
        sketch_toggle(left, CELLS, &key, item, 1);
        sketch_toggle(right, CELLS, &key, item, 1);
    }
    for (size_t i = 0; i < 100; i++)
        sketch_toggle(i < 40 ? left : right, CELLS, &key, made.items[i], 1);
    sketch_subtract(left, right, CELLS, left);
    assert_memory_equal(left, made.cells, CELLS * sizeof *left);
    decode(&key, &made, 10, &random);
    base_free(left);
    base_free(right);
    difference_free(&made);
}

static void decoding_takes_1_2_to_2_cells_per_difference(void **state)
{
    (void)state;
    uint64_t random = announced_seed(3);
    static const struct {
        size_t count;
        unsigned rounds;
        unsigned percent_max;
    } cases[] = {{10, 400, 250}, {100, 100, 200}, {1000, 20, 200}, {10000, 4, 200}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        size_t count = cases[i].count;
        size_t given = 0;
        for (unsigned round = 0; round < cases[i].rounds; round++) {
            sketch_key key = key_of_seed(random);
            size_t left_count = (size_t)(test_random(&random) % (count + 1));
            difference made =
                difference_new(&key, left_count, count - left_count, 8 * count + 100, &random);
            given += decode(&key, &made, 1, &random);
            difference_free(&made);
        }
        size_t percent = given * 100 / (count * cases[i].rounds);
        print_message("%zu differences: %zu.%02zu cells each\n", count, percent / 100,
                      percent % 100);
        assert_in_range(percent, 120, cases[i].percent_max);
    }
}

/* Binomial: 5 standard deviations of 20,000 items, for each cell and for each two that follow. */
static void cells_have_items_as_often_as_stated_and_independently(void **state)
{
    (void)state;
    enum { ITEMS = 20000, CELLS = 64 };
    uint64_t random = announced_seed(4);
    sketch_key key = key_of_seed(random);
    uint64_t single[CELLS] = {0};
    uint64_t pair[CELLS] = {0};
    for (size_t i = 0; i < ITEMS; i++) {
        sketch_walk walk = sketch_walk_begin(sketch_hash(&key, test_random(&random)));
        for (uint64_t before = CELLS; walk.index < CELLS; sketch_walk_next(&walk)) {
            single[walk.index]++;
            pair[walk.index] += before + 1 == walk.index;
            before = walk.index;
        }
    }
    assert_int_equal(single[0], ITEMS);
    for (uint64_t i = 1; i < CELLS; i++) {
        uint64_t mean = ITEMS * 2 / (i + 2);
        uint64_t off = single[i] > mean ? single[i] - mean : mean - single[i];
        assert_true(off * off <= 25 * mean + 1);
        mean = ITEMS * 4 / ((i + 2) * (i + 1));
        off = pair[i] > mean ? pair[i] - mean : mean - pair[i];
        assert_true(off * off <= 25 * mean + 1);
    }
}

/* `side`: 0 = all on the left, 1 = half. */
static void check_estimates(size_t count, size_t cell_count, unsigned side, uint64_t *random)
{
    unsigned rounds = count > 10000 ? 20 : 100;
    unsigned off_count = 0;
    uint64_t sum = 0;
    for (unsigned round = 0; round < rounds; round++) {
        sketch_key key = key_of_seed(*random);
        size_t right_count = side == 0 ? 0 : count / 2;
        difference made =
            difference_new(&key, count - right_count, right_count, cell_count, random);
        uint64_t estimate = sketch_estimate(made.cells, cell_count);
        off_count += 3 * estimate < 2 * count || 2 * estimate > 3 * count;
        assert_true(estimate >= count - 2 * right_count);
        sum += estimate;
        difference_free(&made);
    }
    print_message("%zu differences, %zu cells, side %u: mean %llu, %u of %u off by over 1.5\n",
                  count, cell_count, side, (unsigned long long)(sum / rounds), off_count, rounds);
    if (count > 1)
        assert_true(off_count * 5 <= rounds);
}

static void estimate_is_mostly_within_a_factor_of_1_5(void **state)
{
    (void)state;
    uint64_t random = announced_seed(5);
    for (size_t count = 1; count <= 100000; count *= 10)
        for (unsigned side = 0; side < 2; side++) {
            check_estimates(count, 64, side, &random);
            check_estimates(count, 512, side, &random);
        }
}

/* Each cell has some of a few items, with the check that they have, whether they belong there or
 * not: what a decoder that trusts its peer peels for ever. */
static size_t forge(const sketch_key *key, sketch_cell *cells, size_t cell_max, uint64_t *random)
{
    size_t cell_count = 1 + (size_t)(test_random(random) % cell_max);
    size_t item_count = 1 + (size_t)(test_random(random) % 8);
    uint64_t first = test_random(random);
    memset(cells, 0, cell_count * sizeof *cells);
    for (size_t i = 0; i < item_count; i++)
        if (test_random(random) % 2 == 0)
            sketch_toggle(cells, cell_count, key, first + i, test_random(random) % 2 ? 1 : -1);
    for (size_t i = 0; i < cell_count; i++) {
        uint64_t choice = test_random(random) >> 32;
        if (choice % 4 == 0)
            continue;
        uint64_t item = first + (choice >> 8) % item_count;
        cells[i].item_xor ^= item;
        cells[i].check_xor ^= sketch_check(sketch_hash(key, item));
        cells[i].count += choice & 4 ? 1 : -1;
    }
    return cell_count;
}

static void assert_bounded(const sketch_decoder *decoder, size_t cell_count)
{
    uint64_t all[64];
    const uint64_t *left;
    const uint64_t *right;
    size_t left_count;
    size_t right_count;
    sketch_decoder_items(decoder, &left, &left_count, &right, &right_count);
    assert_true(left_count + right_count <= cell_count && cell_count <= 64);
    if (left_count > 0)
        memcpy(all, left, left_count * sizeof *all);
    if (right_count > 0)
        memcpy(all + left_count, right, right_count * sizeof *all);
    qsort(all, left_count + right_count, sizeof *all, compare_items);
    for (size_t i = 1; i < left_count + right_count; i++)
        assert_true(all[i - 1] < all[i]);
}

static void forged_cells_end_and_give_no_item_twice(void **state)
{
    (void)state;
    uint64_t random = announced_seed(6);
    sketch_key key = key_of_seed(random);
    size_t recovered_count = 0;
    for (unsigned round = 0; round < 20000; round++) {
        sketch_cell cells[64];
        size_t cell_count = forge(&key, cells, 64, &random);
        size_t first = (size_t)(test_random(&random) % (cell_count + 1));
        sketch_decoder *decoder = sketch_decoder_new(&key, cell_count);
        const uint64_t *items;
        size_t counts[2];
        assert_non_null(decoder);
        assert_int_equal(sketch_decoder_add(decoder, cells, first, NULL), STEME_OK);
        assert_bounded(decoder, first);
        assert_int_equal(sketch_decoder_add(decoder, cells + first, cell_count - first, NULL),
                         STEME_OK);
        assert_bounded(decoder, cell_count);
        sketch_decoder_items(decoder, &items, &counts[0], &items, &counts[1]);
        recovered_count += counts[0] + counts[1];
        sketch_decoder_free(decoder);
    }
    print_message("%zu items out of 20000 forged sketches\n", recovered_count);
    assert_true(recovered_count > 20000);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(decoding_gives_exactly_the_difference_in_any_pieces),
    cmocka_unit_test(what_both_sets_have_cancels),
    cmocka_unit_test(decoding_takes_1_2_to_2_cells_per_difference),
    cmocka_unit_test(cells_have_items_as_often_as_stated_and_independently),
    cmocka_unit_test(estimate_is_mostly_within_a_factor_of_1_5),
    cmocka_unit_test(forged_cells_end_and_give_no_item_twice),
};

TEST_MAIN(tests)
