/* state.h -- a lifecycle's insides, shared by the files of this room.
 *
 *   catalog.c       which records there are, kept beside the store
 *   lifecycle.c     opening; what exists at the moment; who has a right to what
 *   identity.c      keys: rotation, revocation, delegation, what a view makes of an agent
 *   supersession.c  links in force and void ones, standing, chains
 *   cascade.c       what rests on a record
 *   stage.c         stages
 *   epoch.c         epochs
 *   names.c         aliases
 *   votes.c         votes and tallies
 *   trust.c         what seeds make of identities
 *   mentions.c      what names a record, a key or a name
 *   view.c          the file of a view
 *
 * What is read stays in the arena until the lifecycle is closed: it lives as long as a question. */
#ifndef LIFECYCLE_STATE_H
#define LIFECYCLE_STATE_H

#include "base/memory.h"
#include "lifecycle/id_map.h"
#include "lifecycle/lifecycle.h"

struct steme_lifecycle {
    base_arena arena;
    base_arena kept_arena; /* not reset */
    steme_snapshot *snapshot;
    const steme_view *view; /* NULL = open */
    lifecycle_catalog *catalog;
    uint64_t loss_count;     /* the catalog is without what was forgotten by then */
    uint64_t position_end;   /* what is recorded from here on is not there */
    uint64_t stamp_time_max; /* of mature records */
    int64_t as_of_ns;
    bool is_present; /* neither as_of nor recorded_as_of was asked for */
    bool has_keys;   /* a record about keys is in reach: an agent may be other than itself */
    lifecycle_id_map known_numbers; /* identity.c: of the keys that were worked out */
    struct known_key **known_keys;
    uint32_t known_capacity;
    bool has_trust_votes;
    struct trust_vote *trust_votes; /* trust.c */
    size_t trust_vote_count;
    lifecycle_watch watch; /* NULL = none */
    void *watch_context;
};

static inline lifecycle_id_map lifecycle_id_map_new(const steme_lifecycle *self)
{
    return (lifecycle_id_map){.hash_key = store_snapshot_hash_key(self->snapshot)};
}

#endif
