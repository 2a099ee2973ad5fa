#include "steme/server/push.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include <steme/record.h>
#include <stemedb/sync/v1/sync.pb-c.h>

#include "common/text.h"

enum { IN_FLIGHT_MAX = 32, WAITING_SIZE_MAX = 8 << 20 };

typedef struct waiting_record {
    struct waiting_record *next;
    size_t size;
    uint8_t bytes[];
} waiting_record;

struct push {
    rpc_channel *channel;
    rpc_loop *loop;
    pthread_mutex_t lock; /* guards what follows */
    waiting_record *first;
    waiting_record *last;
    size_t waiting_size;
    size_t in_flight_count;
};

push *push_open(rpc_channel *channel, rpc_loop *loop)
{
    push *self = text_allocate(sizeof *self);
    *self = (push){.channel = channel, .loop = loop};
    pthread_mutex_init(&self->lock, NULL);
    return self;
}

/* Under the lock. */
static waiting_record *take_first(push *self)
{
    waiting_record *record = self->first;
    if (record != NULL) {
        self->first = record->next;
        self->last = self->first == NULL ? NULL : self->last;
        self->waiting_size -= record->size;
    }
    return record;
}

void push_clear(push *self)
{
    waiting_record *record = NULL;
    pthread_mutex_lock(&self->lock);
    while ((record = take_first(self)) != NULL) {
        free(record);
    }
    pthread_mutex_unlock(&self->lock);
}

void push_close(push *self)
{
    if (self != NULL) {
        push_clear(self);
        pthread_mutex_destroy(&self->lock);
        free(self);
    }
}

size_t push_waiting_size(push *self)
{
    pthread_mutex_lock(&self->lock);
    size_t size = self->waiting_size;
    pthread_mutex_unlock(&self->lock);
    return size;
}

int push_is_idle(push *self)
{
    pthread_mutex_lock(&self->lock);
    int is_idle = self->in_flight_count == 0;
    pthread_mutex_unlock(&self->lock);
    return is_idle;
}

static void send_waiting(push *self, size_t ended_count);

static void answered(void *context, grpc_status_code code, steme_span answer)
{
    (void)code; /* whether it was taken shows in the peer's count */
    (void)answer;
    send_waiting(context, 1);
}

static int send_record(push *self, const waiting_record *waiting)
{
    Stemedb__Sync__V1__GossipRequest message = STEMEDB__SYNC__V1__GOSSIP_REQUEST__INIT;
    steme_record record;
    steme_span bytes = {waiting->bytes, waiting->size};
    if (steme_record_parse(bytes, &record, NULL) != STEME_OK) {
        return 0;
    }
    message.assertion_hash = (ProtobufCBinaryData){sizeof record.id.bytes, record.id.bytes};
    message.assertion_data = (ProtobufCBinaryData){bytes.size, (uint8_t *)(uintptr_t)bytes.bytes};
    message.hlc_time = record.stamp.time_ns;
    message.hlc_counter = record.stamp.counter;
    message.hlc_node_id = (ProtobufCBinaryData){sizeof record.stamp.node, record.stamp.node};
    rpc_channel_call_later(self->channel, self->loop, "/stemedb.sync.v1.SyncService/Gossip",
                           &message.base, RPC_TIMEOUT_MS, answered, self);
    return 1;
}

/* The next record to be sent, counted as under way; NULL where there is none or no room. Of those
 * that were under way some have ended: a push that is idle then is not touched any more. */
static waiting_record *begin_next(push *self, size_t ended_count)
{
    pthread_mutex_lock(&self->lock);
    self->in_flight_count -= ended_count;
    waiting_record *record = self->in_flight_count < IN_FLIGHT_MAX ? take_first(self) : NULL;
    self->in_flight_count += record != NULL;
    pthread_mutex_unlock(&self->lock);
    return record;
}

static void send_waiting(push *self, size_t ended_count)
{
    waiting_record *record = begin_next(self, ended_count);
    while (record != NULL) {
        int is_sent = send_record(self, record);
        free(record);
        record = begin_next(self, is_sent ? 0 : 1);
    }
}

void push_add(push *self, steme_span record)
{
    waiting_record *waiting = text_allocate(sizeof *waiting + record.size);
    *waiting = (waiting_record){.size = record.size};
    memcpy(waiting->bytes, record.bytes, record.size);
    pthread_mutex_lock(&self->lock);
    if (self->waiting_size + record.size > WAITING_SIZE_MAX) {
        free(waiting);
    } else {
        if (self->last == NULL) {
            self->first = waiting;
        } else {
            self->last->next = waiting;
        }
        self->last = waiting;
        self->waiting_size += record.size;
    }
    pthread_mutex_unlock(&self->lock);
    send_waiting(self, 0);
}
