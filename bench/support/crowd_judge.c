#include "support/crowd_judge.h"

#include <stdlib.h>

#include "support/measure.h"

void bench_case_open(bench_case *at, const bench_crowd *crowd)
{
    at->candidates = bench_alloc(crowd->claim_count, sizeof *at->candidates);
    at->records = bench_alloc(crowd->claim_count, sizeof *at->records);
    at->values = bench_alloc(crowd->value_count, sizeof *at->values);
    at->place = bench_alloc(crowd->value_count, sizeof *at->place);
    at->claimed = bench_alloc(crowd->value_count, sizeof *at->claimed);
    at->chances = bench_alloc(crowd->value_count, sizeof *at->chances);
}

void bench_case_close(bench_case *at)
{
    free(at->candidates);
    free(at->records);
    free(at->values);
    free(at->place);
    free(at->claimed);
    free(at->chances);
}

truth_model *bench_crowd_fit(const bench_crowd *crowd)
{
    truth_predicate predicate;
    truth_input input = bench_crowd_input(crowd, &predicate);
    truth_model *model = NULL;
    steme_error error;
    bench_check(truth_fit(&input, &model, &error), "fit", &error);
    return model;
}

uint32_t bench_case_judge(bench_case *at, const bench_crowd *crowd, const lens_truth_model *model,
                          uint32_t item)
{
    static const steme_stamp stamp;
    uint32_t count = 0;
    uint32_t value_count = 0;
    for (uint32_t value = 0; value < crowd->value_count; value++) {
        at->place[value] = UINT32_MAX;
        at->chances[value] = 0;
    }
    for (size_t i = crowd->item_claims[item]; i < crowd->item_claims[item + 1]; i++, count++) {
        const truth_claim *claim = &crowd->claims[i];
        uint32_t *place = &at->place[claim->value];
        if (*place == UINT32_MAX) {
            *place = value_count;
            at->claimed[value_count++] = claim->value;
        }
        const uint8_t *worker = crowd->workers[claim->worker].identity.bytes;
        at->records[count] = crowd->records[claim->value];
        at->records[count].id = worker;
        at->records[count].stamp = &stamp;
        at->records[count].value = at->records[count].object = *place;
        at->candidates[count] = (lens_candidate){.identity = worker, .record = &at->records[count]};
    }
    lens_options options = {.truth_model = model, .truth_predicate = &model->predicates[0]};
    lens_result result;
    lens_tally_count(at->candidates, count, at->values, value_count, &at->tally);
    lens_resolve(&options, STEME_LENS_TRUTH, &at->tally, &result);
    for (uint32_t value = 0; value < value_count; value++)
        at->chances[at->claimed[value]] = at->values[value].posterior / 1e6;
    return at->claimed[result.winner];
}

double bench_case_between(const bench_case *at, const bench_crowd *crowd)
{
    uint32_t below = 0;
    uint32_t above = 0;
    uint32_t fraction = 0;
    lens_truth_between(&at->tally, &below, &above, &fraction);
    double low = crowd->numbers[at->claimed[below]];
    double high = crowd->numbers[at->claimed[above]];
    return low + (high - low) * (fraction / 1e6);
}
