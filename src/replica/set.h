/* set.h -- the set of records as replication sees it: pinned, by id, by prefix, by short id.
 *
 * The seam to the store: store_set.c gives a steme_store through it, tests a set in memory.
 *
 * Threads:  a pin belongs to one thread at a time.
 * Lifetime: a pin is an unchanging state of the set. All are released before the set ends.
 * Failure:  what the store's reads return. */
#ifndef REPLICA_SET_H
#define REPLICA_SET_H

#include "merkle/crown.h"
#include "sketch/sketch.h"

#include <steme/store.h>

typedef struct replica_pin replica_pin; /* whatever the implementation makes of it */

typedef struct replica_set {
    void *context;

    /* The newest durable state. */
    steme_status (*pin)(void *context, replica_pin **out_pin, steme_error *error);
    /* Accepts NULL. */
    void (*release)(replica_pin *pin);

    /* Root and count of ids, absent bodies included. */
    steme_status (*root)(replica_pin *pin, steme_id *out_root, uint64_t *out_count,
                         steme_error *error);
    /* The root and count of the pinned set and `count` more ids (any order; some may be in it). */
    steme_status (*root_with)(replica_pin *pin, const steme_id *added, size_t count,
                              steme_id *out_root, uint64_t *out_count, steme_error *error);
    /* The sixteen subtrees below the first `depth` nibbles of `prefix`: see
     * merkle_crown_children. */
    steme_status (*children)(replica_pin *pin, const steme_id *prefix, unsigned depth,
                             merkle_slot out_slots[16], steme_error *error);
    /* Up to `count_max` ids >= `lower`, ascending. */
    steme_status (*ids)(replica_pin *pin, const steme_id *lower, size_t count_max,
                        steme_id *out_ids, size_t *out_count, steme_error *error);
    /* Up to `count_max` ids whose first 8 bytes are `item`, ascending. */
    steme_status (*find_item)(replica_pin *pin, uint64_t item, size_t count_max, steme_id *out_ids,
                              size_t *out_count, steme_error *error);
    /* The record; borrowed until the set ends. STEME_NOT_FOUND; STEME_ABSENT: no body here. */
    steme_status (*body)(replica_pin *pin, const steme_id *id, steme_span *out_record,
                         steme_error *error);
    /* Up to `count_max` ids whose body is damaged here, as far as is known: peers are asked for
     * them. None is forgotten; where there are more, others each time. */
    steme_status (*damaged)(replica_pin *pin, size_t count_max, steme_id *out_ids,
                            size_t *out_count, steme_error *error);
    /* The first `cell_count` (at most SKETCH_CELL_COUNT) cells of the sketch of the pinned set
     * under the cluster's key. */
    steme_status (*cells)(replica_pin *pin, size_t cell_count, sketch_cell *out_cells,
                          steme_error *error);
} replica_set;

#endif
