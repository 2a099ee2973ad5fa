#include "sim/world.h"

#include "base/bytes.h"
#include "base/memory.h"
#include "replica/frame.h"
#include "replica/hello.h"
#include "sim/record.h"

enum { VERSION_OFFSET = 5, ROOTS_COUNT_OFFSET = 3, DONE_COUNT_OFFSET = 2, CLAIM_SIZE = 40 };

const char *sim_lie_text(sim_lie lie)
{
    static const char *const texts[] = {
#define LIE_TEXT(name, text) text,
        SIM_LIE_TABLE(LIE_TEXT)
#undef LIE_TEXT
    };
    return texts[lie];
}

static void scramble(sim_world *world, uint8_t *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++)
        bytes[i] = (uint8_t)sim_random(world, 256);
}

/* Where a frame says count and root of the sender's set; NULL = it does not. */
static uint8_t *claim_of(uint8_t *bytes, size_t size)
{
    bool is_roots = bytes[0] == REPLICA_FRAME_ROOTS || bytes[0] == REPLICA_FRAME_STATE;
    if (is_roots && size >= REPLICA_ROOTS_SIZE)
        return bytes + ROOTS_COUNT_OFFSET;
    if (bytes[0] == REPLICA_FRAME_DONE && size >= DONE_COUNT_OFFSET + CLAIM_SIZE)
        return bytes + DONE_COUNT_OFFSET;
    return NULL;
}

void sim_liar_hear(sim_liar *liar, const uint8_t *bytes, size_t size)
{
    if (size < SIM_ROOTS_SIZE ||
        (bytes[0] != REPLICA_FRAME_ROOTS && bytes[0] != REPLICA_FRAME_STATE))
        return;
    memcpy(liar->heard, bytes, SIM_ROOTS_SIZE);
    liar->has_heard = true;
}

/* ---- Lies about bytes --------------------------------------------------------------------- */

static void lie_flip(sim_world *world, uint8_t *bytes, size_t size)
{
    if (sim_random(world, 3) > 0)
        return;
    for (uint64_t i = sim_random(world, 3); i < 3; i++)
        bytes[sim_random(world, size)] ^= (uint8_t)(1u << sim_random(world, 8));
}

static void lie_noise(sim_world *world, uint8_t *bytes, size_t size)
{
    if (sim_random(world, 4) > 0)
        return;
    scramble(world, bytes, size);
    bytes[0] = (uint8_t)(REPLICA_KIND_HELLO + sim_random(world, REPLICA_FRAME_END + 2));
}

/* ---- Lies about the set ------------------------------------------------------------------- */

static void lie_claim(sim_world *world, const sim_liar *liar, sim_lie lie, uint8_t *bytes,
                      size_t size)
{
    uint8_t *claim = claim_of(bytes, size);
    if (claim == NULL)
        return;
    if (lie == SIM_LIE_COUNT)
        base_put_u64be(claim,
                       base_get_u64be(claim) + sim_random(world, 100) * (1 + sim_random(world, 3)));
    else if (lie == SIM_LIE_ROOT)
        scramble(world, claim + 8, 32);
    else if (liar->has_heard)
        memcpy(claim, liar->heard + ROOTS_COUNT_OFFSET, CLAIM_SIZE);
}

static void lie_cells(sim_world *world, uint8_t *bytes, size_t size)
{
    bool is_roots = bytes[0] == REPLICA_FRAME_ROOTS || bytes[0] == REPLICA_FRAME_STATE;
    size_t head = is_roots ? REPLICA_ROOTS_SIZE : 6;
    if (!is_roots && bytes[0] != REPLICA_FRAME_CELLS)
        return;
    for (size_t i = head; i < size; i++) {
        if (sim_random(world, 16) == 0)
            bytes[i] = (uint8_t)sim_random(world, 256);
    }
}

static void lie_list(sim_world *world, uint8_t *bytes, size_t size)
{
    if (bytes[0] != REPLICA_FRAME_LIST && bytes[0] != REPLICA_FRAME_SWEEP &&
        bytes[0] != REPLICA_FRAME_TREE)
        return;
    for (size_t i = 2; i < size; i++) {
        if (sim_random(world, 8) == 0)
            bytes[i] = (uint8_t)sim_random(world, 256);
    }
}

/* ---- Lies about records ------------------------------------------------------------------- */

static void lie_body(sim_world *world, uint8_t *bytes, size_t size, bool is_whole)
{
    uint8_t *at, *end = bytes + size;
    size_t record_size = sim_record_size();
    for (; (at = sim_record_find(bytes, (size_t)(end - bytes))) != NULL; bytes = at + record_size) {
        if ((size_t)(end - at) < record_size)
            return;
        if (is_whole) { /* one of its own */
            uint64_t number = SIM_RECORD_NUMBER_END + sim_random(world, UINT64_MAX / 4);
            sim_record_write(number, 0, at);
            at[record_size - 1] ^= 1;
            world->forged_count++;
        } else if (sim_random(world, 2) == 0) {
            at[8 + sim_random(world, record_size - 8)] ^= (uint8_t)(1 + sim_random(world, 255));
            world->forged_count++;
        }
    }
}

static void lie_flood(sim_world *world, uint8_t **bytes, size_t *size)
{
    if ((*bytes)[0] != REPLICA_KIND_IHAVE && (*bytes)[0] != REPLICA_KIND_RECORDS)
        return;
    *size = REPLICA_GOSSIP_HEAD_SIZE + REPLICA_ITEM_SIZE * (1 + sim_random(world, 500));
    base_free(*bytes);
    *bytes = sim_checked(base_alloc(*size));
    scramble(world, *bytes, *size);
    (*bytes)[0] = REPLICA_KIND_IHAVE;
    (*bytes)[1] &= 1;
}

static void lie_replay(sim_world *world, sim_liar *liar, uint8_t **bytes, size_t *size)
{
    size_t place = sim_random(world, SIM_LIAR_MEMORY);
    sim_liar_frame now = {*bytes, *size};
    if (liar->said_count == SIM_LIAR_MEMORY && sim_random(world, 4) == 0) {
        *bytes = liar->said[place].bytes;
        *size = liar->said[place].size;
        liar->said[place] = now;
        return;
    }
    if (liar->said_count < SIM_LIAR_MEMORY)
        place = liar->said_count++;
    base_free(liar->said[place].bytes);
    liar->said[place].bytes = sim_checked(base_alloc(*size));
    memcpy(liar->said[place].bytes, *bytes, *size);
    liar->said[place].size = *size;
}

/* A later version's greeting, one with more in it, or a kind of frame that is not known yet. */
static void lie_mix(sim_world *world, uint8_t **bytes, size_t *size)
{
    bool is_hello = (*bytes)[0] == REPLICA_KIND_HELLO;
    uint64_t way = sim_random(world, is_hello ? 6 : 40);
    if (is_hello && way == 0)
        (*bytes)[VERSION_OFFSET]++;
    if (is_hello && way == 1) {
        *bytes = sim_checked(base_realloc(*bytes, *size + 4));
        memset(*bytes + *size, 7, 4);
        *size += 4;
    }
    if (!is_hello && way == 0)
        (*bytes)[0] = (uint8_t)(REPLICA_KIND_SESSION_LAST - sim_random(world, 5));
}

/* ---- Choice ------------------------------------------------------------------------------- */

static bool is_dropped(sim_lie lie, const uint8_t *bytes)
{
    return lie == SIM_LIE_SILENT && bytes[0] != REPLICA_KIND_HELLO;
}

static void lie_tell(sim_world *world, size_t index, sim_lie lie, uint8_t **bytes, size_t *size)
{
    sim_liar *liar = &world->nodes[index].liar;
    switch (lie) {
    case SIM_LIE_FLIP:
        lie_flip(world, *bytes, *size);
        break;
    case SIM_LIE_CUT:
        *size -= sim_random(world, 3) == 0 ? sim_random(world, *size) : 0;
        break;
    case SIM_LIE_NOISE:
        lie_noise(world, *bytes, *size);
        break;
    case SIM_LIE_ROOT:
    case SIM_LIE_EQUAL:
    case SIM_LIE_COUNT:
        lie_claim(world, liar, lie, *bytes, *size);
        break;
    case SIM_LIE_CELLS:
        lie_cells(world, *bytes, *size);
        break;
    case SIM_LIE_LIST:
        lie_list(world, *bytes, *size);
        break;
    case SIM_LIE_BODY:
    case SIM_LIE_FORGE:
        lie_body(world, *bytes, *size, lie == SIM_LIE_FORGE);
        break;
    case SIM_LIE_FLOOD:
        lie_flood(world, bytes, size);
        break;
    case SIM_LIE_REPLAY:
        lie_replay(world, liar, bytes, size);
        break;
    case SIM_LIE_NEWER:
        if ((*bytes)[0] == REPLICA_KIND_HELLO)
            (*bytes)[VERSION_OFFSET]++;
        break;
    case SIM_LIE_MIXES_VERSIONS:
        lie_mix(world, bytes, size);
        break;
    case SIM_LIE_NAME:
        if ((*bytes)[0] == REPLICA_KIND_HELLO && *size > 22)
            (*bytes)[22] = (uint8_t)sim_random(world, world->options.node_count);
        break;
    default:
        break;
    }
}

unsigned sim_liar_speak(sim_world *world, size_t index, uint8_t **bytes, size_t *size)
{
    sim_lie lie = world->nodes[index].liar.lie;
    if (lie == SIM_LIE_MIXED)
        lie = (sim_lie)(1 + sim_random(world, SIM_LIE_MIXED - 1));
    if (is_dropped(lie, *bytes))
        return 0;
    lie_tell(world, index, lie, bytes, size);
    return 1;
}

void sim_liar_deinit(sim_liar *liar)
{
    for (size_t i = 0; i < liar->said_count; i++)
        base_free(liar->said[i].bytes);
}
