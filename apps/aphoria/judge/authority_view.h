/* authority_view.h -- whose word counts in a judgement: the view that Aphoria asks under.
 *
 * The corpus's key is taken at its word, and is the steward of aliases and of what is said of
 * predicates; the team's keys are experts at best; whoever else may say what code holds, but
 * demands nothing of it. So nobody who may merely write to a set can let code pass or fail.
 *
 * The view is signed with the corpus's key: the same keys give the same bytes anywhere, and so the
 * same receipts. */
#ifndef APHORIA_AUTHORITY_VIEW_H
#define APHORIA_AUTHORITY_VIEW_H

#include <steme/view.h>

/* `team` in any order, the same key perhaps more than once. `observer` NULL: whatever anybody
 * observed is judged; else that key's observations alone. */
STEME_MUST_CHECK steme_status authority_view_make(const steme_key *corpus, const steme_agent *team,
                                                  size_t team_count, const steme_agent *observer,
                                                  steme_view **out_view, steme_error *error);

#endif
