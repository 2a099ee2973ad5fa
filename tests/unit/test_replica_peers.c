/* Whom a node speaks to, and what it makes of peers that break rules. */
#include "support/replica_case.h"

/* ---- Who is spoken to --------------------------------------------------------------------- */

static void another_cluster_is_refused(void **state)
{
    (void)state;
    network_options options = plain_options(2);
    replica_network *network = network_new(&options);
    steme_replica_options other = {.cluster = "elsewhere"};
    network_set_options(network, 1, &other);
    network_connect_all(network);
    ingest_number(network, 0, 1);
    network_run(network, 10 * SECOND_NS);
    assert_int_equal(network_record_count(network, 1), 0);
    assert_string_equal(network_peer_stat(network, 0, 1).last_failure,
                        replica_refusal_text(REPLICA_OTHER_CLUSTER));
    assert_int_equal(network_stat(network, 1)->payload_count, 0);
    network_free(network);
}

static void a_node_does_not_speak_to_itself(void **state)
{
    (void)state;
    network_options options = plain_options(1);
    replica_network *network = network_new(&options);
    network_add_peer(network, 0, 0);
    network_run(network, 60 * SECOND_NS);
    assert_string_equal(network_peer_stat(network, 0, 0).last_failure,
                        replica_refusal_text(REPLICA_OWN_NODE));
    assert_true(network_stat(network, 0)->frame_count < 12);
    network_free(network);
}

static void an_unknown_version_is_refused(void **state)
{
    (void)state;
    network_options options = plain_options(1);
    replica_network *network = network_new(&options);
    uint8_t frame[REPLICA_HELLO_SIZE_MAX];
    size_t size = hello_write(frame, REPLICA_PURPOSE_GOSSIP, 1, "stemedb");
    frame[5] = 2;
    uint32_t stream = network_intrude(network, 0, -1);
    network_intruder_send(network, 0, stream, (steme_span){frame, size});
    assert_false(network_intruder_is_open(network, 0, stream));
    assert_string_equal(network_stat(network, 0)->last_close_reason,
                        replica_refusal_text(REPLICA_OTHER_VERSION));
    network_free(network);
}

static void a_silent_stream_is_closed(void **state)
{
    (void)state;
    network_options options = plain_options(1);
    replica_network *network = network_new(&options);
    uint32_t stream = network_intrude(network, 0, -1);
    network_run(network, 9 * SECOND_NS);
    assert_true(network_intruder_is_open(network, 0, stream));
    network_run(network, 2 * SECOND_NS);
    assert_false(network_intruder_is_open(network, 0, stream));
    network_free(network);
}

static void a_peer_has_one_gossip_stream_and_two_sessions(void **state)
{
    (void)state;
    network_options options = plain_options(2);
    options.replica.is_quiet = 1;
    options.replica.session_count_max = 8;
    replica_network *network = network_ready(&options);
    uint32_t first = intrude(network, 0, 1, REPLICA_PURPOSE_SESSION);
    uint32_t second = intrude(network, 0, 1, REPLICA_PURPOSE_SESSION);
    uint32_t third = intrude(network, 0, 1, REPLICA_PURPOSE_SESSION);
    assert_true(network_intruder_is_open(network, 0, first));
    assert_true(network_intruder_is_open(network, 0, second));
    assert_false(network_intruder_is_open(network, 0, third));
    uint32_t gossip = intrude(network, 0, 1, REPLICA_PURPOSE_GOSSIP);
    assert_true(network_intruder_is_open(network, 0, gossip));
    uint32_t newer = intrude(network, 0, 1, REPLICA_PURPOSE_GOSSIP);
    assert_true(network_intruder_is_open(network, 0, newer));
    assert_false(network_intruder_is_open(network, 0, gossip));
    network_free(network);
}

static void sessions_are_bounded_over_all_peers(void **state)
{
    (void)state;
    network_options options = plain_options(1);
    replica_network *network = network_new(&options);
    uint32_t streams[4];
    for (size_t i = 0; i < 4; i++)
        streams[i] = intrude(network, 0, -1, REPLICA_PURPOSE_SESSION);
    assert_true(network_intruder_is_open(network, 0, streams[1]));
    assert_false(network_intruder_is_open(network, 0, streams[2]));
    assert_string_equal(network_stat(network, 0)->last_close_reason,
                        replica_refusal_text(REPLICA_BUSY));
    network_free(network);
}

/* ---- Faults of peers ---------------------------------------------------------------------- */

static void bad_signatures_are_neither_kept_nor_passed_on_and_cost_score(void **state)
{
    (void)state;
    network_options options = plain_options(3);
    replica_network *network = network_new(&options);
    network_add_peer(network, 0, 1);
    network_add_peer(network, 0, 2);
    network_run(network, SECOND_NS);
    uint8_t frame[4096];
    uint32_t stream = intrude(network, 0, 2, REPLICA_PURPOSE_GOSSIP);
    size_t sent = 0;
    for (uint64_t i = 0; i < 50 && network_intruder_is_open(network, 0, stream); i++, sent++) {
        quick_record record;
        quick_record_make(i, &record);
        record.bytes[record.size - 1] ^= 1;
        size_t size = records_frame(frame, &record);
        network_intruder_send(network, 0, stream, (steme_span){frame, size});
        network_run(network, 10 * NETWORK_MS);
        free(record.bytes);
    }
    assert_in_range(sent, 5, 15);
    assert_int_equal(network_record_count(network, 0), 0);
    assert_int_equal(network_stat(network, 1)->payload_count, 0);
    assert_true(network_peer_stat(network, 0, 2).score < 0);
    assert_int_equal(network_peer_stat(network, 0, 2).refused_count, sent);
    network_free(network);
}

/* What came with a bad signature does not keep the good record of the same id out. */
static void a_forged_copy_does_not_hide_the_record(void **state)
{
    (void)state;
    network_options options = plain_options(1);
    replica_network *network = network_new(&options);
    uint32_t liar = intrude(network, 0, -1, REPLICA_PURPOSE_GOSSIP);
    uint8_t frame[4096], hello[REPLICA_HELLO_SIZE_MAX];
    uint32_t honest = network_intrude(network, 0, -1);
    size_t size = hello_write(hello, REPLICA_PURPOSE_GOSSIP, 201, "stemedb");
    network_intruder_send(network, 0, honest, (steme_span){hello, size});
    quick_record record;
    quick_record_make(1, &record);
    for (int is_good = 0; is_good < 2; is_good++) {
        size = records_frame(frame, &record);
        frame[size - 1] ^= (uint8_t)!is_good;
        network_intruder_send(network, 0, is_good ? honest : liar, (steme_span){frame, size});
    }
    network_run(network, SECOND_NS);
    assert_true(network_holds(network, 0, &record.id));
    free(record.bytes);
    network_free(network);
}

static void frames_that_break_the_protocol_close_the_stream(void **state)
{
    (void)state;
    static const struct {
        uint8_t bytes[12];
        size_t size;
    } frames[] = {
        {{0}, 0},
        {{1}, 1},
        {{3, 0}, 2},
        {{3, 0, 0, 0, 0, 0}, 6},
        {{3, 0, 0xff, 0xff, 0xff, 0xff, 1}, 7},
        {{3, 0, 0, 0, 0, 2, 1}, 7},
        {{4}, 1},
        {{4, 0, 1}, 3},
        {{5}, 1},
        {{5, 0, 1}, 3},
        {{6, 0}, 2},
        {{9, 9}, 2},
        {{16, 0, 0, 0}, 4},
        {{255}, 1},
    };
    network_options options = plain_options(1);
    for (size_t i = 0; i < sizeof frames / sizeof frames[0]; i++) {
        replica_network *network = network_new(&options);
        uint32_t stream = intrude(network, 0, -1, REPLICA_PURPOSE_GOSSIP);
        assert_true(network_intruder_is_open(network, 0, stream));
        network_intruder_send(network, 0, stream, (steme_span){frames[i].bytes, frames[i].size});
        assert_false(network_intruder_is_open(network, 0, stream));
        network_free(network);
    }
}

static void a_peer_over_its_quota_is_left_alone_for_the_minute(void **state)
{
    (void)state;
    network_options options = plain_options(2);
    options.replica.peer_bytes_max = 4096;
    options.replica.is_quiet = 1;
    replica_network *network = network_ready(&options);
    uint32_t stream = intrude(network, 0, 1, REPLICA_PURPOSE_GOSSIP);
    uint8_t announcement[1026] = {REPLICA_KIND_IHAVE};
    for (int i = 0; i < 3; i++)
        network_intruder_send(network, 0, stream, (steme_span){announcement, 1026});
    assert_true(network_intruder_is_open(network, 0, stream));
    network_intruder_send(network, 0, stream, (steme_span){announcement, 1026});
    assert_false(network_intruder_is_open(network, 0, stream));
    stream = intrude(network, 0, 1, REPLICA_PURPOSE_GOSSIP);
    assert_false(network_intruder_is_open(network, 0, stream));
    network_run(network, 61 * SECOND_NS);
    stream = intrude(network, 0, 1, REPLICA_PURPOSE_GOSSIP);
    assert_true(network_intruder_is_open(network, 0, stream));
    network_free(network);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(another_cluster_is_refused),
    cmocka_unit_test(a_node_does_not_speak_to_itself),
    cmocka_unit_test(an_unknown_version_is_refused),
    cmocka_unit_test(a_silent_stream_is_closed),
    cmocka_unit_test(a_peer_has_one_gossip_stream_and_two_sessions),
    cmocka_unit_test(sessions_are_bounded_over_all_peers),
    cmocka_unit_test(bad_signatures_are_neither_kept_nor_passed_on_and_cost_score),
    cmocka_unit_test(a_forged_copy_does_not_hide_the_record),
    cmocka_unit_test(frames_that_break_the_protocol_close_the_stream),
    cmocka_unit_test(a_peer_over_its_quota_is_left_alone_for_the_minute),
};

TEST_MAIN(tests)
