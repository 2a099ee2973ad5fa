#include "base/bytes.h"
#include "replica/hello.h"
#include "replica/node.h"
#include "support/replica_network_state.h"

#include <steme/record.h>

/* ---- Memory that lacks ---------------------------------------------------------------------- */

/* The hook has no argument, and a step has one thread. */
static struct {
    uint64_t random;
    uint32_t failures; /* in a million */
} alloc_fault;

static int alloc_fails(void)
{
    return test_random(&alloc_fault.random) % 1000000 < alloc_fault.failures;
}

/* The set itself has memory: it is no part of what is tested, and aborts without. */
static steme_status set_pin_safely(void *context, replica_pin **out_pin, steme_error *error)
{
    int (*fault)(void) = base_alloc_fault;
    base_alloc_fault = NULL;
    steme_status status = memory_set_seam(context).pin(context, out_pin, error);
    base_alloc_fault = fault;
    return status;
}

static steme_status step_take(replica_network *network, steme_replica *replica,
                              const steme_event *event, const steme_effect **out_effects,
                              size_t *out_count, steme_error *error)
{
    alloc_fault.random = test_random(&network->random);
    alloc_fault.failures = network->options.alloc_failures;
    base_alloc_fault = alloc_fault.failures > 0 ? alloc_fails : NULL;
    steme_status status = steme_replica_step(replica, event, out_effects, out_count, error);
    base_alloc_fault = NULL;
    return status == STEME_NO_MEMORY && alloc_fault.failures > 0 ? STEME_OK : status;
}

void network_set_alloc_failures(replica_network *network, uint32_t alloc_failures)
{
    network->options.alloc_failures = alloc_failures;
}

static bool is_reachable(const replica_network *network, size_t left, size_t right)
{
    return !network->is_cut[left][right] && network->nodes[right].replica != NULL;
}

/* ---- Effects ------------------------------------------------------------------------------ */

static uint8_t *records_pack(const steme_span *records, size_t count, size_t *out_size)
{
    size_t size = 0;
    for (size_t i = 0; i < count; i++)
        size += 4 + records[i].size;
    uint8_t *bytes = checked(base_alloc(size + 1)), *out = bytes;
    for (size_t i = 0; i < count; i++) {
        base_put_u32be(out, (uint32_t)records[i].size);
        memcpy(out + 4, records[i].bytes, records[i].size);
        out += 4 + records[i].size;
    }
    *out_size = size;
    return bytes;
}

static void effect_open(replica_network *network, size_t from, const steme_effect *effect)
{
    size_t to = (size_t)effect->peer;
    size_t at = network_flow_new(network, from, to, effect->stream);
    if (is_reachable(network, from, to) && !network->nodes[to].is_unary) {
        network_flow_send(network, at, 1, (happening){.kind = HAPPENING_OPEN});
        return;
    }
    network->flows[at].is_open[1] = false;
    network_flow_send(
        network, at, 0,
        (happening){.kind = HAPPENING_CLOSE, .is_unsupported = is_reachable(network, from, to)});
}

static void effect_send(replica_network *network, size_t from, const steme_effect *effect)
{
    size_t at, size = effect->bytes.size;
    int side = network_flow_find(network, from, effect->stream, &at);
    if (side < 0 || !network->flows[at].is_open[!side])
        return;
    happening it = {.kind = HAPPENING_FRAME, .bytes = checked(base_alloc(size)), .size = size};
    memcpy(it.bytes, effect->bytes.bytes, size);
    network_flow_send(network, at, !side, it);
}

static void effect_store(replica_network *network, size_t node, const steme_effect *effect)
{
    happening it = {.kind = HAPPENING_STORED,
                    .time_ns = network->now_ns + network->options.store_ns,
                    .node = node,
                    .life = network->nodes[node].life,
                    .token = effect->token,
                    .record_count = effect->record_count};
    it.bytes = records_pack(effect->records, effect->record_count, &it.size);
    network_heap_put(network, it);
}

static void effect_push(replica_network *network, size_t from, const steme_effect *effect)
{
    size_t to = (size_t)effect->peer;
    happening it = {.kind = HAPPENING_PUSH,
                    .time_ns = network->now_ns + network_delay(network),
                    .node = to,
                    .life = network->nodes[to].life,
                    .token = from,
                    .record_count = effect->record_count};
    it.bytes = records_pack(effect->records, effect->record_count, &it.size);
    network_heap_put(network, it);
}

static void effect_report(network_node *node, const steme_effect *effect)
{
    network_node_stat *stat = &node->stat;
    stat->report_count++;
    stat->failed_report_count += effect->report->failure != NULL;
    stat->demand_report_count += effect->token != 0;
    if (effect->token == 0 && stat->demand_report_count > 0)
        return;
    stat->last_token = effect->token;
    stat->last_report = *effect->report;
    stat->last_report.lacked_here = stat->last_report.lacked_there = NULL;
}

static void effect_carry_out(replica_network *network, size_t index, const steme_effect *effect)
{
    network_node *node = &network->nodes[index];
    size_t at;
    int side;
    switch (effect->kind) {
    case STEME_EFFECT_OPEN_STREAM:
        effect_open(network, index, effect);
        break;
    case STEME_EFFECT_SEND:
        effect_send(network, index, effect);
        break;
    case STEME_EFFECT_CLOSE_STREAM:
        node->stat.last_close_reason = effect->reason;
        side = network_flow_find(network, index, effect->stream, &at);
        if (side >= 0)
            network_flow_close(network, at, side);
        break;
    case STEME_EFFECT_STORE:
        effect_store(network, index, effect);
        break;
    case STEME_EFFECT_PUSH:
        effect_push(network, index, effect);
        break;
    case STEME_EFFECT_REPORT:
        effect_report(node, effect);
        break;
    case STEME_EFFECT_WAKE:
        node->wake_ns = effect->wake_ns;
        network_heap_put(network, (happening){.kind = HAPPENING_TICK,
                                              .time_ns = effect->wake_ns,
                                              .node = index,
                                              .life = node->life});
        break;
    }
    network_note(network, (uint64_t)effect->kind << 32 | effect->stream);
    network_note(network, effect->bytes.size << 16 | effect->record_count);
}

void network_event(replica_network *network, size_t index, steme_event event)
{
    network_node *node = &network->nodes[index];
    const steme_effect *effects;
    size_t count;
    steme_error error;
    if (node->replica == NULL)
        return;
    event.now_ns = network->now_ns;
    network_note(network, network->now_ns);
    network_note(network, (uint64_t)event.kind << 32 | index);
    if (step_take(network, node->replica, &event, &effects, &count, &error) != STEME_OK) {
        fprintf(stderr, "node %zu: %s\n", index, error.message);
        abort();
    }
    for (size_t i = 0; i < count; i++)
        effect_carry_out(network, index, &effects[i]);
    for (size_t i = 0; i < network->options.node_count; i++) {
        steme_peer_stat stat;
        if (steme_replica_peer_stat(node->replica, (int32_t)i, &stat, NULL) == STEME_OK &&
            stat.queued_size > node->stat.queued_size_max)
            node->stat.queued_size_max = stat.queued_size;
    }
}

/* ---- Happenings --------------------------------------------------------------------------- */

static void count_payload(network_node *node, const happening *it)
{
    node->stat.frame_count++;
    node->stat.byte_count += it->size;
    if (it->bytes[0] != REPLICA_KIND_RECORDS)
        return;
    for (size_t offset = 2; offset < it->size; offset += 4 + base_get_u32be(it->bytes + offset))
        node->stat.payload_count++;
}

/* Puts records into the set, where they are admissible. */
static steme_stored store_one(network_node *node, steme_span bytes)
{
    steme_record record = {.bytes = bytes};
    steme_stored stored = {.record = bytes};
    stored.status = steme_record_admit(bytes, &record, NULL);
    if (stored.status != STEME_OK) {
        node->stat.refused_count++;
        return stored;
    }
    stored.id = record.id;
    stored.was_held = memory_set_has(&node->set, &record.id);
    if (!stored.was_held) {
        memory_set_add(&node->set, &record.id, bytes);
    } else if (memory_set_is_damaged(&node->set, &record.id)) {
        memory_set_damage(&node->set, &record.id, false);
        stored.was_held = false;
    }
    node->stat.stored_count += !stored.was_held;
    return stored;
}

static void happening_records(replica_network *network, const happening *it, steme_event event)
{
    network_node *node = &network->nodes[it->node];
    steme_stored *records = checked(base_alloc_zero(it->record_count + 1, sizeof *records));
    size_t offset = 0;
    for (size_t i = 0; i < it->record_count; i++) {
        size_t size = base_get_u32be(it->bytes + offset);
        records[i] = store_one(node, (steme_span){it->bytes + offset + 4, size});
        offset += 4 + size;
    }
    event.records = records;
    event.record_count = it->record_count;
    network_event(network, it->node, event);
    base_free(records);
}

static void happening_open(replica_network *network, const happening *it)
{
    network_node *node = &network->nodes[it->node];
    network_flow *flow = &network->flows[it->flow];
    node->next_number += 2;
    flow->number[1] = node->next_number;
    network_event(
        network, it->node,
        (steme_event){.kind = STEME_EVENT_STREAM_OPENED, .stream = flow->number[1], .peer = -1});
}

static void happening_frame(replica_network *network, const happening *it)
{
    network_flow *flow = &network->flows[it->flow];
    int side = flow->node[0] == it->node ? 0 : 1;
    size_t sender = flow->node[!side];
    if (sender != OUTSIDE && flow->is_open[!side])
        network_event(network, sender,
                      (steme_event){.kind = STEME_EVENT_SENT,
                                    .stream = flow->number[!side],
                                    .size = it->size,
                                    .peer = -1});
    flow = &network->flows[it->flow];
    if (it->node == OUTSIDE || flow->order != it->flow_order || !flow->is_open[side])
        return;
    count_payload(&network->nodes[it->node], it);
    network_event(network, it->node,
                  (steme_event){.kind = STEME_EVENT_FRAME,
                                .stream = flow->number[side],
                                .bytes = {it->bytes, it->size},
                                .peer = -1});
}

static void happening_close(replica_network *network, const happening *it)
{
    network_flow *flow = &network->flows[it->flow];
    int side = flow->node[0] == it->node ? 0 : 1;
    uint32_t number = flow->number[side];
    flow->is_open[side] = false;
    if (!flow->is_open[!side])
        flow->is_used = false;
    if (number != 0)
        network_event(network, it->node,
                      (steme_event){.kind = STEME_EVENT_STREAM_CLOSED,
                                    .stream = number,
                                    .is_unsupported = it->is_unsupported,
                                    .peer = -1});
}

static void happening_push(replica_network *network, const happening *it)
{
    uint64_t size = 0;
    if (is_reachable(network, it->token, it->node)) {
        network->nodes[it->node].stat.push_count += it->record_count;
        happening_records(network, it, (steme_event){.kind = STEME_EVENT_INGESTED, .peer = -1});
    }
    size = it->size - 4 * it->record_count;
    network_event(network, it->token,
                  (steme_event){.kind = STEME_EVENT_SENT, .size = size, .peer = (int32_t)it->node});
}

static bool is_dropped(const replica_network *network, const happening *it)
{
    if (it->node != OUTSIDE &&
        (it->life != network->nodes[it->node].life || network->nodes[it->node].replica == NULL))
        return true;
    if (it->kind > HAPPENING_CLOSE)
        return false;
    const network_flow *flow = &network->flows[it->flow];
    int side = flow->node[0] == it->node ? 0 : 1;
    return !flow->is_used || flow->order != it->flow_order || !flow->is_open[side];
}

static void happening_do(replica_network *network, const happening *it)
{
    switch (it->kind) {
    case HAPPENING_OPEN:
        happening_open(network, it);
        break;
    case HAPPENING_FRAME:
        happening_frame(network, it);
        break;
    case HAPPENING_CLOSE:
        happening_close(network, it);
        break;
    case HAPPENING_STORED:
        happening_records(
            network, it, (steme_event){.kind = STEME_EVENT_STORED, .token = it->token, .peer = -1});
        break;
    case HAPPENING_PUSH:
        happening_push(network, it);
        break;
    case HAPPENING_TICK:
        if (network->nodes[it->node].wake_ns == it->time_ns)
            network_event(network, it->node, (steme_event){.kind = STEME_EVENT_TICK, .peer = -1});
        break;
    }
}

static bool hold_back(replica_network *network, const happening *it)
{
    if (it->kind > HAPPENING_CLOSE || it->node == OUTSIDE || !network->nodes[it->node].is_stalled)
        return false;
    network_node *node = &network->nodes[it->node];
    node->held = resized(node->held, node->held_count + 1, sizeof *it);
    node->held[node->held_count++] = *it;
    return true;
}

/* The next thing, where it comes before `until_ns`. */
static bool network_next(replica_network *network, uint64_t until_ns)
{
    if (network->heap_count == 0 || network->heap[0].time_ns > until_ns)
        return false;
    happening it = network_heap_take(network);
    network->now_ns = it.time_ns;
    if (!is_dropped(network, &it)) {
        if (hold_back(network, &it))
            return true;
        happening_do(network, &it);
    }
    base_free(it.bytes);
    return true;
}

/* ---- Begin and end ------------------------------------------------------------------------ */

static void node_start(replica_network *network, size_t index)
{
    network_node *node = &network->nodes[index];
    steme_error error;
    replica_set seam = memory_set_seam(&node->set);
    seam.pin = set_pin_safely;
    if (replica_node_new(&seam, NULL, &node->options, &node->replica, &error) != STEME_OK) {
        fprintf(stderr, "node %zu: %s\n", index, error.message);
        abort();
    }
}

void network_set_options(replica_network *network, size_t index,
                         const steme_replica_options *options)
{
    network_node *node = &network->nodes[index];
    node->options = *options;
    node->options.seed = network->options.seed * 1000 + index;
    node->options.node[0] = 1;
    node->options.node[STEME_NODE_SIZE - 1] = (uint8_t)index;
    steme_replica_close(node->replica);
    node_start(network, index);
}

replica_network *network_new(const network_options *options)
{
    replica_network *network = checked(base_alloc_zero(1, sizeof *network));
    network->options = *options;
    network->random = options->seed == 0 ? 1 : options->seed;
    network->now_ns = 1000 * NETWORK_MS;
    const char *cluster = options->replica.cluster != NULL ? options->replica.cluster : "stemedb";
    sketch_key key = sketch_key_derive((steme_span){(const uint8_t *)cluster, strlen(cluster)});
    for (size_t i = 0; i < options->node_count; i++) {
        memory_set_init(&network->nodes[i].set, &key);
        network_set_options(network, i, &options->replica);
    }
    return network;
}

void network_free(replica_network *network)
{
    for (size_t i = 0; i < network->options.node_count; i++) {
        network_node *node = &network->nodes[i];
        steme_replica_close(node->replica);
        memory_set_deinit(&node->set);
        for (size_t j = 0; j < node->held_count; j++)
            base_free(node->held[j].bytes);
        base_free(node->held);
    }
    for (size_t i = 0; i < network->heap_count; i++)
        base_free(network->heap[i].bytes);
    base_free(network->heap);
    base_free(network->flows);
    base_free(network);
}

/* ---- Nodes -------------------------------------------------------------------------------- */

void network_add_peer(replica_network *network, size_t index, size_t peer)
{
    network->nodes[index].is_peer[peer] = true;
    network_event(network, index,
                  (steme_event){.kind = STEME_EVENT_PEER_ADDED, .peer = (int32_t)peer});
}

void network_remove_peer(replica_network *network, size_t index, size_t peer)
{
    network->nodes[index].is_peer[peer] = false;
    network_event(network, index,
                  (steme_event){.kind = STEME_EVENT_PEER_REMOVED, .peer = (int32_t)peer});
}

void network_connect_all(replica_network *network)
{
    for (size_t i = 0; i < network->options.node_count; i++) {
        for (size_t j = 0; j < network->options.node_count; j++) {
            if (i != j)
                network_add_peer(network, i, j);
        }
    }
}

void network_set_unary(replica_network *network, size_t index, bool is_unary)
{
    network->nodes[index].is_unary = is_unary;
}

static void flows_break(replica_network *network, size_t left, size_t right)
{
    for (size_t i = 0; i < network->flow_count; i++) {
        const network_flow *it = &network->flows[i];
        if (it->is_used && ((it->node[0] == left && it->node[1] == right) ||
                            (it->node[0] == right && it->node[1] == left)))
            network_flow_break(network, i);
    }
}

void network_break_streams(replica_network *network, size_t left, size_t right)
{
    flows_break(network, left, right);
}

void network_crash(replica_network *network, size_t index)
{
    network_node *node = &network->nodes[index];
    steme_replica_close(node->replica);
    node->replica = NULL;
    node->life++;
    for (size_t i = 0; i < network->flow_count; i++) {
        network_flow *it = &network->flows[i];
        for (int side = 0; it->is_used && side < 2; side++) {
            if (it->node[side] != index)
                continue;
            it->is_open[side] = false;
            network_flow_break(network, i);
        }
    }
}

void network_restart(replica_network *network, size_t index)
{
    node_start(network, index);
    for (size_t i = 0; i < network->options.node_count; i++) {
        if (network->nodes[index].is_peer[i])
            network_add_peer(network, index, i);
    }
}

void network_stall(replica_network *network, size_t index, bool is_stalled)
{
    network_node *node = &network->nodes[index];
    node->is_stalled = is_stalled;
    for (size_t i = 0; !is_stalled && i < node->held_count; i++) {
        node->held[i].time_ns = network->now_ns;
        network_heap_put(network, node->held[i]);
    }
    if (!is_stalled)
        node->held_count = 0;
}

void network_cut(replica_network *network, size_t left, size_t right, bool is_cut)
{
    network->is_cut[left][right] = network->is_cut[right][left] = is_cut;
    if (is_cut)
        flows_break(network, left, right);
}

void network_partition(replica_network *network, size_t boundary, bool is_cut)
{
    for (size_t i = 0; i < boundary; i++) {
        for (size_t j = boundary; j < network->options.node_count; j++)
            network_cut(network, i, j, is_cut);
    }
}

/* ---- Doing -------------------------------------------------------------------------------- */

void network_put(replica_network *network, size_t index, steme_span record)
{
    store_one(&network->nodes[index], record);
}

void network_ingest(replica_network *network, size_t index, steme_span record)
{
    steme_stored stored = store_one(&network->nodes[index], record);
    network_event(
        network, index,
        (steme_event){
            .kind = STEME_EVENT_INGESTED, .records = &stored, .record_count = 1, .peer = -1});
}

void network_sync(replica_network *network, size_t index, size_t peer, bool is_diff, uint64_t token)
{
    network_event(
        network, index,
        (steme_event){
            .kind = STEME_EVENT_SYNC, .peer = (int32_t)peer, .is_diff = is_diff, .token = token});
}

uint32_t network_intrude(replica_network *network, size_t index, int32_t peer)
{
    network_node *node = &network->nodes[index];
    size_t at = network_flow_new(network, OUTSIDE, index, 1);
    node->next_number += 2;
    uint32_t number = network->flows[at].number[1] = node->next_number;
    network_event(network, index,
                  (steme_event){.kind = STEME_EVENT_STREAM_OPENED, .stream = number, .peer = peer});
    return number;
}

void network_intruder_send(replica_network *network, size_t index, uint32_t stream,
                           steme_span frame)
{
    network_event(
        network, index,
        (steme_event){.kind = STEME_EVENT_FRAME, .stream = stream, .bytes = frame, .peer = -1});
}

bool network_intruder_is_open(const replica_network *network, size_t index, uint32_t stream)
{
    size_t at;
    return network_flow_find(network, index, stream, &at) >= 0;
}

void network_run(replica_network *network, uint64_t duration_ns)
{
    uint64_t until_ns = network->now_ns + duration_ns;
    while (network_next(network, until_ns))
        continue;
    network->now_ns = until_ns;
}

uint64_t network_run_until_equal(replica_network *network, uint64_t duration_max_ns)
{
    uint64_t start_ns = network->now_ns;
    while (!network_is_equal(network)) {
        if (network->now_ns - start_ns >= duration_max_ns)
            return UINT64_MAX;
        network_run(network, 10 * NETWORK_MS);
    }
    return network->now_ns - start_ns;
}

/* ---- Looking ------------------------------------------------------------------------------ */

uint64_t network_now_ns(const replica_network *network)
{
    return network->now_ns;
}

uint64_t network_trace(const replica_network *network)
{
    return network->trace;
}

const network_node_stat *network_stat(const replica_network *network, size_t index)
{
    return &network->nodes[index].stat;
}

steme_peer_stat network_peer_stat(const replica_network *network, size_t index, size_t peer)
{
    steme_peer_stat stat = {0};
    if (steme_replica_peer_stat(network->nodes[index].replica, (int32_t)peer, &stat, NULL) !=
        STEME_OK)
        stat.peer = -1;
    return stat;
}

uint64_t network_record_count(replica_network *network, size_t index)
{
    return memory_set_count(&network->nodes[index].set);
}

void network_damage(replica_network *network, size_t node, const steme_id *id)
{
    memory_set_damage(&network->nodes[node].set, id, true);
}

bool network_is_damaged(replica_network *network, size_t node, const steme_id *id)
{
    return memory_set_is_damaged(&network->nodes[node].set, id);
}

bool network_holds(replica_network *network, size_t index, const steme_id *id)
{
    return memory_set_has(&network->nodes[index].set, id);
}

/* Of nodes that run. */
static bool are_counts_equal(replica_network *network)
{
    size_t first = SIZE_MAX;
    for (size_t i = 0; i < network->options.node_count; i++) {
        if (network->nodes[i].replica == NULL)
            continue;
        size_t count = memory_set_count(&network->nodes[i].set);
        if (first != SIZE_MAX && count != first)
            return false;
        first = count;
    }
    return true;
}

/* By their roots; these cost more than all the rest, and mostly the counts tell. */
bool network_is_equal(replica_network *network)
{
    steme_id root, first;
    if (!are_counts_equal(network))
        return false;
    bool has_first = false;
    for (size_t i = 0; i < network->options.node_count; i++) {
        if (network->nodes[i].replica == NULL)
            continue;
        root = memory_set_root(&network->nodes[i].set);
        if (has_first && memcmp(&root, &first, sizeof root) != 0)
            return false;
        first = root;
        has_first = true;
    }
    return true;
}
