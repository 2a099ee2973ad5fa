/* Supersession: which links are in force, and what becomes of a record by them.
 *
 * Links are the edges of a graph, from a target to its replacement. A link is void for lack of a
 * right, because its signer took it back, or because it would have closed a cycle: links enter in
 * ascending (stamp, id of the supersession, target), and one whose replacement leads to its target
 * by those that entered before is dropped. A cycle lies in one strongly connected component of the
 * graph of all links; only the links within such components are entered one by one. */
#include "base/error.h"
#include "lifecycle/chain.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

const char *steme_standing_name(steme_standing standing)
{
    static const char *const names[] = {"live", "superseded", "invalidated", "retracted"};
    return (unsigned)standing <= STEME_STANDING_RETRACTED ? names[standing] : NULL;
}

const char *steme_void_reason_name(steme_void_reason reason)
{
    static const char *const names[] = {"in force", "no right", "retracted", "cycle",
                                        "unknown target"};
    return (unsigned)reason <= STEME_VOID_UNKNOWN ? names[reason] : NULL;
}

/* ---- Rights ------------------------------------------------------------------------------- */

static bool share_signer(const lifecycle_link *link, const steme_record *target)
{
    const steme_record record = {.signers = link->signers, .signer_count = link->signer_count};
    for (uint32_t i = 0; i < record.signer_count; i++)
        for (uint32_t j = 0; j < target->signer_count; j++)
            if (memcmp(steme_record_signer(&record, i), steme_record_signer(target, j),
                       STEME_AGENT_SIZE) == 0)
                return true;
    return false;
}

/* Keeps what the chain needs of the target, for those that ask later. */
static lifecycle_target learn_target(steme_lifecycle *self, lifecycle_link *link,
                                     const lifecycle_record *target)
{
    const steme_statement *statement = &target->statement;
    lifecycle_target learnt = {
        .position = target->position,
        .stamp_time_ns = target->record.stamp.time_ns,
        .claim_time_ns = statement->claim_time_ns,
        .is_link = statement->type == STEME_SUPERSESSION,
        .is_retraction = statement->type == STEME_SUPERSESSION &&
                         statement->as.supersession.kind == STEME_SUPERSEDE_RETRACT,
        .shares_signer = share_signer(link, &target->record),
    };
    lifecycle_catalog_learn(self->catalog, link, &learnt, self->loss_count);
    return learnt;
}

/* Of a supersession nothing is superseded: its own signer retracts it, unless it retracts. */
static bool is_possible(const lifecycle_link *link, const lifecycle_target *target)
{
    return !target->is_link || (link->kind == STEME_SUPERSEDE_RETRACT && !target->is_retraction);
}

/* `target` NULL: it is not held. */
static steme_status check_right(steme_lifecycle *self, lifecycle_link *link,
                                const lifecycle_record *target, const lifecycle_target *learnt,
                                steme_void_reason *out_reason, steme_error *error)
{
    lifecycle_record record;
    bool is_there;
    bool has_right = false;
    *out_reason = STEME_VOID_UNKNOWN;
    steme_status status = lifecycle_read(self, link->position, &record, &is_there, error);
    if (status != STEME_OK || !is_there)
        return status;
    uint32_t stewardship =
        link->kind == STEME_SUPERSEDE_RETRACT || learnt->is_link ? 0 : STEME_STEWARD_SUPERSESSION;
    status = lifecycle_has_right(self, &record, target, stewardship, &has_right, error);
    if (has_right && is_possible(link, learnt))
        *out_reason = STEME_VOID_NOT;
    else if (target != NULL)
        *out_reason = STEME_VOID_NO_RIGHT;
    return status;
}

/* Whether what is known of the target decides: one key signed both, and no record speaks of keys.
 */
static bool is_plain(const steme_lifecycle *self, const lifecycle_target *target)
{
    return self->watch == NULL && !self->has_keys && target->shares_signer &&
           target->position < self->position_end && target->stamp_time_ns <= self->stamp_time_max &&
           target->claim_time_ns <= self->as_of_ns;
}

static steme_status judge_right(steme_lifecycle *self, lifecycle_link *link,
                                steme_void_reason *out_reason, steme_error *error)
{
    lifecycle_record target;
    bool is_held;
    lifecycle_target learnt = {0};
    const lifecycle_target *known = atomic_load(&link->learnt);
    if (known == NULL || !is_plain(self, known)) {
        steme_status status = lifecycle_get(self, &link->target, &target, &is_held, error);
        if (status != STEME_OK)
            return status;
        if (is_held)
            learnt = learn_target(self, link, &target);
        if (!is_plain(self, &learnt))
            return check_right(self, link, is_held ? &target : NULL, &learnt, out_reason, error);
        known = &learnt;
    }
    *out_reason = is_possible(link, known) ? STEME_VOID_NOT : STEME_VOID_NO_RIGHT;
    return STEME_OK;
}

/* ---- Links -------------------------------------------------------------------------------- */

static int compare_links(const lifecycle_link *left, const lifecycle_link *right)
{
    int order = steme_stamp_compare(&left->stamp, &right->stamp);
    if (order == 0)
        order = memcmp(&left->record, &right->record, sizeof left->record);
    return order != 0 ? order : memcmp(&left->target, &right->target, sizeof left->target);
}

static int compare_link_places(const void *left, const void *right)
{
    return compare_links(*(lifecycle_link *const *)left, *(lifecycle_link *const *)right);
}

/* Sorts, and leaves each link once: the log may have its record twice. They came in order, usually.
 */
static size_t sort_links(lifecycle_link **links, size_t count)
{
    size_t kept = 0;
    size_t ascending = 1;
    while (ascending < count && compare_links(links[ascending - 1], links[ascending]) < 0)
        ascending++;
    if (ascending >= count)
        return count;
    qsort((void *)links, count, sizeof(lifecycle_link *), compare_link_places);
    for (size_t i = 0; i < count; i++)
        if (kept == 0 || compare_links(links[kept - 1], links[i]) != 0)
            links[kept++] = links[i];
    return kept;
}

/* The links of a target, or to a replacement, that exist at the moment, ascending, each once. */
static steme_status find_links(steme_lifecycle *self, lifecycle_mention mention, const steme_id *id,
                               lifecycle_link ***out_links, size_t *out_count, steme_error *error)
{
    lifecycle_link **links;
    size_t count;
    size_t kept = 0;
    steme_status status = lifecycle_catalog_links(self->catalog, mention, id, self->position_end,
                                                  &self->arena, &links, &count, error);
    if (status != STEME_OK)
        return status;
    for (size_t i = 0; i < count; i++)
        if (links[i]->stamp.time_ns <= self->stamp_time_max &&
            links[i]->claim_time_ns <= self->as_of_ns)
            links[kept++] = links[i];
    *out_links = links;
    *out_count = sort_links(links, kept);
    return STEME_OK;
}

static steme_status find_retraction(steme_lifecycle *self, const steme_id *supersession,
                                    bool *out_is_found, steme_error *error)
{
    lifecycle_link **links;
    size_t count;
    *out_is_found = false;
    if (!lifecycle_catalog_may_be_retracted(self->catalog, supersession))
        return STEME_OK;
    steme_status status =
        find_links(self, LIFECYCLE_BY_SUPERSEDED, supersession, &links, &count, error);
    for (size_t i = 0; status == STEME_OK && i < count && !*out_is_found; i++) {
        steme_void_reason reason;
        status = judge_right(self, links[i], &reason, error);
        *out_is_found = status == STEME_OK && reason == STEME_VOID_NOT;
    }
    return status;
}

steme_status lifecycle_links_of(steme_lifecycle *self, const steme_id *target,
                                lifecycle_edge **out_edges, size_t *out_count, steme_error *error)
{
    lifecycle_link **links;
    size_t count;
    steme_status status = find_links(self, LIFECYCLE_BY_SUPERSEDED, target, &links, &count, error);
    *out_count = 0;
    if (status != STEME_OK || count == 0)
        return status;
    lifecycle_edge *edges = base_arena_alloc(&self->arena, count * sizeof *edges);
    if (edges == NULL)
        return base_fail(error, STEME_NO_MEMORY, "lifecycle: out of memory");
    for (size_t i = 0; status == STEME_OK && i < count; i++) {
        bool is_taken_back = false;
        edges[i] = (lifecycle_edge){.link = links[i]};
        status = judge_right(self, links[i], &edges[i].reason, error);
        if (status == STEME_OK && edges[i].reason == STEME_VOID_NOT &&
            links[i]->kind != STEME_SUPERSEDE_RETRACT)
            status = find_retraction(self, &links[i]->record, &is_taken_back, error);
        if (is_taken_back)
            edges[i].reason = STEME_VOID_RETRACTED;
    }
    *out_edges = edges;
    *out_count = count;
    return status;
}

/* ---- Standing ----------------------------------------------------------------------------- */

static steme_standing standing_by(steme_supersession_kind kind)
{
    return kind == STEME_SUPERSEDE_RETRACT      ? STEME_STANDING_RETRACTED
           : kind == STEME_SUPERSEDE_INVALIDATE ? STEME_STANDING_INVALIDATED
                                                : STEME_STANDING_SUPERSEDED;
}

static steme_standing standing_of(const lifecycle_node *node, uint64_t *out_link_count)
{
    steme_standing standing = STEME_STANDING_LIVE;
    *out_link_count = 0;
    for (size_t i = 0; i < node->edge_count; i++) {
        if (node->edges[i].reason != STEME_VOID_NOT)
            continue;
        steme_standing by = standing_by(node->edges[i].link->kind);
        standing = by > standing ? by : standing;
        ++*out_link_count;
    }
    return standing;
}

/* Follows the picks from node 0; there is no cycle. */
static void find_head(const lifecycle_chain *chain, steme_standing_report *report)
{
    uint32_t number = 0;
    uint64_t link_count;
    while (chain->nodes[number].pick != NULL)
        number = chain->nodes[number].pick->to;
    report->has_head = standing_of(&chain->nodes[number], &link_count) == STEME_STANDING_LIVE;
    if (report->has_head)
        report->head = chain->numbers.ids[number];
}

steme_status steme_lifecycle_standing(steme_lifecycle *lifecycle, const steme_id *id,
                                      steme_standing_report *out_report, steme_error *error)
{
    lifecycle_chain chain;
    steme_span name = {id->bytes, STEME_ID_SIZE};
    *out_report = (steme_standing_report){.has_head = 1, .head = *id};
    if (!lifecycle_catalog_has(lifecycle->catalog, LIFECYCLE_BY_SUPERSEDED, name))
        return STEME_OK;
    steme_status status = lifecycle_chain_find(lifecycle, id, &chain, error);
    if (status != STEME_OK)
        return status;
    out_report->standing = standing_of(&chain.nodes[0], &out_report->link_count);
    out_report->is_fork = lifecycle_node_is_fork(&chain.nodes[0]);
    find_head(&chain, out_report);
    return STEME_OK;
}

/* ---- Chains ------------------------------------------------------------------------------- */

static steme_status visit_edge(const lifecycle_node *node, const lifecycle_edge *edge,
                               steme_chain_visit visit, void *context, steme_error *error)
{
    steme_chain_link link = {
        .target = edge->link->target,
        .replacement = edge->link->replacement,
        .has_replacement = edge->link->has_replacement,
        .is_pick = edge == node->pick,
        .kind = edge->link->kind,
        .void_reason = edge->reason,
        .record = edge->link->record,
        .stamp = edge->link->stamp,
    };
    return visit(context, &link, error);
}

static steme_status visit_node(const lifecycle_node *node, steme_chain_visit visit, void *context,
                               steme_error *error)
{
    steme_status status = STEME_OK;
    for (size_t i = 0; status == STEME_OK && i < node->edge_count; i++)
        status = visit_edge(node, &node->edges[i], visit, context, error);
    return status;
}

/* The way back from a record: the links to it, then those to what they replaced, and so on. */
typedef struct way_back {
    lifecycle_chain *chain;
    lifecycle_id_map queue; /* of replacements; the record itself is the first */
    struct step_back {
        uint32_t node;
        uint32_t edge;
    } * steps;
    size_t step_count;
    size_t step_capacity;
} way_back;

static steme_status add_step(steme_lifecycle *self, way_back *way, uint32_t node, uint32_t edge,
                             steme_error *error)
{
    if (way->step_count == way->step_capacity) {
        size_t capacity = way->step_capacity == 0 ? 16 : way->step_capacity * 2;
        struct step_back *grown = base_arena_alloc(&self->arena, capacity * sizeof *grown);
        if (grown == NULL)
            return base_fail(error, STEME_NO_MEMORY, "lifecycle: out of memory");
        if (way->step_count > 0)
            memcpy(grown, way->steps, way->step_count * sizeof *grown);
        way->steps = grown;
        way->step_capacity = capacity;
    }
    way->steps[way->step_count++] = (struct step_back){node, edge};
    return STEME_OK;
}

static int compare_link_edge(const void *link, const void *edge)
{
    return compare_links(link, ((const lifecycle_edge *)edge)->link);
}

/* One link to a replacement: its target is judged with all that it leads to, and gone on from where
 * the replacing was right. */
static steme_status step_back(steme_lifecycle *self, way_back *way, const lifecycle_link *link,
                              steme_error *error)
{
    uint32_t number;
    uint32_t queued;
    steme_status status = lifecycle_chain_add(self, way->chain, &link->target, error);
    if (status != STEME_OK ||
        !lifecycle_id_map_find(&way->chain->numbers, link->target.bytes, &number))
        return status;
    const lifecycle_node *node = &way->chain->nodes[number];
    if (node->edge_count == 0)
        return STEME_OK;
    const lifecycle_edge *edge =
        bsearch(link, node->edges, node->edge_count, sizeof *edge, compare_link_edge);
    if (edge == NULL)
        return STEME_OK;
    status = add_step(self, way, number, (uint32_t)(edge - node->edges), error);
    bool is_right = edge->reason == STEME_VOID_NOT || edge->reason == STEME_VOID_CYCLE;
    if (status == STEME_OK && is_right)
        status =
            lifecycle_id_map_add(&way->queue, &self->arena, link->target.bytes, &queued, error);
    return status;
}

static steme_status go_back(steme_lifecycle *self, way_back *way, const steme_id *id,
                            steme_error *error)
{
    uint32_t number;
    steme_status status =
        lifecycle_id_map_add(&way->queue, &self->arena, id->bytes, &number, error);
    for (uint32_t i = 0; status == STEME_OK && i < way->queue.count; i++) {
        lifecycle_link **links;
        size_t count;
        steme_id replacement = way->queue.ids[i];
        status = find_links(self, LIFECYCLE_BY_REPLACEMENT, &replacement, &links, &count, error);
        for (size_t j = 0; status == STEME_OK && j < count; j++)
            status = step_back(self, way, links[j], error);
    }
    return status;
}

steme_status steme_lifecycle_chain(steme_lifecycle *lifecycle, const steme_id *id,
                                   steme_chain_visit visit, void *context, steme_error *error)
{
    lifecycle_chain chain;
    way_back way = {.chain = &chain, .queue = lifecycle_id_map_new(lifecycle)};
    steme_status status = lifecycle_chain_find(lifecycle, id, &chain, error);
    if (status != STEME_OK)
        return status;
    uint32_t forward_count = chain.numbers.count;
    status = go_back(lifecycle, &way, id, error);
    if (status == STEME_OK)
        status = lifecycle_chain_drop_cycles(lifecycle, &chain, error);
    for (uint32_t i = 0; status == STEME_OK && i < forward_count; i++)
        status = visit_node(&chain.nodes[i], visit, context, error);
    for (size_t i = 0; status == STEME_OK && i < way.step_count; i++) {
        const lifecycle_node *node = &chain.nodes[way.steps[i].node];
        if (way.steps[i].node >= forward_count) /* or it was given on the way forward */
            status = visit_edge(node, &node->edges[way.steps[i].edge], visit, context, error);
    }
    return status;
}

steme_status steme_lifecycle_why(steme_lifecycle *lifecycle, const steme_id *id,
                                 steme_chain_visit visit, void *context, steme_error *error)
{
    lifecycle_chain chain;
    steme_status status = lifecycle_chain_find(lifecycle, id, &chain, error);
    return status == STEME_OK ? visit_node(&chain.nodes[0], visit, context, error) : status;
}
