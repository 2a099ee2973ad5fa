/* Stages: proposed -> under_review -> approved -> deprecated, and under_review -> rejected. Steps
 * apply in ascending (stamp, id); one that is not in this graph, or not by who may, does nothing.
 */
#include "lifecycle/state.h"

#include <string.h>

static const char *const stage_names[] = {"proposed", "under_review", "approved", "deprecated",
                                          "rejected"};

const char *steme_stage_now_name(steme_stage_now stage)
{
    return (unsigned)stage <= STEME_NOW_REJECTED ? stage_names[stage] : NULL;
}

int steme_stage_now_find(const char *name, steme_stage_now *out_stage)
{
    for (unsigned i = 0; i <= STEME_NOW_REJECTED; i++)
        if (strcmp(name, stage_names[i]) == 0) {
            *out_stage = (steme_stage_now)i;
            return 1;
        }
    return 0;
}

static steme_stage_now stage_named(steme_stage_name name)
{
    static const steme_stage_now stages[] = {
        [STEME_STAGE_UNDER_REVIEW] = STEME_NOW_UNDER_REVIEW,
        [STEME_STAGE_APPROVED] = STEME_NOW_APPROVED,
        [STEME_STAGE_DEPRECATED] = STEME_NOW_DEPRECATED,
        [STEME_STAGE_REJECTED] = STEME_NOW_REJECTED,
    };
    return stages[name];
}

static bool is_legal(steme_stage_now from, steme_stage_now to)
{
    return (from == STEME_NOW_PROPOSED && to == STEME_NOW_UNDER_REVIEW) ||
           (from == STEME_NOW_UNDER_REVIEW && to == STEME_NOW_APPROVED) ||
           (from == STEME_NOW_UNDER_REVIEW && to == STEME_NOW_REJECTED) ||
           (from == STEME_NOW_APPROVED && to == STEME_NOW_DEPRECATED);
}

/* Where the target is not held, nobody but a steward can have the right. */
static steme_status fill_step(steme_lifecycle *self, const lifecycle_record *stage,
                              const lifecycle_record *target, steme_stage_now now,
                              steme_stage_step *out_step, steme_error *error)
{
    bool has_right;
    steme_status status =
        lifecycle_has_right(self, stage, target, STEME_STEWARD_STAGES, &has_right, error);
    if (status != STEME_OK)
        return status;
    steme_stage_now to = stage_named(stage->statement.as.stage.to);
    *out_step = (steme_stage_step){
        .record = stage->record.id,
        .stamp = stage->record.stamp,
        .from = now,
        .to = to,
        .is_illegal = !is_legal(now, to),
        .has_right = has_right,
    };
    return STEME_OK;
}

steme_status steme_lifecycle_stage(steme_lifecycle *lifecycle, const steme_id *id,
                                   steme_stage_visit visit, void *context,
                                   steme_stage_now *out_stage, steme_error *error)
{
    lifecycle_record target = {0};
    lifecycle_record *stages;
    size_t count;
    bool is_held;
    steme_stage_now now = STEME_NOW_PROPOSED;
    steme_span name = {id->bytes, STEME_ID_SIZE};
    steme_status status = lifecycle_mentions(lifecycle, LIFECYCLE_BY_TARGET, name, STEME_STAGE,
                                             &stages, &count, error);
    if (status == STEME_OK && count > 0)
        status = lifecycle_get(lifecycle, id, &target, &is_held, error);
    for (size_t i = 0; status == STEME_OK && i < count; i++) {
        steme_stage_step step;
        if (memcmp(&stages[i].statement.as.stage.target, id, sizeof *id) != 0)
            continue;
        status = fill_step(lifecycle, &stages[i], is_held ? &target : NULL, now, &step, error);
        if (status == STEME_OK && visit != NULL)
            status = visit(context, &step, error);
        if (status == STEME_OK && step.has_right && !step.is_illegal)
            now = step.to;
    }
    if (status == STEME_OK)
        *out_stage = now;
    return status;
}
