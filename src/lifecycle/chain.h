/* chain.h -- what replaced what: a graph of links, without its cycles. */
#ifndef LIFECYCLE_CHAIN_H
#define LIFECYCLE_CHAIN_H

#include "lifecycle/state.h"

typedef struct lifecycle_edge {
    const lifecycle_link *link;
    steme_void_reason reason;
    uint32_t to; /* number of the replacement, where it is followed */
    bool is_followed;
} lifecycle_edge;

typedef struct lifecycle_node {
    lifecycle_edge *edges; /* ascending by (stamp, id of the record) */
    size_t edge_count;
    const lifecycle_edge
        *pick; /* the last that is followed, or NULL; known once cycles are dropped */
} lifecycle_node;

/* Node 0 is the one asked for. All in the lifecycle's arena. */
typedef struct lifecycle_chain {
    lifecycle_id_map numbers;
    lifecycle_node *nodes;
    uint32_t node_capacity;
    uint32_t loaded_count;
} lifecycle_chain;

/* supersession.c: the edges from `target`, ascending, judged but for cycles. */
STEME_MUST_CHECK steme_status lifecycle_links_of(steme_lifecycle *self, const steme_id *target,
                                                 lifecycle_edge **out_edges, size_t *out_count,
                                                 steme_error *error);

/* The node of `id` and all that its links in force lead to, breadth first; cycles are dropped. */
STEME_MUST_CHECK steme_status lifecycle_chain_find(steme_lifecycle *self, const steme_id *id,
                                                   lifecycle_chain *out_chain, steme_error *error);
/* Adds the node of `id` and what it leads to, where they are not there; cycles are the caller's to
 * drop, once all is added. */
STEME_MUST_CHECK steme_status lifecycle_chain_add(steme_lifecycle *self, lifecycle_chain *chain,
                                                  const steme_id *id, steme_error *error);
/* Judges the links of each strongly connected component: see supersession.c. */
STEME_MUST_CHECK steme_status lifecycle_chain_drop_cycles(steme_lifecycle *self,
                                                          lifecycle_chain *chain,
                                                          steme_error *error);

/* Whether its edges in force have more than one replacement. */
bool lifecycle_node_is_fork(const lifecycle_node *node);

#endif
