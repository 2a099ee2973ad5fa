#include "replica/node.h"

#include "base/bytes.h"

#include <assert.h>

enum { ITEM_TWIN_COUNT_MAX = 4 }; /* ids of one item that are answered */

/* ---- Frames ------------------------------------------------------------------------------- */

/* RECORDS frames of one content, for any number of streams. */
typedef struct record_frames {
    steme_span *frames;
    size_t *record_counts; /* of each frame */
    size_t count;
} record_frames;

static uint8_t *records_write(uint8_t *out, steme_span *records, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        base_put_u32be(out, (uint32_t)records[i].size);
        memcpy(out + REPLICA_RECORD_HEAD_SIZE, records[i].bytes, records[i].size);
        records[i].bytes = out + REPLICA_RECORD_HEAD_SIZE;
        out += REPLICA_RECORD_HEAD_SIZE + records[i].size;
    }
    return out;
}

/* Packs the records, and points them into the frames. false = no memory (noted). */
static bool frames_build(steme_replica *replica, uint8_t flags, steme_span *records, size_t count,
                         record_frames *out)
{
    *out = (record_frames){.frames = replica_take(replica, count * sizeof(steme_span)),
                           .record_counts = replica_take(replica, count * sizeof(size_t))};
    if (out->frames == NULL || out->record_counts == NULL)
        return false;
    for (size_t first = 0, last = 0; first < count; first = last) {
        size_t size = REPLICA_GOSSIP_HEAD_SIZE;
        while (last < count &&
               size + REPLICA_RECORD_HEAD_SIZE + records[last].size <= STEME_FRAME_SIZE_MAX)
            size += REPLICA_RECORD_HEAD_SIZE + records[last++].size;
        assert(last > first);
        uint8_t *frame = replica_take(replica, size);
        if (frame == NULL)
            return false;
        frame[0] = REPLICA_KIND_RECORDS;
        frame[1] = flags;
        records_write(frame + REPLICA_GOSSIP_HEAD_SIZE, records + first, last - first);
        out->frames[out->count] = (steme_span){frame, size};
        out->record_counts[out->count++] = last - first;
    }
    return true;
}

/* Sends an IHAVE, or drops it where the queue is full: then a session finds the rest. */
static void announce_send(steme_replica *replica, size_t peer, uint8_t flags, const uint64_t *items,
                          size_t count)
{
    replica_stream *link = replica_peer_link(replica, peer);
    size_t size = REPLICA_GOSSIP_HEAD_SIZE + count * REPLICA_ITEM_SIZE;
    if (link == NULL || !replica_stream_has_room(link, size)) {
        replica_peer_hurry(replica, peer);
        return;
    }
    uint8_t *frame = replica_take(replica, size);
    if (frame == NULL)
        return;
    frame[0] = REPLICA_KIND_IHAVE;
    frame[1] = flags;
    for (size_t i = 0; i < count; i++)
        base_put_u64be(frame + REPLICA_GOSSIP_HEAD_SIZE + i * REPLICA_ITEM_SIZE, items[i]);
    replica_stream_send(link, replica, (steme_span){frame, size});
}

static void announce_now(steme_replica *replica, size_t index)
{
    replica_peer *peer = &replica->peers[index];
    announce_send(replica, index, 0, peer->announced, peer->announced_count);
    peer->announced_count = 0;
}

void replica_announce_flush(steme_replica *replica, size_t peer)
{
    const replica_peer *it = &replica->peers[peer];
    if (it->announced_count > 0 && it->announce_due_ns <= replica->now_ns)
        announce_now(replica, peer);
}

static void announce_later(steme_replica *replica, size_t index, const uint64_t *items,
                           size_t count)
{
    replica_peer *peer = &replica->peers[index];
    for (size_t i = 0; i < count; i++) {
        if (peer->announced_count == 0)
            peer->announce_due_ns = replica->now_ns + REPLICA_ANNOUNCE_WAIT_NS;
        peer->announced[peer->announced_count++] = items[i];
        if (peer->announced_count == REPLICA_ANNOUNCE_COUNT_MAX)
            announce_now(replica, index);
    }
}

/* ---- Spreading ---------------------------------------------------------------------------- */

/* What is new in a step, in memory of the step. */
typedef struct news_batch {
    steme_span *records; /* NULL where they are only announced */
    uint64_t *items;
    size_t count;
    uint64_t size;
} news_batch;

static bool news_body(steme_replica *replica, const steme_stored *stored, steme_span *out_record)
{
    *out_record = stored->record;
    if (out_record->size > 0)
        return out_record->size <= STEME_RECORD_SIZE_MAX;
    replica_pin *pin = replica_pinned(replica);
    return pin != NULL && replica->set.body(pin, &stored->id, out_record, NULL) == STEME_OK;
}

static bool news_collect(steme_replica *replica, const steme_stored *records, size_t count,
                         bool has_bodies, news_batch *out)
{
    *out = (news_batch){.items = replica_take(replica, count * sizeof(uint64_t))};
    if (has_bodies)
        out->records = replica_take(replica, count * sizeof(steme_span));
    if (out->items == NULL || (has_bodies && out->records == NULL))
        return false;
    for (size_t i = 0; i < count; i++) {
        if (records[i].status != STEME_OK || records[i].was_held)
            continue;
        uint64_t item = sketch_item(&records[i].id);
        replica_recent_put(&replica->recent, item, REPLICA_RECENT_HELD, replica_now_ms(replica));
        if (has_bodies && !news_body(replica, &records[i], &out->records[out->count]))
            continue;
        if (has_bodies)
            out->size += out->records[out->count].size;
        out->items[out->count++] = item;
    }
    return out->count > 0;
}

/* A peer whose queue is full is told of the rest only. */
static void news_push(steme_replica *replica, size_t peer, replica_stream *link,
                      const news_batch *news, const record_frames *frames)
{
    size_t sent_count = 0;
    for (size_t i = 0; i < frames->count; i++) {
        if (!replica_stream_has_room(link, frames->frames[i].size)) {
            replica->peers[peer].stat.is_eager = 0;
            replica_peer_hurry(replica, peer);
            break;
        }
        if (!replica_stream_send(link, replica, frames->frames[i]))
            break;
        sent_count += frames->record_counts[i];
    }
    replica->peers[peer].stat.records_sent += sent_count;
    announce_later(replica, peer, news->items + sent_count, news->count - sent_count);
}

static void news_push_unary(steme_replica *replica, replica_peer *peer, const news_batch *news)
{
    if (peer->pushed_size + news->size > REPLICA_QUEUE_SIZE_MAX)
        return;
    steme_effect effect = {.kind = STEME_EFFECT_PUSH,
                           .peer = peer->stat.peer,
                           .records = news->records,
                           .record_count = news->count};
    if (!replica_emit(replica, &effect))
        return;
    peer->pushed_size += news->size;
    peer->stat.records_sent += news->count;
}

static bool is_unary(const steme_replica *replica, size_t index)
{
    return replica->peers[index].is_used && replica->peers[index].stat.is_unary_only &&
           replica_peer_link(replica, index) == NULL;
}

static bool has_unary(const steme_replica *replica)
{
    for (size_t i = 0; i < REPLICA_STRANGERS; i++) {
        if (is_unary(replica, i))
            return true;
    }
    return false;
}

/* `frames` are NULL where all are only told. */
static void news_tell(steme_replica *replica, size_t index, const news_batch *news,
                      const record_frames *frames, bool is_own)
{
    replica_stream *link = replica_peer_link(replica, index);
    if (link == NULL)
        return;
    if (frames == NULL)
        announce_send(replica, index, REPLICA_IS_UNPUSHED, news->items, news->count);
    else if (is_own || replica->peers[index].stat.is_eager)
        news_push(replica, index, link, news, frames);
    else
        announce_later(replica, index, news->items, news->count);
}

static void news_spread(steme_replica *replica, const news_batch *news, int source, bool is_push)
{
    record_frames frames;
    uint8_t flags = source < 0 ? 0 : REPLICA_IS_FORWARDED;
    if (news->records != NULL && !frames_build(replica, flags, news->records, news->count, &frames))
        return;
    for (size_t i = 0; i < REPLICA_STRANGERS; i++) {
        if ((int)i == source)
            continue;
        if (is_unary(replica, i))
            news_push_unary(replica, &replica->peers[i], news);
        else
            news_tell(replica, i, news, is_push ? &frames : NULL, source < 0);
    }
}

void replica_spread(steme_replica *replica, const steme_stored *records, size_t count, int source,
                    bool is_push)
{
    enum { PART_COUNT = 16384 }; /* so that their items fit a frame */
    for (size_t first = 0; first < count; first += PART_COUNT) {
        size_t part = count - first < PART_COUNT ? count - first : PART_COUNT;
        bool has_bodies = is_push || has_unary(replica);
        news_batch news;
        if (!news_collect(replica, records + first, part, has_bodies, &news))
            continue;
        replica_peers_news(replica);
        news_spread(replica, &news, source, is_push);
    }
}

/* ---- Answers ------------------------------------------------------------------------------ */

/* The bodies of an item's ids, appended to `out`; gives their size as packed. */
static size_t item_bodies(steme_replica *replica, replica_pin *pin, uint64_t item,
                          steme_span out[ITEM_TWIN_COUNT_MAX], size_t *out_count)
{
    steme_id ids[ITEM_TWIN_COUNT_MAX];
    steme_error error;
    size_t id_count = 0, size = 0;
    *out_count = 0;
    steme_status status =
        replica->set.find_item(pin, item, ITEM_TWIN_COUNT_MAX, ids, &id_count, &error);
    if (status != STEME_OK && status != STEME_NOT_FOUND)
        replica_fail(replica, status, &error);
    for (size_t i = 0; status == STEME_OK && i < id_count; i++) {
        steme_span body;
        if (replica->set.body(pin, &ids[i], &body, NULL) != STEME_OK || body.size == 0 ||
            body.size > STEME_RECORD_SIZE_MAX)
            continue;
        out[(*out_count)++] = body;
        size += REPLICA_RECORD_HEAD_SIZE + body.size;
    }
    return size;
}

void replica_gossip_answer(steme_replica *replica, replica_stream *stream, const uint8_t *items,
                           size_t count)
{
    if (count == 0)
        return;
    replica_pin *pin = replica_pinned(replica);
    steme_span *bodies = replica_take(replica, count * ITEM_TWIN_COUNT_MAX * sizeof *bodies);
    size_t body_count = 0, size = 0;
    if (pin == NULL || bodies == NULL)
        return;
    for (size_t i = 0; i < count; i++) {
        size_t found;
        size += item_bodies(replica, pin, base_get_u64be(items + i * REPLICA_ITEM_SIZE),
                            bodies + body_count, &found);
        if (!replica_stream_has_room(stream, size + REPLICA_RECORD_HEAD_SIZE))
            break;
        body_count += found;
    }
    record_frames frames;
    if (body_count == 0 || !frames_build(replica, REPLICA_IS_ANSWER, bodies, body_count, &frames))
        return;
    for (size_t i = 0; i < frames.count; i++) {
        if (!replica_stream_send(stream, replica, frames.frames[i]))
            return;
        replica->peers[stream->peer].stat.records_sent += frames.record_counts[i];
    }
}
