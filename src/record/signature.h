/* signature.h -- the one signature rule (docs/format.md, section 4).
 *
 * Rules 1 to 3 are comparisons of bytes, made here, so that no release of the signature library has
 * a say in them; rule 4 is the library's, and is what the self-test watches over.
 *
 * Threads: no state. Failure: none but a false. */
#ifndef RECORD_SIGNATURE_H
#define RECORD_SIGNATURE_H

#include <stdbool.h>
#include <steme/record.h>

/* Whether `signature` (64 bytes) by the key `agent` (32) over `message` (32) is valid. */
bool record_signature_is_valid(const uint8_t *signature, const uint8_t *agent,
                               const uint8_t *message);

/* Rules 1 to 3 alone, but for whether A and R have an x: what rule 4 need not be asked for. */
bool record_signature_is_well_formed(const uint8_t *signature, const uint8_t *agent);

/* Signs `message` (32 bytes) and writes the 64 bytes of the signature. */
void record_signature_make(const steme_key *key, const uint8_t *message, uint8_t *out_signature);

/* One row of the self-test: what the rule says about a signature that an implementation could
 * easily decide otherwise. */
typedef struct record_signature_edge {
    const char *name;
    uint8_t agent[STEME_AGENT_SIZE];
    uint8_t message[STEME_ID_SIZE];
    uint8_t signature[STEME_SIGNATURE_SIZE];
    bool is_valid;
} record_signature_edge;

extern const record_signature_edge record_signature_edges[];
extern const size_t record_signature_edge_count;

/* The first edge that is decided wrongly, NULL where all are right. About a millisecond. */
const record_signature_edge *record_signature_self_test(void);

#endif
