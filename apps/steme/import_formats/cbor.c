/* cbor.c -- records as bytes, one after the other.
 *
 * Only as much of CBOR is understood as tells where a record ends; its form is judged when it is
 * admitted. Where that end cannot be told, neither can the next record's start. */
#include <stdlib.h>

#include "common/fail.h"
#include "steme/import_formats/import_reader.h"

enum { DEPTH_MAX = 8, RECORD_HEAD = 0x82 /* an array of two */ };

/* An item on its way from the file into the buffer. */
typedef struct cbor_walk {
    FILE *file;
    uint8_t *bytes;
    size_t size;
    uint64_t left[DEPTH_MAX + 1]; /* items still to come, per open array or map */
    int depth;
    const char *fault;
} cbor_walk;

static int walk_byte(cbor_walk *walk)
{
    int byte = walk->size < STEME_RECORD_SIZE_MAX ? getc_unlocked(walk->file) : EOF;
    if (byte == EOF) {
        walk->fault = walk->size < STEME_RECORD_SIZE_MAX ? "cut short" : "of more than 64 KiB";
        return 0;
    }
    walk->bytes[walk->size++] = (uint8_t)byte;
    return byte;
}

/* The argument behind an initial byte. */
static uint64_t walk_argument(cbor_walk *walk, int information)
{
    if (information < 24)
        return (uint64_t)information;
    if (information > 27) {
        walk->fault = "with a length that is not definite";
        return 0;
    }
    uint64_t argument = 0;
    for (int i = 0; i < 1 << (information - 24) && walk->fault == NULL; i++)
        argument = argument << 8 | (uint64_t)walk_byte(walk);
    return argument;
}

static void walk_open(cbor_walk *walk, uint64_t count)
{
    if (count > STEME_RECORD_SIZE_MAX)
        walk->fault = "of more than 64 KiB";
    else if (walk->depth == DEPTH_MAX)
        walk->fault = "nested too deep";
    else
        walk->left[++walk->depth] = count;
}

/* One head, and the bytes of a string. */
static void walk_head(cbor_walk *walk)
{
    int first = walk_byte(walk);
    if (walk->fault == NULL && walk->bytes[0] != RECORD_HEAD)
        walk->fault = "that does not begin as a record does";
    if (walk->fault != NULL)
        return;
    uint64_t argument = walk_argument(walk, first & 31);
    switch (first >> 5) {
    case 2:
    case 3:
        for (uint64_t i = 0; i < argument && walk->fault == NULL; i++)
            walk_byte(walk);
        break;
    case 4:
        walk_open(walk, argument);
        break;
    case 5:
        walk_open(walk, argument > STEME_RECORD_SIZE_MAX ? argument : 2 * argument);
        break;
    case 6:
        walk->fault = "with a tag in it";
        break;
    default:
        break;
    }
}

static void walk_item(cbor_walk *walk)
{
    walk->left[0] = 1;
    for (;;) {
        while (walk->left[walk->depth] == 0 && walk->depth > 0)
            walk->depth--;
        if (walk->fault != NULL || walk->left[walk->depth] == 0)
            return;
        walk->left[walk->depth]--;
        walk_head(walk);
    }
}

static steme_status cbor_open(import_reader *reader, steme_error *error)
{
    reader->record = malloc(STEME_RECORD_SIZE_MAX);
    if (reader->record == NULL)
        return app_fail(error, STEME_NO_MEMORY, "no memory to import with");
    return STEME_OK;
}

static steme_status cbor_next(import_reader *reader, import_item *out_item, steme_error *error)
{
    uint64_t number = reader->item_number + 1;
    if (reader->is_broken)
        return app_fail(error, STEME_NOT_CANONICAL,
                        "item %llu is broken, and where the next one starts cannot be told",
                        (unsigned long long)reader->item_number);
    int first = getc_unlocked(reader->file);
    if (first != EOF)
        ungetc(first, reader->file);
    cbor_walk walk = {.file = reader->file, .bytes = reader->record};
    if (first != EOF)
        walk_item(&walk);
    if (ferror(reader->file))
        return app_fail(error, STEME_IO, "reading the input failed at item %llu",
                        (unsigned long long)number);
    if (first == EOF) {
        *out_item = (import_item){.kind = IMPORT_END, .line = number};
        return STEME_OK;
    }
    reader->item_number = number;
    if (walk.fault != NULL) {
        reader->is_broken = 1;
        return import_item_bad(reader, out_item, number, "item %s", walk.fault);
    }
    *out_item =
        (import_item){.kind = IMPORT_RECORD, .line = number, .record = {reader->record, walk.size}};
    return STEME_OK;
}

const import_format import_format_cbor = {"cbor", cbor_open, cbor_next};
