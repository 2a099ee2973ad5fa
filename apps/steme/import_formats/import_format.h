/* import_format.h -- one way to read every format that `steme import` takes.
 *
 * name            what a line is                              gives
 * jsonl           a record in JSON, signed or not             statements and records
 * cbor            a record's bytes, one after the other       records
 * csv             a row under a header that names columns     assertions
 * ieee-oui        oui.csv of the IEEE, registry MA-L          assertions mac://00:22:72 vendor …
 * nmap-mac        nmap-mac-prefixes                           assertions mac://00:22:72 vendor …
 * wireshark-manuf manuf of Wireshark, 24-bit prefixes         assertions mac://00:22:72 vendor …
 *
 * Columns of csv: subject predicate object type relation unit language confidence source_class
 * claim_time valid_from valid_to, in any order; `type` (Text where absent or empty) may be written
 * small; an empty field is an absent one.
 *
 * A bad line is reported with its number and the reason, and reading goes on; only in cbor, which
 * has no lines, does a broken item end the import. What reads well may still make no record (a
 * unit beside a text): steme_record_sign says so, and that is a bad line too.
 *
 * Threads:  a reader is one thread's.
 * Lifetime: the FILE is borrowed; an item borrows from its reader until the next call.
 * Memory:   bounded, whatever the input: a line has at most 1 MiB. */
#ifndef STEME_IMPORT_FORMAT_H
#define STEME_IMPORT_FORMAT_H

#include <stdio.h>

#include <steme/error.h>
#include <steme/record.h>
#include <steme/types.h>

#define IMPORT_LINE_SIZE_MAX 1048576

typedef struct import_reader import_reader;

typedef struct import_options {
    const char *predicate; /* in place of the format's own (`vendor`), and where the csv has no
                            * column of that name; NULL = none. Borrowed while the reader lives */
    int has_source_class;  /* 1 = unsigned assertions that state none get `source_class` */
    steme_source_class source_class;
} import_options;

typedef enum import_kind {
    IMPORT_STATEMENT, /* to be signed */
    IMPORT_RECORD,    /* bytes to admit */
    IMPORT_BAD_LINE,  /* `reason` */
    IMPORT_END,
} import_kind;

typedef struct import_item {
    import_kind kind;
    uint64_t line;             /* from 1; cbor: the item's number */
    steme_statement statement; /* IMPORT_STATEMENT */
    int has_stamp;             /* 0 = `statement.stamp` is to be filled in … */
    int has_claim_time;        /* 0 = … and the claim time: steme_stamp_claim_time of the stamp */
    steme_span record;         /* IMPORT_RECORD: neither its id nor its signatures are checked by
                                * cbor, the id is by jsonl */
    const char *reason;        /* IMPORT_BAD_LINE */
} import_item;

/* The formats' names, ended by NULL. */
extern const char *const import_format_names[];

/* `options` may be NULL. Reads the header, where the format has one.
 * Errors: STEME_NOT_FOUND (no such format), STEME_INVALID (header), STEME_IO, STEME_NO_MEMORY. */
STEME_MUST_CHECK steme_status import_reader_open(const char *format, FILE *file,
                                                 const import_options *options,
                                                 import_reader **out_reader, steme_error *error);
/* NULL is fine. */
void import_reader_close(import_reader *reader);

/* The next item. Errors end the import: STEME_IO, STEME_NO_MEMORY, and after the bad item of a cbor
 * input STEME_NOT_CANONICAL. */
STEME_MUST_CHECK steme_status import_reader_next(import_reader *reader, import_item *out_item,
                                                 steme_error *error);

/* 1 and the day that the input says it was made, or 0 where it says none. Known from
 * import_reader_open on; of these formats only nmap-mac says it. */
int import_reader_date(const import_reader *reader, int64_t *out_ns);

/* Lines so far that are well-formed and not for this import (longer prefixes, other registries). */
uint64_t import_reader_skipped_count(const import_reader *reader);

#endif
