/* One replica, step by step: which frames it sends, on which streams, to peers that the test is. */
#include "support/replica_watched.h"

/* ---- Doubles ------------------------------------------------------------------------------ */

enum { FROM_WRITER = 2, FROM_FORWARDER = 4 };

static void two_guests(watched *it)
{
    watch_begin(it);
    guest_open(it, FROM_WRITER, 1);
    guest_open(it, FROM_FORWARDER, 2);
    watch_clear(it);
}

static void who_forwards_what_had_come_is_pruned(void **state)
{
    (void)state;
    watched it;
    two_guests(&it);
    record_come(&it, FROM_WRITER, 0, 0);
    record_event(&it, STEME_EVENT_STORED, 0, STEME_OK);
    record_come(&it, FROM_FORWARDER, 0, REPLICA_IS_FORWARDED);
    assert_int_equal(it.sent[FROM_FORWARDER][REPLICA_KIND_PRUNE], 1);
    assert_int_equal(it.sent[FROM_WRITER][REPLICA_KIND_PRUNE], 0);
    watch_end(&it);
}

/* The forwarder was quicker: what the writer then sends is the double, and shall be what stays. */
static void the_forwarder_is_pruned_where_the_writers_copy_comes_second(void **state)
{
    (void)state;
    for (int is_stored = 0; is_stored < 2; is_stored++) {
        watched it;
        two_guests(&it);
        record_come(&it, FROM_FORWARDER, 0, REPLICA_IS_FORWARDED);
        if (is_stored)
            record_event(&it, STEME_EVENT_STORED, 0, STEME_OK);
        record_come(&it, FROM_WRITER, 0, 0);
        assert_int_equal(it.sent[FROM_FORWARDER][REPLICA_KIND_PRUNE], 1);
        assert_int_equal(it.sent[FROM_WRITER][REPLICA_KIND_PRUNE], 0);
        watch_end(&it);
    }
}

static void doubles_that_were_asked_for_prune_nobody(void **state)
{
    (void)state;
    watched it;
    two_guests(&it);
    record_come(&it, FROM_FORWARDER, 0, REPLICA_IS_FORWARDED);
    record_come(&it, FROM_WRITER, 0, REPLICA_IS_ANSWER);
    record_come(&it, FROM_WRITER, 1, 0);
    record_come(&it, FROM_FORWARDER, 1, REPLICA_IS_ANSWER);
    assert_int_equal(it.sent[FROM_FORWARDER][REPLICA_KIND_PRUNE], 0);
    assert_int_equal(it.sent[FROM_WRITER][REPLICA_KIND_PRUNE], 0);
    watch_end(&it);
}

static void doubles_in_flight_cost_one_prune_and_later_ones_another(void **state)
{
    (void)state;
    watched it;
    two_guests(&it);
    for (size_t i = 0; i < RECORD_COUNT; i++) {
        record_come(&it, FROM_WRITER, i, 0);
        record_come(&it, FROM_FORWARDER, i, REPLICA_IS_FORWARDED);
    }
    assert_int_equal(it.sent[FROM_FORWARDER][REPLICA_KIND_PRUNE], 1);
    it.now_ns += REPLICA_PRUNE_WAIT_NS;
    record_come(&it, FROM_FORWARDER, 0, REPLICA_IS_FORWARDED);
    assert_int_equal(it.sent[FROM_FORWARDER][REPLICA_KIND_PRUNE], 2);
    watch_end(&it);
}

/* A PRUNE that was said before a graft has lost its effect. */
static void a_graft_lets_the_next_double_prune_at_once(void **state)
{
    (void)state;
    watched it;
    watch_begin(&it);
    guest_open(&it, 2, 1);
    record_write(&it, 0);
    record_come(&it, 2, 0, REPLICA_IS_FORWARDED);
    record_come(&it, 2, 0, REPLICA_IS_FORWARDED);
    assert_int_equal(it.sent[2][REPLICA_KIND_PRUNE], 1);
    guest_open(&it, 4, 1);
    assert_int_equal(it.flags[4], REPLICA_IS_GRAFT);
    record_come(&it, 4, 0, REPLICA_IS_FORWARDED);
    assert_int_equal(it.sent[4][REPLICA_KIND_PRUNE], 1);
    watch_end(&it);
}

/* ---- Guests ------------------------------------------------------------------------------- */

static void graft(watched *it, uint32_t stream)
{
    uint8_t frame[] = {REPLICA_KIND_IWANT, REPLICA_IS_GRAFT};
    watch_step(
        it,
        (steme_event){.kind = STEME_EVENT_FRAME, .stream = stream, .bytes = {frame, sizeof frame}});
}

enum { FAULTS_TO_BE_BLOCKED = 5 };

/* Node 1 comes as a guest and breaks the protocol, so many times; gives the next stream's number.
 */
static uint32_t guest_misbehave(watched *it, int count)
{
    uint8_t broken[] = {REPLICA_KIND_PRUNE, 0};
    uint32_t stream = 2;
    for (int i = 0; i < count; i++, stream += 2) {
        guest_open(it, stream, 1);
        assert_false(it->is_closed[stream]);
        watch_step(it, (steme_event){.kind = STEME_EVENT_FRAME,
                                     .stream = stream,
                                     .bytes = {broken, sizeof broken}});
        assert_true(it->is_closed[stream]);
    }
    return stream;
}

static void only_who_knows_one_node_grafts_it_at_once(void **state)
{
    (void)state;
    watched it;
    watch_begin(&it);
    guest_open(&it, FROM_WRITER, 1);
    assert_int_equal(it.sent[FROM_WRITER][REPLICA_KIND_IWANT], 1);
    assert_int_equal(it.flags[FROM_WRITER], REPLICA_IS_GRAFT);
    guest_open(&it, FROM_FORWARDER, 2);
    assert_int_equal(it.sent[FROM_FORWARDER][REPLICA_KIND_IWANT], 0);
    watch_end(&it);
}

static void a_guest_is_pushed_to_and_forwards_on_its_own_stream(void **state)
{
    (void)state;
    watched it;
    two_guests(&it);
    record_write(&it, 0);
    assert_int_equal(it.sent[FROM_WRITER][REPLICA_KIND_RECORDS], 1);
    assert_int_equal(it.sent[FROM_FORWARDER][REPLICA_KIND_RECORDS], 1);
    assert_int_equal(it.flags[FROM_WRITER], 0);
    watch_clear(&it);

    graft(&it, FROM_FORWARDER);
    record_come(&it, FROM_WRITER, 1, 0);
    record_event(&it, STEME_EVENT_STORED, 1, STEME_OK);
    assert_int_equal(it.sent[FROM_FORWARDER][REPLICA_KIND_RECORDS], 1);
    assert_int_equal(it.flags[FROM_FORWARDER], REPLICA_IS_FORWARDED);
    assert_int_equal(it.sent[FROM_WRITER][REPLICA_KIND_RECORDS], 0);
    watch_end(&it);
}

/* Its own stream to the peer is used as soon as that has answered, the peer's until then and
 * afterwards; never both. */
static void of_two_streams_one_is_pushed_on(void **state)
{
    (void)state;
    enum { OWN = 1, ITS = 2, SECOND_OWN = 5 };
    watched it;
    steme_peer_stat stat;
    watch_begin(&it);
    watch_step(&it, (steme_event){.kind = STEME_EVENT_PEER_ADDED, .peer = 7});
    guest_open(&it, ITS, 1);
    graft(&it, ITS);
    record_write(&it, 0);
    assert_int_equal(it.sent[OWN][REPLICA_KIND_RECORDS], 0);
    assert_int_equal(it.sent[ITS][REPLICA_KIND_RECORDS], 1);
    assert_int_equal(guest_stat(&it, 0, &stat), STEME_OK);

    watch_clear(&it);
    greet(&it, OWN, 1);
    record_write(&it, 1);
    assert_int_equal(it.sent[OWN][REPLICA_KIND_RECORDS], 1);
    assert_int_equal(it.sent[ITS][REPLICA_KIND_RECORDS], 0);
    assert_int_equal(guest_stat(&it, 0, &stat), STEME_NOT_FOUND);
    assert_int_equal(steme_replica_peer_stat(it.replica, 7, &stat, NULL), STEME_OK);
    assert_int_equal(stat.records_sent, 2);
    assert_true(stat.is_eager);

    watch_clear(&it);
    stream_end(&it, OWN);
    record_write(&it, 2);
    assert_int_equal(it.sent[ITS][REPLICA_KIND_RECORDS], 1);
    assert_int_equal(steme_replica_peer_stat(it.replica, 7, &stat, NULL), STEME_OK);
    assert_true(stat.is_eager);
    stream_end(&it, ITS);
    assert_int_equal(steme_replica_peer_stat(it.replica, 7, &stat, NULL), STEME_OK);
    assert_false(stat.is_eager);
    record_write(&it, 3);
    assert_int_equal(it.sent[ITS][REPLICA_KIND_RECORDS], 1);
    watch_end(&it);
}

/* What a guest announced is asked for still, when it has become a peer. */
static void what_a_guest_announced_outlives_its_being_a_guest(void **state)
{
    (void)state;
    watched it;
    watch_begin(&it);
    watch_step(&it, (steme_event){.kind = STEME_EVENT_PEER_ADDED, .peer = 7});
    guest_open(&it, 2, 1);
    uint8_t announcement[] = {REPLICA_KIND_IHAVE, 0, 1, 2, 3, 4, 5, 6, 7, 8};
    watch_step(&it, (steme_event){.kind = STEME_EVENT_FRAME,
                                  .stream = 2,
                                  .bytes = {announcement, sizeof announcement}});
    greet(&it, 1, 1);
    watch_clear(&it);
    it.now_ns += REPLICA_GRAFT_WAIT_NS;
    watch_step(&it, (steme_event){.kind = STEME_EVENT_TICK});
    assert_int_equal(it.sent[2][REPLICA_KIND_IWANT], 1);
    watch_end(&it);
}

/* What a guest was to be told is told, when it has become a peer. */
static void what_waits_to_be_announced_to_a_guest_is_announced_to_the_peer(void **state)
{
    (void)state;
    watched it;
    watch_begin(&it);
    watch_step(&it, (steme_event){.kind = STEME_EVENT_PEER_ADDED, .peer = 7});
    guest_open(&it, 2, 1);
    guest_open(&it, 4, 2);
    record_come(&it, 4, 0, 0);
    record_event(&it, STEME_EVENT_STORED, 0, STEME_OK);
    greet(&it, 1, 1);
    assert_int_equal(it.sent[1][REPLICA_KIND_IHAVE] + it.sent[2][REPLICA_KIND_IHAVE], 0);
    it.now_ns += REPLICA_ANNOUNCE_WAIT_NS;
    watch_step(&it, (steme_event){.kind = STEME_EVENT_TICK});
    assert_int_equal(it.sent[1][REPLICA_KIND_IHAVE], 1);
    assert_int_equal(it.sent[2][REPLICA_KIND_IHAVE], 0);
    watch_end(&it);
}

static void the_faults_of_a_guest_are_those_of_the_peer_that_it_becomes(void **state)
{
    (void)state;
    watched it;
    steme_peer_stat stat;
    watch_begin(&it);
    watch_step(&it, (steme_event){.kind = STEME_EVENT_PEER_ADDED, .peer = 7});
    guest_misbehave(&it, 2);
    greet(&it, 1, 1);
    assert_int_equal(steme_replica_peer_stat(it.replica, 7, &stat, NULL), STEME_OK);
    assert_int_equal(stat.score, -2 * REPLICA_FAULT_BROKEN);
    watch_end(&it);
}

/* A record of a guest that becomes a peer meanwhile counts for the peer, and is not told it. */
static void what_a_guest_sent_counts_for_the_peer_that_it_becomes(void **state)
{
    (void)state;
    watched it;
    steme_peer_stat stat;
    watch_begin(&it);
    watch_step(&it, (steme_event){.kind = STEME_EVENT_PEER_ADDED, .peer = 7});
    guest_open(&it, 2, 1);
    record_come(&it, 2, 0, 0);
    greet(&it, 1, 1);
    watch_clear(&it);
    record_event(&it, STEME_EVENT_STORED, 0, STEME_OK);
    it.now_ns += REPLICA_ANNOUNCE_WAIT_NS;
    watch_step(&it, (steme_event){.kind = STEME_EVENT_TICK});
    for (size_t stream = 1; stream <= 2; stream++) {
        assert_int_equal(it.sent[stream][REPLICA_KIND_RECORDS], 0);
        assert_int_equal(it.sent[stream][REPLICA_KIND_IHAVE], 0);
    }
    assert_int_equal(steme_replica_peer_stat(it.replica, 7, &stat, NULL), STEME_OK);
    assert_int_equal(stat.records_received, 1);
    watch_end(&it);
}

static void a_guest_does_not_shed_its_faults_by_coming_back(void **state)
{
    (void)state;
    watched it;
    watch_begin(&it);
    uint32_t stream = guest_misbehave(&it, FAULTS_TO_BE_BLOCKED);
    guest_open(&it, stream, 1);
    assert_true(it.is_closed[stream]);
    assert_string_equal(it.reason, replica_refusal_text(REPLICA_UNWANTED));
    guest_open(&it, stream + 2, 2);
    assert_false(it.is_closed[stream + 2]);
    watch_end(&it);
}

static void guests_are_bounded_and_a_place_is_given_on_after_a_minute(void **state)
{
    (void)state;
    watched it;
    steme_peer_stat stat;
    watch_begin(&it);
    uint32_t stream = 2;
    for (uint8_t i = 0; i < STEME_REPLICA_GUEST_COUNT_MAX; i++, stream += 2) {
        guest_open(&it, stream, i);
        assert_int_equal(guest_stat(&it, i, &stat), STEME_OK);
    }
    guest_open(&it, stream, 100);
    assert_true(it.is_closed[stream]);
    assert_string_equal(it.reason, replica_refusal_text(REPLICA_TOO_MANY_STREAMS));
    stream_end(&it, 8);
    assert_int_equal(guest_stat(&it, 3, &stat), STEME_NOT_FOUND);
    guest_open(&it, stream + 2, 100);
    assert_true(it.is_closed[stream + 2]);
    it.now_ns += REPLICA_GUEST_KEEP_NS;
    guest_open(&it, stream + 4, 100);
    assert_false(it.is_closed[stream + 4]);
    assert_int_equal(guest_stat(&it, 3, &stat), STEME_OK);
    assert_int_equal(stat.node[1], 100);
    watch_end(&it);
}

/* All places of guests but the first; gives the next stream's number. */
static uint32_t other_places_fill(watched *it, uint32_t stream)
{
    for (uint8_t i = 1; i < STEME_REPLICA_GUEST_COUNT_MAX; i++, stream += 2)
        guest_open(it, stream, (uint8_t)(100 + i));
    assert_false(it->is_closed[stream - 2]);
    return stream;
}

/* Whichever ends later: the minute, or the time for which it is left alone. */
static void the_place_of_a_guest_that_is_left_alone_is_kept_as_long(void **state)
{
    (void)state;
    bool is_longer_than_a_minute = false;
    for (uint64_t seed = 1; seed <= 8; seed++) {
        watched it;
        watch_begin_seeded(&it, seed);
        uint32_t stream = guest_misbehave(&it, FAULTS_TO_BE_BLOCKED);
        uint64_t free_ns = it.now_ns + REPLICA_GUEST_KEEP_NS;
        uint64_t blocked_until_ns = it.replica->peers[REPLICA_GUEST_FIRST].blocked_until_ns;
        is_longer_than_a_minute |= blocked_until_ns > free_ns;
        free_ns = blocked_until_ns > free_ns ? blocked_until_ns : free_ns;
        stream = other_places_fill(&it, stream);
        it.now_ns = free_ns - 4 * REPLICA_MS;
        guest_open(&it, stream, 50);
        assert_true(it.is_closed[stream]);
        it.now_ns = free_ns - REPLICA_MS;
        guest_open(&it, stream + 2, 50);
        assert_false(it.is_closed[stream + 2]);
        watch_end(&it);
    }
    assert_true(is_longer_than_a_minute);
}

/* The session ends in the step of the greeting, but after it: it has been silent too long. */
static void the_place_of_a_guest_is_kept_while_its_session_goes_on(void **state)
{
    (void)state;
    for (int has_session = 0; has_session < 2; has_session++) {
        watched it;
        watch_begin(&it);
        guest_open(&it, 2, 1);
        if (has_session) {
            stream_open(&it, 4);
            greet_as(&it, 4, REPLICA_PURPOSE_SESSION, 9, 1);
            assert_false(it.is_closed[4]);
        }
        stream_end(&it, 2);
        uint32_t stream = other_places_fill(&it, 6);
        stream_open(&it, stream);
        it.now_ns += REPLICA_GUEST_KEEP_NS;
        greet(&it, stream, 50);
        assert_int_equal(it.is_closed[stream], has_session);
        watch_end(&it);
    }
}

static void numbers_of_guests_name_nobody_in_events(void **state)
{
    (void)state;
    watched it;
    steme_peer_stat stat;
    watch_begin(&it);
    guest_open(&it, 2, 1);
    static const int32_t numbers[] = {STEME_REPLICA_GUEST(0), STEME_REPLICA_GUEST(1), INT32_MIN};
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        watch_step(&it, (steme_event){.kind = STEME_EVENT_PEER_ADDED, .peer = numbers[i]});
        watch_step(&it, (steme_event){.kind = STEME_EVENT_PEER_REMOVED, .peer = numbers[i]});
        watch_step(&it, (steme_event){.kind = STEME_EVENT_SYNC, .peer = numbers[i], .token = 9});
    }
    assert_false(it.is_closed[2]);
    assert_int_equal(guest_stat(&it, 0, &stat), STEME_OK);
    assert_int_equal(steme_replica_peer_stat(it.replica, -1, &stat, NULL), STEME_NOT_FOUND);
    assert_int_equal(steme_replica_peer_stat(it.replica, INT32_MIN, &stat, NULL), STEME_NOT_FOUND);
    assert_int_equal(guest_stat(&it, STEME_REPLICA_GUEST_COUNT_MAX, &stat), STEME_NOT_FOUND);
    watch_end(&it);
}

/* ---- Sessions from both sides ------------------------------------------------------------- */

enum { OUR_LINK = 1, OUR_SESSION = 3, THEIR_SESSION = 4 };

/* Whichever stream first shows who the peer is. */
static void of_two_sessions_that_of_the_smaller_node_lives(void **state)
{
    (void)state;
    for (int i = 0; i < 8; i++) {
        watched it;
        uint8_t peer = i % 2 == 0 ? 9 : 0; /* this node's id begins with 1 */
        uint32_t loser = peer == 9 ? THEIR_SESSION : OUR_SESSION;
        watch_begin(&it);
        watch_step(&it, (steme_event){.kind = STEME_EVENT_PEER_ADDED, .peer = 7});
        if (i & 2)
            greet_as(&it, OUR_LINK, REPLICA_PURPOSE_GOSSIP, peer, 1);
        stream_open(&it, THEIR_SESSION);
        if (i & 4)
            greet_as(&it, OUR_SESSION, REPLICA_PURPOSE_SESSION, peer, 1);
        greet_as(&it, THEIR_SESSION, REPLICA_PURPOSE_SESSION, peer, 1);
        if (!(i & 4) && !it.is_closed[OUR_SESSION])
            greet_as(&it, OUR_SESSION, REPLICA_PURPOSE_SESSION, peer, 1);
        assert_true(it.is_closed[loser]);
        assert_false(it.is_closed[OUR_SESSION + THEIR_SESSION - loser]);
        assert_int_equal(it.sent[loser][REPLICA_KIND_REFUSE], 1);
        assert_int_equal(it.flags[loser], REPLICA_YIELDED);
        watch_end(&it);
    }
}

/* ---- Room and work ------------------------------------------------------------------------ */

static void without_room_nothing_that_is_pushed_is_stored(void **state)
{
    (void)state;
    watched it;
    steme_peer_stat stat;
    watch_begin(&it);
    guest_open(&it, 2, 1);
    watch_step(&it, (steme_event){.kind = STEME_EVENT_SPACE, .peer = -1, .is_full = 1});
    record_come(&it, 2, 0, 0);
    assert_int_equal(it.token, 0);
    assert_int_equal(guest_stat(&it, 0, &stat), STEME_OK);
    assert_int_equal(stat.score, 0);
    watch_step(&it, (steme_event){.kind = STEME_EVENT_SPACE, .peer = -1});
    record_come(&it, 2, 0, 0);
    assert_int_not_equal(it.token, 0);
    watch_end(&it);
}

/* A frame on `stream`, for which the step took `seconds` of a processor. */
static void work_step(watched *it, uint32_t stream, uint64_t seconds)
{
    static const uint8_t prune[] = {REPLICA_KIND_PRUNE};
    watch_step(it, (steme_event){.kind = STEME_EVENT_FRAME, .stream = stream, .bytes = {prune, 1}});
    watch_step(it, (steme_event){.kind = STEME_EVENT_TICK,
                                 .peer = -1,
                                 .work_ns = seconds * 1000 * REPLICA_MS});
}

static void who_costs_more_than_its_budget_is_left_alone_and_nobody_else(void **state)
{
    (void)state;
    watched it;
    steme_peer_stat stat;
    two_guests(&it);
    for (int i = 0; i < 3; i++) {
        work_step(&it, FROM_WRITER, 10);
        work_step(&it, FROM_FORWARDER, 9);
    }
    assert_false(it.is_closed[FROM_WRITER]);
    work_step(&it, FROM_WRITER, 1);
    assert_true(it.is_closed[FROM_WRITER]);
    assert_true(it.is_over_budget);
    assert_false(it.is_closed[FROM_FORWARDER]);
    guest_open(&it, 6, 1);
    assert_true(it.is_closed[6]);
    assert_string_equal(it.reason, replica_refusal_text(REPLICA_OVER_BUDGET));
    assert_int_equal(guest_stat(&it, 1, &stat), STEME_OK);
    assert_int_equal(stat.work_ns, 27000 * REPLICA_MS);
    it.now_ns += REPLICA_QUOTA_WINDOW_NS;
    guest_open(&it, 8, 1);
    assert_false(it.is_closed[8]);
    watch_end(&it);
}

static void a_budget_that_was_told_takes_the_place_of_the_usual_one(void **state)
{
    (void)state;
    watched it;
    watch_begin_with(&it, (steme_replica_options){.seed = 1, .peer_work_ms = 2000});
    guest_open(&it, FROM_WRITER, 1);
    work_step(&it, FROM_WRITER, 2);
    assert_false(it.is_closed[FROM_WRITER]);
    work_step(&it, FROM_WRITER, 1);
    assert_true(it.is_closed[FROM_WRITER] && it.is_over_budget);
    watch_end(&it);
}

static void records_that_prove_bad_are_charged_to_who_sent_them(void **state)
{
    (void)state;
    watched it;
    steme_peer_stat stat;
    two_guests(&it);
    record_come(&it, FROM_WRITER, 0, 0);
    record_event(&it, STEME_EVENT_STORED, 0, STEME_BAD_SIGNATURE);
    assert_int_equal(guest_stat(&it, 0, &stat), STEME_OK);
    assert_true(stat.work_ns >= REPLICA_WORK_REFUSED_NS);
    assert_int_equal(guest_stat(&it, 1, &stat), STEME_OK);
    assert_int_equal(stat.work_ns, 0);
    watch_end(&it);
}

/* ---- Node ids ----------------------------------------------------------------------------- */

static void greet_shown(watched *it, uint32_t stream, replica_purpose purpose, uint8_t node,
                        uint64_t identity)
{
    uint8_t frame[REPLICA_HELLO_SIZE_MAX];
    replica_hello hello = {.purpose = purpose, .node = {9, node}};
    hello.cluster = quick_text(WATCHED_CLUSTER);
    size_t size = replica_hello_write(&hello, frame);
    watch_step(it, (steme_event){.kind = STEME_EVENT_FRAME,
                                 .stream = stream,
                                 .bytes = {frame, size},
                                 .identity = identity});
}

static void test_a_member_cannot_go_by_the_node_id_of_another_who_is_there(void **state)
{
    watched it;
    (void)state;
    watch_begin(&it);
    stream_open(&it, 2);
    greet_shown(&it, 2, REPLICA_PURPOSE_GOSSIP, 5, 100);
    stream_open(&it, 4);
    greet_shown(&it, 4, REPLICA_PURPOSE_GOSSIP, 5, 200);
    assert_true(it.is_closed[4]);
    assert_string_equal(it.reason, replica_refusal_text(REPLICA_IMPOSTOR));
    stream_open(&it, 6);
    greet_shown(&it, 6, REPLICA_PURPOSE_SESSION, 5, 0);
    assert_true(it.is_closed[6]);
    assert_false(it.is_closed[2]);
    /* Its own next stream takes the place of the first, as ever; then the name is free. */
    stream_open(&it, 8);
    greet_shown(&it, 8, REPLICA_PURPOSE_GOSSIP, 5, 100);
    assert_true(it.is_closed[2]);
    assert_false(it.is_closed[8]);
    stream_end(&it, 8);
    stream_open(&it, 10);
    greet_shown(&it, 10, REPLICA_PURPOSE_GOSSIP, 5, 200);
    assert_false(it.is_closed[10]);
    watch_end(&it);
}

static void test_a_peer_that_is_called_is_believed_before_one_that_calls(void **state)
{
    watched it;
    (void)state;
    watch_begin(&it);
    stream_open(&it, 2);
    greet_shown(&it, 2, REPLICA_PURPOSE_GOSSIP, 5, 200);
    watch_step(&it, (steme_event){.kind = STEME_EVENT_PEER_ADDED, .peer = 0});
    assert_int_not_equal(it.sent[1][REPLICA_KIND_HELLO] + it.sent[3][REPLICA_KIND_HELLO], 0);
    greet_shown(&it, 1, REPLICA_PURPOSE_GOSSIP, 5, 100);
    assert_true(it.is_closed[2]);
    assert_false(it.is_closed[1]);
    watch_end(&it);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_a_member_cannot_go_by_the_node_id_of_another_who_is_there),
    cmocka_unit_test(test_a_peer_that_is_called_is_believed_before_one_that_calls),
    cmocka_unit_test(without_room_nothing_that_is_pushed_is_stored),
    cmocka_unit_test(who_costs_more_than_its_budget_is_left_alone_and_nobody_else),
    cmocka_unit_test(a_budget_that_was_told_takes_the_place_of_the_usual_one),
    cmocka_unit_test(records_that_prove_bad_are_charged_to_who_sent_them),
    cmocka_unit_test(who_forwards_what_had_come_is_pruned),
    cmocka_unit_test(the_forwarder_is_pruned_where_the_writers_copy_comes_second),
    cmocka_unit_test(doubles_that_were_asked_for_prune_nobody),
    cmocka_unit_test(doubles_in_flight_cost_one_prune_and_later_ones_another),
    cmocka_unit_test(a_graft_lets_the_next_double_prune_at_once),
    cmocka_unit_test(only_who_knows_one_node_grafts_it_at_once),
    cmocka_unit_test(a_guest_is_pushed_to_and_forwards_on_its_own_stream),
    cmocka_unit_test(of_two_streams_one_is_pushed_on),
    cmocka_unit_test(what_a_guest_announced_outlives_its_being_a_guest),
    cmocka_unit_test(what_waits_to_be_announced_to_a_guest_is_announced_to_the_peer),
    cmocka_unit_test(the_faults_of_a_guest_are_those_of_the_peer_that_it_becomes),
    cmocka_unit_test(what_a_guest_sent_counts_for_the_peer_that_it_becomes),
    cmocka_unit_test(a_guest_does_not_shed_its_faults_by_coming_back),
    cmocka_unit_test(guests_are_bounded_and_a_place_is_given_on_after_a_minute),
    cmocka_unit_test(the_place_of_a_guest_that_is_left_alone_is_kept_as_long),
    cmocka_unit_test(the_place_of_a_guest_is_kept_while_its_session_goes_on),
    cmocka_unit_test(numbers_of_guests_name_nobody_in_events),
    cmocka_unit_test(of_two_sessions_that_of_the_smaller_node_lives),
};

TEST_MAIN(tests)
