/* fingerprint.h -- what a finding is called wherever its code moves to.
 *
 * BLAKE3 over rule, code in one line, enclosing symbol and which of several such it is there, NUL
 * between; the first 16 bytes as hexadecimal digits. Neither path nor line is in it, nor what else
 * stands beside it: a finding that comes or goes changes no other's.
 *
 * Of a secret the code is masked. So that an acknowledged one does not cover the next, a project's
 * fingerprints have the secret's mark too, behind a further NUL: HMAC-SHA-512-256 (libsodium's
 * crypto_auth) of it under the `fingerprint_key` of .aphoria/config.yaml, its first 8 bytes. Who
 * has a report, a claim or a fingerprint but not the repository cannot try guesses with it, and who
 * has the repository has the secret. Without that key there is no mark, for one that everybody
 * knows would let everybody try: two secrets in the same words are then one finding. */
#ifndef APHORIA_FINGERPRINT_H
#define APHORIA_FINGERPRINT_H

#include "aphoria/scan/observation.h"
#include "common/arena.h"

const char *fingerprint_of(const observation *seen, arena *memory);

#endif
