#include "replica/node.h"

#include "base/error.h"

#include <string.h>

uint64_t replica_tick_ns(const steme_replica *replica)
{
    return replica->options.idle_tick_ms * REPLICA_MS;
}

size_t replica_peer_index(const steme_replica *replica, int32_t number)
{
    for (size_t i = 0; number >= 0 && i < REPLICA_STRANGERS; i++) {
        if (replica->peers[i].is_used && replica->peers[i].stat.peer == number)
            return i;
    }
    return REPLICA_STRANGERS;
}

size_t replica_peer_of_node(const steme_replica *replica, const uint8_t *node)
{
    for (size_t i = 0; i < REPLICA_STRANGERS; i++) {
        const replica_peer *peer = &replica->peers[i];
        if (peer->is_used && peer->stat.is_known &&
            memcmp(peer->stat.node, node, STEME_NODE_SIZE) == 0)
            return i;
    }
    return REPLICA_STRANGERS;
}

void replica_on_peer_added(steme_replica *replica, const steme_event *event)
{
    if (event->peer < 0 || replica_peer_index(replica, event->peer) != REPLICA_STRANGERS)
        return;
    for (size_t i = 0; i < STEME_REPLICA_PEER_COUNT_MAX; i++) {
        replica_peer *peer = &replica->peers[i];
        if (peer->is_used)
            continue;
        *peer = (replica_peer){.is_used = true,
                               .stat = {.peer = event->peer},
                               .gossip_due_ns = replica->now_ns,
                               .session_due_ns = replica->now_ns};
        return;
    }
}

void replica_pending_move(steme_replica *replica, size_t from, size_t to)
{
    for (size_t i = 0; i < REPLICA_PENDING_COUNT_MAX; i++) {
        if (replica->pending[i].peer == from)
            replica->pending[i].peer = to;
    }
    replica->peers[to].pending_size += replica->peers[from].pending_size;
    replica->peers[from].pending_size = 0;
}

void replica_on_peer_removed(steme_replica *replica, const steme_event *event)
{
    size_t index = replica_peer_index(replica, event->peer);
    if (index == REPLICA_STRANGERS)
        return;
    replica_peer *peer = &replica->peers[index];
    for (size_t i = 0; i < replica->stream_limit; i++) {
        replica_stream *stream = &replica->streams[i];
        if (stream->number != 0 && stream->peer == index)
            replica_stream_close(replica, stream, "the peer was removed");
    }
    replica_pending_move(replica, index, REPLICA_STRANGERS);
    if (peer->is_sync_wanted)
        replica_report_failure(replica, event->peer, peer->sync_token, "the peer was removed");
    base_free(peer->wants);
    *peer = (replica_peer){0};
}

/* ---- Who may be spoken to ----------------------------------------------------------------- */

bool replica_peer_is_blocked(const steme_replica *replica, size_t peer)
{
    return replica->now_ns < replica->peers[peer].blocked_until_ns;
}

bool replica_peer_is_usable(const steme_replica *replica, size_t peer)
{
    const replica_peer *it = &replica->peers[peer];
    return it->is_used && !it->is_self && !it->stat.is_unary_only &&
           !replica_peer_is_blocked(replica, peer);
}

/* A peer that is heard of again is met soon, whatever pause was due. */
void replica_peer_greeted(steme_replica *replica, size_t peer, const uint8_t *node)
{
    replica_peer *it = &replica->peers[peer];
    memcpy(it->stat.node, node, STEME_NODE_SIZE);
    it->stat.is_known = 1;
    it->stat.is_unary_only = 0;
    if (it->gossip_failure_count > 0) {
        it->gossip_failure_count = 0;
        it->gossip_due_ns = replica->now_ns;
    }
    if (it->is_failing)
        replica_peer_hurry(replica, peer);
}

/* ---- Links -------------------------------------------------------------------------------- */

replica_stream *replica_peer_link(const steme_replica *replica, size_t peer)
{
    const replica_peer *it = &replica->peers[peer];
    return it->own_link != NULL && it->own_link->is_greeted ? it->own_link : it->its_link;
}

static void own_link_plan(steme_replica *replica, replica_peer *it, bool is_failure)
{
    uint64_t pause = replica_tick_ns(replica) << it->gossip_failure_count;
    if (pause > REPLICA_PAUSE_MAX_NS)
        pause = REPLICA_PAUSE_MAX_NS;
    else
        it->gossip_failure_count += is_failure;
    if (it->stat.is_unary_only)
        pause = REPLICA_UNARY_PAUSE_NS;
    it->gossip_due_ns = replica->now_ns + replica_jitter(replica, pause);
}

void replica_peer_lost_link(steme_replica *replica, const replica_stream *gone, bool is_failure)
{
    replica_peer *it = &replica->peers[gone->peer];
    if (gone->is_own)
        own_link_plan(replica, it, is_failure);
    if (replica_peer_link(replica, gone->peer) != NULL)
        return;
    it->link_lost_ns = replica->now_ns;
    it->announced_count = 0;
    it->stat.is_eager = 0;
}

/* ---- Quota and faults --------------------------------------------------------------------- */

static void peer_block(replica_peer *peer, uint64_t until_ns, replica_refusal reason)
{
    peer->blocked_until_ns = until_ns;
    peer->blocked_for = reason;
}

bool replica_peer_admit(steme_replica *replica, size_t peer, size_t size)
{
    replica_peer *it = &replica->peers[peer];
    uint64_t bound = replica->options.peer_bytes_max;
    if (bound == 0)
        return true;
    if (it->quota_start_ns == 0 ||
        replica->now_ns - it->quota_start_ns >= REPLICA_QUOTA_WINDOW_NS) {
        it->quota_start_ns = replica->now_ns;
        it->quota_size = 0;
    }
    it->quota_size += size;
    if (it->quota_size <= bound)
        return true;
    if (peer != REPLICA_STRANGERS) /* these would shut each other out */
        peer_block(it, it->quota_start_ns + REPLICA_QUOTA_WINDOW_NS, REPLICA_OVER_QUOTA);
    return false;
}

static uint64_t work_max_ns(const steme_replica *replica)
{
    uint32_t told = replica->options.peer_work_ms;
    return (told == 0 ? REPLICA_WORK_MAX_MS : told) * REPLICA_MS;
}

/* Strangers have one budget: what one of them costs shuts out the others, but no peer or guest. */
void replica_peer_charge(steme_replica *replica, size_t peer, uint64_t work_ns)
{
    replica_peer *it = &replica->peers[peer];
    if (it->work_start_ns == 0 || replica->now_ns - it->work_start_ns >= REPLICA_QUOTA_WINDOW_NS) {
        it->work_start_ns = replica->now_ns;
        it->work_ns = 0;
    }
    it->stat.work_ns += work_ns;
    it->work_ns += work_ns;
    if (it->work_ns <= work_max_ns(replica) || replica_peer_is_blocked(replica, peer))
        return;
    peer_block(it, it->work_start_ns + REPLICA_QUOTA_WINDOW_NS, REPLICA_OVER_BUDGET);
    replica_streams_refuse(replica, peer, REPLICA_OVER_BUDGET);
}

void replica_peer_blame(steme_replica *replica, size_t peer, int32_t points)
{
    replica_peer *it = &replica->peers[peer];
    if (peer == REPLICA_STRANGERS)
        return;
    it->stat.score -= points;
    if (it->stat.score >= REPLICA_SCORE_MIN)
        return;
    it->stat.score = REPLICA_SCORE_MIN / 2;
    peer_block(it, replica->now_ns + replica_jitter(replica, REPLICA_BLOCK_NS), REPLICA_UNWANTED);
    replica_streams_refuse(replica, peer, REPLICA_UNWANTED);
}

void replica_peer_praise(steme_replica *replica, size_t peer, int32_t points)
{
    int32_t *score = &replica->peers[peer].stat.score;
    if (peer != REPLICA_STRANGERS)
        *score = *score + points > REPLICA_SCORE_MAX ? REPLICA_SCORE_MAX : *score + points;
}

/* ---- When to meet ------------------------------------------------------------------------- */

static void peer_meet_by(replica_peer *peer, uint64_t due_ns)
{
    if (due_ns < peer->session_due_ns)
        peer->session_due_ns = due_ns;
}

void replica_peer_hurry(steme_replica *replica, size_t peer)
{
    uint64_t pause = replica_jitter(replica, replica_tick_ns(replica));
    peer_meet_by(&replica->peers[peer], replica->now_ns + pause);
}

/* Such that a session begins about once in each tick, over all peers. */
static uint64_t peers_pause(const steme_replica *replica)
{
    uint64_t count = 0;
    for (size_t i = 0; i < STEME_REPLICA_PEER_COUNT_MAX; i++)
        count += replica->peers[i].is_used;
    return replica_tick_ns(replica) * count;
}

void replica_peers_news(steme_replica *replica)
{
    uint64_t pause = peers_pause(replica);
    for (size_t i = 0; i < STEME_REPLICA_PEER_COUNT_MAX; i++) {
        replica_peer *peer = &replica->peers[i];
        if (peer->is_used && !peer->is_failing && !peer->is_full &&
            peer->session_due_ns > replica->now_ns + pause + pause / 5)
            peer->session_due_ns = replica->now_ns + replica_jitter(replica, pause);
    }
}

void replica_peers_refill(steme_replica *replica)
{
    for (size_t i = 0; i < STEME_REPLICA_PEER_COUNT_MAX; i++) {
        if (replica->peers[i].is_used) {
            replica->peers[i].quiet_count = 0;
            replica_peer_hurry(replica, i);
        }
    }
}

/* Quiet (found equal at once, or failed): twice the pause of the last time. Else a mean pause. */
static void peer_plan(steme_replica *replica, replica_peer *peer, bool is_quiet)
{
    uint64_t pause = peers_pause(replica) << peer->quiet_count;
    if (!is_quiet) {
        peer->quiet_count = 0;
        pause = peers_pause(replica);
    } else if (pause < REPLICA_PAUSE_MAX_NS) {
        peer->quiet_count++;
    } else {
        pause = REPLICA_PAUSE_MAX_NS;
    }
    peer->session_due_ns = replica->now_ns + replica_jitter(replica, pause);
}

static void peer_note_records(replica_peer *peer, const steme_session_report *report)
{
    peer->stat.records_sent += report->records_sent;
    peer->stat.records_received += report->records_received;
    peer->stat.refused_count += report->records_refused;
}

static void peer_note_result(steme_replica *replica, replica_peer *peer,
                             const steme_session_report *report, bool is_busy, bool is_full)
{
    peer_note_records(peer, report);
    if (is_busy) /* there was none */
        return;
    peer->stat.session_count++;
    peer->stat.failed_session_count += report->failure != NULL && !is_full;
    if (report->failure != NULL) {
        peer->stat.is_equal = 0;
        peer->stat.last_failure = report->failure;
        return;
    }
    peer->stat.is_equal = report->is_equal;
    peer->stat.peer_count = report->peer_count;
    peer->stat.peer_root = report->peer_root;
    if (report->is_equal)
        peer->stat.last_equal_ns = replica->now_ns;
    peer->expected = report->records_sent + report->records_received + report->absent_count;
}

static void peer_judge(steme_replica *replica, size_t peer, const steme_session_report *report)
{
    if (report->records_received > 0)
        replica_peer_praise(replica, peer, 1);
    if (report->records_refused > 0) {
        uint64_t count = report->records_refused < 100 ? report->records_refused : 100;
        replica_peer_blame(replica, peer, (int32_t)count * REPLICA_FAULT_REFUSED);
    }
}

void replica_peer_met(steme_replica *replica, size_t peer, const steme_session_report *report)
{
    replica_peer *it = &replica->peers[peer];
    bool is_full = report->failure == replica_refusal_text(REPLICA_FULL);
    /* What is sent to who has no room is not taken. */
    uint64_t taken = is_full && !replica->is_full ? 0 : report->records_sent;
    bool has_moved = taken + report->records_received > 0;
    bool is_busy = report->failure == replica_refusal_text(REPLICA_BUSY);
    bool is_awaited = it->has_yielded && !report->is_initiator;
    peer_note_result(replica, it, report, is_busy, is_full);
    it->is_failing = report->failure != NULL && !is_busy && !is_full;
    it->is_full = is_full && !replica->is_full;
    if (report->is_initiator || has_moved || (is_awaited && report->is_equal))
        peer_plan(replica, it, !has_moved && !is_busy);
    if (is_awaited && !report->is_equal)
        replica_peer_hurry(replica, peer);
    it->has_yielded = it->has_yielded && !is_awaited;
    peer_judge(replica, peer, report);
}

/* What the other session finds is as good as what this one would have: only where it does not come,
 * or ends unequal, another is due soon. */
void replica_peer_yielded(steme_replica *replica, size_t peer, bool is_own,
                          const steme_session_report *report)
{
    replica_peer *it = &replica->peers[peer];
    peer_note_records(it, report);
    if (is_own) {
        it->has_yielded = true;
        it->session_due_ns = replica->now_ns + replica_jitter(replica, peers_pause(replica));
    }
    peer_judge(replica, peer, report);
}

/* ---- Looking at it ------------------------------------------------------------------------ */

steme_status steme_replica_peer_stat(const steme_replica *replica, int32_t peer,
                                     steme_peer_stat *out_stat, steme_error *error)
{
    size_t index =
        peer < 0 ? replica_guest_index(replica, peer) : replica_peer_index(replica, peer);
    if (index == REPLICA_STRANGERS)
        return base_fail(error, STEME_NOT_FOUND, "peer %d: there is none", (int)peer);
    *out_stat = replica->peers[index].stat;
    return STEME_OK;
}
