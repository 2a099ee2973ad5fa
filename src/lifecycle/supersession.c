/* Supersession: which links are in force, and what becomes of a record by them.
 *
 * Links are the edges of a graph, from a target to its replacement. A link is void for lack of a
 * right, because its signer took it back, or because it would have closed a cycle: links enter in
 * ascending (stamp, id of the supersession, target), and one whose replacement leads to its target
 * by those that entered before is dropped. A cycle lies in one strongly connected component of the
 * graph of all links; only the links within such components are entered one by one. */
#include "base/error.h"
#include "lifecycle/chain.h"

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

static bool share_signer(const steme_record *left, const steme_record *right)
{
    for (uint32_t i = 0; i < left->signer_count; i++)
        for (uint32_t j = 0; j < right->signer_count; j++)
            if (memcmp(steme_record_signer(left, i), steme_record_signer(right, j),
                       STEME_AGENT_SIZE) == 0)
                return true;
    return false;
}

/* Reads both records once, and keeps what the chain needs of the target. */
static void learn_target(steme_lifecycle *self, lifecycle_link *link,
                         const lifecycle_record *record, const lifecycle_record *target)
{
    const steme_statement *statement = &target->statement;
    link->is_target_known = true;
    link->is_target_link = statement->type == STEME_SUPERSESSION;
    link->is_target_retraction =
        link->is_target_link && statement->as.supersession.kind == STEME_SUPERSEDE_RETRACT;
    link->shares_signer = share_signer(&record->record, &target->record);
    link->target_position = target->position;
    link->target_stamp_time_ns = target->record.stamp.time_ns;
    link->target_claim_time_ns = statement->claim_time_ns;
    lifecycle_catalog_learn(self->catalog, link);
}

/* Of a supersession nothing is superseded: its own signer retracts it, unless it retracts. */
static bool is_possible(const lifecycle_link *link)
{
    return !link->is_target_link ||
           (link->kind == STEME_SUPERSEDE_RETRACT && !link->is_target_retraction);
}

static steme_status check_right(steme_lifecycle *self, lifecycle_link *link,
                                steme_void_reason *out_reason, steme_error *error)
{
    lifecycle_record record;
    lifecycle_record target;
    bool is_there;
    bool is_held;
    bool has_right = false;
    steme_status status = lifecycle_read(self, link->position, &record, &is_there, error);
    if (status == STEME_OK)
        status = lifecycle_get(self, &link->target, &target, &is_held, error);
    if (status != STEME_OK)
        return status;
    if (!is_there) {
        *out_reason = STEME_VOID_UNKNOWN;
        return STEME_OK;
    }
    if (is_held && !link->is_target_known)
        learn_target(self, link, &record, &target);
    uint32_t stewardship =
        link->kind == STEME_SUPERSEDE_RETRACT || (is_held && link->is_target_link)
            ? 0
            : STEME_STEWARD_SUPERSESSION;
    status = lifecycle_has_right(self, &record, is_held ? &target : NULL, stewardship, &has_right,
                                 error);
    if (has_right && (!is_held || is_possible(link)))
        *out_reason = STEME_VOID_NOT;
    else
        *out_reason = is_held ? STEME_VOID_NO_RIGHT : STEME_VOID_UNKNOWN;
    return status;
}

/* Whether what is known of the link decides: one key signed both, and no record speaks of keys. */
static bool is_plain(steme_lifecycle *self, const lifecycle_link *link)
{
    return link->is_target_known && link->shares_signer &&
           link->target_position < self->position_end &&
           link->target_stamp_time_ns <= self->stamp_time_max &&
           link->target_claim_time_ns <= self->as_of_ns &&
           !lifecycle_catalog_has_keys(self->catalog);
}

static steme_status judge_right(steme_lifecycle *self, lifecycle_link *link,
                                steme_void_reason *out_reason, steme_error *error)
{
    if (is_plain(self, link)) {
        *out_reason = is_possible(link) ? STEME_VOID_NOT : STEME_VOID_NO_RIGHT;
        return STEME_OK;
    }
    return check_right(self, link, out_reason, error);
}

/* ---- Links -------------------------------------------------------------------------------- */

static int compare_links(const void *left_item, const void *right_item)
{
    const lifecycle_link *left = left_item;
    const lifecycle_link *right = right_item;
    int order = steme_stamp_compare(&left->stamp, &right->stamp);
    return order != 0 ? order : memcmp(&left->record, &right->record, sizeof left->record);
}

/* The supersessions of `target` that exist at the moment, ascending, each once. */
static steme_status find_links(steme_lifecycle *self, const steme_id *target,
                               lifecycle_link **out_links, size_t *out_count, steme_error *error)
{
    lifecycle_link *links;
    size_t count;
    size_t kept = 0;
    steme_status status = lifecycle_catalog_links(self->catalog, target, self->position_end,
                                                  &self->arena, &links, &count, error);
    if (status != STEME_OK)
        return status;
    for (size_t i = 0; i < count; i++)
        if (links[i].stamp.time_ns <= self->stamp_time_max &&
            links[i].claim_time_ns <= self->as_of_ns)
            links[kept++] = links[i];
    if (kept > 1)
        qsort(links, kept, sizeof *links, compare_links);
    count = kept;
    kept = 0;
    for (size_t i = 0; i < count; i++)
        if (kept == 0 || compare_links(&links[kept - 1], &links[i]) != 0)
            links[kept++] = links[i];
    *out_links = links;
    *out_count = kept;
    return STEME_OK;
}

static steme_status find_retraction(steme_lifecycle *self, const steme_id *supersession,
                                    bool *out_is_found, steme_error *error)
{
    lifecycle_link *links;
    size_t count;
    *out_is_found = false;
    steme_status status = find_links(self, supersession, &links, &count, error);
    for (size_t i = 0; status == STEME_OK && i < count && !*out_is_found; i++) {
        steme_void_reason reason;
        status = judge_right(self, &links[i], &reason, error);
        *out_is_found = status == STEME_OK && reason == STEME_VOID_NOT;
    }
    return status;
}

steme_status lifecycle_links_of(steme_lifecycle *self, const steme_id *target,
                                lifecycle_edge **out_edges, size_t *out_count, steme_error *error)
{
    lifecycle_link *links;
    size_t count;
    steme_status status = find_links(self, target, &links, &count, error);
    *out_count = 0;
    if (status != STEME_OK || count == 0)
        return status;
    lifecycle_edge *edges = base_arena_alloc(&self->arena, count * sizeof *edges);
    if (edges == NULL)
        return base_fail(error, STEME_NO_MEMORY, "lifecycle: out of memory");
    for (size_t i = 0; status == STEME_OK && i < count; i++) {
        bool is_taken_back = false;
        edges[i] = (lifecycle_edge){.link = links[i]};
        status = judge_right(self, &edges[i].link, &edges[i].reason, error);
        if (status == STEME_OK && links[i].kind != STEME_SUPERSEDE_RETRACT)
            status = find_retraction(self, &links[i].record, &is_taken_back, error);
        if (is_taken_back && edges[i].reason == STEME_VOID_NOT)
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
        steme_standing by = standing_by(node->edges[i].link.kind);
        standing = by > standing ? by : standing;
        ++*out_link_count;
    }
    return standing;
}

/* Follows the picks from node 0; there is no cycle. */
static void find_head(const lifecycle_chain *chain, steme_standing_report *report)
{
    uint32_t number = 0;
    const lifecycle_edge *pick;
    uint64_t link_count;
    while ((pick = lifecycle_node_pick(&chain->nodes[number])) != NULL)
        number = pick->to;
    report->has_head = standing_of(&chain->nodes[number], &link_count) == STEME_STANDING_LIVE;
    if (report->has_head)
        report->head = chain->numbers.ids[number];
}

steme_status steme_lifecycle_standing(steme_lifecycle *lifecycle, const steme_id *id,
                                      steme_standing_report *out_report, steme_error *error)
{
    lifecycle_chain chain;
    lifecycle_link *links;
    size_t count;
    steme_status status = find_links(lifecycle, id, &links, &count, error);
    if (status != STEME_OK)
        return status;
    *out_report = (steme_standing_report){.has_head = 1, .head = *id};
    if (count == 0)
        return STEME_OK;
    status = lifecycle_chain_find(lifecycle, id, lifecycle_links_of, &chain, error);
    if (status != STEME_OK)
        return status;
    out_report->standing = standing_of(&chain.nodes[0], &out_report->link_count);
    out_report->is_fork = lifecycle_node_is_fork(&chain.nodes[0]);
    find_head(&chain, out_report);
    return STEME_OK;
}

/* ---- Chains ------------------------------------------------------------------------------- */

static steme_status visit_node(const lifecycle_node *node, steme_chain_visit visit, void *context,
                               steme_error *error)
{
    steme_status status = STEME_OK;
    const lifecycle_edge *pick = lifecycle_node_pick(node);
    for (size_t i = 0; status == STEME_OK && i < node->edge_count; i++) {
        const lifecycle_edge *edge = &node->edges[i];
        steme_chain_link link = {
            .target = edge->link.target,
            .replacement = edge->link.replacement,
            .has_replacement = edge->link.has_replacement,
            .is_pick = edge == pick,
            .kind = edge->link.kind,
            .void_reason = edge->reason,
            .record = edge->link.record,
            .stamp = edge->link.stamp,
        };
        status = visit(context, &link, error);
    }
    return status;
}

/* The targets that `id` replaced with right. */
static steme_status add_replaced(steme_lifecycle *self, lifecycle_chain *chain, const steme_id *id,
                                 steme_error *error)
{
    lifecycle_record *records;
    size_t count;
    steme_span name = {id->bytes, STEME_ID_SIZE};
    steme_status status = lifecycle_mentions(self, LIFECYCLE_BY_REPLACEMENT, name,
                                             STEME_SUPERSESSION, &records, &count, error);
    for (size_t i = 0; status == STEME_OK && i < count; i++) {
        const steme_supersession *supersession = &records[i].statement.as.supersession;
        if (memcmp(supersession->replacement.first, id->bytes, STEME_ID_SIZE) != 0)
            continue;
        for (uint32_t j = 0; status == STEME_OK && j < supersession->targets.count; j++) {
            steme_id target = steme_id_list_get(&supersession->targets, j);
            status = lifecycle_chain_add(self, chain, &target, lifecycle_links_of, error);
        }
    }
    return status;
}

steme_status steme_lifecycle_chain(steme_lifecycle *lifecycle, const steme_id *id,
                                   steme_chain_visit visit, void *context, steme_error *error)
{
    lifecycle_chain chain;
    steme_status status = lifecycle_chain_find(lifecycle, id, lifecycle_links_of, &chain, error);
    if (status != STEME_OK)
        return status;
    uint32_t forward_count = chain.numbers.count;
    status = add_replaced(lifecycle, &chain, id, error);
    for (uint32_t i = forward_count; status == STEME_OK && i < chain.numbers.count; i++) {
        steme_id earlier = chain.numbers.ids[i];
        status = add_replaced(lifecycle, &chain, &earlier, error);
    }
    if (status == STEME_OK)
        status = lifecycle_chain_drop_cycles(lifecycle, &chain, error);
    for (uint32_t i = 0; status == STEME_OK && i < chain.numbers.count; i++)
        status = visit_node(&chain.nodes[i], visit, context, error);
    return status;
}

steme_status steme_lifecycle_why(steme_lifecycle *lifecycle, const steme_id *id,
                                 steme_chain_visit visit, void *context, steme_error *error)
{
    lifecycle_chain chain;
    steme_status status = lifecycle_chain_find(lifecycle, id, lifecycle_links_of, &chain, error);
    return status == STEME_OK ? visit_node(&chain.nodes[0], visit, context, error) : status;
}
