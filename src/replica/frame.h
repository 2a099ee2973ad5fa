/* frame.h -- the frames of a session, as bytes.
 *
 * Integers are big-endian; the first byte of a frame is its kind; a frame is at most
 * STEME_FRAME_SIZE_MAX bytes. Kinds 1 to 15 are the node's (node.h), 16 to 63 a session's. An
 * *item* is a short id, the first 8 bytes of an id. "The end" is the frame's own.
 *
 *   ROOTS (16), initiator: begins a round.      STATE (17), responder: the answer.
 *     offset  size
 *          0     1  kind
 *          1     1  round, 0 first
 *          2     1  flags: REPLICA_ROOTS_...
 *          3     8  count of ids
 *         11    32  root
 *         43        the sender's cells from 0 to the end: see replica_cells_write
 *
 *   MORE (18), initiator: cells wanted.         CELLS (19), responder: some of its cells.
 *          0     1  kind                              0     1  kind
 *          1     4  how many in all                   1     1  flags: 1 = none follows unasked
 *                                                     2     4  number of the first
 *                                                     6        cells to the end
 *
 *   LIST (20): what the finder of the difference found: appended to queues at both ends.
 *          0     1  kind
 *          1     1  flags: REPLICA_LIST_...
 *          2     8  where flags say so: the item that the swept range ends before
 *                4  count of selectors that the finder gives
 *                   these; then to the end those that it wants. A selector is an item, or an id
 *
 *   BODIES (21): for the next selectors of the queue, one entry each, in its order
 *          0     1  kind
 *          1        entries to the end: u8 form (replica_entry_form), then
 *                     body: u32 size, the record      absent, name: the id      skipped: nothing
 *
 *   CREDIT (22): BODIES frames done with.       END (27), initiator: no more will be tried.
 *          0     1  kind                              0     1  kind
 *          1     1  how many
 *
 *   DONE (23): everything listed was had.
 *          0     1  kind
 *          1     1  flags: REPLICA_DONE_...
 *          2     8  count of the ids in the sender's set and those that it received
 *         10    32  their root
 *         42    32  where flags say so: root of these and of the ids named to it without a body
 *
 *   ASK (24), initiator: subtrees wanted.
 *          0     1  kind
 *          1     8  salt
 *          9        entries to the end: u8 depth (0 to 63), then depth nibbles, high first, the
 *                   last byte filled up with 0
 *
 *   TREE (25), responder: the subtrees asked for, in that order
 *          0     1  kind
 *          1        entries to the end: u8 count of ids where these are all, then the ids,
 *                   ascending; or 255, u16 bitmap, 8 bytes per child: replica_tree_short_hash
 *
 *   SWEEP (26), initiator: its items in a range
 *          0     1  kind
 *          1     1  flags: 1 = to the last
 *          2     8  first item of the range
 *         10     8  the item that it ends before; 0 where it goes to the last
 *         18        items to the end, ascending
 *
 * Threads: pure. Failure: a reader gives false (or sets is_bad) on what the layout forbids; nothing
 * is allocated here. */
#ifndef REPLICA_FRAME_H
#define REPLICA_FRAME_H

#include "base/bytes.h"
#include "sketch/sketch.h"

#include <assert.h>
#include <steme/replica.h>

typedef enum replica_frame_kind {
    REPLICA_FRAME_ROOTS = 16,
    REPLICA_FRAME_STATE = 17,
    REPLICA_FRAME_MORE = 18,
    REPLICA_FRAME_CELLS = 19,
    REPLICA_FRAME_LIST = 20,
    REPLICA_FRAME_BODIES = 21,
    REPLICA_FRAME_CREDIT = 22,
    REPLICA_FRAME_DONE = 23,
    REPLICA_FRAME_ASK = 24,
    REPLICA_FRAME_TREE = 25,
    REPLICA_FRAME_SWEEP = 26,
    REPLICA_FRAME_END = 27,
} replica_frame_kind;

enum {
    REPLICA_ROOTS_DIFF = 1,     /* ROOTS: find the difference, move nothing */
    REPLICA_ROOTS_NO_CELLS = 2, /* ROOTS: no sketch this time */
    REPLICA_ROOTS_FOUND = 4,    /* STATE: your cells told the difference; LIST follows */
    REPLICA_ROOTS_LAST = 8,     /* STATE: no CELLS follow unasked */

    REPLICA_LIST_WIDE = 1,  /* selectors are ids, else items */
    REPLICA_LIST_LAST = 2,  /* there is no further LIST this round */
    REPLICA_LIST_RANGE = 4, /* there is an end of a range */

    REPLICA_DONE_NAMED = 1,   /* there is a second root */
    REPLICA_DONE_UNKNOWN = 2, /* too much was received to keep: no root is given */

    REPLICA_TREE_CHILDREN = 255,
    REPLICA_CELL_SIZE_MAX = 17,       /* encoded */
    REPLICA_FRAME_CELL_COUNT = 15000, /* fits a frame at that */
    REPLICA_ROOTS_SIZE = 43,          /* of ROOTS without cells */
};

typedef enum replica_entry_form {
    REPLICA_ENTRY_BODY = 0,
    REPLICA_ENTRY_ABSENT = 1,  /* the id is held, its body is not */
    REPLICA_ENTRY_SKIPPED = 2, /* no id, or several, are meant: another step settles it */
    REPLICA_ENTRY_NAME = 3,    /* where nothing is to be moved: the id */
} replica_entry_form;

/* ---- Writing: into room that the caller knows to be enough ---------------------------------- */

typedef struct replica_writer {
    uint8_t *bytes;
    size_t size;
    size_t capacity;
} replica_writer;

static inline uint8_t *replica_write_room(replica_writer *writer, size_t size)
{
    assert(size <= writer->capacity - writer->size);
    uint8_t *room = writer->bytes + writer->size;
    writer->size += size;
    return room;
}

static inline void replica_write_u8(replica_writer *writer, unsigned value)
{
    *replica_write_room(writer, 1) = (uint8_t)value;
}

static inline void replica_write_u32(replica_writer *writer, uint32_t value)
{
    base_put_u32be(replica_write_room(writer, 4), value);
}

static inline void replica_write_u64(replica_writer *writer, uint64_t value)
{
    base_put_u64be(replica_write_room(writer, 8), value);
}

static inline void replica_write_bytes(replica_writer *writer, const void *bytes, size_t size)
{
    if (size > 0)
        memcpy(replica_write_room(writer, size), bytes, size);
}

static inline void replica_write_id(replica_writer *writer, const steme_id *id)
{
    replica_write_bytes(writer, id->bytes, sizeof id->bytes);
}

/* Cells `first` on of a set of `set_count`, 13 to 17 bytes each: item_xor u64, check_xor u32, and
 * what the count is above 2 * set_count / (2 + number of the cell), which is about what it must be:
 * zigzag (2n or -2n - 1) in groups of 7 bits, lowest first, the high bit set on all but the last.
 */
void replica_cells_write(replica_writer *writer, const sketch_cell *cells, size_t first,
                         size_t cell_count, uint64_t set_count);

/* ---- Reading -------------------------------------------------------------------------------- */

typedef struct replica_reader {
    const uint8_t *bytes;
    size_t size; /* left */
    bool is_bad; /* something was read that was not there */
} replica_reader;

/* `size` bytes, or NULL and is_bad. */
static inline const uint8_t *replica_read_bytes(replica_reader *reader, size_t size)
{
    if (reader->is_bad || size > reader->size) {
        reader->is_bad = true;
        return NULL;
    }
    const uint8_t *bytes = reader->bytes;
    reader->bytes += size;
    reader->size -= size;
    return bytes;
}

/* These give 0 where nothing is left. */
uint8_t replica_read_u8(replica_reader *reader);
uint32_t replica_read_u32(replica_reader *reader);
uint64_t replica_read_u64(replica_reader *reader);
steme_id replica_read_id(replica_reader *reader);

/* Cells to the end, at most REPLICA_FRAME_CELL_COUNT of them, into room for as many. False where
 * the bytes are none. */
bool replica_cells_read(replica_reader *reader, size_t first, uint64_t set_count,
                        sketch_cell *out_cells, size_t *out_count);

typedef struct replica_roots { /* ROOTS and STATE, cells apart */
    uint8_t round;
    uint8_t flags;
    uint64_t count;
    steme_id root;
} replica_roots;

void replica_roots_write(replica_writer *writer, replica_frame_kind kind,
                         const replica_roots *roots);
/* Leaves the cells in the reader. */
bool replica_roots_read(replica_reader *reader, replica_roots *out_roots);

typedef struct replica_list {
    uint8_t flags;
    uint64_t range_end;
    const uint8_t *given;
    size_t given_count;
    const uint8_t *wanted;
    size_t wanted_count;
    size_t width; /* bytes of a selector */
} replica_list;

void replica_list_write(replica_writer *writer, const replica_list *list);
bool replica_list_read(replica_reader *reader, replica_list *out_list);

typedef struct replica_entry {
    replica_entry_form form;
    steme_span record;
    steme_id id;
} replica_entry;

bool replica_entry_read(replica_reader *reader, replica_entry *out_entry);

typedef struct replica_done {
    uint8_t flags;
    uint64_t count;
    steme_id root;
    steme_id named_root; /* as `root` where it was left out */
} replica_done;

void replica_done_write(replica_writer *writer, const replica_done *done);
bool replica_done_read(replica_reader *reader, replica_done *out_done);

typedef struct replica_prefix { /* the first `depth` nibbles of an id, the others 0 */
    steme_id id;
    uint8_t depth;
} replica_prefix;

void replica_prefix_write(replica_writer *writer, const replica_prefix *prefix);
bool replica_prefix_read(replica_reader *reader, replica_prefix *out_prefix);

/* First 8 bytes of BLAKE3(salt u64 | hash): too short to be trusted alone, and so salted anew in
 * each session that nobody can make records for a collision beforehand. */
uint64_t replica_tree_short_hash(uint64_t salt, const steme_id *hash);

typedef struct replica_sweep {
    bool is_last;
    uint64_t first;
    uint64_t end;
    const uint8_t *items; /* 8 bytes each */
    size_t item_count;
} replica_sweep;

void replica_sweep_write(replica_writer *writer, const replica_sweep *sweep);
/* Checks that the items ascend and are of the range. */
bool replica_sweep_read(replica_reader *reader, replica_sweep *out_sweep);

#endif
