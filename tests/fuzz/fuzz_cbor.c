/* The CBOR reader: any bytes are refused or accepted within their bounds; what is accepted comes
 * out of the writer as the same bytes. */
#include "record/cbor_read.h"
#include "record/cbor_write.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static void write_again(record_reader *reader, record_writer *writer);

static void write_number(record_reader *reader, record_writer *writer)
{
    record_reader unsigned_reader = *reader;
    uint64_t value;
    int64_t integer;
    const uint8_t *at = reader->next;
    if (record_read_int64(reader, &integer)) {
        record_write_int64(writer, integer);
    } else if (record_read_unsigned(&unsigned_reader, &value)) {
        record_write_unsigned(writer, value);
        *reader = unsigned_reader;
    } else { /* below -2^63: no type of C holds it */
        *reader = unsigned_reader;
        reader->next = at;
        assert(record_read_any(reader, 0));
        record_write_encoded(writer, (steme_span){at, (size_t)(reader->next - at)});
    }
}

static void write_string(record_reader *reader, record_writer *writer, bool is_text)
{
    steme_span string;
    if (is_text) {
        assert(record_read_text(reader, &string));
        record_write_text(writer, string);
    } else {
        assert(record_read_bytes(reader, &string));
        record_write_bytes(writer, string.bytes, string.size);
    }
}

static void write_nest(record_reader *reader, record_writer *writer, bool is_map)
{
    uint64_t count;
    if (is_map) {
        assert(record_read_map(reader, &count));
        record_write_map(writer, count);
        count *= 2;
    } else {
        assert(record_read_array(reader, &count));
        record_write_array(writer, count);
    }
    for (uint64_t i = 0; i < count; i++)
        write_again(reader, writer);
}

static void write_simple(record_reader *reader, record_writer *writer)
{
    bool boolean;
    double real;
    if (record_reader_is_at_float(reader)) {
        assert(record_read_float(reader, &real));
        record_write_float(writer, real);
    } else {
        assert(record_read_boolean(reader, &boolean));
        record_write_boolean(writer, boolean);
    }
}

/* Items that record_read_any has accepted, so that nesting is bounded. */
static void write_again(record_reader *reader, record_writer *writer)
{
    unsigned major = *reader->next >> 5;
    if (major < 2)
        write_number(reader, writer);
    else if (major < 4)
        write_string(reader, writer, major == 3);
    else if (major < 6)
        write_nest(reader, writer, major == 5);
    else
        write_simple(reader, writer);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    record_reader reader;
    record_reader_init(&reader, bytes, (steme_span){bytes, size});
    if (!record_read_any(&reader, 0) || !record_read_end(&reader)) {
        steme_error error;
        assert(reader.problem_at >= bytes && reader.problem_at <= bytes + size);
        assert(record_reader_fail(&reader, "input", &error) == STEME_NOT_CANONICAL);
        return 0;
    }
    uint8_t *again = malloc(size);
    assert(again != NULL);
    record_writer writer;
    record_writer_init(&writer, again, size);
    record_reader_init(&reader, bytes, (steme_span){bytes, size});
    write_again(&reader, &writer);
    assert(!writer.is_full && writer.size == size && memcmp(again, bytes, size) == 0);
    free(again);
    return 0;
}
