/* labels.c -- few values: each worker's confusion matrix by expectation maximisation.
 *
 * A. P. Dawid, A. M. Skene, "Maximum likelihood estimation of observer error-rates using the EM
 * algorithm", Applied Statistics 28 (1979). Maximum likelihood alone falls below the majority where
 * workers have few claims or classes are skewed, so every row of a confusion is shrunk towards what
 * the predicate's workers do together, at the odds of this worker being right, by a strength that
 * the claims choose themselves: the one under which each worker's claims are best told from its own
 * others (empirical Bayes by leaving one out). How much is told apart at all, down to the majority,
 * is what foretells tasks that were not fitted to. The strength falls from a half to a quarter of
 * that over the iterations: a worker's peculiarities count once the classes stand. */
#include <assert.h>
#include <string.h>

#include "truth/math.h"
#include "truth/state.h"

enum {
    ITERATION_COUNT = 20,
    TRIAL_ITERATION_COUNT = 8,    /* enough to see who errs */
    STRENGTH_COUNT = 10,          /* 1/2, 1, 2, ... 256 */
    ALIKE_FROM = 8,               /* the strengths that are very many */
    STRENGTH_SAMPLE_MAX = 200000, /* entries of confusions that choose the strength */
    CALIBRATION_SAMPLE_MAX = 100000,
    TEMPERATURE_COUNT = 12,
    CHOICE_WORK_MAX = 1 << 23, /* claims times values above which the depth is not chosen */
    SURE = 4,                  /* standard errors, squared, that a depth has to win by */
};

static const double least_chance = 1e-6;
static const double least_log = -13.815510557964274; /* its logarithm */
static const double least_posterior = 1e-16;
static const double least_posterior_log = -36.8;
static const double tie_breaking = 0.001; /* what is left of log odds where all are alike */
static const double least_edge = 0.1;   /* of the usual worker's accuracy over guessing, in parts */
static const double bound_errors = 1.5; /* times that errors agree by chance: more is no chance */
static const double countable = 1e-12;  /* posteriors below do not count */

static size_t square(const truth_part *part)
{
    return (size_t)part->value_count * part->value_count;
}

static double clamp(double x, double low, double high)
{
    return x < low ? low : x > high ? high : x;
}

bool truth_labels_has_row(const truth_part *part, const truth_skill *skill)
{
    return part->depth == TRUTH_HABITS && skill->row != TRUTH_NO_ROW;
}

static bool is_held(const truth_part *part, uint32_t task)
{
    return (task - part->task_first) % TRUTH_FOLD_COUNT == part->held_fold;
}

bool truth_labels_init(truth_state *state, truth_part *part)
{
    size_t count = part->value_count;
    size_t cells = square(part);
    part->row_count = 0;
    part->depth = TRUTH_HABITS;
    part->held_fold = TRUTH_FOLD_COUNT;
    for (uint32_t i = 0; i < part->skill_count; i++) {
        /* Fewer claims than this say nothing of single cells, and would take most of the memory. */
        bool has_row = (size_t)part->skills[i].claim_count * 4 >= cells;
        part->skills[i].row = has_row ? part->row_count++ : TRUTH_NO_ROW;
    }
    base_arena *arena = &state->arena;
    size_t task_count = part->task_end - part->task_first;
    part->posterior = base_arena_alloc(arena, task_count * count * sizeof(double));
    part->prior = base_arena_alloc(arena, count * sizeof(double));
    part->pool = base_arena_alloc(arena, cells * sizeof(double));
    part->rows = base_arena_alloc(arena, part->row_count * cells * sizeof(double));
    part->row_logs = base_arena_alloc(arena, part->row_count * cells * sizeof(double));
    return part->posterior != NULL && part->prior != NULL && part->pool != NULL &&
           part->rows != NULL && part->row_logs != NULL;
}

/* The pool's chance of a right answer at a worker's odds. */
static double right_at(double usual, double factor)
{
    double odds = usual / (1 - usual) * factor;
    return odds / (1 + odds);
}

double truth_labels_odds(const truth_part *part, const truth_skill *skill)
{
    double log = ((double)skill->level - TRUTH_LEVEL_USUAL) / TRUTH_LEVELS_PER_UNIT;
    return truth_exp(part->depth == TRUTH_ALIKE ? log * tie_breaking : log);
}

double truth_labels_chance(const truth_part *part, const truth_skill *skill, double odds,
                           uint32_t claimed, uint32_t value)
{
    uint32_t count = part->value_count;
    size_t cell = (size_t)claimed * count + value;
    if (truth_labels_has_row(part, skill))
        return part->rows[skill->row * square(part) + cell];
    double usual = part->pool[value * count + value];
    double right = right_at(usual, odds);
    double chance = claimed == value ? right : part->pool[cell] / (1 - usual) * (1 - right);
    return clamp(chance, least_chance, 1);
}

static const double *confusion(const truth_state *state, const truth_part *part,
                               const truth_skill *skill)
{
    return truth_labels_has_row(part, skill) ? &part->rows[skill->row * square(part)]
                                             : &state->level_pool[skill->level * square(part)];
}

static const double *confusion_log(const truth_state *state, const truth_part *part,
                                   const truth_skill *skill)
{
    return truth_labels_has_row(part, skill) ? &part->row_logs[skill->row * square(part)]
                                             : &state->level_log[skill->level * square(part)];
}

static double *task_posterior(const truth_part *part, uint32_t task)
{
    return &part->posterior[(size_t)(task - part->task_first) * part->value_count];
}

/* ---- Maximisation ---------------------------------------------------------------------------- */

static void start_with_majority(const truth_state *state, truth_part *part)
{
    uint32_t count = part->value_count;
    for (uint32_t task = part->task_first; task < part->task_end; task++) {
        double *posterior = task_posterior(part, task);
        for (uint32_t value = 0; value < count; value++)
            posterior[value] = 0;
        double total = 0;
        for (size_t i = state->task_claims[task]; i < state->task_claims[task + 1]; i++) {
            posterior[state->input->claims[i].value] += state->weight[i];
            total += state->weight[i];
        }
        for (uint32_t value = 0; value < count; value++)
            posterior[value] = total > 0 ? posterior[value] / total : 1.0 / count;
    }
}

/* Add one to each. */
static void fit_prior(truth_part *part)
{
    uint32_t count = part->value_count;
    double all = count;
    for (uint32_t value = 0; value < count; value++)
        part->prior[value] = 1;
    for (uint32_t task = part->task_first; task < part->task_end; task++) {
        if (part->depth < TRUTH_CLASSES || is_held(part, task))
            continue;
        for (uint32_t value = 0; value < count; value++)
            part->prior[value] += task_posterior(part, task)[value];
        all++;
    }
    for (uint32_t value = 0; value < count; value++)
        part->prior[value] /= all;
}

static void count_task(const truth_state *state, truth_part *part, uint32_t task)
{
    uint32_t count = part->value_count;
    const double *posterior = task_posterior(part, task);
    uint32_t likely[LENS_TRUTH_LABEL_MAX];
    uint32_t likely_count = 0;
    for (uint32_t value = 0; value < count; value++)
        if (posterior[value] >= countable)
            likely[likely_count++] = value;
    for (size_t i = state->task_claims[task]; i < state->task_claims[task + 1]; i++) {
        const truth_claim *claim = &state->input->claims[i];
        const truth_skill *skill = &part->skills[state->claim_skill[i]];
        size_t first = (size_t)claim->value * count;
        for (uint32_t j = 0; j < likely_count; j++)
            part->pool[first + likely[j]] += state->weight[i] * posterior[likely[j]];
        if (!truth_labels_has_row(part, skill))
            continue;
        double *row = &part->rows[skill->row * square(part) + first];
        for (uint32_t j = 0; j < likely_count; j++)
            row[likely[j]] += posterior[likely[j]];
    }
}

/* Counts who says what where what is true, of each row and of all together. */
static void count_confusions(const truth_state *state, truth_part *part)
{
    size_t cells = square(part);
    for (size_t i = 0; i < cells; i++)
        part->pool[i] = 0;
    for (size_t i = 0; part->depth == TRUTH_HABITS && i < part->row_count * cells; i++)
        part->rows[i] = 0;
    for (uint32_t task = part->task_first; task < part->task_end; task++)
        if (!is_held(part, task))
            count_task(state, part, task);
}

/* The pool as chances, with five claims' worth of one-coin workers in each row; *out_accuracy =
 * part of all claims that are right. */
static void fit_pool(truth_part *part)
{
    uint32_t count = part->value_count;
    double right = 2;
    double all = 3;
    for (uint32_t claimed = 0; claimed < count; claimed++)
        for (uint32_t value = 0; value < count; value++) {
            all += part->pool[claimed * count + value];
            right += claimed == value ? part->pool[claimed * count + value] : 0;
        }
    part->accuracy = right / all;
    double least = (1 + least_edge) / count;
    double usual = part->accuracy < least ? least : part->accuracy;
    for (uint32_t value = 0; value < count; value++) {
        double sum = 0;
        for (uint32_t claimed = 0; claimed < count; claimed++)
            sum += part->pool[claimed * count + value];
        for (uint32_t claimed = 0; claimed < count; claimed++) {
            double coin = claimed == value ? usual : (1 - usual) / (count - 1);
            double *cell = &part->pool[claimed * count + value];
            *cell = part->depth < TRUTH_ERRORS ? coin : (*cell + 5 * coin) / (sum + 5);
        }
    }
}

/* The pool at the odds of one level. */
static void fit_level(truth_state *state, const truth_part *part, const double *pool_logs,
                      const truth_skill *skill)
{
    uint32_t count = part->value_count;
    double factor = truth_labels_odds(part, skill);
    double *chances = &state->level_pool[skill->level * square(part)];
    double *logs = &state->level_log[skill->level * square(part)];
    for (uint32_t value = 0; value < count; value++) {
        double usual = part->pool[value * count + value];
        double right = clamp(right_at(usual, factor), least_chance, 1 - least_chance);
        double rest = (1 - right) / (1 - usual);
        double rest_log = truth_log(rest);
        for (uint32_t claimed = 0; claimed < count; claimed++) {
            size_t cell = (size_t)claimed * count + value;
            chances[cell] = clamp(part->pool[cell] * rest, least_chance, 1);
            logs[cell] = clamp(pool_logs[cell] + rest_log, least_log, 0);
        }
        chances[value * count + value] = right;
        logs[value * count + value] = truth_log(right);
    }
}

/* Those that workers have. */
static void fit_levels(truth_state *state, const truth_part *part)
{
    bool is_fitted[TRUTH_LEVEL_COUNT] = {false};
    double pool_logs[LENS_TRUTH_LABEL_MAX * LENS_TRUTH_LABEL_MAX];
    assert(part->value_count >= 2);
    for (size_t cell = 0; cell < square(part); cell++)
        pool_logs[cell] = truth_log(part->pool[cell]);
    for (uint32_t i = 0; i < part->skill_count; i++) {
        const truth_skill *skill = &part->skills[i];
        if (!is_fitted[skill->level])
            fit_level(state, part, pool_logs, skill);
        is_fitted[skill->level] = true;
    }
}

static uint32_t level_of(double log_odds)
{
    double level = log_odds * TRUTH_LEVELS_PER_UNIT + TRUTH_LEVEL_USUAL + 0.5;
    return (uint32_t)clamp(level, 0, TRUTH_LEVEL_COUNT - 1);
}

static double log_odds(double chance)
{
    return truth_log((chance + 1e-9) / (1 - chance + 1e-9));
}

static double strength_of(int i)
{
    return 0.5 * (double)(1u << i);
}

/* How many usual claims stand against chance in a worker's accuracy: two; but where those under
 * which each of its claims' being right is best told from its others are very many, as many: then
 * workers do not differ by more than chance, and to believe that they do costs more than it can
 * win. */
static double best_usual_claims(const truth_state *state, const truth_part *part)
{
    double scores[STRENGTH_COUNT] = {0};
    for (uint32_t i = 0; i < part->skill_count; i++) {
        const truth_skill *skill = &part->skills[i];
        double right = skill->accuracy;
        double wrong = skill->counted - right;
        if (skill->counted < 2)
            continue;
        for (int j = 0; j < STRENGTH_COUNT; j++) {
            double strength = strength_of(j);
            double all = skill->counted - 1 + strength;
            double rest_right = (right > 1 ? right - 1 : 0) + strength * part->accuracy;
            double rest_wrong = (wrong > 1 ? wrong - 1 : 0) + strength * (1 - part->accuracy);
            scores[j] += state->group_weight[skill->worker] * (right * truth_log(rest_right / all) +
                                                               wrong * truth_log(rest_wrong / all));
        }
    }
    int best = 0;
    for (int j = 1; j < STRENGTH_COUNT; j++)
        if (scores[j] > scores[best])
            best = j;
    return best < ALIKE_FROM ? 2 : strength_of(best);
}

/* Each worker's part of right claims, and its odds beside what the pool would get right of the same
 * tasks; two claims' worth of the usual worker stand against chance. */
static void fit_skills(const truth_state *state, truth_part *part, double *expected)
{
    uint32_t count = part->value_count;
    for (uint32_t i = 0; i < part->skill_count; i++)
        part->skills[i].accuracy = part->skills[i].counted = expected[i] = 0;
    for (uint32_t task = part->task_first; task < part->task_end; task++) {
        if (is_held(part, task))
            continue;
        const double *posterior = task_posterior(part, task);
        double usual = 0;
        for (uint32_t value = 0; value < count; value++)
            usual += posterior[value] * part->pool[value * count + value];
        for (size_t i = state->task_claims[task]; i < state->task_claims[task + 1]; i++) {
            uint32_t skill = state->claim_skill[i];
            part->skills[skill].accuracy += posterior[state->input->claims[i].value];
            part->skills[skill].counted++;
            expected[skill] += usual;
        }
    }
    double strength = best_usual_claims(state, part);
    for (uint32_t i = 0; i < part->skill_count; i++) {
        truth_skill *skill = &part->skills[i];
        double all = skill->counted + strength;
        skill->accuracy = clamp((skill->accuracy + strength * part->accuracy) / all, 0, 1);
        double usual = clamp((expected[i] + strength * part->accuracy) / all, 0, 1);
        skill->level = level_of(log_odds(skill->accuracy) - log_odds(usual));
    }
}

/* How well the claims of one row where `value` is true are told from its others, under each
 * strength. */
static void score_strengths(const truth_state *state, const truth_part *part,
                            const truth_skill *skill, uint32_t value, double scores[STRENGTH_COUNT])
{
    uint32_t count = part->value_count;
    const double *row = &part->rows[skill->row * square(part)];
    const double *base = &state->level_pool[skill->level * square(part)];
    double all = 0;
    for (uint32_t claimed = 0; claimed < count; claimed++)
        all += row[claimed * count + value];
    if (all <= 1)
        return;
    for (int i = 0; i < STRENGTH_COUNT; i++)
        for (uint32_t claimed = 0; claimed < count; claimed++) {
            double strength = strength_of(i);
            double seen = row[claimed * count + value];
            if (seen <= 1e-6)
                continue;
            double rest = seen > 1 ? seen - 1 : 0;
            double chance =
                (rest + strength * base[claimed * count + value]) / (all - 1 + strength);
            scores[i] += state->group_weight[skill->worker] * seen * truth_log(chance);
        }
}

static double best_strength(const truth_state *state, const truth_part *part, uint32_t value,
                            double share)
{
    double scores[STRENGTH_COUNT] = {0};
    size_t stride = part->row_count * square(part) / STRENGTH_SAMPLE_MAX + 1;
    for (uint32_t i = 0; i < part->skill_count; i++) {
        const truth_skill *skill = &part->skills[i];
        if (truth_labels_has_row(part, skill) && skill->row % stride == 0)
            score_strengths(state, part, skill, value, scores);
    }
    int best = 0;
    for (int i = 1; i < STRENGTH_COUNT; i++)
        if (scores[i] > scores[best])
            best = i;
    return strength_of(best) * (best < ALIKE_FROM ? share : 1);
}

static void shrink_rows(const truth_state *state, truth_part *part, double share)
{
    uint32_t count = part->value_count;
    for (uint32_t value = 0; value < count; value++) {
        double strength = best_strength(state, part, value, share);
        for (uint32_t i = 0; i < part->skill_count; i++) {
            const truth_skill *skill = &part->skills[i];
            if (!truth_labels_has_row(part, skill))
                continue;
            double *row = &part->rows[skill->row * square(part)];
            double *logs = &part->row_logs[skill->row * square(part)];
            const double *base = &state->level_pool[skill->level * square(part)];
            double all = 0;
            for (uint32_t claimed = 0; claimed < count; claimed++)
                all += row[claimed * count + value];
            for (uint32_t claimed = 0; claimed < count; claimed++) {
                size_t cell = (size_t)claimed * count + value;
                row[cell] =
                    clamp((row[cell] + strength * base[cell]) / (all + strength), least_chance, 1);
                logs[cell] = truth_log(row[cell]);
            }
        }
    }
}

/* ---- Expectation ----------------------------------------------------------------------------- */

/* Logarithms to chances that sum to 1, multiplied by `temperature` before. */
static void normalize(double *scores, uint32_t count, double temperature)
{
    assert(count >= 2);
    double best = scores[0];
    for (uint32_t value = 1; value < count; value++)
        best = scores[value] > best ? scores[value] : best;
    double sum = 0;
    for (uint32_t value = 0; value < count; value++) {
        double log = (scores[value] - best) * temperature;
        scores[value] = log < least_posterior_log ? least_posterior : truth_exp(log);
        sum += scores[value];
    }
    for (uint32_t value = 0; value < count; value++)
        scores[value] /= sum;
}

static void score_task(const truth_state *state, const truth_part *part, const double *prior_log,
                       uint32_t task, double *scores)
{
    uint32_t count = part->value_count;
    for (uint32_t value = 0; value < count; value++)
        scores[value] = prior_log[value];
    for (size_t i = state->task_claims[task]; i < state->task_claims[task + 1]; i++) {
        const truth_skill *skill = &part->skills[state->claim_skill[i]];
        const double *logs =
            &confusion_log(state, part, skill)[state->input->claims[i].value * count];
        for (uint32_t value = 0; value < count; value++)
            scores[value] += state->weight[i] * logs[value];
    }
}

static void log_prior(const truth_part *part, double prior_log[LENS_TRUTH_LABEL_MAX])
{
    for (uint32_t value = 0; value < part->value_count; value++)
        prior_log[value] = truth_log(part->prior[value]);
}

void truth_labels_fit(truth_state *state, truth_part *part)
{
    double prior_log[LENS_TRUTH_LABEL_MAX];
    double share = 0.5;
    start_with_majority(state, part);
    int iteration_count = state->is_trial ? TRIAL_ITERATION_COUNT : ITERATION_COUNT;
    for (int iteration = 0; iteration < iteration_count; iteration++) {
        fit_prior(part);
        count_confusions(state, part);
        fit_pool(part);
        fit_skills(state, part, state->scratch);
        fit_levels(state, part);
        if (part->depth == TRUTH_HABITS)
            shrink_rows(state, part, share);
        log_prior(part, prior_log);
        for (uint32_t task = part->task_first; task < part->task_end; task++) {
            double *posterior = task_posterior(part, task);
            score_task(state, part, prior_log, task, posterior);
            normalize(posterior, part->value_count, 1);
        }
        share *= 0.96593632892484555; /* 2^(-1/20) */
    }
}

/* ---- How much to tell apart --------------------------------------------------------------------
 */

/* Logarithm of the chance of all that is said of each task of the held fold, by task. */
static void score_held(truth_state *state, const truth_part *part, double *out_gains)
{
    double prior_log[LENS_TRUTH_LABEL_MAX];
    double scores[LENS_TRUTH_LABEL_MAX];
    log_prior(part, prior_log);
    for (uint32_t task = part->task_first; task < part->task_end; task++) {
        if (!is_held(part, task))
            continue;
        double best = 0;
        double sum = 0;
        score_task(state, part, prior_log, task, scores);
        for (uint32_t value = 0; value < part->value_count; value++)
            best = value == 0 || scores[value] > best ? scores[value] : best;
        for (uint32_t value = 0; value < part->value_count; value++)
            sum += scores[value] - best < least_posterior_log ? 0 : truth_exp(scores[value] - best);
        out_gains[task - part->task_first] = best + truth_log(sum);
    }
}

/* Pairs of claims about one task that are both wrong, and those of them that agree. */
static void count_errors(const truth_state *state, const truth_part *part, double *out_pairs,
                         double *out_agreeing)
{
    double votes[LENS_TRUTH_LABEL_MAX];
    *out_pairs = *out_agreeing = 0;
    for (uint32_t task = part->task_first; task < part->task_end; task++) {
        const double *posterior = task_posterior(part, task);
        double all = 0;
        for (uint32_t value = 0; value < part->value_count; value++)
            votes[value] = 0;
        for (size_t i = state->task_claims[task]; i < state->task_claims[task + 1]; i++) {
            votes[state->input->claims[i].value] += state->weight[i];
            all += state->weight[i];
        }
        for (uint32_t value = 0; value < part->value_count; value++) {
            double others = all - votes[value];
            double alike = votes[value] * (votes[value] - 1);
            if (others > 1)
                *out_pairs += posterior[value] * others * (others - 1) / 2;
            if (alike > 0)
                *out_agreeing += (1 - posterior[value]) * alike / 2;
        }
    }
}

/* Whether those who err agree more than by chance: then something binds them that no worker's
 * accuracy explains, as where most copy from one, and whoever agrees the most need not be right. */
static bool do_errors_agree(const truth_state *state, const truth_part *part)
{
    double pairs;
    double agreeing;
    if (part->value_count < 3)
        return false;
    count_errors(state, part, &pairs, &agreeing);
    double usual = pairs / (part->value_count - 1);
    return agreeing > bound_errors * usual;
}

/* Fits a depth without each fold in turn; how far the folds' tasks are foretold, [task]. */
static void try_depth(truth_state *state, truth_part *part, truth_depth depth, uint32_t fold_count,
                      double *out_gains)
{
    part->depth = depth;
    for (part->held_fold = 0; part->held_fold < fold_count; part->held_fold++) {
        truth_labels_fit(state, part);
        score_held(state, part, out_gains);
    }
}

/* Whether the gains exceed the others by more than luck. */
static bool is_better(const truth_part *part, const double *gains, const double *others,
                      uint32_t fold_count)
{
    double sum = 0;
    double square_sum = 0;
    for (uint32_t task = 0; task < part->task_end - part->task_first; task++) {
        double more = task % TRUTH_FOLD_COUNT < fold_count ? gains[task] - others[task] : 0;
        sum += more;
        square_sum += more * more;
    }
    return sum > 0 && sum * sum > SURE * square_sum;
}

/* Each depth has to foretell tasks that it was not fitted to better than those above it: what tells
 * more apart than the claims bear out would fall below the majority. */
void truth_labels_choose(truth_state *state, truth_part *part)
{
    size_t work = (part->claim_end - part->claim_first) * part->value_count;
    uint32_t fold_count = work <= CHOICE_WORK_MAX / 8 ? TRUTH_FOLD_COUNT : 1;
    uint32_t task_count = part->task_end - part->task_first;
    double *best = state->distances; /* [task] */
    double *gains = best + task_count;
    truth_depth chosen = TRUTH_ALIKE;
    if (work > CHOICE_WORK_MAX)
        return;
    state->is_trial = true;
    try_depth(state, part, TRUTH_ALIKE, fold_count, best);
    for (truth_depth depth = TRUTH_ALIKE + 1; depth < TRUTH_DEPTH_COUNT; depth++) {
        try_depth(state, part, depth, fold_count, gains);
        if (!is_better(part, gains, best, fold_count))
            continue;
        if (depth >= TRUTH_ERRORS || !do_errors_agree(state, part))
            chosen = depth;
        memcpy(best, gains, task_count * sizeof *best);
    }
    state->is_trial = false;
    part->depth = chosen;
    part->held_fold = TRUTH_FOLD_COUNT;
}

/* ---- Calibration ----------------------------------------------------------------------------- */

/* Chance of each value that the claim `i` may say, by the other claims about its task. */
static void predict(const truth_state *state, const truth_part *part, size_t i,
                    const double *task_scores, double temperature, double *out_chances)
{
    uint32_t count = part->value_count;
    const truth_claim *claim = &state->input->claims[i];
    const truth_skill *skill = &part->skills[state->claim_skill[i]];
    const double *logs = &confusion_log(state, part, skill)[claim->value * count];
    const double *chances = confusion(state, part, skill);
    double truth[LENS_TRUTH_LABEL_MAX] = {0};
    for (uint32_t value = 0; value < count; value++)
        truth[value] = task_scores[value] - state->weight[i] * logs[value];
    normalize(truth, count, temperature);
    for (uint32_t claimed = 0; claimed < count; claimed++) {
        out_chances[claimed] = 0;
        for (uint32_t value = 0; value < count; value++)
            out_chances[claimed] += truth[value] * chances[claimed * count + value];
    }
}

typedef struct truth_calibration {
    double gain[TEMPERATURE_COUNT]; /* logarithm of the chance of all claims that were seen */
    bool is_final;                  /* the temperature stands: fill the bins */
} truth_calibration;

static const double temperatures[TEMPERATURE_COUNT] = {1,    0.85, 0.7,  0.6, 0.5,  0.42,
                                                       0.35, 0.3,  0.25, 0.2, 0.15, 0.1};

static double brier_of(const double *chances, uint32_t count, uint32_t claimed)
{
    double sum = 0;
    for (uint32_t value = 0; value < count; value++) {
        double miss = chances[value] - (value == claimed ? 1 : 0);
        sum += miss * miss;
    }
    return sum;
}

static void calibrate_claim(const truth_state *state, truth_part *part, size_t i,
                            const double *scores, truth_calibration *calibration)
{
    double chances[LENS_TRUTH_LABEL_MAX];
    uint32_t claimed = state->input->claims[i].value;
    if (!calibration->is_final) {
        for (int t = 0; t < TEMPERATURE_COUNT; t++) {
            predict(state, part, i, scores, temperatures[t], chances);
            calibration->gain[t] += state->weight[i] * truth_log(chances[claimed] + 1e-12);
        }
        return;
    }
    predict(state, part, i, scores, part->temperature, chances);
    uint32_t best = 0;
    for (uint32_t value = 1; value < part->value_count; value++)
        if (chances[value] > chances[best])
            best = value;
    part->brier += brier_of(chances, part->value_count, claimed);
    truth_bins_add(part, chances[best], best == claimed);
}

static void calibrate_tasks(truth_state *state, truth_part *part, truth_calibration *calibration)
{
    double prior_log[LENS_TRUTH_LABEL_MAX];
    double scores[LENS_TRUTH_LABEL_MAX];
    log_prior(part, prior_log);
    fit_levels(state, part);
    size_t work = (part->claim_end - part->claim_first) * square(part) / 4;
    uint32_t stride = (uint32_t)(work / CALIBRATION_SAMPLE_MAX) + 1;
    for (uint32_t task = part->task_first; task < part->task_end; task += stride) {
        size_t first = state->task_claims[task];
        size_t end = state->task_claims[task + 1];
        if (end - first < 2)
            continue;
        score_task(state, part, prior_log, task, scores);
        for (size_t i = first; i < end; i++)
            calibrate_claim(state, part, i, scores, calibration);
    }
}

/* Chooses the temperature under which claims are best told from the others about the same task:
 * workers that err together make posteriors too sure. */
void truth_labels_calibrate(truth_state *state, truth_part *part)
{
    truth_calibration calibration = {{0}, false};
    calibrate_tasks(state, part, &calibration);
    int best = 0;
    for (int t = 1; t < TEMPERATURE_COUNT; t++)
        if (calibration.gain[t] > calibration.gain[best])
            best = t;
    part->temperature = temperatures[best];
    calibration.is_final = true;
    calibrate_tasks(state, part, &calibration);
}

/* ---- Copies ---------------------------------------------------------------------------------- */

double truth_labels_copy_odds(const truth_state *state, const truth_part *part, size_t left,
                              size_t right)
{
    const truth_claim *claim = &state->input->claims[left];
    uint32_t claimed = claim->value;
    const double *posterior = task_posterior(part, claim->task);
    const truth_skill *skills[2] = {&part->skills[state->claim_skill[left]],
                                    &part->skills[state->claim_skill[right]]};
    double odds[2] = {truth_labels_odds(part, skills[0]), truth_labels_odds(part, skills[1])};
    bool is_group = state->group[skills[0]->worker] == state->group[skills[1]->worker];
    double one = 0;
    double both = 0;
    for (uint32_t value = 0; value < part->value_count; value++) {
        double first = truth_labels_chance(part, skills[0], odds[0], claimed, value);
        double second = truth_labels_chance(part, skills[1], odds[1], claimed, value);
        /* Without the two: as one where they have one vote between them. */
        double rest = posterior[value] / (is_group ? first : first * second);
        one += rest * first;
        both += rest * first * second;
    }
    return one / both;
}
