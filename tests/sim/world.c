/* Nodes, time. */
#include "sim/world.h"

#include "base/bytes.h"
#include "base/memory.h"
#include "replica/hello.h"
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

static uint64_t wall_ns(void *context, unsigned process)
{
    const sim_world *world = context;
    if (process >= world->options.node_count)
        return SIM_RECORD_TIME_NS;
    return SIM_RECORD_TIME_NS + sim_clock(world, process) - world->start_ns + SIM_WALL_AHEAD_NS;
}

static steme_status replica_open(sim_world *world, size_t index)
{
    sim_node *node = &world->nodes[index];
    sim_library_enter((unsigned)index);
    steme_status status = steme_replica_open(node->store, &node->options, &node->replica, NULL);
    sim_library_leave();
    if (status == STEME_NO_MEMORY && sim_lack_of((unsigned)index)->memory > 0)
        status = steme_replica_open(node->store, &node->options, &node->replica, NULL);
    return status;
}

static void node_start(sim_world *world, size_t index)
{
    sim_node *node = &world->nodes[index];
    node->options = world->options.replica;
    node->options.seed = sim_random(world, UINT64_MAX);
    node->options.node[0] = 1;
    node->options.node[STEME_NODE_SIZE - 1] = (uint8_t)index;
    node->started_ns = world->now_ns;
    node->is_full = false;
    sim_store_open(world, index);
    if (node->store == NULL)
        return;
    steme_status status = replica_open(world, index);
    if (status == STEME_CORRUPT && node->is_damaged) {
        sim_store_mend(world, index);
        status = replica_open(world, index);
    }
    if (status != STEME_OK)
        sim_break(world, "a replica does not open");
}

sim_world *sim_world_new(const sim_options *options)
{
    sim_world *world = sim_checked(base_alloc_zero(1, sizeof *world));
    world->options = *options;
    world->random = options->seed * UINT64_C(0x9e3779b97f4a7c15) + 1;
    world->now_ns = world->start_ns = 1000 * SIM_SECOND;
    world->next_number = sim_random(world, 1000);
    world->nodes = sim_checked(base_alloc_zero(options->node_count, sizeof *world->nodes));
    sim_record_reset();
    if (options->mutation == SIM_SKIPS_SIGNATURE)
        sim_record_skip_signatures();
    sim_platform_reset(options->seed);
    sim_platform_set_wall(wall_ns, world);
    sim_platform_run(world->now_ns);
    for (size_t i = 0; i < options->node_count; i++) {
        sim_node *node = &world->nodes[i];
        node->clock_base_ns = node->clock_since_ns = world->now_ns;
        node->clock_rate = CLOCK_RATE_ONE;
        node_start(world, i);
    }
    return world;
}

static void node_stop(sim_world *world, size_t index)
{
    sim_process_enter((unsigned)index);
    steme_replica_close(world->nodes[index].replica);
    world->nodes[index].replica = NULL;
    sim_store_close(world, index);
}

static void node_free(sim_node *node)
{
    sim_liar_deinit(&node->liar);
    for (size_t i = 0; i < node->held_count; i++)
        base_free(node->held[i].bytes);
    base_free(node->held);
    base_free(node->acknowledged.bytes);
}

void sim_world_free(sim_world *world)
{
    for (size_t i = 0; i < world->options.node_count; i++) {
        node_stop(world, i);
        node_free(&world->nodes[i]);
    }
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
    base_free(world->unplaced);
    base_free(world->shelf.bytes);
    base_free(world);
}

/* ---- Nodes -------------------------------------------------------------------------------- */

bool sim_is_honest(const sim_world *world, size_t node)
{
    return !world->nodes[node].is_liar;
}

void sim_set_liar(sim_world *world, size_t node, sim_lie lie)
{
    world->nodes[node].is_liar = lie != SIM_LIE_NONE && lie != SIM_LIE_MIXES_VERSIONS;
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

void sim_know(sim_world *world, size_t node, size_t peer)
{
    peer_add(world, node, peer);
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

/* The process ends at one of the calls by which a batch was being stored. */
static void batch_tear(sim_world *world, const sim_happening *batch)
{
    steme_stored *records = sim_checked(base_alloc_zero(batch->record_count + 1, sizeof *records));
    if (sim_disk((unsigned)batch->node)->calls_left == 0)
        sim_disk((unsigned)batch->node)->calls_left = 1 + sim_random(world, 6);
    sim_store(world, batch->node, batch, batch->record_count, records);
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
    sim_disk((unsigned)index)->is_dead = true;
    node_stop(world, index);
    sim_disk_crash((unsigned)index, sim_random(world, 2) == 0);
    node->life++;
    node->is_wake_queued = false;
    sim_flows_crash(world, index);
}

void sim_quit(sim_world *world, size_t index)
{
    sim_node *node = &world->nodes[index];
    if (node->replica == NULL)
        return;
    node_stop(world, index);
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
    for (size_t i = 0; i < world->options.node_count && node->replica != NULL; i++) {
        if (node->is_peer[i])
            peer_add(world, index, i);
    }
}

void sim_restart_all(sim_world *world)
{
    for (size_t i = 0; i < world->options.node_count; i++) {
        if (world->nodes[i].is_failed)
            sim_crash(world, i);
        sim_restart(world, i);
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

void sim_world_threads_run(sim_world *world)
{
    sim_library_enter(0);
    sim_platform_run(world->now_ns);
    sim_library_leave();
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

/* What a server does once a second beside its replica. */
static void node_care(sim_world *world, size_t index)
{
    sim_node *node = &world->nodes[index];
    steme_space space;
    uint64_t found_count;
    if (world->now_ns < node->care_ns)
        return;
    node->care_ns = world->now_ns + SIM_SECOND;
    sim_process_enter((unsigned)index);
    if (world->options.scrub_count > 0 && steme_store_scrub(node->store, world->options.scrub_count,
                                                            &found_count, NULL) != STEME_OK) {
        if (!node->is_damaged)
            sim_break(world, "a scrub failed");
        node->is_failed = true;
    }
    bool is_full = steme_store_space(node->store, &space, NULL) == STEME_OK &&
                   space.free_size < space.peer_free_size_min;
    if (is_full != node->is_full)
        sim_step(world, index,
                 (steme_event){.kind = STEME_EVENT_SPACE, .peer = -1, .is_full = is_full});
    node->is_full = is_full;
}

static void tick_do(sim_world *world, const sim_happening *it)
{
    sim_node *node = &world->nodes[it->node];
    if (node->wake_ns == it->time_ns)
        node->is_wake_queued = false;
    node_care(world, it->node);
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
        sim_world_threads_run(world);
        if (it.node < world->options.node_count && sim_disk((unsigned)it.node)->is_dead) {
            sim_crash(world, it.node); /* it ended at one of its calls */
            sim_restart(world, it.node);
        }
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
        if (node->replica != NULL && !node->is_liar && node->body_count != world->issued_count)
            return false;
    }
    return true;
}

uint64_t sim_run_until_equal(sim_world *world, uint64_t duration_max_ns)
{
    uint64_t start_ns = world->now_ns;
    sim_clients_settle(world);
    while (!is_equal(world)) {
        if (world->now_ns - start_ns >= duration_max_ns || world->broken != NULL)
            return UINT64_MAX;
        sim_run(world, 5 * SIM_MS);
    }
    return world->now_ns - start_ns;
}
