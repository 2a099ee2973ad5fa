#include "steme/server/node.h"

#include <assert.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

#include "common/fail.h"
#include "common/terminal.h"
#include "common/text.h"
#include "steme/server/disk_watch.h"
#include "steme/server/node_queue.h"
#include "steme/server/peer_counts.h"
#include "steme/server/push.h"

#define MS ((uint64_t)1000000)

enum {
    STREAM_COUNT_MAX = 128, /* of both sides */
    STREAM_TIMEOUT_MS = 3600000,
    LOOK_MS = 100,     /* between looks at the channels */
    QUIET_LOOK_MS = 5, /* of one session on demand, which waits for its channel */
    CLOSING_MS = 5000, /* what a peer has to end a stream that we ended */
    STOPPING_MS = 2000,
};

typedef struct node_peer {
    rpc_channel *channel; /* NULL = this place is free */
    push *push;
    rpc_channel_state state;
    int is_leaving; /* it goes when its streams and pushes have ended */
    peer_counts counts;
} node_peer;

typedef struct node_stream {
    uint32_t number; /* 0 = this place is free */
    int32_t peer;    /* -1 = it came from outside */
    rpc_stream *stream;
    int is_ended;       /* the replica hears no more of it */
    uint64_t cancel_ns; /* where it is ended */
} node_stream;

struct node {
    node_options options;
    steme_replica *replica;
    node_queue queue;
    pthread_t thread;
    int is_started;
    pthread_mutex_t view_lock; /* guards `views` and what is wanted */
    node_peer_view views[NODE_VIEW_COUNT_MAX];
    char wanted[STEME_REPLICA_PEER_COUNT_MAX][NODE_ADDRESS_SIZE_MAX + 1];
    size_t wanted_count;
    int is_anew;
    atomic_size_t push_size; /* that waits, at the last look */
    atomic_int is_stopping;
    disk_watch disk;
    atomic_uint stream_count; /* places taken, and calls accepted that have none yet */
    atomic_uint accepted_count;

    /* The rest is the thread's. */
    node_stream streams[STREAM_COUNT_MAX];
    node_peer peers[STEME_REPLICA_PEER_COUNT_MAX];
    uint64_t wake_ns;
    uint64_t look_ns;
    uint64_t work_ns; /* of a processor, for the last step */
};

/* ---- Events from the network -------------------------------------------------------------- */

static void stream_received(void *owner, uint32_t number, uint8_t *bytes, size_t size)
{
    node *self = owner;
    metrics_add(self->options.metrics, METRICS_STREAM_BYTES_RECEIVED, size);
    node_event *event = node_event_make(STEME_EVENT_FRAME);
    event->bytes = bytes;
    event->event.stream = number;
    event->event.bytes = (steme_span){bytes, size};
    node_queue_put(&self->queue, event);
}

static void stream_sent(void *owner, uint32_t number, size_t size)
{
    node *self = owner;
    metrics_add(self->options.metrics, METRICS_STREAM_BYTES_SENT, size);
    node_event *event = node_event_make(STEME_EVENT_SENT);
    event->event.stream = number;
    event->event.size = size;
    node_queue_put(&self->queue, event);
}

static void stream_closed(void *owner, uint32_t number, grpc_status_code code)
{
    node *self = owner;
    node_event *event = node_event_make(STEME_EVENT_STREAM_CLOSED);
    event->event.stream = number;
    event->event.is_unsupported = code == GRPC_STATUS_UNIMPLEMENTED;
    node_queue_put(&self->queue, event);
}

static const rpc_stream_events stream_events = {
    .received = stream_received,
    .sent = stream_sent,
    .closed = stream_closed,
};

/* Counts a stream, unless there are too many. */
static int take_place(node *self)
{
    unsigned before = atomic_fetch_add(&self->stream_count, 1);
    if (before < STREAM_COUNT_MAX && !atomic_load(&self->is_stopping)) {
        return 1;
    }
    atomic_fetch_sub(&self->stream_count, 1);
    return 0;
}

int node_accept(node *self, grpc_call *call)
{
    if (!take_place(self)) {
        return 0;
    }
    metrics_add(self->options.metrics, METRICS_STREAMS_ACCEPTED, 1);
    uint32_t number = 2 * (atomic_fetch_add(&self->accepted_count, 1) + 1);
    rpc_stream_options options = {.events = &stream_events, .owner = self, .number = number};
    rpc_stream *stream = rpc_stream_open_server(call, &options);
    node_event *event = node_event_make(STEME_EVENT_STREAM_OPENED);
    event->event.stream = number;
    event->event.token = (uint64_t)(uintptr_t)stream;
    node_queue_put(&self->queue, event);
    return 1;
}

/* ---- Streams ------------------------------------------------------------------------------ */

static node_stream *find_stream(node *self, uint32_t number)
{
    for (size_t i = 0; i < STREAM_COUNT_MAX; i++) {
        if (self->streams[i].number == number) {
            return &self->streams[i];
        }
    }
    return NULL;
}

/* There is one: places are counted before streams are made. */
static node_stream *add_stream(node *self, uint32_t number, int32_t peer, rpc_stream *stream)
{
    node_stream *place = find_stream(self, 0);
    assert(place != NULL);
    *place = (node_stream){.number = number, .peer = peer, .stream = stream};
    return place;
}

static void remove_stream(node *self, node_stream *place)
{
    rpc_stream_release(place->stream);
    *place = (node_stream){0};
    atomic_fetch_sub(&self->stream_count, 1);
}

static void end_stream(node_stream *place, const char *reason, uint64_t cancel_ns)
{
    if (!place->is_ended) {
        rpc_stream_close(place->stream, reason);
        place->is_ended = 1;
        place->cancel_ns = cancel_ns;
    }
}

static void cancel_overdue(node *self, uint64_t now_ns)
{
    for (size_t i = 0; i < STREAM_COUNT_MAX; i++) {
        node_stream *place = &self->streams[i];
        if (place->number != 0 && place->is_ended && now_ns >= place->cancel_ns) {
            rpc_stream_cancel(place->stream);
            place->cancel_ns = UINT64_MAX;
        }
    }
}

/* ---- Effects ------------------------------------------------------------------------------ */

static int has_peer(const node *self, int32_t number)
{
    return number >= 0 && number < STEME_REPLICA_PEER_COUNT_MAX &&
           self->peers[number].channel != NULL && !self->peers[number].is_leaving;
}

static void open_stream(node *self, const steme_effect *effect)
{
    if (!has_peer(self, effect->peer) || !take_place(self)) {
        stream_closed(self, effect->stream, GRPC_STATUS_UNAVAILABLE);
        return;
    }
    rpc_stream_options options = {
        .events = &stream_events, .owner = self, .number = effect->stream};
    rpc_stream *stream = rpc_channel_stream(self->peers[effect->peer].channel, self->options.loop,
                                            STREAM_TIMEOUT_MS, &options);
    metrics_add(self->options.metrics, METRICS_STREAMS_OPENED, 1);
    add_stream(self, effect->stream, effect->peer, stream);
    rpc_stream_receive(stream);
}

/* Records to store, and their event once they are. */
typedef struct store_job {
    job job;
    node *node;
    node_event *event;
    size_t count;
    steme_append appends[];
} store_job;

static int store_run(job *work)
{
    store_job *self = (store_job *)work;
    work->appends = self->appends;
    work->append_count = self->count;
    return 1;
}

static void store_done(job *work, steme_status status, const steme_error *error)
{
    store_job *self = (store_job *)work;
    if (status != STEME_OK) {
        terminal_report("cannot store: %s", error->message);
    }
    for (size_t i = 0; i < self->count; i++) {
        steme_stored *stored = &self->event->records[i];
        stored->id = self->appends[i].id;
        stored->was_held = self->appends[i].was_held;
        stored->status = status == STEME_OK ? self->appends[i].status : status;
    }
    metrics_note_delivery(self->node->options.metrics, self->event->records, self->count);
    node_queue_put(&self->node->queue, self->event);
    free(self);
}

/* An event with a copy of the records, one after the other in its bytes. */
static node_event *make_records_event(steme_event_kind kind, const steme_span *records,
                                      size_t count)
{
    node_event *event = node_event_make(kind);
    size_t size = 0;
    size_t offset = 0;
    for (size_t i = 0; i < count; i++) {
        size += records[i].size;
    }
    event->bytes = text_allocate(size + 1);
    event->records = text_allocate((count + 1) * sizeof *event->records);
    for (size_t i = 0; i < count; i++) {
        memcpy(event->bytes + offset, records[i].bytes, records[i].size);
        event->records[i] = (steme_stored){.record = {event->bytes + offset, records[i].size}};
        offset += records[i].size;
    }
    event->event.records = event->records;
    event->event.record_count = count;
    return event;
}

static void store_records(node *self, const steme_effect *effect)
{
    size_t count = effect->record_count;
    store_job *work = text_allocate(sizeof *work + count * sizeof work->appends[0]);
    *work = (store_job){.job = {.run = store_run, .appended = store_done},
                        .node = self,
                        .event = make_records_event(STEME_EVENT_STORED, effect->records, count),
                        .count = count};
    work->event->event.token = effect->token;
    for (size_t i = 0; i < count; i++) {
        work->appends[i] = (steme_append){.record = work->event->records[i].record};
    }
    jobs_put(self->options.jobs, &work->job);
}

static void push_records(node *self, const steme_effect *effect)
{
    if (!has_peer(self, effect->peer)) {
        return;
    }
    /* A push has a bound of its own: for the replica its records have left. */
    node_event *event = node_event_make(STEME_EVENT_SENT);
    event->event.peer = effect->peer;
    for (size_t i = 0; i < effect->record_count; i++) {
        push_add(self->peers[effect->peer].push, effect->records[i]);
        event->event.size += effect->records[i].size;
    }
    node_queue_put(&self->queue, event);
}

static void carry_out(node *self, const steme_effect *effect)
{
    node_stream *place = effect->stream == 0 ? NULL : find_stream(self, effect->stream);
    switch (effect->kind) {
    case STEME_EFFECT_OPEN_STREAM:
        open_stream(self, effect);
        break;
    case STEME_EFFECT_SEND:
        if (place != NULL && !place->is_ended) {
            rpc_stream_send(place->stream, effect->bytes);
        }
        break;
    case STEME_EFFECT_CLOSE_STREAM:
        metrics_add(self->options.metrics, METRICS_STREAMS_OVER_BUDGET,
                    effect->is_over_budget != 0);
        if (place != NULL) {
            end_stream(place, effect->reason, node_now() + CLOSING_MS * MS);
        }
        break;
    case STEME_EFFECT_STORE:
        store_records(self, effect);
        break;
    case STEME_EFFECT_PUSH:
        push_records(self, effect);
        break;
    case STEME_EFFECT_REPORT:
        if (self->options.metrics != NULL) {
            metrics_note_session(self->options.metrics, effect->report);
        }
        self->options.events.reported(self->options.context, effect->peer, effect->token,
                                      effect->report);
        break;
    case STEME_EFFECT_WAKE:
        self->wake_ns = effect->wake_ns < self->wake_ns ? effect->wake_ns : self->wake_ns;
        break;
    }
}

static uint64_t thread_work(void)
{
    struct timespec spent;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &spent);
    return (uint64_t)spent.tv_sec * 1000 * MS + (uint64_t)spent.tv_nsec;
}

static void step(node *self, steme_event *event)
{
    steme_error error = {0};
    const steme_effect *effects = NULL;
    size_t count = 0;
    uint64_t begun_ns = thread_work();
    event->now_ns = node_now();
    event->work_ns = self->options.is_quiet ? 0 : self->work_ns;
    self->work_ns = 0;
    if (steme_replica_step(self->replica, event, &effects, &count, &error) != STEME_OK) {
        terminal_report("replication: %s", error.message);
        return;
    }
    for (size_t i = 0; i < count; i++) {
        carry_out(self, &effects[i]);
    }
    self->work_ns = thread_work() - begun_ns;
}

/* ---- The thread --------------------------------------------------------------------------- */

static void take_stream_event(node *self, node_event *taken)
{
    steme_event *event = &taken->event;
    if (event->kind == STEME_EVENT_STREAM_OPENED) {
        rpc_stream *stream = (rpc_stream *)(uintptr_t)event->token;
        node_stream *place = add_stream(self, event->stream, -1, stream);
        event->token = 0;
        if (atomic_load(&self->is_stopping)) {
            end_stream(place, "the node stops", 0);
            return;
        }
        step(self, event);
        rpc_stream_receive(stream);
        return;
    }
    node_stream *place = find_stream(self, event->stream);
    if (event->kind == STEME_EVENT_STREAM_CLOSED) {
        int is_told = place == NULL || !place->is_ended;
        if (place != NULL) {
            remove_stream(self, place);
        }
        if (is_told) {
            step(self, event);
        }
    } else if (place != NULL && !place->is_ended) {
        event->identity = event->kind == STEME_EVENT_FRAME ? rpc_stream_identity(place->stream) : 0;
        step(self, event);
        if (event->kind == STEME_EVENT_FRAME && place->number == event->stream) {
            rpc_stream_receive(place->stream);
        }
    }
}

/* Sent on stream 0 is what was pushed without one. */
static int is_of_stream(const steme_event *event)
{
    return event->kind == STEME_EVENT_STREAM_OPENED || event->kind == STEME_EVENT_STREAM_CLOSED ||
           event->kind == STEME_EVENT_FRAME ||
           (event->kind == STEME_EVENT_SENT && event->stream != 0);
}

static void take_event(node *self, node_event *taken)
{
    if (is_of_stream(&taken->event)) {
        take_stream_event(self, taken);
    } else {
        step(self, &taken->event);
    }
    node_event_free(taken);
}

static void tell_peer(node *self, int32_t number, int is_there)
{
    steme_event event = {.kind = is_there ? STEME_EVENT_PEER_ADDED : STEME_EVENT_PEER_REMOVED,
                         .peer = number};
    steme_peer_stat stat;
    if (!is_there && steme_replica_peer_stat(self->replica, number, &stat, NULL) == STEME_OK) {
        peer_counts_keep(&self->peers[number].counts, &stat);
    }
    step(self, &event);
    for (size_t i = 0; !is_there && i < STREAM_COUNT_MAX; i++) {
        node_stream *place = &self->streams[i];
        if (place->number != 0 && place->peer == number) {
            end_stream(place, NULL, 0);
        }
    }
    if (!is_there) {
        push_clear(self->peers[number].push);
    }
}

static void look_at_peer(node *self, int32_t number)
{
    node_peer *peer = &self->peers[number];
    rpc_channel_state before = peer->state;
    peer->state = rpc_channel_look(peer->channel);
    if ((before == RPC_CHANNEL_READY) != (peer->state == RPC_CHANNEL_READY)) {
        tell_peer(self, number, peer->state == RPC_CHANNEL_READY);
    }
    if (before != peer->state && self->options.events.peer_changed != NULL) {
        self->options.events.peer_changed(self->options.context, number, peer->state);
    }
}

static void publish(node *self, size_t place, const node_peer_view *view)
{
    node_peer_view *held = &self->views[place];
    pthread_mutex_lock(&self->view_lock);
    if (view->is_connected || view->stat.is_known || !held->is_used ||
        strcmp(view->address, held->address) != 0) {
        *held = *view;
    } else {
        held->is_connected = 0; /* the replica has forgotten the rest */
    }
    pthread_mutex_unlock(&self->view_lock);
}

static void publish_peer(node *self, int32_t number)
{
    node_peer_view view = {.is_used = 1,
                           .is_connected = self->peers[number].state == RPC_CHANNEL_READY};
    snprintf(view.address, sizeof view.address, "%s",
             rpc_channel_address(self->peers[number].channel));
    if (steme_replica_peer_stat(self->replica, number, &view.stat, NULL) != STEME_OK) {
        view.stat = (steme_peer_stat){.peer = number};
    }
    peer_counts_add(&self->peers[number].counts, &view.stat);
    publish(self, (size_t)number, &view);
}

/* Those that are known by their own streams alone. */
static void publish_guests(node *self)
{
    for (int32_t i = 0; i < STEME_REPLICA_GUEST_COUNT_MAX; i++) {
        node_peer_view view = {0};
        size_t place = STEME_REPLICA_PEER_COUNT_MAX + (size_t)i;
        if (steme_replica_peer_stat(self->replica, STEME_REPLICA_GUEST(i), &view.stat, NULL) ==
            STEME_OK) {
            view.is_used = 1;
            view.is_connected = 1;
        }
        pthread_mutex_lock(&self->view_lock);
        self->views[place] = view;
        pthread_mutex_unlock(&self->view_lock);
    }
}

size_t node_view_peers(node *self, node_peer_view out_peers[NODE_VIEW_COUNT_MAX])
{
    size_t count = 0;
    pthread_mutex_lock(&self->view_lock);
    for (size_t i = 0; i < NODE_VIEW_COUNT_MAX; i++) {
        if (self->views[i].is_used) {
            out_peers[count++] = self->views[i];
        }
    }
    pthread_mutex_unlock(&self->view_lock);
    return count;
}

static void publish_pushes(node *self)
{
    size_t size = 0;
    for (int32_t i = 0; i < STEME_REPLICA_PEER_COUNT_MAX; i++) {
        size += has_peer(self, i) ? push_waiting_size(self->peers[i].push) : 0;
    }
    atomic_store(&self->push_size, size);
}

void node_view_queues(node *self, node_queues *out_queues)
{
    *out_queues = (node_queues){.event_count = node_queue_count(&self->queue),
                                .stream_count = atomic_load(&self->stream_count),
                                .push_size = atomic_load(&self->push_size)};
    pthread_mutex_lock(&self->view_lock);
    for (size_t i = 0; i < NODE_VIEW_COUNT_MAX; i++) {
        out_queues->queued_size += self->views[i].is_used ? self->views[i].stat.queued_size : 0;
    }
    pthread_mutex_unlock(&self->view_lock);
}

/* ---- Peers that come and go --------------------------------------------------------------- */

static void open_peer(node *self, size_t number, const char *address)
{
    node_peer *peer = &self->peers[number];
    *peer = (node_peer){.channel = rpc_channel_open(address, self->options.security)};
    peer->push = push_open(peer->channel, self->options.loop);
}

static void close_peer(node *self, size_t number)
{
    node_peer *peer = &self->peers[number];
    if (peer->channel != NULL) {
        push_close(peer->push);
        rpc_channel_close(peer->channel);
    }
    *peer = (node_peer){0};
}

static void dismiss_peer(node *self, int32_t number)
{
    node_peer *peer = &self->peers[number];
    peer->is_leaving = 1;
    if (peer->state == RPC_CHANNEL_READY) {
        tell_peer(self, number, 0);
    }
    peer->state = RPC_CHANNEL_FAILED;
    if (self->options.events.peer_changed != NULL) {
        self->options.events.peer_changed(self->options.context, number, RPC_CHANNEL_FAILED);
    }
    pthread_mutex_lock(&self->view_lock);
    self->views[number] = (node_peer_view){0};
    pthread_mutex_unlock(&self->view_lock);
}

static int has_streams(const node *self, int32_t number)
{
    for (size_t i = 0; i < STREAM_COUNT_MAX; i++) {
        if (self->streams[i].number != 0 && self->streams[i].peer == number) {
            return 1;
        }
    }
    return 0;
}

static int is_address_in(const char *address, char (*list)[NODE_ADDRESS_SIZE_MAX + 1], size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(list[i], address) == 0) {
            return 1;
        }
    }
    return 0;
}

/* Peers that are wanted get a place, as far as one is free; the rest at the next look. */
static void seat_peers(node *self, char (*wanted)[NODE_ADDRESS_SIZE_MAX + 1], size_t count)
{
    char held[STEME_REPLICA_PEER_COUNT_MAX][NODE_ADDRESS_SIZE_MAX + 1];
    size_t held_count = 0;
    for (size_t i = 0; i < STEME_REPLICA_PEER_COUNT_MAX; i++) {
        const node_peer *peer = &self->peers[i];
        if (peer->channel != NULL && !peer->is_leaving) {
            snprintf(held[held_count++], sizeof held[0], "%s", rpc_channel_address(peer->channel));
        }
    }
    size_t place = 0;
    for (size_t i = 0; i < count; i++) {
        if (is_address_in(wanted[i], held, held_count)) {
            continue;
        }
        while (place < STEME_REPLICA_PEER_COUNT_MAX && self->peers[place].channel != NULL) {
            place++;
        }
        if (place == STEME_REPLICA_PEER_COUNT_MAX) {
            return;
        }
        open_peer(self, place, wanted[i]);
    }
}

static void follow_wanted(node *self)
{
    char wanted[STEME_REPLICA_PEER_COUNT_MAX][NODE_ADDRESS_SIZE_MAX + 1];
    pthread_mutex_lock(&self->view_lock);
    size_t count = self->wanted_count;
    int is_anew = self->is_anew;
    memcpy(wanted, self->wanted, sizeof wanted);
    self->is_anew = 0;
    pthread_mutex_unlock(&self->view_lock);
    for (int32_t i = 0; i < STEME_REPLICA_PEER_COUNT_MAX; i++) {
        node_peer *peer = &self->peers[i];
        if (peer->channel == NULL) {
            continue;
        }
        if (!peer->is_leaving &&
            (is_anew || !is_address_in(rpc_channel_address(peer->channel), wanted, count))) {
            dismiss_peer(self, i);
        }
        if (peer->is_leaving && push_is_idle(peer->push) && !has_streams(self, i)) {
            close_peer(self, (size_t)i);
        }
    }
    seat_peers(self, wanted, count);
}

void node_set_peers(node *self, const char *const *peers, size_t peer_count, int is_anew)
{
    assert(peer_count <= STEME_REPLICA_PEER_COUNT_MAX);
    pthread_mutex_lock(&self->view_lock);
    for (size_t i = 0; i < peer_count; i++) {
        snprintf(self->wanted[i], sizeof self->wanted[i], "%s", peers[i]);
    }
    self->wanted_count = peer_count;
    self->is_anew |= is_anew;
    pthread_mutex_unlock(&self->view_lock);
}

const char *node_peer_address(const node *self, int32_t peer)
{
    return peer >= 0 && peer < STEME_REPLICA_PEER_COUNT_MAX && self->peers[peer].channel != NULL
               ? rpc_channel_address(self->peers[peer].channel)
               : NULL;
}

int node_is_full(node *self)
{
    return disk_watch_is_full(&self->disk);
}

static void look_at_disk(node *self, uint64_t now_ns)
{
    if (disk_watch_look(&self->disk, self->options.store, now_ns)) {
        steme_event event = {
            .kind = STEME_EVENT_SPACE, .peer = -1, .is_full = disk_watch_is_full(&self->disk)};
        step(self, &event);
    }
}

/* What no event tells: channels that came and went, streams that do not end, time. */
static void look_around(node *self)
{
    uint64_t now_ns = node_now();
    if (now_ns >= self->look_ns) {
        self->look_ns = now_ns + (self->options.is_quiet ? QUIET_LOOK_MS : LOOK_MS) * MS;
        follow_wanted(self);
        for (int32_t i = 0; i < STEME_REPLICA_PEER_COUNT_MAX; i++) {
            if (has_peer(self, i)) {
                look_at_peer(self, i);
                publish_peer(self, i);
            }
        }
        publish_guests(self);
        publish_pushes(self);
        cancel_overdue(self, now_ns);
    }
    look_at_disk(self, now_ns);
    if (now_ns >= self->wake_ns) {
        steme_event event = {.kind = STEME_EVENT_TICK, .peer = -1};
        self->wake_ns = UINT64_MAX;
        step(self, &event);
    }
}

static void end_all_streams(node *self)
{
    uint64_t cancel_ns = node_now() + STOPPING_MS * MS;
    for (size_t i = 0; i < STREAM_COUNT_MAX; i++) {
        if (self->streams[i].number != 0) {
            end_stream(&self->streams[i], "the node stops", cancel_ns);
        }
    }
}

static int has_ended(node *self)
{
    int is_idle = atomic_load(&self->stream_count) == 0;
    for (size_t i = 0; is_idle && i < STEME_REPLICA_PEER_COUNT_MAX; i++) {
        is_idle = self->peers[i].push == NULL || push_is_idle(self->peers[i].push);
    }
    return is_idle;
}

static void run_stop(node *self)
{
    end_all_streams(self);
    for (size_t i = 0; i < STEME_REPLICA_PEER_COUNT_MAX; i++) {
        if (self->peers[i].push != NULL) {
            push_clear(self->peers[i].push);
        }
    }
    while (!has_ended(self)) {
        node_event *event = node_queue_take(&self->queue, node_now() + LOOK_MS * MS);
        cancel_overdue(self, node_now());
        if (event != NULL && event->event.kind >= STEME_EVENT_STREAM_OPENED &&
            event->event.kind <= STEME_EVENT_SENT) {
            take_stream_event(self, event);
        }
        node_event_free(event);
    }
}

static void *run_thread(void *argument)
{
    node *self = argument;
    while (!atomic_load(&self->is_stopping)) {
        look_around(self);
        uint64_t until_ns = self->wake_ns < self->look_ns ? self->wake_ns : self->look_ns;
        node_event *event = node_queue_take(&self->queue, until_ns);
        if (event != NULL) {
            take_event(self, event);
        }
    }
    run_stop(self);
    return NULL;
}

/* ---- Life --------------------------------------------------------------------------------- */

static steme_status open_replica(node *self, steme_error *error)
{
    steme_replica_options options = {.cluster = self->options.cluster,
                                     .idle_tick_ms = self->options.idle_tick_ms,
                                     .peer_bytes_max = self->options.peer_bytes_max,
                                     .is_quiet = self->options.is_quiet};
    memcpy(options.node, self->options.id, sizeof options.node);
    if (getrandom(&options.seed, sizeof options.seed, 0) != (ssize_t)sizeof options.seed) {
        return app_fail(error, STEME_IO, "no random numbers from the system");
    }
    return steme_replica_open(self->options.store, &options, &self->replica, error);
}

static steme_status start_thread(node *self, steme_error *error)
{
    int failure = pthread_create(&self->thread, NULL, run_thread, self);
    if (failure != 0) {
        return app_fail(error, STEME_NO_MEMORY, "no thread to replicate with: %s",
                        strerror(failure));
    }
    self->is_started = 1;
    return STEME_OK;
}

steme_status node_open(const node_options *options, node **out_node, steme_error *error)
{
    if (options->peer_count > STEME_REPLICA_PEER_COUNT_MAX) {
        return app_fail(error, STEME_TOO_LARGE, "too many peers: %zu; at most %d can be given",
                        options->peer_count, STEME_REPLICA_PEER_COUNT_MAX);
    }
    node *self = text_allocate(sizeof *self);
    memset(self, 0, sizeof *self);
    self->options = *options;
    node_queue_init(&self->queue);
    pthread_mutex_init(&self->view_lock, NULL);
    node_set_peers(self, options->peers, options->peer_count, 0);
    steme_status status = open_replica(self, error);
    *out_node = self; /* before the thread, whose events may ask for an address */
    if (status == STEME_OK) {
        status = start_thread(self, error);
    }
    if (status != STEME_OK) {
        *out_node = NULL;
        node_close(self);
    }
    return status;
}

void node_stop(node *self)
{
    atomic_store(&self->is_stopping, 1);
    node_queue_wake(&self->queue);
    pthread_join(self->thread, NULL);
    self->is_started = 0;
}

void node_close(node *self)
{
    if (self == NULL) {
        return;
    }
    assert(!self->is_started);
    for (size_t i = 0; i < STEME_REPLICA_PEER_COUNT_MAX; i++) {
        close_peer(self, i);
    }
    steme_replica_close(self->replica);
    node_queue_deinit(&self->queue);
    pthread_mutex_destroy(&self->view_lock);
    free(self);
}

void node_ingested(node *self, const steme_id *id, steme_span record)
{
    node_event *event = make_records_event(STEME_EVENT_INGESTED, &record, 1);
    event->records[0].id = *id;
    node_queue_try_put(&self->queue, event);
}

void node_sync(node *self, int32_t peer, int is_diff, uint64_t token)
{
    node_event *event = node_event_make(STEME_EVENT_SYNC);
    event->event.peer = peer;
    event->event.is_diff = is_diff;
    event->event.token = token;
    node_queue_put(&self->queue, event);
}
