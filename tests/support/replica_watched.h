/* replica_watched.h -- one replica, step by step: which frames it sends, on which streams, to peers
 * that the test is. Each step is a millisecond later than the last. */
#ifndef SUPPORT_REPLICA_WATCHED_H
#define SUPPORT_REPLICA_WATCHED_H

#include "support/quick_record.h"

#include "replica/node.h"
#include "support/memory_set.h"

#define WATCHED_CLUSTER "stemedb"

enum { KIND_COUNT = 7, STREAM_COUNT = 100, RECORD_COUNT = 4 };

/* A replica and what it has done since `watch_clear`. */
typedef struct watched {
    steme_replica *replica;
    memory_set set;
    quick_record *records;
    uint64_t now_ns;
    uint64_t token;
    size_t sent[STREAM_COUNT][KIND_COUNT]; /* frames, by stream and kind */
    uint8_t flags[STREAM_COUNT];           /* of the newest */
    bool is_closed[STREAM_COUNT];
    const char *reason;
    bool is_over_budget; /* so was the newest to be closed */
} watched;

static inline void watch_clear(watched *it)
{
    memset(it->sent, 0, sizeof it->sent);
}

static inline void watch_effect(watched *it, const steme_effect *effect)
{
    if (effect->stream >= STREAM_COUNT)
        return;
    if (effect->kind == STEME_EFFECT_SEND && effect->bytes.bytes[0] < KIND_COUNT) {
        it->sent[effect->stream][effect->bytes.bytes[0]]++;
        it->flags[effect->stream] = effect->bytes.size > 1 ? effect->bytes.bytes[1] : 0;
    } else if (effect->kind == STEME_EFFECT_CLOSE_STREAM) {
        it->is_closed[effect->stream] = true;
        it->reason = effect->reason;
        it->is_over_budget = effect->is_over_budget != 0;
    } else if (effect->kind == STEME_EFFECT_STORE) {
        it->token = effect->token;
    }
}

static inline void watch_step(watched *it, steme_event event)
{
    const steme_effect *effects;
    size_t count;
    event.now_ns = it->now_ns += REPLICA_MS;
    assert_int_equal(steme_replica_step(it->replica, &event, &effects, &count, NULL), STEME_OK);
    for (size_t i = 0; i < count; i++)
        watch_effect(it, &effects[i]);
}

static inline void watch_begin_with(watched *it, steme_replica_options options)
{
    options.node[0] = 1;
    options.idle_tick_ms = 30000;
    sketch_key key = sketch_key_derive(quick_text(WATCHED_CLUSTER));
    *it = (watched){.now_ns = REPLICA_MS, .records = quick_records_make(0, RECORD_COUNT)};
    memory_set_init(&it->set, &key);
    replica_set seam = memory_set_seam(&it->set);
    assert_int_equal(replica_node_new(&seam, NULL, &options, &it->replica, NULL), STEME_OK);
}

static inline void watch_begin_seeded(watched *it, uint64_t seed)
{
    watch_begin_with(it, (steme_replica_options){.seed = seed});
}

static inline void watch_begin(watched *it)
{
    watch_begin_seeded(it, 1);
}

static inline void watch_end(watched *it)
{
    steme_replica_close(it->replica);
    memory_set_deinit(&it->set);
    quick_records_free(it->records, RECORD_COUNT);
}

/* ---- What happens to it ------------------------------------------------------------------- */

/* Its node id begins with `first_byte`, and ends with zeros behind `node`. */
static inline void greet_as(watched *it, uint32_t stream, replica_purpose purpose,
                            uint8_t first_byte, uint8_t node)
{
    uint8_t frame[REPLICA_HELLO_SIZE_MAX];
    replica_hello hello = {.purpose = purpose, .node = {first_byte, node}};
    hello.cluster = quick_text(WATCHED_CLUSTER);
    size_t size = replica_hello_write(&hello, frame);
    watch_step(it,
               (steme_event){.kind = STEME_EVENT_FRAME, .stream = stream, .bytes = {frame, size}});
}

static inline void greet(watched *it, uint32_t stream, uint8_t node)
{
    greet_as(it, stream, REPLICA_PURPOSE_GOSSIP, 9, node);
}

static inline void stream_open(watched *it, uint32_t stream)
{
    it->is_closed[stream % STREAM_COUNT] = false;
    watch_step(it, (steme_event){.kind = STEME_EVENT_STREAM_OPENED, .stream = stream, .peer = -1});
}

/* Node `node`, which nobody added, opens a stream for gossip. */
static inline void guest_open(watched *it, uint32_t stream, uint8_t node)
{
    stream_open(it, stream);
    greet(it, stream, node);
}

/* A node that has nothing else open begins a session. */
static inline void session_open(watched *it, uint32_t stream)
{
    stream_open(it, stream);
    greet_as(it, stream, REPLICA_PURPOSE_SESSION, 9, (uint8_t)stream);
}

static inline void stream_end(watched *it, uint32_t stream)
{
    watch_step(it, (steme_event){.kind = STEME_EVENT_STREAM_CLOSED, .stream = stream});
}

static inline void record_come(watched *it, uint32_t stream, size_t index, uint8_t flags)
{
    uint8_t frame[STEME_RECORD_SIZE_MAX + 6] = {REPLICA_KIND_RECORDS, flags};
    const quick_record *record = &it->records[index];
    frame[4] = (uint8_t)(record->size >> 8);
    frame[5] = (uint8_t)record->size;
    memcpy(frame + 6, record->bytes, record->size);
    watch_step(it, (steme_event){.kind = STEME_EVENT_FRAME,
                                 .stream = stream,
                                 .bytes = {frame, record->size + 6}});
}

static inline void record_event(watched *it, steme_event_kind kind, size_t index,
                                steme_status status)
{
    const quick_record *record = &it->records[index];
    steme_stored stored = {
        .id = record->id, .record = {record->bytes, record->size}, .status = status};
    if (status == STEME_OK)
        memory_set_add(&it->set, &record->id, stored.record);
    watch_step(it, (steme_event){.kind = kind,
                                 .token = kind == STEME_EVENT_STORED ? it->token : 0,
                                 .records = &stored,
                                 .record_count = 1});
}

static inline void record_write(watched *it, size_t index)
{
    record_event(it, STEME_EVENT_INGESTED, index, STEME_OK);
}

static inline steme_status guest_stat(const watched *it, int guest, steme_peer_stat *out_stat)
{
    return steme_replica_peer_stat(it->replica, STEME_REPLICA_GUEST(guest), out_stat, NULL);
}

#endif
