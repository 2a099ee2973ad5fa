/* store_set.h -- a steme_store as the set that replication reads.
 *
 * Threads:  the set's pins may be taken from any thread; see replica/set.h.
 * Lifetime: a set ends before its store, and after its pins. */
#ifndef REPLICA_STORE_SET_H
#define REPLICA_STORE_SET_H

#include "replica/set.h"

/* `key` is the cluster's: of the sketch that the set's cells are of. Errors: STEME_NO_MEMORY and
 * those of reading the store. */
STEME_MUST_CHECK steme_status replica_store_set_open(steme_store *store, const sketch_key *key,
                                                     replica_set *out_set, steme_error *error);
/* Accepts a zeroed set. */
void replica_store_set_close(replica_set *set);

#endif
