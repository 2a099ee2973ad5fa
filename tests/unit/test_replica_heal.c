/* Bodies that are damaged on one node and whole on another, in virtual time. */
#include "support/replica_case.h"

/* `count` records on all nodes, that no gossip has told of; gives the ids of numbers 0 on. */
static replica_network *network_full(const network_options *options, size_t count,
                                     steme_id *out_ids)
{
    replica_network *network = network_new(options);
    for (size_t node = 0; node < options->node_count; node++)
        put_numbers(network, node, 0, count);
    for (size_t i = 0; i < count; i++) {
        quick_record record;
        quick_record_make(i, &record);
        out_ids[i] = record.id;
        free(record.bytes);
    }
    network_connect_all(network);
    network_run(network, SECOND_NS);
    return network;
}

/* Both hold the ids, so no session moves them. */
static void what_is_damaged_here_and_whole_on_a_peer_comes_again(void **state)
{
    (void)state;
    enum { COUNT = 1200 };
    steme_id ids[COUNT];
    network_options options = plain_options(2);
    replica_network *network = network_full(&options, COUNT, ids);
    for (size_t i = 0; i < COUNT; i += 2)
        network_damage(network, i % 4 == 0, &ids[i]); /* of each on one of both */
    network_run(network, 70 * SECOND_NS);
    for (size_t i = 0; i < COUNT; i++)
        for (size_t node = 0; node < 2; node++)
            assert_false(network_is_damaged(network, node, &ids[i]));
    for (size_t node = 0; node < 2; node++)
        assert_int_equal(network_stat(network, node)->payload_count, COUNT / 4);
    network_free(network);
}

/* That it came lately is remembered; it comes all the same. */
static void what_is_damaged_again_comes_again(void **state)
{
    (void)state;
    steme_id ids[1];
    network_options options = plain_options(2);
    replica_network *network = network_full(&options, 1, ids);
    for (int i = 0; i < 3; i++) {
        network_damage(network, 0, &ids[0]);
        network_run(network, 40 * SECOND_NS);
        assert_false(network_is_damaged(network, 0, &ids[0]));
    }
    network_free(network);
}

/* Of five, one has the second; nobody has the first any more. */
static void peers_are_asked_in_turn_and_what_none_has_holds_nothing_up(void **state)
{
    (void)state;
    steme_id ids[2];
    uint64_t failed[5];
    network_options options = plain_options(5);
    replica_network *network = network_full(&options, 2, ids);
    for (size_t node = 0; node < 5; node++) {
        failed[node] = network_stat(network, node)->failed_report_count;
        network_damage(network, node, &ids[0]);
        if (node != 3)
            network_damage(network, node, &ids[1]);
    }
    network_run(network, 90 * SECOND_NS);
    for (size_t node = 0; node < 5; node++) {
        assert_true(network_is_damaged(network, node, &ids[0]));
        assert_false(network_is_damaged(network, node, &ids[1]));
        assert_int_equal(network_stat(network, node)->failed_report_count, failed[node]);
    }
    ingest_number(network, 1, 7);
    assert_true(network_run_until_equal(network, SECOND_NS) <= 50 * NETWORK_MS);
    network_free(network);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(what_is_damaged_here_and_whole_on_a_peer_comes_again),
    cmocka_unit_test(what_is_damaged_again_comes_again),
    cmocka_unit_test(peers_are_asked_in_turn_and_what_none_has_holds_nothing_up),
};

TEST_MAIN(tests)
