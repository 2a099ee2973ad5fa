#include "merkle/proof.h"

#include "base/bytes.h"
#include "base/error.h"
#include "merkle/branch.h"

#include <assert.h>
#include <string.h>

enum { PROOF_VERSION = 1, PROOF_HEADER_SIZE = 2, PROOF_LEVEL_FIXED_SIZE = 1 + 8 + 2 + 1 };

/* The levels, found from the root down, are written from the buffer's end backwards, since they
 * stand from the leaf up. */
typedef struct proof_output {
    uint8_t *bytes;
    size_t begin; /* of what is written; it ends at MERKLE_PROOF_SIZE_MAX */
    unsigned level_count;
} proof_output;

/* Writes the level of a node hung at `depth` on the way to `id`, which is below one of its
 * children. */
static void proof_put_level(proof_output *output, const merkle_node *node, unsigned depth,
                            const steme_id *id)
{
    unsigned skipped = node->branch_depth - depth;
    unsigned nibble = merkle_nibble_get(id, node->branch_depth);
    unsigned own = (unsigned)__builtin_popcount(node->bitmap & ((1u << nibble) - 1));
    size_t size =
        PROOF_LEVEL_FIXED_SIZE + skipped + (node->child_count - 1u) * (size_t)STEME_ID_SIZE;
    assert(output->begin >= PROOF_HEADER_SIZE + size && merkle_bitmap_has(node->bitmap, nibble));
    output->begin -= size;
    output->level_count++;
    uint8_t *at = output->bytes + output->begin;
    *at++ = (uint8_t)skipped;
    for (unsigned i = depth; i < node->branch_depth; i++)
        *at++ = (uint8_t)merkle_nibble_get(id, i);
    base_put_u64be(at, node->leaf_count);
    base_put_u16be(at + 8, node->bitmap);
    at[10] = (uint8_t)nibble;
    at += 11;
    for (unsigned i = 0; i < node->child_count; i++) {
        if (i == own)
            continue;
        memcpy(at, node->children[i].bytes, STEME_ID_SIZE);
        at += STEME_ID_SIZE;
    }
}

static steme_status proof_not_found(steme_error *error)
{
    return base_fail(error, STEME_NOT_FOUND, "merkle proof: the id is not in the set");
}

/* Walks the branches of the crown. `*depth` is where the next node hangs, and `*at` how far the id
 * was followed: more than `*depth` where the branches in between have one used slot each. */
static steme_status proof_walk_crown(const merkle_crown *crown, const steme_id *id,
                                     proof_output *output, unsigned *depth, unsigned *at,
                                     steme_error *error)
{
    const merkle_branch *branch = crown->top;
    for (*at = 0; *at < crown->depth; ++*at) {
        assert(branch != NULL); /* a slot that is not empty has a branch below */
        unsigned nibble = merkle_nibble_get(id, *at);
        if (branch->slots[nibble].count == 0)
            return proof_not_found(error);
        if (merkle_branch_used_count(branch) > 1) {
            merkle_node node;
            merkle_branch_node(branch, id, *at, &node);
            proof_put_level(output, &node, *depth, id);
            *depth = *at + 1;
        }
        branch = branch->has_children ? branch->children[nibble] : NULL;
    }
    return STEME_OK;
}

/* The node of all ids that begin with the first `depth` nibbles of `id`. */
static steme_status proof_fold(merkle_reader *reader, const steme_id *id, unsigned depth,
                               merkle_node *out_node, steme_error *error)
{
    steme_id prefix = {{0}};
    for (unsigned i = 0; i < depth; i++)
        merkle_nibble_set(&prefix, i, merkle_nibble_get(id, i));
    steme_status status = merkle_reader_seek(reader, &prefix, error);
    return status != STEME_OK ? status
                              : merkle_reader_fold(reader, &prefix, depth, out_node, error);
}

/* Walks from a slot at depth `at`, whose node hangs at `depth`, down to the leaf. */
static steme_status proof_walk_slot(merkle_source source, const steme_id *id, unsigned depth,
                                    unsigned at, proof_output *output, steme_error *error)
{
    merkle_reader reader;
    merkle_reader_init(&reader, source);
    for (;;) {
        merkle_node node;
        steme_status status = proof_fold(&reader, id, at, &node, error);
        if (status != STEME_OK)
            return status;
        if (node.leaf_count == 0)
            return proof_not_found(error);
        unsigned shared = merkle_nibble_shared(&node.sample, id);
        if (node.leaf_count == 1)
            return shared == MERKLE_NIBBLE_COUNT ? STEME_OK : proof_not_found(error);
        if (shared < node.branch_depth ||
            !merkle_bitmap_has(node.bitmap, merkle_nibble_get(id, node.branch_depth)))
            return proof_not_found(error);
        proof_put_level(output, &node, depth, id);
        at = depth = node.branch_depth + 1u;
    }
}

steme_status merkle_proof_make(const merkle_crown *crown, merkle_source source, const steme_id *id,
                               uint8_t *out_proof, size_t *out_size, steme_error *error)
{
    proof_output output = {out_proof, MERKLE_PROOF_SIZE_MAX, 0};
    unsigned depth = 0;
    unsigned at = 0;
    steme_status status = proof_walk_crown(crown, id, &output, &depth, &at, error);
    if (status == STEME_OK)
        status = proof_walk_slot(source, id, depth, at, &output, error);
    if (status != STEME_OK)
        return status;
    size_t levels_size = MERKLE_PROOF_SIZE_MAX - output.begin;
    out_proof[0] = PROOF_VERSION;
    out_proof[1] = (uint8_t)output.level_count;
    memmove(out_proof + PROOF_HEADER_SIZE, out_proof + output.begin, levels_size);
    *out_size = PROOF_HEADER_SIZE + levels_size;
    /* A crown that belongs to another set gives a proof that does not hold: say so here. */
    status = merkle_proof_check((steme_span){out_proof, PROOF_HEADER_SIZE + levels_size}, id,
                                &crown->root, NULL);
    return status == STEME_OK
               ? STEME_OK
               : base_fail(error, STEME_CORRUPT, "merkle proof: crown and index differ; rebuild");
}

/* One level as it stands in a proof. */
typedef struct proof_level {
    unsigned skipped_count;
    const uint8_t *skipped;
    uint64_t leaf_count;
    uint16_t bitmap;
    unsigned nibble;
    const uint8_t *siblings;
} proof_level;

static steme_status proof_refused(steme_error *error, const char *why)
{
    return base_fail(error, STEME_INVALID, "merkle proof: %s", why);
}

/* Reads the level at `*at` and moves past it; false where it is cut off or malformed. */
static bool proof_get_level(steme_span proof, size_t *at, proof_level *out_level)
{
    size_t left = proof.size - *at;
    const uint8_t *bytes = proof.bytes + *at;
    if (left < PROOF_LEVEL_FIXED_SIZE || bytes[0] >= MERKLE_NIBBLE_COUNT ||
        left < PROOF_LEVEL_FIXED_SIZE + (size_t)bytes[0])
        return false;
    out_level->skipped_count = bytes[0];
    out_level->skipped = bytes + 1;
    bytes += 1 + out_level->skipped_count;
    out_level->leaf_count = base_get_u64be(bytes);
    out_level->bitmap = base_get_u16be(bytes + 8);
    out_level->nibble = bytes[10];
    out_level->siblings = bytes + 11;
    if (out_level->nibble >= MERKLE_CHILD_COUNT ||
        !merkle_bitmap_has(out_level->bitmap, out_level->nibble))
        return false;
    size_t sibling_count = (size_t)__builtin_popcount(out_level->bitmap) - 1;
    left -= PROOF_LEVEL_FIXED_SIZE + out_level->skipped_count;
    if (sibling_count == 0 || left < sibling_count * STEME_ID_SIZE)
        return false;
    *at += PROOF_LEVEL_FIXED_SIZE + out_level->skipped_count + sibling_count * STEME_ID_SIZE;
    return true;
}

/* Whether the level's nibbles are those of `id` that end before `*end`; moves `*end` up to where
 * the level's node hangs. */
static bool proof_level_spells(const proof_level *level, const steme_id *id, unsigned *end)
{
    if (*end < level->skipped_count + 1)
        return false;
    unsigned begin = *end - level->skipped_count - 1;
    for (unsigned i = 0; i < level->skipped_count; i++)
        if (level->skipped[i] != merkle_nibble_get(id, begin + i))
            return false;
    if (level->nibble != merkle_nibble_get(id, *end - 1))
        return false;
    *end = begin;
    return true;
}

static steme_id proof_level_hash(const proof_level *level, const steme_id *own)
{
    steme_id children[MERKLE_CHILD_COUNT];
    const uint8_t *sibling = level->siblings;
    unsigned count = 0;
    for (unsigned i = 0; i < MERKLE_CHILD_COUNT; i++) {
        if (!merkle_bitmap_has(level->bitmap, i))
            continue;
        if (i == level->nibble) {
            children[count++] = *own;
            continue;
        }
        memcpy(children[count++].bytes, sibling, STEME_ID_SIZE);
        sibling += STEME_ID_SIZE;
    }
    return merkle_inner_hash(level->skipped, level->skipped_count, level->leaf_count, level->bitmap,
                             children);
}

/* How many nibbles the levels use up together; more than 64 where they are malformed. */
static unsigned proof_path_length(steme_span proof)
{
    unsigned length = 0;
    size_t at = PROOF_HEADER_SIZE;
    for (unsigned i = 0; i < proof.bytes[1]; i++) {
        proof_level level;
        if (!proof_get_level(proof, &at, &level))
            return MERKLE_NIBBLE_COUNT + 1;
        length += level.skipped_count + 1;
        if (length > MERKLE_NIBBLE_COUNT)
            return length;
    }
    return at == proof.size ? length : MERKLE_NIBBLE_COUNT + 1;
}

steme_status merkle_proof_check(steme_span proof, const steme_id *id, const steme_id *root,
                                steme_error *error)
{
    if (proof.size < PROOF_HEADER_SIZE || proof.size > MERKLE_PROOF_SIZE_MAX ||
        proof.bytes[0] != PROOF_VERSION)
        return proof_refused(error, "not a proof of this version");
    unsigned end = proof_path_length(proof);
    if (end > MERKLE_NIBBLE_COUNT)
        return proof_refused(error, "malformed");
    steme_id hash = merkle_leaf_hash(id);
    uint64_t leaf_count = 1;
    size_t at = PROOF_HEADER_SIZE;
    for (unsigned i = 0; i < proof.bytes[1]; i++) {
        proof_level level;
        bool is_whole = proof_get_level(proof, &at, &level);
        assert(is_whole); /* proof_path_length has read it */
        if (!proof_level_spells(&level, id, &end))
            return proof_refused(error, "about another id");
        uint64_t sibling_count = (uint64_t)__builtin_popcount(level.bitmap) - 1;
        if (level.leaf_count < leaf_count || level.leaf_count - leaf_count < sibling_count)
            return proof_refused(error, "leaf counts do not add up");
        leaf_count = level.leaf_count;
        hash = proof_level_hash(&level, &hash);
    }
    if (memcmp(&hash, root, sizeof hash) != 0)
        return proof_refused(error, "leads to another root");
    return STEME_OK;
}
