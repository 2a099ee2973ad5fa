/* lifecycle.h -- what the rooms above ask of a lifecycle, beside <steme/lifecycle.h>.
 *
 * What is read stays in an arena until it is reset or the lifecycle closed. */
#ifndef LIFECYCLE_LIFECYCLE_H
#define LIFECYCLE_LIFECYCLE_H

#include "lifecycle/catalog.h"
#include "store/store.h"

#include <stdbool.h>
#include <steme/lifecycle.h>

/* Gives back what was read for earlier questions; records and reports given for them are gone. */
void lifecycle_reset(steme_lifecycle *self);

/* Where what exists at the moment ends in the log; see recorded_as_of. */
uint64_t lifecycle_position_end(const steme_lifecycle *self);
/* Whether trust can be anything but the default. */
bool lifecycle_has_seeds(const steme_lifecycle *self);

/* Calls `watch` for every record that exists and is read from now on, some of them repeatedly: what
 * is found out rests on these alone, and not on what was learnt by earlier questions. */
typedef steme_status (*lifecycle_watch)(void *context, const steme_record *record,
                                        steme_error *error);
void lifecycle_set_watch(steme_lifecycle *self, lifecycle_watch watch, void *context);

/* A record that exists at the moment, and what it says. */
typedef struct lifecycle_record {
    uint64_t position;
    steme_record record;
    steme_statement statement;
} lifecycle_record;

/* Reads the record at a position. *out_exists false where it has no body or no meaning, or does not
 * exist at the moment. */
STEME_MUST_CHECK steme_status lifecycle_read(steme_lifecycle *self, uint64_t position,
                                             lifecycle_record *out_record, bool *out_exists,
                                             steme_error *error);
/* The same by id; also where it is not held. */
STEME_MUST_CHECK steme_status lifecycle_get(steme_lifecycle *self, const steme_id *id,
                                            lifecycle_record *out_record, bool *out_exists,
                                            steme_error *error);
/* The records of one type that mention `name` and exist, ascending by (stamp, id), each once: in
 * the arena. Whether they name it in full is looked at by the caller. */
STEME_MUST_CHECK steme_status lifecycle_mentions(steme_lifecycle *self, lifecycle_mention mention,
                                                 steme_span name, steme_record_type type,
                                                 lifecycle_record **out_records, size_t *out_count,
                                                 steme_error *error);

/* Which of these may be the target of a stage, an endorsement or a supersession; the others are
 * live, proposed, and endorsed by nobody. */
void lifecycle_mark_targets(steme_lifecycle *self, const steme_id *const *ids, size_t count,
                            bool *out_are_targets);

/* See steme_lifecycle_cascade: all that rests on any of `ids`, these left out. */
STEME_MUST_CHECK steme_status lifecycle_cascade(steme_lifecycle *self, const steme_id *ids,
                                                size_t count, steme_cascade_visit visit,
                                                void *context, steme_error *error);

/* Whether an epoch is in force: no other that exists supersedes it with right. */
STEME_MUST_CHECK steme_status lifecycle_epoch_is_in_force(steme_lifecycle *self, const steme_id *id,
                                                          bool *out_is_in_force,
                                                          steme_error *error);

/* Whose word a key's is at a claim time. */
typedef struct lifecycle_identity {
    steme_agent key; /* the least of those that rotations join; the delegator's for a delegate */
    bool is_revoked;
    bool is_listed; /* in the view */
    bool is_seed;
    steme_source_class best_class; /* regulatory under the open view */
    uint32_t stewardships;
} lifecycle_identity;

STEME_MUST_CHECK steme_status lifecycle_identity_find(steme_lifecycle *self,
                                                      const uint8_t agent[32],
                                                      int64_t claim_time_ns, steme_span subject,
                                                      lifecycle_identity *out_identity,
                                                      steme_error *error);
/* Whether claims and votes of it count; and what they count as: itself, or 32 zero bytes where the
 * view takes all unlisted agents as one. */
bool lifecycle_identity_counts(const steme_lifecycle *self, const lifecycle_identity *identity);
steme_agent lifecycle_identity_unit(const steme_lifecycle *self,
                                    const lifecycle_identity *identity);

/* What a delegation must cover to speak about a record: its subject, or nothing where it has none
 * or is not held (NULL). */
steme_span lifecycle_subject(const lifecycle_record *target);
/* Whether an identity is one of those that signed a record (NULL: not held). */
STEME_MUST_CHECK steme_status lifecycle_is_signed_by(steme_lifecycle *self,
                                                     const lifecycle_record *target,
                                                     const lifecycle_identity *identity,
                                                     bool *out_is_signed, steme_error *error);

/* Whether `record` may speak about `target`: an identity that signed it signed the target, or,
 * under the view, has the stewardship (0 = none gives it). `target` NULL: it is not held. */
STEME_MUST_CHECK steme_status lifecycle_has_right(steme_lifecycle *self,
                                                  const lifecycle_record *record,
                                                  const lifecycle_record *target,
                                                  uint32_t stewardship, bool *out_has_right,
                                                  steme_error *error);

/* Less where `left` comes before `right` by (stamp, id). */
int lifecycle_record_compare(const steme_record *left, const steme_record *right);

#endif
