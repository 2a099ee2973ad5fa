/* cbor_read.h -- a cursor over CBOR that accepts only the form of docs/format.md, section 1.
 *
 * Each function reads one item, or the head of one, and moves past it. It returns false where the
 * bytes are refused; the reader then holds what was wrong and at which byte, and is of no more use
 * than for record_reader_fail. Outputs are written on success only. Nothing is copied: spans point
 * into the bytes.
 *
 * Threads:  a reader belongs to one thread.
 * Bounds:   time is linear in the bytes (a count is checked against the bytes that are left),
 *           the stack is bounded by RECORD_DEPTH_MAX. */
#ifndef RECORD_CBOR_READ_H
#define RECORD_CBOR_READ_H

#include <stdbool.h>
#include <steme/error.h>
#include <steme/types.h>

#define RECORD_DEPTH_MAX 8 /* arrays and maps, the content's array counted as 1 */

typedef struct record_reader {
    const uint8_t *origin; /* messages count bytes from here */
    const uint8_t *next;
    const uint8_t *end;
    const char *problem; /* NULL until something is refused */
    const uint8_t *problem_at;
    size_t problem_size;     /* bytes that are too many, */
    size_t problem_size_max; /* where this is not 0 */
    steme_status status; /* NOT_CANONICAL: section 1; INVALID: well-formed, but not what is due */
} record_reader;

/* Begins at `bytes`, which lie at or behind `origin` in one piece of memory. */
void record_reader_init(record_reader *reader, const uint8_t *origin, steme_span bytes);

/* Refuses the item at `at` as not what is due there. Always false. */
bool record_reader_refuse(record_reader *reader, const uint8_t *at, const char *problem);

/* The same where `size` bytes are more than `size_max`. */
bool record_reader_refuse_size(record_reader *reader, const uint8_t *at, const char *problem,
                               size_t size, size_t size_max);

/* Reports what was refused: "<subject>: <problem>: byte <n>". */
steme_status record_reader_fail(const record_reader *reader, const char *subject,
                                steme_error *error);

bool record_read_unsigned(record_reader *reader, uint64_t *out_value);
bool record_read_int64(record_reader *reader, int64_t *out_value); /* refuses what is outside */
bool record_read_boolean(record_reader *reader, bool *out_value);
bool record_read_float(record_reader *reader, double *out_value);
bool record_read_bytes(record_reader *reader, steme_span *out_bytes);
/* Bytes of exactly `size`. */
bool record_read_bytes_of(record_reader *reader, size_t size, const uint8_t **out_bytes);
bool record_read_text(record_reader *reader, steme_span *out_text);
/* The head alone: `*out_count` items, or pairs of them, follow. */
bool record_read_array(record_reader *reader, uint64_t *out_count);
bool record_read_map(record_reader *reader, uint64_t *out_count);
/* Array of exactly `count`. */
bool record_read_array_of(record_reader *reader, uint64_t count);

/* Any item, with all that is inside; `depth` = arrays and maps that are open around it. */
bool record_read_any(record_reader *reader, unsigned depth);

/* Whether nothing is left. */
bool record_read_end(record_reader *reader);

/* Whether the item ahead is a float. */
bool record_reader_is_at_float(const record_reader *reader);

/* Refuses `key` unless it comes after `*previous`, both encoded and within the reader's bytes;
 * then makes it the previous one. The first key is compared with a NULL span. */
bool record_read_key_order(record_reader *reader, steme_span *previous, steme_span key);

#endif
