#include "base/error.h"
#include "base/limits.h"
#include "clock/time.h"
#include "platform/clock.h"
#include "query/state.h"

#include <float.h>
#include <stdlib.h>
#include <string.h>

enum { GROW_COUNT_MIN = 32 };

steme_status query_grow(void **array, size_t *capacity, size_t count, size_t element_size,
                        steme_error *error)
{
    if (count < *capacity)
        return STEME_OK;
    size_t wanted = *capacity == 0 ? GROW_COUNT_MIN : *capacity * 2;
    void *grown =
        wanted > SIZE_MAX / element_size ? NULL : base_realloc(*array, wanted * element_size);
    if (grown == NULL)
        return base_fail(error, STEME_NO_MEMORY, "query: out of memory");
    *array = grown;
    *capacity = wanted;
    return STEME_OK;
}

/* ---- Options ------------------------------------------------------------------------------ */

static bool is_text(steme_span text)
{
    return text.bytes != NULL || text.size == 0;
}

/* What is given, the lens takes; it may not count what is out of range. */
static steme_status check_lens_options(const steme_query_options *options, steme_error *error)
{
    const steme_lens_options *given = &options->lens_options;
    const steme_lens_option *option;
    uint32_t known = 0;
    for (uint32_t i = 0; (option = steme_lens_option_get(options->lens, i)) != NULL; i++) {
        uint32_t value = steme_lens_option_value(given, option->kind);
        known |= 1u << option->kind;
        if (value < option->least || value > option->most)
            return base_fail(error, STEME_INVALID, "lens option %s: out of range", option->name);
    }
    return (given->given & ~known) == 0
               ? STEME_OK
               : base_fail(error, STEME_INVALID, "lens options: not of this lens");
}

static steme_status check_options(const steme_query_options *options, steme_error *error)
{
    const steme_equivalence *equivalence = &options->equivalence;
    if (!is_text(options->subject) || !is_text(options->subject_prefix) ||
        !is_text(options->predicate))
        return base_fail(error, STEME_INVALID, "subject or predicate: a text without bytes");
    if ((unsigned)options->lens >= STEME_LENS_COUNT)
        return base_fail(error, STEME_INVALID, "lens: unknown (%d)", (int)options->lens);
    if ((unsigned)equivalence->kind > STEME_EQUAL_NUMBER)
        return base_fail(error, STEME_INVALID, "equivalence: unknown (%d)", (int)equivalence->kind);
    if (equivalence->kind == STEME_EQUAL_NUMBER &&
        !(equivalence->tolerance >= 0 && equivalence->tolerance <= DBL_MAX))
        return base_fail(error, STEME_INVALID,
                         "equivalence: the tolerance must be finite and not negative");
    if (options->has_stage && (unsigned)options->stage > STEME_NOW_REJECTED)
        return base_fail(error, STEME_INVALID, "stage: unknown (%d)", (int)options->stage);
    if (options->follows_aliases && options->lens == STEME_LENS_NONE)
        return base_fail(error, STEME_INVALID, "aliases are followed for a lens's answers only");
    if (!is_text(options->epoch) || (options->trust_pack == NULL && options->trust_pack_count > 0))
        return base_fail(error, STEME_INVALID, "epoch or trust pack: nothing is there");
    if (options->object != NULL && (unsigned)options->object->kind > STEME_VALUE_TIME)
        return base_fail(error, STEME_INVALID, "object: unknown kind (%d)",
                         (int)options->object->kind);
    if (options->object != NULL &&
        (options->object->kind == STEME_VALUE_TEXT ||
         options->object->kind == STEME_VALUE_REFERENCE) &&
        !is_text(options->object->text))
        return base_fail(error, STEME_INVALID, "object: a text without bytes");
    return check_lens_options(options, error);
}

/* Records write an integral number as an integer: so that the filter does, too. */
static void make_canonical(steme_value *value)
{
    if (value->kind == STEME_VALUE_NUMBER && value->is_real && value->real >= -0x1p63 &&
        value->real < 0x1p63 && (double)(int64_t)value->real == value->real) {
        value->integer = (int64_t)value->real;
        value->is_real = 0;
    }
}

/* Absent where it is empty; "/" alone leaves an empty prefix that is there. */
static steme_span without_slashes(steme_span prefix)
{
    if (prefix.bytes == NULL || prefix.size == 0)
        return (steme_span){0};
    while (prefix.size > 0 && prefix.bytes[prefix.size - 1] == '/')
        prefix.size--;
    return prefix;
}

static int64_t time_to_signed(uint64_t time_ns)
{
    return time_ns > INT64_MAX ? INT64_MAX : (int64_t)time_ns;
}

/* Copies what the options point at, texts aside, and fills in times. */
static void set_options(steme_query *query, const steme_query_options *given)
{
    steme_query_options *options = &query->options;
    *options = *given;
    query->limit = given->limit;
    options->limit += given->limit > 0 && given->limit < UINT64_MAX;
    if (given->object != NULL) {
        query->object = *given->object;
        make_canonical(&query->object);
        options->object = &query->object;
    }
    if (given->agent != NULL) {
        query->agent = *given->agent;
        options->agent = &query->agent;
    }
    if (given->source != NULL) {
        query->source = *given->source;
        options->source = &query->source;
    }
    options->subject_prefix = without_slashes(given->subject_prefix);
    if (options->evaluated_at_ns == 0)
        options->evaluated_at_ns = platform_clock_wall_ns();
    query->stamp_time_max = clock_time_add(options->evaluated_at_ns, CLOCK_MATURITY_NS);
    if (!options->has_as_of)
        options->as_of_ns = time_to_signed(query->stamp_time_max);
}

int query_agent_compare(const void *left, const void *right)
{
    return memcmp(left, right, STEME_AGENT_SIZE);
}

static steme_status copy_trust_pack(steme_query *query, steme_error *error)
{
    steme_query_options *options = &query->options;
    size_t count = options->trust_pack_count;
    if (count == 0)
        return STEME_OK;
    steme_agent *agents = base_arena_alloc(&query->arena, count * sizeof *agents);
    if (agents == NULL)
        return base_fail(error, STEME_NO_MEMORY, "query: out of memory");
    memcpy(agents, options->trust_pack, count * sizeof *agents);
    qsort(agents, count, sizeof *agents, query_agent_compare);
    options->trust_pack = agents;
    return STEME_OK;
}

static steme_status check_model(const steme_query *query, steme_error *error)
{
    const steme_truth_model *model = query->options.truth_model;
    if (model != NULL && steme_truth_model_as_of_ns(model) > query->options.as_of_ns)
        return base_fail(error, STEME_INVALID, "truth model: fitted as of later than is asked");
    return STEME_OK;
}

/* ---- Opening ------------------------------------------------------------------------------ */

static steme_status open_lifecycle(steme_query *query, steme_error *error)
{
    const steme_query_options *options = &query->options;
    steme_lifecycle_options moment = {
        .evaluated_at_ns = options->evaluated_at_ns,
        .has_as_of = options->has_as_of,
        .as_of_ns = options->as_of_ns,
        .has_recorded_as_of = options->has_recorded_as_of,
        .recorded_as_of_ns = options->recorded_as_of_ns,
        .view = options->view,
    };
    steme_status status = steme_lifecycle_open(query->snapshot, &moment, &query->lifecycle, error);
    if (status == STEME_OK && options->notes_records)
        lifecycle_set_watch(query->lifecycle, query_note_record, query);
    return status;
}

steme_status query_new(steme_snapshot *snapshot, const steme_query_options *options,
                       steme_query **out_query, steme_error *error)
{
    steme_status status = check_options(options, error);
    if (status != STEME_OK)
        return status;
    steme_query *query = base_alloc_zero(1, sizeof *query);
    if (query == NULL)
        return base_fail(error, STEME_NO_MEMORY, "query: out of memory");
    query->snapshot = snapshot;
    query->reading = store_snapshot_reading(snapshot);
    query->hash_key = store_snapshot_hash_key(snapshot);
    query->mode = options->lens == STEME_LENS_NONE ? QUERY_MATCHES : QUERY_ANSWERS;
    set_options(query, options);
    status = check_model(query, error);
    if (status == STEME_OK)
        status = copy_trust_pack(query, error);
    if (status == STEME_OK)
        status = open_lifecycle(query, error);
    if (status == STEME_OK)
        status = query_epochs_find(query, error);
    if (status == STEME_OK)
        *out_query = query;
    else
        steme_query_close(query);
    return status;
}

steme_status steme_query_open(steme_snapshot *snapshot, const steme_query_options *options,
                              steme_query **out_query, steme_error *error)
{
    steme_query *query;
    steme_query_options filled = *options;
    base_cursor cursor;
    steme_status status = query_cursor_read(&filled, &cursor, error);
    if (status == STEME_OK)
        status = query_new(snapshot, &filled, &query, error);
    if (status != STEME_OK)
        return status;
    status = query_cursor_follow(query, &cursor, error);
    if (status == STEME_OK)
        status = query->mode == QUERY_MATCHES ? query_feed_open(query, error)
                                              : query_pairs_collect(query, error);
    if (status != STEME_OK) {
        steme_query_close(query);
        return status;
    }
    *out_query = query;
    return STEME_OK;
}

void steme_query_close(steme_query *query)
{
    if (query == NULL)
        return;
    if (query->cursor != NULL)
        index_cursor_close(query->cursor);
    base_free(query->entries);
    base_free(query->hits);
    base_free(query->pairs);
    base_free(query->pair_slots);
    base_free(query->candidates);
    base_free(query->epochs);
    base_free(query->noted);
    steme_lifecycle_close(query->lifecycle);
    base_arena_deinit(&query->answer_arena);
    base_arena_deinit(&query->arena);
    base_free(query);
}

/* ---- Next --------------------------------------------------------------------------------- */

static bool is_at_limit(const steme_query *query)
{
    return query->limit != 0 && query->given_count >= query->limit;
}

/* Has the next match in query->match, limit or not. */
static steme_status look_ahead(steme_query *query, steme_error *error)
{
    if (query->has_looked)
        return STEME_OK;
    steme_status status = query_feed_next(query, &query->is_found, error);
    query->has_looked = status == STEME_OK;
    return status;
}

steme_status steme_query_next_match(steme_query *query, const steme_match **out_match,
                                    steme_error *error)
{
    if (query->mode != QUERY_MATCHES)
        return base_fail(error, STEME_INVALID, "query: it has a lens, so ask for answers");
    *out_match = NULL;
    if (is_at_limit(query))
        return STEME_OK;
    steme_status status = look_ahead(query, error);
    if (status != STEME_OK || !query->is_found)
        return status;
    query->has_looked = false;
    query->given_count++;
    query->last.stamp = query->match.record.stamp;
    query->last.id = query->match.record.id;
    *out_match = &query->match;
    return STEME_OK;
}

steme_status steme_query_next_answer(steme_query *query, const steme_answer **out_answer,
                                     steme_error *error)
{
    if (query->mode != QUERY_ANSWERS)
        return base_fail(error, STEME_INVALID, "query: it has no lens, so ask for matches");
    while (query->next_pair < query->pair_count && !is_at_limit(query)) {
        const query_pair *pair = &query->pairs[query->next_pair++];
        query_resolution resolution;
        steme_status status = query_pair_resolve(query, pair, &resolution, error);
        if (status == STEME_OK && resolution.kept_count > 0)
            status = query_answer_fill(query, pair, &resolution, error);
        if (status != STEME_OK)
            return status;
        if (resolution.kept_count > 0) {
            query->given_count++;
            *out_answer = &query->answer;
            return STEME_OK;
        }
    }
    *out_answer = NULL;
    return STEME_OK;
}

steme_status steme_query_cursor(steme_query *query, const char **out_cursor, steme_error *error)
{
    bool is_more = query->next_pair < query->pair_count && !query->is_ranked;
    if (query->given_count == 0)
        return base_fail(error, STEME_INVALID, "query: nothing was given yet");
    if (query->mode == QUERY_MATCHES) {
        steme_status status = look_ahead(query, error);
        if (status != STEME_OK)
            return status;
        is_more = query->is_found;
    }
    if (is_more) {
        steme_status status = query_cursor_write(query, error);
        if (status != STEME_OK)
            return status;
    }
    *out_cursor = is_more ? query->cursor_text : NULL;
    return STEME_OK;
}
