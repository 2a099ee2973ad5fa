/* truth_crowd.h -- crowds that are made up, so that the truth of every task is known; and the truth
 * lens asked about them as a query asks it. One predicate.
 *
 * A worker with skill s says what is true with chance s, else any value; of numbers it is off by up
 * to 40 (1 - s), and in one of twenty claims anywhere. */
#ifndef SUPPORT_TRUTH_CROWD_H
#define SUPPORT_TRUTH_CROWD_H

#include "support/test.h"

#include "truth/fit.h"

#define TRUTH_CROWD_WORKERS_MAX 1024

typedef struct truth_crowd {
    uint32_t task_count, worker_count, value_count;
    int is_numbers; /* value i is the number i / 4 */
    double skills[TRUTH_CROWD_WORKERS_MAX];
    truth_worker workers[TRUTH_CROWD_WORKERS_MAX];
    uint32_t *truths;      /* [task] */
    steme_value *contents; /* [value] */
    steme_id *ids;         /* [value] */
    double *numbers;       /* [value] */
    truth_claim *claims;   /* by (task, worker) */
    size_t claim_count;
    uint64_t random;
} truth_crowd;

static inline double truth_crowd_chance(truth_crowd *crowd)
{
    return (double)(test_random(&crowd->random) >> 11) / 9007199254740992.0;
}

static inline uint32_t truth_crowd_below(truth_crowd *crowd, uint32_t count)
{
    return (uint32_t)(test_random(&crowd->random) >> 16) % count;
}

static inline lens_record truth_crowd_record(const truth_crowd *crowd, uint32_t value)
{
    return (lens_record){.relation = STEME_RELATION_EQUAL, .content = &crowd->contents[value]};
}

static inline void truth_crowd_make(truth_crowd *crowd, uint32_t task_count, uint32_t worker_count,
                                    uint32_t value_count, uint64_t seed)
{
    *crowd = (truth_crowd){.task_count = task_count,
                           .worker_count = worker_count,
                           .value_count = value_count,
                           .random = seed};
    crowd->truths = base_alloc(task_count * sizeof *crowd->truths);
    crowd->contents = base_alloc(value_count * sizeof *crowd->contents);
    crowd->ids = base_alloc(value_count * sizeof *crowd->ids);
    crowd->numbers = base_alloc(value_count * sizeof *crowd->numbers);
    for (uint32_t value = 0; value < value_count; value++) {
        crowd->numbers[value] = value / 4.0;
        int is_real = value % 4 != 0;
        crowd->contents[value] = (steme_value){.kind = STEME_VALUE_NUMBER,
                                               .is_real = is_real,
                                               .real = is_real ? crowd->numbers[value] : 0,
                                               .integer = is_real ? 0 : value / 4};
        lens_record record = truth_crowd_record(crowd, value);
        crowd->ids[value] = lens_truth_value_id(&record);
    }
    for (uint32_t task = 0; task < task_count; task++)
        crowd->truths[task] = truth_crowd_below(crowd, value_count);
    for (uint32_t worker = 0; worker < TRUTH_CROWD_WORKERS_MAX; worker++) {
        crowd->workers[worker].identity.bytes[0] = (uint8_t)(worker >> 8);
        crowd->workers[worker].identity.bytes[1] = (uint8_t)worker;
        crowd->skills[worker] = 0.45 + 0.5 * truth_crowd_chance(crowd);
    }
}

/* In a hundred: spammers say anything, liars anything but the truth. */
static inline void truth_crowd_hire(truth_crowd *crowd, unsigned spammers, unsigned liars)
{
    for (uint32_t worker = 0; worker < crowd->worker_count; worker++) {
        uint32_t lot = truth_crowd_below(crowd, 100);
        if (lot < spammers)
            crowd->skills[worker] = 0;
        else if (lot < spammers + liars)
            crowd->skills[worker] = -1;
    }
}

static inline uint32_t truth_crowd_say(truth_crowd *crowd, uint32_t worker, uint32_t truth)
{
    double skill = crowd->skills[worker];
    uint32_t any = truth_crowd_below(crowd, crowd->value_count);
    if (crowd->is_numbers) {
        if (truth_crowd_chance(crowd) < 0.05)
            return any;
        double off =
            (truth_crowd_chance(crowd) + truth_crowd_chance(crowd) - 1) * 160 * (1 - skill);
        double said = truth + off;
        return said < 0 ? 0 : said >= crowd->value_count ? crowd->value_count - 1 : (uint32_t)said;
    }
    if (skill < 0)
        return any != truth ? any : (truth + 1) % crowd->value_count;
    return truth_crowd_chance(crowd) < skill ? truth : any;
}

/* Some workers about each task, drawn anew. */
static inline void truth_crowd_ask(truth_crowd *crowd, uint32_t claims_per_task)
{
    crowd->claims = base_alloc((size_t)crowd->task_count * claims_per_task * sizeof *crowd->claims);
    for (uint32_t task = 0; task < crowd->task_count; task++) {
        uint32_t wanted = claims_per_task;
        for (uint32_t worker = 0; worker < crowd->worker_count; worker++)
            if (truth_crowd_below(crowd, crowd->worker_count - worker) < wanted) {
                uint32_t value = truth_crowd_say(crowd, worker, crowd->truths[task]);
                crowd->claims[crowd->claim_count++] = (truth_claim){task, worker, value};
                wanted--;
            }
    }
}

/* Adds `count` workers that copy from `source`, each claim with the chance `share`. */
static inline void truth_crowd_copy(truth_crowd *crowd, uint32_t source, uint32_t count,
                                    double share)
{
    truth_claim *claims =
        base_alloc((crowd->claim_count + (size_t)crowd->task_count * count) * sizeof *claims);
    size_t claim_count = 0;
    for (size_t i = 0; i < crowd->claim_count;) {
        uint32_t task = crowd->claims[i].task;
        uint32_t said = UINT32_MAX;
        for (; i < crowd->claim_count && crowd->claims[i].task == task; i++) {
            claims[claim_count++] = crowd->claims[i];
            if (crowd->claims[i].worker == source)
                said = crowd->claims[i].value;
        }
        for (uint32_t copy = 0; copy < count && said != UINT32_MAX; copy++) {
            uint32_t value = truth_crowd_chance(crowd) < share
                                 ? said
                                 : truth_crowd_say(crowd, source, crowd->truths[task]);
            claims[claim_count++] = (truth_claim){task, crowd->worker_count + copy, value};
        }
    }
    base_free(crowd->claims);
    crowd->claims = claims;
    crowd->claim_count = claim_count;
    crowd->worker_count += count;
}

static inline truth_input truth_crowd_input(const truth_crowd *crowd, truth_predicate *predicate)
{
    *predicate = (truth_predicate){.name = {(const uint8_t *)"is", 2},
                                   .task_count = crowd->task_count,
                                   .value_count = crowd->value_count,
                                   .values = crowd->ids,
                                   .numbers = crowd->is_numbers ? crowd->numbers : NULL};
    return (truth_input){.predicates = predicate,
                         .workers = crowd->workers,
                         .claims = crowd->claims,
                         .claim_count = crowd->claim_count,
                         .predicate_count = 1,
                         .worker_count = crowd->worker_count};
}

static inline truth_model *truth_crowd_fit(const truth_crowd *crowd)
{
    truth_predicate predicate;
    truth_input input = truth_crowd_input(crowd, &predicate);
    truth_model *model = NULL;
    assert_int_equal(truth_fit(&input, &model, NULL), STEME_OK);
    return model;
}

static inline void truth_crowd_free(truth_crowd *crowd)
{
    base_free(crowd->truths);
    base_free(crowd->contents);
    base_free(crowd->ids);
    base_free(crowd->numbers);
    base_free(crowd->claims);
}

/* ---- One task, as a query hands it to the lens ------------------------------------------------
 */

typedef struct truth_case {
    lens_tally tally;
    lens_candidate *candidates;
    lens_record *records;
    lens_value *values;
    uint32_t *said; /* [value of the tally]: value of the crowd */
    lens_result result;
} truth_case;

static inline void truth_case_make(truth_case *at, const truth_crowd *crowd,
                                   const truth_model *model, uint32_t task)
{
    static const steme_stamp stamp;
    uint32_t count = 0;
    uint32_t value_count = 0;
    size_t first = 0;
    while (first < crowd->claim_count && crowd->claims[first].task < task)
        first++;
    while (first + count < crowd->claim_count && crowd->claims[first + count].task == task)
        count++;
    at->candidates = base_alloc_zero(count, sizeof *at->candidates);
    at->records = base_alloc_zero(count, sizeof *at->records);
    at->values = base_alloc_zero(count, sizeof *at->values);
    at->said = base_alloc_zero(count, sizeof *at->said);
    for (uint32_t i = 0; i < count; i++) {
        const truth_claim *claim = &crowd->claims[first + i];
        uint32_t value = 0;
        while (value < value_count && at->said[value] != claim->value)
            value++;
        value_count += value == value_count;
        at->said[value] = claim->value;
        at->records[i] = truth_crowd_record(crowd, claim->value);
        at->records[i].id = crowd->workers[claim->worker].identity.bytes;
        at->records[i].stamp = &stamp;
        at->records[i].value = at->records[i].object = value;
        at->candidates[i] = (lens_candidate){
            .identity = crowd->workers[claim->worker].identity.bytes, .record = &at->records[i]};
    }
    lens_options options = {.truth_model = model == NULL ? NULL : &model->tables};
    if (model != NULL && model->tables.predicate_count > 0)
        options.truth_predicate = &model->tables.predicates[0];
    lens_tally_count(at->candidates, count, at->values, value_count, &at->tally);
    lens_resolve(&options, STEME_LENS_TRUTH, &at->tally, &at->result);
}

static inline void truth_case_free(truth_case *at)
{
    base_free(at->candidates);
    base_free(at->records);
    base_free(at->values);
    base_free(at->said);
}

/* The lens's answer to each task. */
static inline uint32_t *truth_crowd_answers(const truth_crowd *crowd, const truth_model *model)
{
    uint32_t *answers = base_alloc(crowd->task_count * sizeof *answers);
    for (uint32_t task = 0; task < crowd->task_count; task++) {
        truth_case at;
        truth_case_make(&at, crowd, model, task);
        assert_true(at.result.has_winner);
        answers[task] = at.said[at.result.winner];
        truth_case_free(&at);
    }
    return answers;
}

/* ---- How right ---------------------------------------------------------------------------------
 */

static inline double truth_crowd_right(const truth_crowd *crowd, const truth_model *model)
{
    uint32_t *answers = truth_crowd_answers(crowd, model);
    double right = 0;
    for (uint32_t task = 0; task < crowd->task_count; task++)
        right += answers[task] == crowd->truths[task];
    base_free(answers);
    return right / crowd->task_count;
}

/* Of equals, each its part. */
static inline double truth_crowd_majority(const truth_crowd *crowd)
{
    uint32_t *votes = base_alloc_zero(crowd->value_count, sizeof *votes);
    double right = 0;
    for (size_t i = 0; i < crowd->claim_count;) {
        uint32_t task = crowd->claims[i].task;
        uint32_t best = 0;
        uint32_t equals = 0;
        memset(votes, 0, crowd->value_count * sizeof *votes);
        for (; i < crowd->claim_count && crowd->claims[i].task == task; i++)
            if (++votes[crowd->claims[i].value] > best)
                best = votes[crowd->claims[i].value];
        for (uint32_t value = 0; value < crowd->value_count; value++)
            equals += votes[value] == best;
        right += votes[crowd->truths[task]] == best ? 1.0 / equals : 0;
    }
    base_free(votes);
    return right / crowd->task_count;
}

static inline double truth_crowd_gap(const truth_crowd *crowd, uint32_t task, double number)
{
    double gap = number - crowd->numbers[crowd->truths[task]];
    return (gap < 0 ? -gap : gap) / crowd->task_count;
}

static inline double truth_crowd_distance(const truth_crowd *crowd, const truth_model *model)
{
    uint32_t *answers = truth_crowd_answers(crowd, model);
    double sum = 0;
    for (uint32_t task = 0; task < crowd->task_count; task++)
        sum += truth_crowd_gap(crowd, task, crowd->numbers[answers[task]]);
    base_free(answers);
    return sum;
}

static inline double truth_crowd_distance_of_mean(const truth_crowd *crowd)
{
    double sum = 0;
    for (size_t i = 0; i < crowd->claim_count;) {
        uint32_t task = crowd->claims[i].task;
        size_t first = i;
        double all = 0;
        for (; i < crowd->claim_count && crowd->claims[i].task == task; i++)
            all += crowd->numbers[crowd->claims[i].value];
        sum += truth_crowd_gap(crowd, task, all / (double)(i - first));
    }
    return sum;
}

/* Of an odd number of claims. */
static inline double truth_crowd_distance_of_median(const truth_crowd *crowd)
{
    double sum = 0;
    for (size_t first = 0, end; first < crowd->claim_count; first = end) {
        uint32_t task = crowd->claims[first].task;
        for (end = first; end < crowd->claim_count && crowd->claims[end].task == task;)
            end++;
        for (size_t i = first; i < end; i++) {
            size_t below = 0;
            for (size_t j = first; j < end; j++)
                below += crowd->claims[j].value < crowd->claims[i].value ||
                         (crowd->claims[j].value == crowd->claims[i].value && j < i);
            if (below == (end - first) / 2)
                sum += truth_crowd_gap(crowd, task, crowd->numbers[crowd->claims[i].value]);
        }
    }
    return sum;
}

#endif
