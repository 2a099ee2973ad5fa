/* A node's peers: who is wanted and who is there, and what other threads see of them. */
#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "steme/server/node_state.h"

int node_has_peer(const node *self, int32_t number)
{
    return number >= 0 && number < STEME_REPLICA_PEER_COUNT_MAX &&
           self->peers[number].channel != NULL && !self->peers[number].is_leaving;
}

static void tell_peer(node *self, int32_t number, int is_there)
{
    steme_event event = {.kind = is_there ? STEME_EVENT_PEER_ADDED : STEME_EVENT_PEER_REMOVED,
                         .peer = number};
    steme_peer_stat stat;
    if (!is_there && steme_replica_peer_stat(self->replica, number, &stat, NULL) == STEME_OK) {
        peer_counts_keep(&self->peers[number].counts, &stat);
    }
    node_step(self, &event);
    for (size_t i = 0; !is_there && i < NODE_STREAM_COUNT_MAX; i++) {
        node_stream *place = &self->streams[i];
        if (place->number != 0 && place->peer == number) {
            node_stream_end(place, NULL, 0);
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
        size += node_has_peer(self, i) ? push_waiting_size(self->peers[i].push) : 0;
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
    for (size_t i = 0; i < NODE_STREAM_COUNT_MAX; i++) {
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

void node_peers_look(node *self)
{
    follow_wanted(self);
    for (int32_t i = 0; i < STEME_REPLICA_PEER_COUNT_MAX; i++) {
        if (node_has_peer(self, i)) {
            look_at_peer(self, i);
            publish_peer(self, i);
        }
    }
    publish_guests(self);
    publish_pushes(self);
}

void node_peers_close(node *self)
{
    for (size_t i = 0; i < STEME_REPLICA_PEER_COUNT_MAX; i++) {
        close_peer(self, i);
    }
}
