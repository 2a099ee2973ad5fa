/* A model of all claims under one root: what the pipeline says of each (subject, predicate), handed
 * to truth/fit.h in its order. */
#include <float.h>
#include <stdlib.h>
#include <steme/truth.h>
#include <string.h>

#include "base/bytes.h"
#include "base/error.h"
#include "lens/odds.h"
#include "query/state.h"
#include "truth/fit.h"

enum { PROGRESS_STEP = 1024 };

/* Numbers of things that differ, under their hashes: an open table, NULL at first. */
typedef struct number_table {
    uint32_t *slots; /* a number plus 1; 0 = free */
    size_t slot_count;
} number_table;

typedef struct fit_worker {
    truth_worker worker;
    uint64_t hash;
    uint32_t number;
} fit_worker;

typedef struct fit_value {
    steme_id id;
    uint64_t hash;
    uint32_t number;
    bool is_number;
    steme_value content; /* of a number */
    steme_span unit;
} fit_value;

typedef struct fit_batch {
    steme_query *query;
    truth_claim *claims; /* workers and values by when they were met, until these are sorted */
    size_t claim_count;
    size_t claim_capacity;
    fit_worker *workers;
    size_t worker_count;
    size_t worker_capacity;
    number_table worker_table;
    fit_value *values; /* of one predicate */
    size_t value_count;
    size_t value_capacity;
    number_table value_table;
    truth_predicate *predicates;
    size_t predicate_count;
    size_t predicate_capacity;
    uint32_t task_count;
} fit_batch;

/* ---- Numbers of what differs -------------------------------------------------------------- */

typedef uint64_t (*fit_hash_of)(const fit_batch *batch, size_t number);
typedef bool (*fit_is_equal)(const fit_batch *batch, size_t number, const void *thing);

static bool table_grow(const fit_batch *batch, number_table *table, size_t count,
                       fit_hash_of hash_of)
{
    if (count * 2 < table->slot_count)
        return true;
    size_t slot_count = table->slot_count == 0 ? 64 : table->slot_count * 2;
    uint32_t *slots = base_alloc_zero(slot_count, sizeof *slots);
    if (slots == NULL)
        return false;
    for (size_t number = 0; number < count; number++) {
        size_t slot = (size_t)hash_of(batch, number) & (slot_count - 1);
        while (slots[slot] != 0)
            slot = (slot + 1) & (slot_count - 1);
        slots[slot] = (uint32_t)number + 1;
    }
    base_free(table->slots);
    *table = (number_table){slots, slot_count};
    return true;
}

/* The slot of an equal thing, or the free one where it belongs. */
static uint32_t *table_find(const fit_batch *batch, const number_table *table, uint64_t hash,
                            fit_is_equal is_equal, const void *thing)
{
    size_t slot = (size_t)hash & (table->slot_count - 1);
    while (table->slots[slot] != 0 && !is_equal(batch, table->slots[slot] - 1, thing))
        slot = (slot + 1) & (table->slot_count - 1);
    return &table->slots[slot];
}

static uint64_t worker_hash(const fit_batch *batch, size_t number)
{
    return batch->workers[number].hash;
}

static int compare_workers(const void *left_item, const void *right_item)
{
    const truth_worker *left = &((const fit_worker *)left_item)->worker;
    const truth_worker *right = &((const fit_worker *)right_item)->worker;
    int order = memcmp(&left->identity, &right->identity, sizeof left->identity);
    return order != 0 ? order : query_span_compare(left->source, right->source);
}

static bool is_worker(const fit_batch *batch, size_t number, const void *thing)
{
    return compare_workers(&batch->workers[number], thing) == 0;
}

static uint64_t value_hash(const fit_batch *batch, size_t number)
{
    return batch->values[number].hash;
}

static bool is_value(const fit_batch *batch, size_t number, const void *thing)
{
    return memcmp(&batch->values[number].id, &((const fit_value *)thing)->id, STEME_ID_SIZE) == 0;
}

static steme_status number_worker(fit_batch *batch, const query_speaker *speaker,
                                  uint32_t *out_number, steme_error *error)
{
    const uint8_t *key = batch->query->hash_key;
    fit_worker worker = {.worker = {speaker->identity, speaker->candidate->source}};
    steme_span identity = {worker.worker.identity.bytes, STEME_AGENT_SIZE};
    worker.hash =
        store_subject_key(key, identity) ^ store_predicate_key(key, speaker->candidate->source);
    if (!table_grow(batch, &batch->worker_table, batch->worker_count, worker_hash))
        return base_fail(error, STEME_NO_MEMORY, "truth: out of memory");
    uint32_t *slot = table_find(batch, &batch->worker_table, worker.hash, is_worker, &worker);
    if (*slot == 0) {
        steme_status status = query_grow((void **)&batch->workers, &batch->worker_capacity,
                                         batch->worker_count, sizeof worker, error);
        if (status != STEME_OK)
            return status;
        worker.number = (uint32_t)batch->worker_count;
        batch->workers[batch->worker_count++] = worker;
        *slot = (uint32_t)batch->worker_count;
    }
    *out_number = *slot - 1;
    return STEME_OK;
}

static bool is_finite_number(const query_candidate *candidate)
{
    const steme_value *value = &candidate->value;
    return candidate->relation == STEME_RELATION_EQUAL && value->kind == STEME_VALUE_NUMBER &&
           (!value->is_real || (value->real >= -DBL_MAX && value->real <= DBL_MAX));
}

static steme_status number_value(fit_batch *batch, const query_candidate *candidate,
                                 uint32_t *out_number, steme_error *error)
{
    lens_record record = {
        .relation = candidate->relation,
        .content = candidate->relation == STEME_RELATION_NONE ? NULL : &candidate->value,
        .unit = candidate->unit,
        .language = candidate->language,
    };
    fit_value value = {.id = lens_truth_value_id(&record),
                       .is_number = is_finite_number(candidate),
                       .content = candidate->value,
                       .unit = candidate->unit};
    value.hash =
        store_subject_key(batch->query->hash_key, (steme_span){value.id.bytes, STEME_ID_SIZE});
    if (!table_grow(batch, &batch->value_table, batch->value_count, value_hash))
        return base_fail(error, STEME_NO_MEMORY, "truth: out of memory");
    uint32_t *slot = table_find(batch, &batch->value_table, value.hash, is_value, &value);
    if (*slot == 0) {
        steme_status status = query_grow((void **)&batch->values, &batch->value_capacity,
                                         batch->value_count, sizeof value, error);
        if (status != STEME_OK)
            return status;
        value.number = (uint32_t)batch->value_count;
        batch->values[batch->value_count++] = value;
        *slot = (uint32_t)batch->value_count;
    }
    *out_number = *slot - 1;
    return STEME_OK;
}

/* ---- Claims ------------------------------------------------------------------------------- */

/* Of predicates that take several values at once, the newest stands for the others. */
static bool is_same_worker(const query_speaker *left, const query_speaker *right)
{
    return memcmp(&left->identity, &right->identity, sizeof left->identity) == 0 &&
           query_span_compare(left->candidate->source, right->candidate->source) == 0;
}

static steme_status add_claim(fit_batch *batch, const query_speaker *speaker, steme_error *error)
{
    truth_claim claim = {.task = batch->task_count};
    steme_status status = number_worker(batch, speaker, &claim.worker, error);
    if (status == STEME_OK)
        status = number_value(batch, speaker->candidate, &claim.value, error);
    if (status == STEME_OK)
        status = query_grow((void **)&batch->claims, &batch->claim_capacity, batch->claim_count,
                            sizeof claim, error);
    if (status == STEME_OK)
        batch->claims[batch->claim_count++] = claim;
    return status;
}

static steme_status add_task(fit_batch *batch, const query_pair *pair, steme_error *error)
{
    query_speaker *speakers = NULL;
    size_t count = 0;
    bool is_shared;
    steme_status status =
        query_pair_speakers(batch->query, pair, &speakers, &count, &is_shared, error);
    for (size_t i = 0; status == STEME_OK && i < count; i++)
        if (i == 0 || !is_same_worker(&speakers[i - 1], &speakers[i]))
            status = add_claim(batch, &speakers[i], error);
    if (status == STEME_OK && count > 0) {
        batch->task_count++;
        batch->predicates[batch->predicate_count - 1].task_count++;
    }
    return status;
}

/* ---- Predicates --------------------------------------------------------------------------- */

static int compare_ids(const void *left, const void *right)
{
    return memcmp(&((const fit_value *)left)->id, &((const fit_value *)right)->id, STEME_ID_SIZE);
}

static int compare_numbers(const void *left_item, const void *right_item)
{
    const fit_value *left = left_item;
    const fit_value *right = right_item;
    int order = lens_content_compare(&left->content, &right->content);
    return order != 0 ? order : compare_ids(left, right);
}

/* Whether they can be put on one scale. */
static bool are_numbers(const fit_batch *batch)
{
    for (size_t i = 0; i < batch->value_count; i++)
        if (!batch->values[i].is_number ||
            query_span_compare(batch->values[i].unit, batch->values[0].unit) != 0)
            return false;
    return true;
}

static steme_status begin_predicate(fit_batch *batch, steme_span name, steme_error *error)
{
    steme_status status = query_grow((void **)&batch->predicates, &batch->predicate_capacity,
                                     batch->predicate_count, sizeof *batch->predicates, error);
    if (status != STEME_OK)
        return status;
    batch->predicates[batch->predicate_count++] = (truth_predicate){.name = name};
    batch->value_count = 0;
    base_free(batch->value_table.slots);
    batch->value_table = (number_table){0};
    return STEME_OK;
}

/* What the fit is told of the predicate's values, which are in their order. */
static bool fill_values(fit_batch *batch, truth_predicate *predicate, bool is_numbers)
{
    base_arena *arena = &batch->query->arena;
    size_t count = batch->value_count;
    predicate->value_count = (uint32_t)count;
    if (count <= LENS_TRUTH_LABEL_MAX) {
        steme_id *ids = base_arena_alloc(arena, count * sizeof *ids);
        if (ids == NULL)
            return false;
        for (size_t i = 0; i < count; i++)
            ids[i] = batch->values[i].id;
        predicate->values = ids;
    }
    if (is_numbers) {
        double *numbers = base_arena_alloc(arena, count * sizeof *numbers);
        if (numbers == NULL)
            return false;
        for (size_t i = 0; i < count; i++) {
            const steme_value *content = &batch->values[i].content;
            numbers[i] = content->is_real ? content->real : (double)content->integer;
        }
        predicate->numbers = numbers;
    }
    return true;
}

/* Sorts the values and renumbers them in the claims from `first` on; without claims there is no
 * predicate. */
static steme_status end_predicate(fit_batch *batch, size_t first, steme_error *error)
{
    if (batch->claim_count == first) {
        batch->predicate_count--;
        return STEME_OK;
    }
    bool is_numbers = are_numbers(batch);
    uint32_t *places = base_alloc(batch->value_count * sizeof *places);
    if (places == NULL)
        return base_fail(error, STEME_NO_MEMORY, "truth: out of memory");
    qsort(batch->values, batch->value_count, sizeof *batch->values,
          is_numbers ? compare_numbers : compare_ids);
    for (size_t i = 0; i < batch->value_count; i++)
        places[batch->values[i].number] = (uint32_t)i;
    for (size_t i = first; i < batch->claim_count; i++)
        batch->claims[i].value = places[batch->claims[i].value];
    base_free(places);
    return fill_values(batch, &batch->predicates[batch->predicate_count - 1], is_numbers)
               ? STEME_OK
               : base_fail(error, STEME_NO_MEMORY, "truth: out of memory");
}

static int compare_by_predicate(const void *left_item, const void *right_item)
{
    const query_pair *left = left_item;
    const query_pair *right = right_item;
    int order = query_span_compare(left->predicate, right->predicate);
    return order != 0 ? order : query_span_compare(left->subject, right->subject);
}

static steme_status tell(const steme_truth_fit_options *options, size_t done, size_t total,
                         steme_error *error)
{
    if (options->visit_progress != NULL && (done % PROGRESS_STEP == 0 || done == total) &&
        options->visit_progress(options->context, done, total))
        return base_fail(error, STEME_CANCELLED, "truth: cancelled");
    return STEME_OK;
}

/* All claims, predicate by predicate. */
static steme_status gather(fit_batch *batch, const steme_truth_fit_options *options,
                           steme_error *error)
{
    steme_query *query = batch->query;
    size_t first = 0; /* claim of the predicate */
    steme_status status = query_pairs_collect(query, error);
    if (status == STEME_OK && query->pair_count > 1)
        qsort(query->pairs, query->pair_count, sizeof *query->pairs, compare_by_predicate);
    for (size_t i = 0; status == STEME_OK && i < query->pair_count; i++) {
        steme_span name = query->pairs[i].predicate;
        bool is_first = i == 0 || query_span_compare(query->pairs[i - 1].predicate, name) != 0;
        bool is_last = i + 1 == query->pair_count ||
                       query_span_compare(query->pairs[i + 1].predicate, name) != 0;
        if (is_first) {
            first = batch->claim_count;
            status = begin_predicate(batch, name, error);
        }
        if (status == STEME_OK)
            status = add_task(batch, &query->pairs[i], error);
        if (status == STEME_OK && is_last)
            status = end_predicate(batch, first, error);
        if (status == STEME_OK)
            status = tell(options, i + 1, query->pair_count, error);
    }
    return status;
}

/* ---- The fit ------------------------------------------------------------------------------ */

static int compare_claims(const void *left_item, const void *right_item)
{
    const truth_claim *left = left_item;
    const truth_claim *right = right_item;
    if (left->task != right->task)
        return left->task < right->task ? -1 : 1;
    return (left->worker > right->worker) - (left->worker < right->worker);
}

/* Puts workers and claims in their order; *out_workers is the query's. */
static bool put_in_order(fit_batch *batch, truth_worker **out_workers)
{
    truth_worker *workers =
        base_arena_alloc(&batch->query->arena, batch->worker_count * sizeof *workers);
    uint32_t *places = base_alloc(batch->worker_count * sizeof *places);
    if (workers == NULL || places == NULL) {
        base_free(places);
        return false;
    }
    qsort(batch->workers, batch->worker_count, sizeof *batch->workers, compare_workers);
    for (size_t i = 0; i < batch->worker_count; i++) {
        workers[i] = batch->workers[i].worker;
        places[batch->workers[i].number] = (uint32_t)i;
    }
    for (size_t i = 0; i < batch->claim_count; i++)
        batch->claims[i].worker = places[batch->claims[i].worker];
    base_free(places);
    qsort(batch->claims, batch->claim_count, sizeof *batch->claims, compare_claims);
    *out_workers = workers;
    return true;
}

static steme_status fit(fit_batch *batch, const steme_truth_fit_options *options,
                        steme_truth_model **out_model, steme_error *error)
{
    truth_input input = {.as_of_ns = batch->query->options.as_of_ns};
    truth_worker *workers = NULL;
    uint64_t record_count;
    steme_status status = gather(batch, options, error);
    if (status == STEME_OK)
        status = steme_snapshot_root(batch->query->snapshot, &input.root, &record_count, error);
    if (status != STEME_OK)
        return status;
    if (batch->claim_count == 0)
        return base_fail(error, STEME_NOT_FOUND, "truth: there is no claim to learn from");
    if (!put_in_order(batch, &workers))
        return base_fail(error, STEME_NO_MEMORY, "truth: out of memory");
    input.predicates = batch->predicates;
    input.predicate_count = (uint32_t)batch->predicate_count;
    input.workers = workers;
    input.worker_count = (uint32_t)batch->worker_count;
    input.claims = batch->claims;
    input.claim_count = batch->claim_count;
    return truth_fit(&input, out_model, error);
}

/* The time of the newest record: whoever has the same records finds the same. */
static steme_status find_newest(steme_query *query, int64_t *out_time_ns, steme_error *error)
{
    index_cursor cursor;
    size_t offset;
    const uint8_t *row = NULL;
    uint64_t newest_ns = 0;
    steme_status status = query_plan_open_cursor(query, QUERY_PLAN_STAMPS, &cursor, &offset, error);
    if (status != STEME_OK)
        return status;
    while ((status = index_cursor_next(&cursor, &row, error)) == STEME_OK && row != NULL)
        newest_ns = base_get_u64be(row + offset);
    index_cursor_close(&cursor);
    *out_time_ns = newest_ns > INT64_MAX ? INT64_MAX : (int64_t)newest_ns;
    return status;
}

static steme_status set_as_of(steme_snapshot *snapshot, steme_query_options *asked,
                              steme_error *error)
{
    steme_query *query = NULL;
    steme_status status = query_new(snapshot, asked, &query, error);
    if (status != STEME_OK)
        return status;
    status = find_newest(query, &asked->as_of_ns, error);
    asked->has_as_of = 1;
    asked->evaluated_at_ns = query->options.evaluated_at_ns;
    steme_query_close(query);
    return status;
}

steme_status steme_truth_fit(steme_snapshot *snapshot, const steme_truth_fit_options *options,
                             steme_truth_model **out_model, steme_error *error)
{
    fit_batch batch = {0};
    steme_query_options asked = {
        .predicate = options->predicate,
        .has_as_of = options->has_as_of,
        .as_of_ns = options->as_of_ns,
        .evaluated_at_ns = options->evaluated_at_ns,
        .view = options->view,
        .is_exact = 1,
        .lens = STEME_LENS_TRUTH,
    };
    steme_status status = options->has_as_of ? STEME_OK : set_as_of(snapshot, &asked, error);
    if (status == STEME_OK)
        status = query_new(snapshot, &asked, &batch.query, error);
    if (status == STEME_OK)
        status = fit(&batch, options, out_model, error);
    base_free(batch.claims);
    base_free(batch.workers);
    base_free(batch.worker_table.slots);
    base_free(batch.values);
    base_free(batch.value_table.slots);
    base_free(batch.predicates);
    steme_query_close(batch.query);
    return status;
}
