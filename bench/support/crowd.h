/* crowd.h -- sets of claims with known answers: a folder with label.csv (item,worker,label) and
 * truth.csv (item,truth), a heading in each; fields have neither quotes nor commas.
 *
 * Labels are numbers where all of them parse as such and more than 20 differ, or a truth is none of
 * them; else names. */
#ifndef BENCH_CROWD_H
#define BENCH_CROWD_H

#include "truth/fit.h"

typedef struct bench_crowd {
    uint32_t item_count;
    uint32_t worker_count;
    uint32_t value_count;
    size_t claim_count;
    truth_claim *claims; /* by (task = item, worker); of a worker's claims about an item the last */
    size_t *item_claims; /* [item + 1]: where each item's claims begin */
    double *numbers;     /* [value], ascending; NULL: names */
    steme_value *contents; /* [value] */
    lens_record *records;  /* [value]: what a record of it says */
    steme_id *values;      /* [value]: as a model knows it */
    int64_t *truths;       /* [item]: a value, or -1: not known, or claimed by nobody */
    double *truth_numbers; /* [item], of numbers; NAN: not known */
    uint8_t *is_known;     /* [item] */
    truth_worker *workers; /* [worker] */
    char *text;            /* that contents borrow */
} bench_crowd;

/* False, with a line on stderr, where a file is missing or malformed. */
bool bench_crowd_read(bench_crowd *crowd, const char *folder);
void bench_crowd_free(bench_crowd *crowd);

/* The set as one predicate. `predicate` is filled in, and borrowed like the set. */
truth_input bench_crowd_input(const bench_crowd *crowd, truth_predicate *predicate);

#endif
