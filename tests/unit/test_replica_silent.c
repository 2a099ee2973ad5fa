/* What streams and sessions in which nothing moves keep others from: nothing. */
#include "support/replica_watched.h"

#define SECOND_NS (1000 * REPLICA_MS)

/* The peer's streams are 4 * `number` + 1, for gossip, and, if one begins, + 3, a session: which
 * then says nothing for 3 s. */
static bool silent_peer_add(watched *it, uint32_t number)
{
    uint32_t link = 4 * number + 1, session = link + 2;
    watch_step(it, (steme_event){.kind = STEME_EVENT_PEER_ADDED, .peer = (int32_t)number});
    greet_as(it, link, REPLICA_PURPOSE_GOSSIP, 9, (uint8_t)(50 + number));
    bool has_session = it->sent[session][REPLICA_KIND_HELLO] > 0;
    if (has_session)
        greet_as(it, session, REPLICA_PURPOSE_SESSION, 9, (uint8_t)(50 + number));
    it->now_ns += REPLICA_SILENCE_NS;
    return has_session;
}

static void sessions_that_others_open_or_leave_silent_keep_this_side_from_none(void **state)
{
    (void)state;
    watched it;
    watch_begin(&it);
    for (uint32_t stream = 2; stream <= 4; stream += 2) {
        session_open(&it, stream);
        assert_false(it.is_closed[stream]);
    }
    for (uint32_t number = 0; number < 2 * REPLICA_SILENT_FACTOR; number++)
        assert_true(silent_peer_add(&it, number));
    assert_false(silent_peer_add(&it, 2 * REPLICA_SILENT_FACTOR)); /* which is bounded too */
    watch_end(&it);
}

static void own_sessions_with_silent_peers_keep_no_other_out(void **state)
{
    (void)state;
    watched it;
    watch_begin(&it);
    for (uint32_t number = 0; number < 2; number++)
        assert_true(silent_peer_add(&it, number));
    for (uint32_t stream = 2; stream <= 4; stream += 2) {
        session_open(&it, stream);
        assert_false(it.is_closed[stream]);
    }
    watch_end(&it);
}

/* Those of the streams 2 and 4 begin a second apart. */
static void a_session_in_which_nothing_moves_gives_way_to_another(void **state)
{
    (void)state;
    watched it;
    watch_begin(&it);
    session_open(&it, 2);
    it.now_ns += SECOND_NS;
    session_open(&it, 4);
    session_open(&it, 6);
    assert_true(it.is_closed[6]);
    it.now_ns += REPLICA_SILENCE_NS - SECOND_NS;
    session_open(&it, 8);
    assert_false(it.is_closed[8]);
    assert_true(it.is_closed[2]);
    assert_int_equal(it.flags[2], REPLICA_BUSY);
    it.now_ns += SECOND_NS;
    watch_step(&it, (steme_event){.kind = STEME_EVENT_SENT, .stream = 4, .size = 1});
    session_open(&it, 10);
    assert_true(it.is_closed[10]);
    assert_false(it.is_closed[4]);
    assert_false(it.is_closed[8]);
    watch_end(&it);
}

static void streams_that_name_nobody_give_way_to_newer_ones(void **state)
{
    (void)state;
    enum { UNNAMED_MAX = STEME_REPLICA_PEER_COUNT_MAX + 1 };
    watched it;
    watch_begin(&it);
    uint32_t stream = 2;
    for (; stream <= 2 * UNNAMED_MAX; stream += 2)
        stream_open(&it, stream);
    assert_false(it.is_closed[2]);
    guest_open(&it, stream, 1);
    assert_true(it.is_closed[2]);
    assert_string_equal(it.reason, replica_refusal_text(REPLICA_TOO_MANY_STREAMS));
    stream_open(&it, stream + 2);
    assert_false(it.is_closed[4]); /* who has said its name left room */
    stream_open(&it, stream + 4);
    assert_true(it.is_closed[4]);
    assert_false(it.is_closed[stream]);
    watch_end(&it);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(sessions_that_others_open_or_leave_silent_keep_this_side_from_none),
    cmocka_unit_test(own_sessions_with_silent_peers_keep_no_other_out),
    cmocka_unit_test(a_session_in_which_nothing_moves_gives_way_to_another),
    cmocka_unit_test(streams_that_name_nobody_give_way_to_newer_ones),
};

TEST_MAIN(tests)
