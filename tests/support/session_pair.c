#include "support/session_pair.h"

#include "support/test.h"

#include <assert.h>
#include <steme/record.h>

static void block_free(pair_block *block)
{
    free(block->bytes);
    free(block->sizes);
}

static void queue_push(pair_queue *queue, pair_block block)
{
    if (queue->count == queue->capacity) {
        queue->capacity = queue->capacity * 2 + 16;
        queue->blocks = realloc(queue->blocks, queue->capacity * sizeof *queue->blocks);
        assert(queue->blocks != NULL);
    }
    queue->blocks[queue->count++] = block;
}

static pair_block queue_pop(pair_queue *queue)
{
    pair_block block = queue->blocks[queue->head++];
    if (queue->head == queue->count)
        queue->head = queue->count = 0;
    return block;
}

static void queue_deinit(pair_queue *queue)
{
    for (size_t i = queue->head; i < queue->count; i++)
        block_free(&queue->blocks[i]);
    free(queue->blocks);
}

static bool output_send(void *context, steme_span frame)
{
    pair_side *side = context;
    assert(frame.size > 0 && frame.size <= STEME_FRAME_SIZE_MAX);
    pair_block block = {.bytes = malloc(frame.size), .size = frame.size};
    assert(block.bytes != NULL);
    memcpy(block.bytes, frame.bytes, frame.size);
    side->kind_sizes[frame.bytes[0] & 63u] += frame.size;
    side->frame_count++;
    side->frames_size += frame.size;
    if (side->frames_size > side->frames_size_max)
        side->frames_size_max = side->frames_size;
    queue_push(&side->frames, block);
    return true;
}

static bool output_store(void *context, uint64_t token, const steme_span *records, size_t count)
{
    pair_side *side = context;
    assert(count > 0 && count <= 1000);
    pair_block block = {.count = count, .token = token, .sizes = malloc(count * sizeof(size_t))};
    assert(block.sizes != NULL);
    for (size_t i = 0; i < count; i++)
        block.size += block.sizes[i] = records[i].size;
    block.bytes = malloc(block.size);
    assert(block.bytes != NULL);
    size_t at = 0;
    for (size_t i = 0; i < count; i++) {
        memcpy(block.bytes + at, records[i].bytes, records[i].size);
        at += records[i].size;
    }
    queue_push(&side->batches, block);
    size_t waiting = side->batches.count - side->batches.head;
    if (waiting > side->batches_max)
        side->batches_max = waiting;
    return true;
}

static replica_session_output side_output(pair_side *side)
{
    return (replica_session_output){side, output_send, output_store};
}

void session_pair_init(session_pair *pair, memory_set *initiator, memory_set *responder,
                       const replica_session_options *options)
{
    memset(pair, 0, sizeof *pair);
    pair->now_ns = 1000;
    memory_set *sets[2] = {initiator, responder};
    for (unsigned i = 0; i < 2; i++) {
        pair_side *side = &pair->sides[i];
        side->set = sets[i];
        side->seam = memory_set_seam(sets[i]);
        replica_session_options own = *options;
        own.is_initiator = i == 0;
        if (i == 1)
            own.is_diff = false;
        steme_status status =
            replica_session_new(&side->seam, &own, pair->now_ns, &side->session, NULL);
        assert(status == STEME_OK);
    }
}

void session_pair_deinit(session_pair *pair)
{
    for (unsigned i = 0; i < 2; i++) {
        pair_side *side = &pair->sides[i];
        replica_session_free(side->session);
        queue_deinit(&side->frames);
        queue_deinit(&side->batches);
    }
}

static void keep_status(session_pair *pair, steme_status status)
{
    if (pair->status == STEME_OK)
        pair->status = status;
}

void session_pair_give(session_pair *pair, unsigned to, steme_span frame)
{
    pair_side *side = &pair->sides[to];
    replica_session_output output = side_output(side);
    pair->now_ns += 1000;
    keep_status(pair, replica_session_receive(side->session, pair->now_ns, frame, &output, NULL));
}

static void frame_deliver(session_pair *pair, unsigned from)
{
    pair_side *side = &pair->sides[from];
    pair_block frame = queue_pop(&side->frames);
    size_t size = frame.size;
    side->frames_size -= size;
    if (pair->tamper != NULL)
        pair->tamper(pair->tamper_context, from, &frame);
    if (frame.size > 0)
        session_pair_give(pair, 1 - from, (steme_span){frame.bytes, frame.size});
    block_free(&frame);
    replica_session_output output = side_output(side);
    keep_status(pair, replica_session_sent(side->session, size, &output, NULL));
}

static steme_stored record_store(session_pair *pair, pair_side *side, steme_span bytes)
{
    steme_record record;
    steme_stored stored = {.record = bytes};
    stored.status = pair->is_admitting ? steme_record_admit(bytes, &record, NULL)
                                       : steme_record_parse(bytes, &record, NULL);
    if (stored.status != STEME_OK) {
        side->refused_count++;
        return stored;
    }
    stored.id = record.id;
    stored.was_held = memory_set_has(side->set, &record.id);
    memory_set_add(side->set, &record.id, bytes);
    side->stored_count++;
    return stored;
}

static void batch_store(session_pair *pair, pair_side *side)
{
    pair_block batch = queue_pop(&side->batches);
    steme_stored *stored = calloc(batch.count, sizeof *stored);
    assert(stored != NULL);
    size_t at = 0;
    for (size_t i = 0; i < batch.count; i++) {
        stored[i] = record_store(pair, side, (steme_span){batch.bytes + at, batch.sizes[i]});
        at += batch.sizes[i];
    }
    replica_session_output output = side_output(side);
    keep_status(pair, replica_session_stored(side->session, pair->now_ns, batch.token, stored,
                                             batch.count, &output, NULL));
    free(stored);
    block_free(&batch);
}

static bool queue_is_empty(const pair_queue *queue)
{
    return queue->head == queue->count;
}

bool session_pair_step(session_pair *pair)
{
    if (pair->between != NULL)
        pair->between(pair->between_context, pair);
    unsigned first = pair->random == 0 ? 0 : (unsigned)(test_random(&pair->random) >> 62);
    for (unsigned i = 0; i < 4; i++) {
        unsigned choice = (first + i) % 4;
        pair_side *side = &pair->sides[choice % 2];
        if (choice < 2 && !queue_is_empty(&side->frames)) {
            frame_deliver(pair, choice % 2);
            return true;
        }
        if (choice >= 2 && !queue_is_empty(&side->batches)) {
            batch_store(pair, side);
            return true;
        }
    }
    return false;
}

void session_pair_start(session_pair *pair)
{
    replica_session_output output = side_output(&pair->sides[0]);
    keep_status(pair, replica_session_start(pair->sides[0].session, &output, NULL));
}

void session_pair_run(session_pair *pair)
{
    session_pair_start(pair);
    while (session_pair_step(pair))
        ;
}

const steme_session_report *session_pair_report(const session_pair *pair, unsigned side)
{
    return replica_session_report(pair->sides[side].session);
}

uint64_t session_pair_overhead(const session_pair *pair)
{
    uint64_t size = 0;
    for (unsigned kind = 0; kind < 64; kind++)
        if (kind != REPLICA_FRAME_BODIES && kind != REPLICA_FRAME_CREDIT &&
            kind != REPLICA_FRAME_DONE)
            size += pair->sides[0].kind_sizes[kind] + pair->sides[1].kind_sizes[kind];
    return size;
}
