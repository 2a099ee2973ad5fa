/* fingerprint.h -- what a finding is called wherever its code moves to.
 *
 * BLAKE3 over rule, code in one line, enclosing symbol and ordinal, NUL between; the first 16 bytes
 * as hexadecimal digits. Neither path nor line is in it. */
#ifndef APHORIA_FINGERPRINT_H
#define APHORIA_FINGERPRINT_H

#include "aphoria/scan/observation.h"
#include "common/arena.h"

const char *fingerprint_of(const observation *seen, arena *memory);

#endif
