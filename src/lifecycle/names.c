/* Aliases: other names under which a name is to be looked for. */
#include "base/error.h"
#include "base/hash.h"
#include "lifecycle/state.h"

#include <stdlib.h>
#include <string.h>

/* A name that was met, and how far from the one asked for. */
typedef struct met_name {
    steme_span name; /* borrowed from the store */
    uint32_t distance;
} met_name;

typedef struct name_walk {
    lifecycle_id_map hashes; /* of the names: their numbers are those of `names` */
    met_name *names;
    uint32_t capacity;
} name_walk;

static steme_status meet(steme_lifecycle *self, name_walk *walk, steme_span name, uint32_t distance,
                         steme_error *error)
{
    uint32_t number;
    uint32_t count = walk->hashes.count;
    steme_id hash = base_blake3(name.bytes, name.size);
    steme_status status =
        lifecycle_id_map_add(&walk->hashes, &self->arena, hash.bytes, &number, error);
    if (status != STEME_OK || number < count)
        return status;
    if (number == walk->capacity) {
        uint32_t capacity = walk->capacity == 0 ? 16 : walk->capacity * 2;
        met_name *names = base_arena_alloc(&self->arena, capacity * sizeof *names);
        if (names == NULL)
            return base_fail(error, STEME_NO_MEMORY, "lifecycle: out of memory");
        if (count > 0)
            memcpy(names, walk->names, count * sizeof *names);
        walk->names = names;
        walk->capacity = capacity;
    }
    walk->names[number] = (met_name){name, distance};
    return STEME_OK;
}

static bool is_same(steme_span left, steme_span right)
{
    return left.size == right.size && memcmp(left.bytes, right.bytes, left.size) == 0;
}

/* Under a view an alias is a steward's word, or nobody's; and it was not taken back. */
static steme_status judge(steme_lifecycle *self, const lifecycle_record *alias,
                          steme_alias_report *out_report, steme_error *error)
{
    steme_standing_report report;
    bool is_signed = false;
    steme_status status = steme_lifecycle_standing(self, &alias->record.id, &report, error);
    for (uint32_t i = 0; status == STEME_OK && i < alias->record.signer_count && !is_signed; i++) {
        lifecycle_identity signer;
        status = lifecycle_identity_find(self, steme_record_signer(&alias->record, i),
                                         alias->statement.claim_time_ns, (steme_span){0}, &signer,
                                         error);
        is_signed = status == STEME_OK && !signer.is_revoked &&
                    (self->view == NULL || (signer.stewardships & STEME_STEWARD_ALIASES) != 0);
    }
    if (status == STEME_OK)
        *out_report = (steme_alias_report){
            .record = &alias->record,
            .alias = alias->statement.as.alias,
            .standing = report.standing,
            .is_followed = is_signed && report.standing == STEME_STANDING_LIVE,
        };
    return status;
}

static steme_status follow(steme_lifecycle *self, name_walk *walk, const lifecycle_record *record,
                           met_name from, steme_error *error)
{
    steme_alias_report report;
    const steme_alias *alias = &record->statement.as.alias;
    bool is_forward = is_same(alias->from, from.name);
    if (!is_forward && (alias->relation != STEME_ALIAS_SAME_AS || !is_same(alias->to, from.name)))
        return STEME_OK;
    steme_status status = judge(self, record, &report, error);
    if (status != STEME_OK || !report.is_followed)
        return status;
    return meet(self, walk, is_forward ? alias->to : alias->from, from.distance + 1, error);
}

static int compare_met(const void *left_item, const void *right_item)
{
    const met_name *left = left_item;
    const met_name *right = right_item;
    if (left->distance != right->distance)
        return left->distance < right->distance ? -1 : 1;
    size_t size = left->name.size < right->name.size ? left->name.size : right->name.size;
    int order = memcmp(left->name.bytes, right->name.bytes, size);
    return order != 0 ? order
                      : (left->name.size > right->name.size) - (left->name.size < right->name.size);
}

steme_status steme_lifecycle_names(steme_lifecycle *lifecycle, steme_span name,
                                   steme_name_visit visit, void *context, steme_error *error)
{
    name_walk walk = {.hashes = lifecycle_id_map_new(lifecycle)};
    steme_status status = meet(lifecycle, &walk, name, 0, error);
    for (uint32_t next = 0; status == STEME_OK && next < walk.hashes.count; next++) {
        lifecycle_record *aliases;
        size_t count;
        met_name from = walk.names[next];
        status = lifecycle_mentions(lifecycle, LIFECYCLE_BY_NAME, from.name, STEME_ALIAS, &aliases,
                                    &count, error);
        for (size_t i = 0; status == STEME_OK && i < count; i++)
            status = follow(lifecycle, &walk, &aliases[i], from, error);
    }
    if (status == STEME_OK && walk.hashes.count > 1)
        qsort(walk.names, walk.hashes.count, sizeof *walk.names, compare_met);
    for (uint32_t i = 0; status == STEME_OK && i < walk.hashes.count; i++)
        status = visit(context, walk.names[i].name, walk.names[i].distance, error);
    return status;
}

steme_status steme_lifecycle_aliases(steme_lifecycle *lifecycle, steme_span name,
                                     steme_alias_visit visit, void *context, steme_error *error)
{
    lifecycle_record *aliases;
    size_t count;
    steme_status status =
        lifecycle_mentions(lifecycle, name.size == 0 ? LIFECYCLE_OF_ALIASES : LIFECYCLE_BY_NAME,
                           name, STEME_ALIAS, &aliases, &count, error);
    for (size_t i = 0; status == STEME_OK && i < count; i++) {
        steme_alias_report report;
        const steme_alias *alias = &aliases[i].statement.as.alias;
        if (name.size > 0 && !is_same(alias->from, name) && !is_same(alias->to, name))
            continue;
        status = judge(lifecycle, &aliases[i], &report, error);
        if (status == STEME_OK)
            status = visit(context, &report, error);
    }
    return status;
}
