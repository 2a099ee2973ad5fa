/* queue.h -- what is to happen, soonest first; what is due at one time, in the order it was put.
 *
 * Threads: one. Memory that lacks aborts. */
#ifndef SIM_QUEUE_H
#define SIM_QUEUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum sim_kind {
    SIM_OPEN,   /* a stream reaches `node` */
    SIM_FRAME,  /* a frame reaches it */
    SIM_CLOSE,  /* the end of a stream reaches it */
    SIM_PUSH,   /* records reach it by a unary call */
    SIM_STORED, /* a batch is durable */
    SIM_TICK,
    SIM_GIVE_UP, /* nothing has come from `node` to `token` for long: their streams break */
} sim_kind;

typedef struct sim_happening {
    sim_kind kind;
    size_t node;
    uint64_t time_ns;
    uint32_t life; /* of the node: what was meant for an earlier one is dropped */
    bool is_unsupported;
    size_t flow;
    uint64_t flow_order;
    uint64_t token; /* STORED: the effect's; PUSH: who pushes */
    uint8_t *bytes; /* FRAME: the frame; STORED, PUSH: records, each after its size (u32) */
    size_t size;
    size_t record_count;
} sim_happening;

typedef struct sim_queue_entry {
    uint64_t time_ns;
    uint64_t order;
    size_t place;
} sim_queue_entry;

typedef struct sim_queue {
    sim_queue_entry *heap;
    size_t count;
    size_t capacity;
    uint64_t next_order;
    sim_happening *places;
    bool *is_used;
    size_t *free_places;
    size_t free_count;
    size_t place_count;
} sim_queue;

/* The queue owns `bytes` until they are taken. */
void sim_queue_put(sim_queue *queue, const sim_happening *happening);
/* The soonest at or before `until_ns`; false = there is none. The caller frees its bytes. */
bool sim_queue_take(sim_queue *queue, uint64_t until_ns, sim_happening *out);
void sim_queue_deinit(sim_queue *queue);

#endif
