#include "base/error.h"
#include "clock/time.h"
#include "lifecycle/state.h"
#include "platform/clock.h"

#include <stdlib.h>
#include <string.h>

/* ---- Opening ------------------------------------------------------------------------------ */

static void set_moment(steme_lifecycle *self, const steme_lifecycle_options *options)
{
    uint64_t now_ns =
        options->evaluated_at_ns != 0 ? options->evaluated_at_ns : platform_clock_wall_ns();
    self->view = options->view;
    self->stamp_time_max = clock_time_add(now_ns, CLOCK_MATURITY_NS);
    self->as_of_ns = self->stamp_time_max > INT64_MAX ? INT64_MAX : (int64_t)self->stamp_time_max;
    if (options->has_as_of)
        self->as_of_ns = options->as_of_ns;
    self->position_end =
        options->has_recorded_as_of
            ? store_snapshot_arrival_end(self->snapshot, options->recorded_as_of_ns)
            : store_snapshot_end(self->snapshot);
    self->is_present = !options->has_as_of && !options->has_recorded_as_of;
}

steme_status steme_lifecycle_open(steme_snapshot *snapshot, const steme_lifecycle_options *options,
                                  steme_lifecycle **out_lifecycle, steme_error *error)
{
    static const steme_lifecycle_options defaults = {0};
    steme_lifecycle *self = base_alloc_zero(1, sizeof *self);
    if (self == NULL)
        return base_fail(error, STEME_NO_MEMORY, "lifecycle: out of memory");
    self->snapshot = snapshot;
    set_moment(self, options != NULL ? options : &defaults);
    steme_status status = lifecycle_catalog_get(snapshot, &self->catalog, &self->loss_count, error);
    if (status != STEME_OK) {
        steme_lifecycle_close(self);
        return status;
    }
    self->has_keys = lifecycle_catalog_has_keys(self->catalog);
    self->known_numbers = lifecycle_id_map_new(self);
    *out_lifecycle = self;
    return STEME_OK;
}

void steme_lifecycle_close(steme_lifecycle *lifecycle)
{
    if (lifecycle == NULL)
        return;
    base_arena_deinit(&lifecycle->arena);
    base_arena_deinit(&lifecycle->kept_arena);
    base_free(lifecycle);
}

void lifecycle_reset(steme_lifecycle *self)
{
    base_arena_reset(&self->arena);
}

uint64_t lifecycle_position_end(const steme_lifecycle *self)
{
    return self->position_end;
}

void lifecycle_set_watch(steme_lifecycle *self, lifecycle_watch watch, void *context)
{
    self->watch = watch;
    self->watch_context = context;
}

/* ---- What exists at the moment ------------------------------------------------------------ */

static bool exists(const steme_lifecycle *self, const steme_record *record,
                   steme_statement *out_statement)
{
    return record->stamp.time_ns <= self->stamp_time_max &&
           steme_record_interpret(record, out_statement, NULL) == STEME_OK &&
           out_statement->claim_time_ns <= self->as_of_ns;
}

steme_status lifecycle_read(steme_lifecycle *self, uint64_t position, lifecycle_record *out_record,
                            bool *out_exists, steme_error *error)
{
    *out_exists = false;
    if (position >= self->position_end)
        return STEME_OK;
    steme_status status = store_snapshot_read(self->snapshot, position, &out_record->record, error);
    if (status != STEME_OK)
        return status == STEME_ABSENT ? STEME_OK : status;
    out_record->position = position;
    *out_exists = exists(self, &out_record->record, &out_record->statement);
    return *out_exists && self->watch != NULL
               ? self->watch(self->watch_context, &out_record->record, error)
               : STEME_OK;
}

steme_status lifecycle_get(steme_lifecycle *self, const steme_id *id, lifecycle_record *out_record,
                           bool *out_exists, steme_error *error)
{
    uint64_t position;
    *out_exists = false;
    steme_status status = store_snapshot_find(self->snapshot, id, &position, error);
    if (status == STEME_OK)
        return lifecycle_read(self, position, out_record, out_exists, error);
    return status == STEME_NOT_FOUND ? STEME_OK : status;
}

int lifecycle_record_compare(const steme_record *left, const steme_record *right)
{
    int order = steme_stamp_compare(&left->stamp, &right->stamp);
    return order != 0 ? order : memcmp(left->id.bytes, right->id.bytes, STEME_ID_SIZE);
}

static int compare_records(const void *left_item, const void *right_item)
{
    const lifecycle_record *left = left_item;
    const lifecycle_record *right = right_item;
    return lifecycle_record_compare(&left->record, &right->record);
}

/* Sorts, and leaves each record once: the log may have it twice. */
static size_t sort_records(lifecycle_record *records, size_t count)
{
    size_t kept = 0;
    if (count > 1)
        qsort(records, count, sizeof *records, compare_records);
    for (size_t i = 0; i < count; i++)
        if (kept == 0 || compare_records(&records[kept - 1], &records[i]) != 0)
            records[kept++] = records[i];
    return kept;
}

void lifecycle_mark_targets(steme_lifecycle *self, const steme_id *const *ids, size_t count,
                            bool *out_are_targets)
{
    lifecycle_catalog_mark_targets(self->catalog, ids, count, out_are_targets);
}

steme_status lifecycle_mentions(steme_lifecycle *self, lifecycle_mention mention, steme_span name,
                                steme_record_type type, lifecycle_record **out_records,
                                size_t *out_count, steme_error *error)
{
    const uint64_t *positions;
    size_t position_count;
    size_t count = 0;
    steme_status status = lifecycle_catalog_find(self->catalog, mention, name, self->position_end,
                                                 &self->arena, &positions, &position_count, error);
    if (status != STEME_OK || position_count == 0) {
        *out_count = 0;
        return status;
    }
    lifecycle_record *records = base_arena_alloc(&self->arena, position_count * sizeof *records);
    if (records == NULL)
        return base_fail(error, STEME_NO_MEMORY, "lifecycle: out of memory");
    for (size_t i = 0; status == STEME_OK && i < position_count; i++) {
        bool is_there;
        status = lifecycle_read(self, positions[i], &records[count], &is_there, error);
        count += status == STEME_OK && is_there && records[count].statement.type == type;
    }
    *out_records = records;
    *out_count = sort_records(records, count);
    return status;
}
