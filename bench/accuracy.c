/* accuracy.c -- how often the truth lens is right where the truth is known, beside what is known.
 *
 *   accuracy FOLDER... [--claims N]
 *
 * Each folder is a set of support/crowd.h. A truth that nobody claims counts as missed. Ties of the
 * majority count in parts. --claims times a fit of N random claims. */
#include "support/crowd_judge.h"
#include "support/measure.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { STEP_COUNT = 20, BIN_COUNT = 10 };

static const struct {
    const char *name;
    double floor;
} floors[] = {{"bluebird", .898}, {"dog", .843}, {"product", .938}, {"rte", .928}, {"web", .830}};

/* ---- Scores ---------------------------------------------------------------------------------- */

typedef struct crowd_score {
    double right, brier, error;
    double known;
} crowd_score;

typedef struct crowd_bins {
    double count[BIN_COUNT], sure[BIN_COUNT], right[BIN_COUNT];
} crowd_bins;

static void score_item(crowd_score *score, crowd_bins *bins, const double *chances,
                       uint32_t value_count, int64_t truth, double right)
{
    double best = 0;
    double brier = truth < 0 ? 1 : 0;
    for (uint32_t value = 0; value < value_count; value++) {
        double miss = chances[value] - (value == truth);
        best = chances[value] > best ? chances[value] : best;
        brier += miss * miss;
    }
    int bin = best >= 1 ? BIN_COUNT - 1 : (int)(best * BIN_COUNT);
    bins->count[bin]++;
    bins->sure[bin] += best;
    bins->right[bin] += right;
    score->known++;
    score->right += right;
    score->brier += brier;
}

static void score_finish(crowd_score *score, const crowd_bins *bins)
{
    double known = score->known > 0 ? score->known : 1;
    for (int bin = 0; bin < BIN_COUNT; bin++)
        score->error += fabs(bins->sure[bin] - bins->right[bin]) / known;
    score->right /= known;
    score->brier /= known;
}

/* Of chances [item * values + value]; equals share. */
static crowd_score score_chances(const bench_crowd *crowd, const double *chances)
{
    crowd_score score = {0};
    crowd_bins bins = {0};
    for (uint32_t item = 0; item < crowd->item_count; item++) {
        const double *row = &chances[(size_t)item * crowd->value_count];
        double best = 0;
        double equals = 0;
        if (!crowd->is_known[item])
            continue;
        for (uint32_t value = 0; value < crowd->value_count; value++)
            best = row[value] > best ? row[value] : best;
        for (uint32_t value = 0; value < crowd->value_count; value++)
            equals += row[value] >= best - 1e-12;
        bool is_right = crowd->truths[item] >= 0 && row[crowd->truths[item]] >= best - 1e-12;
        score_item(&score, &bins, row, crowd->value_count, crowd->truths[item],
                   is_right ? 1 / equals : 0);
    }
    score_finish(&score, &bins);
    return score;
}

/* ---- What is known: majority, one coin, Dawid and Skene -------------------------------------- */

static double *majority(const bench_crowd *crowd)
{
    size_t cells = (size_t)crowd->item_count * crowd->value_count;
    double *chances = bench_alloc(cells, sizeof *chances);
    memset(chances, 0, cells * sizeof *chances);
    for (size_t i = 0; i < crowd->claim_count; i++) {
        const truth_claim *claim = &crowd->claims[i];
        double votes =
            (double)(crowd->item_claims[claim->task + 1] - crowd->item_claims[claim->task]);
        chances[(size_t)claim->task * crowd->value_count + claim->value] += 1 / votes;
    }
    return chances;
}

/* Who says what where what is true, [worker][true][claimed], by maximum likelihood. */
static void count_confusions(const bench_crowd *crowd, const double *chances, double *confusions,
                             bool is_coin)
{
    size_t count = crowd->value_count;
    for (size_t i = 0; i < crowd->worker_count * count * count; i++)
        confusions[i] = 0.01;
    for (size_t i = 0; i < crowd->claim_count; i++) {
        const truth_claim *claim = &crowd->claims[i];
        for (size_t value = 0; value < count; value++)
            confusions[(claim->worker * count + value) * count + claim->value] +=
                chances[claim->task * count + value];
    }
    for (size_t worker = 0; worker < crowd->worker_count; worker++) {
        double *rows = &confusions[worker * count * count];
        double right = 0;
        double all = 0;
        for (size_t cell = 0; cell < count * count; cell++) {
            right += cell % (count + 1) == 0 ? rows[cell] : 0;
            all += rows[cell];
        }
        for (size_t value = 0; value < count; value++) {
            double sum = 0;
            for (size_t claimed = 0; claimed < count; claimed++)
                sum += rows[value * count + claimed];
            for (size_t claimed = 0; claimed < count; claimed++) {
                double *cell = &rows[value * count + claimed];
                double coin =
                    value == claimed ? right / all : (1 - right / all) / ((double)count - 1);
                *cell = is_coin ? coin : *cell / sum;
            }
        }
    }
}

static void expect(const bench_crowd *crowd, const double *confusions, const double *prior,
                   double *chances)
{
    size_t count = crowd->value_count;
    for (uint32_t item = 0; item < crowd->item_count; item++) {
        double *row = &chances[item * count];
        double best = -INFINITY;
        double sum = 0;
        for (size_t value = 0; value < count; value++) {
            row[value] = log(prior[value]);
            for (size_t i = crowd->item_claims[item]; i < crowd->item_claims[item + 1]; i++)
                row[value] += log(confusions[(crowd->claims[i].worker * count + value) * count +
                                             crowd->claims[i].value] +
                                  1e-12);
            best = row[value] > best ? row[value] : best;
        }
        for (size_t value = 0; value < count; value++)
            sum += row[value] = exp(row[value] - best);
        for (size_t value = 0; value < count; value++)
            row[value] /= sum;
    }
}

static double *maximize(const bench_crowd *crowd, bool is_coin)
{
    size_t count = crowd->value_count;
    double *chances = majority(crowd);
    double *confusions = bench_alloc(crowd->worker_count * count * count, sizeof *confusions);
    double *prior = bench_alloc(count, sizeof *prior);
    for (int step = 0; step < STEP_COUNT; step++) {
        for (size_t value = 0; value < count; value++) {
            prior[value] = 1e-9;
            for (uint32_t item = 0; item < crowd->item_count; item++)
                prior[value] += chances[item * count + value] / crowd->item_count;
        }
        count_confusions(crowd, chances, confusions, is_coin);
        expect(crowd, confusions, prior, chances);
    }
    free(confusions);
    free(prior);
    return chances;
}

/* ---- Ours ------------------------------------------------------------------------------------ */

static crowd_score score_lens(const bench_crowd *crowd, const lens_truth_model *model)
{
    crowd_score score = {0};
    crowd_bins bins = {0};
    bench_case at;
    bench_case_open(&at, crowd);
    for (uint32_t item = 0; item < crowd->item_count; item++) {
        if (!crowd->is_known[item])
            continue;
        uint32_t winner = bench_case_judge(&at, crowd, model, item);
        score_item(&score, &bins, at.chances, crowd->value_count, crowd->truths[item],
                   winner == crowd->truths[item]);
    }
    score_finish(&score, &bins);
    bench_case_close(&at);
    return score;
}

static uint32_t copier_count(const lens_truth_model *model)
{
    uint32_t count = 0;
    for (uint32_t worker = 0; worker < model->worker_count; worker++)
        count += model->workers[worker].group != worker;
    return count;
}

/* ---- Tables ---------------------------------------------------------------------------------- */

static void print_labels(const bench_crowd *crowd, const char *name, const lens_truth_model *model)
{
    double *chances[] = {majority(crowd), maximize(crowd, true), maximize(crowd, false)};
    crowd_score known[3];
    for (int i = 0; i < 3; i++) {
        known[i] = score_chances(crowd, chances[i]);
        free(chances[i]);
    }
    crowd_score ours = score_lens(crowd, model);
    printf("%-12s %7zu %6u %5u %6u  %8.4f %8.4f %8.4f %8.4f", name, crowd->claim_count,
           crowd->worker_count, crowd->value_count, copier_count(model), known[0].right,
           known[1].right, known[2].right, ours.right);
    const char *verdict = ours.right >= known[0].right - 0.01 ? "" : " BELOW MAJORITY";
    double floor = 0;
    for (size_t i = 0; i < sizeof floors / sizeof *floors; i++)
        if (strcmp(floors[i].name, name) == 0)
            floor = floors[i].floor;
    if (floor > 0 && ours.right < floor - 0.0005 - 1e-9)
        verdict = " BELOW FLOOR";
    if (floor > 0)
        printf(" %6.3f", floor);
    else
        printf(" %6s", "-");
    printf("  %6.3f %6.3f %6.3f %6.3f%s\n", known[2].brier, ours.brier, known[2].error, ours.error,
           verdict);
}

typedef struct crowd_miss {
    double absolute, square;
} crowd_miss;

static void miss_add(crowd_miss *miss, double guess, double truth)
{
    miss->absolute += fabs(guess - truth);
    miss->square += (guess - truth) * (guess - truth);
}

static int compare_values(const void *left, const void *right)
{
    return (*(const double *)left > *(const double *)right) -
           (*(const double *)left < *(const double *)right);
}

static void print_numbers(const bench_crowd *crowd, const char *name, const lens_truth_model *model)
{
    crowd_miss misses[4] = {{0}};
    double known = 0;
    bench_case at;
    bench_case_open(&at, crowd);
    double *sorted = bench_alloc(crowd->claim_count, sizeof *sorted);
    for (uint32_t item = 0; item < crowd->item_count; item++) {
        if (!crowd->is_known[item])
            continue;
        size_t count = 0;
        double sum = 0;
        for (size_t i = crowd->item_claims[item]; i < crowd->item_claims[item + 1]; i++) {
            sorted[count] = crowd->numbers[crowd->claims[i].value];
            sum += sorted[count++];
        }
        qsort(sorted, count, sizeof *sorted, compare_values);
        double truth = crowd->truth_numbers[item];
        known++;
        miss_add(&misses[0], sum / (double)count, truth);
        miss_add(&misses[1], (sorted[(count - 1) / 2] + sorted[count / 2]) / 2, truth);
        miss_add(&misses[2], crowd->numbers[bench_case_judge(&at, crowd, model, item)], truth);
        miss_add(&misses[3], bench_case_between(&at, crowd), truth);
    }
    printf("%-12s %7zu %6u %5u %6u ", name, crowd->claim_count, crowd->worker_count,
           crowd->value_count, copier_count(model));
    for (int i = 0; i < 4; i++)
        printf(" %9.4f %9.4f", misses[i].absolute / known, sqrt(misses[i].square / known));
    printf("\n");
    bench_case_close(&at);
    free(sorted);
}

static bool print_set(const char *folder, bool is_numbers)
{
    bench_crowd crowd;
    char name[64];
    size_t end = strlen(folder);
    while (end > 1 && folder[end - 1] == '/')
        end--;
    size_t begin = end;
    while (begin > 0 && folder[begin - 1] != '/')
        begin--;
    snprintf(name, sizeof name, "%.*s", (int)(end - begin), folder + begin);
    bool is_read = bench_crowd_read(&crowd, folder);
    if (is_read && (crowd.numbers != NULL) == is_numbers) {
        truth_model *model = bench_crowd_fit(&crowd);
        if (is_numbers)
            print_numbers(&crowd, name, &model->tables);
        else
            print_labels(&crowd, name, &model->tables);
        truth_model_free(model);
    }
    bench_crowd_free(&crowd);
    return is_read;
}

/* ---- Time ------------------------------------------------------------------------------------ */

/* `count` claims by 1,000 workers, about ten per task, four values. */
static void print_time(size_t count)
{
    enum { WORKERS = 1000, PER_TASK = 10, VALUES = 4 };
    bench_crowd crowd = {.worker_count = WORKERS,
                         .value_count = VALUES,
                         .item_count = (uint32_t)((count + PER_TASK - 1) / PER_TASK),
                         .claim_count = count};
    crowd.claims = bench_alloc(count, sizeof *crowd.claims);
    crowd.values = bench_alloc(VALUES, sizeof *crowd.values);
    crowd.workers = bench_alloc(WORKERS, sizeof *crowd.workers);
    memset(crowd.values, 0, VALUES * sizeof *crowd.values);
    memset(crowd.workers, 0, WORKERS * sizeof *crowd.workers);
    for (uint8_t value = 0; value < VALUES; value++)
        crowd.values[value].bytes[0] = value;
    for (size_t i = 0; i < count; i++) {
        uint64_t random = bench_random(i);
        uint32_t worker =
            (uint32_t)(i % PER_TASK * (WORKERS / PER_TASK) + random % (WORKERS / PER_TASK));
        bool is_right = (random >> 32) % 1000 < 500 + worker % 400;
        uint32_t task = (uint32_t)(i / PER_TASK);
        crowd.claims[i] = (truth_claim){
            task, worker, is_right ? task % VALUES : (uint32_t)((random >> 16) % VALUES)};
    }
    bench_memory_watch *watch = bench_memory_watch_start();
    double begin = bench_now();
    double cpu = bench_cpu();
    truth_model *model = bench_crowd_fit(&crowd);
    printf("fit of %zu claims: %.2f s, %.2f s of processor time, %.0f MB\n", count,
           bench_now() - begin, bench_cpu() - cpu, (double)bench_memory_watch_stop(watch) / 1e6);
    truth_model_free(model);
    bench_crowd_free(&crowd);
}

int main(int argument_count, char **arguments)
{
    bool is_read = argument_count > 1;
    if (!is_read)
        fprintf(stderr, "accuracy: which sets? accuracy FOLDER... [--claims N]\n");
    for (int pass = 0; pass < 2; pass++) {
        if (pass == 0)
            printf("%-12s %7s %6s %5s %6s  %8s %8s %8s %8s %6s  %6s %6s %6s %6s\n", "labels",
                   "claims", "work.", "val.", "copies", "majority", "one-coin", "D&S", "truth",
                   "floor", "B D&S", "Brier", "E D&S", "ECE");
        else
            printf("%-12s %7s %6s %5s %6s  %9s %9s %9s %9s %9s %9s %9s %9s\n", "numbers", "claims",
                   "work.", "val.", "copies", "MAE mean", "RMSE", "MAE med.", "RMSE", "MAE truth",
                   "RMSE", "between", "RMSE");
        for (int i = 1; i < argument_count; i++)
            if (strcmp(arguments[i], "--claims") == 0)
                i++;
            else
                is_read = print_set(arguments[i], pass == 1) && is_read;
    }
    for (int i = 1; i + 1 < argument_count; i++)
        if (strcmp(arguments[i], "--claims") == 0)
            print_time(strtoull(arguments[i + 1], NULL, 10));
    return is_read ? 0 : 1;
}
