/* state.h -- what a fit works on; private to src/truth/. */
#ifndef TRUTH_STATE_H
#define TRUTH_STATE_H

#include <stdbool.h>

#include "truth/fit.h"

#define TRUTH_NO_ROW   SIZE_MAX
#define TRUTH_NO_CLAIM UINT32_MAX

enum {
    TRUTH_LEVEL_COUNT = 257, /* of a worker's log odds beside the predicate's: -6.4 to 6.4 */
    TRUTH_LEVEL_USUAL = 128,
    TRUTH_LEVELS_PER_UNIT = 20,
    TRUTH_FOLD_COUNT = 5,
};

/* LABELS: how much is told apart, each with all that those above it tell; the claims choose. */
typedef enum truth_depth {
    TRUTH_ALIKE,   /* nothing: the majority */
    TRUTH_WORKERS, /* how often each worker is right */
    TRUTH_CLASSES, /* how often each value is true */
    TRUTH_ERRORS,  /* what all take for what */
    TRUTH_HABITS,  /* what each takes for what */
    TRUTH_DEPTH_COUNT,
} truth_depth;

/* A worker on one predicate. */
typedef struct truth_skill {
    uint32_t worker;
    uint32_t claim_count;
    double counted; /* LABELS: claims that are not held out */
    uint32_t level; /* LABELS: of its log odds */
    size_t row;     /* LABELS: its confusion's number, or TRUTH_NO_ROW */
    double accuracy;
    double weight; /* NUMBERS */
} truth_skill;

/* A predicate: claims claim_first to claim_end - 1, tasks task_first to task_end - 1. Tables of
 * L = value_count values are laid out [claimed * L + true]. */
typedef struct truth_part {
    const truth_predicate *predicate;
    lens_truth_kind kind;
    uint32_t value_count;
    uint32_t task_first, task_end;
    size_t claim_first, claim_end;
    truth_skill *skills;
    uint32_t skill_count;
    double accuracy;

    truth_depth depth;  /* LABELS */
    uint32_t held_fold; /* LABELS: of TRUTH_FOLD_COUNT, not fitted to; or TRUTH_FOLD_COUNT */
    double *posterior;  /* LABELS: [task * L + value]; OPEN: [claim], of its value; NUMBERS: [task],
                         * the estimate */
    double *prior;      /* LABELS */
    double *pool;       /* LABELS: confusion of all workers */
    double *rows;       /* LABELS: [row][L * L]: confusions */
    double *row_logs;   /* LABELS: their logarithms */
    size_t row_count;

    size_t *order;      /* NUMBERS: each task's claims by ascending number */
    double false_count; /* OPEN */
    double temperature;
    double brier;
    double calibration_error;
    double bin_claims[LENS_TRUTH_BIN_COUNT], bin_expected[LENS_TRUTH_BIN_COUNT],
        bin_observed[LENS_TRUTH_BIN_COUNT];
} truth_part;

/* Two workers that look like copies. */
typedef struct truth_pair {
    uint32_t left, right;
} truth_pair;

typedef struct truth_state {
    const truth_input *input;
    uint32_t task_count;
    size_t *task_claims;    /* [task + 1]: where each task's claims begin */
    uint32_t *leader;       /* [claim]: the task's first claim of the same value */
    uint32_t *next_alike;   /* [claim]: the next one, or TRUTH_NO_CLAIM */
    uint32_t *worker_skill; /* [worker]: UINT32_MAX, but while a part's skills are listed */
    uint32_t *claim_skill;  /* [claim]: index into its part's skills */
    uint32_t *group;        /* [worker]: first of those that copy from each other */
    double *weight;         /* [claim]: 1 / claims of its group about the task that say the same */
    double *group_weight;   /* [worker]: 1 / workers of its group */
    uint32_t *task_part;    /* [task] */
    truth_part *parts;
    truth_pair *pairs; /* that look like copies */
    size_t pair_count, pair_capacity;
    bool is_trial;      /* the fit is for a review: few iterations do */
    double *scratch;    /* [claim or worker] */
    double *distances;  /* [3 * claim]: NUMBERS */
    double *level_pool; /* [level][L * L]: of the LABELS at hand, the pool at a level's odds */
    double *level_log;  /* its logarithms */
    base_arena arena;   /* all of the above and of the parts */
} truth_state;

/* One file each: from the weights, to posteriors and skills. */
bool truth_labels_init(truth_state *state, truth_part *part); /* false: no memory */
/* Chooses the depth: to be called before the fit that counts. */
void truth_labels_choose(truth_state *state, truth_part *part);
void truth_labels_fit(truth_state *state, truth_part *part);
/* Whether the worker has a confusion of its own. */
bool truth_labels_has_row(const truth_part *part, const truth_skill *skill);
void truth_labels_calibrate(truth_state *state, truth_part *part);
bool truth_open_init(truth_state *state, truth_part *part);
void truth_open_fit(truth_state *state, truth_part *part);
void truth_open_calibrate(truth_state *state, truth_part *part);
bool truth_numbers_init(truth_state *state, truth_part *part);
void truth_numbers_fit(truth_state *state, truth_part *part);

/* LABELS: the worker's odds of being right beside the predicate's, and its chance to claim
 * `claimed` where `value` is true. */
double truth_labels_odds(const truth_part *part, const truth_skill *skill);
double truth_labels_chance(const truth_part *part, const truth_skill *skill, double odds,
                           uint32_t claimed, uint32_t value);

/* How much likelier it is that the claims `left` and `right`, of one task and one value, agree
 * because one is a copy than because both know or err by themselves. */
double truth_labels_copy_odds(const truth_state *state, const truth_part *part, size_t left,
                              size_t right);
double truth_open_copy_odds(const truth_state *state, const truth_part *part, size_t left,
                            size_t right);

/* Finds pairs that look like copies by popularity alone, and sets group, weight, group_weight by
 * them; false: no memory. */
bool truth_copies_suspect(truth_state *state);
/* Acquits, by a fit, those whose agreement their skills explain: another fit is due where there are
 * any. */
bool truth_copies_review(truth_state *state, bool *out_changed);

/* Rounds what was fitted to the tables of a model; false: no memory. */
bool truth_export(const truth_state *state, truth_model **out_model);

/* Adds one prediction to the part's reliability bins. */
void truth_bins_add(truth_part *part, double expected, bool came_true);

#endif
