/* lifecycle.h -- what became of records: supersession, stages, epochs, keys, aliases, votes.
 *
 * All of it is a fold over the set: the same records give the same result, in whatever order they
 * came, on every replica. A steme_lifecycle is that fold for one snapshot, at one moment, under one
 * view. docs/lifecycles.md is the normative text.
 *
 * Only records that exist at the moment count, of every type: held by the snapshot (and recorded by
 * `recorded_as_of`), mature at `evaluated_at`, claimed by `as_of`.
 *
 *   steme_lifecycle_open(snapshot, NULL, &lifecycle, &error);
 *   steme_lifecycle_standing(lifecycle, &id, &report, &error);
 *   steme_lifecycle_close(lifecycle);
 *
 * Threads:  a lifecycle is its snapshot's thread's.
 * Lifetime: it ends before its snapshot and its view. Records and texts that it gives are borrowed
 *           from the store.
 * Failure:  beside what is named, reads fail with STEME_CORRUPT, STEME_IO, STEME_NO_MEMORY. */
#ifndef STEME_LIFECYCLE_H
#define STEME_LIFECYCLE_H

#include <steme/record.h>
#include <steme/store.h>
#include <steme/view.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct steme_lifecycle steme_lifecycle;

/* Zero = now, all that is recorded, under the open view. */
typedef struct steme_lifecycle_options {
    uint64_t evaluated_at_ns; /* 0 = the system's clock */
    int has_as_of;
    int64_t as_of_ns; /* default: evaluated_at + 500 ms */
    int has_recorded_as_of;
    uint64_t recorded_as_of_ns; /* arrival here <= this */
    const steme_view *view;
} steme_lifecycle_options;

STEME_API STEME_MUST_CHECK steme_status steme_lifecycle_open(steme_snapshot *snapshot,
                                                             const steme_lifecycle_options *options,
                                                             steme_lifecycle **out_lifecycle,
                                                             steme_error *error);
STEME_API void steme_lifecycle_close(steme_lifecycle *lifecycle); /* accepts NULL */

/* ---- Supersession ------------------------------------------------------------------------- */

/* The gravest of what was done to a record. */
typedef enum steme_standing {
    STEME_STANDING_LIVE,
    STEME_STANDING_SUPERSEDED, /* temporal, refine, merge */
    STEME_STANDING_INVALIDATED,
    STEME_STANDING_RETRACTED,
} steme_standing;

/* "live", "superseded", "invalidated", "retracted". */
STEME_API const char *steme_standing_name(steme_standing standing);

typedef struct steme_standing_report {
    steme_standing standing;
    int is_fork;         /* more than one replacement in force */
    int has_head;        /* 0: it ends in a record that was retracted or invalidated without one */
    steme_id head;       /* following the pick: itself while it is live */
    uint64_t link_count; /* supersessions in force that name it as a target */
} steme_standing_report;

/* Of an id, held or not. */
STEME_API STEME_MUST_CHECK steme_status steme_lifecycle_standing(steme_lifecycle *lifecycle,
                                                                 const steme_id *id,
                                                                 steme_standing_report *out_report,
                                                                 steme_error *error);

/* Why a supersession record does nothing. */
typedef enum steme_void_reason {
    STEME_VOID_NOT,       /* it is in force */
    STEME_VOID_NO_RIGHT,  /* signed by none of the target's signers, nor by a steward */
    STEME_VOID_RETRACTED, /* its own signer took it back */
    STEME_VOID_CYCLE,     /* it would have closed a cycle when it entered */
    STEME_VOID_UNKNOWN,   /* its target is not held here, so that nobody can tell who may */
} steme_void_reason;

STEME_API const char *steme_void_reason_name(steme_void_reason reason);

/* One supersession of one target. */
typedef struct steme_chain_link {
    steme_id target;
    steme_id replacement; /* has_replacement */
    int has_replacement;
    int is_pick; /* of the target's replacements in force the greatest by (stamp, id) */
    steme_supersession_kind kind;
    steme_void_reason void_reason;
    steme_id record; /* the supersession */
    steme_stamp stamp;
} steme_chain_link;

typedef steme_status (*steme_chain_visit)(void *context, const steme_chain_link *link,
                                          steme_error *error);

/* Calls `visit` for each supersession that has to do with `id`: those of it, of what replaced it,
 * and so on to the heads; and those by which it replaced others, back to the first. Each once;
 * links in force and void ones, but on from a void one only where that is for a cycle; first the
 * way forward, then the way back, each breadth first and in ascending (stamp, id) at one record.
 * Memory grows with the chain. */
STEME_API STEME_MUST_CHECK steme_status steme_lifecycle_chain(steme_lifecycle *lifecycle,
                                                              const steme_id *id,
                                                              steme_chain_visit visit,
                                                              void *context, steme_error *error);

/* The supersessions of `id` itself: why it is not live. */
STEME_API STEME_MUST_CHECK steme_status steme_lifecycle_why(steme_lifecycle *lifecycle,
                                                            const steme_id *id,
                                                            steme_chain_visit visit, void *context,
                                                            steme_error *error);

/* Calls `visit` for every record that rests on `id`, directly or not: assertions derived from it or
 * quoting it as their source, and those derived from these. `depth` from 1; breadth first, each
 * once, ascending by id at one depth; `rests_on` is the least of those of the depth before. */
typedef steme_status (*steme_cascade_visit)(void *context, const steme_record *record,
                                            const steme_id *rests_on, uint32_t depth,
                                            steme_error *error);
STEME_API STEME_MUST_CHECK steme_status steme_lifecycle_cascade(steme_lifecycle *lifecycle,
                                                                const steme_id *id,
                                                                steme_cascade_visit visit,
                                                                void *context, steme_error *error);

/* ---- Stages ------------------------------------------------------------------------------- */

/* A record's stage: proposed until a stage record in force says otherwise. */
typedef enum steme_stage_now {
    STEME_NOW_PROPOSED,
    STEME_NOW_UNDER_REVIEW,
    STEME_NOW_APPROVED,
    STEME_NOW_DEPRECATED,
    STEME_NOW_REJECTED,
} steme_stage_now;

STEME_API const char *steme_stage_now_name(steme_stage_now stage); /* "proposed", … */
/* 1 and *out_stage, or 0 where no stage has this name. */
STEME_API int steme_stage_now_find(const char *name, steme_stage_now *out_stage);

typedef struct steme_stage_step {
    steme_id record;
    steme_stamp stamp;
    steme_stage_now from;
    steme_stage_now to;
    int is_illegal; /* no such step from there: without effect */
    int has_right; /* 0: signed by none of the target's signers, nor by a steward: without effect */
} steme_stage_step;

typedef steme_status (*steme_stage_visit)(void *context, const steme_stage_step *step,
                                          steme_error *error);
/* The stage of `id`; `visit` (NULL = none) is called with each step in (stamp, id). */
STEME_API STEME_MUST_CHECK steme_status
steme_lifecycle_stage(steme_lifecycle *lifecycle, const steme_id *id, steme_stage_visit visit,
                      void *context, steme_stage_now *out_stage, steme_error *error);

/* ---- Epochs ------------------------------------------------------------------------------- */

typedef struct steme_epoch_report {
    steme_id id;
    steme_stamp stamp;
    steme_epoch epoch;
    int is_in_force;
    int has_successor;
    steme_id successor; /* of those that supersede it with right the greatest (stamp, id) */
} steme_epoch_report;

typedef steme_status (*steme_epoch_visit)(void *context, const steme_epoch_report *epoch,
                                          steme_error *error);
/* Ascending by (stamp, id). */
STEME_API STEME_MUST_CHECK steme_status steme_lifecycle_epochs(steme_lifecycle *lifecycle,
                                                               steme_epoch_visit visit,
                                                               void *context, steme_error *error);

/* ---- Keys --------------------------------------------------------------------------------- */

/* Who an agent's record speaks for: the least key of those joined to it by rotation; of the
 * delegator, where a delegation covers the claim time and the subject (empty = none is asked).
 * `*out_counts` 0: the key was revoked by then, or, under a view, it is unlisted and ignored. All
 * unlisted agents of a view that takes them as one give 32 zero bytes. */
STEME_API STEME_MUST_CHECK steme_status steme_lifecycle_identity(
    steme_lifecycle *lifecycle, const uint8_t agent[32], int64_t claim_time_ns, steme_span subject,
    steme_agent *out_identity, int *out_counts, steme_error *error);

/* What the view makes of that identity, which `out_entry->agent` names (also where the view takes
 * it together with others), and whether the key was revoked by then. */
STEME_API STEME_MUST_CHECK steme_status steme_lifecycle_agent(
    steme_lifecycle *lifecycle, const uint8_t agent[32], int64_t claim_time_ns, steme_span subject,
    steme_view_agent *out_entry, int *out_is_revoked, steme_error *error);

/* ---- Aliases ------------------------------------------------------------------------------ */

typedef steme_status (*steme_name_visit)(void *context, steme_span name, uint32_t distance,
                                         steme_error *error);
/* The names under which `name` is to be looked for: itself first, what is the same as it (both
 * ways), and what it is a kind of (upward), breadth first, then ascending as bytes. */
STEME_API STEME_MUST_CHECK steme_status steme_lifecycle_names(steme_lifecycle *lifecycle,
                                                              steme_span name,
                                                              steme_name_visit visit, void *context,
                                                              steme_error *error);

/* An alias record, and whether it joins anything. */
typedef struct steme_alias_report {
    const steme_record *record;
    steme_alias alias;
    steme_standing standing; /* only a live one is followed … */
    int is_followed;         /* … that is by who may say so */
} steme_alias_report;

typedef steme_status (*steme_alias_visit)(void *context, const steme_alias_report *alias,
                                          steme_error *error);
/* The alias records with `name` on either side (empty: all), ascending by (stamp, id). */
STEME_API STEME_MUST_CHECK steme_status steme_lifecycle_aliases(steme_lifecycle *lifecycle,
                                                                steme_span name,
                                                                steme_alias_visit visit,
                                                                void *context, steme_error *error);

/* ---- Votes -------------------------------------------------------------------------------- */

typedef struct steme_vote_report {
    steme_id record;
    steme_stamp stamp;
    steme_agent agent;
    steme_agent identity; /* as steme_lifecycle_identity gives it */
    int32_t weight_millionths;
    int is_counted;      /* 0: a later one of the identity counts, its key does not, or the target
                          * does not exist */
    int is_own;          /* by one of the target's own identities: 0 in a tally */
    int is_equivocation; /* another vote of the agent on the target has the same stamp */
} steme_vote_report;

typedef struct steme_tally {
    int64_t sum_millionths; /* of the votes that count, own ones left out */
    uint64_t for_count;     /* identities with a weight above 0 */
    uint64_t against_count;
} steme_tally;

typedef steme_status (*steme_vote_visit)(void *context, const steme_vote_report *vote,
                                         steme_error *error);
/* The votes on `id`, one per (agent, target): the greatest (stamp, id). Ascending by identity, the
 * greatest of each first. `visit` may be NULL. */
STEME_API STEME_MUST_CHECK steme_status steme_lifecycle_votes(steme_lifecycle *lifecycle,
                                                              const steme_id *id,
                                                              steme_vote_visit visit, void *context,
                                                              steme_tally *out_tally,
                                                              steme_error *error);

/* Trust in an identity: 500,000, moved by the votes of the view's seeds on its records. */
STEME_API STEME_MUST_CHECK steme_status steme_lifecycle_trust(steme_lifecycle *lifecycle,
                                                              const uint8_t identity[32],
                                                              uint32_t *out_trust_millionths,
                                                              steme_error *error);

/* A vote that moves trust in an identity. */
typedef struct steme_trust_vote {
    steme_agent identity;
    steme_agent seed; /* the identity that voted */
    steme_id target;
    steme_id record;
    steme_stamp stamp;
    int32_t weight_millionths;
} steme_trust_vote;

typedef steme_status (*steme_trust_vote_visit)(void *context, const steme_trust_vote *vote,
                                               steme_error *error);
/* The seeds' votes on the identity's records (NULL: on anybody's), the last of each seed on each;
 * ascending by identity, then by (stamp, id). None without a view. */
STEME_API STEME_MUST_CHECK steme_status steme_lifecycle_trust_votes(steme_lifecycle *lifecycle,
                                                                    const uint8_t *identity,
                                                                    steme_trust_vote_visit visit,
                                                                    void *context,
                                                                    steme_error *error);

/* ---- Records that name others ------------------------------------------------------------- */

typedef steme_status (*steme_mention_visit)(void *context, const steme_record *record,
                                            const steme_statement *statement, steme_error *error);
/* The records of one type that name `name` and exist, ascending by (stamp, id), whatever their
 * right: key records by a key (32 bytes) that they name or that signed them, aliases by either of
 * their names, supersessions, stages and endorsements by the id of a target. Of other types none.
 */
STEME_API STEME_MUST_CHECK steme_status steme_lifecycle_mentions(steme_lifecycle *lifecycle,
                                                                 steme_record_type type,
                                                                 steme_span name,
                                                                 steme_mention_visit visit,
                                                                 void *context, steme_error *error);

#ifdef __cplusplus
}
#endif
#endif
