#include "sim/check.h"

#include "base/bytes.h"
#include "base/hash.h"
#include "base/memory.h"
#include "merkle/root.h"
#include "sketch/sketch.h"
#include "store/store.h"
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

bool sim_is_acknowledged(const sim_node *node, size_t entry)
{
    const sim_bits *bits = &node->acknowledged;
    return entry / 8 < bits->size && (bits->bytes[entry / 8] >> (entry % 8) & 1) != 0;
}

void sim_acknowledge(sim_world *world, size_t index, size_t entry)
{
    sim_bits *bits = &world->nodes[index].acknowledged;
    if (entry / 8 >= bits->size) {
        size_t size = entry / 4 + 256;
        bits->bytes = sim_checked(base_realloc(bits->bytes, size));
        memset(bits->bytes + bits->size, 0, size - bits->size);
        bits->size = size;
    }
    bits->bytes[entry / 8] |= (uint8_t)(1u << (entry % 8));
}

void sim_note_latency(sim_world *world, size_t index, const sim_entry *entry)
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

/* ---- The verdict -------------------------------------------------------------------------- */

enum { CELL_COUNT = 100 };

typedef struct node_look {
    const sim_world *world;
    sim_verdict *verdict;
    steme_id *ids; /* with a body */
    size_t count;
    size_t capacity;
    uint8_t *is_held; /* for each entry */
} node_look;

static steme_status look_at(void *context, const steme_record *record, uint64_t arrival_ns,
                            steme_error *error)
{
    node_look *look = context;
    (void)arrival_ns;
    (void)error;
    if (look->count == look->capacity) {
        look->capacity = look->capacity * 2 + 1024;
        look->ids = sim_checked(base_realloc(look->ids, look->capacity * sizeof *look->ids));
    }
    look->ids[look->count++] = record->id;
    const sim_entry *entry = sim_entry_find(look->world, record->bytes);
    bool is_own =
        entry != NULL && entry->is_issued && memcmp(&entry->id, &record->id, STEME_ID_SIZE) == 0;
    look->verdict->foreign_count += !is_own;
    if (entry != NULL)
        look->is_held[entry->index] = 1;
    return STEME_OK;
}

static void count_missing(const node_look *look, const sim_node *node)
{
    for (size_t i = 0; i < look->world->entry_count; i++) {
        const sim_entry *entry = &look->world->entries[i];
        look->verdict->lost_count += entry->is_issued && !look->is_held[i];
        look->verdict->unkept_count +=
            entry->is_issued && sim_is_acknowledged(node, i) && !look->is_held[i];
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

/* All ids of the snapshot, and whether root and sketch are those of them. */
static bool has_right_summary(steme_snapshot *snapshot)
{
    steme_id root, id_root, *ids = NULL;
    uint64_t count;
    size_t found = 0;
    sketch_cell cells[CELL_COUNT], right[CELL_COUNT] = {0};
    sketch_key key = sketch_key_derive((steme_span){(const uint8_t *)"stemedb", 7});
    bool is_right = steme_snapshot_root(snapshot, &root, &count, NULL) == STEME_OK;
    if (is_right) {
        ids = sim_checked(base_alloc((count + 2) * sizeof *ids));
        is_right = store_snapshot_ids(snapshot, (steme_span){0}, (steme_span){0}, count + 1, ids,
                                      &found, NULL) == STEME_OK &&
                   found == count &&
                   store_snapshot_cells(snapshot, &key, CELL_COUNT, cells, NULL) == STEME_OK;
    }
    for (size_t i = 0; i < found; i++)
        sketch_toggle(right, CELL_COUNT, &key, sketch_item(&ids[i]), 1);
    id_root = merkle_root_of_sorted(ids, found);
    base_free(ids);
    return is_right && memcmp(&root, &id_root, sizeof root) == 0 &&
           memcmp(cells, right, sizeof cells) == 0;
}

void sim_check_summary(sim_world *world, size_t index)
{
    steme_snapshot *snapshot;
    sim_process_enter((unsigned)index);
    if (world->nodes[index].store == NULL ||
        steme_snapshot_open(world->nodes[index].store, &snapshot, NULL) != STEME_OK) {
        sim_break(world, "a node is not there");
        return;
    }
    if (!has_right_summary(snapshot))
        sim_break(world, "trie or sketch is not that of the ids");
    steme_snapshot_close(snapshot);
}

static void node_check(sim_world *world, size_t index, const steme_id *issued,
                       sim_verdict *out_verdict)
{
    const sim_node *node = &world->nodes[index];
    node_look look = {.world = world, .verdict = out_verdict};
    steme_snapshot *snapshot;
    sim_process_enter((unsigned)index);
    if (node->store == NULL || steme_snapshot_open(node->store, &snapshot, NULL) != STEME_OK) {
        sim_break(world, "a node is not there");
        return;
    }
    look.is_held = sim_checked(base_alloc_zero(world->entry_count + 1, 1));
    if (steme_snapshot_visit(snapshot, look_at, &look, NULL, NULL) != STEME_OK)
        sim_break(world, "a store cannot be walked");
    steme_snapshot_close(snapshot);
    sim_check_summary(world, index);
    count_missing(&look, node);
    if (look.count > 1)
        qsort(look.ids, look.count, sizeof *look.ids, id_compare);
    steme_id root = merkle_root_of_sorted(look.ids, look.count);
    if (memcmp(&root, issued, sizeof root) != 0)
        out_verdict->has_equal_roots = false;
    base_free(look.ids);
    base_free(look.is_held);
}

sim_verdict sim_check(sim_world *world)
{
    sim_verdict verdict = {.has_equal_roots = true};
    steme_id issued = issued_root(world);
    for (size_t i = 0; i < world->options.node_count; i++) {
        if (sim_is_honest(world, i))
            node_check(world, i, &issued, &verdict);
        sim_trace(world, sim_disk_call_count((unsigned)i));
    }
    return verdict;
}
