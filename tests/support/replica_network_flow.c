#include "support/replica_network_state.h"

/* ---- What is to come ---------------------------------------------------------------------- */

static bool is_sooner(const happening *left, const happening *right)
{
    return left->time_ns != right->time_ns ? left->time_ns < right->time_ns
                                           : left->order < right->order;
}

void network_heap_put(replica_network *network, happening it)
{
    if (network->heap_count == network->heap_capacity) {
        network->heap_capacity = network->heap_capacity * 2 + 64;
        network->heap = resized(network->heap, network->heap_capacity, sizeof it);
    }
    it.order = network->next_order++;
    size_t at = network->heap_count++;
    for (; at > 0 && is_sooner(&it, &network->heap[(at - 1) / 2]); at = (at - 1) / 2)
        network->heap[at] = network->heap[(at - 1) / 2];
    network->heap[at] = it;
}

happening network_heap_take(replica_network *network)
{
    happening first = network->heap[0], last = network->heap[--network->heap_count];
    size_t at = 0;
    for (;;) {
        size_t child = 2 * at + 1;
        if (child >= network->heap_count)
            break;
        if (child + 1 < network->heap_count &&
            is_sooner(&network->heap[child + 1], &network->heap[child]))
            child++;
        if (!is_sooner(&network->heap[child], &last))
            break;
        network->heap[at] = network->heap[child];
        at = child;
    }
    network->heap[at] = last;
    return first;
}

uint64_t network_delay(replica_network *network)
{
    const network_options *options = &network->options;
    uint64_t spread = options->delay_max_ns - options->delay_min_ns;
    uint64_t ns = options->delay_min_ns + test_random(&network->random) % (spread + 1);
    for (int i = 0; i < 8 && test_random(&network->random) % 100 < options->loss_percent; i++)
        ns += options->resend_ns;
    return ns;
}

void network_note(replica_network *network, uint64_t value)
{
    uint64_t x = network->trace ^ value;
    x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
    network->trace = x ^ (x >> 31);
}

/* ---- Streams ------------------------------------------------------------------------------ */

size_t network_flow_new(replica_network *network, size_t from, size_t to, uint32_t number)
{
    size_t at = 0;
    while (at < network->flow_count && network->flows[at].is_used)
        at++;
    if (at == network->flow_count)
        network->flows = resized(network->flows, ++network->flow_count, sizeof(network_flow));
    network->flows[at] = (network_flow){.is_used = true,
                                        .order = network->next_order++,
                                        .node = {from, to},
                                        .number = {number, 0},
                                        .is_open = {true, true}};
    return at;
}

int network_flow_find(const replica_network *network, size_t node, uint32_t number, size_t *out)
{
    for (size_t i = 0; i < network->flow_count; i++) {
        const network_flow *it = &network->flows[i];
        for (int side = 0; it->is_used && side < 2; side++) {
            if (it->node[side] == node && it->number[side] == number && it->is_open[side]) {
                *out = i;
                return side;
            }
        }
    }
    return -1;
}

void network_flow_send(replica_network *network, size_t at, int side, happening it)
{
    network_flow *flow = &network->flows[at];
    uint64_t time = network->now_ns + network_delay(network);
    if (time < flow->last_ns[side])
        time = flow->last_ns[side];
    if (network->options.bytes_per_second > 0)
        time += it.size * UINT64_C(1000000000) / network->options.bytes_per_second;
    flow->last_ns[side] = time;
    it.time_ns = time;
    it.node = flow->node[side];
    it.flow = at;
    it.flow_order = flow->order;
    if (it.node != OUTSIDE)
        it.life = network->nodes[it.node].life;
    network_heap_put(network, it);
}

void network_flow_close(replica_network *network, size_t at, int side)
{
    network_flow *flow = &network->flows[at];
    flow->is_open[side] = false;
    if (flow->is_open[!side] && flow->node[!side] != OUTSIDE)
        network_flow_send(network, at, !side, (happening){.kind = HAPPENING_CLOSE});
    else
        flow->is_used = false;
}

void network_flow_break(replica_network *network, size_t at)
{
    network_flow *it = &network->flows[at];
    it->order = network->next_order++;
    for (int side = 0; side < 2; side++) {
        if (it->is_open[side] && it->node[side] != OUTSIDE && it->number[side] != 0)
            network_flow_send(network, at, side, (happening){.kind = HAPPENING_CLOSE});
        else
            it->is_open[side] = false;
    }
    if (!it->is_open[0] && !it->is_open[1])
        it->is_used = false;
}
