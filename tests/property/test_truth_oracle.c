/* The fit and the lens truth against tests/golden/truth_oracle.py, which was written from
 * docs/lenses.md, section 11; and one model from every compiler.
 *
 * This program is both ends: run as a test it starts the script and names itself as the tool to
 * compare with; started as `test_truth_oracle answer` it reads sets and answers each with its model
 * in hex and, a line for each task, the winner, the confidence and the posterior of each value:
 *
 *   WORKERS TASKS VALUES IS-NUMBERS CLAIMS
 *   TASK WORKER VALUE       CLAIMS times */
#include "support/test.h"

#include "support/oracle_script.h"
#include "support/truth_crowd.h"

#include <inttypes.h>

static void print_model(const truth_model *model)
{
    for (size_t i = 0; i < model->bytes.size; i++)
        printf("%02x", model->bytes.bytes[i]);
    printf("\n");
}

static void print_answer(const truth_crowd *crowd, const truth_model *model, uint32_t task)
{
    truth_case at;
    truth_case_make(&at, crowd, model, task);
    printf("%" PRIu32 " %" PRIu32, at.said[at.result.winner], at.result.confidence);
    for (uint32_t value = 0; value < at.tally.value_count; value++)
        printf(" %" PRIu32 ":%" PRIu32, at.said[value], at.values[value].posterior);
    printf("\n");
    truth_case_free(&at);
}

static int read_claims(truth_crowd *crowd, size_t claim_count)
{
    crowd->claims = base_alloc(claim_count * sizeof *crowd->claims);
    for (; crowd->claim_count < claim_count; crowd->claim_count++) {
        truth_claim *claim = &crowd->claims[crowd->claim_count];
        if (scanf("%" SCNu32 "%" SCNu32 "%" SCNu32, &claim->task, &claim->worker, &claim->value) !=
            3)
            return 0;
    }
    return 1;
}

static int answer_sets(void)
{
    uint32_t workers;
    uint32_t tasks;
    uint32_t values;
    int is_numbers;
    size_t claims;
    while (scanf("%" SCNu32 "%" SCNu32 "%" SCNu32 "%d%zu", &workers, &tasks, &values, &is_numbers,
                 &claims) == 5) {
        truth_crowd crowd;
        truth_crowd_make(&crowd, tasks, workers, values, 1);
        crowd.is_numbers = is_numbers;
        if (!read_claims(&crowd, claims))
            return 1;
        truth_model *model = truth_crowd_fit(&crowd);
        print_model(model);
        for (uint32_t task = 0; task < tasks; task++)
            print_answer(&crowd, model, task);
        truth_model_free(model);
        truth_crowd_free(&crowd);
    }
    return 0;
}

int main(int argc, char **argv)
{
    return oracle_script_main(argc, argv, "truth_oracle.py", "STEME_TRUTH_TOOL", answer_sets);
}
