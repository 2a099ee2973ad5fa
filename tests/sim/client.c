/* What clients write. */
#include "sim/world.h"

#include "base/bytes.h"
#include "base/memory.h"

enum { FILL_COUNT = 1000 }; /* of one batch */

void sim_set_item_prefix(sim_world *world, uint64_t prefix, unsigned bits)
{
    world->item_prefix = prefix;
    world->item_prefix_bits = bits;
}

static size_t entry_issue(sim_world *world, steme_span bytes, const steme_id *id)
{
    sim_entry *entry = sim_entry_of(world, bytes, id);
    entry->is_issued = true;
    entry->issued_ns = world->now_ns;
    world->issued_count++;
    return entry->index;
}

/* A record that did not exist before, as its client knows it. */
static size_t record_issue(sim_world *world)
{
    uint8_t bytes[SIM_RECORD_SIZE_MAX];
    unsigned bits = world->item_prefix_bits;
    steme_id id = sim_record_write(world->next_number++, world->ahead_ns, bytes);
    if (bits > 0)
        id = sim_record_rename(&id, world->item_prefix ^
                                        (bits == 64 ? 0 : base_get_u64be(id.bytes) >> bits));
    return entry_issue(world, (steme_span){bytes, sim_record_size()}, &id);
}

/* Puts records into a node's store without a word to its replica; false: it takes none. */
static bool entries_put(sim_world *world, size_t node, const size_t *indexes, size_t count,
                        steme_stored *out_stored)
{
    size_t latency_count = world->latency_count;
    uint64_t stored_count = world->nodes[node].stat.stored_count;
    sim_happening batch = {.node = node, .record_count = count};
    batch.bytes = sim_checked(base_alloc(count * (4 + SIM_RECORD_SIZE_MAX)));
    for (size_t i = 0; i < count; i++) {
        const sim_entry *entry = &world->entries[indexes[i]];
        base_put_u32be(batch.bytes + batch.size, (uint32_t)entry->size);
        memcpy(batch.bytes + batch.size + 4, entry->bytes, entry->size);
        batch.size += 4 + entry->size;
    }
    sim_store(world, node, &batch, count, out_stored);
    world->latency_count = latency_count; /* these are of what peers brought */
    world->nodes[node].stat.stored_count = stored_count;
    bool is_put = true;
    for (size_t i = 0; i < count; i++) {
        out_stored[i].record =
            (steme_span){world->entries[indexes[i]].bytes, world->entries[indexes[i]].size};
        is_put &= out_stored[i].status == STEME_OK;
        if (out_stored[i].status == STEME_OK)
            sim_acknowledge(world, node, indexes[i]);
    }
    base_free(batch.bytes);
    return is_put;
}

/* At `node`, or at the next that takes it. */
static bool entry_place(sim_world *world, size_t node, size_t index)
{
    steme_stored stored = {0};
    for (size_t i = 0; i < world->options.node_count; i++) {
        size_t at = (node + i) % world->options.node_count;
        if (world->nodes[at].replica == NULL || !sim_is_honest(world, at) ||
            !entries_put(world, at, &index, 1, &stored))
            continue;
        sim_step(
            world, at,
            (steme_event){
                .kind = STEME_EVENT_INGESTED, .records = &stored, .record_count = 1, .peer = -1});
        return true;
    }
    return false;
}

bool sim_write(sim_world *world, size_t node)
{
    if (world->nodes[node].replica == NULL)
        return false;
    size_t index = record_issue(world);
    if (!entry_place(world, node, index)) {
        world->unplaced = sim_checked(
            base_realloc(world->unplaced, (world->unplaced_count + 1) * sizeof *world->unplaced));
        world->unplaced[world->unplaced_count++] = index;
    }
    sim_world_threads_run(world);
    return true;
}

size_t sim_cast(sim_world *world, size_t node, unsigned voter, const steme_statement *statement)
{
    uint8_t buffer[STEME_RECORD_SIZE_MAX];
    steme_record record = sim_record_sign(statement, voter, buffer);
    size_t index = entry_issue(world, record.bytes, &record.id);
    if (entry_place(world, node, index)) {
        sim_world_threads_run(world);
        return index;
    }
    world->entries[index].is_issued = false;
    world->issued_count--;
    return SIZE_MAX;
}

void sim_clients_settle(sim_world *world)
{
    while (world->unplaced_count > 0 &&
           entry_place(world, 0, world->unplaced[world->unplaced_count - 1]))
        world->unplaced_count--;
    if (world->unplaced_count > 0)
        sim_break(world, "no node takes a record");
}

static void fill_part(sim_world *world, size_t first, size_t node_count, size_t count)
{
    size_t indexes[FILL_COUNT];
    steme_stored stored[FILL_COUNT];
    for (size_t i = 0; i < count; i++)
        indexes[i] = record_issue(world);
    for (size_t j = first; j < first + node_count; j++)
        if (!entries_put(world, j, indexes, count, stored))
            sim_break(world, "a store takes nothing");
}

void sim_fill_all(sim_world *world, size_t first, size_t node_count, size_t count)
{
    for (; count > FILL_COUNT; count -= FILL_COUNT)
        fill_part(world, first, node_count, FILL_COUNT);
    if (count > 0)
        fill_part(world, first, node_count, count);
}

void sim_fill(sim_world *world, size_t node, size_t count)
{
    sim_fill_all(world, node, 1, count);
}

void sim_fill_absent(sim_world *world, size_t node)
{
    sim_fill(world, node, 1);
    sim_entry *entry = &world->entries[world->entry_count - 1];
    if (!sim_store_damage(world, node, entry->index))
        sim_break(world, "there is nothing to damage");
    entry->is_issued = false;
    world->issued_count--;
}
