/* decay.h -- how a claim's confidence fades: docs/lenses.md, section 10.
 *
 * Threads: no shared state. */
#ifndef LENS_DECAY_H
#define LENS_DECAY_H

#include <steme/lens.h>

/* Effective confidence at `now_ns`: as_of, or evaluated_at. Future claims do not fade. */
uint32_t lens_decay_confidence(const steme_decay *decay, steme_source_class source_class,
                               uint32_t confidence, int64_t claim_time_ns, int64_t now_ns);

#endif
