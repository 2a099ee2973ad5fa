#include "support/memory_set.h"

#include "base/error.h"
#include "merkle/crown.h"
#include "merkle/root.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

struct replica_pin {
    memory_set *set;
    memory_entry *entries;
    size_t count;
    size_t at; /* of the merkle_source */
    merkle_crown crown;
    sketch_cell *cells;
    size_t cell_count;
};

static void *must(void *memory)
{
    if (memory == NULL)
        abort();
    return memory;
}

/* By id; of equal ids the one with a body first. */
static int entry_compare(const void *left, const void *right)
{
    const memory_entry *a = left;
    const memory_entry *b = right;
    int order = memcmp(&a->id, &b->id, sizeof a->id);
    return order != 0 ? order : (a->body == NULL) - (b->body == NULL);
}

static void set_sort(memory_set *set)
{
    if (set->is_sorted)
        return;
    if (set->count > 1)
        qsort(set->entries, set->count, sizeof *set->entries, entry_compare);
    size_t kept = 0;
    for (size_t i = 0; i < set->count; i++) {
        memory_entry *entry = &set->entries[i];
        if (kept > 0 && memcmp(&set->entries[kept - 1].id, &entry->id, sizeof entry->id) == 0)
            free(entry->body);
        else
            set->entries[kept++] = *entry;
    }
    set->count = kept;
    set->is_sorted = true;
}

static size_t lower_bound(const memory_entry *entries, size_t count, const uint8_t *id)
{
    size_t low = 0;
    size_t high = count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (memcmp(&entries[middle].id, id, sizeof(steme_id)) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

void memory_set_init(memory_set *set, const sketch_key *key)
{
    *set = (memory_set){.is_sorted = true, .key = *key};
}

void memory_set_deinit(memory_set *set)
{
    assert(set->pin_count == 0);
    for (size_t i = 0; i < set->count; i++)
        free(set->entries[i].body);
    free(set->entries);
}

void memory_set_add(memory_set *set, const steme_id *id, steme_span body)
{
    /* Bodies that a pin points to must stay: what is held already is left as it is. */
    if (set->pin_count > 0 && memory_set_has(set, id))
        return;
    if (set->count == set->capacity) {
        set->capacity = set->capacity * 2 + 64;
        set->entries = must(realloc(set->entries, set->capacity * sizeof *set->entries));
    }
    memory_entry entry = {.id = *id, .body_size = body.size};
    if (body.size > 0)
        entry.body = memcpy(must(malloc(body.size)), body.bytes, body.size);
    size_t at = set->count;
    /* Few at a time: kept sorted; else many, and sorted once. */
    if (set->pin_count > 0 || (set->is_looked_up && !memory_set_has(set, id))) {
        at = lower_bound(set->entries, set->count, id->bytes);
        memmove(&set->entries[at + 1], &set->entries[at], (set->count - at) * sizeof entry);
    } else {
        set->is_sorted = false;
    }
    set->entries[at] = entry;
    set->count++;
    set->is_looked_up = false;
}

bool memory_set_has(memory_set *set, const steme_id *id)
{
    set_sort(set);
    set->is_looked_up = true;
    size_t at = lower_bound(set->entries, set->count, id->bytes);
    return at < set->count && memcmp(&set->entries[at].id, id, sizeof *id) == 0;
}

static memory_entry *entry_of(memory_set *set, const steme_id *id)
{
    bool is_held = memory_set_has(set, id);
    assert(is_held);
    (void)is_held;
    return &set->entries[lower_bound(set->entries, set->count, id->bytes)];
}

void memory_set_damage(memory_set *set, const steme_id *id, bool is_damaged)
{
    entry_of(set, id)->is_damaged = is_damaged;
}

bool memory_set_is_damaged(memory_set *set, const steme_id *id)
{
    return memory_set_has(set, id) && entry_of(set, id)->is_damaged;
}

size_t memory_set_count(memory_set *set)
{
    set_sort(set);
    return set->count;
}

static steme_id root_of(const memory_entry *entries, size_t count)
{
    steme_id *ids = must(malloc((count + 1) * sizeof *ids));
    for (size_t i = 0; i < count; i++)
        ids[i] = entries[i].id;
    steme_id root = merkle_root_of_sorted(ids, count);
    free(ids);
    return root;
}

steme_id memory_set_root(memory_set *set)
{
    set_sort(set);
    return root_of(set->entries, set->count);
}

/* ---- The seam ------------------------------------------------------------------------------- */

static steme_status pin_seek(void *context, const uint8_t *bound, steme_error *error)
{
    (void)error;
    replica_pin *pin = context;
    pin->at = lower_bound(pin->entries, pin->count, bound);
    return STEME_OK;
}

static steme_status pin_next(void *context, steme_id *out_id, bool *out_found, steme_error *error)
{
    (void)error;
    replica_pin *pin = context;
    *out_found = pin->at < pin->count;
    if (*out_found)
        *out_id = pin->entries[pin->at++].id;
    return STEME_OK;
}

static merkle_source pin_source(replica_pin *pin)
{
    return (merkle_source){pin_seek, pin_next, pin};
}

static steme_status call_check(memory_set *set, steme_error *error)
{
    if (++set->call_count == set->fail_at)
        return base_fail(error, STEME_IO, "memory set: made to fail");
    return STEME_OK;
}

static void pin_release(replica_pin *pin)
{
    if (pin == NULL)
        return;
    pin->set->pin_count--;
    merkle_crown_deinit(&pin->crown);
    free(pin->entries);
    free(pin->cells);
    free(pin);
}

static steme_status set_pin(void *context, replica_pin **out_pin, steme_error *error)
{
    memory_set *set = context;
    steme_status status = call_check(set, error);
    if (status != STEME_OK)
        return status;
    set_sort(set);
    replica_pin *pin = must(calloc(1, sizeof *pin));
    pin->set = set;
    pin->count = set->count;
    pin->entries = must(malloc((set->count + 1) * sizeof *pin->entries));
    if (set->count > 0)
        memcpy(pin->entries, set->entries, set->count * sizeof *pin->entries);
    set->pin_count++;
    status = merkle_crown_build(pin_source(pin), pin->count, &pin->crown, error);
    if (status != STEME_OK)
        pin_release(pin);
    else
        *out_pin = pin;
    return status;
}

static steme_status pin_root(replica_pin *pin, steme_id *out_root, uint64_t *out_count,
                             steme_error *error)
{
    (void)error;
    *out_root = merkle_crown_root(&pin->crown);
    *out_count = pin->count;
    return STEME_OK;
}

static steme_status pin_root_with(replica_pin *pin, const steme_id *added, size_t count,
                                  steme_id *out_root, uint64_t *out_count, steme_error *error)
{
    steme_status status = call_check(pin->set, error);
    if (status != STEME_OK)
        return status;
    memory_set sum = {.count = pin->count + count};
    sum.entries = must(calloc(sum.count + 1, sizeof *sum.entries));
    for (size_t i = 0; i < pin->count; i++)
        sum.entries[i].id = pin->entries[i].id;
    for (size_t i = 0; i < count; i++)
        sum.entries[pin->count + i].id = added[i];
    *out_root = memory_set_root(&sum);
    *out_count = sum.count;
    free(sum.entries);
    return STEME_OK;
}

static steme_status pin_children(replica_pin *pin, const steme_id *prefix, unsigned depth,
                                 merkle_slot out_slots[16], steme_error *error)
{
    steme_status status = call_check(pin->set, error);
    return status != STEME_OK ? status
                              : merkle_crown_children(&pin->crown, pin_source(pin), prefix, depth,
                                                      out_slots, error);
}

static steme_status pin_ids(replica_pin *pin, const steme_id *lower, size_t count_max,
                            steme_id *out_ids, size_t *out_count, steme_error *error)
{
    steme_status status = call_check(pin->set, error);
    if (status != STEME_OK)
        return status;
    size_t at = lower_bound(pin->entries, pin->count, lower->bytes);
    size_t count = 0;
    for (; at < pin->count && count < count_max; at++)
        out_ids[count++] = pin->entries[at].id;
    *out_count = count;
    return STEME_OK;
}

static steme_status pin_find_item(replica_pin *pin, uint64_t item, size_t count_max,
                                  steme_id *out_ids, size_t *out_count, steme_error *error)
{
    steme_id lower = {{0}};
    for (unsigned i = 0; i < 8; i++)
        lower.bytes[i] = (uint8_t)(item >> (56 - 8 * i));
    steme_status status = pin_ids(pin, &lower, count_max, out_ids, out_count, error);
    if (status != STEME_OK)
        return status;
    while (*out_count > 0 && sketch_item(&out_ids[*out_count - 1]) != item)
        --*out_count;
    return STEME_OK;
}

static steme_status pin_body(replica_pin *pin, const steme_id *id, steme_span *out_record,
                             steme_error *error)
{
    steme_status status = call_check(pin->set, error);
    if (status != STEME_OK)
        return status;
    size_t at = lower_bound(pin->entries, pin->count, id->bytes);
    if (at == pin->count || memcmp(&pin->entries[at].id, id, sizeof *id) != 0)
        return base_fail(error, STEME_NOT_FOUND, "memory set: no such id");
    if (pin->entries[at].body == NULL || pin->entries[at].is_damaged)
        return base_fail(error, STEME_ABSENT, "memory set: no body");
    *out_record = (steme_span){pin->entries[at].body, pin->entries[at].body_size};
    return STEME_OK;
}

static steme_status pin_damaged(replica_pin *pin, size_t count_max, steme_id *out_ids,
                                size_t *out_count, steme_error *error)
{
    steme_status status = call_check(pin->set, error);
    size_t count = 0;
    for (size_t i = 0; i < pin->count && count < count_max && status == STEME_OK; i++)
        if (pin->entries[i].is_damaged)
            out_ids[count++] = pin->entries[i].id;
    *out_count = count;
    return status;
}

static steme_status pin_cells(replica_pin *pin, size_t cell_count, sketch_cell *out_cells,
                              steme_error *error)
{
    steme_status status = call_check(pin->set, error);
    if (status != STEME_OK)
        return status;
    if (pin->cell_count < cell_count) {
        free(pin->cells);
        pin->cells = must(calloc(cell_count, sizeof *pin->cells));
        pin->cell_count = cell_count;
        for (size_t i = 0; i < pin->count; i++)
            sketch_toggle(pin->cells, cell_count, &pin->set->key, sketch_item(&pin->entries[i].id),
                          1);
    }
    if (cell_count > 0)
        memcpy(out_cells, pin->cells, cell_count * sizeof *out_cells);
    return STEME_OK;
}

replica_set memory_set_seam(memory_set *set)
{
    return (replica_set){
        .context = set,
        .pin = set_pin,
        .release = pin_release,
        .root = pin_root,
        .root_with = pin_root_with,
        .children = pin_children,
        .ids = pin_ids,
        .find_item = pin_find_item,
        .body = pin_body,
        .damaged = pin_damaged,
        .cells = pin_cells,
    };
}
