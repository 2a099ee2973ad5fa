/* What was found goes into queues, is told to the other side, and moves. */
#include "replica/session_state.h"

#include <steme/record.h>

/* ---- Queues --------------------------------------------------------------------------------- */

/* Room for `size` bytes more, where what has been moved does not make it. */
static steme_status queue_reserve(session_queue *queue, size_t size, steme_error *error)
{
    size_t used = queue->count * queue->width;
    if (queue->capacity - used >= size)
        return STEME_OK;
    size_t moved = queue->head * queue->width;
    if (moved >= used / 2 && moved > 0) {
        memmove(queue->bytes, queue->bytes + moved, used - moved);
        queue->told -= queue->head;
        queue->count -= queue->head;
        queue->head = 0;
        used -= moved;
        if (queue->capacity - used >= size)
            return STEME_OK;
    }
    size_t capacity = (used + size) * 2;
    uint8_t *bytes = base_realloc(queue->bytes, capacity);
    if (bytes == NULL)
        return base_fail(error, STEME_NO_MEMORY, "session: no memory for a queue");
    queue->bytes = bytes;
    queue->capacity = capacity;
    return STEME_OK;
}

steme_status replica_queue_push(session_queue *queue, size_t width, const uint8_t *selectors,
                                size_t count, steme_error *error)
{
    if (count == 0)
        return STEME_OK;
    if (queue->width != width && queue->head == queue->count)
        queue->head = queue->told = queue->count = 0;
    assert(queue->count == 0 || queue->width == width);
    queue->width = width;
    steme_status status = queue_reserve(queue, count * width, error);
    if (status != STEME_OK)
        return status;
    memcpy(queue->bytes + queue->count * width, selectors, count * width);
    queue->count += count;
    return STEME_OK;
}

static size_t queue_waiting(const session_queue *queue)
{
    return queue->count - queue->head;
}

/* ---- Lists ---------------------------------------------------------------------------------- */

/* Whether `count` selectors of the peer's fit behind what waits, and are of one width with it. */
static bool queue_takes(const session_queue *queue, size_t width, size_t count)
{
    size_t waiting = queue_waiting(queue);
    return (waiting == 0 || queue->width == width) &&
           (waiting + count) * width <= SESSION_QUEUE_SIZE_MAX;
}

static const char *list_fault(const replica_session *session, const replica_list *list)
{
    const session_round *round = &session->round;
    bool is_due = session->options.is_initiator
                      ? session->phase == SESSION_LISTED || session->phase == SESSION_SWEEP
                      : session->phase == SESSION_SERVE || session->phase == SESSION_LISTED;
    if (!is_due || round->is_finder || round->is_listed)
        return "the peer sent a list that does not fit";
    if (!queue_takes(&round->take, list->width, list->given_count) ||
        !queue_takes(&round->give, list->width, list->wanted_count))
        return "the peer sent a list that is too long";
    if (session->wanted_count + list->wanted_count > 2 * round->count + SESSION_BATCH_COUNT)
        return "the peer asked for more than there is";
    bool has_range = (list->flags & REPLICA_LIST_RANGE) != 0;
    if (has_range != (session->phase == SESSION_SWEEP) ||
        (has_range && (!round->is_sweep_out || list->range_end <= round->sweep_first)))
        return "the peer listed a range that was not swept";
    return NULL;
}

steme_status replica_list_receive(replica_session *session, replica_reader *reader,
                                  steme_error *error)
{
    session_round *round = &session->round;
    replica_list list;
    const char *fault = "the peer sent a list that is none";
    if (replica_list_read(reader, &list))
        fault = list_fault(session, &list);
    if (fault != NULL) {
        replica_session_fail(session, fault);
        return STEME_OK;
    }
    session->wanted_count += list.wanted_count;
    round->offered += list.given_count;
    steme_status status =
        replica_queue_push(&round->take, list.width, list.given, list.given_count, error);
    if (status == STEME_OK)
        status =
            replica_queue_push(&round->give, list.width, list.wanted, list.wanted_count, error);
    round->take.told = round->take.count;
    round->give.told = round->give.count;
    if ((list.flags & REPLICA_LIST_RANGE) != 0)
        replica_sweep_listed(session, &list);
    if (session->phase == SESSION_SERVE) {
        session->phase = SESSION_LISTED;
        session->halves += 2;
        replica_sketch_end(session);
    }
    if ((list.flags & REPLICA_LIST_LAST) != 0) {
        round->is_listed = true;
        session->phase = SESSION_LISTED;
        replica_session_know(session);
    }
    return status;
}

static const uint8_t *queue_untold(const session_queue *queue)
{
    return queue->count == 0 ? NULL : queue->bytes + queue->told * queue->width;
}

steme_status replica_list_send(replica_session *session, unsigned flags, uint64_t range_end,
                               steme_error *error)
{
    session_round *round = &session->round;
    size_t width = round->give.count > 0 ? round->give.width : round->take.width;
    if (width == 0)
        width = 8;
    size_t count_max = (STEME_FRAME_SIZE_MAX - 14) / width;
    size_t wanted = round->take.count - round->take.told;
    if (wanted > count_max)
        wanted = count_max;
    size_t given = round->give.count - round->give.told;
    if (given > count_max - wanted)
        given = count_max - wanted;
    if (width == STEME_ID_SIZE)
        flags |= REPLICA_LIST_WIDE;
    replica_list list = {
        (uint8_t)flags, range_end, queue_untold(&round->give), given, queue_untold(&round->take),
        wanted,         width};
    round->give.told += given;
    round->take.told += wanted;
    if (round->is_found && round->give.told == round->give.count &&
        round->take.told == round->take.count) {
        list.flags |= REPLICA_LIST_LAST;
        round->is_listed = true;
        session->phase = SESSION_LISTED;
    }
    replica_writer writer = replica_session_writer(session);
    replica_list_write(&writer, &list);
    return replica_session_send(session, &writer, error);
}

steme_status replica_list_pump(replica_session *session, bool *out_sent, steme_error *error)
{
    const session_round *round = &session->round;
    if (!round->is_finder || round->is_listed)
        return STEME_OK;
    size_t untold = round->give.count - round->give.told + round->take.count - round->take.told;
    if (!round->is_found && untold < SESSION_LIST_COUNT_MIN)
        return STEME_OK;
    *out_sent = true;
    return replica_list_send(session, 0, 0, error);
}

/* ---- Giving --------------------------------------------------------------------------------- */

/* The one id that a selector means; none where there is none, or more than one. */
static steme_status selector_resolve(replica_session *session, const uint8_t *selector,
                                     steme_id *out_id, bool *out_found, steme_error *error)
{
    *out_found = true;
    if (session->round.give.width == STEME_ID_SIZE) {
        memcpy(out_id->bytes, selector, STEME_ID_SIZE);
        return STEME_OK;
    }
    steme_id ids[2];
    size_t count = 0;
    steme_status status =
        session->set->find_item(session->pin, base_get_u64be(selector), 2, ids, &count, error);
    *out_found = count == 1;
    *out_id = ids[0];
    return status;
}

/* What there is to send for an id; a body that cannot be read holds nothing up. */
static steme_status entry_find(replica_session *session, replica_entry *entry, steme_error *error)
{
    if (session->is_diff) {
        entry->form = REPLICA_ENTRY_NAME;
        return STEME_OK;
    }
    steme_status status = session->set->body(session->pin, &entry->id, &entry->record, error);
    entry->form = REPLICA_ENTRY_BODY;
    if (status == STEME_NOT_FOUND)
        entry->form = REPLICA_ENTRY_SKIPPED;
    else if (status == STEME_ABSENT || status == STEME_CORRUPT)
        entry->form = REPLICA_ENTRY_ABSENT;
    else
        return status;
    return STEME_OK;
}

static size_t entry_size(const replica_entry *entry)
{
    switch (entry->form) {
    case REPLICA_ENTRY_BODY:
        return 5 + entry->record.size;
    case REPLICA_ENTRY_SKIPPED:
        return 1;
    default:
        return 1 + STEME_ID_SIZE;
    }
}

static steme_status entry_write(replica_session *session, replica_writer *writer,
                                const replica_entry *entry, steme_error *error)
{
    session_round *round = &session->round;
    replica_write_u8(writer, (unsigned)entry->form);
    switch (entry->form) {
    case REPLICA_ENTRY_BODY:
        replica_write_u32(writer, (uint32_t)entry->record.size);
        replica_write_bytes(writer, entry->record.bytes, entry->record.size);
        session->report.records_sent++;
        session->report.body_bytes_sent += entry->record.size;
        round->moved++;
        return STEME_OK;
    case REPLICA_ENTRY_ABSENT:
        round->absent_sent++;
        replica_write_id(writer, &entry->id);
        return STEME_OK;
    case REPLICA_ENTRY_NAME:
        session->report.lacked_there_count++;
        replica_write_id(writer, &entry->id);
        if (round->given.count == SESSION_LISTED_COUNT_MAX)
            return STEME_OK;
        return replica_ids_push(&round->given, &entry->id, error);
    default:
        return STEME_OK;
    }
}

steme_status replica_bodies_pump(replica_session *session, bool *out_sent, steme_error *error)
{
    session_queue *give = &session->round.give;
    if (give->head == give->told || session->credit == 0)
        return STEME_OK;
    replica_writer writer = replica_session_writer(session);
    replica_write_u8(&writer, REPLICA_FRAME_BODIES);
    for (size_t i = 0; i < SESSION_BATCH_COUNT && give->head < give->told; i++) {
        replica_entry entry = {.form = REPLICA_ENTRY_SKIPPED};
        bool is_found;
        steme_status status = selector_resolve(session, give->bytes + give->head * give->width,
                                               &entry.id, &is_found, error);
        if (status == STEME_OK && is_found)
            status = entry_find(session, &entry, error);
        if (status != STEME_OK)
            return status;
        if (entry_size(&entry) > writer.capacity - writer.size)
            break;
        status = entry_write(session, &writer, &entry, error);
        if (status != STEME_OK)
            return status;
        give->head++;
    }
    session->credit--;
    *out_sent = true;
    return replica_session_send(session, &writer, error);
}

/* ---- Taking --------------------------------------------------------------------------------- */

static bool is_selected(const session_queue *take, const steme_id *id)
{
    return memcmp(take->bytes + take->head * take->width, id->bytes, take->width) == 0;
}

/* Puts a record that was asked for into the batch; another is refused. Signatures are for the
 * store to check. */
static void body_take(replica_session *session, steme_span bytes, size_t *batch_count)
{
    steme_record record;
    session->report.body_bytes_received += bytes.size;
    if (steme_record_parse(bytes, &record, NULL) == STEME_OK &&
        is_selected(&session->round.take, &record.id))
        session->records[(*batch_count)++] = bytes;
    else
        session->report.records_refused++;
}

static steme_status name_take(replica_session *session, const replica_entry *entry,
                              steme_error *error)
{
    session_round *round = &session->round;
    bool is_name = entry->form == REPLICA_ENTRY_NAME;
    if (is_name != session->is_diff || !is_selected(&round->take, &entry->id)) {
        replica_session_fail(session, "the peer named an id that was not asked for");
        return STEME_OK;
    }
    session->report.lacked_here_count += is_name ? 1 : 0;
    if (round->named.count == SESSION_KEPT_COUNT_MAX) {
        round->is_unknown = true;
        return STEME_OK;
    }
    return replica_ids_push(&round->named, &entry->id, error);
}

/* Reads the entries; the bodies among them that were asked for are in session->records. */
static steme_status entries_take(replica_session *session, replica_reader *reader,
                                 size_t *out_batch_count, steme_error *error)
{
    session_queue *take = &session->round.take;
    steme_status status = STEME_OK;
    size_t batch_count = 0;
    for (size_t i = 0; reader->size > 0 && status == STEME_OK && !session->is_ended; i++) {
        replica_entry entry;
        if (i == SESSION_BATCH_COUNT || take->head == take->told ||
            !replica_entry_read(reader, &entry) ||
            (entry.form == REPLICA_ENTRY_BODY && session->is_diff))
            replica_session_fail(session, "the peer sent bodies that were not asked for");
        else if (entry.form == REPLICA_ENTRY_BODY)
            body_take(session, entry.record, &batch_count);
        else if (entry.form != REPLICA_ENTRY_SKIPPED)
            status = name_take(session, &entry, error);
        take->head += session->is_ended ? 0 : 1;
    }
    *out_batch_count = batch_count;
    return status;
}

steme_status replica_bodies_receive(replica_session *session, replica_reader *reader,
                                    steme_error *error)
{
    size_t batch_count = 0;
    if (session->window == 0) {
        replica_session_fail(session, "the peer sent more bodies than it may");
        return STEME_OK;
    }
    session->window--;
    steme_status status = entries_take(session, reader, &batch_count, error);
    if (status != STEME_OK || session->is_ended)
        return status;
    if (batch_count == 0)
        return replica_credit_send(session, error);
    session->storing++;
    if (!session->output->store(session->output->context, ++session->token, session->records,
                                batch_count))
        return base_fail(error, STEME_NO_MEMORY, "session: no memory for a batch");
    return STEME_OK;
}

steme_status replica_credit_send(replica_session *session, steme_error *error)
{
    session->window++;
    replica_writer writer = replica_session_writer(session);
    replica_write_u8(&writer, REPLICA_FRAME_CREDIT);
    replica_write_u8(&writer, 1);
    return replica_session_send(session, &writer, error);
}

steme_status replica_credit_receive(replica_session *session, replica_reader *reader)
{
    unsigned count = replica_read_u8(reader);
    if (reader->is_bad || reader->size != 0 || count == 0 ||
        count > SESSION_WINDOW - session->credit)
        replica_session_fail(session, "the peer gave credit that it did not owe");
    else
        session->credit += count;
    return STEME_OK;
}
