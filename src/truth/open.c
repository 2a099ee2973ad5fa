/* open.c -- many values: one accuracy per worker.
 *
 * A worker is right with chance a, else says any of n wrong values alike; n is what the agreement
 * among wrong claims shows (X. L. Dong, L. Berti-Equille, D. Srivastava, "Integrating conflicting
 * data: the role of source dependence", VLDB 2009, section 3). Only values that are claimed of a
 * task can be its truth. */
#include "truth/math.h"
#include "truth/state.h"

enum { ITERATION_COUNT = 20, CALIBRATION_CROWD_MAX = 64 };

static const double false_count_max = 1000;
static const double usual_claims = 4; /* that stand against chance in each worker's accuracy */

static double clamp(double x, double low, double high)
{
    return x < low ? low : x > high ? high : x;
}

static double *claim_posterior(const truth_part *part, size_t claim)
{
    return &part->posterior[claim - part->claim_first];
}

bool truth_open_init(truth_state *state, truth_part *part)
{
    part->posterior =
        base_arena_alloc(&state->arena, (part->claim_end - part->claim_first) * sizeof(double));
    part->temperature = 1;
    part->false_count = 1;
    return part->posterior != NULL;
}

static void start_with_majority(const truth_state *state, truth_part *part)
{
    for (uint32_t task = part->task_first; task < part->task_end; task++) {
        size_t first = state->task_claims[task];
        size_t end = state->task_claims[task + 1];
        double total = 0;
        for (size_t i = first; i < end; i++)
            *claim_posterior(part, i) = 0;
        for (size_t i = first; i < end; i++) {
            *claim_posterior(part, state->leader[i]) += state->weight[i];
            total += state->weight[i];
        }
        for (size_t i = first; i < end; i++)
            *claim_posterior(part, i) = state->leader[i] == i
                                            ? *claim_posterior(part, i) / total
                                            : *claim_posterior(part, state->leader[i]);
    }
}

static void fit_accuracies(const truth_state *state, truth_part *part)
{
    double right = 2;
    double all = 3;
    for (uint32_t i = 0; i < part->skill_count; i++)
        part->skills[i].accuracy = 0;
    for (size_t i = part->claim_first; i < part->claim_end; i++) {
        double posterior = *claim_posterior(part, i);
        part->skills[state->claim_skill[i]].accuracy += posterior;
        right += state->weight[i] * posterior;
        all += state->weight[i];
    }
    part->accuracy = right / all;
    for (uint32_t i = 0; i < part->skill_count; i++) {
        truth_skill *skill = &part->skills[i];
        double accuracy =
            (skill->accuracy + usual_claims * part->accuracy) / (skill->claim_count + usual_claims);
        skill->accuracy = clamp(accuracy, 0.01, 0.99);
    }
}

/* Pairs of claims that are wrong, over those of them that agree. */
static void fit_false_count(truth_state *state, truth_part *part)
{
    double wrong_pairs = 1;
    double agreeing = 1;
    double *votes = state->scratch;
    for (uint32_t task = part->task_first; task < part->task_end; task++) {
        size_t first = state->task_claims[task];
        size_t end = state->task_claims[task + 1];
        double all = 0;
        for (size_t i = first; i < end; i++) {
            votes[i] = 0;
            votes[state->leader[i]] += state->weight[i];
            all += state->weight[i];
        }
        for (size_t i = first; i < end; i++) {
            if (state->leader[i] != i)
                continue;
            double posterior = *claim_posterior(part, i);
            double others = all - votes[i];
            if (others > 1)
                wrong_pairs += posterior * others * (others - 1);
            if (votes[i] > 1)
                agreeing += (1 - posterior) * votes[i] * (votes[i] - 1);
        }
    }
    part->false_count = clamp(wrong_pairs / agreeing, 1, false_count_max);
}

/* What a claim adds to the logarithm of its value's chance; never against it. */
static double evidence(const truth_part *part, const truth_skill *skill)
{
    double odds = skill->accuracy * part->false_count / (1 - skill->accuracy);
    return odds < 1.02 ? 0.02 : truth_log(odds);
}

static void judge_task(const truth_state *state, truth_part *part, uint32_t task)
{
    size_t first = state->task_claims[task];
    size_t end = state->task_claims[task + 1];
    double best = 0;
    for (size_t i = first; i < end; i++)
        *claim_posterior(part, i) = 0;
    for (size_t i = first; i < end; i++) {
        double *score = claim_posterior(part, state->leader[i]);
        *score += state->weight[i] * evidence(part, &part->skills[state->claim_skill[i]]);
        best = *score > best ? *score : best;
    }
    double sum = 0;
    for (size_t i = first; i < end; i++)
        if (state->leader[i] == i) {
            *claim_posterior(part, i) = truth_exp(*claim_posterior(part, i) - best);
            sum += *claim_posterior(part, i);
        }
    for (size_t i = first; i < end; i++)
        *claim_posterior(part, i) = state->leader[i] == i
                                        ? *claim_posterior(part, i) / sum
                                        : *claim_posterior(part, state->leader[i]);
}

void truth_open_fit(truth_state *state, truth_part *part)
{
    start_with_majority(state, part);
    for (int iteration = 0; iteration < ITERATION_COUNT; iteration++) {
        fit_accuracies(state, part);
        fit_false_count(state, part);
        for (uint32_t task = part->task_first; task < part->task_end; task++)
            judge_task(state, part, task);
    }
}

/* Scores of a task's values, at their first claims, by all claims but `held`; the greatest one's
 * place, or SIZE_MAX where nobody else claims anything. */
static size_t score_others(const truth_state *state, const truth_part *part, size_t first,
                           size_t end, size_t held)
{
    double *scores = state->scratch;
    size_t best = SIZE_MAX;
    for (size_t i = first; i < end; i++)
        scores[i] = 0;
    for (size_t i = first; i < end; i++)
        if (i != held)
            scores[state->leader[i]] +=
                state->weight[i] * evidence(part, &part->skills[state->claim_skill[i]]);
    for (size_t i = first; i < end; i++)
        if (scores[i] > 0 && (best == SIZE_MAX || scores[i] > scores[best]))
            best = i;
    return best;
}

static void calibrate_claim(const truth_state *state, truth_part *part, size_t first, size_t end,
                            size_t held)
{
    size_t best = score_others(state, part, first, end, held);
    double sum = 0;
    if (best == SIZE_MAX)
        return;
    for (size_t i = first; i < end; i++)
        if (state->scratch[i] > 0)
            sum += truth_exp(state->scratch[i] - state->scratch[best]);
    double accuracy = part->skills[state->claim_skill[held]].accuracy;
    double right = 1 / sum;
    double chance = right * accuracy + (1 - right) * (1 - accuracy) / part->false_count;
    bool came_true = state->leader[held] == best;
    double miss = chance - (came_true ? 1 : 0);
    part->brier += miss * miss;
    truth_bins_add(part, chance, came_true);
}

/* Whether each claim is what the others about its task made most probable; of crowded tasks it
 * would take too long. */
void truth_open_calibrate(truth_state *state, truth_part *part)
{
    for (uint32_t task = part->task_first; task < part->task_end; task++) {
        size_t first = state->task_claims[task];
        size_t end = state->task_claims[task + 1];
        if (end - first < 2 || end - first > CALIBRATION_CROWD_MAX)
            continue;
        for (size_t held = first; held < end; held++)
            calibrate_claim(state, part, first, end, held);
    }
}

double truth_open_copy_odds(const truth_state *state, const truth_part *part, size_t left,
                            size_t right)
{
    const truth_skill *skills[2] = {&part->skills[state->claim_skill[left]],
                                    &part->skills[state->claim_skill[right]]};
    bool is_group = state->group[skills[0]->worker] == state->group[skills[1]->worker];
    double posterior = clamp(*claim_posterior(part, left), 1e-12, 1 - 1e-12);
    /* Without the two: as one where they have one vote between them. */
    double vote = evidence(part, skills[0]) + (is_group ? 0 : evidence(part, skills[1]));
    double odds = posterior / (1 - posterior) * truth_exp(-vote);
    double rest = odds / (1 + odds);
    double first = skills[0]->accuracy;
    double second = skills[1]->accuracy;
    double first_wrong = (1 - first) / part->false_count;
    double second_wrong = (1 - second) / part->false_count;
    return (rest * first + (1 - rest) * first_wrong) /
           (rest * first * second + (1 - rest) * first_wrong * second_wrong);
}
