#include "replica/node.h"

#include "base/error.h"

#include <assert.h>
#include <string.h>

/* ---- Small things ------------------------------------------------------------------------- */

void replica_fail(steme_replica *replica, steme_status status, const steme_error *error)
{
    assert(status != STEME_OK);
    if (replica->status != STEME_OK)
        return;
    replica->status = status;
    if (error != NULL)
        replica->error = *error;
    else
        base_fail(&replica->error, status, "replica: %s", steme_status_text(status));
}

replica_pin *replica_pinned(steme_replica *replica)
{
    steme_error error;
    if (replica->pin != NULL)
        return replica->pin;
    steme_status status = replica->set.pin(replica->set.context, &replica->pin, &error);
    if (status != STEME_OK) {
        replica->pin = NULL;
        replica_fail(replica, status, &error);
    }
    return replica->pin;
}

/* splitmix64 */
uint64_t replica_random(steme_replica *replica)
{
    uint64_t x = replica->random += UINT64_C(0x9e3779b97f4a7c15);
    x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
    return x ^ (x >> 31);
}

uint64_t replica_jitter(steme_replica *replica, uint64_t mean)
{
    uint64_t fifth = mean / 5;
    return mean - fifth + replica_random(replica) % (2 * fifth + 1);
}

/* ---- Begin and end ------------------------------------------------------------------------ */

bool replica_cluster_name(const steme_replica_options *options, steme_span *out_name)
{
    const char *name = options->cluster != NULL ? options->cluster : "stemedb";
    size_t size = strlen(name);
    if (size == 0 || size > STEME_CLUSTER_SIZE_MAX)
        return false;
    *out_name = (steme_span){(const uint8_t *)name, size};
    return true;
}

static void options_set(steme_replica *replica, const steme_replica_options *options,
                        steme_span cluster)
{
    replica->options = *options;
    if (options->session_count_max == 0)
        replica->options.session_count_max = 2;
    if (options->idle_tick_ms == 0)
        replica->options.idle_tick_ms = 1000;
    memcpy(replica->cluster, cluster.bytes, cluster.size);
    replica->cluster_size = cluster.size;
    replica->options.cluster = replica->cluster;
    replica->key = sketch_key_derive(cluster);
    replica->random = options->seed;
}

steme_status replica_node_new(const replica_set *set, void (*close_set)(replica_set *set),
                              const steme_replica_options *options, steme_replica **out_replica,
                              steme_error *error)
{
    steme_span cluster;
    if (!replica_cluster_name(options, &cluster))
        return base_fail(error, STEME_INVALID, "cluster's name: 1 to %d bytes are needed",
                         STEME_CLUSTER_SIZE_MAX);
    steme_replica *replica = base_alloc_zero(1, sizeof *replica);
    if (replica == NULL)
        return base_fail(error, STEME_NO_MEMORY, "replica");
    options_set(replica, options, cluster);
    replica->next_stream = 1;
    replica->next_token = 1;
    replica->worked_peer = REPLICA_PLACE_COUNT;
    replica->peers[REPLICA_STRANGERS] = (replica_peer){.is_used = true, .stat = {.peer = -1}};
    if (!replica_recent_init(&replica->recent, replica_random(replica))) {
        base_free(replica);
        return base_fail(error, STEME_NO_MEMORY, "replica");
    }
    replica->set = *set;
    replica->close_set = close_set;
    *out_replica = replica;
    return STEME_OK;
}

static void step_forget(steme_replica *replica)
{
    for (size_t i = 0; i < replica->ended_count; i++)
        replica_session_free(replica->ended[i]);
    replica->ended_count = 0;
    replica->effect_count = 0;
    replica->status = STEME_OK;
    base_arena_reset(&replica->arena);
}

void steme_replica_close(steme_replica *replica)
{
    if (replica == NULL)
        return;
    step_forget(replica);
    for (size_t i = 0; i < replica->stream_limit; i++)
        replica_session_free(replica->streams[i].session);
    for (size_t i = 0; i < REPLICA_PLACE_COUNT; i++)
        base_free(replica->peers[i].wants);
    if (replica->close_set != NULL)
        replica->close_set(&replica->set);
    replica_recent_deinit(&replica->recent);
    base_arena_deinit(&replica->arena);
    base_free(replica->effects);
    base_free(replica);
}

/* ---- Time --------------------------------------------------------------------------------- */

static uint64_t earlier(uint64_t left, uint64_t right)
{
    return left < right ? left : right;
}

static uint64_t peer_wake(const steme_replica *replica, size_t index)
{
    const replica_peer *peer = &replica->peers[index];
    uint64_t wake = UINT64_MAX;
    if (peer->announced_count > 0)
        wake = earlier(wake, peer->announce_due_ns);
    if (peer->want_count > 0)
        wake = earlier(wake, peer->wants[peer->want_first].due_ns);
    if (peer->is_sync_wanted)
        wake = earlier(wake, peer->sync_after_ns);
    if (index >= REPLICA_GUEST_FIRST || replica->options.is_quiet || peer->is_self)
        return wake;
    if (replica_peer_is_blocked(replica, index))
        return earlier(wake, peer->blocked_until_ns);
    if (peer->own_link == NULL)
        wake = earlier(wake, peer->gossip_due_ns);
    if (!peer->stat.is_unary_only)
        wake = earlier(wake, peer->session_due_ns);
    return wake;
}

/* Where no session may start, or one runs with the peer, its end is an event of its own: a time
 * that has passed then means "after a moment". */
static void wake_emit(steme_replica *replica)
{
    uint64_t wake = UINT64_MAX;
    for (size_t i = 0; i < REPLICA_PLACE_COUNT; i++) {
        if (replica->peers[i].is_used)
            wake = earlier(wake, peer_wake(replica, i));
    }
    for (size_t i = 0; i < replica->stream_limit; i++) {
        const replica_stream *stream = &replica->streams[i];
        if (stream->number != 0 && !stream->is_greeted)
            wake = earlier(wake, stream->opened_ns + REPLICA_HELLO_WAIT_NS);
        if (stream->number != 0 && stream->queued_size > 0)
            wake = earlier(wake, stream->moved_ns + REPLICA_STUCK_NS);
        if (stream->number != 0 && stream->session != NULL)
            wake = earlier(wake, replica->now_ns + 1000 * REPLICA_MS);
    }
    if (replica->has_heal_link)
        wake = earlier(wake, replica->heal_due_ns);
    if (wake == UINT64_MAX)
        return;
    if (wake <= replica->now_ns)
        wake = replica->now_ns + 100 * REPLICA_MS;
    steme_effect effect = {.kind = STEME_EFFECT_WAKE, .peer = -1, .wake_ns = wake};
    replica_emit(replica, &effect);
}

static void links_open(steme_replica *replica)
{
    for (size_t i = 0; i < STEME_REPLICA_PEER_COUNT_MAX; i++) {
        replica_peer *peer = &replica->peers[i];
        bool is_usable = peer->is_used && !peer->is_self && !replica_peer_is_blocked(replica, i);
        if (!is_usable || peer->gossip_due_ns > replica->now_ns || replica->options.is_quiet ||
            peer->own_link != NULL)
            continue;
        if (replica_stream_open(replica, i, REPLICA_PURPOSE_GOSSIP) == NULL)
            peer->gossip_due_ns =
                replica->now_ns + replica_jitter(replica, replica_tick_ns(replica));
    }
}

/* Whatever is due, after every event: an owner that ticks late loses time only. */
static void due_start(steme_replica *replica)
{
    replica_streams_expire(replica);
    links_open(replica);
    for (size_t i = 0; i < REPLICA_PLACE_COUNT; i++) {
        if (!replica->peers[i].is_used)
            continue;
        replica_announce_flush(replica, i);
        replica_gossip_ask(replica, i);
    }
    replica_heal(replica);
    replica_sessions_tick(replica);
    wake_emit(replica);
}

/* ---- The step ----------------------------------------------------------------------------- */

static void on_ingested(steme_replica *replica, const steme_event *event)
{
    replica_spread(replica, event->records, event->record_count, -1, true);
}

/* Verifying is not cheap: who makes others verify in vain pays for it. */
static void charge_refused(steme_replica *replica, size_t peer, const steme_event *event)
{
    uint64_t work_ns = 0;
    for (size_t i = 0; i < event->record_count; i++) {
        const steme_stored *stored = &event->records[i];
        if (replica_is_record_fault(stored->status))
            work_ns += REPLICA_WORK_REFUSED_NS + REPLICA_WORK_BYTE_NS * stored->record.size;
    }
    if (work_ns > 0)
        replica_peer_charge(replica, peer, work_ns);
}

static void on_stored(steme_replica *replica, const steme_event *event)
{
    for (size_t i = 0; event->token != 0 && i < REPLICA_PENDING_COUNT_MAX; i++) {
        if (replica->pending[i].token != event->token)
            continue;
        replica_pending pending = replica->pending[i];
        replica->pending[i].token = 0;
        if (pending.is_session)
            replica_session_batch_stored(replica, &pending, event);
        else
            replica_gossip_stored(replica, &pending, event);
        charge_refused(replica, pending.peer, event);
        return;
    }
}

/* What was announced and not asked for yet is left to sessions. */
static void on_space(steme_replica *replica, const steme_event *event)
{
    bool was_full = replica->is_full;
    replica->is_full = event->is_full != 0;
    for (size_t i = 0; replica->is_full && i < REPLICA_PLACE_COUNT; i++)
        replica->peers[i].want_count = 0;
    if (was_full && !replica->is_full)
        replica_peers_refill(replica);
}

/* Whom a step is for is known best at its end: a frame may say whose stream it is. */
static void worked_for(steme_replica *replica, const steme_event *event)
{
    const replica_stream *stream =
        event->stream == 0 ? NULL : replica_stream_find(replica, event->stream);
    if (stream != NULL)
        replica->worked_peer = stream->peer;
}

static void event_take(steme_replica *replica, const steme_event *event)
{
    switch (event->kind) {
    case STEME_EVENT_TICK:
        break;
    case STEME_EVENT_PEER_ADDED:
        replica_on_peer_added(replica, event);
        break;
    case STEME_EVENT_PEER_REMOVED:
        replica_on_peer_removed(replica, event);
        break;
    case STEME_EVENT_STREAM_OPENED:
        replica_on_stream_opened(replica, event);
        break;
    case STEME_EVENT_STREAM_CLOSED:
        replica_on_stream_closed(replica, event);
        break;
    case STEME_EVENT_FRAME:
        replica_on_frame(replica, event);
        break;
    case STEME_EVENT_SENT:
        replica_on_sent(replica, event);
        break;
    case STEME_EVENT_INGESTED:
        on_ingested(replica, event);
        break;
    case STEME_EVENT_STORED:
        on_stored(replica, event);
        break;
    case STEME_EVENT_SYNC:
        replica_on_sync(replica, event);
        break;
    case STEME_EVENT_SPACE:
        on_space(replica, event);
        break;
    }
}

steme_status steme_replica_step(steme_replica *replica, const steme_event *event,
                                const steme_effect **out_effects, size_t *out_effect_count,
                                steme_error *error)
{
    step_forget(replica);
    if (event->now_ns > replica->now_ns)
        replica->now_ns = event->now_ns;
    if (event->work_ns > 0 && replica->worked_peer != REPLICA_PLACE_COUNT)
        replica_peer_charge(replica, replica->worked_peer, event->work_ns);
    replica->worked_peer = REPLICA_PLACE_COUNT;
    worked_for(replica, event);
    event_take(replica, event);
    worked_for(replica, event);
    due_start(replica);
    replica->set.release(replica->pin);
    replica->pin = NULL;
    *out_effects = replica->effects;
    *out_effect_count = replica->effect_count;
    if (replica->status != STEME_OK && error != NULL)
        *error = replica->error;
    return replica->status;
}
