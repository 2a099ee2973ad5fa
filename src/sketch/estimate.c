/* How large a difference is, from the counts of its cells.
 *
 * Of d items, a on the left and b on the right, cell i has each with the probability p = 2 / (i +
 * 2) by a draw of its own, and cell 0 has all: its count is a - b. So the count of cell i has the
 * mean p (a - b) and the variance d p (1 - p), and
 *
 *     (count_i - p count_0)^2 / (p (1 - p)) = ((i + 2) count_i - 2 count_0)^2 / (2 i)
 *
 * has the mean d. The estimate is the mean of these over the cells 1 ... n - 1, which are
 * independent of each other: its relative error is about sqrt(2 / n + 1 / (4 d)). */
#include "sketch/sketch.h"

__extension__ typedef unsigned __int128 wide;

static uint64_t magnitude(int64_t value)
{
    return value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
}

/* What a cell proves: as many items as it counts more on one side; where it counts none but is not
 * empty, one on each side. */
static uint64_t proven_by(const sketch_cell *cell)
{
    if (cell->count == 0)
        return cell->item_xor != 0 || cell->check_xor != 0 ? 2 : 0;
    return magnitude(cell->count);
}

uint64_t sketch_estimate(const sketch_cell *difference, size_t cell_count)
{
    if (cell_count == 0)
        return 0;
    if (cell_count > SKETCH_ESTIMATE_CELL_COUNT)
        cell_count = SKETCH_ESTIMATE_CELL_COUNT;
    uint64_t proven = proven_by(&difference[0]);
    wide sum = 0; /* 1024 terms below 2^72 */
    for (size_t i = 1; i < cell_count; i++) {
        uint64_t proven_here = proven_by(&difference[i]);
        proven = proven_here > proven ? proven_here : proven;
        wide distance =
            magnitude((int64_t)(i + 2) * difference[i].count - 2 * (int64_t)difference[0].count);
        sum += distance * distance / (2 * i);
    }
    wide mean = cell_count > 1 ? (sum + (cell_count - 1) / 2) / (cell_count - 1) : 0;
    uint64_t estimate = mean > UINT64_MAX ? UINT64_MAX : (uint64_t)mean;
    return estimate > proven ? estimate : proven;
}
