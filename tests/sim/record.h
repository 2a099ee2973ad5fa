/* record.h -- records of the simulator: real ones, signed with Ed25519, all of one size, told by a
 * number, and made once in a process.
 *
 * Programs that link this have two functions of the library replaced, by the linker (--wrap):
 *
 *   record_signature_is_valid   remembers what it said: a hundred nodes that check one record cost
 *                               what one does. It can be made to agree to everything
 *   steme_record_parse          gives other ids to records that were renamed here, as if BLAKE3
 *                               had made them share their first 64 bits
 *
 * Threads: one. Memory that lacks aborts. */
#ifndef SIM_RECORD_H
#define SIM_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <steme/record.h>

enum { SIM_RECORD_SIZE_MAX = 512 };

/* Below this they are stamped at SIM_RECORD_TIME_NS and up to a second later. */
#define SIM_RECORD_NUMBER_END UINT64_C(1000000)
#define SIM_RECORD_TIME_NS    UINT64_C(1767225600000000000) /* 2026-01-01 */

size_t sim_record_size(void);
/* Writes sim_record_size() bytes; `ahead_ns` is added to the stamp. */
steme_id sim_record_write(uint64_t number, uint64_t ahead_ns, uint8_t *out_bytes);

/* Any other statement, by one of 256 voters; not above SIM_RECORD_SIZE_MAX. */
steme_record sim_record_sign(const steme_statement *statement, unsigned voter,
                             uint8_t buffer[STEME_RECORD_SIZE_MAX]);

/* From now on the record of this id has one that begins with `item`. */
steme_id sim_record_rename(const steme_id *id, uint64_t item);
/* No record is renamed, and signatures are checked. */
void sim_record_reset(void);
void sim_record_skip_signatures(void);

/* Where the first record begins in the bytes, whole or not at its end; NULL = there is none. */
uint8_t *sim_record_find(uint8_t *bytes, size_t size);
/* How many begin in them. */
size_t sim_record_count(steme_span bytes);

#endif
