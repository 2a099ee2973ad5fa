/* catalog.h -- where in the log the records are that say something of other records.
 *
 * A row of the fold stands for every supersession, stage, epoch, alias, endorsement and key record;
 * the catalog, in memory beside the store, leads from what such a record names to its position. It
 * grows with the log and never changes what it has: a position says nothing of rights, times or
 * bodies, which are looked at when somebody asks.
 *
 * Keys are hashes under the store's key, so that nobody outside can make two names meet; whoever
 * reads a record compares what it names.
 *
 * Threads:  any; one lock, held while records are read for it.
 * Lifetime: it ends with its store. 40 bytes for each name of a record, at most 65 names. */
#ifndef LIFECYCLE_CATALOG_H
#define LIFECYCLE_CATALOG_H

#include "base/memory.h"
#include "store/store.h"

extern const store_fold lifecycle_fold;

/* The fold's table; the engine registers it second. */
#define LIFECYCLE_TABLE ((uint32_t)STORE_TABLE_COUNT + 1)

/* What a supersession's right depends on, of its target, where nobody rotated or revoked keys. */
typedef struct lifecycle_target {
    uint64_t position;
    uint64_t stamp_time_ns;
    int64_t claim_time_ns;
    bool is_link;       /* it is a supersession */
    bool is_retraction; /* one that retracts */
    bool shares_signer; /* a key signed both */
} lifecycle_target;

/* A supersession of one target: what a chain of them is followed by. It stays where it is and does
 * not change, but for what is learnt of the target when that is read first. */
typedef struct lifecycle_link {
    steme_id target;
    steme_id replacement; /* has_replacement */
    steme_id record;
    steme_stamp stamp;
    int64_t claim_time_ns;
    uint64_t position;      /* of the supersession */
    const uint8_t *signers; /* of it, as in a steme_record; borrowed */
    uint32_t signer_count;
    _Atomic(const lifecycle_target *) learnt; /* NULL = nothing yet */
    steme_supersession_kind kind;
    bool has_replacement;
    bool is_lost; /* the catalog's: the supersession was forgotten since it was read */
} lifecycle_link;

/* By what a record is found. */
typedef enum lifecycle_mention {
    LIFECYCLE_BY_TARGET,      /* stage, endorsement: an id */
    LIFECYCLE_BY_SUPERSEDED,  /* supersession: the id of a target */
    LIFECYCLE_BY_REPLACEMENT, /* supersession: an id */
    LIFECYCLE_BY_EPOCH,       /* epoch: the id of one that it supersedes */
    LIFECYCLE_BY_KEY,         /* key: the key that it names, and its signers */
    LIFECYCLE_BY_NAME,        /* alias: either name */
    LIFECYCLE_OF_EPOCHS,      /* every epoch; the name is empty */
    LIFECYCLE_OF_ALIASES,     /* every alias; the name is empty */
} lifecycle_mention;

typedef struct lifecycle_catalog lifecycle_catalog;

/* The store's catalog, with everything in it that the snapshot shows, and without what was
 * forgotten; `*out_loss_count` says up to when. */
STEME_MUST_CHECK steme_status lifecycle_catalog_get(const steme_snapshot *snapshot,
                                                    lifecycle_catalog **out_catalog,
                                                    uint64_t *out_loss_count, steme_error *error);

/* The positions below `end` of records that mention `name` so, ascending, in the arena. */
STEME_MUST_CHECK steme_status lifecycle_catalog_find(lifecycle_catalog *catalog,
                                                     lifecycle_mention mention, steme_span name,
                                                     uint64_t end, base_arena *arena,
                                                     const uint64_t **out_positions,
                                                     size_t *out_count, steme_error *error);

/* Whether there is any record, be it not in the snapshot, that mentions it. */
bool lifecycle_catalog_has(lifecycle_catalog *catalog, lifecycle_mention mention, steme_span name);

/* Whether any record, be it not in the snapshot, is a stage, endorsement or supersession of these:
 * quicker than asking for one after another. */
void lifecycle_catalog_mark_targets(lifecycle_catalog *catalog, const steme_id *const *ids,
                                    size_t count, bool *out_are_targets);

/* As lifecycle_catalog_find, for the links of a target (BY_SUPERSEDED) or to a replacement
 * (BY_REPLACEMENT), which are compared in full; no order, some perhaps twice. */
STEME_MUST_CHECK steme_status lifecycle_catalog_links(lifecycle_catalog *catalog,
                                                      lifecycle_mention mention, const steme_id *id,
                                                      uint64_t end, base_arena *arena,
                                                      lifecycle_link ***out_links,
                                                      size_t *out_count, steme_error *error);
/* False where nothing retracts the record; quicker than looking for links of it. */
bool lifecycle_catalog_may_be_retracted(lifecycle_catalog *catalog, const steme_id *id);
/* Keeps what was learnt of the link's target, if nothing was forgotten since. */
void lifecycle_catalog_learn(lifecycle_catalog *catalog, lifecycle_link *link,
                             const lifecycle_target *target, uint64_t loss_count);

/* Whether there is any record about keys: where there is none, every key is its own identity. */
bool lifecycle_catalog_has_keys(lifecycle_catalog *catalog);

#endif
