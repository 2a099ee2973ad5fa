/* types.h -- the words that every other header uses: borrowed bytes, ids, stamps.
 *
 * All of them are plain values: copy them freely. */
#ifndef STEME_TYPES_H
#define STEME_TYPES_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define STEME_ID_SIZE         32 /* BLAKE3 of a record's content */
#define STEME_AGENT_SIZE      32 /* an Ed25519 public key */
#define STEME_SIGNATURE_SIZE  64
#define STEME_NODE_SIZE       16
#define STEME_RECORD_SIZE_MAX 65536 /* bytes of a whole record, signatures included */
#define STEME_CURSOR_SIZE_MAX 4200  /* bytes of a cursor's text, its NUL included */

/* Borrowed bytes, valid as long as what they point into. Absent = NULL and 0. */
typedef struct steme_span {
    const uint8_t *bytes;
    size_t size;
} steme_span;

/* The id of a record: BLAKE3 of its content. Also a BLAKE3 hash of anything else. */
typedef struct steme_id {
    uint8_t bytes[STEME_ID_SIZE];
} steme_id;

/* A key that signs. */
typedef struct steme_agent {
    uint8_t bytes[STEME_AGENT_SIZE];
} steme_agent;

/* A hybrid logical clock's reading. Order = (time, counter, node), as bytes: 28 big-endian. */
typedef struct steme_stamp {
    uint64_t time_ns; /* since 1970-01-01 UTC */
    uint32_t counter;
    uint8_t node[STEME_NODE_SIZE];
} steme_stamp;

#ifdef __cplusplus
}
#endif
#endif
