/* cbor_write.h -- writes the CBOR of docs/format.md, section 1, into a caller's buffer.
 *
 * Heads and floats come out in their shortest form; the order of map keys and the validity of text
 * are the caller's (record_reader checks both). What does not fit is dropped, and `is_full` set:
 * look at it once, at the end.
 *
 * Threads: a writer belongs to one thread. */
#ifndef RECORD_CBOR_WRITE_H
#define RECORD_CBOR_WRITE_H

#include <stdbool.h>
#include <steme/types.h>

typedef struct record_writer {
    uint8_t *bytes;
    size_t size;
    size_t capacity;
    bool is_full;
} record_writer;

void record_writer_init(record_writer *writer, uint8_t *buffer, size_t capacity);

void record_write_unsigned(record_writer *writer, uint64_t value);
void record_write_int64(record_writer *writer, int64_t value);
void record_write_boolean(record_writer *writer, bool value);
/* NaN and the infinities come out as such: the reader refuses them. */
void record_write_float(record_writer *writer, double value);
void record_write_bytes(record_writer *writer, const uint8_t *bytes, size_t size);
void record_write_bytes_head(record_writer *writer, size_t size);
void record_write_text(record_writer *writer, steme_span text);
void record_write_array(record_writer *writer, uint64_t count); /* the head */
void record_write_map(record_writer *writer, uint64_t count);   /* the head */
/* Bytes that are encoded already. */
void record_write_encoded(record_writer *writer, steme_span encoded);

/* Bytes of the head of a string of `size` bytes. */
size_t record_head_size(uint64_t size);

#endif
