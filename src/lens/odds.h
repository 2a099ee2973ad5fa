/* odds.h -- claims read as rules: what a rule says of a value, and which rules cannot both hold.
 * docs/lenses.md, section 4, constraints and rules.
 *
 * Threads: no shared state. */
#ifndef LENS_ODDS_H
#define LENS_ODDS_H

#include "lens/lens.h"

/* What `rule` says of what `claim` claims with =; never STEME_VERDICT_NONE. */
steme_verdict lens_judge(const lens_options *options, const lens_record *rule,
                         const lens_record *claim);

/* Whether no value satisfies both; with cardinality many, whether they are = v and ≠ v. */
int lens_is_at_odds(const lens_options *options, const lens_record *left, const lens_record *right);

/* Below, at or above 0 as Number or Time `left` is less than, the same as or greater than `right`,
 * of the same kind. Exact: an integer is never made a real. */
int lens_content_compare(const steme_value *left, const steme_value *right);

#endif
