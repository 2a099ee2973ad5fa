/* record.h -- records of the simulator: small, made in a microsecond, with the first 8 bytes of the
 * id to be chosen, so that short ids can be made to collide.
 *
 *   offset  size
 *        0     8  "SIMRECRD"
 *        8     8  first 8 bytes of the id
 *       16     8  number
 *       24        filling
 *      end     8  signature: SipHash, under a key that liars do not have, of all before it
 *
 * The other 24 bytes of the id are those of BLAKE3 of all but the signature: as with real records
 * the id proves the content, and says nothing of the signature.
 *
 * Programs that link this replace steme_record_parse, by the linker (--wrap), with one that knows
 * these beside real ones. Nothing else in the library is changed.
 *
 * Threads: pure. */
#ifndef SIM_RECORD_H
#define SIM_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <steme/record.h>

enum { SIM_RECORD_HEAD_SIZE = 24, SIM_SIGNATURE_SIZE = 8, SIM_RECORD_SIZE_MAX = 4096 };

extern const uint8_t sim_record_magic[8];

/* Writes a signed record of `size` bytes (32 to SIM_RECORD_SIZE_MAX) and gives its id. */
steme_id sim_record_write(uint64_t item, uint64_t number, size_t size, uint8_t *out_bytes);

/* May the bytes be in a set? `skips_signature` is the mutation of that name. */
steme_status sim_record_admit(steme_span bytes, bool skips_signature, steme_id *out_id);

/* How many records are somewhere in the bytes. */
size_t sim_record_count(steme_span bytes);

#endif
