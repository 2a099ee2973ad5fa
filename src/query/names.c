/* The names of sources. One that is not held, or does not count yet, goes by its id. */
#include "base/bytes.h"
#include "base/error.h"
#include "base/hash.h"
#include "query/state.h"

#include <string.h>

enum { NAME_CAPACITY_MIN = 16 };

static steme_status find_name(steme_query *query, const steme_id *id, steme_span *out_name,
                              steme_error *error)
{
    lifecycle_record source;
    bool exists;
    steme_status status = lifecycle_get(query->lifecycle, id, &source, &exists, error);
    if (status != STEME_OK)
        return status;
    if (exists && source.statement.type == STEME_SOURCE) {
        *out_name = source.statement.as.source.name;
        return STEME_OK;
    }
    char *digits = base_arena_alloc(&query->arena, 2 * STEME_ID_SIZE + 1);
    if (digits == NULL)
        return base_fail(error, STEME_NO_MEMORY, "query: out of memory");
    base_hex_encode(id->bytes, STEME_ID_SIZE, digits);
    *out_name = (steme_span){(const uint8_t *)digits, 2 * (size_t)STEME_ID_SIZE};
    return STEME_OK;
}

static query_name *find_slot(const steme_query *query, const steme_id *id)
{
    size_t mask = query->name_capacity - 1;
    size_t slot = (size_t)base_siphash(query->hash_key, id->bytes, STEME_ID_SIZE) & mask;
    while (query->names[slot].name.size > 0 &&
           memcmp(query->names[slot].id.bytes, id->bytes, STEME_ID_SIZE) != 0)
        slot = (slot + 1) & mask;
    return &query->names[slot];
}

static steme_status grow_names(steme_query *query, steme_error *error)
{
    query_name *old = query->names;
    size_t old_capacity = query->name_capacity;
    size_t capacity = old_capacity == 0 ? NAME_CAPACITY_MIN : old_capacity * 2;
    query_name *names = base_arena_alloc(&query->arena, capacity * sizeof *names);
    if (names == NULL)
        return base_fail(error, STEME_NO_MEMORY, "query: out of memory");
    memset(names, 0, capacity * sizeof *names);
    query->names = names;
    query->name_capacity = capacity;
    for (size_t i = 0; i < old_capacity; i++)
        if (old[i].name.size > 0)
            *find_slot(query, &old[i].id) = old[i];
    return STEME_OK;
}

steme_status query_source_name(steme_query *query, const steme_id *id, steme_span *out_name,
                               steme_error *error)
{
    if (query->name_count * 2 >= query->name_capacity) {
        steme_status status = grow_names(query, error);
        if (status != STEME_OK)
            return status;
    }
    query_name *slot = find_slot(query, id);
    if (slot->name.size == 0) {
        steme_span name;
        steme_status status = find_name(query, id, &name, error);
        if (status != STEME_OK)
            return status;
        *slot = (query_name){*id, name};
        query->name_count++;
    }
    *out_name = slot->name;
    return STEME_OK;
}
