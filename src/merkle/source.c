#include "merkle/source.h"

#include "base/error.h"

#include <assert.h>
#include <string.h>

void merkle_reader_init(merkle_reader *reader, merkle_source source)
{
    reader->source = source;
    reader->has_ahead = false;
    reader->is_positioned = false;
    reader->open_count = 0;
}

static steme_status reader_fetch(merkle_reader *reader, steme_error *error)
{
    return reader->source.next(reader->source.context, &reader->ahead, &reader->has_ahead, error);
}

/* Takes the id ahead and fetches the one after it. */
static steme_status reader_take(merkle_reader *reader, steme_id *out_taken, steme_error *error)
{
    *out_taken = reader->ahead;
    steme_status status = reader_fetch(reader, error);
    if (status != STEME_OK)
        return status;
    if (reader->has_ahead && memcmp(&reader->ahead, out_taken, sizeof *out_taken) <= 0)
        return base_fail(error, STEME_CORRUPT, "merkle source: ids are not ascending");
    return STEME_OK;
}

steme_status merkle_reader_seek(merkle_reader *reader, const steme_id *prefix, steme_error *error)
{
    reader->is_positioned = false;
    steme_status status = reader->source.seek(reader->source.context, prefix->bytes, error);
    if (status == STEME_OK)
        status = reader_fetch(reader, error);
    if (status != STEME_OK)
        return status;
    if (reader->has_ahead && memcmp(&reader->ahead, prefix, sizeof *prefix) < 0)
        return base_fail(error, STEME_CORRUPT, "merkle source: seek stopped below its bound");
    reader->is_positioned = true;
    return STEME_OK;
}

bool merkle_reader_is_below(const merkle_reader *reader, const steme_id *prefix, unsigned depth)
{
    return reader->has_ahead && merkle_nibble_shared(&reader->ahead, prefix) >= depth;
}

/* A finished subtree: its hash where it hangs. */
typedef struct reader_subtree {
    steme_id hash;
    uint64_t leaf_count;
} reader_subtree;

static void reader_append_to_top(merkle_reader *reader, const steme_id *last,
                                 const reader_subtree *subtree)
{
    merkle_node *top = &reader->open[reader->open_count - 1];
    merkle_node_append(top, merkle_nibble_get(last, top->branch_depth), last, subtree->leaf_count,
                       &subtree->hash);
}

/* Closes every open node that branches below `depth`, deepest first, and gives what `last` ended:
 * the subtree that will be a child of the node which branches at `depth`. Only now is it known
 * where each of them hangs: one below its parent, which is the next open node, or the one that is
 * about to be opened at `depth`. */
static reader_subtree reader_close(merkle_reader *reader, const steme_id *last, unsigned depth)
{
    reader_subtree subtree = {merkle_leaf_hash(last), 1};
    while (reader->open_count > 0 && reader->open[reader->open_count - 1].branch_depth > depth) {
        reader_append_to_top(reader, last, &subtree);
        const merkle_node *closed = &reader->open[--reader->open_count];
        unsigned parent_depth = depth;
        if (reader->open_count > 0 && reader->open[reader->open_count - 1].branch_depth > depth)
            parent_depth = reader->open[reader->open_count - 1].branch_depth;
        subtree.hash = merkle_node_hash(closed, parent_depth + 1);
        subtree.leaf_count = closed->leaf_count;
    }
    return subtree;
}

/* `last` is complete, and the id after it shares `depth` nibbles with it. */
static void reader_branch(merkle_reader *reader, const steme_id *last, unsigned depth)
{
    reader_subtree subtree = reader_close(reader, last, depth);
    if (reader->open_count == 0 || reader->open[reader->open_count - 1].branch_depth < depth) {
        assert(reader->open_count < MERKLE_NIBBLE_COUNT);
        merkle_node_open(&reader->open[reader->open_count++], depth);
    }
    reader_append_to_top(reader, last, &subtree);
}

/* No id follows `last`: the lowest open node is the result, or the leaf itself. */
static void reader_finish(merkle_reader *reader, const steme_id *last, merkle_node *out_node)
{
    if (reader->open_count == 0) {
        merkle_node_open(out_node, 0);
        out_node->sample = *last;
        out_node->leaf_count = 1;
        return;
    }
    reader_subtree subtree = reader_close(reader, last, reader->open[0].branch_depth);
    reader_append_to_top(reader, last, &subtree);
    *out_node = reader->open[0];
}

steme_status merkle_reader_fold(merkle_reader *reader, const steme_id *prefix, unsigned depth,
                                merkle_node *out_node, steme_error *error)
{
    bool is_there = reader->is_positioned &&
                    (!reader->has_ahead || memcmp(&reader->ahead, prefix, sizeof *prefix) >= 0);
    if (!is_there) {
        steme_status status = merkle_reader_seek(reader, prefix, error);
        if (status != STEME_OK)
            return status;
    }
    reader->open_count = 0;
    if (!merkle_reader_is_below(reader, prefix, depth)) {
        merkle_node_open(out_node, 0);
        return STEME_OK;
    }
    for (;;) {
        steme_id last;
        steme_status status = reader_take(reader, &last, error);
        if (status != STEME_OK)
            return status;
        if (!merkle_reader_is_below(reader, prefix, depth)) {
            reader_finish(reader, &last, out_node);
            return STEME_OK;
        }
        reader_branch(reader, &last, merkle_nibble_shared(&last, &reader->ahead));
    }
}

static steme_status union_seek(void *context, const uint8_t *lower_bound, steme_error *error)
{
    merkle_union *source = context;
    size_t low = 0;
    for (size_t count = source->count; count > 0;) {
        size_t half = count / 2;
        bool is_below = memcmp(source->added[low + half].bytes, lower_bound, STEME_ID_SIZE) < 0;
        low = is_below ? low + half + 1 : low;
        count = is_below ? count - half - 1 : half;
    }
    source->at = low;
    steme_status status = source->held.seek(source->held.context, lower_bound, error);
    if (status != STEME_OK)
        return status;
    return source->held.next(source->held.context, &source->ahead, &source->has_ahead, error);
}

static steme_status union_next(void *context, steme_id *out_id, bool *out_found, steme_error *error)
{
    merkle_union *source = context;
    bool has_added = source->at < source->count;
    int order = 0; /* of the two that are next */
    *out_found = has_added || source->has_ahead;
    if (has_added && source->has_ahead)
        order = memcmp(source->added[source->at].bytes, source->ahead.bytes, STEME_ID_SIZE);
    else
        order = has_added ? -1 : 1;
    if (order <= 0)
        *out_id = source->added[source->at++];
    if (order < 0 || !source->has_ahead)
        return STEME_OK;
    if (order > 0)
        *out_id = source->ahead;
    return source->held.next(source->held.context, &source->ahead, &source->has_ahead, error);
}

merkle_source merkle_union_init(merkle_union *both, merkle_source held, const steme_id *added,
                                size_t count)
{
    *both = (merkle_union){.held = held, .added = added, .count = count};
    return (merkle_source){union_seek, union_next, both};
}
