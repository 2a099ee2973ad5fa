/* T4: where much differs, both list their items, range by range in the order of ids. */
#include "replica/session_state.h"

/* Ids of the pinned set from `first` on that are listed at a time, and the item that the range of
 * them ends before: ids of one item stay together, where they are not more than a range. */
typedef struct sweep_range {
    steme_id *ids;
    size_t count;
    uint64_t end;
    bool is_last; /* it goes to the end of the set */
} sweep_range;

static steme_status range_read(replica_session *session, uint64_t first, sweep_range *out_range,
                               steme_error *error)
{
    steme_id lower = {{0}};
    base_put_u64be(lower.bytes, first);
    sweep_range range = {.ids = base_alloc((SESSION_SWEEP_COUNT + 1) * sizeof *range.ids)};
    if (range.ids == NULL)
        return base_fail(error, STEME_NO_MEMORY, "session: no memory for ids");
    steme_status status = session->set->ids(session->pin, &lower, SESSION_SWEEP_COUNT + 1,
                                            range.ids, &range.count, error);
    if (status != STEME_OK) {
        base_free(range.ids);
        return status;
    }
    range.is_last = range.count <= SESSION_SWEEP_COUNT;
    if (!range.is_last) {
        range.count--;
        range.end = sketch_item(&range.ids[SESSION_SWEEP_COUNT]);
        if (range.end == first)
            range.is_last = ++range.end == 0;
        while (range.count > 0 && !range.is_last &&
               sketch_item(&range.ids[range.count - 1]) >= range.end)
            range.count--;
    }
    *out_range = range;
    return STEME_OK;
}

/* ---- The initiator -------------------------------------------------------------------------- */

void replica_sweep_begin(replica_session *session)
{
    replica_sketch_end(session);
    session->report.steps |= STEME_STEP_BULK;
    session->round.step = STEME_STEP_BULK;
    session->phase = SESSION_SWEEP;
}

steme_status replica_sweep_pump(replica_session *session, bool *out_sent, steme_error *error)
{
    session_round *round = &session->round;
    if (session->phase != SESSION_SWEEP || !session->options.is_initiator || round->is_sweep_out ||
        round->take.count - round->take.head > SESSION_SWEEP_LOW ||
        round->give.count - round->give.head > SESSION_SWEEP_LOW)
        return STEME_OK;
    /* A range is cut where either side has SESSION_SWEEP_COUNT ids, and not for less. */
    if (++round->sweep_count > 64 + (round->count + round->offered) / (SESSION_SWEEP_COUNT / 4)) {
        replica_session_fail(session, "the peer lists ranges that are too short");
        return STEME_OK;
    }
    sweep_range range;
    steme_status status = range_read(session, round->sweep_first, &range, error);
    if (status != STEME_OK)
        return status;
    uint8_t *items = (uint8_t *)range.ids; /* packed in place: a short id is shorter */
    for (size_t i = 0; i < range.count; i++)
        memmove(items + i * 8, range.ids[i].bytes, 8);
    replica_sweep sweep = {range.is_last, round->sweep_first, range.end, items, range.count};
    replica_writer writer = replica_session_writer(session);
    replica_sweep_write(&writer, &sweep);
    base_free(range.ids);
    round->sweep_end = range.end;
    round->is_sweep_last = range.is_last;
    round->is_sweep_out = *out_sent = true;
    return replica_session_send(session, &writer, error);
}

void replica_sweep_listed(replica_session *session, const replica_list *list)
{
    session_round *round = &session->round;
    if ((list->flags & REPLICA_LIST_LAST) == 0 && !round->is_sweep_last &&
        list->range_end > round->sweep_end)
        replica_session_fail(session, "the peer listed more than was swept");
    round->sweep_first = list->range_end;
    round->is_sweep_out = false;
    session->halves += 2;
}

/* ---- The responder -------------------------------------------------------------------------- */

static steme_status item_push(session_queue *queue, uint64_t item, steme_error *error)
{
    uint8_t selector[8];
    base_put_u64be(selector, item);
    return replica_queue_push(queue, sizeof selector, selector, 1, error);
}

/* What only one side has of the items below `end`. Of items that several ids share, as many are
 * matched as both have; the trie tells the rest apart. */
static steme_status range_compare(replica_session *session, const sweep_range *range,
                                  const replica_sweep *sweep, steme_error *error)
{
    session_round *round = &session->round;
    steme_status status = STEME_OK;
    size_t own = 0;
    size_t other = 0;
    while (status == STEME_OK) {
        bool has_own = own < range->count;
        uint64_t own_item = has_own ? sketch_item(&range->ids[own]) : 0;
        bool has_other = other < sweep->item_count;
        uint64_t other_item = has_other ? base_get_u64be(sweep->items + other * 8) : 0;
        if (has_other && !range->is_last && other_item >= range->end)
            has_other = false;
        if (has_own && !sweep->is_last && own_item >= sweep->end)
            has_own = false;
        if (!has_own && !has_other)
            break;
        if (has_own && has_other && own_item == other_item) {
            own++;
            other++;
        } else if (has_own && (!has_other || own_item < other_item)) {
            status = item_push(&round->give, own_item, error);
            own++;
        } else {
            status = item_push(&round->take, other_item, error);
            other++;
        }
    }
    return status;
}

/* Both ranges begin at one place; what was compared ends where the shorter does. */
static steme_status range_list(replica_session *session, const sweep_range *range,
                               const replica_sweep *sweep, steme_error *error)
{
    session_round *round = &session->round;
    uint64_t end = sweep->end;
    if (sweep->is_last || (!range->is_last && range->end < end))
        end = range->is_last ? UINT64_MAX : range->end;
    round->sweep_first = end;
    round->is_found = sweep->is_last && range->is_last;
    if (round->is_found)
        replica_session_know(session);
    return replica_list_send(session, REPLICA_LIST_RANGE, end, error);
}

steme_status replica_sweep_receive(replica_session *session, replica_reader *reader,
                                   steme_error *error)
{
    session_round *round = &session->round;
    replica_sweep sweep;
    bool is_due = !session->options.is_initiator && !round->is_found &&
                  (session->phase == SESSION_SERVE || session->phase == SESSION_SWEEP);
    if (!is_due || !replica_sweep_read(reader, &sweep) || sweep.first != round->sweep_first ||
        (round->take.count - round->take.head) * 8 > SESSION_QUEUE_SIZE_MAX ||
        (round->give.count - round->give.head) * 8 > SESSION_QUEUE_SIZE_MAX) {
        replica_session_fail(session, "the peer swept when it could not");
        return STEME_OK;
    }
    replica_sketch_end(session);
    session->report.steps |= STEME_STEP_BULK;
    session->phase = SESSION_SWEEP;
    session->halves += 2;
    round->is_finder = true;
    sweep_range range;
    steme_status status = range_read(session, sweep.first, &range, error);
    if (status != STEME_OK)
        return status;
    status = range_compare(session, &range, &sweep, error);
    base_free(range.ids);
    return status == STEME_OK ? range_list(session, &range, &sweep, error) : status;
}
