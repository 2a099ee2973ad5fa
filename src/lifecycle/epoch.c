/* Epochs: one is in force until another that supersedes it exists, signed by its own signer or a
 * steward. Epochs that supersede each other are links of a graph, judged as supersessions are. */
#include "base/error.h"
#include "lifecycle/chain.h"

#include <string.h>

static bool supersedes(const steme_epoch *epoch, const steme_id *id)
{
    for (uint32_t i = 0; i < epoch->supersedes.count; i++)
        if (memcmp(epoch->supersedes.first + (size_t)i * epoch->supersedes.stride, id,
                   sizeof *id) == 0)
            return true;
    return false;
}

static steme_status fill_edge(steme_lifecycle *self, const steme_id *target,
                              const lifecycle_record *held, const lifecycle_record *successor,
                              lifecycle_edge *out_edge, steme_error *error)
{
    bool has_right;
    steme_status status =
        lifecycle_has_right(self, successor, held, STEME_STEWARD_EPOCHS, &has_right, error);
    *out_edge = (lifecycle_edge){
        .link = {.target = *target,
                 .replacement = successor->record.id,
                 .record = successor->record.id,
                 .stamp = successor->record.stamp,
                 .kind = successor->statement.as.epoch.kind,
                 .has_replacement = true},
        .reason = has_right      ? STEME_VOID_NOT
                  : held != NULL ? STEME_VOID_NO_RIGHT
                                 : STEME_VOID_UNKNOWN,
    };
    return status;
}

static steme_status edges_of(steme_lifecycle *self, const steme_id *target,
                             lifecycle_edge **out_edges, size_t *out_count, steme_error *error)
{
    lifecycle_record held;
    lifecycle_record *successors;
    size_t count;
    size_t edge_count = 0;
    bool is_held;
    steme_span name = {target->bytes, STEME_ID_SIZE};
    *out_count = 0;
    steme_status status =
        lifecycle_mentions(self, LIFECYCLE_BY_EPOCH, name, STEME_EPOCH, &successors, &count, error);
    if (status != STEME_OK || count == 0)
        return status;
    status = lifecycle_get(self, target, &held, &is_held, error);
    lifecycle_edge *edges = base_arena_alloc(&self->arena, count * sizeof *edges);
    if (status == STEME_OK && edges == NULL)
        status = base_fail(error, STEME_NO_MEMORY, "lifecycle: out of memory");
    for (size_t i = 0; status == STEME_OK && i < count; i++)
        if (supersedes(&successors[i].statement.as.epoch, target))
            status = fill_edge(self, target, is_held ? &held : NULL, &successors[i],
                               &edges[edge_count++], error);
    *out_edges = edges;
    *out_count = edge_count;
    return status;
}

/* *out_successor NULL: it is in force. */
static steme_status find_successor(steme_lifecycle *self, const steme_id *id,
                                   const lifecycle_edge **out_successor, steme_error *error)
{
    lifecycle_chain chain;
    *out_successor = NULL;
    steme_status status = lifecycle_chain_find(self, id, edges_of, &chain, error);
    if (status == STEME_OK)
        *out_successor = lifecycle_node_pick(&chain.nodes[0]);
    return status;
}

steme_status lifecycle_epoch_is_in_force(steme_lifecycle *self, const steme_id *id,
                                         bool *out_is_in_force, steme_error *error)
{
    const lifecycle_edge *successor;
    steme_status status = find_successor(self, id, &successor, error);
    if (status == STEME_OK)
        *out_is_in_force = successor == NULL;
    return status;
}

steme_status steme_lifecycle_epochs(steme_lifecycle *lifecycle, steme_epoch_visit visit,
                                    void *context, steme_error *error)
{
    lifecycle_record *epochs;
    size_t count;
    steme_status status = lifecycle_mentions(lifecycle, LIFECYCLE_OF_EPOCHS, (steme_span){0},
                                             STEME_EPOCH, &epochs, &count, error);
    for (size_t i = 0; status == STEME_OK && i < count; i++) {
        const lifecycle_edge *successor;
        status = find_successor(lifecycle, &epochs[i].record.id, &successor, error);
        if (status != STEME_OK)
            break;
        steme_epoch_report report = {
            .id = epochs[i].record.id,
            .stamp = epochs[i].record.stamp,
            .epoch = epochs[i].statement.as.epoch,
            .is_in_force = successor == NULL,
            .has_successor = successor != NULL,
        };
        if (successor != NULL)
            report.successor = successor->link.record;
        status = visit(context, &report, error);
    }
    return status;
}
