/* chain.h -- what replaced what: a graph of links, without its cycles.
 *
 * Used for supersessions and for epochs, whose links come from different places. */
#ifndef LIFECYCLE_CHAIN_H
#define LIFECYCLE_CHAIN_H

#include "lifecycle/state.h"

typedef struct lifecycle_edge {
    lifecycle_link link;
    steme_void_reason reason;
    uint32_t to; /* number of the replacement, where it is followed */
    bool is_followed;
} lifecycle_edge;

typedef struct lifecycle_node {
    lifecycle_edge *edges; /* ascending by (stamp, id of the record) */
    size_t edge_count;
} lifecycle_node;

/* Node 0 is the one asked for. All in the lifecycle's arena. */
typedef struct lifecycle_chain {
    lifecycle_id_map numbers;
    lifecycle_node *nodes;
    uint32_t node_capacity;
    uint32_t loaded_count;
} lifecycle_chain;

/* Gives the edges from `target`, judged but for cycles, ascending. */
typedef steme_status (*lifecycle_edge_source)(steme_lifecycle *self, const steme_id *target,
                                              lifecycle_edge **out_edges, size_t *out_count,
                                              steme_error *error);

/* supersession.c: the source of supersessions. */
steme_status lifecycle_links_of(steme_lifecycle *self, const steme_id *target,
                                lifecycle_edge **out_edges, size_t *out_count, steme_error *error);

/* The node of `id` and all that its links in force lead to, breadth first; cycles are dropped. */
STEME_MUST_CHECK steme_status lifecycle_chain_find(steme_lifecycle *self, const steme_id *id,
                                                   lifecycle_edge_source source,
                                                   lifecycle_chain *out_chain, steme_error *error);
/* Adds the node of `id` and what it leads to, where they are not there; cycles are the caller's to
 * drop, once all is added. */
STEME_MUST_CHECK steme_status lifecycle_chain_add(steme_lifecycle *self, lifecycle_chain *chain,
                                                  const steme_id *id, lifecycle_edge_source source,
                                                  steme_error *error);
/* Judges the links of each strongly connected component: see supersession.c. */
STEME_MUST_CHECK steme_status lifecycle_chain_drop_cycles(steme_lifecycle *self,
                                                          lifecycle_chain *chain,
                                                          steme_error *error);

/* Of the edges in force with a replacement the last; NULL where there is none. */
const lifecycle_edge *lifecycle_node_pick(const lifecycle_node *node);
/* Whether its edges in force have more than one replacement. */
bool lifecycle_node_is_fork(const lifecycle_node *node);

#endif
