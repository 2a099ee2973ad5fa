/* A stream of hostile frames into a session. The first byte has options and the shape of the sets
 * (LLVMFuzzerTestOneInput below); then comes a list of blocks: a byte that says to whom, two bytes
 * of size, then a frame; a block to side 2 lets the two sessions go on with one another for as many
 * steps as its size says. Whatever comes: the session answers or ends, keeps its bounds, and
 * nothing foreign gets into a set, since the store's admission stands before it. */
#include "support/session_pair.h"

#include <assert.h>
#include <stdlib.h>

/* The fuzz programs link no support files but their own. */
#include "support/memory_set.c"
#include "support/session_pair.c"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

enum { COMMON_COUNT = 40, STEP_COUNT_MAX = 4096 };

/* Shapes: little differs; one side is empty; ids share 8 bytes; sets with a trie of some depth. */
static void sets_fill(memory_set *sets, unsigned shape)
{
    uint32_t count = shape == 3 ? 10 * COMMON_COUNT : COMMON_COUNT;
    for (uint32_t i = 0; i < count; i++) {
        steme_id id = steme_hash(&i, sizeof i);
        if (shape == 2)
            memset(&id, (int)(i / 8), 8);
        if (i % 16 != 1)
            memory_set_add(&sets[0], &id, (steme_span){NULL, 0});
        if (i % 16 != 2 && shape != 1)
            memory_set_add(&sets[1], &id, (steme_span){NULL, 0});
    }
}

static void blocks_run(session_pair *pair, const uint8_t *bytes, size_t size)
{
    size_t step_count = 0;
    while (size >= 3) {
        unsigned to = bytes[0] % 3;
        size_t frame_size = (size_t)bytes[1] << 8 | bytes[2];
        bytes += 3;
        size -= 3;
        if (to == 2) {
            for (size_t i = 0; i < frame_size && step_count < STEP_COUNT_MAX; i++, step_count++)
                if (!session_pair_step(pair))
                    break;
            continue;
        }
        if (frame_size > size)
            frame_size = size;
        session_pair_give(pair, to, (steme_span){bytes, frame_size});
        bytes += frame_size;
        size -= frame_size;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    if (size < 1)
        return 0;
    sketch_key key = sketch_key_derive((steme_span){(const uint8_t *)"fuzz", 4});
    memory_set sets[2];
    memory_set_init(&sets[0], &key);
    memory_set_init(&sets[1], &key);
    sets_fill(sets, bytes[0] >> 2 & 3u);
    replica_session_options options = {.key = key, .seed = 7};
    options.is_diff = (bytes[0] & 1u) != 0;
    options.expected = bytes[0] >> 4;
    session_pair *pair = malloc(sizeof *pair);
    if (pair == NULL)
        abort();
    session_pair_init(pair, &sets[0], &sets[1], &options);
    pair->is_admitting = true;
    if ((bytes[0] & 2u) != 0)
        session_pair_start(pair);
    blocks_run(pair, bytes + 1, size - 1);
    assert(pair->status == STEME_OK);
    for (unsigned i = 0; i < 2; i++) {
        const steme_session_report *report = session_pair_report(pair, i);
        assert(report->is_equal == 0 || report->failure == NULL);
    }
    session_pair_deinit(pair);
    free(pair);
    memory_set_deinit(&sets[0]);
    memory_set_deinit(&sets[1]);
    return 0;
}
