/* record_json.h -- the JSON form of records, docs/format.md section 7, over jansson.
 *
 * Out: record -> json_t. What JSON cannot say (a type or body key that is not listed, a body that
 * cannot be interpreted) becomes `content`, `signatures` and `id`.
 * In: json_t -> statement, or signed record. Strict: an unknown field, a key given twice, a wrong
 * type or a NUL in a text is an error that names the field. Record -> JSON -> record gives the
 * same bytes.
 *
 * Threads: no state. Memory: jansson's, and a record_json_input (150 KiB) in the caller's storage.
 * Errors:  STEME_INVALID where the input is at fault, STEME_NO_MEMORY. */
#ifndef COMMON_RECORD_JSON_H
#define COMMON_RECORD_JSON_H

#include <jansson.h>

#include <steme/error.h>
#include <steme/record.h>
#include <steme/types.h>

/* ---- Words -------------------------------------------------------------------------------- */

/* The enumerations that have words of their own. */
typedef enum record_words {
    RECORD_WORDS_TYPE,         /* steme_record_type: "assertion", … */
    RECORD_WORDS_VALUE_KIND,   /* "Text", "Number", "Boolean", "Reference", "Time" */
    RECORD_WORDS_RELATION,     /* "=", "!=", "<", "<=", ">", ">=", "none" */
    RECORD_WORDS_SOURCE_CLASS, /* "regulatory" … "anecdotal" */
    RECORD_WORDS_SUPERSESSION, /* "invalidate" … "merge" */
    RECORD_WORDS_STAGE,        /* "under_review" … "rejected" */
    RECORD_WORDS_ALIAS,        /* "same-as", "is-a" */
    RECORD_WORDS_KEY,          /* "rotate", "revoke", "delegate" */
} record_words;

/* The word for an enumeration's value; NULL outside it. */
const char *record_word(record_words words, int value);
/* 1 and `*out_value`, or 0 where there is no such word. Small and capital letters differ. */
int record_word_find(record_words words, steme_span word, int *out_value);
/* All words with `, ` between them, for messages: static storage. */
const char *record_word_list(record_words words);

/* ---- Out ---------------------------------------------------------------------------------- */

/* One record as a JSON object, the caller's. Defaults are left out. */
STEME_MUST_CHECK steme_status record_to_json(const steme_record *record, json_t **out_object,
                                             steme_error *error);

/* {"type":…,"value":…}, the caller's; NULL without memory. */
json_t *record_value_to_json(const steme_value *value);
/* A time (ns since 1970), and lower-case hexadecimal, as JSON strings; NULL without memory. */
json_t *record_time_to_json(int64_t ns);
json_t *record_hex_to_json(const void *bytes, size_t size);
/* Millionths as a JSON number: 900000 -> 0.9, 1000000 -> 1. */
json_t *record_millionths_to_json(int64_t millionths);

/* One line of text (or indented by `indent` spaces, where that is not 0) without a newline at its
 * end, reals with as few digits as give the same value back. Free it with free; NULL without
 * memory. */
char *record_json_text(const json_t *value, size_t indent);

/* ---- In ----------------------------------------------------------------------------------- */

#define RECORD_JSON_ID_COUNT_MAX   64
#define RECORD_JSON_PAIR_COUNT_MAX 2048 /* 4,096 bytes hold no more */

/* A record as read, and the storage that its statement borrows beside the json_t itself. Do not
 * copy it; it is valid as long as the json_t lives. */
typedef struct record_json_input {
    steme_statement statement; /* not where `content` is given */
    int has_stamp;             /* 0 = `statement.stamp` is for the caller to fill in … */
    int has_claim_time;        /* 0 = … and the claim time too: steme_stamp_claim_time */
    int has_source_class;      /* assertion: 0 = the default class was filled in */
    int has_id;
    steme_id id;
    uint32_t signature_count;                    /* 0 = unsigned: a statement to sign */
    steme_agent signers[STEME_SIGNER_COUNT_MAX]; /* ascending */
    uint8_t signatures[STEME_SIGNER_COUNT_MAX][STEME_SIGNATURE_SIZE];
    steme_span content; /* empty unless given as hexadecimal */

    steme_id ids[RECORD_JSON_ID_COUNT_MAX];
    steme_id single_ids[2];
    steme_text_pair pairs[RECORD_JSON_PAIR_COUNT_MAX];
    uint8_t content_bytes[STEME_RECORD_SIZE_MAX];
} record_json_input;

/* Reads one JSON text strictly: no key twice, nothing behind it, bounded depth.
 * Errors: STEME_INVALID, naming line and column. */
STEME_MUST_CHECK steme_status record_json_load(steme_span text, json_t **out_value,
                                               steme_error *error);

/* Reads an object into `out_input`, whose texts borrow from `object`. In an unsigned assertion
 * `object` may also be a bare string, number or boolean. */
STEME_MUST_CHECK steme_status record_from_json(const json_t *object, record_json_input *out_input,
                                               steme_error *error);

/* The bytes of a signed record (signature_count > 0) in `buffer` of STEME_RECORD_SIZE_MAX bytes.
 * Its id is checked where the input gave one; its signatures are not: steme_record_admit does.
 * Errors: also STEME_NOT_CANONICAL, STEME_TOO_LARGE. */
STEME_MUST_CHECK steme_status record_json_assemble(const record_json_input *input, uint8_t *buffer,
                                                   steme_span *out_record, steme_error *error);

/* A value from `text` written for a kind: any text, a decimal number, true or false, RFC 3339.
 * Texts and references borrow `text`. */
STEME_MUST_CHECK steme_status record_value_from_text(steme_value_kind kind, steme_span text,
                                                     steme_value *out_value, steme_error *error);
/* The Number that a JSON number is: a real that is integral within int64 becomes an integer. */
steme_value record_value_from_number(const json_t *number);
/* A decimal fraction such as 0.9 in millionths, exact; more than six digits of fraction are an
 * error, and so is what is not from -1000 to 1000. */
STEME_MUST_CHECK steme_status record_millionths_from_text(steme_span text, int64_t *out_millionths,
                                                          steme_error *error);
/* Hexadecimal digits of either case into exactly `size` bytes. 1, or 0 where it is anything else.
 */
int record_hex_from_text(steme_span text, void *out_bytes, size_t size);

/* The span of a C string, and whether bytes can be a text of the record format: valid UTF-8, no
 * NUL, not empty. */
steme_span record_text(const char *text);
int record_text_is_valid(steme_span text);

#endif
