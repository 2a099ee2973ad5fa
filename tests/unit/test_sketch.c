#include "support/test.h"

#include "base/bytes.h"
#include "base/memory.h"
#include "golden/sketch_vectors.h"
#include "sketch/sketch.h"
#include "sketch/walk.h"

#define COUNT_OF(array) (sizeof(array) / sizeof *(array))

static sketch_key key_of(const char *cluster)
{
    return sketch_key_derive((steme_span){(const uint8_t *)cluster, strlen(cluster)});
}

static sketch_key test_key(void)
{
    return key_of("stemedb");
}

static uint64_t item_of_hex(const char *text)
{
    steme_id id;
    assert_true(base_hex_decode(text, 64, id.bytes, sizeof id.bytes));
    return sketch_item(&id);
}

/* The sketch of numbers first ... first + count - 1. */
static void add_numbers(sketch_cell *cells, size_t cell_count, uint64_t first, uint64_t count,
                        int32_t sign)
{
    sketch_key key = test_key();
    for (uint64_t item = first; item < first + count; item++)
        sketch_toggle(cells, cell_count, &key, item, sign);
}

/* A cell of one item with its right check. */
static sketch_cell cell_of(uint64_t item, int32_t count)
{
    sketch_key key = test_key();
    return (sketch_cell){item, sketch_check(sketch_hash(&key, item)), count};
}

static sketch_decoder *decoder_of(const sketch_cell *cells, size_t cell_count)
{
    sketch_key key = test_key();
    sketch_decoder *decoder = sketch_decoder_new(&key, cell_count);
    assert_non_null(decoder);
    assert_int_equal(sketch_decoder_add(decoder, cells, cell_count, NULL), STEME_OK);
    return decoder;
}

static void assert_counts(const sketch_decoder *decoder, size_t left_count, size_t right_count)
{
    const uint64_t *left;
    const uint64_t *right;
    size_t counts[2];
    sketch_decoder_items(decoder, &left, &counts[0], &right, &counts[1]);
    assert_int_equal(counts[0], left_count);
    assert_int_equal(counts[1], right_count);
}

static void keys_are_the_golden_ones(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(sketch_key_vectors); i++) {
        sketch_key key = key_of(sketch_key_vectors[i].cluster);
        char text[33];
        base_hex_encode(key.bytes, sizeof key.bytes, text);
        assert_string_equal(text, sketch_key_vectors[i].key);
    }
}

static void items_walk_the_golden_cells(void **state)
{
    (void)state;
    sketch_key key = test_key();
    for (size_t i = 0; i < COUNT_OF(sketch_walk_vectors); i++) {
        uint64_t hash = sketch_hash(&key, sketch_walk_vectors[i].item);
        assert_true(hash == sketch_walk_vectors[i].hash);
        sketch_walk walk = sketch_walk_begin(hash);
        for (size_t j = 0; j < sketch_walk_vectors[i].cell_count; j++) {
            assert_int_equal(walk.index, sketch_walk_vectors[i].cells[j]);
            sketch_walk_next(&walk);
        }
        assert_true(walk.index >= SKETCH_CELL_COUNT);
    }
}

static void draws_of_zero_end_a_walk(void **state)
{
    (void)state;
    assert_true(sketch_walk_reach(1, 0) == UINT64_C(1) << 32);
    assert_true(sketch_walk_reach(1, UINT32_MAX) == 2);
    assert_true(sketch_walk_reach(SKETCH_CELL_COUNT, 1) == (uint64_t)SKETCH_CELL_COUNT << 32);
}

static void sketch_encodes_to_the_golden_bytes_and_back(void **state)
{
    (void)state;
    enum { CELLS = COUNT_OF(sketch_vector_cells) };
    sketch_key key = test_key();
    sketch_cell cells[CELLS] = {0};
    sketch_cell decoded[CELLS];
    uint8_t bytes[CELLS * SKETCH_CELL_SIZE];
    for (size_t i = 0; i < COUNT_OF(sketch_vector_left_ids); i++)
        sketch_toggle(cells, CELLS, &key, item_of_hex(sketch_vector_left_ids[i]), 1);
    for (size_t i = 0; i < COUNT_OF(sketch_vector_right_ids); i++)
        sketch_toggle(cells, CELLS, &key, item_of_hex(sketch_vector_right_ids[i]), -1);
    sketch_cells_encode(cells, CELLS, bytes);
    for (size_t i = 0; i < CELLS; i++) {
        char text[2 * SKETCH_CELL_SIZE + 1];
        base_hex_encode(bytes + i * SKETCH_CELL_SIZE, SKETCH_CELL_SIZE, text);
        assert_string_equal(text, sketch_vector_cells[i]);
    }
    sketch_cells_decode(bytes, CELLS, decoded);
    assert_memory_equal(cells, decoded, sizeof cells);
}

static void items_taken_out_leave_nothing_and_order_says_nothing(void **state)
{
    (void)state;
    sketch_cell one[500] = {0};
    sketch_cell other[500] = {0};
    static const sketch_cell nothing[500];
    add_numbers(one, 500, 0, 100, 1);
    add_numbers(other, 500, 50, 50, 1);
    add_numbers(other, 500, 200, 10, -1);
    add_numbers(other, 500, 0, 50, 1);
    add_numbers(other, 500, 200, 10, 1);
    assert_memory_equal(one, other, sizeof one);
    add_numbers(one, 500, 0, 100, -1);
    assert_memory_equal(one, nothing, sizeof one);
}

static void sketches_subtract_into_either(void **state)
{
    (void)state;
    sketch_cell left[100] = {0};
    sketch_cell right[100] = {0};
    sketch_cell expected[100] = {0};
    sketch_cell out[100];
    add_numbers(left, 100, 0, 70, 1);
    add_numbers(right, 100, 60, 70, 1);
    add_numbers(expected, 100, 0, 60, 1);
    add_numbers(expected, 100, 70, 60, -1);
    sketch_subtract(left, right, 100, out);
    assert_memory_equal(out, expected, sizeof out);
    memcpy(out, left, sizeof out);
    sketch_subtract(out, right, 100, out);
    assert_memory_equal(out, expected, sizeof out);
    memcpy(out, right, sizeof out);
    sketch_subtract(left, out, 100, out);
    assert_memory_equal(out, expected, sizeof out);
}

static void counts_wrap(void **state)
{
    (void)state;
    sketch_cell cell = {.count = INT32_MAX};
    sketch_cell zero = {0};
    add_numbers(&cell, 1, 7, 1, 1);
    assert_int_equal(cell.count, INT32_MIN);
    sketch_subtract(&zero, &cell, 1, &cell);
    assert_int_equal(cell.count, INT32_MIN);
}

static void equal_sets_are_done_with_one_cell_but_not_with_none(void **state)
{
    (void)state;
    sketch_cell cells[2] = {{0}, {0}};
    sketch_decoder *decoder = decoder_of(cells, 0);
    assert_false(sketch_decoder_is_done(decoder));
    assert_counts(decoder, 0, 0);
    sketch_decoder_free(decoder);
    decoder = decoder_of(cells, 1);
    assert_true(sketch_decoder_is_done(decoder));
    assert_counts(decoder, 0, 0);
    sketch_decoder_free(decoder);
    sketch_decoder_free(NULL);
}

static void item_zero_is_an_item(void **state)
{
    (void)state;
    sketch_cell cells[1] = {cell_of(0, -1)};
    sketch_decoder *decoder = decoder_of(cells, 1);
    assert_true(sketch_decoder_is_done(decoder));
    assert_counts(decoder, 0, 1);
    sketch_decoder_free(decoder);
}

static void cells_over_the_bound_are_refused(void **state)
{
    (void)state;
    sketch_key key = test_key();
    sketch_cell cells[8] = {0};
    steme_error error;
    sketch_decoder *decoder = sketch_decoder_new(&key, 10);
    assert_int_equal(sketch_decoder_add(decoder, cells, 8, &error), STEME_OK);
    assert_int_equal(sketch_decoder_add(decoder, cells, 3, &error), STEME_TOO_LARGE);
    assert_int_equal(sketch_decoder_add(decoder, cells, SIZE_MAX, &error), STEME_TOO_LARGE);
    assert_int_equal(sketch_decoder_add(decoder, cells, 2, &error), STEME_OK);
    assert_int_equal(sketch_decoder_add(decoder, cells, 1, &error), STEME_TOO_LARGE);
    sketch_decoder_free(decoder);
}

static void forged_item_out_of_its_cells_is_not_recovered(void **state)
{
    (void)state;
    sketch_key key = test_key();
    sketch_walk walk = sketch_walk_begin(sketch_hash(&key, 5));
    sketch_walk_next(&walk);
    sketch_cell cells[64] = {0};
    for (size_t i = 1; i < 64; i++)
        if (i != walk.index)
            cells[i] = cell_of(5, 1);
        else
            sketch_walk_next(&walk);
    sketch_decoder *decoder = decoder_of(cells, 64);
    assert_counts(decoder, 0, 0);
    assert_false(sketch_decoder_is_done(decoder));
    sketch_decoder_free(decoder);
}

/* Taken out of cell 0 the item leaves itself there again, on the other side: for ever, were it not
 * known. */
static void forged_item_that_comes_back_is_recovered_once(void **state)
{
    (void)state;
    sketch_key key = test_key();
    sketch_walk walk = sketch_walk_begin(sketch_hash(&key, 5));
    sketch_walk_next(&walk);
    sketch_cell cells[64] = {0};
    assert_true(walk.index < 64);
    cells[walk.index] = cell_of(5, 1);
    sketch_decoder *decoder = decoder_of(cells, 64);
    assert_counts(decoder, 1, 0);
    assert_false(sketch_decoder_is_done(decoder));
    sketch_decoder_free(decoder);
}

typedef struct pair_check {
    uint32_t check_xor; /* of `item` and `item ^ 1` */
    uint32_t item;      /* even */
} pair_check;

static int compare_pairs(const void *left, const void *right)
{
    uint32_t one = ((const pair_check *)left)->check_xor;
    uint32_t other = ((const pair_check *)right)->check_xor;
    return (one > other) - (one < other);
}

/* Which of the cells 0, 1, 2 and 3 have the item, as bits. */
static unsigned first_cells_of(uint64_t item)
{
    sketch_key key = test_key();
    unsigned bits = 0;
    sketch_walk walk = sketch_walk_begin(sketch_hash(&key, item));
    for (; walk.index < 4; sketch_walk_next(&walk))
        bits |= 1u << walk.index;
    return bits;
}

/* Puts into items[1 ... 3] those three of the four that are in the cells 1, 2 and 3, each in one.
 */
static bool assign_cells(const uint64_t four[4], uint64_t items[4])
{
    unsigned found = 0;
    for (unsigned i = 0; i < 4; i++)
        for (unsigned cell = 1; cell < 4; cell++)
            if (first_cells_of(four[i]) == (1u | 1u << cell)) {
                items[cell] = four[i];
                found |= 1u << cell;
            }
    return found == 14;
}

/* Four items of which any one is the others' sum, check included: a member of the cluster finds
 * them by a birthday search. */
static void grind_items(uint64_t items[4])
{
    enum { PAIRS = 1 << 21 };
    sketch_key key = test_key();
    pair_check *pairs = base_alloc(PAIRS * sizeof *pairs);
    assert_non_null(pairs);
    for (uint32_t i = 0; i < PAIRS; i++)
        pairs[i] = (pair_check){sketch_check(sketch_hash(&key, 2 * i)) ^
                                    sketch_check(sketch_hash(&key, 2 * i + 1)),
                                2 * i};
    qsort(pairs, PAIRS, sizeof *pairs, compare_pairs);
    bool is_found = false;
    for (size_t i = 1; i < PAIRS && !is_found; i++) {
        uint64_t four[4] = {pairs[i].item, pairs[i].item + 1, pairs[i - 1].item,
                            pairs[i - 1].item + 1};
        is_found = pairs[i].check_xor == pairs[i - 1].check_xor && assign_cells(four, items);
    }
    base_free(pairs);
    assert_true(is_found);
}

/* Cell 0 gives its item; then three more, out of a cell each, add up to a fifth there. */
static void ground_items_are_never_more_than_cells(void **state)
{
    (void)state;
    uint64_t items[4] = {0};
    grind_items(items);
    while (first_cells_of(items[0]) != 1)
        items[0]++;
    sketch_cell cells[4] = {cell_of(items[0], 1), cell_of(items[1], 1), cell_of(items[2], 1),
                            cell_of(items[3], -1)};
    sketch_key key = test_key();
    sketch_decoder *decoder = sketch_decoder_new(&key, 4);
    assert_non_null(decoder);
    assert_int_equal(sketch_decoder_add(decoder, cells, 1, NULL), STEME_OK);
    assert_true(sketch_decoder_is_done(decoder));
    assert_int_equal(sketch_decoder_add(decoder, cells + 1, 3, NULL), STEME_OK);
    assert_counts(decoder, 3, 1);
    assert_false(sketch_decoder_is_done(decoder));
    sketch_decoder_free(decoder);
}

static void two_records_of_one_item_are_never_done(void **state)
{
    (void)state;
    sketch_cell cells[64] = {0};
    add_numbers(cells, 64, 9, 1, 1);
    add_numbers(cells, 64, 9, 1, 1);
    sketch_decoder *decoder = decoder_of(cells, 64);
    assert_false(sketch_decoder_is_done(decoder));
    assert_counts(decoder, 0, 0);
    sketch_decoder_free(decoder);
}

static int calls_until_failure;

static int fail_in_turn(void)
{
    return calls_until_failure-- == 0;
}

/* The n-th allocation of each attempt fails, for all n; each attempt goes on from what there is. */
static void no_memory_appends_nothing_and_may_be_tried_again(void **state)
{
    (void)state;
    sketch_key key = test_key();
    sketch_cell cells[400] = {0};
    size_t failure_count = 0;
    add_numbers(cells, 400, 0, 100, 1);
    add_numbers(cells, 400, 100, 100, -1);
    calls_until_failure = 0;
    base_alloc_fault = fail_in_turn;
    assert_null(sketch_decoder_new(&key, 400));
    sketch_decoder *decoder = sketch_decoder_new(&key, 400);
    for (size_t begin = 0; begin < 400; begin += 40) {
        steme_status status = STEME_NO_MEMORY;
        for (int turn = 0; status != STEME_OK; turn++) {
            calls_until_failure = turn;
            status = sketch_decoder_add(decoder, cells + begin, 40, NULL);
            assert_true(status == STEME_OK || status == STEME_NO_MEMORY);
            failure_count += status != STEME_OK;
        }
    }
    base_alloc_fault = NULL;
    assert_true(failure_count > 20);
    assert_true(sketch_decoder_is_done(decoder));
    assert_counts(decoder, 100, 100);
    sketch_decoder_free(decoder);
}

static void estimate_is_what_the_cells_prove_at_least(void **state)
{
    (void)state;
    sketch_cell cells[4] = {0};
    assert_int_equal(sketch_estimate(cells, 0), 0);
    assert_int_equal(sketch_estimate(cells, 4), 0);
    cells[0].item_xor = 1;
    assert_int_equal(sketch_estimate(cells, 1), 2);
    cells[0].count = -1000;
    assert_int_equal(sketch_estimate(cells, 1), 1000);
    assert_true(sketch_estimate(cells, 4) >= 1000);
    cells[0].count = 0;
    cells[3].count = 70;
    assert_true(sketch_estimate(cells, 4) >= 70);
}

static void estimate_of_the_largest_counts_does_not_overflow(void **state)
{
    (void)state;
    sketch_cell *cells = base_alloc_zero(SKETCH_CELL_COUNT, sizeof *cells);
    assert_non_null(cells);
    for (size_t i = 1; i < SKETCH_CELL_COUNT; i++)
        cells[i].count = INT32_MAX;
    cells[0].count = INT32_MIN;
    assert_true(sketch_estimate(cells, 1) == UINT64_C(1) << 31);
    assert_true(sketch_estimate(cells, SKETCH_CELL_COUNT) == UINT64_MAX);
    base_free(cells);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(keys_are_the_golden_ones),
    cmocka_unit_test(items_walk_the_golden_cells),
    cmocka_unit_test(draws_of_zero_end_a_walk),
    cmocka_unit_test(sketch_encodes_to_the_golden_bytes_and_back),
    cmocka_unit_test(items_taken_out_leave_nothing_and_order_says_nothing),
    cmocka_unit_test(sketches_subtract_into_either),
    cmocka_unit_test(counts_wrap),
    cmocka_unit_test(equal_sets_are_done_with_one_cell_but_not_with_none),
    cmocka_unit_test(item_zero_is_an_item),
    cmocka_unit_test(cells_over_the_bound_are_refused),
    cmocka_unit_test(forged_item_out_of_its_cells_is_not_recovered),
    cmocka_unit_test(forged_item_that_comes_back_is_recovered_once),
    cmocka_unit_test(ground_items_are_never_more_than_cells),
    cmocka_unit_test(two_records_of_one_item_are_never_done),
    cmocka_unit_test(no_memory_appends_nothing_and_may_be_tried_again),
    cmocka_unit_test(estimate_is_what_the_cells_prove_at_least),
    cmocka_unit_test(estimate_of_the_largest_counts_does_not_overflow),
};

TEST_MAIN(tests)
