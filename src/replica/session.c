#include "replica/session_state.h"

/* ---- What the other files use --------------------------------------------------------------- */

void replica_session_finish(replica_session *session, bool is_equal)
{
    if (session->is_ended)
        return;
    session->is_ended = true;
    session->report.is_equal = is_equal;
    session->report.duration_ns = session->heard_ns - session->started_ns;
    session->report.absent_count =
        session->round.absent_sent + (session->is_diff ? 0 : session->round.named.count);
}

void replica_session_fail(replica_session *session, const char *failure)
{
    if (session->is_ended)
        return;
    session->report.failure = failure;
    replica_session_finish(session, false);
}

replica_writer replica_session_writer(replica_session *session)
{
    return (replica_writer){session->frame, 0, sizeof session->frame};
}

steme_status replica_session_send(replica_session *session, const replica_writer *writer,
                                  steme_error *error)
{
    steme_span frame = {writer->bytes, writer->size};
    if (!session->output->send(session->output->context, frame))
        return base_fail(error, STEME_NO_MEMORY, "session: no memory for a frame");
    session->queued += frame.size;
    session->report.bytes_sent += frame.size;
    return STEME_OK;
}

void replica_session_know(replica_session *session)
{
    if (session->report.round_trips_half == 0)
        session->report.round_trips_half = session->halves;
}

steme_status replica_ids_push(session_ids *ids, const steme_id *id, steme_error *error)
{
    if (ids->count == ids->capacity) {
        size_t capacity = ids->capacity * 2 + 64;
        steme_id *grown = base_realloc(ids->ids, capacity * sizeof *grown);
        if (grown == NULL)
            return base_fail(error, STEME_NO_MEMORY, "session: no memory for ids");
        ids->ids = grown;
        ids->capacity = capacity;
    }
    ids->ids[ids->count++] = *id;
    return STEME_OK;
}

static void round_deinit(replica_session *session)
{
    session_round *round = &session->round;
    replica_sketch_end(session);
    base_free(round->prefixes);
    base_free(round->give.bytes);
    base_free(round->take.bytes);
    base_free(round->received.ids);
    base_free(round->named.ids);
    base_free(round->given.ids);
    memset(round, 0, sizeof *round);
}

steme_status replica_session_repin(replica_session *session, steme_error *error)
{
    const replica_set *set = session->set;
    round_deinit(session);
    set->release(session->pin);
    session->pin = NULL;
    steme_status status = set->pin(set->context, &session->pin, error);
    if (status != STEME_OK)
        return status;
    return set->root(session->pin, &session->round.root, &session->round.count, error);
}

/* ---- Life ----------------------------------------------------------------------------------- */

steme_status replica_session_new(const replica_set *set, const replica_session_options *options,
                                 uint64_t now_ns, replica_session **out_session, steme_error *error)
{
    replica_session *session = base_alloc_zero(1, sizeof *session);
    if (session == NULL)
        return base_fail(error, STEME_NO_MEMORY, "session: no memory");
    session->set = set;
    session->options = *options;
    session->is_diff = options->is_diff;
    session->started_ns = session->heard_ns = now_ns;
    session->credit = session->window = SESSION_WINDOW;
    session->report.is_initiator = options->is_initiator;
    steme_status status = replica_session_repin(session, error);
    if (status != STEME_OK) {
        replica_session_free(session);
        return status;
    }
    session->report.root_before = session->report.root_after = session->round.root;
    session->report.count_before = session->report.count_after = session->round.count;
    *out_session = session;
    return STEME_OK;
}

void replica_session_free(replica_session *session)
{
    if (session == NULL)
        return;
    round_deinit(session);
    session->set->release(session->pin);
    base_free(session);
}

/* ---- Events --------------------------------------------------------------------------------- */

/* Sends one frame of whatever is due; the order is what keeps lists before bodies, and all before
 * DONE. */
static steme_status pump_one(replica_session *session, bool *out_sent, steme_error *error)
{
    static steme_status (*const pumps[])(replica_session *, bool *, steme_error *) = {
        replica_list_pump,  replica_cells_pump,  replica_trie_pump,
        replica_sweep_pump, replica_bodies_pump, replica_done_pump,
    };
    steme_status status = STEME_OK;
    for (size_t i = 0; i < sizeof pumps / sizeof *pumps; i++) {
        if (status != STEME_OK || *out_sent || session->is_ended)
            break;
        status = pumps[i](session, out_sent, error);
    }
    return status;
}

/* What every event ends with: sends what may be sent, and ends the session on a failure. */
static steme_status event_end(replica_session *session, steme_status status, steme_error *error)
{
    bool is_sent = true;
    while (status == STEME_OK && is_sent && !session->is_ended &&
           session->queued < SESSION_UNSENT_SIZE_MAX) {
        is_sent = false;
        status = pump_one(session, &is_sent, error);
    }
    if (status != STEME_OK)
        replica_session_fail(session, "a failure on this side");
    session->output = NULL;
    return status;
}

steme_status replica_session_start(replica_session *session, const replica_session_output *output,
                                   steme_error *error)
{
    assert(session->options.is_initiator && session->phase == SESSION_IDLE);
    session->output = output;
    return event_end(session, replica_roots_send(session, session->options.expected > 0, error),
                     error);
}

static steme_status frame_receive(replica_session *session, replica_reader *reader,
                                  steme_error *error)
{
    switch (replica_read_u8(reader)) {
    case REPLICA_FRAME_ROOTS:
        return replica_roots_receive(session, reader, error);
    case REPLICA_FRAME_STATE:
        return replica_state_receive(session, reader, error);
    case REPLICA_FRAME_MORE:
        return replica_more_receive(session, reader);
    case REPLICA_FRAME_CELLS:
        return replica_cells_receive(session, reader, error);
    case REPLICA_FRAME_LIST:
        return replica_list_receive(session, reader, error);
    case REPLICA_FRAME_BODIES:
        return replica_bodies_receive(session, reader, error);
    case REPLICA_FRAME_CREDIT:
        return replica_credit_receive(session, reader);
    case REPLICA_FRAME_DONE:
        return replica_done_receive(session, reader, error);
    case REPLICA_FRAME_ASK:
        return replica_ask_receive(session, reader, error);
    case REPLICA_FRAME_TREE:
        return replica_tree_receive(session, reader, error);
    case REPLICA_FRAME_SWEEP:
        return replica_sweep_receive(session, reader, error);
    case REPLICA_FRAME_END:
        replica_end_receive(session, reader);
        return STEME_OK;
    default:
        replica_session_fail(session, "the peer sent a frame of an unknown kind");
        return STEME_OK;
    }
}

steme_status replica_session_receive(replica_session *session, uint64_t now_ns, steme_span frame,
                                     const replica_session_output *output, steme_error *error)
{
    if (session->is_ended)
        return STEME_OK;
    session->output = output;
    session->heard_ns = now_ns;
    session->report.bytes_received += frame.size;
    replica_reader reader = {.bytes = frame.bytes, .size = frame.size};
    steme_status status = STEME_OK;
    if (frame.size == 0 || frame.size > STEME_FRAME_SIZE_MAX)
        replica_session_fail(session, "the peer sent a frame that is empty or too large");
    else if (++session->frame_count > SESSION_FRAME_COUNT_MAX)
        replica_session_fail(session, "the peer sent too many frames");
    else
        status = frame_receive(session, &reader, error);
    return event_end(session, status, error);
}

static steme_status stored_keep(replica_session *session, const steme_stored *stored,
                                steme_error *error)
{
    session_round *round = &session->round;
    if (stored->status != STEME_OK) {
        session->report.records_refused++;
        return STEME_OK;
    }
    session->report.records_received += stored->was_held ? 0 : 1;
    round->moved++;
    if (round->received.count == SESSION_KEPT_COUNT_MAX) {
        round->is_unknown = true;
        return STEME_OK;
    }
    return replica_ids_push(&round->received, &stored->id, error);
}

steme_status replica_session_stored(replica_session *session, uint64_t now_ns, uint64_t token,
                                    const steme_stored *records, size_t count,
                                    const replica_session_output *output, steme_error *error)
{
    if (session->is_ended || session->storing == 0 || token > session->token)
        return STEME_OK;
    session->output = output;
    session->heard_ns = now_ns;
    session->storing--;
    steme_status status = STEME_OK;
    for (size_t i = 0; i < count && status == STEME_OK; i++)
        status = stored_keep(session, &records[i], error);
    if (status == STEME_OK)
        status = replica_credit_send(session, error);
    return event_end(session, status, error);
}

steme_status replica_session_sent(replica_session *session, uint64_t size,
                                  const replica_session_output *output, steme_error *error)
{
    session->queued -= size < session->queued ? size : session->queued;
    if (session->is_ended)
        return STEME_OK;
    session->output = output;
    return event_end(session, STEME_OK, error);
}

void replica_session_tick(replica_session *session, uint64_t now_ns)
{
    if (!session->is_ended && now_ns > session->heard_ns &&
        now_ns - session->heard_ns > REPLICA_SESSION_LEASE_NS)
        replica_session_fail(session, "the peer was silent for too long");
}

bool replica_session_is_ended(const replica_session *session)
{
    return session->is_ended;
}

const steme_session_report *replica_session_report(const replica_session *session)
{
    return &session->report;
}
