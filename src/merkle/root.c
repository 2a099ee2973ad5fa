#include "merkle/root.h"

#include "merkle/node.h"

#include <assert.h>

/* The hash of all of `ids` (at least one), which share their first `hung` nibbles. */
static steme_id root_of_range(const steme_id *ids, size_t count, unsigned hung)
{
    if (count == 1)
        return merkle_leaf_hash(&ids[0]);
    unsigned branch = hung;
    uint8_t skipped[MERKLE_NIBBLE_COUNT];
    /* Sorted: what the first and the last share, all of them share. */
    while (merkle_nibble_get(&ids[0], branch) == merkle_nibble_get(&ids[count - 1], branch)) {
        skipped[branch - hung] = (uint8_t)merkle_nibble_get(&ids[0], branch);
        branch++;
        assert(branch < MERKLE_NIBBLE_COUNT);
    }
    steme_id children[MERKLE_CHILD_COUNT];
    unsigned child_count = 0;
    uint16_t bitmap = 0;
    for (size_t begin = 0, end; begin < count; begin = end) {
        unsigned nibble = merkle_nibble_get(&ids[begin], branch);
        for (end = begin + 1; end < count && merkle_nibble_get(&ids[end], branch) == nibble;)
            end++;
        bitmap = merkle_bitmap_with(bitmap, nibble);
        children[child_count++] = root_of_range(ids + begin, end - begin, branch + 1);
    }
    return merkle_inner_hash(skipped, branch - hung, count, bitmap, children);
}

steme_id merkle_root_of_sorted(const steme_id *ids, size_t count)
{
    return count == 0 ? (steme_id){{0}} : root_of_range(ids, count, 0);
}
