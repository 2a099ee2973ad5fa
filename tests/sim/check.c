#include "sim/check.h"

#include "base/bytes.h"
#include "base/hash.h"
#include "base/memory.h"
#include "merkle/root.h"
#include "sim/record.h"
#include "support/test.h"

/* ---- What exists -------------------------------------------------------------------------- */

static const uint8_t table_key[16] = "of the simulator";

static size_t *entry_place(const sim_world *world, steme_span bytes)
{
    size_t mask = world->entry_table_size - 1;
    size_t at = base_siphash(table_key, bytes.bytes, bytes.size) & mask;
    for (;; at = (at + 1) & mask) {
        size_t index = world->entry_table[at];
        if (index == 0)
            break;
        const sim_entry *entry = &world->entries[index - 1];
        if (entry->size == bytes.size && memcmp(entry->bytes, bytes.bytes, bytes.size) == 0)
            break;
    }
    return &world->entry_table[at];
}

static void table_grow(sim_world *world)
{
    world->entry_capacity = world->entry_capacity * 2 + 1024;
    world->entries =
        sim_checked(base_realloc(world->entries, world->entry_capacity * sizeof *world->entries));
    base_free(world->entry_table);
    world->entry_table_size = 2048;
    while (world->entry_table_size < 2 * world->entry_capacity)
        world->entry_table_size *= 2;
    world->entry_table =
        sim_checked(base_alloc_zero(world->entry_table_size, sizeof *world->entry_table));
    for (size_t i = 0; i < world->entry_count; i++)
        *entry_place(world, (steme_span){world->entries[i].bytes, world->entries[i].size}) = i + 1;
}

const sim_entry *sim_entry_find(const sim_world *world, steme_span bytes)
{
    size_t index = world->entry_table_size > 0 ? *entry_place(world, bytes) : 0;
    return index > 0 ? &world->entries[index - 1] : NULL;
}

sim_entry *sim_entry_of(sim_world *world, steme_span bytes, const steme_id *id)
{
    if (world->entry_count == world->entry_capacity)
        table_grow(world);
    size_t *place = entry_place(world, bytes);
    if (*place > 0)
        return &world->entries[*place - 1];
    *place = ++world->entry_count;
    sim_entry *entry = &world->entries[*place - 1];
    *entry = (sim_entry){.id = *id, .size = bytes.size, .index = *place - 1};
    entry->bytes = sim_checked(base_alloc(bytes.size));
    memcpy(entry->bytes, bytes.bytes, bytes.size);
    return entry;
}

/* ---- What a node says that it keeps ------------------------------------------------------- */

static bool is_acknowledged(const sim_node *node, size_t entry)
{
    return entry / 8 < node->acknowledged_capacity &&
           (node->acknowledged[entry / 8] >> (entry % 8) & 1) != 0;
}

void sim_acknowledge(sim_world *world, size_t index, size_t entry)
{
    sim_node *node = &world->nodes[index];
    if (entry / 8 >= node->acknowledged_capacity) {
        size_t capacity = entry / 4 + 256;
        node->acknowledged = sim_checked(base_realloc(node->acknowledged, capacity));
        memset(node->acknowledged + node->acknowledged_capacity, 0,
               capacity - node->acknowledged_capacity);
        node->acknowledged_capacity = capacity;
    }
    if (is_acknowledged(node, entry))
        return;
    node->acknowledged[entry / 8] |= (uint8_t)(1u << (entry % 8));
    if (++node->acknowledged_count > node->set.count)
        sim_break(world, "a node acknowledged more records than it holds");
}

/* ---- The simulated set, and its mutations ------------------------------------------------- */

static void latency_note(sim_world *world, size_t index, const sim_entry *entry)
{
    const sim_node *node = &world->nodes[index];
    if (!entry->is_issued || node->replica == NULL || node->started_ns > entry->issued_ns)
        return;
    if (world->latency_count == world->latency_capacity) {
        world->latency_capacity = world->latency_capacity * 2 + 1024;
        world->latencies_ms =
            sim_checked(base_realloc(world->latencies_ms, world->latency_capacity * 4));
    }
    uint64_t ms = (world->now_ns - entry->issued_ns) / SIM_MS;
    world->latencies_ms[world->latency_count++] = (uint32_t)(ms < UINT32_MAX ? ms : UINT32_MAX);
}

static bool is_dropped(sim_world *world)
{
    world->insert_count++;
    return world->options.mutation == SIM_DROPS_RECORD &&
           sim_random(world, world->options.drop_period) == 0;
}

static void last_id_get(void *context, const steme_id *id, steme_span body)
{
    (void)body;
    *(steme_id *)context = *id;
}

static bool is_lost_in_merge(const sim_world *world, const sim_node *node, const steme_id *id,
                             size_t batch_count)
{
    steme_id last = {{0}};
    if (world->options.mutation != SIM_BREAKS_MERGE || batch_count < 2)
        return false;
    sim_set_each(&node->set, last_id_get, &last);
    return memcmp(id, &last, sizeof last) > 0;
}

static steme_stored record_store(sim_world *world, size_t index, steme_span bytes,
                                 size_t batch_count)
{
    sim_node *node = &world->nodes[index];
    steme_stored stored = {.record = bytes};
    bool skips_signature = world->options.mutation == SIM_SKIPS_SIGNATURE;
    stored.status = sim_record_admit(bytes, skips_signature, &stored.id);
    if (stored.status != STEME_OK) {
        node->stat.refused_count++;
        return stored;
    }
    steme_span held = {0};
    stored.was_held = sim_set_find(&node->set, &stored.id, &held);
    if (stored.was_held)
        return stored;
    const sim_entry *entry = sim_entry_of(world, bytes, &stored.id);
    node->stat.stored_count++;
    latency_note(world, index, entry);
    if (!is_dropped(world) && !is_lost_in_merge(world, node, &stored.id, batch_count))
        sim_set_add(&node->set, &stored.id, (steme_span){entry->bytes, entry->size});
    return stored;
}

void sim_store(sim_world *world, size_t index, const sim_happening *batch, size_t record_count,
               steme_stored *out_records)
{
    size_t offset = 0;
    for (size_t i = 0; i < record_count; i++) {
        size_t size = base_get_u32be(batch->bytes + offset);
        out_records[i] =
            record_store(world, index, (steme_span){batch->bytes + offset + 4, size}, record_count);
        offset += 4 + size;
    }
}

/* ---- The verdict -------------------------------------------------------------------------- */

typedef struct node_look {
    const sim_world *world;
    sim_verdict *verdict;
    steme_id *ids;
    size_t count;
} node_look;

static void look_at(void *context, const steme_id *id, steme_span body)
{
    node_look *look = context;
    if (body.size == 0)
        return;
    look->ids[look->count++] = *id;
    const sim_entry *entry = sim_entry_find(look->world, body);
    bool is_own = entry != NULL && entry->is_issued && memcmp(&entry->id, id, sizeof *id) == 0;
    look->verdict->foreign_count += !is_own;
}

static void count_missing(const sim_world *world, const sim_node *node, sim_verdict *verdict)
{
    for (size_t i = 0; i < world->entry_count; i++) {
        const sim_entry *entry = &world->entries[i];
        bool is_held = sim_set_find(&node->set, &entry->id, NULL);
        verdict->lost_count += entry->is_issued && !is_held;
        verdict->unkept_count += is_acknowledged(node, i) && !is_held;
    }
}

static int id_compare(const void *left, const void *right)
{
    return memcmp(left, right, sizeof(steme_id));
}

static steme_id issued_root(const sim_world *world)
{
    steme_id *ids = sim_checked(base_alloc((world->issued_count + 1) * sizeof *ids));
    size_t count = 0;
    for (size_t i = 0; i < world->entry_count; i++) {
        if (world->entries[i].is_issued)
            ids[count++] = world->entries[i].id;
    }
    qsort(ids, count, sizeof *ids, id_compare);
    steme_id root = merkle_root_of_sorted(ids, count);
    base_free(ids);
    return root;
}

sim_verdict sim_check(const sim_world *world)
{
    sim_verdict verdict = {.has_equal_roots = true};
    steme_id issued = issued_root(world);
    for (size_t i = 0; i < world->options.node_count; i++) {
        const sim_node *node = &world->nodes[i];
        if (node->is_liar)
            continue;
        node_look look = {world, &verdict, NULL, 0};
        look.ids = sim_checked(base_alloc((node->set.count + 1) * sizeof *look.ids));
        sim_set_each(&node->set, look_at, &look);
        count_missing(world, node, &verdict);
        steme_id root = merkle_root_of_sorted(look.ids, look.count);
        base_free(look.ids);
        if (memcmp(&root, &issued, sizeof root) != 0)
            verdict.has_equal_roots = false;
    }
    return verdict;
}
