/* Everything listed was moved: the roots say whether that was all. */
#include "replica/session_state.h"

static bool is_same_root(const steme_id *left, const steme_id *right)
{
    return memcmp(left, right, sizeof *left) == 0;
}

static int id_compare(const void *left, const void *right)
{
    return memcmp(left, right, sizeof(steme_id));
}

/* The difference as the report lists it. */
static void report_list(replica_session *session)
{
    session_ids *here = &session->round.named;
    session_ids *there = &session->round.given;
    steme_session_report *report = &session->report;
    if (here->count > 1)
        qsort(here->ids, here->count, sizeof *here->ids, id_compare);
    if (there->count > 1)
        qsort(there->ids, there->count, sizeof *there->ids, id_compare);
    report->lacked_here = here->ids;
    report->lacked_there = there->ids;
    report->lacked_here_listed =
        here->count < SESSION_LISTED_COUNT_MAX ? here->count : SESSION_LISTED_COUNT_MAX;
    report->lacked_there_listed = there->count;
}

static void end_finish(replica_session *session, bool is_equal)
{
    if (session->is_diff)
        report_list(session);
    replica_session_finish(session, is_equal);
}

/* Another round, which reads the sets anew; `has_cells`: by the sketch again. */
static steme_status round_begin(replica_session *session, bool has_cells, steme_error *error)
{
    steme_status status = replica_session_repin(session, error);
    if (status != STEME_OK)
        return status;
    session->round_number++;
    if (session->is_diff)
        session->report.lacked_here_count = session->report.lacked_there_count = 0;
    return replica_roots_send(session, has_cells, error);
}

/* The initiator's choice where the roots still differ: the trie finds what a sketch or a sweep
 * cannot tell apart; a round that was cut short goes on while it gets anywhere. */
static steme_status end_retry(replica_session *session, steme_error *error)
{
    const session_round *round = &session->round;
    bool is_cut = round->is_unknown || round->is_trie_cut ||
                  (round->peer_done.flags & REPLICA_DONE_UNKNOWN) != 0;
    bool is_open = session->round_number + 1 < SESSION_ROUND_COUNT_MAX;
    if (is_open && is_cut && round->moved > 0)
        return round_begin(session, true, error);
    if (is_open && !is_cut && !session->is_trie_complete)
        return round_begin(session, false, error);
    replica_writer writer = replica_session_writer(session);
    replica_write_u8(&writer, REPLICA_FRAME_END);
    steme_status status = replica_session_send(session, &writer, error);
    end_finish(session, false);
    return status;
}

/* Both have said that they are done. */
static steme_status end_judge(replica_session *session, steme_error *error)
{
    const replica_done *own = &session->round.done;
    const replica_done *peer = &session->round.peer_done;
    bool is_known = ((own->flags | peer->flags) & REPLICA_DONE_UNKNOWN) == 0;
    session->report.peer_count = peer->count;
    session->report.peer_root = peer->root;
    if (is_known && is_same_root(&own->named_root, &peer->named_root)) {
        end_finish(session, own->count == peer->count && is_same_root(&own->root, &peer->root));
        return STEME_OK;
    }
    return session->options.is_initiator ? end_retry(session, error) : STEME_OK;
}

/* Root of the pinned set and what was received, and of these and what was named. */
static steme_status done_work_out(replica_session *session, replica_done *done, steme_error *error)
{
    const session_round *round = &session->round;
    *done = (replica_done){0, round->count, round->root, round->root};
    if (round->is_unknown) {
        done->flags = REPLICA_DONE_UNKNOWN;
        return STEME_OK;
    }
    size_t received = round->received.count;
    size_t named = round->named.count;
    steme_status status = STEME_OK;
    if (received > 0)
        status = session->set->root_with(session->pin, round->received.ids, received, &done->root,
                                         &done->count, error);
    done->named_root = done->root;
    if (named == 0 || status != STEME_OK)
        return status;
    steme_id *ids = base_alloc((received + named) * sizeof *ids);
    if (ids == NULL)
        return base_fail(error, STEME_NO_MEMORY, "session: no memory for ids");
    if (received > 0)
        memcpy(ids, round->received.ids, received * sizeof *ids);
    memcpy(ids + received, round->named.ids, named * sizeof *ids);
    uint64_t count;
    status = session->set->root_with(session->pin, ids, received + named, &done->named_root, &count,
                                     error);
    base_free(ids);
    done->flags = REPLICA_DONE_NAMED;
    return status;
}

steme_status replica_done_pump(replica_session *session, bool *out_sent, steme_error *error)
{
    session_round *round = &session->round;
    if (!round->is_listed || round->is_done || session->storing > 0 ||
        round->take.head < round->take.count || round->give.head < round->give.count)
        return STEME_OK;
    replica_done done;
    steme_status status = done_work_out(session, &done, error);
    if (status != STEME_OK)
        return status;
    round->done = done;
    round->is_done = *out_sent = true;
    if (!round->is_unknown) {
        session->report.root_after = done.root;
        session->report.count_after = done.count;
    }
    replica_writer writer = replica_session_writer(session);
    replica_done_write(&writer, &done);
    status = replica_session_send(session, &writer, error);
    return status == STEME_OK && round->is_peer_done ? end_judge(session, error) : status;
}

steme_status replica_done_receive(replica_session *session, replica_reader *reader,
                                  steme_error *error)
{
    session_round *round = &session->round;
    if (!round->is_listed || round->is_peer_done || !replica_done_read(reader, &round->peer_done)) {
        replica_session_fail(session, "the peer was done when it could not be");
        return STEME_OK;
    }
    round->is_peer_done = true;
    return round->is_done ? end_judge(session, error) : STEME_OK;
}

void replica_end_receive(replica_session *session, const replica_reader *reader)
{
    if (session->options.is_initiator || reader->size != 0 || !session->round.is_done ||
        !session->round.is_peer_done)
        replica_session_fail(session, "the peer ended when it could not");
    else
        end_finish(session, false);
}
