/* node_queue.h -- what happened, on its way to the node's thread.
 *
 * Threads:  any may put; one takes.
 * Lifetime: init … deinit, which frees what was not taken. */
#ifndef STEME_SERVER_NODE_QUEUE_H
#define STEME_SERVER_NODE_QUEUE_H

#include <pthread.h>

#include <steme/replica.h>

/* One event, its bytes and records owned by it: one memory of malloc each. */
typedef struct node_event {
    struct node_event *next;
    steme_event event;
    uint8_t *bytes;
    steme_stored *records;
} node_event;

typedef struct node_queue {
    pthread_mutex_t lock; /* guards what follows */
    pthread_cond_t is_filled;
    node_event *first;
    node_event *last;
    size_t count;          /* of the events that wait */
    size_t ingested_count; /* of the records of STEME_EVENT_INGESTED that wait */
    int is_woken;
} node_queue;

void node_queue_init(node_queue *self);
void node_queue_deinit(node_queue *self);

/* An event of no bytes and records, to be filled and put. */
node_event *node_event_make(steme_event_kind kind);
void node_event_free(node_event *event);

void node_queue_put(node_queue *self, node_event *event);
/* 0, and the event is freed, where too many records wait already. */
int node_queue_try_put(node_queue *self, node_event *event);
/* Ends a wait without an event. */
void node_queue_wake(node_queue *self);
size_t node_queue_count(node_queue *self);
/* The next event; NULL where none came until `until_ns` (monotonic), or after a wake. */
node_event *node_queue_take(node_queue *self, uint64_t until_ns);

/* Monotonic nanoseconds. */
uint64_t node_now(void);

#endif
