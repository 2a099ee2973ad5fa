#include "steme/server/node_queue.h"

#include <stdlib.h>
#include <time.h>

#include "common/text.h"

enum { INGESTED_MAX = 65536, NS_PER_S = 1000000000 };

uint64_t node_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * NS_PER_S + (uint64_t)now.tv_nsec;
}

void node_queue_init(node_queue *self)
{
    pthread_condattr_t monotonic;
    *self = (node_queue){0};
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_mutex_init(&self->lock, NULL);
    pthread_cond_init(&self->is_filled, &monotonic);
    pthread_condattr_destroy(&monotonic);
}

void node_queue_deinit(node_queue *self)
{
    while (self->first != NULL) {
        node_event *event = self->first;
        self->first = event->next;
        node_event_free(event);
    }
    pthread_cond_destroy(&self->is_filled);
    pthread_mutex_destroy(&self->lock);
}

node_event *node_event_make(steme_event_kind kind)
{
    node_event *event = text_allocate(sizeof *event);
    *event = (node_event){.event = {.kind = kind, .peer = -1}};
    return event;
}

void node_event_free(node_event *event)
{
    if (event != NULL) {
        free(event->bytes);
        free(event->records);
        free(event);
    }
}

/* Under the lock. */
static void put(node_queue *self, node_event *event)
{
    event->next = NULL;
    if (self->last == NULL) {
        self->first = event;
    } else {
        self->last->next = event;
    }
    self->last = event;
    self->count++;
    if (event->event.kind == STEME_EVENT_INGESTED) {
        self->ingested_count += event->event.record_count;
    }
    pthread_cond_signal(&self->is_filled);
}

void node_queue_put(node_queue *self, node_event *event)
{
    pthread_mutex_lock(&self->lock);
    put(self, event);
    pthread_mutex_unlock(&self->lock);
}

int node_queue_try_put(node_queue *self, node_event *event)
{
    pthread_mutex_lock(&self->lock);
    int has_room = self->ingested_count < INGESTED_MAX;
    if (has_room) {
        put(self, event);
    }
    pthread_mutex_unlock(&self->lock);
    if (!has_room) {
        node_event_free(event);
    }
    return has_room;
}

void node_queue_wake(node_queue *self)
{
    pthread_mutex_lock(&self->lock);
    self->is_woken = 1;
    pthread_cond_signal(&self->is_filled);
    pthread_mutex_unlock(&self->lock);
}

size_t node_queue_count(node_queue *self)
{
    pthread_mutex_lock(&self->lock);
    size_t count = self->count;
    pthread_mutex_unlock(&self->lock);
    return count;
}

node_event *node_queue_take(node_queue *self, uint64_t until_ns)
{
    struct timespec until = {.tv_sec = (time_t)(until_ns / NS_PER_S),
                             .tv_nsec = (long)(until_ns % NS_PER_S)};
    int failure = 0;
    pthread_mutex_lock(&self->lock);
    while (self->first == NULL && !self->is_woken && failure == 0) {
        failure = pthread_cond_timedwait(&self->is_filled, &self->lock, &until);
    }
    node_event *event = self->first;
    if (event != NULL) {
        self->first = event->next;
        self->last = self->first == NULL ? NULL : self->last;
        self->count--;
        if (event->event.kind == STEME_EVENT_INGESTED) {
            self->ingested_count -= event->event.record_count;
        }
    }
    self->is_woken = 0;
    pthread_mutex_unlock(&self->lock);
    return event;
}
