/* T0 and T2: roots, then as many cells of the sketch as it takes. */
#include "replica/session_state.h"

void replica_sketch_end(replica_session *session)
{
    session_round *round = &session->round;
    base_free(round->own);
    base_free(round->difference);
    sketch_decoder_free(round->decoder);
    round->own = NULL;
    round->difference = NULL;
    round->decoder = NULL;
    round->own_count = round->known_count = 0;
    round->cell_sent = round->cell_target = round->cell_limit = 0;
}

/* Cells that decode `difference` items, mostly. */
static size_t cells_for(uint64_t difference)
{
    if (difference >= SKETCH_CELL_COUNT)
        return SKETCH_CELL_COUNT;
    size_t spread = difference < 1152 ? (size_t)difference / 24 : 48;
    size_t count = (size_t)difference + (size_t)difference * 3 / 8 + spread + 6;
    if (count < SESSION_FIRST_CELL_COUNT)
        return SESSION_FIRST_CELL_COUNT;
    return count < SKETCH_CELL_COUNT ? count : SKETCH_CELL_COUNT;
}

static uint64_t counts_apart(const session_round *round)
{
    return round->count > round->peer_count ? round->count - round->peer_count
                                            : round->peer_count - round->count;
}

/* Listing every item costs less than cells do: 8 bytes each, against about 22 per difference. */
static bool is_bulk(const session_round *round, uint64_t difference)
{
    uint64_t larger = round->count > round->peer_count ? round->count : round->peer_count;
    return difference > larger / 3;
}

/* Makes the first `cell_count` own cells be there. They are read in growing pieces, each of them
 * from 0, so that a small difference does not copy all. */
static steme_status cells_need(replica_session *session, size_t cell_count, steme_error *error)
{
    session_round *round = &session->round;
    if (round->own_count >= cell_count)
        return STEME_OK;
    size_t wanted = cell_count + cell_count / 2;
    if (wanted > SKETCH_CELL_COUNT)
        wanted = SKETCH_CELL_COUNT;
    sketch_cell *own = base_realloc(round->own, wanted * sizeof *own);
    if (own == NULL)
        return base_fail(error, STEME_NO_MEMORY, "session: no memory for cells");
    round->own = own;
    steme_status status = session->set->cells(session->pin, wanted, own, error);
    round->own_count = status == STEME_OK ? wanted : 0;
    return status;
}

/* Takes in cells of the peer's, the next after those known, and peels. */
static steme_status difference_add(replica_session *session, const sketch_cell *cells, size_t count,
                                   steme_error *error)
{
    session_round *round = &session->round;
    size_t known = round->known_count;
    steme_status status = cells_need(session, known + count, error);
    if (status != STEME_OK)
        return status;
    sketch_cell *grown = base_realloc(round->difference, round->own_count * sizeof *grown);
    if (grown == NULL)
        return base_fail(error, STEME_NO_MEMORY, "session: no memory for cells");
    round->difference = grown;
    if (round->decoder == NULL)
        round->decoder = sketch_decoder_new(&session->options.key, SKETCH_CELL_COUNT);
    if (round->decoder == NULL)
        return base_fail(error, STEME_NO_MEMORY, "session: no memory to decode");
    sketch_subtract(round->own + known, cells, count, grown + known);
    round->known_count = known + count;
    status = sketch_decoder_add(round->decoder, grown + known, count, error);
    round->estimate = sketch_estimate(grown, round->known_count);
    return status;
}

/* Reads cells to the end of a frame and takes them in. */
static steme_status cells_take(replica_session *session, replica_reader *reader, steme_error *error)
{
    session_round *round = &session->round;
    sketch_cell *cells = base_alloc(REPLICA_FRAME_CELL_COUNT * sizeof *cells);
    if (cells == NULL)
        return base_fail(error, STEME_NO_MEMORY, "session: no memory for cells");
    size_t count = 0;
    steme_status status = STEME_OK;
    if (!replica_cells_read(reader, round->known_count, round->peer_count, cells, &count))
        replica_session_fail(session, "the peer sent cells that are none");
    else if (count > SKETCH_CELL_COUNT - round->known_count)
        replica_session_fail(session, "the peer sent more cells than there are");
    else
        status = difference_add(session, cells, count, error);
    base_free(cells);
    return status;
}

static int item_compare(const void *left, const void *right)
{
    return memcmp(left, right, 8);
}

static steme_status items_push(session_queue *queue, const uint64_t *items, size_t count,
                               steme_error *error)
{
    for (size_t i = 0; i < count; i++) {
        uint8_t selector[8];
        base_put_u64be(selector, items[i]);
        steme_status status = replica_queue_push(queue, sizeof selector, selector, 1, error);
        if (status != STEME_OK)
            return status;
    }
    if (count > 1)
        qsort(queue->bytes, count, 8, item_compare);
    return STEME_OK;
}

/* The decoder has it all: this side is the finder. */
static steme_status sketch_found(replica_session *session, steme_error *error)
{
    session_round *round = &session->round;
    const uint64_t *here;
    const uint64_t *there;
    size_t here_count;
    size_t there_count;
    sketch_decoder_items(round->decoder, &here, &here_count, &there, &there_count);
    round->estimate = here_count + there_count;
    steme_status status = items_push(&round->give, here, here_count, error);
    if (status == STEME_OK)
        status = items_push(&round->take, there, there_count, error);
    replica_sketch_end(session);
    round->is_finder = round->is_found = true;
    session->phase = SESSION_LISTED;
    replica_session_know(session);
    return status;
}

/* ---- The initiator -------------------------------------------------------------------------- */

static steme_status state_send(replica_session *session, replica_frame_kind kind, unsigned flags,
                               size_t cell_count, steme_error *error)
{
    session_round *round = &session->round;
    steme_status status = cells_need(session, cell_count, error);
    if (status != STEME_OK)
        return status;
    replica_writer writer = replica_session_writer(session);
    replica_roots roots = {session->round_number, (uint8_t)flags, round->count, round->root};
    replica_roots_write(&writer, kind, &roots);
    replica_cells_write(&writer, round->own, 0, cell_count, round->count);
    return replica_session_send(session, &writer, error);
}

steme_status replica_roots_send(replica_session *session, bool has_cells, steme_error *error)
{
    uint64_t expected = session->round_number == 0 ? session->options.expected : 0;
    size_t cell_count = 0;
    if (has_cells && expected > 0 && expected <= session->round.count / 3)
        cell_count = cells_for(expected);
    /* Where more is needed these are for the estimate, and the responder's cells decode. */
    if (cell_count > SESSION_HINT_CELL_COUNT)
        cell_count = SESSION_HINT_CELL_COUNT;
    unsigned flags = session->is_diff ? REPLICA_ROOTS_DIFF : 0;
    bool is_trie_next = !has_cells && session->round_number > 0;
    session->round.step = is_trie_next ? STEME_STEP_TRIE : STEME_STEP_ROOTS;
    session->report.steps |= STEME_STEP_ROOTS;
    session->phase = SESSION_ROOTS;
    return state_send(session, REPLICA_FRAME_ROOTS,
                      flags | (is_trie_next ? REPLICA_ROOTS_NO_CELLS : 0), cell_count, error);
}

/* What to ask for at once, given an estimate. One of few cells may be off by a half: where little
 * differs a round trip costs more than cells do, and so more are taken; else fewer, since those
 * that come unasked make up for it. */
static uint64_t aim_of(const session_round *round)
{
    if (round->known_count >= SESSION_HINT_CELL_COUNT)
        return round->estimate;
    return round->estimate < 256 ? round->estimate * 5 / 4 : round->estimate / 8 * 7;
}

/* No more cells come unasked, and those that came do not decode: more of them, or another step. */
static steme_status cells_short(replica_session *session, steme_error *error)
{
    session_round *round = &session->round;
    size_t known = round->known_count;
    uint64_t apart = counts_apart(round);
    if (round->estimate < apart)
        round->estimate = apart;
    if (is_bulk(round, round->estimate)) {
        replica_sweep_begin(session);
        return STEME_OK;
    }
    /* Items that share their 8 bytes never decode; the estimate is close once there are cells. */
    if (known == SKETCH_CELL_COUNT || known > 128 + 3 * round->estimate ||
        round->estimate > SKETCH_CELL_COUNT / 7 * 5)
        return replica_trie_begin(session, error);
    size_t wanted = cells_for(aim_of(round));
    if (wanted < known + known / 4)
        wanted = known + known / 4;
    replica_writer writer = replica_session_writer(session);
    replica_write_u8(&writer, REPLICA_FRAME_MORE);
    replica_write_u32(&writer, (uint32_t)(wanted < SKETCH_CELL_COUNT ? wanted : SKETCH_CELL_COUNT));
    session->halves += 2;
    session->phase = SESSION_CELLS;
    return replica_session_send(session, &writer, error);
}

static steme_status cells_judge(replica_session *session, bool is_last, steme_error *error)
{
    session->report.steps |= STEME_STEP_SKETCH;
    session->round.step = STEME_STEP_SKETCH;
    if (sketch_decoder_is_done(session->round.decoder))
        return sketch_found(session, error);
    session->phase = SESSION_CELLS;
    return is_last ? cells_short(session, error) : STEME_OK;
}

static steme_status state_follow(replica_session *session, const replica_roots *roots,
                                 replica_reader *reader, steme_error *error)
{
    session_round *round = &session->round;
    if (roots->count == round->count &&
        memcmp(&roots->root, &round->root, sizeof roots->root) == 0) {
        replica_session_know(session);
        session->report.root_after = round->root;
        session->report.count_after = round->count;
        replica_session_finish(session, true);
        return STEME_OK;
    }
    if ((roots->flags & REPLICA_ROOTS_FOUND) != 0) {
        session->report.steps |= STEME_STEP_SKETCH;
        round->step = STEME_STEP_SKETCH;
        session->phase = SESSION_LISTED;
        replica_sketch_end(session);
        return STEME_OK;
    }
    if (round->step == STEME_STEP_TRIE)
        return replica_trie_begin(session, error);
    if (reader->size == 0) {
        replica_sweep_begin(session);
        return STEME_OK;
    }
    steme_status status = cells_take(session, reader, error);
    if (status != STEME_OK || session->is_ended)
        return status;
    return cells_judge(session, (roots->flags & REPLICA_ROOTS_LAST) != 0, error);
}

steme_status replica_state_receive(replica_session *session, replica_reader *reader,
                                   steme_error *error)
{
    replica_roots roots;
    if (session->phase != SESSION_ROOTS || !replica_roots_read(reader, &roots) ||
        roots.round != session->round_number) {
        replica_session_fail(session, "the peer sent a state that does not fit");
        return STEME_OK;
    }
    session->halves += 2;
    session->round.peer_count = session->report.peer_count = roots.count;
    session->report.peer_root = roots.root;
    return state_follow(session, &roots, reader, error);
}

steme_status replica_cells_receive(replica_session *session, replica_reader *reader,
                                   steme_error *error)
{
    uint8_t flags = replica_read_u8(reader);
    uint32_t first = replica_read_u32(reader);
    /* They were under way when enough had come. */
    if (session->options.is_initiator && session->phase > SESSION_CELLS &&
        session->round.step != STEME_STEP_ROOTS)
        return STEME_OK;
    if (reader->is_bad || reader->size == 0 || session->phase != SESSION_CELLS ||
        first != session->round.known_count) {
        replica_session_fail(session, "the peer sent cells that do not follow");
        return STEME_OK;
    }
    steme_status status = cells_take(session, reader, error);
    if (status != STEME_OK || session->is_ended)
        return status;
    return cells_judge(session, (flags & 1u) != 0, error);
}

/* ---- The responder -------------------------------------------------------------------------- */

/* Cells `cell_sent` on, up to what the aim and a frame allow. Beyond the aim they go out one small
 * piece at a time, each when the last has left: the initiator may have had enough. */
steme_status replica_cells_pump(replica_session *session, bool *out_sent, steme_error *error)
{
    session_round *round = &session->round;
    if (session->phase != SESSION_SERVE || round->cell_sent >= round->cell_limit ||
        (round->cell_sent >= round->cell_target && session->queued > 0))
        return STEME_OK;
    size_t first = round->cell_sent;
    size_t count = round->cell_limit - first;
    size_t piece = round->cell_target / 20 + 4;
    if (first < round->cell_target)
        count = round->cell_target - first;
    else if (count > piece)
        count = piece;
    if (count > REPLICA_FRAME_CELL_COUNT)
        count = REPLICA_FRAME_CELL_COUNT;
    steme_status status = cells_need(session, first + count, error);
    if (status != STEME_OK)
        return status;
    round->cell_sent = first + count;
    replica_writer writer = replica_session_writer(session);
    replica_write_u8(&writer, REPLICA_FRAME_CELLS);
    replica_write_u8(&writer, round->cell_sent == round->cell_limit ? 1 : 0);
    replica_write_u32(&writer, (uint32_t)first);
    replica_cells_write(&writer, round->own + first, first, count, round->count);
    *out_sent = true;
    return replica_session_send(session, &writer, error);
}

/* `count` cells at once, and then more, until the initiator has had enough: as many again where
 * `count` comes from an estimate of so few cells that it may be half of what it takes. */
static void cells_aim(session_round *round, size_t count, bool has_more, size_t known_count)
{
    round->cell_target = count;
    round->cell_limit = count;
    if (has_more)
        round->cell_limit += known_count < SESSION_HINT_CELL_COUNT ? count : count / 2;
    if (round->cell_limit > SKETCH_CELL_COUNT)
        round->cell_limit = SKETCH_CELL_COUNT;
}

/* Roots differ: what the initiator can decode, where the sketch is the way at all. */
static steme_status roots_answer(replica_session *session, steme_error *error)
{
    session_round *round = &session->round;
    uint64_t apart = counts_apart(round);
    if (round->estimate < apart)
        round->estimate = apart;
    if (is_bulk(round, round->estimate))
        return state_send(session, REPLICA_FRAME_STATE, REPLICA_ROOTS_LAST, 0, error);
    cells_aim(round, cells_for(round->estimate), round->known_count > 0, round->known_count);
    round->cell_sent = round->cell_target < REPLICA_FRAME_CELL_COUNT ? round->cell_target
                                                                     : REPLICA_FRAME_CELL_COUNT;
    session->report.steps |= STEME_STEP_SKETCH;
    return state_send(session, REPLICA_FRAME_STATE,
                      round->cell_sent == round->cell_limit ? REPLICA_ROOTS_LAST : 0,
                      round->cell_sent, error);
}

static steme_status roots_equal(replica_session *session, steme_error *error)
{
    session->report.root_after = session->round.root;
    session->report.count_after = session->round.count;
    replica_session_know(session);
    steme_status status = state_send(session, REPLICA_FRAME_STATE, REPLICA_ROOTS_LAST, 0, error);
    replica_session_finish(session, true);
    return status;
}

static steme_status roots_follow(replica_session *session, const replica_roots *roots,
                                 replica_reader *reader, steme_error *error)
{
    session_round *round = &session->round;
    if (roots->count == round->count && memcmp(&roots->root, &round->root, sizeof roots->root) == 0)
        return roots_equal(session, error);
    session->phase = SESSION_SERVE;
    if ((roots->flags & REPLICA_ROOTS_NO_CELLS) != 0)
        return state_send(session, REPLICA_FRAME_STATE, REPLICA_ROOTS_LAST, 0, error);
    if (reader->size == 0)
        return roots_answer(session, error);
    steme_status status = cells_take(session, reader, error);
    if (status != STEME_OK || session->is_ended)
        return status;
    round->step = STEME_STEP_SKETCH;
    session->report.steps |= STEME_STEP_SKETCH;
    if (!sketch_decoder_is_done(round->decoder))
        return roots_answer(session, error);
    status = state_send(session, REPLICA_FRAME_STATE, REPLICA_ROOTS_FOUND | REPLICA_ROOTS_LAST, 0,
                        error);
    return status == STEME_OK ? sketch_found(session, error) : status;
}

steme_status replica_roots_receive(replica_session *session, replica_reader *reader,
                                   steme_error *error)
{
    replica_roots roots;
    bool is_next =
        session->phase == SESSION_IDLE || (session->round.is_done && session->round.is_peer_done);
    uint8_t expected = session->phase == SESSION_IDLE ? 0 : (uint8_t)(session->round_number + 1);
    if (session->options.is_initiator || !is_next || !replica_roots_read(reader, &roots) ||
        roots.round != expected || expected >= SESSION_ROUND_COUNT_MAX) {
        replica_session_fail(session, "the peer sent roots that do not fit");
        return STEME_OK;
    }
    session->is_diff = (roots.flags & REPLICA_ROOTS_DIFF) != 0;
    session->round_number = expected;
    session->report.steps |= STEME_STEP_ROOTS;
    session->halves += expected == 0 ? 1 : 2;
    steme_status status = expected == 0 ? STEME_OK : replica_session_repin(session, error);
    if (status != STEME_OK)
        return status;
    session->round.peer_count = session->report.peer_count = roots.count;
    session->report.peer_root = roots.root;
    return roots_follow(session, &roots, reader, error);
}

steme_status replica_more_receive(replica_session *session, replica_reader *reader)
{
    session_round *round = &session->round;
    uint32_t count = replica_read_u32(reader);
    if (reader->is_bad || reader->size != 0 || session->phase != SESSION_SERVE ||
        round->cell_limit == 0 || round->cell_sent < round->cell_limit ||
        count <= round->cell_sent || count > SKETCH_CELL_COUNT) {
        replica_session_fail(session, "the peer asked for cells that do not follow");
        return STEME_OK;
    }
    session->halves += 2;
    cells_aim(round, count, true, round->cell_sent);
    return STEME_OK;
}
