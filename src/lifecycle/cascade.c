/* What rests on a record: the assertions derived from it, or quoting it as their source, and what
 * rests on these. */
#include "base/error.h"
#include "lifecycle/state.h"

#include <stdlib.h>
#include <string.h>

enum { ROW_SIZE = 16, KEY_SIZE = 8 };

typedef struct resting_record {
    lifecycle_record record;
    steme_id rests_on;
} resting_record;

/* The records of one depth. */
typedef struct cascade_layer {
    resting_record *records;
    size_t count;
    size_t capacity;
} cascade_layer;

typedef struct cascade_walk {
    steme_lifecycle *self;
    lifecycle_id_map met;
    cascade_layer layer;
    const steme_id *below; /* what those being collected rest on */
} cascade_walk;

static bool names(const steme_id_list *list, const steme_id *id)
{
    for (uint32_t i = 0; i < list->count; i++)
        if (memcmp(list->first + (size_t)i * list->stride, id, sizeof *id) == 0)
            return true;
    return false;
}

static steme_status grow_layer(cascade_walk *walk, steme_error *error)
{
    cascade_layer *layer = &walk->layer;
    if (layer->count < layer->capacity)
        return STEME_OK;
    size_t capacity = layer->capacity == 0 ? 16 : layer->capacity * 2;
    resting_record *records = base_arena_alloc(&walk->self->arena, capacity * sizeof *records);
    if (records == NULL)
        return base_fail(error, STEME_NO_MEMORY, "lifecycle: out of memory");
    if (layer->count > 0)
        memcpy(records, layer->records, layer->count * sizeof *records);
    layer->records = records;
    layer->capacity = capacity;
    return STEME_OK;
}

static steme_status collect_record(cascade_walk *walk, uint64_t position, steme_error *error)
{
    uint32_t number;
    uint32_t met_count = walk->met.count;
    bool exists;
    steme_status status = grow_layer(walk, error);
    if (status != STEME_OK)
        return status;
    resting_record *resting = &walk->layer.records[walk->layer.count];
    status = lifecycle_read(walk->self, position, &resting->record, &exists, error);
    const steme_statement *statement = &resting->record.statement;
    if (status != STEME_OK || !exists || statement->type != STEME_ASSERTION ||
        (!names(&statement->as.assertion.derived_from, walk->below) &&
         !names(&statement->as.assertion.source, walk->below)))
        return status;
    resting->rests_on = *walk->below;
    status = lifecycle_id_map_add(&walk->met, &walk->self->arena, resting->record.record.id.bytes,
                                  &number, error);
    walk->layer.count += status == STEME_OK && number == met_count;
    return status;
}

static steme_status collect_table(cascade_walk *walk, store_table table, steme_error *error)
{
    index_cursor cursor;
    const uint8_t *row;
    steme_span key = {walk->below->bytes, KEY_SIZE};
    steme_status status = index_cursor_open(&cursor, store_snapshot_reading(walk->self->snapshot),
                                            table, &(index_range){key, key}, error);
    if (status != STEME_OK)
        return status;
    while (status == STEME_OK && (status = index_cursor_next(&cursor, &row, error)) == STEME_OK &&
           row != NULL)
        status = collect_record(walk, store_row_position(row, ROW_SIZE), error);
    index_cursor_close(&cursor);
    return status;
}

static int compare_resting(const void *left_item, const void *right_item)
{
    const resting_record *left = left_item;
    const resting_record *right = right_item;
    return memcmp(&left->record.record.id, &right->record.record.id, sizeof(steme_id));
}

static steme_status visit_layer(const cascade_layer *layer, uint32_t depth,
                                steme_cascade_visit visit, void *context, steme_error *error)
{
    steme_status status = STEME_OK;
    for (size_t i = 0; status == STEME_OK && i < layer->count; i++)
        status = visit(context, &layer->records[i].record.record, &layer->records[i].rests_on,
                       depth, error);
    return status;
}

/* Collects what rests on the records of one layer into the next; ascending, so that what a record
 * is said to rest on is the least of what it could be. */
static steme_status collect_layer(cascade_walk *walk, const cascade_layer *below,
                                  steme_error *error)
{
    steme_status status = STEME_OK;
    walk->layer = (cascade_layer){0};
    for (size_t i = 0; status == STEME_OK && i < below->count; i++) {
        walk->below = &below->records[i].record.record.id;
        status = collect_table(walk, STORE_TABLE_DERIVED, error);
    }
    if (status == STEME_OK && walk->layer.count > 1)
        qsort(walk->layer.records, walk->layer.count, sizeof *walk->layer.records, compare_resting);
    return status;
}

steme_status lifecycle_cascade(steme_lifecycle *self, const steme_id *ids, size_t count,
                               steme_cascade_visit visit, void *context, steme_error *error)
{
    uint32_t number;
    cascade_walk walk = {.self = self, .met = lifecycle_id_map_new(self)};
    steme_status status = STEME_OK;
    for (size_t i = 0; status == STEME_OK && i < count; i++)
        status = lifecycle_id_map_add(&walk.met, &self->arena, ids[i].bytes, &number, error);
    for (size_t i = 0; status == STEME_OK && i < count; i++) {
        walk.below = &ids[i];
        status = collect_table(&walk, STORE_TABLE_DERIVED, error);
        if (status == STEME_OK)
            status = collect_table(&walk, STORE_TABLE_SOURCE, error);
    }
    if (status == STEME_OK && walk.layer.count > 1)
        qsort(walk.layer.records, walk.layer.count, sizeof *walk.layer.records, compare_resting);
    for (uint32_t depth = 1; status == STEME_OK && walk.layer.count > 0; depth++) {
        cascade_layer below = walk.layer;
        status = visit_layer(&below, depth, visit, context, error);
        if (status == STEME_OK)
            status = collect_layer(&walk, &below, error);
    }
    return status;
}

steme_status steme_lifecycle_cascade(steme_lifecycle *lifecycle, const steme_id *id,
                                     steme_cascade_visit visit, void *context, steme_error *error)
{
    return lifecycle_cascade(lifecycle, id, 1, visit, context, error);
}
