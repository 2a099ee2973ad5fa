/* time_text.h -- times as people write them: RFC 3339 in UTC.
 *
 * Written: years 0001 to 9999, up to nine digits of fraction (none where it is 0), `Z`.
 * Read: the same, an offset such as `+02:00` in place of `Z`, a space or small `t` in place of
 * `T`, or a date alone, which is its midnight in UTC. Strict beyond that; a leap second is refused.
 * Own arithmetic on the proleptic Gregorian calendar: no locale, no time zone of the machine.
 *
 * Threads: no state. Errors: STEME_INVALID, quoting the text and saying what is wrong. */
#ifndef COMMON_TIME_TEXT_H
#define COMMON_TIME_TEXT_H

#include <steme/error.h>
#include <steme/types.h>

#define TIME_TEXT_SIZE 32 /* the longest text written, with its NUL */

/* Nanoseconds since 1970. Every value has a text. */
void time_text_from_ns(int64_t ns, char out_text[TIME_TEXT_SIZE]);
void time_text_from_stamp_ns(uint64_t ns, char out_text[TIME_TEXT_SIZE]);

/* Seconds since 1970: 1, or 0 and no text where the year is not 0001 to 9999. */
int time_text_from_seconds(int64_t seconds, char out_text[TIME_TEXT_SIZE]);

/* To nanoseconds; also refused: what the type cannot hold (int64: 1677 to 2262; stamps: 1970 to
 * 2554). `text` need not end in NUL. */
STEME_MUST_CHECK steme_status time_text_to_ns(steme_span text, int64_t *out_ns, steme_error *error);
STEME_MUST_CHECK steme_status time_text_to_stamp_ns(steme_span text, uint64_t *out_ns,
                                                    steme_error *error);
/* To seconds; also refused: a fraction. */
STEME_MUST_CHECK steme_status time_text_to_seconds(steme_span text, int64_t *out_seconds,
                                                   steme_error *error);

#endif
