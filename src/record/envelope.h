/* envelope.h -- the parts of a record around its body, as they lie in the bytes. */
#ifndef RECORD_ENVELOPE_H
#define RECORD_ENVELOPE_H

#include <steme/error.h>
#include <steme/record.h>

enum {
    RECORD_FORMAT_VERSION = 1,
    RECORD_CONTENT_ITEM_COUNT = 4, /* version, type, signers, body */
    RECORD_STAMP_ITEM_COUNT = 3,   /* time, counter, node */
    RECORD_KEY_STAMP = 0,          /* body keys that every type has */
    RECORD_KEY_CLAIM_TIME = 1,
    RECORD_DEPTH_IN_BODY = 2, /* what is open around a body's value */
    /* From one element to the next, where each has a head of two bytes. */
    RECORD_HASH_STRIDE = 2 + 32, /* ids and signers */
    RECORD_SIGNATURE_STRIDE = 2 + STEME_SIGNATURE_SIZE,
};

/* Checks sections 1 and 3 for a content and fills in content, body, type, signers and stamp; bytes,
 * signatures and id stay. `origin` as in record_reader_init. On failure the record is undefined. */
steme_status record_content_parse(const uint8_t *origin, steme_span content,
                                  steme_record *out_record, steme_error *error);

/* As steme_record_parse, for bytes whose id is known to be `id`: it is not worked out again. */
steme_status record_parse_known(steme_span bytes, const steme_id *id, steme_record *out_record,
                                steme_error *error);

/* Bytes of the record that `signature_count` signatures make of a content of `content_size`. */
size_t record_size(size_t content_size, uint32_t signature_count);

#endif
