/* numbers.c -- numbers: the weighted median, each worker weighed by how near it is to the others'.
 *
 * The loop of Q. Li, Y. Li, J. Gao, B. Zhao, W. Fan, J. Han, "Resolving conflicts in heterogeneous
 * data by truth discovery and source reliability estimation" (CRH), SIGMOD 2014: truths from
 * weights, weights from distances to the truths. A distance is measured from the median of the
 * other claims, since the median of few claims is one of them; beside the predicate's usual
 * distance; and not beyond a bound, so that one slip of the keyboard does not make a worker. A
 * weight is the mean distance to the power of -1.5: -1 is likeliest under Laplace's law of errors,
 * -2 under Gauss's. */
#include <stdlib.h>

#include "truth/math.h"
#include "truth/state.h"

enum {
    ITERATION_COUNT = 10,
    ALONE_MAX = 64, /* claims about a task up to which each is measured without itself */
};

#define NO_CLAIM SIZE_MAX

static const double distance_max = 10; /* in usual distances */
static const double usual_claims = 10; /* that stand against chance in each worker's distance */
static const double least_distance = 0.02;

bool truth_numbers_init(truth_state *state, truth_part *part)
{
    size_t claim_count = part->claim_end - part->claim_first;
    part->posterior =
        base_arena_alloc(&state->arena, (part->task_end - part->task_first) * sizeof(double));
    part->order = base_arena_alloc(&state->arena, claim_count * sizeof *part->order);
    part->temperature = 1;
    return part->posterior != NULL && part->order != NULL;
}

static double number_of(const truth_state *state, const truth_part *part, size_t claim)
{
    return part->predicate->numbers[state->input->claims[claim].value];
}

/* Each task's claims by ascending number. */
static void sift(const truth_claim *claims, size_t *order, size_t root, size_t count)
{
    for (size_t child = 2 * root + 1; child < count; child = 2 * child + 1) {
        if (child + 1 < count && claims[order[child]].value < claims[order[child + 1]].value)
            child++;
        if (claims[order[root]].value >= claims[order[child]].value)
            return;
        size_t swapped = order[root];
        order[root] = order[child];
        order[child] = swapped;
        root = child;
    }
}

static void sort_task(const truth_claim *claims, size_t *order, size_t count)
{
    for (size_t root = count / 2; root-- > 0;)
        sift(claims, order, root, count);
    for (size_t last = count; last-- > 1;) {
        size_t swapped = order[0];
        order[0] = order[last];
        order[last] = swapped;
        sift(claims, order, 0, last);
    }
}

/* Whether `claim` is `other` or one of its copies. */
static bool is_echo(const truth_state *state, size_t claim, size_t other)
{
    const truth_claim *claims = state->input->claims;
    return other != NO_CLAIM && claims[claim].value == claims[other].value &&
           state->group[claims[claim].worker] == state->group[claims[other].worker];
}

/* Weighted median of a task's claims but `without` and its copies; the middle where two halves
 * meet; the estimate as it is where no other claims are left. */
static double weighted_median(const truth_state *state, const truth_part *part, uint32_t task,
                              size_t without)
{
    size_t count = state->task_claims[task + 1] - state->task_claims[task];
    const size_t *order = &part->order[state->task_claims[task] - part->claim_first];
    double total = 0;
    for (size_t i = 0; i < count; i++)
        total += is_echo(state, order[i], without) ? 0 : state->scratch[order[i]];
    double below = 0;
    size_t lower = NO_CLAIM; /* where two halves meet above it */
    for (size_t i = 0; i < count; i++) {
        if (is_echo(state, order[i], without))
            continue;
        if (lower != NO_CLAIM)
            return number_of(state, part, lower) / 2 + number_of(state, part, order[i]) / 2;
        below += state->scratch[order[i]];
        double excess = 2 * below - total;
        if (excess > total * 1e-9)
            return number_of(state, part, order[i]);
        if (excess >= -total * 1e-9)
            lower = order[i];
    }
    return lower != NO_CLAIM ? number_of(state, part, lower)
                             : part->posterior[task - part->task_first];
}

static void weigh_claims(truth_state *state, const truth_part *part)
{
    for (size_t i = part->claim_first; i < part->claim_end; i++)
        state->scratch[i] = state->weight[i] * part->skills[state->claim_skill[i]].weight;
}

/* Distance of each claim from what the others about its task say; -1 where there are none. */
static void measure(const truth_state *state, const truth_part *part, double *distances)
{
    for (uint32_t task = part->task_first; task < part->task_end; task++) {
        size_t first = state->task_claims[task];
        size_t end = state->task_claims[task + 1];
        for (size_t i = first; i < end; i++) {
            double truth = end - first > ALONE_MAX || end - first < 2
                               ? part->posterior[task - part->task_first]
                               : weighted_median(state, part, task, i);
            double distance = number_of(state, part, i) - truth;
            distances[i - part->claim_first] = end - first < 2 ? -1
                                               : distance < 0  ? -distance
                                                               : distance;
        }
    }
}

typedef struct truth_distance {
    double distance, weight;
} truth_distance;

static int compare_distances(const void *left, const void *right)
{
    double a = ((const truth_distance *)left)->distance;
    double b = ((const truth_distance *)right)->distance;
    return (a > b) - (a < b);
}

/* The usual distance: the median, or the mean where most claims agree to the digit. */
static double usual_distance(const truth_state *state, const truth_part *part,
                             const double *distances, truth_distance *sorted)
{
    size_t count = 0;
    double sum = 0;
    double all = 0;
    for (size_t i = part->claim_first; i < part->claim_end; i++) {
        double distance = distances[i - part->claim_first];
        if (distance < 0)
            continue;
        sorted[count++] = (truth_distance){distance, state->weight[i]};
        sum += state->weight[i] * distance;
        all += state->weight[i];
    }
    if (count == 0 || sum <= 0)
        return 1;
    qsort(sorted, count, sizeof *sorted, compare_distances);
    double below = 0;
    for (size_t i = 0; i < count; i++) {
        below += sorted[i].weight;
        if (2 * below >= all * (1 + 1e-9))
            return sorted[i].distance > 0 ? sorted[i].distance : sum / all;
    }
    return sum / all;
}

static void fit_weights(truth_state *state, truth_part *part, const double *distances, double scale)
{
    double sum = 0;
    double all = 0;
    for (uint32_t i = 0; i < part->skill_count; i++)
        part->skills[i].weight = part->skills[i].accuracy = 0;
    for (size_t i = part->claim_first; i < part->claim_end; i++) {
        double distance = distances[i - part->claim_first];
        truth_skill *skill = &part->skills[state->claim_skill[i]];
        double bounded = distance < 0 ? 0 : distance / scale;
        if (bounded > distance_max)
            bounded = distance_max;
        skill->weight += bounded;
        skill->accuracy += distance <= scale ? 1 : 0;
        sum += state->weight[i] * bounded;
        all += state->weight[i];
    }
    double usual = sum / all;
    double weights = 0;
    for (uint32_t i = 0; i < part->skill_count; i++) {
        truth_skill *skill = &part->skills[i];
        double claims = skill->claim_count + usual_claims;
        double distance = (skill->weight + usual_claims * usual) / claims;
        if (distance < least_distance)
            distance = least_distance;
        skill->weight = truth_exp(-1.5 * truth_log(distance));
        skill->accuracy = (skill->accuracy + 1) / (skill->claim_count + 2.0);
    }
    for (size_t i = part->claim_first; i < part->claim_end; i++)
        weights += state->weight[i] * part->skills[state->claim_skill[i]].weight;
    for (uint32_t i = 0; i < part->skill_count; i++)
        part->skills[i].weight *= all / weights;
}

void truth_numbers_fit(truth_state *state, truth_part *part)
{
    double *distances = state->distances;
    truth_distance *sorted =
        (truth_distance *)(void *)&distances[part->claim_end - part->claim_first];
    for (uint32_t i = 0; i < part->skill_count; i++)
        part->skills[i].weight = 1;
    for (uint32_t task = part->task_first; task < part->task_end; task++) {
        size_t first = state->task_claims[task];
        size_t count = state->task_claims[task + 1] - first;
        size_t *order = &part->order[first - part->claim_first];
        for (size_t i = 0; i < count; i++)
            order[i] = first + i;
        sort_task(state->input->claims, order, count);
    }
    for (int iteration = 0; iteration <= ITERATION_COUNT; iteration++) {
        weigh_claims(state, part);
        for (uint32_t task = part->task_first; task < part->task_end; task++)
            part->posterior[task - part->task_first] = weighted_median(state, part, task, NO_CLAIM);
        if (iteration == ITERATION_COUNT)
            break;
        measure(state, part, distances);
        double scale = usual_distance(state, part, distances, sorted);
        fit_weights(state, part, distances, scale);
    }
    double right = 0;
    double all = 0;
    for (size_t i = part->claim_first; i < part->claim_end; i++) {
        right += state->weight[i] * part->skills[state->claim_skill[i]].accuracy;
        all += state->weight[i];
    }
    part->accuracy = right / all;
}
