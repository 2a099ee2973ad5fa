/* Hostile models: what decodes has the bytes that it came from, and the lens can read it. */
#include "lens/lens.h"
#include "truth/model.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

enum { CANDIDATES = 6, VALUES = 3 };

/* Six workers, of the model where it has them, about three numbers. */
static void judge(const lens_truth_model *model, const lens_truth_predicate *predicate)
{
    static const steme_stamp stamp;
    static const uint8_t stranger[32];
    steme_value contents[VALUES] = {{.kind = STEME_VALUE_NUMBER, .integer = 2},
                                    {.kind = STEME_VALUE_NUMBER, .is_real = 1, .real = 0.5},
                                    {.kind = STEME_VALUE_TEXT, .text = {stranger, 4}}};
    lens_record records[CANDIDATES];
    lens_candidate candidates[CANDIDATES];
    lens_value values[VALUES];
    for (uint32_t i = 0; i < CANDIDATES; i++) {
        const lens_truth_worker *worker = i < model->worker_count ? &model->workers[i] : NULL;
        const uint8_t *identity = worker == NULL ? stranger : worker->identity.bytes;
        records[i] =
            (lens_record){.id = identity,
                          .stamp = &stamp,
                          .value = i % VALUES,
                          .object = i % VALUES,
                          .relation = STEME_RELATION_EQUAL,
                          .content = &contents[i % VALUES],
                          .source = worker == NULL ? (steme_span){NULL, 0} : worker->source};
        candidates[i] = (lens_candidate){.identity = identity, .record = &records[i]};
    }
    lens_options options = {.truth_model = model, .truth_predicate = predicate};
    lens_tally tally;
    lens_result result;
    lens_tally_count(candidates, CANDIDATES, values, VALUES, &tally);
    lens_resolve(&options, STEME_LENS_TRUTH, &tally, &result);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    truth_model *model = NULL;
    steme_status status = truth_model_decode((steme_span){bytes, size}, &model, NULL);
    if (status != STEME_OK)
        return status == STEME_INVALID || status == STEME_NOT_CANONICAL ? 0 : -1;
    judge(&model->tables, NULL);
    for (uint32_t i = 0; i < model->tables.predicate_count; i++)
        judge(&model->tables, &model->tables.predicates[i]);
    steme_span first = model->bytes;
    if (truth_model_encode(model, NULL) != STEME_OK || model->bytes.size != size ||
        memcmp(model->bytes.bytes, bytes, size) != 0)
        __builtin_trap();
    base_free((uint8_t *)first.bytes);
    truth_model_free(model);
    return 0;
}
