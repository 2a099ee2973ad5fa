/* The stores of nodes, and the mutations of what they are given. */
#include "sim/world.h"

#include "base/bytes.h"
#include "base/memory.h"

#include <stdio.h>

/* ---- Open and close ----------------------------------------------------------------------- */

static void path_of(size_t index, char out_path[16])
{
    snprintf(out_path, 16, "/%zu", index);
}

static steme_status count_body(void *context, const steme_record *record, uint64_t arrival_ns,
                               steme_error *error)
{
    sim_node *node = context;
    (void)arrival_ns;
    (void)error;
    node->body_count++;
    if (memcmp(&record->id, &node->greatest, sizeof record->id) > 0)
        node->greatest = record->id;
    return STEME_OK;
}

static bool is_held(steme_snapshot *snapshot, const steme_id *id)
{
    steme_record record;
    return steme_snapshot_get(snapshot, id, &record, NULL) != STEME_NOT_FOUND;
}

/* Counts what is there; what was acknowledged in an earlier life must be. False: a damaged index is
 * in the way. */
static bool look_around(sim_world *world, sim_node *node)
{
    steme_snapshot *snapshot;
    node->body_count = 0;
    steme_status status = steme_snapshot_open(node->store, &snapshot, NULL);
    if (status != STEME_OK) {
        if (status != STEME_CORRUPT || !node->is_damaged)
            sim_break(world, "a store cannot be read");
        return false;
    }
    status = steme_snapshot_visit(snapshot, count_body, node, NULL, NULL);
    if (status != STEME_OK && !(status == STEME_CORRUPT && node->is_damaged))
        sim_break(world, "a store cannot be walked");
    for (size_t i = 0; i < world->entry_count; i++)
        if (sim_is_acknowledged(node, i) && !is_held(snapshot, &world->entries[i].id))
            sim_break(world, "a restart lost what was acknowledged");
    steme_snapshot_close(snapshot);
    return status == STEME_OK;
}

static steme_status open_or_create(size_t index, const steme_store_options *options,
                                   steme_store **out_store)
{
    char path[16];
    path_of(index, path);
    steme_status status = steme_store_open(path, options, out_store, NULL);
    if (status == STEME_NOT_FOUND && steme_store_create(path, NULL) == STEME_OK)
        status = steme_store_open(path, options, out_store, NULL);
    return status;
}

/* Where something lacks it may fail, and does not once that is there again. */
static steme_status open_once(sim_world *world, size_t index)
{
    sim_node *node = &world->nodes[index];
    steme_store_options options = {.tail_record_count = world->options.tail_record_count,
                                   .verify_thread_count = 2};
    uint64_t lack_count = sim_lack_of((unsigned)index)->count;
    sim_library_enter((unsigned)index);
    steme_status status = open_or_create(index, &options, &node->store);
    sim_library_leave();
    if (status != STEME_OK && sim_lack_of((unsigned)index)->count > lack_count)
        status = open_or_create(index, &options, &node->store);
    return status;
}

void sim_store_close(sim_world *world, size_t index)
{
    sim_process_enter((unsigned)index);
    steme_store_close(world->nodes[index].store);
    world->nodes[index].store = NULL;
}

static bool store_open(sim_world *world, size_t index)
{
    sim_node *node = &world->nodes[index];
    node->is_failed = false;
    sim_process_enter((unsigned)index);
    if (open_once(world, index) == STEME_OK)
        return look_around(world, node);
    sim_break(world, "a store does not open");
    return true;
}

void sim_store_mend(sim_world *world, size_t index)
{
    sim_store_close(world, index);
    world->nodes[index].is_damaged = false;
    (void)store_open(world, index);
}

void sim_store_open(sim_world *world, size_t index)
{
    if (!store_open(world, index))
        sim_store_mend(world, index);
}

bool sim_store_damage(sim_world *world, size_t index, size_t entry)
{
    const sim_entry *it = &world->entries[entry];
    if (!sim_disk_flip((unsigned)index, "/log/", it->bytes, it->size))
        return false;
    world->nodes[index].body_count--;
    return true;
}

void sim_store_damage_index(sim_world *world, size_t index)
{
    if (sim_disk_flip_any((unsigned)index, "/index/"))
        world->nodes[index].is_damaged = true;
}

static bool is_right(const sim_entry *entry, const steme_record *record)
{
    return record->bytes.size == entry->size &&
           memcmp(record->bytes.bytes, entry->bytes, entry->size) == 0;
}

bool sim_store_ask(sim_world *world, size_t index)
{
    const sim_node *node = &world->nodes[index];
    steme_snapshot *snapshot;
    bool has_answered = true;
    sim_process_enter((unsigned)index);
    if (steme_snapshot_open(node->store, &snapshot, NULL) != STEME_OK)
        return false;
    for (size_t i = 0; i < world->entry_count; i++) {
        const sim_entry *entry = &world->entries[i];
        steme_record record;
        steme_status status = steme_snapshot_get(snapshot, &entry->id, &record, NULL);
        if (status == STEME_CORRUPT && world->options.mutation == SIM_DENIES_DAMAGED)
            status = STEME_NOT_FOUND;
        if (status == STEME_OK ? !is_right(entry, &record)
                               : status != STEME_CORRUPT && sim_is_acknowledged(node, i))
            sim_break(world, "a damaged index gives a wrong answer");
        has_answered &= status == STEME_OK || status == STEME_NOT_FOUND;
    }
    steme_snapshot_close(snapshot);
    return has_answered;
}

/* ---- Disks -------------------------------------------------------------------------------- */

static sim_bits *bits_of(sim_world *world, size_t place)
{
    return place == SIM_NODE_COUNT_MAX ? &world->shelf : &world->nodes[place].acknowledged;
}

void sim_store_copy(sim_world *world, size_t from, size_t to)
{
    const sim_bits *source = bits_of(world, from);
    sim_bits *copy = bits_of(world, to);
    sim_disk_copy((unsigned)from, (unsigned)to);
    base_free(copy->bytes);
    *copy = (sim_bits){sim_checked(base_alloc(source->size)), source->size};
    if (source->size > 0)
        memcpy(copy->bytes, source->bytes, source->size);
}

void sim_store_swap(sim_world *world, size_t left, size_t right)
{
    sim_bits between = *bits_of(world, left);
    sim_disk_swap((unsigned)left, (unsigned)right);
    *bits_of(world, left) = *bits_of(world, right);
    *bits_of(world, right) = between;
}

/* ---- Append ------------------------------------------------------------------------------- */

static bool is_dropped(sim_world *world)
{
    world->insert_count++;
    return world->options.mutation == SIM_DROPS_RECORD &&
           sim_random(world, world->options.drop_period) == 0;
}

static bool is_lost_in_merge(const sim_world *world, const sim_node *node, const steme_id *id,
                             size_t batch_count)
{
    return world->options.mutation == SIM_BREAKS_MERGE && batch_count >= 2 &&
           memcmp(id, &node->greatest, sizeof *id) > 0;
}

/* A record that a mutation says is stored, and is not. */
static bool is_mutated(sim_world *world, const sim_node *node, steme_span bytes, size_t batch_count,
                       steme_stored *out_stored)
{
    steme_record record;
    if (world->options.mutation != SIM_DROPS_RECORD &&
        world->options.mutation != SIM_BREAKS_MERGE) {
        world->insert_count++;
        return false;
    }
    if (steme_record_admit(bytes, &record, NULL) != STEME_OK ||
        (!is_dropped(world) && !is_lost_in_merge(world, node, &record.id, batch_count)))
        return false;
    *out_stored = (steme_stored){.id = record.id, .record = bytes};
    return true;
}

/* The mutation that acknowledges what was not stored. */
static void failure_hide(const sim_world *world, steme_append *item)
{
    steme_record record;
    if (world->options.mutation != SIM_HIDES_FAILURE ||
        steme_record_admit(item->record, &record, NULL) != STEME_OK)
        return;
    item->status = STEME_OK;
    item->id = record.id;
}

static void stored_note(sim_world *world, size_t index, const steme_append *item)
{
    sim_node *node = &world->nodes[index];
    if (item->status != STEME_OK || item->was_held)
        return;
    const sim_entry *entry = sim_entry_of(world, item->record, &item->id);
    node->stat.stored_count++;
    node->body_count++;
    if (memcmp(&item->id, &node->greatest, sizeof item->id) > 0)
        node->greatest = item->id;
    sim_note_latency(world, index, entry);
}

/* What a store says that it has is there for whoever looks next. */
static void look_for(sim_world *world, const sim_node *node, const steme_stored *records,
                     size_t count)
{
    steme_snapshot *snapshot;
    if (steme_snapshot_open(node->store, &snapshot, NULL) != STEME_OK) {
        sim_break(world, "a store cannot be read");
        return;
    }
    for (size_t i = 0; i < count; i++)
        if (records[i].status == STEME_OK && !is_held(snapshot, &records[i].id))
            sim_break(world, "a store does not hold what it acknowledged");
    steme_snapshot_close(snapshot);
}

void sim_store(sim_world *world, size_t index, const sim_happening *batch, size_t record_count,
               steme_stored *out_records)
{
    sim_node *node = &world->nodes[index];
    steme_append *items = sim_checked(base_alloc_zero(record_count + 1, sizeof *items));
    size_t *places = sim_checked(base_alloc_zero(record_count + 1, sizeof *places));
    size_t offset = 0, count = 0;
    for (size_t i = 0; i < record_count; i++) {
        size_t size = base_get_u32be(batch->bytes + offset);
        steme_span bytes = {batch->bytes + offset + 4, size};
        offset += 4 + size;
        if (is_mutated(world, node, bytes, record_count, &out_records[i]))
            continue;
        places[count] = i;
        items[count++].record = bytes;
    }
    sim_library_enter((unsigned)index);
    steme_status status = steme_store_append_many(node->store, items, count, 0, NULL);
    sim_library_leave();
    node->is_failed |= status != STEME_OK && status != STEME_NO_MEMORY;
    for (size_t i = 0; status != STEME_OK && i < count; i++)
        failure_hide(world, &items[i]);
    for (size_t i = 0; i < count; i++) {
        out_records[places[i]] = (steme_stored){.id = items[i].id,
                                                .record = items[i].record,
                                                .status = items[i].status,
                                                .was_held = items[i].was_held};
        bool is_own_fault = items[i].status == STEME_NO_MEMORY ||
                            (items[i].status == STEME_CORRUPT && node->is_damaged);
        node->is_failed |= items[i].status == STEME_CORRUPT && node->is_damaged;
        node->stat.refused_count +=
            status == STEME_OK && items[i].status != STEME_OK && !is_own_fault;
        stored_note(world, index, &items[i]);
    }
    look_for(world, node, out_records, record_count);
    base_free(items);
    base_free(places);
}
