/* What answers were made of: the records that were read on the way and exist. */
#include "base/error.h"
#include "query/state.h"

#include <stdlib.h>
#include <string.h>

static int compare_ids(const void *left, const void *right)
{
    return memcmp(left, right, STEME_ID_SIZE);
}

/* Ascending, each once. */
static void sort_noted(steme_query *query)
{
    size_t kept = 0;
    if (query->noted_count > 1)
        qsort(query->noted, query->noted_count, sizeof *query->noted, compare_ids);
    for (size_t i = 0; i < query->noted_count; i++)
        if (kept == 0 || compare_ids(&query->noted[kept - 1], &query->noted[i]) != 0)
            query->noted[kept++] = query->noted[i];
    query->noted_count = kept;
}

steme_status query_note_record(void *context, const steme_record *record, steme_error *error)
{
    steme_query *query = context;
    steme_status status = query_grow((void **)&query->noted, &query->noted_capacity,
                                     query->noted_count, sizeof *query->noted, error);
    if (status == STEME_OK)
        query->noted[query->noted_count++] = record->id;
    return status;
}

steme_status steme_query_records(steme_query *query, const steme_id **out_ids, size_t *out_count,
                                 steme_error *error)
{
    if (!query->options.notes_records)
        return base_fail(error, STEME_INVALID, "query: it was not told to note its records");
    sort_noted(query);
    *out_ids = query->noted;
    *out_count = query->noted_count;
    return STEME_OK;
}
