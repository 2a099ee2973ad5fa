/* Nodes, clients, time. */
#include "sim/world.h"

#include "base/bytes.h"
#include "base/memory.h"
#include "replica/node.h"
#include "sim/record.h"
#include "support/test.h"

enum { CLOCK_RATE_ONE = 1024 };

/* ---- Small things ------------------------------------------------------------------------- */

void *sim_checked(void *memory)
{
    if (memory == NULL)
        abort();
    return memory;
}

uint64_t sim_random(sim_world *world, uint64_t bound)
{
    return (test_random(&world->random) >> 8) % bound;
}

void sim_trace(sim_world *world, uint64_t value)
{
    uint64_t x = world->trace ^ value;
    x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
    world->trace = x ^ (x >> 31);
}

void sim_trace_bytes(sim_world *world, const void *bytes, size_t size)
{
    sim_trace(world, size);
    for (; size >= 8; size -= 8, bytes = (const uint8_t *)bytes + 8)
        sim_trace(world, base_get_u64be(bytes));
    uint8_t rest[8] = {0};
    if (size > 0)
        memcpy(rest, bytes, size);
    sim_trace(world, base_get_u64be(rest));
}

void sim_break(sim_world *world, const char *what)
{
    if (world->broken == NULL)
        world->broken = what;
}

/* ---- Clocks ------------------------------------------------------------------------------- */

uint64_t sim_clock(const sim_world *world, size_t node)
{
    const sim_node *it = &world->nodes[node];
    uint64_t since = world->now_ns - it->clock_since_ns;
    return it->clock_base_ns + since / CLOCK_RATE_ONE * it->clock_rate +
           since % CLOCK_RATE_ONE * it->clock_rate / CLOCK_RATE_ONE;
}

void sim_set_clock(sim_world *world, size_t node, uint64_t now_ns, uint32_t rate)
{
    sim_node *it = &world->nodes[node];
    it->clock_base_ns = now_ns;
    it->clock_since_ns = world->now_ns;
    it->clock_rate = rate;
    sim_step(world, node, (steme_event){.kind = STEME_EVENT_TICK, .peer = -1});
}

/* ---- Begin and end ------------------------------------------------------------------------ */

static void node_start(sim_world *world, size_t index)
{
    sim_node *node = &world->nodes[index];
    replica_set seam = sim_set_seam(&node->set);
    node->options = world->options.replica;
    node->options.seed = sim_random(world, UINT64_MAX);
    node->options.node[0] = 1;
    node->options.node[STEME_NODE_SIZE - 1] = (uint8_t)index;
    node->started_ns = world->now_ns;
    if (replica_node_new(&seam, NULL, &node->options, &node->replica, NULL) != STEME_OK)
        abort();
}

sim_world *sim_world_new(const sim_options *options)
{
    static const char name[] = "stemedb";
    sim_world *world = sim_checked(base_alloc_zero(1, sizeof *world));
    world->options = *options;
    world->random = options->seed * UINT64_C(0x9e3779b97f4a7c15) + 1;
    world->now_ns = world->start_ns = 1000 * SIM_SECOND;
    world->nodes = sim_checked(base_alloc_zero(options->node_count, sizeof *world->nodes));
    sketch_key key = sketch_key_derive((steme_span){(const uint8_t *)name, sizeof name - 1});
    for (size_t i = 0; i < options->node_count; i++) {
        sim_node *node = &world->nodes[i];
        sim_set_init(&node->set, &key);
        node->clock_base_ns = node->clock_since_ns = world->now_ns;
        node->clock_rate = CLOCK_RATE_ONE;
        node_start(world, i);
    }
    return world;
}

static void node_free(sim_node *node)
{
    steme_replica_close(node->replica);
    sim_set_deinit(&node->set);
    sim_liar_deinit(&node->liar);
    for (size_t i = 0; i < node->held_count; i++)
        base_free(node->held[i].bytes);
    base_free(node->held);
    base_free(node->acknowledged);
}

void sim_world_free(sim_world *world)
{
    for (size_t i = 0; i < world->options.node_count; i++)
        node_free(&world->nodes[i]);
    for (size_t i = 0; i < world->held_count; i++)
        base_free(world->held[i].happening.bytes);
    for (size_t i = 0; i < world->entry_count; i++)
        base_free(world->entries[i].bytes);
    sim_queue_deinit(&world->queue);
    base_free(world->held);
    base_free(world->nodes);
    base_free(world->flows);
    base_free(world->free_flows);
    base_free(world->entries);
    base_free(world->entry_table);
    base_free(world->latencies_ms);
    base_free(world);
}

/* ---- Nodes -------------------------------------------------------------------------------- */

bool sim_is_honest(const sim_world *world, size_t node)
{
    return !world->nodes[node].is_liar;
}

void sim_set_liar(sim_world *world, size_t node, sim_lie lie)
{
    world->nodes[node].is_liar = lie != SIM_LIE_NONE;
    world->nodes[node].liar.lie = lie;
}

static void peer_add(sim_world *world, size_t node, size_t peer)
{
    world->nodes[node].is_peer[peer] = true;
    sim_step(world, node, (steme_event){.kind = STEME_EVENT_PEER_ADDED, .peer = (int32_t)peer});
}

void sim_connect(sim_world *world, size_t left, size_t right)
{
    if (left == right || world->nodes[left].is_peer[right])
        return;
    peer_add(world, left, right);
    peer_add(world, right, left);
}

void sim_connect_all(sim_world *world)
{
    for (size_t i = 0; i < world->options.node_count; i++) {
        for (size_t j = 0; j < i; j++)
            sim_connect(world, i, j);
    }
}

void sim_connect_some(sim_world *world, size_t degree)
{
    size_t count = world->options.node_count;
    for (size_t i = 0; i < count; i++)
        sim_connect(world, i, (i + 1) % count);
    for (size_t i = 0; i < count * (degree - 2) / 2; i++)
        sim_connect(world, sim_random(world, count), sim_random(world, count));
}

/* Of a batch that was being stored a part may have become durable. */
static void batch_tear(sim_world *world, const sim_happening *batch)
{
    size_t count = sim_random(world, batch->record_count + 1);
    steme_stored *records = sim_checked(base_alloc_zero(count + 1, sizeof *records));
    sim_store(world, batch->node, batch, count, records);
    base_free(records);
}

void sim_crash(sim_world *world, size_t index)
{
    sim_node *node = &world->nodes[index];
    if (node->replica == NULL)
        return;
    for (size_t i = 0; i < world->queue.place_count; i++) {
        const sim_happening *it = &world->queue.places[i];
        if (world->queue.is_used[i] && it->kind == SIM_STORED && it->node == index &&
            it->life == node->life)
            batch_tear(world, it);
    }
    steme_replica_close(node->replica);
    node->replica = NULL;
    node->life++;
    node->is_wake_queued = false;
    sim_flows_crash(world, index);
}

void sim_restart(sim_world *world, size_t index)
{
    sim_node *node = &world->nodes[index];
    if (node->replica != NULL)
        return;
    node_start(world, index);
    for (size_t i = 0; i < world->options.node_count; i++) {
        if (node->is_peer[i])
            peer_add(world, index, i);
    }
}

void sim_stall(sim_world *world, size_t index, bool is_stalled)
{
    sim_node *node = &world->nodes[index];
    node->is_stalled = is_stalled;
    for (size_t i = 0; !is_stalled && i < node->held_count; i++) {
        node->held[i].time_ns = world->now_ns;
        sim_queue_put(&world->queue, &node->held[i]);
    }
    if (!is_stalled)
        node->held_count = 0;
}

/* ---- Clients ------------------------------------------------------------------------------ */

void sim_set_item_prefix(sim_world *world, uint64_t prefix, unsigned bits)
{
    world->item_prefix = prefix;
    world->item_prefix_bits = bits;
}

/* A record that did not exist before, as its client knows it. */
static size_t record_issue(sim_world *world)
{
    uint8_t bytes[SIM_RECORD_SIZE_MAX];
    uint64_t item = sim_random(world, UINT64_MAX) << 8 ^ sim_random(world, UINT64_MAX);
    unsigned bits = world->item_prefix_bits;
    if (bits > 0)
        item = world->item_prefix ^ (bits == 64 ? 0 : item >> bits);
    size_t size = world->options.record_size;
    steme_id id = sim_record_write(item, world->next_number++, size, bytes);
    sim_entry *entry = sim_entry_of(world, (steme_span){bytes, size}, &id);
    entry->is_issued = true;
    entry->issued_ns = world->now_ns;
    world->issued_count++;
    return entry->index;
}

static steme_stored record_keep(sim_world *world, size_t node, size_t index)
{
    const sim_entry *entry = &world->entries[index];
    sim_happening batch = {.kind = SIM_STORED, .node = node, .record_count = 1};
    uint8_t bytes[4 + SIM_RECORD_SIZE_MAX];
    batch.bytes = bytes;
    base_put_u32be(bytes, (uint32_t)entry->size);
    memcpy(bytes + 4, entry->bytes, entry->size);
    batch.size = 4 + entry->size;
    steme_stored stored = {0};
    size_t latency_count = world->latency_count;
    uint64_t stored_count = world->nodes[node].stat.stored_count;
    sim_store(world, node, &batch, 1, &stored);
    world->latency_count = latency_count; /* these are of what peers brought */
    world->nodes[node].stat.stored_count = stored_count;
    stored.record = (steme_span){world->entries[index].bytes, world->entries[index].size};
    sim_acknowledge(world, node, index);
    return stored;
}

bool sim_write(sim_world *world, size_t node)
{
    if (world->nodes[node].replica == NULL)
        return false;
    size_t index = record_issue(world);
    steme_stored stored = record_keep(world, node, index);
    sim_step(world, node,
             (steme_event){
                 .kind = STEME_EVENT_INGESTED, .records = &stored, .record_count = 1, .peer = -1});
    return true;
}

void sim_fill_all(sim_world *world, size_t first, size_t node_count, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        size_t index = record_issue(world);
        for (size_t j = first; j < first + node_count; j++)
            record_keep(world, j, index);
    }
}

void sim_fill(sim_world *world, size_t node, size_t count)
{
    sim_fill_all(world, node, 1, count);
}

void sim_fill_absent(sim_world *world, size_t node)
{
    size_t index = record_issue(world);
    world->entries[index].is_issued = false;
    world->issued_count--;
    world->nodes[node].absent_count +=
        sim_set_add(&world->nodes[node].set, &world->entries[index].id, (steme_span){0});
}

/* ---- Happenings --------------------------------------------------------------------------- */

static void stored_do(sim_world *world, const sim_happening *it, steme_event event)
{
    steme_stored *records = sim_checked(base_alloc_zero(it->record_count + 1, sizeof *records));
    sim_store(world, it->node, it, it->record_count, records);
    for (size_t i = 0; i < it->record_count; i++) {
        const sim_entry *entry = sim_entry_find(world, records[i].record);
        if (records[i].status == STEME_OK && entry != NULL)
            sim_acknowledge(world, it->node, entry->index);
    }
    event.records = records;
    event.record_count = it->record_count;
    sim_step(world, it->node, event);
    base_free(records);
}

static void open_do(sim_world *world, const sim_happening *it)
{
    sim_flow_arrive(world, it->flow);
    sim_step(world, it->node,
             (steme_event){.kind = STEME_EVENT_STREAM_OPENED,
                           .stream = world->flows[it->flow].number[1],
                           .peer = -1});
}

static unsigned side_of(const sim_world *world, const sim_happening *it)
{
    return world->flows[it->flow].node[1] == it->node ? 1 : 0;
}

static void frame_do(sim_world *world, const sim_happening *it)
{
    const sim_flow *flow = &world->flows[it->flow];
    sim_node *node = &world->nodes[it->node];
    unsigned side = side_of(world, it);
    node->stat.frame_count++;
    node->stat.byte_count += it->size;
    node->stat.payload_count += sim_record_count((steme_span){it->bytes, it->size});
    if (node->is_liar)
        sim_liar_hear(&node->liar, it->bytes, it->size);
    if (it->token > 0 && flow->is_open[!side])
        sim_step(world, flow->node[!side],
                 (steme_event){.kind = STEME_EVENT_SENT,
                               .stream = flow->number[!side],
                               .size = it->token,
                               .peer = -1});
    flow = &world->flows[it->flow]; /* the step may have closed it, or made others */
    if (!flow->is_used || flow->order != it->flow_order || !flow->is_open[side])
        return;
    sim_step(world, it->node,
             (steme_event){.kind = STEME_EVENT_FRAME,
                           .stream = flow->number[side],
                           .bytes = {it->bytes, it->size},
                           .peer = -1});
}

static void close_do(sim_world *world, const sim_happening *it)
{
    unsigned side = side_of(world, it);
    uint32_t number = world->flows[it->flow].number[side];
    sim_flow_end(world, it->flow, side);
    sim_step(world, it->node,
             (steme_event){.kind = STEME_EVENT_STREAM_CLOSED,
                           .stream = number,
                           .is_unsupported = it->is_unsupported,
                           .peer = -1});
}

static void push_do(sim_world *world, const sim_happening *it)
{
    if (sim_is_reachable(world, it->token, it->node)) {
        world->nodes[it->node].stat.payload_count += it->record_count;
        stored_do(world, it, (steme_event){.kind = STEME_EVENT_INGESTED, .peer = -1});
    }
    sim_step(world, it->token,
             (steme_event){.kind = STEME_EVENT_SENT,
                           .size = it->size - 4 * it->record_count,
                           .peer = (int32_t)it->node});
}

static void tick_do(sim_world *world, const sim_happening *it)
{
    sim_node *node = &world->nodes[it->node];
    if (node->wake_ns == it->time_ns)
        node->is_wake_queued = false;
    sim_step(world, it->node, (steme_event){.kind = STEME_EVENT_TICK, .peer = -1});
}

static bool is_gone(const sim_world *world, const sim_happening *it)
{
    const sim_node *node = &world->nodes[it->node];
    if (it->kind == SIM_GIVE_UP)
        return !world->is_blocked[it->node][it->token];
    if (it->life != node->life || node->replica == NULL)
        return true;
    if (it->kind > SIM_CLOSE)
        return false;
    const sim_flow *flow = &world->flows[it->flow];
    return !flow->is_used || flow->order != it->flow_order || !flow->is_open[side_of(world, it)];
}

static void happening_do(sim_world *world, const sim_happening *it)
{
    switch (it->kind) {
    case SIM_OPEN:
        open_do(world, it);
        break;
    case SIM_FRAME:
        frame_do(world, it);
        break;
    case SIM_CLOSE:
        close_do(world, it);
        break;
    case SIM_PUSH:
        push_do(world, it);
        break;
    case SIM_STORED:
        stored_do(world, it,
                  (steme_event){.kind = STEME_EVENT_STORED, .token = it->token, .peer = -1});
        break;
    case SIM_TICK:
        tick_do(world, it);
        break;
    case SIM_GIVE_UP:
        sim_break_streams(world, it->node, it->token);
        break;
    }
}

static void hold(sim_node *node, const sim_happening *it)
{
    if (node->held_count == node->held_capacity) {
        node->held_capacity = node->held_capacity * 2 + 64;
        node->held =
            sim_checked(base_realloc(node->held, node->held_capacity * sizeof *node->held));
    }
    node->held[node->held_count++] = *it;
}

static bool world_next(sim_world *world, uint64_t until_ns)
{
    sim_happening it;
    if (!sim_queue_take(&world->queue, until_ns, &it))
        return false;
    world->now_ns = it.time_ns;
    if (!is_gone(world, &it)) {
        if (world->nodes[it.node].is_stalled && it.kind != SIM_GIVE_UP) {
            hold(&world->nodes[it.node], &it);
            return true;
        }
        happening_do(world, &it);
    }
    base_free(it.bytes);
    return true;
}

void sim_run(sim_world *world, uint64_t duration_ns)
{
    uint64_t until_ns = world->now_ns + duration_ns;
    while (world_next(world, until_ns))
        continue;
    world->now_ns = until_ns;
}

static bool is_equal(const sim_world *world)
{
    for (size_t i = 0; i < world->options.node_count; i++) {
        const sim_node *node = &world->nodes[i];
        if (node->replica != NULL && !node->is_liar &&
            node->set.count - node->absent_count != world->issued_count)
            return false;
    }
    return true;
}

uint64_t sim_run_until_equal(sim_world *world, uint64_t duration_max_ns)
{
    uint64_t start_ns = world->now_ns;
    while (!is_equal(world)) {
        if (world->now_ns - start_ns >= duration_max_ns || world->broken != NULL)
            return UINT64_MAX;
        sim_run(world, 5 * SIM_MS);
    }
    return world->now_ns - start_ns;
}
