/* log.h -- the append-only log of records in numbered segment files: the database itself.
 *
 * A segment, 64 MiB at most:
 *
 *   offset  size  segment header
 *        0     8  magic "STEMELOG"
 *        8     4  format, 1
 *       12     4  segment number, from 1
 *       16    16  store id
 *       32    16  salt, random: seeds every checksum that follows, so that no record can carry
 *                 bytes that pass for a part of the log
 *       48     8  sequence of the first frame
 *       56     4  zero
 *       60     4  CRC32C of the 60 bytes before
 *
 *   then frames, one per commit:
 *        0     4  magic c1 'S' 'F' 0a
 *        4     4  entries
 *        8     8  sequence, one more than the frame before, across segments
 *       16     8  arrival, ns since 1970, never less than the frame before
 *       24     8  bytes of the entries that follow
 *       32     4  zero
 *       36     4  CRC32C of the 36 bytes before, seeded
 *
 *   each with its entries:
 *        0     4  CRC32C of the 40 bytes that follow, seeded
 *        4     4  kind << 24 | body size
 *        8     4  CRC32C of the body, seeded
 *       12    32  id of the record
 *       44     …  body; of kind 1 (the record is not held) zeros, as many as it had
 *
 * All integers are big-endian. A position is segment << 32 | offset of an entry or frame.
 *
 * Reading goes entry by entry. Where something does not check, it looks for the next place that
 * does and reports what lies between as a hole; frames that are missing by their sequence are a
 * hole too, of no known size. What a crash tore off, a last frame that the file is too short for,
 * is cut by the next writer: it was never acknowledged, because a frame is synced with its size
 * before it is. Nothing is ever cut inside a frame that is there in its whole length.
 *
 * Threads:  one thread appends; any number read. log_refresh counts as appending.
 * Lifetime: bodies are borrowed from mappings that stay until log_close.
 * Failure:  after STEME_IO or STEME_FULL from an append or sync the log takes no more appends.
 *           What a failed sync left in doubt is written again, or the next open's would pass. */
#ifndef LOG_LOG_H
#define LOG_LOG_H

#include <stdbool.h>
#include <steme/error.h>
#include <steme/types.h>

#define LOG_SEGMENT_HEADER_SIZE 64u
#define LOG_FRAME_HEADER_SIZE   40u
#define LOG_ENTRY_HEADER_SIZE   44u
#define LOG_ENTRY_ID_OFFSET     12u

typedef struct log_journal log_journal;

typedef enum log_entry_kind {
    LOG_ENTRY_RECORD, /* body = the record */
    LOG_ENTRY_ABSENT, /* an id whose record is not held: no body, or, where it was purged, as many
                       * zeros as it had bytes */
} log_entry_kind;

typedef struct log_entry {
    log_entry_kind kind;
    bool is_damaged; /* the body does not check; `body` is empty */
    steme_id id;
    steme_span body;
    uint64_t position;
    uint64_t arrival_ns;
} log_entry;

/* Opens the segments in `directory`. A writer creates the folder where it is missing, and makes
 * durable what is there.
 * Errors: STEME_CORRUPT (a segment header that does not check, or of another store; a segment that
 * is missing before others), STEME_VERSION, STEME_IO, … */
STEME_MUST_CHECK steme_status log_open(const char *directory, const uint8_t store_id[16],
                                       bool is_writer, log_journal **out_log, steme_error *error);
void log_close(log_journal *log);

/* The position after the last byte that is known; where the next frame goes. */
uint64_t log_end(const log_journal *log);
uint32_t log_segment_count(const log_journal *log);
uint64_t log_byte_count(const log_journal *log);

/* What a frame hands on to the next. */
typedef struct log_mark {
    uint64_t sequence; /* 0 = there was no frame */
    uint64_t arrival_ns;
} log_mark;

/* The last frame that a writer appended, or that log_recover found. */
log_mark log_last_frame(const log_journal *log);

/* ---- Writing ------------------------------------------------------------------------------ */

typedef struct log_item {
    log_entry_kind kind;
    steme_id id;
    steme_span body;
    uint64_t position; /* out */
} log_item;

/* Appends `count` items (1 to LIMIT_FRAME_RECORD_COUNT, LIMIT_FRAME_SIZE in all) as one frame.
 * Not durable before log_sync. `arrival_ns` is raised to the last frame's where it is less. */
STEME_MUST_CHECK steme_status log_append(log_journal *log, log_item *items, uint32_t count,
                                         uint64_t arrival_ns, steme_error *error);
STEME_MUST_CHECK steme_status log_sync(log_journal *log, steme_error *error);

/* An entry, as it is known without what it holds. */
typedef struct log_place {
    uint64_t position;
    uint32_t size; /* of the body */
    steme_id id;
} log_place;

/* The entry of `id` at a position. Errors: STEME_CORRUPT (its header does not check, or is not of
 * this id). */
STEME_MUST_CHECK steme_status log_place_find(const log_journal *log, uint64_t position,
                                             const steme_id *id, log_place *out_place,
                                             steme_error *error);
/* Destroys an entry's body: the entry is LOG_ENTRY_ABSENT then, and zeros, durably. Where a crash
 * comes between, it may be anything but for its id: do it again. Only a writer's, any thread; what
 * readers have borrowed of the body turns to zeros.
 * Errors: STEME_NOT_FOUND (another entry is there), STEME_IO. */
STEME_MUST_CHECK steme_status log_purge(const log_journal *log, const log_place *place,
                                        steme_error *error);

/* Copies the segments up to `end`, where a frame ends, to a new folder, durably. `visit_progress`
 * as steme_progress_visit. */
STEME_MUST_CHECK steme_status log_copy(const log_journal *log, uint64_t end, const char *directory,
                                       int (*visit_progress)(void *context, uint64_t done,
                                                             uint64_t total),
                                       void *context, steme_error *error);

/* ---- Reading ------------------------------------------------------------------------------ */

/* Has the processor fetch the entry at a position that is going to be read soon. */
void log_prefetch(const log_journal *log, uint64_t position);

/* The entry at a position; its header and body are checked. STEME_CORRUPT where none begins there;
 * a damaged body is told by `is_damaged`. `arrival_ns` is left 0. */
STEME_MUST_CHECK steme_status log_read(const log_journal *log, uint64_t position,
                                       log_entry *out_entry, steme_error *error);

/* A walk over entries from a position to the end. All fields are private but the counts. */
typedef struct log_scan {
    const log_journal *log;
    uint64_t position;
    uint64_t end;
    log_mark mark;          /* of the frame that the walk is in */
    uint64_t frame_end;     /* where that frame ends */
    uint64_t frame_holes;   /* hole_count where it began */
    uint64_t torn_position; /* where a last frame begins that the file is too short for; 0 = none */
    uint64_t hole_count;
    uint64_t hole_size;
    uint64_t hole_position; /* of the last hole */
    bool is_end_damaged;    /* the last hole goes to the end */
} log_scan;

/* `position` 0 = from the start; else one that a frame begins or ends at, and `before`, where it is
 * known (else NULL), the mark of the frame before it. */
void log_scan_init(log_scan *scan, const log_journal *log, uint64_t position,
                   const log_mark *before, uint64_t end);
/* The next entry; false at the end. Holes are counted, and passed over. */
bool log_scan_next(log_scan *scan, log_entry *out_entry);
/* Whether all entries of the present frame were given: where a later scan may begin. */
bool log_scan_is_between_frames(const log_scan *scan);

/* For a writer that has scanned to the end: cuts a torn last frame, goes on after the last, and
 * syncs what is kept. Behind a hole at the end it goes on in a new segment: with more bytes behind
 * it something in the hole might begin to look whole, and reach into them. */
STEME_MUST_CHECK steme_status log_recover(log_journal *log, const log_scan *scan,
                                          steme_error *error);

/* The position up to which the log had come by `arrival_ns`: where the last frame ends that had
 * arrived by then; at most `end`. Everything behind it came later. */
uint64_t log_arrival_end(const log_journal *log, uint64_t arrival_ns, uint64_t end);

/* For a reader: takes notice of what the writer has appended since. */
STEME_MUST_CHECK steme_status log_refresh(log_journal *log, steme_error *error);

#endif
