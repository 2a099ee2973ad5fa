/* conflict.h -- the one definition of conflict, docs/lenses.md, section 3, for the tally and for
 * what lenses make of it.
 *
 * Threads: no shared state. */
#ifndef LENS_CONFLICT_H
#define LENS_CONFLICT_H

#include "lens/lens.h"

/* Over the values' `ballots`, where `voter_count` identities gave at most a unit each: values
 * without `voters` do not exist. With cardinality many, for and against by `voters`. */
uint32_t lens_conflict(const lens_options *options, lens_tally *tally, uint32_t voter_count);

/* Of two sides, as units. */
uint32_t lens_conflict_of_sides(uint64_t left, uint64_t right);

#endif
