#include "truth/fit.h"

#include <stdlib.h>

#include "base/error.h"
#include "truth/state.h"

enum {
    REVIEW_COUNT = 5,     /* of suspects, each after a fit */
    NUMBER_VALUE_MIN = 21 /* numbers with fewer different values are labels */
};

void truth_bins_add(truth_part *part, double expected, bool came_true)
{
    int bin = (int)(expected * LENS_TRUTH_BIN_COUNT);
    if (bin >= (int)LENS_TRUTH_BIN_COUNT)
        bin = LENS_TRUTH_BIN_COUNT - 1;
    part->bin_claims[bin]++;
    part->bin_expected[bin] += expected;
    part->bin_observed[bin] += came_true ? 1 : 0;
}

/* ---- The claims ------------------------------------------------------------------------------ */

static steme_status check_claims(const truth_input *input, uint64_t task_count, steme_error *error)
{
    if (input->claim_count >= TRUTH_NO_CLAIM || task_count >= UINT32_MAX)
        return base_fail(error, STEME_INVALID, "truth: more claims than 4294967294");
    uint32_t predicate = 0;
    uint64_t end = input->predicate_count == 0 ? 0 : input->predicates[0].task_count;
    uint64_t next_task = 0; /* each has claims */
    for (size_t i = 0; i < input->claim_count; i++) {
        const truth_claim *claim = &input->claims[i];
        bool is_same_task = i > 0 && claim->task == claim[-1].task;
        if (claim->task >= task_count || claim->worker >= input->worker_count)
            return base_fail(error, STEME_INVALID, "truth: no such task or worker: claim %zu", i);
        if (is_same_task ? claim->worker <= claim[-1].worker : claim->task != next_task)
            return base_fail(error, STEME_INVALID, "truth: out of order: claim %zu", i);
        next_task = (uint64_t)claim->task + 1;
        while (claim->task >= end)
            end += input->predicates[++predicate].task_count;
        if (claim->value >= input->predicates[predicate].value_count)
            return base_fail(error, STEME_INVALID, "truth: no such value: claim %zu", i);
    }
    if (next_task != task_count)
        return base_fail(error, STEME_INVALID, "truth: task %llu has no claims",
                         (unsigned long long)next_task);
    return STEME_OK;
}

static bool state_alloc(truth_state *state)
{
    const truth_input *input = state->input;
    base_arena *arena = &state->arena;
    size_t claims = input->claim_count;
    size_t workers = input->worker_count;
    size_t table = TRUTH_LEVEL_COUNT * LENS_TRUTH_LABEL_MAX * LENS_TRUTH_LABEL_MAX;
    state->task_claims = base_arena_alloc(arena, ((size_t)state->task_count + 1) * sizeof(size_t));
    state->task_part = base_arena_alloc(arena, state->task_count * sizeof(uint32_t));
    state->leader = base_arena_alloc(arena, claims * sizeof(uint32_t));
    state->next_alike = base_arena_alloc(arena, claims * sizeof(uint32_t));
    state->claim_skill = base_arena_alloc(arena, claims * sizeof(uint32_t));
    state->weight = base_arena_alloc(arena, claims * sizeof(double));
    state->scratch =
        base_arena_alloc(arena, (claims > workers ? claims : workers) * sizeof(double));
    state->distances = base_arena_alloc(arena, 3 * claims * sizeof(double));
    state->group = base_arena_alloc(arena, workers * sizeof(uint32_t));
    state->worker_skill = base_arena_alloc(arena, workers * sizeof(uint32_t));
    state->group_weight = base_arena_alloc(arena, workers * sizeof(double));
    state->level_pool = base_arena_alloc(arena, table * sizeof(double));
    state->level_log = base_arena_alloc(arena, table * sizeof(double));
    state->parts = base_arena_alloc(arena, input->predicate_count * sizeof(truth_part));
    return state->task_claims != NULL && state->task_part != NULL && state->leader != NULL &&
           state->next_alike != NULL && state->claim_skill != NULL && state->weight != NULL &&
           state->scratch != NULL && state->distances != NULL && state->group != NULL &&
           state->worker_skill != NULL && state->group_weight != NULL &&
           state->level_pool != NULL && state->level_log != NULL && state->parts != NULL;
}

static void list_tasks(truth_state *state)
{
    const truth_input *input = state->input;
    size_t claim = 0;
    for (uint32_t task = 0; task < state->task_count; task++) {
        state->task_claims[task] = claim;
        while (claim < input->claim_count && input->claims[claim].task == task)
            claim++;
    }
    state->task_claims[state->task_count] = claim;
    for (size_t i = 0; i < input->claim_count; i++)
        state->weight[i] = 1;
    for (uint32_t worker = 0; worker < input->worker_count; worker++) {
        state->group[worker] = worker;
        state->group_weight[worker] = 1;
        state->worker_skill[worker] = UINT32_MAX;
    }
}

/* Links each task's claims that say the same. */
static bool link_alike(truth_state *state, const truth_part *part)
{
    const truth_claim *claims = state->input->claims;
    uint32_t count = part->predicate->value_count;
    uint32_t *latest = base_alloc(count * sizeof *latest); /* claim of each value */
    if (latest == NULL)
        return false;
    for (uint32_t value = 0; value < count; value++)
        latest[value] = TRUTH_NO_CLAIM;
    for (size_t i = part->claim_first; i < part->claim_end; i++) {
        uint32_t before = latest[claims[i].value];
        bool is_first = before == TRUTH_NO_CLAIM || claims[before].task != claims[i].task;
        state->leader[i] = is_first ? (uint32_t)i : state->leader[before];
        state->next_alike[i] = TRUTH_NO_CLAIM;
        if (!is_first)
            state->next_alike[before] = (uint32_t)i;
        latest[claims[i].value] = (uint32_t)i;
    }
    base_free(latest);
    return true;
}

static int compare_workers(const void *left, const void *right)
{
    uint32_t a = *(const uint32_t *)left;
    uint32_t b = *(const uint32_t *)right;
    return (a > b) - (a < b);
}

/* The part's skills: its workers in ascending order. */
static bool list_skills(truth_state *state, truth_part *part)
{
    const truth_claim *claims = state->input->claims;
    uint32_t *numbers = state->worker_skill;
    uint32_t *workers = base_alloc((part->claim_end - part->claim_first) * sizeof *workers);
    if (workers == NULL)
        return false;
    part->skill_count = 0;
    for (size_t i = part->claim_first; i < part->claim_end; i++)
        if (numbers[claims[i].worker] == UINT32_MAX) {
            numbers[claims[i].worker] = 0;
            workers[part->skill_count++] = claims[i].worker;
        }
    part->skills = base_arena_alloc(&state->arena, part->skill_count * sizeof *part->skills);
    bool is_done = part->skills != NULL;
    qsort(workers, part->skill_count, sizeof *workers, compare_workers);
    for (uint32_t i = 0; is_done && i < part->skill_count; i++) {
        part->skills[i] = (truth_skill){.worker = workers[i], .row = TRUTH_NO_ROW};
        numbers[workers[i]] = i;
    }
    for (size_t i = part->claim_first; is_done && i < part->claim_end; i++) {
        state->claim_skill[i] = numbers[claims[i].worker];
        part->skills[state->claim_skill[i]].claim_count++;
    }
    for (uint32_t i = 0; i < part->skill_count; i++)
        numbers[workers[i]] = UINT32_MAX;
    base_free(workers);
    return is_done;
}

/* ---- The parts ------------------------------------------------------------------------------- */

static lens_truth_kind kind_of(const truth_predicate *predicate, size_t claim_count)
{
    uint64_t count = predicate->value_count;
    if (predicate->numbers != NULL && count >= NUMBER_VALUE_MIN)
        return LENS_TRUTH_NUMBERS;
    /* A confusion has as many cells: below a claim for each it would tell nothing. */
    if (count >= 2 && count <= LENS_TRUTH_LABEL_MAX && count * count <= claim_count)
        return LENS_TRUTH_LABELS;
    return LENS_TRUTH_OPEN;
}

static bool part_init(truth_state *state, truth_part *part)
{
    static bool (*const inits[])(truth_state *, truth_part *) = {truth_labels_init, truth_open_init,
                                                                 truth_numbers_init};
    return link_alike(state, part) && list_skills(state, part) && inits[part->kind](state, part);
}

static bool parts_init(truth_state *state)
{
    uint32_t task = 0;
    for (uint32_t i = 0; i < state->input->predicate_count; i++) {
        const truth_predicate *predicate = &state->input->predicates[i];
        truth_part *part = &state->parts[i];
        *part = (truth_part){.predicate = predicate, .task_first = task, .temperature = 1};
        part->task_end = task + predicate->task_count;
        part->claim_first = state->task_claims[task];
        part->claim_end = state->task_claims[part->task_end];
        part->kind = kind_of(predicate, part->claim_end - part->claim_first);
        part->value_count = part->kind == LENS_TRUTH_LABELS ? predicate->value_count : 0;
        for (; task < part->task_end; task++)
            state->task_part[task] = i;
        if (!part_init(state, part))
            return false;
    }
    return true;
}

static void parts_fit(truth_state *state)
{
    static void (*const fits[])(truth_state *, truth_part *) = {truth_labels_fit, truth_open_fit,
                                                                truth_numbers_fit};
    for (uint32_t i = 0; i < state->input->predicate_count; i++)
        fits[state->parts[i].kind](state, &state->parts[i]);
}

static void bins_finish(truth_part *part)
{
    double claims = 0;
    for (uint32_t bin = 0; bin < LENS_TRUTH_BIN_COUNT; bin++) {
        double gap = part->bin_expected[bin] - part->bin_observed[bin];
        claims += part->bin_claims[bin];
        part->calibration_error += gap < 0 ? -gap : gap;
    }
    if (claims > 0) {
        part->calibration_error /= claims;
        part->brier /= claims;
    }
}

static void parts_calibrate(truth_state *state)
{
    for (uint32_t i = 0; i < state->input->predicate_count; i++) {
        truth_part *part = &state->parts[i];
        if (part->kind == LENS_TRUTH_LABELS)
            truth_labels_calibrate(state, part);
        else if (part->kind == LENS_TRUTH_OPEN)
            truth_open_calibrate(state, part);
        bins_finish(part);
    }
}

static bool fit_all(truth_state *state)
{
    if (!truth_copies_suspect(state))
        return false;
    bool is_changed = state->pair_count > 0;
    state->is_trial = true;
    for (int review = 0; is_changed && review < REVIEW_COUNT; review++) {
        parts_fit(state);
        if (!truth_copies_review(state, &is_changed))
            return false;
    }
    state->is_trial = false;
    for (uint32_t i = 0; i < state->input->predicate_count; i++)
        if (state->parts[i].kind == LENS_TRUTH_LABELS)
            truth_labels_choose(state, &state->parts[i]);
    parts_fit(state);
    parts_calibrate(state);
    return true;
}

steme_status truth_fit(const truth_input *input, truth_model **out_model, steme_error *error)
{
    uint64_t task_count = 0;
    for (uint32_t i = 0; i < input->predicate_count; i++)
        task_count += input->predicates[i].task_count;
    steme_status status = check_claims(input, task_count, error);
    if (status != STEME_OK)
        return status;
    truth_state state = {.input = input, .task_count = (uint32_t)task_count};
    bool is_done = state_alloc(&state);
    if (is_done)
        list_tasks(&state);
    is_done = is_done && parts_init(&state) && fit_all(&state) && truth_export(&state, out_model);
    base_free(state.pairs);
    base_arena_deinit(&state.arena);
    return is_done ? STEME_OK : base_fail(error, STEME_NO_MEMORY, "truth: no memory for the fit");
}
