/* public.c -- include/steme/truth.h. */
#include "truth/model.h"

steme_status steme_truth_model_load(steme_span bytes, steme_truth_model **out_model,
                                    steme_error *error)
{
    return truth_model_decode(bytes, out_model, error);
}

void steme_truth_model_free(steme_truth_model *model)
{
    truth_model_free(model);
}

steme_span steme_truth_model_bytes(const steme_truth_model *model)
{
    return model->bytes;
}

steme_id steme_truth_model_id(const steme_truth_model *model)
{
    return model->id;
}

steme_id steme_truth_model_root(const steme_truth_model *model)
{
    return model->tables.root;
}

int64_t steme_truth_model_as_of_ns(const steme_truth_model *model)
{
    return model->tables.as_of_ns;
}

uint32_t steme_truth_model_predicate_count(const steme_truth_model *model)
{
    return model->tables.predicate_count;
}

int steme_truth_model_predicate(const steme_truth_model *model, uint32_t index,
                                steme_truth_predicate *out_predicate)
{
    if (index >= model->tables.predicate_count)
        return 0;
    const lens_truth_predicate *predicate = &model->tables.predicates[index];
    *out_predicate =
        (steme_truth_predicate){.name = predicate->name,
                                .kind = (steme_truth_kind)predicate->kind,
                                .task_count = predicate->task_count,
                                .claim_count = predicate->claim_count,
                                .source_count = predicate->skill_count,
                                .accuracy_millionths = predicate->accuracy,
                                .brier_millionths = predicate->brier,
                                .calibration_error_millionths = predicate->calibration_error};
    for (uint32_t bin = 0; bin < STEME_TRUTH_BIN_COUNT; bin++)
        out_predicate->bins[bin] =
            (steme_truth_bin){predicate->bins[bin].claim_count, predicate->bins[bin].expected,
                              predicate->bins[bin].observed};
    return 1;
}

int steme_truth_model_source(const steme_truth_model *model, uint32_t predicate, uint32_t index,
                             steme_truth_source *out_source)
{
    const lens_truth_model *tables = &model->tables;
    if (predicate >= tables->predicate_count || index >= tables->predicates[predicate].skill_count)
        return 0;
    const lens_truth_skill *skill = &tables->predicates[predicate].skills[index];
    const lens_truth_worker *worker = &tables->workers[skill->worker];
    bool is_numbers = tables->predicates[predicate].kind == LENS_TRUTH_NUMBERS;
    *out_source = (steme_truth_source){.identity = worker->identity,
                                       .name = worker->source,
                                       .claim_count = skill->claim_count,
                                       .accuracy_millionths = skill->accuracy,
                                       .weight_millionths = is_numbers ? skill->strength : 0,
                                       .group = worker->group};
    return 1;
}
