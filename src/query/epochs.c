/* The epochs and the stage that a query asks for. */
#include "base/bytes.h"
#include "base/error.h"
#include "query/state.h"

#include <stdlib.h>
#include <string.h>

static steme_status add_epoch(steme_query *query, const steme_id *id, steme_error *error)
{
    steme_status status = query_grow((void **)&query->epochs, &query->epoch_capacity,
                                     query->epoch_count, sizeof *query->epochs, error);
    if (status == STEME_OK)
        query->epochs[query->epoch_count++] = *id;
    return status;
}

static steme_status take_epoch(void *context, const steme_epoch_report *epoch, steme_error *error)
{
    steme_query *query = context;
    return query_span_compare(epoch->epoch.name, query->options.epoch) == 0
               ? add_epoch(query, &epoch->id, error)
               : STEME_OK;
}

static int compare_ids(const void *left, const void *right)
{
    return memcmp(left, right, STEME_ID_SIZE);
}

steme_status query_epochs_find(steme_query *query, steme_error *error)
{
    steme_id id;
    steme_span epoch = query->options.epoch;
    if (epoch.size == 0)
        return STEME_OK;
    if (epoch.size == 2 * STEME_ID_SIZE &&
        base_hex_decode((const char *)epoch.bytes, epoch.size, id.bytes, sizeof id.bytes))
        return add_epoch(query, &id, error);
    steme_status status = steme_lifecycle_epochs(query->lifecycle, take_epoch, query, error);
    if (status == STEME_OK && query->epoch_count > 1)
        qsort(query->epochs, query->epoch_count, sizeof *query->epochs, compare_ids);
    return status;
}

bool query_epoch_is_wanted(const steme_query *query, const steme_id *epoch)
{
    return query->epoch_count > 0 && bsearch(epoch, query->epochs, query->epoch_count,
                                             sizeof *query->epochs, compare_ids) != NULL;
}

steme_status query_is_of_wanted(steme_query *query, const steme_record *record,
                                const steme_id_list *epoch, bool *out_is_wanted, steme_error *error)
{
    steme_stage_now stage;
    *out_is_wanted = true;
    if (query->options.epoch.size > 0) {
        steme_id id = {{0}};
        if (epoch->count > 0)
            id = steme_id_list_get(epoch, 0);
        *out_is_wanted = epoch->count > 0 && query_epoch_is_wanted(query, &id);
    }
    if (!*out_is_wanted || !query->options.has_stage)
        return STEME_OK;
    steme_status status =
        steme_lifecycle_stage(query->lifecycle, &record->id, NULL, NULL, &stage, error);
    *out_is_wanted = status == STEME_OK && stage == query->options.stage;
    return status;
}
