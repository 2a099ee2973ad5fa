/* Gossip between nodes, over sets in memory and a network in virtual time. */
#include "support/replica_case.h"

/* ---- Gossip ------------------------------------------------------------------------------- */

static void gossip_reaches_all_within_moments(void **state)
{
    (void)state;
    network_options options = plain_options(5);
    replica_network *network = network_ready(&options);
    ingest_number(network, 2, 1);
    assert_true(network_run_until_equal(network, SECOND_NS) <= 50 * NETWORK_MS);
    for (size_t i = 0; i < 5; i++)
        assert_int_equal(network_record_count(network, i), 1);
    network_free(network);
}

static void payloads_cross_each_node_about_once(void **state)
{
    (void)state;
    enum { NODES = 8, RECORDS = 400 };
    network_options options = plain_options(NODES);
    replica_network *network = network_ready(&options);
    uint64_t before = 0, after = 0, stored_before = 0, stored_after = 0;
    for (uint64_t i = 0; i < 2 * RECORDS; i++) {
        ingest_number(network, (size_t)(i * 7 % NODES), i);
        network_run(network, 10 * NETWORK_MS);
        for (size_t n = 0; i == RECORDS && n < NODES; n++) {
            before += network_stat(network, n)->payload_count;
            stored_before += network_stat(network, n)->stored_count;
        }
    }
    assert_true(network_run_until_equal(network, 2 * SECOND_NS) != UINT64_MAX);
    for (size_t n = 0; n < NODES; n++) {
        after += network_stat(network, n)->payload_count;
        stored_after += network_stat(network, n)->stored_count;
    }
    double per_record =
        (double)(after - before) * NODES / (NODES - 1) / (double)(stored_after - stored_before);
    print_message("payloads per record and node: %.3f\n", per_record);
    assert_true(per_record <= 1.3);
    network_free(network);
}

static void nothing_is_told_to_whom_it_came_from(void **state)
{
    (void)state;
    network_options options = plain_options(2);
    options.replica.idle_tick_ms = 20000;
    replica_network *network = network_ready(&options);
    uint64_t before = network_stat(network, 0)->frame_count;
    ingest_number(network, 0, 1);
    network_run(network, SECOND_NS);
    assert_int_equal(network_record_count(network, 1), 1);
    assert_int_equal(network_stat(network, 0)->frame_count, before);
    network_free(network);
}

/* Where two nodes do not reach each other, what the third announces is asked for; after a few the
 * third is told to forward at once, and to stop when it is not needed any more. */
static void a_cut_grafts_a_link_and_its_healing_prunes_it(void **state)
{
    (void)state;
    network_options options = plain_options(3);
    options.replica.idle_tick_ms = 20000; /* no session helps */
    replica_network *network = network_ready(&options);
    network_cut(network, 0, 2, true);
    network_run(network, SECOND_NS);
    uint64_t ns = 0;
    for (uint64_t i = 0; i < 20; i++) {
        ingest_number(network, 0, i);
        ns = network_run_until_equal(network, SECOND_NS);
        assert_true(ns <= 500 * NETWORK_MS);
        network_run(network, 500 * NETWORK_MS);
    }
    assert_true(ns <= 50 * NETWORK_MS);
    assert_true(network_peer_stat(network, 1, 2).is_eager);
    assert_int_equal(network_stat(network, 2)->payload_count, 20);

    network_cut(network, 0, 2, false);
    network_run(network, 60 * SECOND_NS);
    for (uint64_t i = 100; i < 110; i++) {
        ingest_number(network, 0, i);
        network_run(network, 500 * NETWORK_MS);
    }
    assert_false(network_peer_stat(network, 1, 2).is_eager);
    assert_in_range(network_stat(network, 2)->payload_count, 30, 31);
    network_free(network);
}

/* ---- Peers that only one side names ------------------------------------------------------- */

/* No session helps, and each frame takes `HOP_MS`. */
enum { HOP_MS = 4, STORE_MS = 1 };

static network_options one_way_options(size_t node_count)
{
    network_options options = plain_options(node_count);
    options.delay_min_ns = options.delay_max_ns = HOP_MS * NETWORK_MS;
    options.store_ns = STORE_MS * NETWORK_MS;
    options.replica.idle_tick_ms = 20000;
    return options;
}

/* Each of the others names node 0 only. */
static replica_network *star_ready(size_t node_count)
{
    network_options options = one_way_options(node_count);
    replica_network *network = network_new(&options);
    for (size_t i = 1; i < node_count; i++)
        network_add_peer(network, i, 0);
    network_run(network, SECOND_NS);
    return network;
}

/* Each names those that were started before it. */
static replica_network *one_way_mesh_ready(size_t node_count)
{
    network_options options = one_way_options(node_count);
    replica_network *network = network_new(&options);
    for (size_t i = 0; i < node_count; i++) {
        for (size_t j = 0; j < i; j++)
            network_add_peer(network, i, j);
    }
    network_run(network, SECOND_NS);
    return network;
}

/* Milliseconds until a record that `node` writes is everywhere; more than `most` is a failure. */
static void expect_spread_within(replica_network *network, size_t node, uint64_t number, int most)
{
    ingest_number(network, node, number);
    network_run(network, (uint64_t)most * NETWORK_MS);
    assert_true(network_is_equal(network));
}

static double payloads_per_record(replica_network *network, size_t node_count)
{
    uint64_t payloads = 0, stored = 0;
    for (size_t i = 0; i < node_count; i++) {
        payloads += network_stat(network, i)->payload_count;
        stored += network_stat(network, i)->stored_count;
    }
    return (double)payloads / ((double)stored * (double)(node_count - 1) / (double)node_count);
}

static void one_of_two_naming_the_other_is_enough(void **state)
{
    (void)state;
    replica_network *network = star_ready(2);
    expect_spread_within(network, 0, 1, HOP_MS + STORE_MS);
    expect_spread_within(network, 1, 2, HOP_MS + STORE_MS);
    steme_peer_stat guest = network_peer_stat(network, 0, (size_t)STEME_REPLICA_GUEST(0));
    assert_int_equal(guest.peer, STEME_REPLICA_GUEST(0));
    assert_true(guest.is_known);
    assert_int_equal(guest.node[STEME_NODE_SIZE - 1], 1);
    assert_int_equal(guest.records_sent, 1);
    assert_int_equal(guest.records_received, 1);
    assert_int_equal(network_peer_stat(network, 0, (size_t)STEME_REPLICA_GUEST(1)).peer, -1);
    assert_int_equal(network_peer_stat(network, 1, (size_t)STEME_REPLICA_GUEST(0)).peer, -1);
    network_free(network);
}

static void a_mesh_named_one_way_spreads_in_one_hop(void **state)
{
    (void)state;
    enum { NODES = 3 };
    replica_network *network = one_way_mesh_ready(NODES);
    for (uint64_t i = 0; i < 30; i++)
        expect_spread_within(network, (size_t)(i % NODES), i, HOP_MS + STORE_MS);
    assert_true(payloads_per_record(network, NODES) <= 1.1);
    network_free(network);
}

static void a_hub_that_all_name_forwards_at_once(void **state)
{
    (void)state;
    enum { NODES = 8 };
    replica_network *network = star_ready(NODES);
    for (uint64_t i = 0; i < 200; i++)
        expect_spread_within(network, (size_t)(i * 7 % NODES), i, 2 * (HOP_MS + STORE_MS));
    assert_true(payloads_per_record(network, NODES) == 1.0);
    network_free(network);
}

static void doubles_stay_few_however_the_mesh_is_named(void **state)
{
    (void)state;
    enum { NODES = 8 };
    replica_network *network = one_way_mesh_ready(NODES);
    for (uint64_t i = 0; i < 200; i++) {
        ingest_number(network, (size_t)(i * 7 % NODES), i);
        network_run(network, 3 * NETWORK_MS);
        if (i % 50 == 49)
            network_break_streams(network, (size_t)(i % 7), 7);
    }
    assert_true(network_run_until_equal(network, 60 * SECOND_NS) != UINT64_MAX);
    print_message("payloads per record and node: %.3f\n", payloads_per_record(network, NODES));
    assert_true(payloads_per_record(network, NODES) <= 1.3);
    network_free(network);
}

/* It is told of news by its own stream again as soon as that is back. */
static void a_guest_that_restarts_is_the_same_guest(void **state)
{
    (void)state;
    replica_network *network = star_ready(3);
    network_crash(network, 1);
    network_run(network, SECOND_NS);
    network_restart(network, 1);
    network_run(network, SECOND_NS);
    expect_spread_within(network, 0, 1, HOP_MS + STORE_MS);
    assert_int_equal(network_peer_stat(network, 0, (size_t)STEME_REPLICA_GUEST(2)).peer, -1);
    network_free(network);
}

static void a_stalled_guest_costs_bounded_memory_and_catches_up(void **state)
{
    (void)state;
    replica_network *network = star_ready(3);
    network_stall(network, 2, true);
    uint64_t most = 0;
    for (uint64_t i = 0; i < 9000; i++) {
        ingest_number(network, 0, i);
        network_run(network, i % 10 == 0 ? NETWORK_MS : 0);
        for (int guest = 0; guest < 2; guest++) {
            uint64_t size =
                network_peer_stat(network, 0, (size_t)STEME_REPLICA_GUEST(guest)).queued_size;
            most = size > most ? size : most;
        }
    }
    network_run(network, SECOND_NS);
    assert_in_range(most, 1 << 19, 3 << 20);
    assert_int_equal(network_record_count(network, 1), 9000);
    network_stall(network, 2, false);
    assert_true(network_run_until_equal(network, 100 * SECOND_NS) != UINT64_MAX);
    network_free(network);
}

/* ---- Gossip that is held up ---------------------------------------------------------------- */

/* The writer dies when half of its peers have the record: these tell the others. */
static void what_a_writer_could_not_tell_all_its_peers_tell(void **state)
{
    (void)state;
    network_options options = plain_options(5);
    options.replica.idle_tick_ms = 20000;
    replica_network *network = network_ready(&options);
    network_stall(network, 3, true);
    network_stall(network, 4, true);
    ingest_number(network, 0, 1);
    network_run(network, 30 * NETWORK_MS);
    network_crash(network, 0);
    network_stall(network, 3, false);
    network_stall(network, 4, false);
    assert_false(network_is_equal(network));
    assert_true(network_run_until_equal(network, SECOND_NS) <= 500 * NETWORK_MS);
    network_free(network);
}

/* Nor does it hold up the other peer, even where it took the only place for a session: once it has
 * been silent for 3 s, another session may begin. */
static void a_stalled_peer_costs_bounded_memory_and_catches_up(void **state)
{
    (void)state;
    network_options options = plain_options(3);
    replica_network *network = network_ready(&options);
    network_stall(network, 2, true);
    for (uint64_t i = 0; i < 9000; i++)
        ingest_number(network, 0, i);
    network_run(network, 5 * SECOND_NS);
    assert_true(network_stat(network, 0)->queued_size_max <= (3u << 20));
    assert_false(network_peer_stat(network, 0, 2).is_eager);
    assert_int_equal(network_record_count(network, 1), 9000);
    network_stall(network, 2, false);
    assert_true(network_run_until_equal(network, 60 * SECOND_NS) != UINT64_MAX);
    network_free(network);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(gossip_reaches_all_within_moments),
    cmocka_unit_test(payloads_cross_each_node_about_once),
    cmocka_unit_test(nothing_is_told_to_whom_it_came_from),
    cmocka_unit_test(a_cut_grafts_a_link_and_its_healing_prunes_it),
    cmocka_unit_test(one_of_two_naming_the_other_is_enough),
    cmocka_unit_test(a_mesh_named_one_way_spreads_in_one_hop),
    cmocka_unit_test(a_hub_that_all_name_forwards_at_once),
    cmocka_unit_test(doubles_stay_few_however_the_mesh_is_named),
    cmocka_unit_test(a_guest_that_restarts_is_the_same_guest),
    cmocka_unit_test(a_stalled_guest_costs_bounded_memory_and_catches_up),
    cmocka_unit_test(what_a_writer_could_not_tell_all_its_peers_tell),
    cmocka_unit_test(a_stalled_peer_costs_bounded_memory_and_catches_up),
};

TEST_MAIN(tests)
