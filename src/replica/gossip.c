#include "replica/node.h"

#include "base/bytes.h"
#include "base/hash.h"

#include <steme/record.h>

enum { PENDING_AGE_MAX_MS = 10000 }; /* then a batch counts as lost */

/* ---- Links -------------------------------------------------------------------------------- */

/* What came from the peer had come already: it shall forward no more. Its own records it pushes
 * still. Doubles that were on their way cost no second PRUNE; one that was lost with its stream, or
 * overtaken by a graft on the peer's other one, is said again. */
static void link_prune(steme_replica *replica, size_t peer)
{
    replica_stream *link = replica_peer_link(replica, peer);
    if (link == NULL || replica->now_ns < replica->peers[peer].prune_after_ns)
        return;
    uint8_t *frame = replica_take(replica, 1);
    if (frame == NULL)
        return;
    frame[0] = REPLICA_KIND_PRUNE;
    if (replica_stream_send(link, replica, (steme_span){frame, 1}))
        replica->peers[peer].prune_after_ns = replica->now_ns + REPLICA_PRUNE_WAIT_NS;
}

/* ---- Records ------------------------------------------------------------------------------ */

/* Whether the frame is sizes and records to its last byte. */
static bool records_are_whole(steme_span frame, size_t *out_count)
{
    size_t offset = REPLICA_GOSSIP_HEAD_SIZE, count = 0;
    while (frame.size - offset > REPLICA_RECORD_HEAD_SIZE) {
        uint32_t size = base_get_u32be(frame.bytes + offset);
        offset += REPLICA_RECORD_HEAD_SIZE;
        if (size == 0 || size > STEME_RECORD_SIZE_MAX || size > frame.size - offset)
            return false;
        offset += size;
        count++;
    }
    *out_count = count;
    return count > 0 && offset == frame.size;
}

static bool is_here(const steme_replica *replica, const replica_recent_entry *entry)
{
    return entry != NULL && (entry->state == REPLICA_RECENT_HELD ||
                             (entry->state == REPLICA_RECENT_PENDING &&
                              replica_now_ms(replica) - entry->time_ms < PENDING_AGE_MAX_MS));
}

/* Keyed, so that nobody can make a bad record hide a good one of the same id. */
static uint32_t record_check(const steme_replica *replica, steme_span record)
{
    return (uint32_t)base_siphash(replica->key.bytes, record.bytes, record.size);
}

/* One frame of records, while it is looked through. */
typedef struct arrival_batch {
    steme_span *records; /* to be stored */
    size_t count;
    uint64_t size;
    int32_t bad_count;
    bool is_answer;
    bool is_forwarded;
} arrival_batch;

static void arrival_take(steme_replica *replica, size_t peer, steme_span bytes,
                         arrival_batch *arrivals)
{
    steme_peer_stat *stat = &replica->peers[peer].stat;
    steme_record record;
    if (steme_record_parse(bytes, &record, NULL) != STEME_OK) {
        stat->refused_count++;
        arrivals->bad_count++;
        return;
    }
    uint64_t item = sketch_item(&record.id);
    uint32_t check = record_check(replica, bytes);
    replica_recent_entry *entry = replica_recent_find(&replica->recent, item);
    if (is_here(replica, entry) && (entry->state == REPLICA_RECENT_HELD || entry->check == check)) {
        stat->duplicate_count++;
        if (arrivals->is_forwarded)
            link_prune(replica, peer);
        else if (!arrivals->is_answer && entry->source >= 0)
            link_prune(replica, (size_t)entry->source);
        return;
    }
    entry =
        replica_recent_put(&replica->recent, item, REPLICA_RECENT_PENDING, replica_now_ms(replica));
    entry->source = arrivals->is_forwarded ? (int16_t)peer : -1;
    entry->check = check;
    arrivals->records[arrivals->count++] = bytes;
    arrivals->size += bytes.size;
}

static void arrivals_store(steme_replica *replica, const replica_stream *stream,
                           const arrival_batch *arrivals)
{
    replica_pending pending = {
        .size = arrivals->size, .stream = stream->number, .peer = stream->peer};
    if (arrivals->count > 0 &&
        replica_store_batch(replica, &pending, arrivals->records, arrivals->count))
        replica->peers[stream->peer].pending_size += arrivals->size;
}

/* false = it breaks the protocol. */
static bool records_receive(steme_replica *replica, replica_stream *stream, steme_span frame)
{
    size_t count, peer = stream->peer;
    if (frame.size <= REPLICA_GOSSIP_HEAD_SIZE || !records_are_whole(frame, &count))
        return false;
    if (replica->is_full) /* a session finds them, later */
        return true;
    if (replica->peers[peer].pending_size + frame.size > REPLICA_PENDING_SIZE_MAX) {
        replica_peer_hurry(replica, peer); /* not stored as fast as sent: a session finds them */
        return true;
    }
    arrival_batch arrivals = {.records = replica_take(replica, count * sizeof(steme_span)),
                              .is_answer = (frame.bytes[1] & REPLICA_IS_ANSWER) != 0,
                              .is_forwarded = (frame.bytes[1] & REPLICA_IS_FORWARDED) != 0};
    uint8_t *copy = base_arena_copy(&replica->arena, frame.bytes, frame.size);
    if (arrivals.records == NULL || copy == NULL) {
        replica_fail(replica, STEME_NO_MEMORY, NULL);
        return true;
    }
    for (size_t offset = REPLICA_GOSSIP_HEAD_SIZE; offset < frame.size;) {
        size_t size = base_get_u32be(copy + offset);
        offset += REPLICA_RECORD_HEAD_SIZE;
        arrival_take(replica, peer, (steme_span){copy + offset, size}, &arrivals);
        offset += size;
    }
    arrivals_store(replica, stream, &arrivals);
    if (arrivals.bad_count > 0)
        replica_peer_blame(replica, peer, arrivals.bad_count * REPLICA_FAULT_REFUSED);
    return true;
}

/* ---- Stored ------------------------------------------------------------------------------- */

bool replica_is_record_fault(steme_status status)
{
    return status == STEME_INVALID || status == STEME_NOT_CANONICAL ||
           status == STEME_BAD_SIGNATURE || status == STEME_TOO_LARGE;
}

/* Another peer may send the good record of this id, or the same one later. */
static void stored_forget(steme_replica *replica, const steme_stored *stored)
{
    steme_record record;
    if (stored->record.size > 0 && steme_record_parse(stored->record, &record, NULL) == STEME_OK)
        replica_recent_forget(&replica->recent, sketch_item(&record.id));
    else
        replica_recent_forget(&replica->recent, sketch_item(&stored->id));
}

static void stored_note(steme_replica *replica, size_t peer, const steme_stored *stored,
                        int32_t *refused_count)
{
    steme_peer_stat *stat = &replica->peers[peer].stat;
    if (stored->status != STEME_OK) {
        if (replica_is_record_fault(stored->status)) {
            stat->refused_count++;
            *refused_count += *refused_count < 100;
        }
        stored_forget(replica, stored);
        return;
    }
    replica_recent_put(&replica->recent, sketch_item(&stored->id), REPLICA_RECENT_HELD,
                       replica_now_ms(replica));
    stat->duplicate_count += stored->was_held != 0;
    stat->records_received += !stored->was_held;
    if (!stored->was_held)
        replica_peer_praise(replica, peer, 1);
}

void replica_gossip_stored(steme_replica *replica, const replica_pending *pending,
                           const steme_event *event)
{
    replica_peer *peer = &replica->peers[pending->peer];
    int32_t refused_count = 0;
    peer->pending_size -= pending->size < peer->pending_size ? pending->size : peer->pending_size;
    for (size_t i = 0; i < event->record_count; i++)
        stored_note(replica, pending->peer, &event->records[i], &refused_count);
    replica_spread(replica, event->records, event->record_count, (int)pending->peer, true);
    if (refused_count > 0)
        replica_peer_blame(replica, pending->peer, refused_count * REPLICA_FAULT_REFUSED);
}

/* ---- Announced ---------------------------------------------------------------------------- */

static void want_put(steme_replica *replica, size_t index, const replica_want *want)
{
    replica_peer *peer = &replica->peers[index];
    if (peer->wants == NULL)
        peer->wants = base_alloc(REPLICA_WANT_COUNT_MAX * sizeof *peer->wants);
    if (peer->wants == NULL || peer->want_count == REPLICA_WANT_COUNT_MAX) {
        replica_peer_hurry(replica, index);
        return;
    }
    size_t place = (peer->want_first + peer->want_count++) % REPLICA_WANT_COUNT_MAX;
    peer->wants[place] = *want;
}

/* Asked for lately, of another peer or of this one. */
static bool is_asked(const steme_replica *replica, const replica_recent_entry *entry)
{
    return entry != NULL && entry->state == REPLICA_RECENT_ASKED &&
           replica_now_ms(replica) - entry->time_ms < REPLICA_ASK_WAIT_NS / REPLICA_MS;
}

static bool is_in_set(steme_replica *replica, uint64_t item)
{
    replica_pin *pin = replica_pinned(replica);
    steme_id id;
    steme_error error;
    size_t count = 0;
    if (pin == NULL)
        return true;
    steme_status status = replica->set.find_item(pin, item, 1, &id, &count, &error);
    if (status == STEME_NOT_FOUND)
        return false;
    if (status != STEME_OK)
        replica_fail(replica, status, &error);
    else if (count > 0)
        replica_recent_put(&replica->recent, item, REPLICA_RECENT_HELD, replica_now_ms(replica));
    return status != STEME_OK || count > 0;
}

/* Whether to ask for it now, which is noted; what another peer was just asked for waits. */
static bool want_is_due(steme_replica *replica, size_t peer, const replica_want *want)
{
    const replica_recent_entry *entry = replica_recent_find(&replica->recent, want->item);
    if (is_here(replica, entry))
        return false;
    if (is_asked(replica, entry)) {
        replica_want later = *want;
        later.due_ns = replica->now_ns + REPLICA_ASK_WAIT_NS;
        want_put(replica, peer, &later);
        return false;
    }
    if (is_in_set(replica, want->item))
        return false;
    replica_recent_put(&replica->recent, want->item, REPLICA_RECENT_ASKED, replica_now_ms(replica));
    return true;
}

static void want_send(steme_replica *replica, uint32_t number, uint8_t flags, const uint64_t *items,
                      size_t count)
{
    replica_stream *stream = replica_stream_find(replica, number);
    size_t size = REPLICA_GOSSIP_HEAD_SIZE + count * REPLICA_ITEM_SIZE;
    if (stream == NULL || !replica_stream_has_room(stream, size))
        return;
    uint8_t *frame = replica_take(replica, size);
    if (frame == NULL)
        return;
    frame[0] = REPLICA_KIND_IWANT;
    frame[1] = flags;
    for (size_t i = 0; i < count; i++)
        base_put_u64be(frame + REPLICA_GOSSIP_HEAD_SIZE + i * REPLICA_ITEM_SIZE, items[i]);
    if (!replica_stream_send(stream, replica, (steme_span){frame, size}))
        return;
    if ((flags & REPLICA_IS_GRAFT) != 0)
        replica->peers[stream->peer].prune_after_ns = 0;
}

/* One that is late asks for no new link. Where a link forwards what comes otherwise as well, it is
 * pruned at once: so there is at most one double in so many. */
static uint8_t ask_flags(steme_replica *replica)
{
    if (++replica->vain_count < REPLICA_GRAFT_COUNT)
        return 0;
    replica->vain_count = 0;
    return REPLICA_IS_GRAFT;
}

static void asks_send(steme_replica *replica, uint32_t stream, const uint64_t *items, size_t count)
{
    if (count > 0)
        want_send(replica, stream, ask_flags(replica), items, count);
}

/* How many nodes it may come from: peers that were added, and guests that are there. */
static size_t source_count(const steme_replica *replica)
{
    size_t count = 0;
    for (size_t i = 0; i < REPLICA_STRANGERS; i++) {
        const replica_peer *peer = &replica->peers[i];
        count += i < REPLICA_GUEST_FIRST ? peer->is_used && !peer->is_self : peer->its_link != NULL;
    }
    return count;
}

/* Where all that comes must come through one node, it forwards from the first record on. */
void replica_gossip_greeted(steme_replica *replica, const replica_stream *stream)
{
    if (source_count(replica) == 1)
        want_send(replica, stream->number, REPLICA_IS_GRAFT, NULL, 0);
}

void replica_gossip_ask(steme_replica *replica, size_t index)
{
    replica_peer *peer = &replica->peers[index];
    uint64_t items[256];
    size_t count = 0, item_count_max = sizeof items / sizeof items[0];
    uint32_t stream = 0;
    for (size_t left = peer->want_count; left > 0; left--) {
        replica_want want = peer->wants[peer->want_first];
        if (want.due_ns > replica->now_ns)
            break;
        peer->want_first = (peer->want_first + 1) % REPLICA_WANT_COUNT_MAX;
        peer->want_count--;
        if (replica_stream_find(replica, want.stream) == NULL ||
            !want_is_due(replica, index, &want))
            continue;
        if (want.stream != stream || count == item_count_max) {
            asks_send(replica, stream, items, count);
            count = 0;
        }
        stream = want.stream;
        items[count++] = want.item;
    }
    asks_send(replica, stream, items, count);
}

/* What was pushed to somebody comes by itself, most often: it is asked for after a while only. */
static void announcement_take(steme_replica *replica, replica_stream *stream, uint64_t item,
                              bool is_unpushed, uint64_t *asked, size_t *asked_count)
{
    replica_want want = {item, replica->now_ns + REPLICA_GRAFT_WAIT_NS, stream->number};
    if (is_here(replica, replica_recent_find(&replica->recent, item)))
        return;
    if (!is_unpushed)
        want_put(replica, stream->peer, &want);
    else if (want_is_due(replica, stream->peer, &want))
        asked[(*asked_count)++] = item;
}

static bool announcements_receive(steme_replica *replica, replica_stream *stream, steme_span frame)
{
    size_t size = frame.size - REPLICA_GOSSIP_HEAD_SIZE, count = size / REPLICA_ITEM_SIZE;
    if (frame.size <= REPLICA_GOSSIP_HEAD_SIZE || size % REPLICA_ITEM_SIZE != 0)
        return false;
    if (replica->is_full)
        return true;
    bool is_unpushed = (frame.bytes[1] & REPLICA_IS_UNPUSHED) != 0;
    uint64_t *asked = replica_take(replica, count * sizeof *asked);
    size_t asked_count = 0;
    if (asked == NULL)
        return true;
    for (size_t i = 0; i < count; i++) {
        const uint8_t *bytes = frame.bytes + REPLICA_GOSSIP_HEAD_SIZE + i * REPLICA_ITEM_SIZE;
        announcement_take(replica, stream, base_get_u64be(bytes), is_unpushed, asked, &asked_count);
    }
    if (asked_count > 0)
        want_send(replica, stream->number, 0, asked, asked_count);
    return true;
}

/* ---- Damaged ------------------------------------------------------------------------------ */

static replica_stream *heal_link(steme_replica *replica)
{
    for (size_t i = 0; i < REPLICA_STRANGERS; i++) {
        replica_stream *link = replica_peer_link(replica, replica->heal_peer++ % REPLICA_STRANGERS);
        if (link != NULL)
            return link;
    }
    return NULL;
}

/* The answers count as news: what is held does not make them doubles. */
static void heal_ask(steme_replica *replica, const replica_stream *link, const steme_id *ids,
                     size_t count)
{
    uint64_t items[REPLICA_HEAL_COUNT_MAX];
    size_t item_count = 0;
    for (size_t i = 0; i < count; i++) {
        uint64_t item = sketch_item(&ids[i]);
        const replica_recent_entry *entry = replica_recent_find(&replica->recent, item);
        if (entry != NULL && entry->state == REPLICA_RECENT_PENDING && is_here(replica, entry))
            continue;
        replica_recent_put(&replica->recent, item, REPLICA_RECENT_ASKED, replica_now_ms(replica));
        items[item_count++] = item;
    }
    if (item_count > 0)
        want_send(replica, link->number, 0, items, item_count);
}

void replica_heal(steme_replica *replica)
{
    if (replica->now_ns < replica->heal_due_ns)
        return;
    const replica_stream *link = heal_link(replica);
    replica_pin *pin = link == NULL ? NULL : replica_pinned(replica);
    steme_id ids[REPLICA_HEAL_COUNT_MAX];
    steme_error error;
    size_t count = 0;
    replica->heal_due_ns = replica->now_ns + REPLICA_HEAL_TICKS * replica_tick_ns(replica);
    replica->has_heal_link = link != NULL;
    if (pin == NULL)
        return;
    steme_status status = replica->set.damaged(pin, REPLICA_HEAL_COUNT_MAX, ids, &count, &error);
    if (status != STEME_OK) {
        replica_fail(replica, status, &error);
        return;
    }
    heal_ask(replica, link, ids, count);
}

/* ---- Frames ------------------------------------------------------------------------------- */

static bool request_receive(steme_replica *replica, replica_stream *stream, steme_span frame)
{
    if (frame.size < REPLICA_GOSSIP_HEAD_SIZE ||
        (frame.size - REPLICA_GOSSIP_HEAD_SIZE) % REPLICA_ITEM_SIZE != 0)
        return false;
    if ((frame.bytes[1] & REPLICA_IS_GRAFT) != 0)
        replica->peers[stream->peer].stat.is_eager = 1;
    replica_gossip_answer(replica, stream, frame.bytes + REPLICA_GOSSIP_HEAD_SIZE,
                          (frame.size - REPLICA_GOSSIP_HEAD_SIZE) / REPLICA_ITEM_SIZE);
    return true;
}

static bool prune_receive(steme_replica *replica, const replica_stream *stream, steme_span frame)
{
    if (frame.size == 1)
        replica->peers[stream->peer].stat.is_eager = 0;
    return frame.size == 1;
}

static bool gossip_take(steme_replica *replica, replica_stream *stream, steme_span frame)
{
    switch (frame.bytes[0]) {
    case REPLICA_KIND_RECORDS:
        return records_receive(replica, stream, frame);
    case REPLICA_KIND_IHAVE:
        return announcements_receive(replica, stream, frame);
    case REPLICA_KIND_IWANT:
        return request_receive(replica, stream, frame);
    case REPLICA_KIND_PRUNE:
        return prune_receive(replica, stream, frame);
    default:
        return false;
    }
}

void replica_gossip_receive(steme_replica *replica, replica_stream *stream, steme_span frame)
{
    size_t peer = stream->peer;
    if (gossip_take(replica, stream, frame))
        return;
    replica_stream_refuse(replica, stream, REPLICA_BROKEN);
    replica_peer_blame(replica, peer, REPLICA_FAULT_BROKEN);
}
