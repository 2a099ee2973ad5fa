/* check.h -- what the nodes hold, and whether that is right.
 *
 * The checker knows what clients wrote (`is_issued`) and what each node acknowledged. It looks at
 * the records themselves, works out their root by merkle_root_of_sorted, and asks neither the
 * replicas nor the stores' own counts; trie and sketch are held against the ids. */
#ifndef SIM_CHECK_H
#define SIM_CHECK_H

#include "sim/world.h"

typedef struct sim_verdict {
    uint64_t lost_count;    /* written by a client, and not held, over honest nodes */
    uint64_t unkept_count;  /* acknowledged by a node, and not held by it */
    uint64_t foreign_count; /* held, and written by nobody */
    bool has_equal_roots;   /* of honest nodes and of what was written; ids without a body apart */
} sim_verdict;

sim_verdict sim_check(sim_world *world);

#endif
