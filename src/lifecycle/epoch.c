/* Epochs: one is in force until another that supersedes it exists, signed by its own signer or a
 * steward. An epoch names by their ids those that it supersedes, so that there is no circle. */
#include "lifecycle/state.h"

#include <string.h>

static bool supersedes(const steme_epoch *epoch, const steme_id *id)
{
    for (uint32_t i = 0; i < epoch->supersedes.count; i++)
        if (memcmp(epoch->supersedes.first + (size_t)i * epoch->supersedes.stride, id,
                   sizeof *id) == 0)
            return true;
    return false;
}

/* The greatest of those that supersede it with right; NULL: it is in force. */
static steme_status find_successor(steme_lifecycle *self, const steme_id *id,
                                   const lifecycle_record **out_successor, steme_error *error)
{
    lifecycle_record held;
    lifecycle_record *successors;
    size_t count;
    bool is_held = false;
    steme_span name = {id->bytes, STEME_ID_SIZE};
    *out_successor = NULL;
    steme_status status =
        lifecycle_mentions(self, LIFECYCLE_BY_EPOCH, name, STEME_EPOCH, &successors, &count, error);
    if (status == STEME_OK && count > 0)
        status = lifecycle_get(self, id, &held, &is_held, error);
    for (size_t i = count; status == STEME_OK && i-- > 0 && *out_successor == NULL;) {
        bool has_right;
        if (!supersedes(&successors[i].statement.as.epoch, id))
            continue;
        status = lifecycle_has_right(self, &successors[i], is_held ? &held : NULL,
                                     STEME_STEWARD_EPOCHS, &has_right, error);
        if (status == STEME_OK && has_right)
            *out_successor = &successors[i];
    }
    return status;
}

steme_status lifecycle_epoch_is_in_force(steme_lifecycle *self, const steme_id *id,
                                         bool *out_is_in_force, steme_error *error)
{
    const lifecycle_record *successor;
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
        const lifecycle_record *successor;
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
            report.successor = successor->record.id;
        status = visit(context, &report, error);
    }
    return status;
}
