/* index.h -- ordered indexes derived from the log: sets of fixed-width rows in memcmp order.
 *
 * An index is up to INDEX_TABLE_COUNT_MAX tables. A table is a set of rows of one size; the leading
 * bytes of a row are its key and the rest says where to look (usually a log position). Rows never
 * change and are never taken back. A question is a scan of the rows in a range, or with a prefix.
 * What it gives are candidates: the record in the log decides.
 *
 * Rows become durable in batches (index_apply), each together with the log position up to which the
 * index is then complete. Newer rows stay in a tail (index_tail.h). A reader puts both together in
 * an index_reading and scans them as one ordered set.
 *
 * Behind the seam `index_engine` there are index_runs (disk) and index_memory (the simulator's, and
 * the oracle of the tests).
 *
 * Threads:  one thread at a time calls index_apply and one, which may be another, index_maintain;
 *           any number acquire and release views at any time. A view may be read by many threads at
 *           once, a cursor by one. index_refresh counts as index_maintain.
 * Lifetime: views outlive nothing but their index: release all before index_close. A view keeps
 *           what it shows readable, though files be merged and unlinked meanwhile.
 * Failure:  damage is STEME_CORRUPT naming file and page, and is never served as rows; the index
 *           can then be destroyed and built again from the log. After a failed apply or maintain
 *           the index is as it was before. */
#ifndef INDEX_INDEX_H
#define INDEX_INDEX_H

#include "base/sink.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <steme/error.h>
#include <steme/types.h>

#define INDEX_TABLE_COUNT_MAX     16
#define INDEX_ROW_SIZE_MIN        9
#define INDEX_ROW_SIZE_MAX        96
#define INDEX_RUN_COUNT_MAX       256 /* files of one index; apply is STEME_BUSY beyond */
#define INDEX_ATTACHMENT_SIZE_MAX (256u << 20)
#define INDEX_TAIL_COUNT_MAX      2 /* tails of one reading: the newest, and one being applied */

/* One table, as the caller declares it; the same list, in the same order, at every open. */
typedef struct index_table {
    uint8_t row_size;    /* INDEX_ROW_SIZE_MIN..INDEX_ROW_SIZE_MAX */
    uint8_t probe_size;  /* leading bytes that look-ups usually give in full (at most row_size): a
                          * filter keeps runs without them unread, and the tail is hashed by them
                          * (and by the first 8 bytes where this is more). 0 = no filter, the tail is
                          * scanned. The filter costs 1.25 bytes per distinct key, not per row, so
                          * a table of few keys and many rows gets it for nothing. */
    uint8_t reduce_size; /* 0 = a plain set. Else, of the rows equal in their first reduce_size
                          * bytes, apply and merges keep only those with the greatest following */
    uint8_t reduce_order_size; /* bytes (all of them where tied). Scans may still give others. */
    uint32_t revision;         /* of the rules by which rows are made: an index of other rules is
                                * STEME_CORRUPT, and built again */
    const char *name;          /* for messages; static */
} index_table;

typedef struct index_options {
    bool is_writer;  /* may apply and maintain; the caller sees to it that it is alone */
    uint8_t fan_out; /* runs of one size class that are merged into one; 0 = 6; else 2..16 */
    const atomic_bool *cancel; /* NULL, or: a running maintain stops soon after this becomes true */
} index_options;

/* What one apply adds: for each table, rows in ascending memcmp order, without equals. */
typedef struct index_batch {
    const uint8_t *rows[INDEX_TABLE_COUNT_MAX]; /* counts[t] * row_size bytes; NULL where 0 */
    size_t counts[INDEX_TABLE_COUNT_MAX];
} index_batch;

/* Bytes of the caller's that an apply keeps beside the rows. */
typedef struct index_attachment {
    size_t size;
    /* Puts exactly `size` bytes. */
    steme_status (*write)(void *context, const base_sink *sink, steme_error *error);
    void *context;
} index_attachment;

typedef struct index_engine index_engine;
typedef struct index_tail index_tail;

/* An open index. The fields are set by the engine; all but the last are constant. */
typedef struct index_handle {
    const index_engine *engine;
    uint32_t table_count;
    index_table tables[INDEX_TABLE_COUNT_MAX];
    atomic_bool is_damaged; /* see index_is_damaged */
} index_handle;

/* An unchanging state of an index. The fields are constant. */
typedef struct index_view {
    const index_handle *index;
    uint64_t log_position; /* the log is indexed up to here */
    uint64_t record_count; /* as told by the last apply; 0 at first */
    steme_span attachment; /* the caller's blob; absent before the first. Valid with the view */
} index_view;

/* What a reader may see of a tail: see index_tail.h. */
typedef struct index_tail_mark {
    uint32_t counts[INDEX_TABLE_COUNT_MAX];
    uint64_t log_position;
} index_tail_mark;

/* All that a scan looks at. Borrowed by cursors. */
typedef struct index_reading {
    const index_view *view;                        /* NULL = none */
    const index_tail *tails[INDEX_TAIL_COUNT_MAX]; /* NULL = none */
    index_tail_mark marks[INDEX_TAIL_COUNT_MAX];
} index_reading;

/* The rows whose leading lower.size bytes are >= lower and whose leading upper.size bytes are
 * <= upper, both compared as memcmp does and both included; size 0 = no bound. So {prefix, prefix}
 * is a prefix, and {prefix + where to go on, prefix} its remainder. */
typedef struct index_range {
    steme_span lower;
    steme_span upper;
} index_range;

typedef struct index_stat {
    uint32_t run_count;                         /* files that a look-up may have to read */
    uint64_t byte_count;                        /* of all files, the attachment included */
    uint64_t row_counts[INDEX_TABLE_COUNT_MAX]; /* duplicates in several runs count each */
} index_stat;

typedef struct index_fault {
    const char *file;    /* name inside the directory */
    uint64_t page;       /* 4 KiB page inside the file */
    const char *message; /* what is wrong, one line */
} index_fault;

/* Called for each fault found; a status other than STEME_OK ends the check with it. */
typedef steme_status (*index_fault_visit)(void *context, const index_fault *fault);

/* --- opening ---------------------------------------------------------------------------------- */

/* Opens the index in `directory` (borrowed for the call; ignored by index_memory). A writer creates
 * what is missing and removes files that a crash left behind. `options` may be NULL: a reader.
 * Errors: STEME_CORRUPT (damaged, or of another store, or with other tables: destroy it and build
 * it again), STEME_VERSION, STEME_NOT_FOUND (a reader, and there is none), STEME_IO, ... */
STEME_MUST_CHECK steme_status index_open(const index_engine *engine, const char *directory,
                                         const index_table *tables, uint32_t table_count,
                                         const uint8_t store_id[16], const index_options *options,
                                         index_handle **out_index, steme_error *error);
/* Accepts NULL. Views must have been released. */
void index_close(index_handle *index);

/* Removes the files of an index of this engine, if there are any; no handle may be open for
 * writing. Other files and the directory stay. */
STEME_MUST_CHECK steme_status index_destroy(const index_engine *engine, const char *directory,
                                            steme_error *error);

/* --- writing ---------------------------------------------------------------------------------- */

/* Sorts rows of row_size bytes in place, removes equal ones, and gives how many are left.
 * `scratch` is room for as many rows again. */
size_t index_rows_sort(uint8_t *rows, size_t count, size_t row_size, uint8_t *scratch);

/* Adds `batch` and moves the index to `log_position` and `record_count`, all or nothing; durable on
 * return. `attachment` NULL keeps the old one. All is borrowed.
 * Errors: STEME_BUSY (INDEX_RUN_COUNT_MAX runs: maintain first), STEME_READ_ONLY, STEME_IO,
 * STEME_FULL, STEME_TOO_LARGE (the attachment), STEME_NO_MEMORY; the attachment's. */
STEME_MUST_CHECK steme_status index_apply(index_handle *index, const index_batch *batch,
                                          uint64_t log_position, uint64_t record_count,
                                          const index_attachment *attachment, steme_error *error);

/* Bytes in memory, borrowed, as an attachment. */
index_attachment index_attachment_of(const steme_span *bytes);

/* Does one step of merging if one is due; call it again while *out_did_work. Does not hold up apply
 * or readers. Errors: as index_apply, STEME_CORRUPT, STEME_CANCELLED (see index_options). */
STEME_MUST_CHECK steme_status index_maintain(index_handle *index, bool *out_did_work,
                                             steme_error *error);

/* Lets a reader's handle see what the writer, in another process, has applied since; nothing for a
 * writer. Cheap where nothing changed. *out_changed may be NULL. While the writer builds the index
 * again, views stay what they were: until it has come about as far, or, before it has begun, with
 * STEME_NOT_FOUND. */
STEME_MUST_CHECK steme_status index_refresh(index_handle *index, bool *out_changed,
                                            steme_error *error);

/* --- reading ---------------------------------------------------------------------------------- */

STEME_MUST_CHECK steme_status index_view_acquire(index_handle *index, index_view **out_view,
                                                 steme_error *error);
/* Accepts NULL. */
void index_view_release(index_view *view);

/* One ordered stream of rows; private to the engines. `row` to `end` is a window of rows in
 * memory, and the engine gives the next when it is used up. */
typedef struct index_source {
    const uint8_t *row; /* the current row; NULL = at the end */
    const uint8_t *end; /* of the window; a multiple of the row size away */
    void *owner;        /* the engine's: a run, a tail, ... */
    uint64_t state[2];  /* the engine's */
    uint8_t kind;       /* INDEX_SOURCE_... of cursor.c */
} index_source;

enum { INDEX_CURSOR_SOURCE_COUNT = 16, INDEX_CURSOR_TAIL_SIZE = 2048 };

/* A scan in progress: caller's storage (about 6 KiB), no need to initialise. No heap is used
 * while at most INDEX_CURSOR_SOURCE_COUNT runs hold rows in the range and few rows of the tails do.
 * All fields are private. */
typedef struct index_cursor {
    const index_reading *reading;
    uint32_t table;
    uint8_t row_size;
    uint8_t lower_size;
    uint8_t upper_size;
    uint8_t prefix_size; /* leading bytes that both bounds share */
    bool has_row;        /* a row was given: sources[heap[0]] still stands on it */
    uint32_t source_count;
    uint32_t source_count_max;
    uint32_t heap_count;
    index_source *sources;
    struct index_cursor_entry {
        uint64_t key; /* the first 8 bytes of the source's row */
        uint32_t source;
    } * heap;
    uint8_t *tail_rows[INDEX_TAIL_COUNT_MAX]; /* on the heap; NULL where the inline rows do */
    uint8_t lower[INDEX_ROW_SIZE_MAX];
    uint8_t upper[INDEX_ROW_SIZE_MAX];
    uint8_t row[INDEX_ROW_SIZE_MAX]; /* the row given last */
    index_source inline_sources[INDEX_CURSOR_SOURCE_COUNT];
    struct index_cursor_entry inline_heap[INDEX_CURSOR_SOURCE_COUNT];
    uint8_t inline_tail_rows[INDEX_TAIL_COUNT_MAX][INDEX_CURSOR_TAIL_SIZE];
} index_cursor;

/* Starts a scan of `range` (copied) in `table`. `reading` is borrowed until the close, with all
 * that it names. Bounds longer than a row are cut. After a failure nothing needs closing. */
STEME_MUST_CHECK steme_status index_cursor_open(index_cursor *cursor, const index_reading *reading,
                                                uint32_t table, const index_range *range,
                                                steme_error *error);
/* The next row in ascending order, rows that are equal once; NULL at the end. It is valid until the
 * next call on this cursor. After a failure only close may follow. */
STEME_MUST_CHECK steme_status index_cursor_next(index_cursor *cursor, const uint8_t **out_row,
                                                steme_error *error);
void index_cursor_close(index_cursor *cursor);

/* The least row that begins with `prefix`, copied to `out_row` (row_size bytes): the fast way to
 * look up one key. *out_is_found false, and out_row untouched, where there is none. */
STEME_MUST_CHECK steme_status index_probe(const index_reading *reading, uint32_t table,
                                          steme_span prefix, uint8_t *out_row, bool *out_is_found,
                                          steme_error *error);

/* Whether a scan, look-up, merge or check through this handle has met damage. It does not go away:
 * destroy the index and build it again. */
static inline bool index_is_damaged(const index_handle *index)
{
    return atomic_load_explicit(&index->is_damaged, memory_order_relaxed);
}

/* Reads all that the view shows and tells of each fault: checksums, order, levels, filters, counts.
 * Bounded memory. STEME_OK where the check was completed, whatever it found. */
STEME_MUST_CHECK steme_status index_check(const index_view *view, index_fault_visit visit,
                                          void *context, steme_error *error);

void index_stat_get(const index_view *view, index_stat *out_stat);

/* --- the seam --------------------------------------------------------------------------------- */

/* An engine: the functions above, by which they are dispatched. */
struct index_engine {
    const char *name;
    steme_status (*open)(const char *directory, const index_table *tables, uint32_t table_count,
                         const uint8_t store_id[16], const index_options *options,
                         index_handle **out_index, steme_error *error);
    void (*close)(index_handle *index);
    steme_status (*destroy)(const char *directory, steme_error *error);
    steme_status (*apply)(index_handle *index, const index_batch *batch, uint64_t log_position,
                          uint64_t record_count, const index_attachment *attachment,
                          steme_error *error);
    steme_status (*maintain)(index_handle *index, bool *out_did_work, steme_error *error);
    steme_status (*refresh)(index_handle *index, bool *out_changed, steme_error *error);
    steme_status (*view_acquire)(index_handle *index, index_view **out_view, steme_error *error);
    void (*view_release)(index_view *view);
    /* Adds a source (index_cursor_add_source) for each stream of rows that begins inside the
     * cursor's bounds; it stands on its first row. */
    steme_status (*sources_open)(const index_view *view, index_cursor *cursor, steme_error *error);
    /* Gives the window after the present one, or row = NULL. */
    steme_status (*source_next)(const index_cursor *cursor, index_source *source,
                                steme_error *error);
    void (*source_close)(index_source *source); /* NULL = nothing to do */
    steme_status (*check)(const index_view *view, index_fault_visit visit, void *context,
                          steme_error *error);
    void (*stat)(const index_view *view, index_stat *out_stat);
};

/* For engines: one more source of the cursor, zeroed; NULL where there is no memory. Valid until
 * the next is added. */
index_source *index_cursor_add_source(index_cursor *cursor);

/* For engines: whether a row is past the cursor's upper bound, before its lower bound. */
bool index_cursor_is_above(const index_cursor *cursor, const uint8_t *row);
bool index_cursor_is_below(const index_cursor *cursor, const uint8_t *row);

extern const index_engine index_runs;   /* immutable sorted files, merged in the background */
extern const index_engine index_memory; /* sorted arrays; forgets all when closed */

#endif
