#include "steme/server/node_state.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

#include "common/fail.h"
#include "common/terminal.h"
#include "common/text.h"

#define MS ((uint64_t)1000000)

enum {
    STREAM_TIMEOUT_MS = 3600000,
    LOOK_MS = 100,     /* between looks at the channels */
    AGAIN_MS = 1000,   /* until a step is tried again that failed */
    QUIET_LOOK_MS = 5, /* of one session on demand, which waits for its channel */
    CLOSING_MS = 5000, /* what a peer has to end a stream that we ended */
    STOPPING_MS = 2000,
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
    if (before < NODE_STREAM_COUNT_MAX && !atomic_load(&self->is_stopping)) {
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
    for (size_t i = 0; i < NODE_STREAM_COUNT_MAX; i++) {
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

void node_stream_end(node_stream *place, const char *reason, uint64_t cancel_ns)
{
    if (!place->is_ended) {
        rpc_stream_close(place->stream, reason);
        place->is_ended = 1;
        place->cancel_ns = cancel_ns;
    }
}

/* Where places run short, who does not end its streams is not waited for. */
static void cancel_overdue(node *self, uint64_t now_ns)
{
    int is_short = atomic_load(&self->stream_count) > NODE_STREAM_COUNT_MAX / 2;
    for (size_t i = 0; i < NODE_STREAM_COUNT_MAX; i++) {
        node_stream *place = &self->streams[i];
        if (place->number != 0 && place->is_ended && place->cancel_ns != UINT64_MAX &&
            (is_short || now_ns >= place->cancel_ns)) {
            rpc_stream_cancel(place->stream);
            place->cancel_ns = UINT64_MAX;
        }
    }
}

/* ---- Effects ------------------------------------------------------------------------------ */

static void open_stream(node *self, const steme_effect *effect)
{
    if (!node_has_peer(self, effect->peer) || !take_place(self)) {
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
    if (!node_has_peer(self, effect->peer)) {
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
            node_stream_end(place, effect->reason, node_now() + CLOSING_MS * MS);
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

void node_step(node *self, steme_event *event)
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
        /* The wish to be woken may be lost too. */
        uint64_t again_ns = event->now_ns + AGAIN_MS * MS;
        self->wake_ns = again_ns < self->wake_ns ? again_ns : self->wake_ns;
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
            node_stream_end(place, "the node stops", 0);
            return;
        }
        node_step(self, event);
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
            node_step(self, event);
        }
    } else if (place != NULL && !place->is_ended) {
        event->identity = event->kind == STEME_EVENT_FRAME ? rpc_stream_identity(place->stream) : 0;
        node_step(self, event);
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
        node_step(self, &taken->event);
    }
    node_event_free(taken);
}

/* ---- What no event tells ------------------------------------------------------------------ */

disk_state node_disk_state(node *self)
{
    return disk_watch_state(&self->disk);
}

const char *node_refusal(node *self)
{
    switch (node_disk_state(self)) {
    case DISK_IS_FULL:
        return "the disk is nearly full: nothing is taken from peers; try again later";
    case DISK_STORE_FAILED:
        return "the store takes no records until the node is started again; ask another node";
    case DISK_HAS_ROOM:
        break;
    }
    return NULL;
}

static void look_at_disk(node *self, uint64_t now_ns)
{
    if (disk_watch_look(&self->disk, self->options.store, now_ns)) {
        steme_event event = {.kind = STEME_EVENT_SPACE,
                             .peer = -1,
                             .is_full = node_disk_state(self) != DISK_HAS_ROOM};
        node_step(self, &event);
    }
}

/* Channels that came and went, streams that do not end, room on the disk, time. */
static void look_around(node *self)
{
    uint64_t now_ns = node_now();
    if (now_ns >= self->look_ns) {
        self->look_ns = now_ns + (self->options.is_quiet ? QUIET_LOOK_MS : LOOK_MS) * MS;
        node_peers_look(self);
        cancel_overdue(self, now_ns);
    }
    look_at_disk(self, now_ns);
    if (now_ns >= self->wake_ns) {
        steme_event event = {.kind = STEME_EVENT_TICK, .peer = -1};
        self->wake_ns = UINT64_MAX;
        node_step(self, &event);
    }
}

static void end_all_streams(node *self)
{
    uint64_t cancel_ns = node_now() + STOPPING_MS * MS;
    for (size_t i = 0; i < NODE_STREAM_COUNT_MAX; i++) {
        if (self->streams[i].number != 0) {
            node_stream_end(&self->streams[i], "the node stops", cancel_ns);
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
                                     .peer_work_ms = self->options.peer_work_ms,
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
    self->disk.is_quiet = options->is_quiet; /* who asked is told by the session's end */
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
    node_peers_close(self);
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
