/* What replicas want done, and what they are told. */
#include "sim/world.h"

#include "base/bytes.h"
#include "base/memory.h"
#include "replica/hello.h"

/* Records as a happening carries them: each after its size. */
static void records_pack(const steme_effect *effect, sim_happening *out)
{
    size_t size = 0;
    for (size_t i = 0; i < effect->record_count; i++)
        size += 4 + effect->records[i].size;
    uint8_t *at = out->bytes = sim_checked(base_alloc(size + 1));
    for (size_t i = 0; i < effect->record_count; i++) {
        steme_span record = effect->records[i];
        base_put_u32be(at, (uint32_t)record.size);
        memcpy(at + 4, record.bytes, record.size);
        at += 4 + record.size;
    }
    out->size = size;
    out->record_count = effect->record_count;
}

static void open_do(sim_world *world, size_t from, const steme_effect *effect)
{
    size_t to = (size_t)effect->peer;
    size_t flow = sim_flow_new(world, from, to, effect->stream);
    if (sim_is_reachable(world, from, to)) {
        sim_flow_send(world, flow, 1, (sim_happening){.kind = SIM_OPEN});
        return;
    }
    sim_flow_end(world, flow, 1);
    sim_flow_send(world, flow, 0, (sim_happening){.kind = SIM_CLOSE});
}

static bool is_gossip(const uint8_t *bytes)
{
    return bytes[0] == REPLICA_KIND_RECORDS || bytes[0] == REPLICA_KIND_IHAVE;
}

static void frame_send(sim_world *world, size_t flow, unsigned side, const uint8_t *bytes,
                       size_t size, uint64_t sent_size)
{
    sim_happening it = {.kind = SIM_FRAME, .size = size, .token = sent_size};
    it.bytes = sim_checked(base_alloc(size + 1));
    memcpy(it.bytes, bytes, size);
    sim_flow_send(world, flow, side, it);
}

static void send_do(sim_world *world, size_t from, const steme_effect *effect)
{
    size_t flow, size = effect->bytes.size;
    unsigned side, count = 1;
    if (size == 0 || size > STEME_FRAME_SIZE_MAX) {
        sim_break(world, "a frame is empty or too large");
        return;
    }
    if (!sim_flow_find(world, from, effect->stream, &flow, &side) ||
        !world->flows[flow].is_open[!side])
        return;
    uint8_t *bytes = sim_checked(base_alloc(size));
    memcpy(bytes, effect->bytes.bytes, size);
    if (world->nodes[from].liar.lie != SIM_LIE_NONE)
        count = sim_liar_speak(world, from, &bytes, &size);
    else if (is_gossip(bytes) && sim_random(world, 100) < world->options.duplicate_percent)
        count = 2;
    for (unsigned i = 0; i < count; i++)
        frame_send(world, flow, !side, bytes, size, i == 0 ? effect->bytes.size : 0);
    base_free(bytes);
    if (world->options.break_per_million > 0 &&
        sim_random(world, 1000000) < world->options.break_per_million)
        sim_break_streams(world, from, world->flows[flow].node[!side]);
}

static void store_do(sim_world *world, size_t node, const steme_effect *effect)
{
    sim_happening it = {
        .kind = SIM_STORED, .node = node, .life = world->nodes[node].life, .token = effect->token};
    it.time_ns = world->now_ns + sim_random(world, world->options.store_max_ns + 1);
    records_pack(effect, &it);
    sim_queue_put(&world->queue, &it);
}

static void push_do(sim_world *world, size_t from, const steme_effect *effect)
{
    size_t to = (size_t)effect->peer;
    sim_happening it = {.kind = SIM_PUSH, .node = to, .life = world->nodes[to].life, .token = from};
    it.time_ns = world->now_ns + sim_delay(world);
    records_pack(effect, &it);
    sim_queue_put(&world->queue, &it);
}

static void report_do(sim_node *node, const steme_session_report *report)
{
    node->stat.session_count++;
    node->stat.failed_session_count += report->failure != NULL;
    node->stat.false_equal_count +=
        report->is_equal && memcmp(&report->root_after, &report->peer_root, sizeof(steme_id)) != 0;
}

static void wake_do(sim_world *world, size_t index, uint64_t wake_ns)
{
    sim_node *node = &world->nodes[index];
    uint64_t local_ns = sim_clock(world, index), pause = 100 * SIM_MS;
    if (wake_ns <= local_ns)
        pause = SIM_MS;
    else if (node->clock_rate > 0)
        pause = (uint64_t)((double)(wake_ns - local_ns) * 1024 / node->clock_rate) + 1;
    uint64_t time_ns = world->now_ns + pause;
    if (node->is_wake_queued && node->wake_ns <= time_ns)
        return; /* a tick too many does no harm */
    node->wake_ns = time_ns;
    node->is_wake_queued = true;
    sim_happening it = {.kind = SIM_TICK, .node = index, .life = node->life, .time_ns = time_ns};
    sim_queue_put(&world->queue, &it);
}

void sim_effect_do(sim_world *world, size_t index, const steme_effect *effect)
{
    size_t flow;
    unsigned side;
    sim_trace(world, (uint64_t)effect->kind << 32 | effect->stream);
    sim_trace_bytes(world, effect->bytes.bytes, effect->bytes.size);
    switch (effect->kind) {
    case STEME_EFFECT_OPEN_STREAM:
        open_do(world, index, effect);
        break;
    case STEME_EFFECT_SEND:
        send_do(world, index, effect);
        break;
    case STEME_EFFECT_CLOSE_STREAM:
        if (sim_flow_find(world, index, effect->stream, &flow, &side))
            sim_flow_close(world, flow, side);
        break;
    case STEME_EFFECT_STORE:
        store_do(world, index, effect);
        break;
    case STEME_EFFECT_PUSH:
        push_do(world, index, effect);
        break;
    case STEME_EFFECT_REPORT:
        report_do(&world->nodes[index], effect->report);
        break;
    case STEME_EFFECT_WAKE:
        wake_do(world, index, effect->wake_ns);
        break;
    }
}

static void queue_size_note(sim_node *node)
{
    for (size_t i = 0; i < SIM_NODE_COUNT_MAX; i++) {
        steme_peer_stat stat;
        if (node->is_peer[i] &&
            steme_replica_peer_stat(node->replica, (int32_t)i, &stat, NULL) == STEME_OK &&
            stat.queued_size > node->stat.queued_size_max)
            node->stat.queued_size_max = stat.queued_size;
    }
}

/* As a server does: it tries again after a while, since the wish to be woken may be lost too. */
static void step_failed(sim_world *world, size_t index, steme_status status)
{
    const sim_lack *lack = sim_lack_of((unsigned)index);
    bool is_lack = lack->memory > 0 || lack->descriptors > 0;
    if (!is_lack && !(status == STEME_CORRUPT && world->nodes[index].is_damaged))
        sim_break(world, "a step failed");
    wake_do(world, index, sim_clock(world, index) + SIM_SECOND);
}

void sim_step(sim_world *world, size_t index, steme_event event)
{
    sim_node *node = &world->nodes[index];
    const steme_effect *effects;
    size_t count;
    if (node->replica == NULL)
        return;
    sim_process_enter((unsigned)index);
    event.now_ns = sim_clock(world, index);
    sim_trace(world, world->now_ns);
    sim_trace(world, (uint64_t)event.kind << 32 | index);
    sim_trace_bytes(world, event.bytes.bytes, event.bytes.size);
    sim_library_enter((unsigned)index);
    steme_status status = steme_replica_step(node->replica, &event, &effects, &count, NULL);
    sim_library_leave();
    for (size_t i = 0; i < count; i++)
        sim_effect_do(world, index, &effects[i]);
    if (status != STEME_OK)
        step_failed(world, index, status);
    if (event.kind == STEME_EVENT_TICK)
        queue_size_note(node);
}
