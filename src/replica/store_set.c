#include "replica/store_set.h"
#include "base/bytes.h"
#include "base/error.h"
#include "base/memory.h"
#include "store/store.h"

typedef struct store_set {
    steme_store *store;
    sketch_key key;
} store_set;

struct replica_pin {
    const store_set *set;
    steme_snapshot *snapshot;
};

static steme_status set_pin(void *context, replica_pin **out_pin, steme_error *error)
{
    const store_set *set = context;
    replica_pin *pin = base_alloc(sizeof *pin);
    if (pin == NULL)
        return base_fail(error, STEME_NO_MEMORY, "replica: no memory for a pin");
    pin->set = set;
    steme_status status = steme_snapshot_open(set->store, &pin->snapshot, error);
    if (status != STEME_OK) {
        base_free(pin);
        return status;
    }
    *out_pin = pin;
    return STEME_OK;
}

static void set_release(replica_pin *pin)
{
    if (pin == NULL)
        return;
    steme_snapshot_close(pin->snapshot);
    base_free(pin);
}

static steme_status set_root(replica_pin *pin, steme_id *out_root, uint64_t *out_count,
                             steme_error *error)
{
    return steme_snapshot_root(pin->snapshot, out_root, out_count, error);
}

static steme_status set_root_with(replica_pin *pin, const steme_id *added, size_t count,
                                  steme_id *out_root, uint64_t *out_count, steme_error *error)
{
    return store_snapshot_root_with(pin->snapshot, added, count, out_root, out_count, error);
}

static steme_status set_children(replica_pin *pin, const steme_id *prefix, unsigned depth,
                                 merkle_slot out_slots[16], steme_error *error)
{
    return store_snapshot_children(pin->snapshot, prefix, depth, out_slots, error);
}

static steme_status set_ids(replica_pin *pin, const steme_id *lower, size_t count_max,
                            steme_id *out_ids, size_t *out_count, steme_error *error)
{
    steme_span from = {lower->bytes, sizeof lower->bytes};
    steme_span all = {NULL, 0};
    return store_snapshot_ids(pin->snapshot, from, all, count_max, out_ids, out_count, error);
}

static steme_status set_find_item(replica_pin *pin, uint64_t item, size_t count_max,
                                  steme_id *out_ids, size_t *out_count, steme_error *error)
{
    uint8_t bytes[8];
    base_put_u64be(bytes, item);
    steme_span prefix = {bytes, sizeof bytes};
    return store_snapshot_ids(pin->snapshot, prefix, prefix, count_max, out_ids, out_count, error);
}

/* What the log cannot read any more is no body, and no reason to end a session. */
static steme_status set_body(replica_pin *pin, const steme_id *id, steme_span *out_record,
                             steme_error *error)
{
    steme_record record;
    steme_status status = steme_snapshot_get(pin->snapshot, id, &record, error);
    if (status == STEME_OK)
        *out_record = record.bytes;
    if (status != STEME_CORRUPT)
        return status;
    if (error != NULL)
        error->status = STEME_ABSENT;
    return STEME_ABSENT;
}

static steme_status set_damaged(replica_pin *pin, size_t count_max, steme_id *out_ids,
                                size_t *out_count, steme_error *error)
{
    return store_snapshot_damaged(pin->snapshot, count_max, out_ids, out_count, error);
}

static steme_status set_cells(replica_pin *pin, size_t cell_count, sketch_cell *out_cells,
                              steme_error *error)
{
    return store_snapshot_cells(pin->snapshot, &pin->set->key, cell_count, out_cells, error);
}

steme_status replica_store_set_open(steme_store *store, const sketch_key *key, replica_set *out_set,
                                    steme_error *error)
{
    steme_status status = store_sketch_keep(store, key, error);
    if (status != STEME_OK)
        return status;
    store_set *set = base_alloc(sizeof *set);
    if (set == NULL)
        return base_fail(error, STEME_NO_MEMORY, "replica: out of memory");
    *set = (store_set){store, *key};
    *out_set =
        (replica_set){set,     set_pin,       set_release, set_root,    set_root_with, set_children,
                      set_ids, set_find_item, set_body,    set_damaged, set_cells};
    return STEME_OK;
}

void replica_store_set_close(replica_set *set)
{
    base_free(set->context);
    *set = (replica_set){0};
}
