#include "replica/node.h"

#include <assert.h>
#include <string.h>

/* ---- What a session wants done ------------------------------------------------------------ */

typedef struct session_context {
    steme_replica *replica;
    replica_stream *stream;
} session_context;

static bool session_send(void *context, steme_span frame)
{
    session_context *it = context;
    if (frame.size == 0 || frame.size > STEME_FRAME_SIZE_MAX)
        return false;
    uint8_t *copy = replica_take(it->replica, frame.size);
    if (copy == NULL)
        return false;
    memcpy(copy, frame.bytes, frame.size);
    return replica_stream_send(it->stream, it->replica, (steme_span){copy, frame.size});
}

/* Records and their bytes, for as long as the step's effects. */
static steme_span *records_copy(steme_replica *replica, const steme_span *records, size_t count)
{
    steme_span *copies = replica_take(replica, count * sizeof *copies);
    for (size_t i = 0; copies != NULL && i < count; i++) {
        uint8_t *bytes = replica_take(replica, records[i].size);
        if (bytes == NULL)
            return NULL;
        if (records[i].size > 0)
            memcpy(bytes, records[i].bytes, records[i].size);
        copies[i] = (steme_span){bytes, records[i].size};
    }
    return copies;
}

static bool session_store(void *context, uint64_t token, const steme_span *records, size_t count)
{
    session_context *it = context;
    replica_pending pending = {.session_token = token,
                               .stream = it->stream->number,
                               .peer = it->stream->peer,
                               .is_session = true};
    if (it->replica->is_full) {
        it->stream->is_withheld = true;
        return true;
    }
    steme_span *copies = records_copy(it->replica, records, count);
    return copies != NULL && replica_store_batch(it->replica, &pending, copies, count);
}

bool replica_store_batch(steme_replica *replica, const replica_pending *pending,
                         const steme_span *records, size_t count)
{
    replica_pending *place = NULL;
    for (size_t i = 0; place == NULL && i < REPLICA_PENDING_COUNT_MAX; i++) {
        if (replica->pending[i].token == 0)
            place = &replica->pending[i];
    }
    if (place == NULL)
        return false;
    steme_effect effect = {.kind = STEME_EFFECT_STORE,
                           .peer = replica->peers[pending->peer].stat.peer,
                           .token = replica->next_token,
                           .records = records,
                           .record_count = count};
    if (!replica_emit(replica, &effect))
        return false;
    *place = *pending;
    place->token = replica->next_token++;
    return true;
}

static replica_session_output output_of(session_context *context)
{
    return (replica_session_output){context, session_send, session_store};
}

/* ---- Ends --------------------------------------------------------------------------------- */

/* After each call of a session: it may be over. */
static void session_settle(steme_replica *replica, replica_stream *stream, steme_status status,
                           const steme_error *error)
{
    if (status != STEME_OK) {
        replica_fail(replica, status, error);
        replica_stream_close(replica, stream, steme_status_text(status));
    } else if (replica_session_is_ended(stream->session)) {
        replica_stream_close(replica, stream, replica_session_report(stream->session)->failure);
    }
}

static void report_emit(steme_replica *replica, int32_t peer, uint64_t token,
                        const steme_session_report *report)
{
    steme_session_report *copy = replica_take(replica, sizeof *copy);
    if (copy == NULL)
        return;
    *copy = *report;
    steme_effect effect = {
        .kind = STEME_EFFECT_REPORT, .peer = peer, .token = token, .report = copy};
    replica_emit(replica, &effect);
}

void replica_report_failure(steme_replica *replica, int32_t peer, uint64_t token,
                            const char *failure)
{
    steme_session_report report = {.is_initiator = 1, .failure = failure};
    report_emit(replica, peer, token, &report);
}

/* What was asked for and gave way is wanted still: it runs after the other. */
static void sync_yield(steme_replica *replica, const replica_stream *gone,
                       const steme_session_report *report)
{
    replica_peer *peer = &replica->peers[gone->peer];
    if (!gone->is_wanted)
        return;
    if (peer->is_sync_wanted || peer->sync_yield_count == REPLICA_YIELD_COUNT_MAX) {
        report_emit(replica, peer->stat.peer, gone->token, report);
        return;
    }
    peer->is_sync_wanted = true;
    peer->is_sync_diff = gone->is_diff;
    peer->sync_token = gone->token;
    peer->sync_yield_count++;
    peer->sync_after_ns = replica->now_ns + replica_jitter(replica, REPLICA_SYNC_AGAIN_NS);
}

void replica_session_end(steme_replica *replica, const replica_stream *gone, const char *failure)
{
    steme_session_report report = {.is_initiator = gone->is_own};
    if (gone->session != NULL)
        report = *replica_session_report(gone->session);
    else if (failure == NULL)
        failure = "it was ended before it began";
    if (gone->session != NULL && failure == NULL && !replica_session_is_ended(gone->session))
        failure = "the stream was closed";
    if (failure != NULL && report.failure == NULL) {
        report.failure = failure;
        report.is_equal = 0;
    }
    if (gone->session != NULL) {
        assert(replica->ended_count < sizeof replica->ended / sizeof replica->ended[0]);
        replica->ended[replica->ended_count++] = gone->session;
    }
    if (failure == replica_refusal_text(REPLICA_YIELDED)) {
        replica_peer_yielded(replica, gone->peer, gone->is_own, &report);
        sync_yield(replica, gone, &report);
    } else {
        report_emit(replica, replica->peers[gone->peer].stat.peer,
                    gone->is_wanted ? gone->token : 0, &report);
        replica_peer_met(replica, gone->peer, &report);
    }
    if (report.records_received > 0)
        replica_peers_news(replica);
}

/* ---- Begins ------------------------------------------------------------------------------- */

/* Else the other side may be gone, and its end not known yet. */
static bool is_heard(const steme_replica *replica, const replica_stream *stream)
{
    return replica->now_ns - stream->heard_ns < REPLICA_SILENCE_NS;
}

/* Those that peers opened; this side's own; those of the latter in which something happens. */
typedef struct session_counts {
    size_t others;
    size_t own;
    size_t heard;
} session_counts;

static session_counts count_sessions(const steme_replica *replica)
{
    session_counts counts = {0};
    for (size_t i = 0; i < replica->stream_limit; i++) {
        const replica_stream *stream = &replica->streams[i];
        if (stream->number == 0 || stream->purpose != REPLICA_PURPOSE_SESSION)
            continue;
        counts.others += !stream->is_own;
        counts.own += stream->is_own;
        counts.heard += stream->is_own && is_heard(replica, stream);
    }
    return counts;
}

/* When the peer last sent, or took, something. */
static uint64_t moved_ns(const replica_stream *stream)
{
    return stream->moved_ns > stream->heard_ns ? stream->moved_ns : stream->heard_ns;
}

/* Of the sessions that peers opened and in which nothing moves, the one that stands still for
 * longest; NULL = none does. */
static replica_stream *still_session(steme_replica *replica)
{
    replica_stream *found = NULL;
    for (size_t i = 0; i < replica->stream_limit; i++) {
        replica_stream *stream = &replica->streams[i];
        if (stream->number != 0 && stream->purpose == REPLICA_PURPOSE_SESSION && !stream->is_own &&
            replica->now_ns - moved_ns(stream) >= REPLICA_SILENCE_NS &&
            (found == NULL || moved_ns(stream) < moved_ns(found)))
            found = stream;
    }
    return found;
}

bool replica_session_make_room(steme_replica *replica)
{
    session_counts counts = count_sessions(replica);
    if (counts.others + counts.heard <= replica->options.session_count_max)
        return true;
    replica_stream *still = still_session(replica);
    if (still != NULL)
        replica_stream_refuse(replica, still, REPLICA_BUSY);
    return still != NULL;
}

/* Half of the sessions are left to peers: else two nodes could refuse each other for long. The
 * other half is this side's, whoever holds the first; peers that have fallen silent do not keep it
 * from others, as long as they are few: each costs memory. */
static bool has_own_session_room(const steme_replica *replica)
{
    session_counts counts = count_sessions(replica);
    return counts.heard < (replica->options.session_count_max + 1) / 2 &&
           counts.own < (size_t)replica->options.session_count_max * REPLICA_SILENT_FACTOR;
}

/* `other` is a session with the same node that was opened from the other side. */
static bool is_rival(const steme_replica *replica, const replica_stream *stream,
                     const replica_stream *other)
{
    const steme_peer_stat *stat = &replica->peers[other->peer].stat;
    const uint8_t *node = other->is_greeted ? other->node : stat->node;
    return other->number != 0 && other->purpose == REPLICA_PURPOSE_SESSION &&
           other->is_own != stream->is_own && (other->is_greeted || stat->is_known) &&
           memcmp(node, stream->node, STEME_NODE_SIZE) == 0 && is_heard(replica, other);
}

bool replica_session_prevails(steme_replica *replica, const replica_stream *stream)
{
    bool is_own_first = memcmp(replica->options.node, stream->node, STEME_NODE_SIZE) < 0;
    bool is_first = stream->is_own == is_own_first;
    for (size_t i = 0; i < replica->stream_limit; i++) {
        replica_stream *other = &replica->streams[i];
        if (!is_rival(replica, stream, other))
            continue;
        if (!is_first)
            return false;
        replica_stream_refuse(replica, other, REPLICA_YIELDED);
    }
    return true;
}

static steme_status session_make(steme_replica *replica, replica_stream *stream, steme_error *error)
{
    replica_session_options options = {.is_initiator = stream->is_own,
                                       .is_diff = stream->is_diff,
                                       .key = replica->key,
                                       .seed = replica_random(replica),
                                       .expected = replica->peers[stream->peer].expected};
    return replica_session_new(&replica->set, &options, replica->now_ns, &stream->session, error);
}

static void session_failed(steme_replica *replica, replica_stream *stream, steme_status status,
                           const steme_error *error)
{
    replica_fail(replica, status, error);
    replica_stream_close(replica, stream, steme_status_text(status));
}

void replica_session_accept(steme_replica *replica, replica_stream *stream)
{
    steme_error error;
    steme_status status = session_make(replica, stream, &error);
    if (status != STEME_OK)
        session_failed(replica, stream, status, &error);
}

static void session_begin(steme_replica *replica, size_t index, bool is_wanted)
{
    replica_peer *peer = &replica->peers[index];
    steme_error error;
    uint64_t token = peer->sync_token;
    /* Planned anew when it ends; here only against trying in every step. */
    peer->session_due_ns = replica->now_ns + replica_jitter(replica, replica_tick_ns(replica));
    if (is_wanted)
        peer->is_sync_wanted = false;
    replica_stream *stream = replica_stream_open(replica, index, REPLICA_PURPOSE_SESSION);
    if (stream == NULL) {
        if (is_wanted)
            replica_report_failure(replica, peer->stat.peer, token, "no room for a stream");
        return;
    }
    stream->is_wanted = is_wanted;
    stream->token = is_wanted ? token : 0;
    stream->is_diff = is_wanted && peer->is_sync_diff;
    steme_status status = session_make(replica, stream, &error);
    if (status != STEME_OK) {
        session_failed(replica, stream, status, &error);
        return;
    }
    session_context context = {replica, stream};
    replica_session_output output = output_of(&context);
    status = replica_session_start(stream->session, &output, &error);
    session_settle(replica, stream, status, &error);
}

void replica_on_sync(steme_replica *replica, const steme_event *event)
{
    size_t index = replica_peer_index(replica, event->peer);
    replica_peer *peer = &replica->peers[index];
    const char *failure = NULL;
    if (index == REPLICA_STRANGERS)
        failure = "there is no such peer";
    else if (peer->is_self)
        failure = replica_refusal_text(REPLICA_OWN_NODE);
    else if (peer->stat.is_unary_only)
        failure = "the peer knows no Reconcile";
    else if (replica_peer_is_blocked(replica, index))
        failure = "the peer is left alone for a while: over its quota, or too many faults";
    else if (peer->is_sync_wanted)
        failure = "a session with this peer is wanted already";
    if (failure != NULL) {
        replica_report_failure(replica, event->peer, event->token, failure);
        return;
    }
    peer->is_sync_wanted = true;
    peer->is_sync_diff = event->is_diff != 0;
    peer->sync_token = event->token;
    peer->sync_yield_count = 0;
    peer->sync_after_ns = 0;
}

/* ---- Feeding ------------------------------------------------------------------------------ */

void replica_session_feed(steme_replica *replica, replica_stream *stream, steme_span frame)
{
    size_t peer = stream->peer;
    if (frame.bytes[0] < REPLICA_KIND_SESSION_FIRST || frame.bytes[0] > REPLICA_KIND_SESSION_LAST ||
        stream->session == NULL) {
        replica_stream_refuse(replica, stream, REPLICA_BROKEN);
        replica_peer_blame(replica, peer, REPLICA_FAULT_BROKEN);
        return;
    }
    steme_error error;
    session_context context = {replica, stream};
    replica_session_output output = output_of(&context);
    steme_status status =
        replica_session_receive(stream->session, replica->now_ns, frame, &output, &error);
    session_settle(replica, stream, status, &error);
}

void replica_session_free_queue(steme_replica *replica, replica_stream *stream, uint64_t size)
{
    if (stream->session == NULL)
        return;
    steme_error error;
    session_context context = {replica, stream};
    replica_session_output output = output_of(&context);
    steme_status status = replica_session_sent(stream->session, size, &output, &error);
    session_settle(replica, stream, status, &error);
}

/* Why a batch was not stored that is not the records' fault; STEME_OK = it was. */
static steme_status own_fault(const steme_event *event)
{
    for (size_t i = 0; i < event->record_count; i++) {
        steme_status status = event->records[i].status;
        if (status != STEME_OK && status != STEME_ABSENT && !replica_is_record_fault(status))
            return status;
    }
    return STEME_OK;
}

/* New records of a session are announced to others, unless they are so many that the others'
 * own sessions do better. */
static void session_spread(steme_replica *replica, const replica_stream *stream,
                           const steme_event *event)
{
    const steme_session_report *report = replica_session_report(stream->session);
    if (report->records_received <= REPLICA_SPREAD_COUNT_MAX)
        replica_spread(replica, event->records, event->record_count, (int)stream->peer, false);
}

void replica_session_batch_stored(steme_replica *replica, const replica_pending *pending,
                                  const steme_event *event)
{
    replica_stream *stream = replica_stream_find(replica, pending->stream);
    if (stream == NULL || stream->session == NULL)
        return;
    steme_error error;
    session_context context = {replica, stream};
    replica_session_output output = output_of(&context);
    steme_status fault = own_fault(event);
    if (fault == STEME_FULL)
        replica_stream_refuse(replica, stream, REPLICA_FULL);
    else if (fault != STEME_OK)
        replica_stream_close(replica, stream, steme_status_text(fault));
    if (fault != STEME_OK)
        return;
    steme_status status =
        replica_session_stored(stream->session, replica->now_ns, pending->session_token,
                               event->records, event->record_count, &output, &error);
    session_spread(replica, stream, event);
    session_settle(replica, stream, status, &error);
}

/* ---- Time --------------------------------------------------------------------------------- */

static void leases_check(steme_replica *replica)
{
    for (size_t i = 0; i < replica->stream_limit; i++) {
        replica_stream *stream = &replica->streams[i];
        if (stream->number == 0 || stream->session == NULL)
            continue;
        /* There is no room for what the peer has; it has got all that it lacks. */
        if (stream->is_withheld && stream->queued_size == 0 && !is_heard(replica, stream)) {
            replica_stream_refuse(replica, stream, REPLICA_FULL);
            continue;
        }
        replica_session_tick(stream->session, replica->now_ns);
        session_settle(replica, stream, STEME_OK, NULL);
    }
}

/* One of this side's, or of the peer's, in which something happens. */
static bool has_session(const steme_replica *replica, size_t peer, bool is_own)
{
    for (size_t i = 0; i < replica->stream_limit; i++) {
        const replica_stream *stream = &replica->streams[i];
        if (stream->number != 0 && stream->is_own == is_own && stream->peer == peer &&
            stream->purpose == REPLICA_PURPOSE_SESSION && (is_own || is_heard(replica, stream)))
            return true;
    }
    return false;
}

static bool is_due(const steme_replica *replica, size_t index)
{
    return !replica->options.is_quiet && replica_peer_is_usable(replica, index) &&
           replica->peers[index].session_due_ns <= replica->now_ns &&
           !has_session(replica, index, true);
}

static bool is_sync_due(const steme_replica *replica, size_t index)
{
    const replica_peer *peer = &replica->peers[index];
    return peer->is_used && peer->is_sync_wanted && peer->sync_after_ns <= replica->now_ns;
}

/* What was wanted goes first. */
static size_t due_peers(const steme_replica *replica, bool is_wanted,
                        size_t out_indices[STEME_REPLICA_PEER_COUNT_MAX])
{
    size_t count = 0;
    for (size_t i = 0; i < STEME_REPLICA_PEER_COUNT_MAX; i++) {
        if ((is_wanted ? is_sync_due(replica, i) : is_due(replica, i)) &&
            !has_session(replica, i, false))
            out_indices[count++] = i;
    }
    return count;
}

void replica_sessions_tick(steme_replica *replica)
{
    size_t indices[STEME_REPLICA_PEER_COUNT_MAX];
    leases_check(replica);
    for (int is_wanted = 1; is_wanted >= 0; is_wanted--) {
        size_t count = due_peers(replica, is_wanted, indices);
        while (count > 0 && has_own_session_room(replica)) {
            size_t chosen = replica_random(replica) % count;
            size_t index = indices[chosen];
            indices[chosen] = indices[--count];
            session_begin(replica, index, is_wanted);
        }
    }
}
