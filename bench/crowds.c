/* crowds.c -- the truth lens beside the majority, and for numbers beside median and mean, on crowds
 * that are made up: many shapes, each from a seed.
 *
 *   crowds [COUNT [FIRST-SEED [FAMILY]]]
 *
 * COUNT crowds of each family (default 100). Each that falls more than a point, and more than an
 * item, below the majority is named with its seed; of numbers, whose error is more than a hundredth
 * above that of the claimed median. Then the families: means, the worst loss in points, how many
 * lost more than one, and more than one item, and that also where the majority is no tie. */
#include "support/crowd_judge.h"
#include "support/measure.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WORKER_MAX = 520, CLAIM_MAX = 40000, ITEM_MAX = 3000 };

typedef struct crowd_family {
    const char *name;
    double spammers, liars; /* chance of each worker to be one */
    double skill_low, skill_high;
    double difficulty; /* greatest part of an item's skill that is lost */
    double skew;       /* how much commoner each class is than the next */
    double bias;       /* part of a worker's errors that go to a value of its own */
    double copiers;    /* part of the workers */
    double copied;     /* part of a copier's claims that are copied */
    double few;        /* 1: few claims per worker */
    int is_numbers;
    double outliers;
} crowd_family;

static const crowd_family families[] = {
    {.name = "plain", .skill_low = .35, .skill_high = .98},
    {.name = "all alike", .skill_low = .7, .skill_high = .7},
    {.name = "few claims each", .skill_low = .35, .skill_high = .98, .few = 1},
    {.name = "few, all alike", .skill_low = .75, .skill_high = .75, .few = 1},
    {.name = "few, bad", .skill_low = .25, .skill_high = .7, .few = 1},
    {.name = "spammers", .skill_low = .5, .skill_high = .98, .spammers = .4},
    {.name = "few, spammers", .skill_low = .5, .skill_high = .98, .spammers = .3, .few = 1},
    {.name = "liars", .skill_low = .5, .skill_high = .98, .liars = .25},
    {.name = "hard items", .skill_low = .5, .skill_high = .98, .difficulty = 1},
    {.name = "few, hard items", .skill_low = .5, .skill_high = .98, .difficulty = 1, .few = 1},
    {.name = "skewed classes", .skill_low = .4, .skill_high = .95, .skew = 2.5},
    {.name = "few, skewed", .skill_low = .4, .skill_high = .95, .skew = 2.5, .few = 1},
    {.name = "biased", .skill_low = .4, .skill_high = .9, .bias = .8},
    {.name = "biased, hard, skew",
     .skill_low = .4,
     .skill_high = .9,
     .bias = .6,
     .difficulty = .8,
     .skew = 2},
    {.name = "exact ring", .skill_low = .4, .skill_high = .95, .copiers = .3, .copied = 1},
    {.name = "noisy ring", .skill_low = .4, .skill_high = .95, .copiers = .3, .copied = .8},
    {.name = "exact majority", .skill_low = .5, .skill_high = .9, .copiers = .7, .copied = 1},
    {.name = "noisy majority .9", .skill_low = .5, .skill_high = .9, .copiers = .7, .copied = .9},
    {.name = "noisy majority .75", .skill_low = .5, .skill_high = .9, .copiers = .7, .copied = .75},
    {.name = "numbers", .skill_low = .1, .skill_high = .95, .is_numbers = 1},
    {.name = "numbers alike", .skill_low = .6, .skill_high = .6, .is_numbers = 1},
    {.name = "numbers few", .skill_low = .1, .skill_high = .95, .is_numbers = 1, .few = 1},
    {.name = "numbers outliers",
     .skill_low = .3,
     .skill_high = .95,
     .is_numbers = 1,
     .outliers = .15},
    {.name = "numbers bias", .skill_low = .3, .skill_high = .95, .is_numbers = 1, .bias = 1},
    {.name = "numbers spammers",
     .skill_low = .3,
     .skill_high = .95,
     .is_numbers = 1,
     .spammers = .3},
    {.name = "numbers ring",
     .skill_low = .3,
     .skill_high = .95,
     .is_numbers = 1,
     .copiers = .4,
     .copied = .9},
};

enum { FAMILY_COUNT = sizeof families / sizeof *families };

/* ---- Making one ------------------------------------------------------------------------------ */

typedef struct crowd_maker {
    const crowd_family *family;
    uint64_t next;
    uint32_t worker_count, item_count, value_count;
    uint32_t claims_per_item;
    double skills[WORKER_MAX];
    double biases[WORKER_MAX];      /* of numbers */
    uint32_t habits[WORKER_MAX];    /* the value that it errs to */
    uint32_t originals[WORKER_MAX]; /* UINT32_MAX: no copier */
    double *said;                   /* [worker], of the item at hand; NAN: nothing */
    double *claims;                 /* [claim]: number or label */
    bench_crowd crowd;
} crowd_maker;

static double chance(crowd_maker *maker)
{
    return (double)(bench_random(maker->next++) >> 11) / 9007199254740992.0;
}

static uint32_t below(crowd_maker *maker, uint32_t count)
{
    return (uint32_t)(chance(maker) * count);
}

static double spread(crowd_maker *maker, double low, double high) /* evenly by logarithm */
{
    return low * pow(high / low, chance(maker));
}

static double normal(crowd_maker *maker)
{
    return sqrt(-2 * log(chance(maker) + 1e-300)) * cos(6.283185307179586 * chance(maker));
}

static void draw_shape(crowd_maker *maker)
{
    const crowd_family *family = maker->family;
    double claims_each = family->few > 0 ? spread(maker, 1, 12) : spread(maker, 5, 1000);
    maker->worker_count = (uint32_t)spread(maker, family->copiers > 0 ? 6 : 3, 501);
    uint32_t most = maker->worker_count < 15 ? maker->worker_count : 15;
    maker->claims_per_item = 1 + below(maker, most);
    if (maker->claims_per_item < 3)
        maker->claims_per_item = 3;
    if (family->copiers > 0)
        maker->claims_per_item = most;
    double items = claims_each * maker->worker_count / maker->claims_per_item;
    double item_max = (double)CLAIM_MAX / maker->claims_per_item;
    items = items > item_max ? item_max : items > ITEM_MAX ? ITEM_MAX : items < 20 ? 20 : items;
    maker->item_count = (uint32_t)items;
    maker->value_count = 2 + below(maker, 9);
}

static void draw_workers(crowd_maker *maker)
{
    const crowd_family *family = maker->family;
    uint32_t ring_first = maker->worker_count - (uint32_t)(maker->worker_count * family->copiers);
    for (uint32_t worker = 0; worker < maker->worker_count; worker++) {
        double lot = chance(maker);
        maker->skills[worker] =
            lot < family->spammers ? 0
            : lot < family->spammers + family->liars
                ? -1
                : family->skill_low + (family->skill_high - family->skill_low) * chance(maker);
        maker->biases[worker] = family->is_numbers ? family->bias * normal(maker) : 0;
        maker->habits[worker] = below(maker, maker->value_count);
        maker->originals[worker] = worker >= ring_first && family->copiers > 0 ? 0 : UINT32_MAX;
    }
}

/* A label by itself; errors are evenly spread, or a habit. */
static uint32_t say_label(crowd_maker *maker, uint32_t worker, uint32_t truth, double loss)
{
    double skill = maker->skills[worker] > 0 ? maker->skills[worker] * (1 - loss) : 0;
    uint32_t any = below(maker, maker->value_count);
    double lot = chance(maker);
    if (maker->skills[worker] < 0)
        return any != truth ? any : (truth + 1) % maker->value_count;
    if (lot < skill)
        return truth;
    return chance(maker) < maker->family->bias ? maker->habits[worker] : any;
}

static double say_number(crowd_maker *maker, uint32_t worker, double truth)
{
    double off = normal(maker) * 10 * (1.02 - maker->skills[worker]) + 5 * maker->biases[worker];
    if (maker->skills[worker] <= 0 || chance(maker) < maker->family->outliers)
        return floor(chance(maker) * 1e5) / 100;
    return floor((truth + off) * 100) / 100;
}

static double draw_truth(crowd_maker *maker)
{
    if (maker->family->is_numbers)
        return floor(chance(maker) * 1e5) / 100;
    if (maker->family->skew <= 1)
        return below(maker, maker->value_count);
    uint32_t value = 0;
    while (value + 1 < maker->value_count && chance(maker) > 1 - 1 / maker->family->skew)
        value++;
    return value;
}

static double say(crowd_maker *maker, uint32_t worker, double truth, double loss)
{
    return maker->family->is_numbers ? say_number(maker, worker, truth)
                                     : say_label(maker, worker, (uint32_t)truth, loss);
}

static void ask_item(crowd_maker *maker, uint32_t item)
{
    bench_crowd *crowd = &maker->crowd;
    double truth = draw_truth(maker);
    double loss = chance(maker) * maker->family->difficulty;
    uint32_t wanted = maker->claims_per_item;
    double first = say(maker, 0, truth, loss); /* what copiers copy */
    crowd->truth_numbers[item] = truth;
    crowd->is_known[item] = 1;
    crowd->item_claims[item] = crowd->claim_count;
    for (uint32_t worker = 0; worker < maker->worker_count; worker++) {
        if (below(maker, maker->worker_count - worker) >= wanted)
            continue;
        wanted--;
        double said = worker == 0 ? first : say(maker, worker, truth, loss);
        if (maker->originals[worker] == 0 && chance(maker) < maker->family->copied)
            said = first;
        maker->claims[crowd->claim_count] = said;
        crowd->claims[crowd->claim_count++] = (truth_claim){item, worker, 0};
    }
    crowd->item_claims[item + 1] = crowd->claim_count;
}

static int compare_doubles(const void *left, const void *right)
{
    return (*(const double *)left > *(const double *)right) -
           (*(const double *)left < *(const double *)right);
}

/* Values that are claimed, ascending. */
static void number_values(crowd_maker *maker)
{
    bench_crowd *crowd = &maker->crowd;
    double *values = bench_alloc(crowd->claim_count, sizeof *values);
    memcpy(values, maker->claims, crowd->claim_count * sizeof *values);
    qsort(values, crowd->claim_count, sizeof *values, compare_doubles);
    crowd->value_count = 0;
    for (size_t i = 0; i < crowd->claim_count; i++)
        if (i == 0 || values[i] > values[i - 1])
            values[crowd->value_count++] = values[i];
    for (size_t i = 0; i < crowd->claim_count; i++) {
        const double *at =
            bsearch(&maker->claims[i], values, crowd->value_count, sizeof *values, compare_doubles);
        crowd->claims[i].value = (uint32_t)(at - values);
    }
    for (uint32_t item = 0; item < crowd->item_count; item++) {
        const double *at = bsearch(&crowd->truth_numbers[item], values, crowd->value_count,
                                   sizeof *values, compare_doubles);
        crowd->truths[item] = at == NULL ? -1 : at - values;
    }
    crowd->contents = bench_alloc(crowd->value_count, sizeof *crowd->contents);
    crowd->records = bench_alloc(crowd->value_count, sizeof *crowd->records);
    crowd->values = bench_alloc(crowd->value_count, sizeof *crowd->values);
    for (uint32_t i = 0; i < crowd->value_count; i++) {
        crowd->contents[i] =
            (steme_value){.kind = STEME_VALUE_NUMBER, .is_real = 1, .real = values[i] + 0.001};
        crowd->records[i] =
            (lens_record){.relation = STEME_RELATION_EQUAL, .content = &crowd->contents[i]};
        crowd->values[i] = lens_truth_value_id(&crowd->records[i]);
    }
    crowd->numbers = values;
}

static void make(crowd_maker *maker, const crowd_family *family, uint64_t seed)
{
    *maker = (crowd_maker){.family = family, .next = seed << 24};
    draw_shape(maker);
    draw_workers(maker);
    bench_crowd *crowd = &maker->crowd;
    size_t claims = (size_t)maker->item_count * maker->claims_per_item;
    crowd->item_count = maker->item_count;
    crowd->worker_count = maker->worker_count;
    crowd->claims = bench_alloc(claims, sizeof *crowd->claims);
    maker->claims = bench_alloc(claims, sizeof *maker->claims);
    crowd->item_claims = bench_alloc((size_t)maker->item_count + 1, sizeof *crowd->item_claims);
    crowd->truths = bench_alloc(maker->item_count, sizeof *crowd->truths);
    crowd->truth_numbers = bench_alloc(maker->item_count, sizeof *crowd->truth_numbers);
    crowd->is_known = bench_alloc(maker->item_count, 1);
    crowd->workers = bench_alloc(maker->worker_count, sizeof *crowd->workers);
    memset(crowd->workers, 0, maker->worker_count * sizeof *crowd->workers);
    for (uint32_t worker = 0; worker < maker->worker_count; worker++) {
        crowd->workers[worker].identity.bytes[0] = (uint8_t)(worker >> 8);
        crowd->workers[worker].identity.bytes[1] = (uint8_t)worker;
    }
    for (uint32_t item = 0; item < maker->item_count; item++)
        ask_item(maker, item);
    number_values(maker);
    free(maker->claims);
}

/* ---- Judging it ------------------------------------------------------------------------------ */

/* Labels: parts that are right. Numbers: mean absolute errors, and the mean's. */
typedef struct crowd_result {
    double usual, ours, mean, middle, copies;
    double outright; /* labels: how much more is right of the items whose majority is no tie */
} crowd_result;

static double majority_of(const bench_crowd *crowd, uint32_t item, uint32_t *votes)
{
    uint32_t best = 0;
    uint32_t equals = 0;
    memset(votes, 0, crowd->value_count * sizeof *votes);
    for (size_t i = crowd->item_claims[item]; i < crowd->item_claims[item + 1]; i++)
        if (++votes[crowd->claims[i].value] > best)
            best = votes[crowd->claims[i].value];
    for (uint32_t value = 0; value < crowd->value_count; value++)
        equals += votes[value] == best;
    return crowd->truths[item] >= 0 && votes[crowd->truths[item]] == best ? 1.0 / equals : 0;
}

static void judge_labels(bench_crowd *crowd, crowd_result *result)
{
    bench_case at;
    double *numbers = crowd->numbers;
    crowd->numbers = NULL;
    truth_model *model = bench_crowd_fit(crowd);
    uint32_t *votes = bench_alloc(crowd->value_count, sizeof *votes);
    for (uint32_t worker = 0; worker < crowd->worker_count; worker++)
        result->copies += model->tables.workers[worker].group != worker;
    bench_case_open(&at, crowd);
    for (uint32_t item = 0; item < crowd->item_count; item++) {
        double right = bench_case_judge(&at, crowd, &model->tables, item) == crowd->truths[item];
        double usual = majority_of(crowd, item, votes);
        result->usual += usual / crowd->item_count;
        result->ours += right / crowd->item_count;
        if (usual <= 0 || usual >= 1)
            result->outright += (right - usual) / crowd->item_count;
    }
    bench_case_close(&at);
    truth_model_free(model);
    free(votes);
    crowd->numbers = numbers;
}

static void judge_numbers(const bench_crowd *crowd, crowd_result *result)
{
    bench_case at;
    truth_model *model = bench_crowd_fit(crowd);
    double *sorted = bench_alloc(crowd->claim_count, sizeof *sorted);
    for (uint32_t worker = 0; worker < crowd->worker_count; worker++)
        result->copies += model->tables.workers[worker].group != worker;
    bench_case_open(&at, crowd);
    for (uint32_t item = 0; item < crowd->item_count; item++) {
        size_t count = 0;
        double sum = 0;
        double truth = crowd->truth_numbers[item];
        for (size_t i = crowd->item_claims[item]; i < crowd->item_claims[item + 1]; i++)
            sum += sorted[count++] = crowd->numbers[crowd->claims[i].value];
        qsort(sorted, count, sizeof *sorted, compare_doubles);
        double low = sorted[(count - 1) / 2];
        double high = sorted[count / 2];
        uint32_t winner = bench_case_judge(&at, crowd, &model->tables, item);
        result->usual += (fabs(low - truth) + fabs(high - truth)) / 2 / crowd->item_count;
        result->middle += fabs((low + high) / 2 - truth) / crowd->item_count;
        result->mean += fabs(sum / (double)count - truth) / crowd->item_count;
        result->ours += fabs(crowd->numbers[winner] - truth) / crowd->item_count;
    }
    bench_case_close(&at);
    truth_model_free(model);
    free(sorted);
}

/* How far below what is usual, in points; of numbers in hundredths of the median's error. */
static double loss_of(const crowd_family *family, const crowd_result *result)
{
    if (!family->is_numbers)
        return 100 * (result->usual - result->ours);
    return 100 * (result->ours / (result->usual + 1e-9) - 1);
}

/* Of the crowds of a family. */
typedef struct crowd_sums {
    crowd_result results;
    double worst;
    uint32_t below;    /* by more than a point */
    uint32_t items;    /* and by more than one item */
    uint32_t outright; /* where only items count on which the majority is no tie */
} crowd_sums;

static void sums_add(crowd_sums *sums, const crowd_family *family, const crowd_result *result,
                     uint32_t item_count)
{
    double loss = loss_of(family, result);
    bool is_below = loss > 1 + 1e-9;
    bool is_items = is_below && (family->is_numbers || loss * item_count > 100 + 1e-6);
    sums->below += is_below;
    sums->items += is_items;
    sums->outright += is_items && (family->is_numbers || result->outright < -0.01 - 1e-9);
    sums->worst = loss > sums->worst ? loss : sums->worst;
    sums->results.usual += result->usual;
    sums->results.ours += result->ours;
    sums->results.mean += result->mean;
    sums->results.middle += result->middle;
}

static void run(const crowd_family *family, uint64_t seed, crowd_sums *sums)
{
    crowd_maker *maker = bench_alloc(1, sizeof *maker);
    crowd_result result = {0};
    uint32_t items_before = sums->items;
    make(maker, family, seed);
    bench_crowd *crowd = &maker->crowd;
    if (family->is_numbers)
        judge_numbers(crowd, &result);
    else
        judge_labels(crowd, &result);
    sums_add(sums, family, &result, crowd->item_count);
    if (sums->items > items_before)
        printf("%-20s seed %5llu: %5u items, %3u workers, %5.1f claims each, %2u an item, %u "
               "values, %.0f copies: %.4f, usual %.4f, outright %+.4f\n",
               family->name, (unsigned long long)seed, crowd->item_count, crowd->worker_count,
               (double)crowd->claim_count / crowd->worker_count, maker->claims_per_item,
               crowd->value_count, result.copies, result.ours, result.usual, result.outright);
    bench_crowd_free(crowd);
    free(maker);
}

static void print_family(const crowd_family *family, const crowd_sums *sums, uint32_t count)
{
    printf("%-20s %9.4f %9.4f", family->name, sums->results.usual / count,
           sums->results.ours / count);
    if (family->is_numbers)
        printf(" %9.4f %9.4f", sums->results.middle / count, sums->results.mean / count);
    else
        printf(" %9s %9s", "-", "-");
    printf(" %8.2f %6u %6u %8u\n", sums->worst, sums->below, sums->items, sums->outright);
}

int main(int argument_count, char **arguments)
{
    uint32_t count = argument_count > 1 ? (uint32_t)strtoul(arguments[1], NULL, 10) : 100;
    uint64_t first = argument_count > 2 ? strtoull(arguments[2], NULL, 10) : 1;
    const char *chosen = argument_count > 3 ? arguments[3] : "";
    crowd_sums sums[FAMILY_COUNT];
    if (count == 0) {
        fprintf(stderr, "crowds: how many? crowds [COUNT [FIRST-SEED [FAMILY]]]\n");
        return 1;
    }
    for (size_t i = 0; i < FAMILY_COUNT; i++) {
        sums[i] = (crowd_sums){.worst = -1e9};
        for (uint32_t j = 0; j < count; j++)
            if (strncmp(chosen, families[i].name, strlen(chosen)) == 0)
                run(&families[i], (first + j) * 64 + i, &sums[i]);
    }
    printf("%-20s %9s %9s %9s %9s %8s %6s %6s %8s\n", "family", "usual", "truth", "middle", "mean",
           "worst", "below", "items", "outright");
    for (size_t i = 0; i < FAMILY_COUNT; i++)
        if (strncmp(chosen, families[i].name, strlen(chosen)) == 0)
            print_family(&families[i], &sums[i], count);
    return 0;
}
