#include "replica/node.h"

#include <assert.h>
#include <string.h>

/* ---- Effects ------------------------------------------------------------------------------ */

bool replica_emit(steme_replica *replica, const steme_effect *effect)
{
    if (replica->effect_count == replica->effect_capacity) {
        size_t capacity = replica->effect_capacity == 0 ? 64 : replica->effect_capacity * 2;
        steme_effect *grown = base_realloc(replica->effects, capacity * sizeof *grown);
        if (grown == NULL) {
            replica_fail(replica, STEME_NO_MEMORY, NULL);
            return false;
        }
        replica->effects = grown;
        replica->effect_capacity = capacity;
    }
    replica->effects[replica->effect_count++] = *effect;
    return true;
}

void *replica_take(steme_replica *replica, size_t size)
{
    void *memory = base_arena_alloc(&replica->arena, size);
    if (memory == NULL)
        replica_fail(replica, STEME_NO_MEMORY, NULL);
    return memory;
}

/* ---- Streams ------------------------------------------------------------------------------ */

replica_stream *replica_stream_find(steme_replica *replica, uint32_t number)
{
    for (size_t i = 0; number != 0 && i < replica->stream_limit; i++) {
        if (replica->streams[i].number == number)
            return &replica->streams[i];
    }
    return NULL;
}

static replica_stream *stream_place(steme_replica *replica)
{
    for (size_t i = 0; i < replica->stream_limit; i++) {
        if (replica->streams[i].number == 0)
            return &replica->streams[i];
    }
    if (replica->stream_limit == REPLICA_STREAM_COUNT_MAX)
        return NULL;
    return &replica->streams[replica->stream_limit++];
}

static size_t stream_count(const steme_replica *replica, size_t peer, replica_purpose purpose)
{
    size_t count = 0;
    for (size_t i = 0; i < replica->stream_limit; i++) {
        const replica_stream *stream = &replica->streams[i];
        count += stream->number != 0 && !stream->is_own && stream->peer == peer &&
                 stream->purpose == purpose;
    }
    return count;
}

bool replica_stream_has_room(const replica_stream *stream, size_t size)
{
    return stream->queued_size + size <= REPLICA_QUEUE_SIZE_MAX;
}

bool replica_stream_send(replica_stream *stream, steme_replica *replica, steme_span frame)
{
    steme_peer_stat *stat = &replica->peers[stream->peer].stat;
    steme_effect effect = {
        .kind = STEME_EFFECT_SEND, .peer = stat->peer, .stream = stream->number, .bytes = frame};
    assert(frame.size > 0 && frame.size <= STEME_FRAME_SIZE_MAX);
    if (!replica_emit(replica, &effect))
        return false;
    if (stream->queued_size == 0)
        stream->moved_ns = replica->now_ns;
    stream->queued_size += frame.size;
    stat->queued_size += frame.size;
    stat->bytes_sent += frame.size;
    return true;
}

static bool stream_greet(steme_replica *replica, replica_stream *stream)
{
    replica_hello hello = {.purpose = stream->purpose};
    hello.cluster = (steme_span){(const uint8_t *)replica->cluster, replica->cluster_size};
    memcpy(hello.node, replica->options.node, STEME_NODE_SIZE);
    uint8_t *frame = replica_take(replica, REPLICA_HELLO_SIZE_MAX);
    if (frame == NULL)
        return false;
    size_t size = replica_hello_write(&hello, frame);
    return replica_stream_send(stream, replica, (steme_span){frame, size});
}

replica_stream *replica_stream_open(steme_replica *replica, size_t peer, replica_purpose purpose)
{
    replica_stream *stream = stream_place(replica);
    if (stream == NULL)
        return NULL;
    steme_effect effect = {.kind = STEME_EFFECT_OPEN_STREAM,
                           .peer = replica->peers[peer].stat.peer,
                           .stream = replica->next_stream};
    if (!replica_emit(replica, &effect))
        return NULL;
    *stream = (replica_stream){.number = replica->next_stream,
                               .peer = peer,
                               .purpose = purpose,
                               .is_own = true,
                               .opened_ns = replica->now_ns,
                               .heard_ns = replica->now_ns};
    replica->next_stream += 2;
    if (!stream_greet(replica, stream)) {
        replica_stream_close(replica, stream, "out of memory");
        return NULL;
    }
    if (purpose == REPLICA_PURPOSE_GOSSIP)
        replica->peers[peer].own_link = stream;
    return stream;
}

/* Frees the stream's place first: what ends with it may close others, and must not meet it. */
static void stream_forget(steme_replica *replica, replica_stream *stream, const char *failure)
{
    replica_stream gone = *stream;
    replica_peer *peer = &replica->peers[gone.peer];
    stream->number = 0;
    stream->session = NULL;
    if (peer->own_link == stream)
        peer->own_link = NULL;
    if (peer->its_link == stream)
        peer->its_link = NULL;
    assert(peer->stat.queued_size >= gone.queued_size);
    peer->stat.queued_size -= gone.queued_size;
    if (failure != NULL && failure != replica_refusal_text(REPLICA_YIELDED))
        peer->stat.last_failure = failure;
    if (gone.purpose == REPLICA_PURPOSE_SESSION)
        replica_session_end(replica, &gone, failure);
    else if (gone.purpose == REPLICA_PURPOSE_GOSSIP)
        replica_peer_lost_link(replica, &gone, failure != NULL);
}

static void stream_close(steme_replica *replica, replica_stream *stream, const char *failure,
                         bool is_over_budget)
{
    steme_effect effect = {.kind = STEME_EFFECT_CLOSE_STREAM,
                           .peer = replica->peers[stream->peer].stat.peer,
                           .stream = stream->number,
                           .reason = failure,
                           .is_over_budget = is_over_budget};
    replica_emit(replica, &effect);
    stream_forget(replica, stream, failure);
}

void replica_stream_close(steme_replica *replica, replica_stream *stream, const char *failure)
{
    stream_close(replica, stream, failure, false);
}

void replica_stream_refuse(steme_replica *replica, replica_stream *stream, replica_refusal refusal)
{
    uint8_t *frame = replica_take(replica, 2);
    if (frame != NULL) {
        frame[0] = REPLICA_KIND_REFUSE;
        frame[1] = (uint8_t)refusal;
        replica_stream_send(stream, replica, (steme_span){frame, 2});
    }
    stream_close(replica, stream, replica_refusal_text(refusal), refusal == REPLICA_OVER_BUDGET);
}

void replica_streams_refuse(steme_replica *replica, size_t peer, replica_refusal refusal)
{
    for (size_t i = 0; i < replica->stream_limit; i++) {
        replica_stream *stream = &replica->streams[i];
        if (stream->number != 0 && stream->peer == peer)
            replica_stream_refuse(replica, stream, refusal);
    }
}

void replica_streams_expire(steme_replica *replica)
{
    for (size_t i = 0; i < replica->stream_limit; i++) {
        replica_stream *stream = &replica->streams[i];
        if (stream->number == 0)
            continue;
        if (!stream->is_greeted && replica->now_ns - stream->opened_ns >= REPLICA_HELLO_WAIT_NS)
            replica_stream_close(replica, stream, "the peer does not answer");
        else if (stream->queued_size > 0 && replica->now_ns - stream->moved_ns >= REPLICA_STUCK_NS)
            replica_stream_close(replica, stream, "the peer takes nothing in");
    }
}

/* ---- Greeting ----------------------------------------------------------------------------- */

/* What a peer may have open: strangers have a share together. Who gossips is no stranger. */
static size_t stream_share(size_t peer, replica_purpose purpose)
{
    bool is_gossip = purpose == REPLICA_PURPOSE_GOSSIP;
    if (peer == REPLICA_STRANGERS)
        return is_gossip ? 0 : STEME_REPLICA_PEER_COUNT_MAX;
    return is_gossip ? 1 : 2;
}

/* A peer that was cut off opens its gossip stream again, before the old one is known to be dead. */
static void stream_replace_older(steme_replica *replica, const replica_stream *newer)
{
    for (size_t i = 0; i < replica->stream_limit; i++) {
        replica_stream *stream = &replica->streams[i];
        if (stream != newer && stream->number != 0 && !stream->is_own && stream->is_greeted &&
            stream->purpose == REPLICA_PURPOSE_GOSSIP &&
            memcmp(stream->node, newer->node, STEME_NODE_SIZE) == 0)
            replica_stream_close(replica, stream, NULL);
    }
}

static replica_refusal greeting_check(steme_replica *replica, const replica_stream *stream,
                                      const replica_hello *hello)
{
    if (hello->cluster.size != replica->cluster_size ||
        memcmp(hello->cluster.bytes, replica->cluster, replica->cluster_size) != 0)
        return REPLICA_OTHER_CLUSTER;
    if (memcmp(hello->node, replica->options.node, STEME_NODE_SIZE) == 0)
        return REPLICA_OWN_NODE;
    if (stream->is_own && stream->purpose != hello->purpose)
        return REPLICA_BROKEN;
    return REPLICA_ACCEPTED;
}

/* A peer's stream has said what it is for: does it fit? A session that gives way to it has left
 * its room. */
static replica_refusal share_check(steme_replica *replica, replica_stream *stream)
{
    if (replica_peer_is_blocked(replica, stream->peer))
        return replica->peers[stream->peer].blocked_for;
    if (stream_count(replica, stream->peer, stream->purpose) >
        stream_share(stream->peer, stream->purpose))
        return REPLICA_TOO_MANY_STREAMS;
    if (stream->purpose != REPLICA_PURPOSE_SESSION)
        return REPLICA_ACCEPTED;
    if (!replica_session_prevails(replica, stream))
        return REPLICA_YIELDED;
    return replica_session_make_room(replica) ? REPLICA_ACCEPTED : REPLICA_BUSY;
}

static void stream_move(steme_replica *replica, replica_stream *stream, size_t index)
{
    replica_peer *before = &replica->peers[stream->peer], *peer = &replica->peers[index];
    if (before->its_link == stream) {
        before->its_link = NULL;
        peer->its_link = stream;
    }
    before->stat.queued_size -= stream->queued_size;
    peer->stat.queued_size += stream->queued_size;
    stream->peer = index;
}

/* It is known now whose node id this is: so are the streams that it opened as a stranger or as a
 * guest. */
static void streams_claim(steme_replica *replica, size_t peer, const uint8_t *node)
{
    for (size_t i = 0; i < replica->stream_limit; i++) {
        replica_stream *stream = &replica->streams[i];
        if (stream->number != 0 && stream->is_greeted && stream->peer >= REPLICA_GUEST_FIRST &&
            stream->peer != peer && memcmp(stream->node, node, STEME_NODE_SIZE) == 0)
            stream_move(replica, stream, peer);
    }
}

static void own_stream_greeted(steme_replica *replica, replica_stream *stream)
{
    size_t peer = stream->peer, guest = replica_peer_of_node(replica, stream->node);
    replica_peer_greeted(replica, peer, stream->node);
    streams_claim(replica, peer, stream->node);
    if (guest >= REPLICA_GUEST_FIRST && guest != REPLICA_STRANGERS)
        replica_guest_become(replica, guest, peer);
    if (stream->purpose == REPLICA_PURPOSE_GOSSIP)
        replica_gossip_greeted(replica, stream);
    else if (!replica_session_prevails(replica, stream))
        replica_stream_refuse(replica, stream, REPLICA_YIELDED);
}

/* Whose stream it is, as far as its node id tells; who gossips is a guest at least. */
static void peer_stream_attribute(steme_replica *replica, replica_stream *stream)
{
    if (stream->peer != REPLICA_STRANGERS)
        return;
    size_t peer = replica_peer_of_node(replica, stream->node);
    if (peer == REPLICA_STRANGERS && stream->purpose == REPLICA_PURPOSE_GOSSIP)
        peer = replica_guest_add(replica, stream->node);
    if (peer == REPLICA_STRANGERS)
        return;
    stream_move(replica, stream, peer);
    streams_claim(replica, peer, stream->node);
}

static void peer_stream_accept(steme_replica *replica, replica_stream *stream)
{
    if (stream->peer != REPLICA_STRANGERS)
        replica_peer_greeted(replica, stream->peer, stream->node);
    if (stream->purpose == REPLICA_PURPOSE_SESSION) {
        replica_session_accept(replica, stream);
        return;
    }
    replica->peers[stream->peer].its_link = stream;
    replica_gossip_greeted(replica, stream);
}

static void peer_stream_greeted(steme_replica *replica, replica_stream *stream,
                                replica_purpose purpose)
{
    stream->purpose = purpose;
    peer_stream_attribute(replica, stream);
    if (purpose == REPLICA_PURPOSE_GOSSIP)
        stream_replace_older(replica, stream);
    replica_refusal refusal = share_check(replica, stream);
    if (stream->number == 0) /* what gave way to it was a fault too many */
        return;
    if (!stream_greet(replica, stream))
        replica_stream_close(replica, stream, "out of memory");
    else if (refusal != REPLICA_ACCEPTED)
        replica_stream_refuse(replica, stream, refusal);
    else
        peer_stream_accept(replica, stream);
}

/* Whether nobody else goes by this node id, or has to give it up: else a member could close another
 * one's streams, and have its faults counted as the other's. */
static bool stream_claim(steme_replica *replica, const replica_stream *stream, const uint8_t *node)
{
    for (size_t i = 0; i < replica->stream_limit; i++) {
        replica_stream *other = &replica->streams[i];
        if (other == stream || other->number == 0 || !other->is_greeted ||
            other->identity == stream->identity || memcmp(other->node, node, STEME_NODE_SIZE) != 0)
            continue;
        if (other->is_own || !stream->is_own)
            return false;
        replica_stream_refuse(replica, other, REPLICA_IMPOSTOR);
    }
    return true;
}

static void stream_first_frame(steme_replica *replica, replica_stream *stream,
                               const steme_event *event)
{
    replica_hello hello;
    replica_refusal refusal = replica_hello_read(event->bytes, &hello);
    stream->identity = event->identity;
    if (refusal == REPLICA_ACCEPTED)
        refusal = greeting_check(replica, stream, &hello);
    if (refusal == REPLICA_ACCEPTED && !stream_claim(replica, stream, hello.node))
        refusal = REPLICA_IMPOSTOR;
    if (stream->number == 0) /* what was refused before it was a fault too many */
        return;
    if (refusal == REPLICA_OWN_NODE && stream->is_own)
        replica->peers[stream->peer].is_self = true;
    if (refusal != REPLICA_ACCEPTED) {
        replica_stream_refuse(replica, stream, refusal);
        return;
    }
    stream->is_greeted = true;
    memcpy(stream->node, hello.node, STEME_NODE_SIZE);
    if (stream->is_own)
        own_stream_greeted(replica, stream);
    else
        peer_stream_greeted(replica, stream, hello.purpose);
}

/* ---- Events ------------------------------------------------------------------------------- */

/* Who means well says its name at once: of too many that have not, the first to come goes. */
static void unnamed_make_room(steme_replica *replica, size_t peer)
{
    replica_stream *first = NULL;
    size_t count = 0;
    for (size_t i = 0; i < replica->stream_limit; i++) {
        replica_stream *stream = &replica->streams[i];
        if (stream->number == 0 || stream->is_own || stream->peer != peer ||
            stream->purpose != REPLICA_PURPOSE_UNKNOWN)
            continue;
        count++;
        if (first == NULL || stream->opened_ns < first->opened_ns)
            first = stream;
    }
    if (first != NULL && count > stream_share(peer, REPLICA_PURPOSE_SESSION))
        replica_stream_close(replica, first, replica_refusal_text(REPLICA_TOO_MANY_STREAMS));
}

void replica_on_stream_opened(steme_replica *replica, const steme_event *event)
{
    bool is_known = event->stream != 0 && event->stream % 2 == 0 &&
                    replica_stream_find(replica, event->stream) == NULL;
    size_t peer = replica_peer_index(replica, event->peer);
    if (is_known)
        unnamed_make_room(replica, peer);
    replica_stream *stream = stream_place(replica);
    if (!is_known || stream == NULL) {
        steme_effect effect = {.kind = STEME_EFFECT_CLOSE_STREAM,
                               .peer = event->peer,
                               .stream = event->stream,
                               .reason = replica_refusal_text(REPLICA_TOO_MANY_STREAMS)};
        replica_emit(replica, &effect);
        return;
    }
    *stream = (replica_stream){.number = event->stream,
                               .peer = peer,
                               .opened_ns = replica->now_ns,
                               .heard_ns = replica->now_ns};
}

void replica_on_stream_closed(steme_replica *replica, const steme_event *event)
{
    replica_stream *stream = replica_stream_find(replica, event->stream);
    if (stream == NULL)
        return;
    replica_peer *peer = &replica->peers[stream->peer];
    if (event->is_unsupported && stream->is_own && !stream->is_greeted)
        peer->stat.is_unary_only = 1;
    stream_forget(replica, stream,
                  event->is_unsupported ? "the peer knows no Reconcile" : "the stream was closed");
}

static void stream_refused(steme_replica *replica, replica_stream *stream, steme_span frame)
{
    unsigned refusal = frame.size == 2 ? frame.bytes[1] : REPLICA_BROKEN;
    if (refusal == REPLICA_OWN_NODE && stream->is_own)
        replica->peers[stream->peer].is_self = true;
    replica_stream_close(replica, stream, replica_refusal_text(refusal));
}

void replica_on_frame(steme_replica *replica, const steme_event *event)
{
    replica_stream *stream = replica_stream_find(replica, event->stream);
    if (stream == NULL)
        return;
    steme_span frame = event->bytes;
    size_t peer = stream->peer;
    stream->heard_ns = replica->now_ns;
    replica->peers[peer].stat.bytes_received += frame.size;
    if (!replica_peer_admit(replica, peer, frame.size)) {
        replica_streams_refuse(replica, peer, REPLICA_OVER_QUOTA);
        return;
    }
    if (frame.size == 0 || frame.size > STEME_FRAME_SIZE_MAX) {
        replica_stream_refuse(replica, stream, REPLICA_BROKEN);
        replica_peer_blame(replica, peer, REPLICA_FAULT_BROKEN);
    } else if (frame.bytes[0] == REPLICA_KIND_REFUSE) {
        stream_refused(replica, stream, frame);
    } else if (!stream->is_greeted) {
        stream_first_frame(replica, stream, event);
    } else if (stream->purpose == REPLICA_PURPOSE_SESSION) {
        replica_session_feed(replica, stream, frame);
    } else {
        replica_gossip_receive(replica, stream, frame);
    }
}

void replica_on_sent(steme_replica *replica, const steme_event *event)
{
    if (event->stream == 0) {
        replica_peer *peer = &replica->peers[replica_peer_index(replica, event->peer)];
        peer->pushed_size -= event->size < peer->pushed_size ? event->size : peer->pushed_size;
        return;
    }
    replica_stream *stream = replica_stream_find(replica, event->stream);
    if (stream == NULL)
        return;
    uint64_t size = event->size < stream->queued_size ? event->size : stream->queued_size;
    stream->queued_size -= size;
    stream->moved_ns = replica->now_ns;
    replica->peers[stream->peer].stat.queued_size -= size;
    if (stream->purpose == REPLICA_PURPOSE_SESSION)
        replica_session_free_queue(replica, stream, size);
}
