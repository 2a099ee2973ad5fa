/* lens_alone -- what a lens itself costs: counting who claims what, and resolving it, with no store
 * around.
 *
 *   bench_lens_alone [SECONDS]        (default: 0.2 per figure)
 *
 * Every candidate is of an identity and record of its own, in random order, with one of sixteen
 * values, which are numbers; every second value is a rule. Figures are medians. */
#include "support/measure.h"

#include "lens/lens.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    CANDIDATE_COUNT_MAX = 10000,
    VALUE_COUNT_MAX = 16,
    SIZE_COUNT = 5,
    ROUND_COUNT_MAX = 200000
};

typedef struct bench_run {
    double seconds; /* per figure */
    steme_id *ids;
    steme_id *identities;
    steme_stamp *stamps;
    lens_record *records;
    lens_candidate *shuffled;
    lens_candidate *candidates;
    steme_value contents[VALUE_COUNT_MAX];
    lens_value values[VALUE_COUNT_MAX];
    uint32_t value_count;
    double *durations;
} bench_run;

static void make_id(steme_id *out_id, uint64_t number)
{
    for (uint64_t i = 0; i < STEME_ID_SIZE / 8; i++) {
        uint64_t word = bench_random(number * 4 + i);
        memcpy(out_id->bytes + 8 * i, &word, sizeof word);
    }
}

static void make_candidates(bench_run *run, uint32_t count)
{
    run->value_count = count < VALUE_COUNT_MAX ? count : VALUE_COUNT_MAX;
    for (uint32_t i = 0; i < VALUE_COUNT_MAX; i++)
        run->contents[i] = (steme_value){.kind = STEME_VALUE_NUMBER, .integer = i};
    for (uint32_t i = 0; i < count; i++) {
        uint64_t random = bench_random(i);
        uint32_t value = i % run->value_count;
        int is_rule = value % 2 == 1;
        make_id(&run->ids[i], i);
        make_id(&run->identities[i], i + CANDIDATE_COUNT_MAX);
        run->stamps[i] = (steme_stamp){.time_ns = random >> 1};
        run->records[i] = (lens_record){
            .id = run->ids[i].bytes,
            .stamp = &run->stamps[i],
            .claim_time_ns = (int64_t)(random >> 1),
            .value = value,
            .object = value,
            .is_rule = is_rule,
            .relation = is_rule ? STEME_RELATION_GREATER_OR_EQUAL : STEME_RELATION_EQUAL,
            .content = &run->contents[value],
            .votes = (int64_t)(random % 3) * LENS_UNIT,
        };
        run->shuffled[i] = (lens_candidate){
            .identity = run->identities[i].bytes,
            .record = &run->records[i],
            .confidence = (uint32_t)(random % LENS_UNIT),
            .trust = LENS_TRUST_DEFAULT,
            .source_class = (steme_source_class)(random % STEME_CLASS_COUNT),
        };
    }
}

/* The median time of counting, and with `lens` of resolving too. */
static double measure(bench_run *run, steme_lens lens, uint32_t count)
{
    lens_options options;
    lens_tally tally;
    lens_result result;
    size_t rounds = 0;
    lens_options_fill(&(steme_lens_options){0}, &options);
    for (double end = bench_now() + run->seconds; bench_now() < end && rounds < ROUND_COUNT_MAX;
         rounds++) {
        memcpy(run->candidates, run->shuffled, count * sizeof *run->candidates);
        double begin = bench_now();
        lens_tally_count(run->candidates, count, run->values, run->value_count, &tally);
        if (lens != STEME_LENS_NONE)
            lens_resolve(&options, lens, &tally, &result);
        run->durations[rounds] = bench_now() - begin;
        if (tally.identity_count != count)
            bench_die("not every identity was counted", NULL);
    }
    return bench_percentile(run->durations, rounds, 0.5);
}

int main(int argc, char **argv)
{
    static const uint32_t sizes[SIZE_COUNT] = {1, 10, 100, 1000, CANDIDATE_COUNT_MAX};
    bench_run run = {.seconds = argc > 1 ? strtod(argv[1], NULL) : 0.2};
    double figures[STEME_LENS_COUNT][SIZE_COUNT];
    run.ids = bench_alloc(CANDIDATE_COUNT_MAX, sizeof *run.ids);
    run.identities = bench_alloc(CANDIDATE_COUNT_MAX, sizeof *run.identities);
    run.stamps = bench_alloc(CANDIDATE_COUNT_MAX, sizeof *run.stamps);
    run.records = bench_alloc(CANDIDATE_COUNT_MAX, sizeof *run.records);
    run.shuffled = bench_alloc(CANDIDATE_COUNT_MAX, sizeof *run.shuffled);
    run.candidates = bench_alloc(CANDIDATE_COUNT_MAX, sizeof *run.candidates);
    run.durations = bench_alloc(ROUND_COUNT_MAX, sizeof *run.durations);
    for (uint32_t size = 0; size < SIZE_COUNT; size++) {
        bench_progress("%u candidates", sizes[size]);
        make_candidates(&run, sizes[size]);
        for (steme_lens lens = STEME_LENS_NONE; lens < STEME_LENS_COUNT; lens++)
            figures[lens][size] = 1e6 * measure(&run, lens, sizes[size]);
    }
    bench_table_heading("lens: us for 1, 10, 100, 1,000 and 10,000 candidates");
    for (steme_lens lens = STEME_LENS_NONE; lens < STEME_LENS_COUNT; lens++)
        bench_table_row(lens == STEME_LENS_NONE ? "counting alone" : steme_lens_name(lens), NULL,
                        "%.2f  %.2f  %.1f  %.0f  %.0f", figures[lens][0], figures[lens][1],
                        figures[lens][2], figures[lens][3], figures[lens][4]);
    free(run.ids);
    free(run.identities);
    free(run.stamps);
    free(run.records);
    free(run.shuffled);
    free(run.candidates);
    free(run.durations);
    return 0;
}
