#include "replica/node.h"

#include <assert.h>
#include <string.h>

size_t replica_guest_index(const steme_replica *replica, int32_t number)
{
    if (number > STEME_REPLICA_GUEST(0) ||
        number <= STEME_REPLICA_GUEST(STEME_REPLICA_GUEST_COUNT_MAX))
        return REPLICA_STRANGERS;
    size_t index = REPLICA_GUEST_FIRST + (size_t)(STEME_REPLICA_GUEST(0) - number);
    return replica->peers[index].its_link != NULL ? index : REPLICA_STRANGERS;
}

static bool has_stream(const steme_replica *replica, size_t peer)
{
    for (size_t i = 0; i < replica->stream_limit; i++) {
        if (replica->streams[i].number != 0 && replica->streams[i].peer == peer)
            return true;
    }
    return false;
}

/* A guest that has gone keeps its place for a while, so that it does not shed its faults and its
 * quota by coming back. */
static bool is_place_free(const steme_replica *replica, size_t index)
{
    const replica_peer *guest = &replica->peers[index];
    return !guest->is_used || (guest->its_link == NULL && !has_stream(replica, index) &&
                               !replica_peer_is_blocked(replica, index) &&
                               replica->now_ns - guest->link_lost_ns >= REPLICA_GUEST_KEEP_NS);
}

static void guest_forget(steme_replica *replica, size_t index, size_t heir)
{
    replica_pending_move(replica, index, heir);
    base_free(replica->peers[index].wants);
    replica->peers[index] = (replica_peer){0};
}

size_t replica_guest_add(steme_replica *replica, const uint8_t *node)
{
    for (size_t i = 0; i < STEME_REPLICA_GUEST_COUNT_MAX; i++) {
        size_t index = REPLICA_GUEST_FIRST + i;
        replica_peer *guest = &replica->peers[index];
        if (!is_place_free(replica, index))
            continue;
        if (guest->is_used)
            guest_forget(replica, index, REPLICA_STRANGERS);
        guest->is_used = true;
        guest->link_lost_ns = replica->now_ns;
        guest->stat.peer = STEME_REPLICA_GUEST((int32_t)i);
        guest->stat.is_known = 1;
        memcpy(guest->stat.node, node, STEME_NODE_SIZE);
        return index;
    }
    return REPLICA_STRANGERS;
}

static void counts_add(steme_peer_stat *stat, const steme_peer_stat *guest)
{
    stat->session_count += guest->session_count;
    stat->failed_session_count += guest->failed_session_count;
    stat->bytes_sent += guest->bytes_sent;
    stat->bytes_received += guest->bytes_received;
    stat->records_sent += guest->records_sent;
    stat->records_received += guest->records_received;
    stat->duplicate_count += guest->duplicate_count;
    stat->refused_count += guest->refused_count;
    stat->work_ns += guest->work_ns;
}

void replica_guest_become(steme_replica *replica, size_t index, size_t peer_index)
{
    replica_peer *guest = &replica->peers[index], *peer = &replica->peers[peer_index];
    assert(guest->its_link == NULL && guest->stat.queued_size == 0);
    counts_add(&peer->stat, &guest->stat);
    peer->stat.is_eager |= guest->stat.is_eager;
    if (peer->stat.score > guest->stat.score)
        peer->stat.score = guest->stat.score;
    if (peer->announced_count == 0 && guest->announced_count > 0) {
        memcpy(peer->announced, guest->announced, sizeof guest->announced);
        peer->announced_count = guest->announced_count;
        peer->announce_due_ns = guest->announce_due_ns;
    }
    if (peer->want_count == 0) {
        replica_want *wants = peer->wants;
        peer->wants = guest->wants;
        peer->want_first = guest->want_first;
        peer->want_count = guest->want_count;
        guest->wants = wants;
    }
    guest_forget(replica, index, peer_index);
}
