/* export.c -- what was fitted, as a model's tables: chances to the nearest millionth, none of them
 * 0. */
#include <string.h>

#include "truth/state.h"

enum { UNIT = 1000000 };

static uint32_t millionths(double x, double most)
{
    double scaled = x * UNIT + 0.5;
    return scaled < 1 ? 1 : scaled > most ? (uint32_t)most : (uint32_t)scaled;
}

static uint32_t chance(double x)
{
    return millionths(x, UNIT);
}

static bool copy_span(base_arena *arena, steme_span span, steme_span *out_span)
{
    *out_span = (steme_span){base_arena_copy(arena, span.bytes, span.size), span.size};
    return out_span->bytes != NULL;
}

static bool export_skills(base_arena *arena, const truth_part *part, lens_truth_predicate *out)
{
    size_t cells = (size_t)part->value_count * part->value_count;
    lens_truth_skill *skills = base_arena_alloc(arena, part->skill_count * sizeof *skills);
    uint32_t *rows = base_arena_alloc(arena, part->row_count * cells * sizeof *rows);
    if (skills == NULL || rows == NULL)
        return false;
    for (size_t i = 0; i < part->row_count * cells; i++)
        rows[i] = chance(part->rows[i]);
    for (uint32_t i = 0; i < part->skill_count; i++) {
        const truth_skill *skill = &part->skills[i];
        skills[i] = (lens_truth_skill){.worker = skill->worker,
                                       .claim_count = skill->claim_count,
                                       .accuracy = chance(skill->accuracy)};
        if (part->kind == LENS_TRUTH_NUMBERS)
            skills[i].strength = millionths(skill->weight, UINT32_MAX);
        if (part->kind == LENS_TRUTH_LABELS)
            skills[i].strength = millionths(truth_labels_odds(part, skill), UINT32_MAX);
        if (truth_labels_has_row(part, skill))
            skills[i].confusion = &rows[skill->row * cells];
    }
    out->skill_count = part->skill_count;
    out->skills = skills;
    return true;
}

static bool export_labels(base_arena *arena, const truth_part *part, lens_truth_predicate *out)
{
    size_t cells = (size_t)part->value_count * part->value_count;
    uint32_t *prior = base_arena_alloc(arena, part->value_count * sizeof *prior);
    uint32_t *pool = base_arena_alloc(arena, cells * sizeof *pool);
    steme_id *values =
        base_arena_copy(arena, part->predicate->values, part->value_count * sizeof *values);
    if (prior == NULL || pool == NULL || values == NULL)
        return false;
    for (uint32_t value = 0; value < part->value_count; value++)
        prior[value] = chance(part->prior[value]);
    for (size_t i = 0; i < cells; i++)
        pool[i] = chance(part->pool[i]);
    out->value_count = part->value_count;
    out->values = values;
    out->prior = prior;
    out->confusion = pool;
    return true;
}

static void export_calibration(const truth_part *part, lens_truth_predicate *out)
{
    out->temperature = chance(part->temperature);
    out->brier = millionths(part->brier, 2 * UNIT);
    out->calibration_error = chance(part->calibration_error);
    for (uint32_t bin = 0; bin < LENS_TRUTH_BIN_COUNT; bin++) {
        double claims = part->bin_claims[bin];
        out->bins[bin].claim_count = (uint32_t)claims;
        if (claims > 0) {
            out->bins[bin].expected = chance(part->bin_expected[bin] / claims);
            out->bins[bin].observed = (uint32_t)(part->bin_observed[bin] / claims * UNIT + 0.5);
        }
    }
}

static bool export_predicate(base_arena *arena, const truth_part *part, lens_truth_predicate *out)
{
    *out = (lens_truth_predicate){.kind = part->kind,
                                  .task_count = part->task_end - part->task_first,
                                  .claim_count = (uint32_t)(part->claim_end - part->claim_first),
                                  .accuracy = chance(part->accuracy)};
    if (part->kind == LENS_TRUTH_OPEN)
        out->false_count = (uint32_t)(part->false_count + 0.5);
    export_calibration(part, out);
    return copy_span(arena, part->predicate->name, &out->name) &&
           (part->kind != LENS_TRUTH_LABELS || export_labels(arena, part, out)) &&
           export_skills(arena, part, out);
}

static bool export_all(const truth_state *state, truth_model *model)
{
    const truth_input *input = state->input;
    lens_truth_worker *workers =
        base_arena_alloc(&model->arena, input->worker_count * sizeof *workers);
    lens_truth_predicate *predicates =
        base_arena_alloc(&model->arena, input->predicate_count * sizeof *predicates);
    if (workers == NULL || predicates == NULL)
        return false;
    for (uint32_t i = 0; i < input->worker_count; i++) {
        workers[i] =
            (lens_truth_worker){.identity = input->workers[i].identity, .group = state->group[i]};
        if (!copy_span(&model->arena, input->workers[i].source, &workers[i].source))
            return false;
    }
    for (uint32_t i = 0; i < input->predicate_count; i++)
        if (!export_predicate(&model->arena, &state->parts[i], &predicates[i]))
            return false;
    model->tables = (lens_truth_model){.root = input->root,
                                       .as_of_ns = input->as_of_ns,
                                       .worker_count = input->worker_count,
                                       .workers = workers,
                                       .predicate_count = input->predicate_count,
                                       .predicates = predicates};
    return true;
}

bool truth_export(const truth_state *state, truth_model **out_model)
{
    truth_model *model = base_alloc_zero(1, sizeof *model);
    if (model == NULL)
        return false;
    if (!export_all(state, model) || truth_model_encode(model, NULL) != STEME_OK) {
        truth_model_free(model);
        return false;
    }
    *out_model = model;
    return true;
}
