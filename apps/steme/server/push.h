/* push.h -- records to a peer that knows only the contract's four calls: unary Gossip, a few at a
 * time. What such a peer does not take in time is dropped beyond a bound.
 *
 * Threads:  push_add is the node's; answers come on the loop's thread.
 * Lifetime: push_open … push_close, which is only called when push_is_idle. */
#ifndef STEME_SERVER_PUSH_H
#define STEME_SERVER_PUSH_H

#include "common/rpc_client.h"

typedef struct push push;

push *push_open(rpc_channel *channel, rpc_loop *loop);
/* Accepts NULL. */
void push_close(push *self);
/* Queues a record, which is copied, and must be one that can be read. */
void push_add(push *self, steme_span record);
/* Forgets what waits. */
void push_clear(push *self);
/* Bytes of the records that wait. */
size_t push_waiting_size(push *self);
int push_is_idle(push *self);

#endif
