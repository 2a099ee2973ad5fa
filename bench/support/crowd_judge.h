/* crowd_judge.h -- the truth lens on one item of a set, as a query would ask it. */
#ifndef BENCH_CROWD_JUDGE_H
#define BENCH_CROWD_JUDGE_H

#include "support/crowd.h"

/* One item as a query would hand it to the lens. */
typedef struct bench_case {
    lens_tally tally;
    lens_candidate *candidates;
    lens_record *records;
    lens_value *values;
    uint32_t *place;   /* [value of the set]: value of the item */
    uint32_t *claimed; /* [value of the item]: value of the set */
    double *chances;   /* [value of the set]: by the lens */
} bench_case;

void bench_case_open(bench_case *at, const bench_crowd *crowd);
void bench_case_close(bench_case *at);

/* Fits a model to the set, or ends the program. */
truth_model *bench_crowd_fit(const bench_crowd *crowd);

/* The lens on one item: its winner, a value of the set. */
uint32_t bench_case_judge(bench_case *at, const bench_crowd *crowd, const lens_truth_model *model,
                          uint32_t item);
/* Where the lens's numbers meet, between two values of the item. */
double bench_case_between(const bench_case *at, const bench_crowd *crowd);

#endif
