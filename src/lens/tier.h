/* tier.h -- the authority rule: values by the best source class that speaks for them, within it by
 * 1 - Π(1 - w). docs/lenses.md, sections 4 and 10.
 *
 * Threads: no shared state. */
#ifndef LENS_TIER_H
#define LENS_TIER_H

#include "lens/lens.h"

/* w: class weight times effective confidence times trust. */
uint32_t lens_candidate_weight(const lens_options *options, const lens_candidate *candidate);

/* One past the last of the candidates that are of the same identity and value as `begin`. */
uint32_t lens_tally_run_end(const lens_tally *tally, uint32_t begin);

/* The place of every value by authority, and the weights of all candidates. */
void lens_tier_best(const lens_options *options, lens_tally *tally);

/* The same of candidates of one source class only: values without one are out, and candidates of
 * other classes keep their weights. */
void lens_tier_one(const lens_options *options, lens_tally *tally, steme_source_class source_class);

#endif
