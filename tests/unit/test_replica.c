/* Nodes of replication, over sets in memory and a network in virtual time. */
#include "support/replica_case.h"

/* ---- Sessions ----------------------------------------------------------------------------- */

static void a_peer_that_is_added_is_met_at_once(void **state)
{
    (void)state;
    network_options options = plain_options(2);
    replica_network *network = network_new(&options);
    put_numbers(network, 0, 0, 50);
    put_numbers(network, 1, 30, 50);
    network_add_peer(network, 0, 1);
    assert_true(network_run_until_equal(network, 10 * SECOND_NS) <= 500 * NETWORK_MS);
    assert_int_equal(network_record_count(network, 0), 80);
    network_free(network);
}

static void sync_reports_once_with_its_token(void **state)
{
    (void)state;
    network_options options = plain_options(2);
    options.replica.is_quiet = 1;
    replica_network *network = network_ready(&options);
    put_numbers(network, 0, 0, 10);
    put_numbers(network, 1, 5, 25);
    network_sync(network, 0, 1, true, 77);
    network_run(network, SECOND_NS);
    const network_node_stat *stat = network_stat(network, 0);
    assert_int_equal(stat->demand_report_count, 1);
    assert_int_equal(stat->last_token, 77);
    assert_null(stat->last_report.failure);
    assert_int_equal(stat->last_report.lacked_here_count, 20);
    assert_int_equal(stat->last_report.lacked_there_count, 5);
    assert_int_equal(network_record_count(network, 0), 10);

    network_sync(network, 0, 1, false, 78);
    network_run(network, SECOND_NS);
    assert_int_equal(stat->demand_report_count, 2);
    assert_null(stat->last_report.failure);
    assert_true(stat->last_report.is_equal);
    assert_int_equal(stat->last_report.records_received, 20);
    assert_int_equal(stat->last_report.records_sent, 5);
    assert_true(network_is_equal(network));
    network_free(network);
}

static void sync_with_nobody_reports_why(void **state)
{
    (void)state;
    network_options options = plain_options(2);
    options.replica.is_quiet = 1;
    replica_network *network = network_ready(&options);
    const network_node_stat *stat = network_stat(network, 0);
    network_sync(network, 0, 9, false, 1);
    assert_non_null(stat->last_report.failure);
    network_crash(network, 1);
    network_sync(network, 0, 1, false, 2);
    network_run(network, 20 * SECOND_NS);
    assert_int_equal(stat->demand_report_count, 2);
    assert_int_equal(stat->last_token, 2);
    assert_non_null(stat->last_report.failure);
    network_free(network);
}

static void pauses_grow_to_half_a_minute_while_sets_are_equal(void **state)
{
    (void)state;
    network_options options = plain_options(2);
    replica_network *network = network_ready(&options);
    network_run(network, 120 * SECOND_NS);
    uint64_t before = network_stat(network, 0)->report_count;
    network_run(network, 120 * SECOND_NS);
    uint64_t count = network_stat(network, 0)->report_count - before;
    assert_in_range(count, 6, 12); /* each side starts one in 24 to 36 s */
    network_free(network);
}

static void an_absent_peer_is_tried_ever_less_often(void **state)
{
    (void)state;
    network_options options = plain_options(2);
    replica_network *network = network_ready(&options);
    network_crash(network, 1);
    network_run(network, 300 * SECOND_NS);
    uint64_t failed = network_stat(network, 0)->failed_report_count;
    assert_in_range(failed, 8, 20);
    assert_non_null(network_peer_stat(network, 0, 1).last_failure);
    network_restart(network, 1);
    ingest_number(network, 0, 3);
    assert_true(network_run_until_equal(network, 40 * SECOND_NS) <= 5 * SECOND_NS);
    network_free(network);
}

static void halves_that_wrote_apart_become_one_set(void **state)
{
    (void)state;
    network_options options = plain_options(6);
    options.loss_percent = 5;
    replica_network *network = network_ready(&options);
    network_partition(network, 3, true);
    for (uint64_t i = 0; i < 300; i++) {
        ingest_number(network, (size_t)(i % 6), i);
        network_run(network, 10 * NETWORK_MS);
    }
    assert_false(network_is_equal(network));
    network_partition(network, 3, false);
    assert_true(network_run_until_equal(network, 60 * SECOND_NS) != UINT64_MAX);
    for (size_t i = 0; i < 6; i++)
        assert_int_equal(network_record_count(network, i), 300);
    network_free(network);
}

/* ---- Sessions from both sides ------------------------------------------------------------- */

enum { MANY = 500 };

/* Two nodes that are to meet, of which one lacks `MANY` records. */
static replica_network *pair_new(const network_options *options, size_t holder)
{
    replica_network *network = network_new(options);
    put_numbers(network, holder, 0, MANY);
    return network;
}

static void who_name_each_other_move_each_record_once(void **state)
{
    (void)state;
    for (size_t holder = 0; holder < 2; holder++) {
        network_options options = plain_options(2);
        options.delay_max_ns = 20 * NETWORK_MS;
        replica_network *network = pair_new(&options, holder);
        network_connect_all(network);
        assert_true(network_run_until_equal(network, 10 * SECOND_NS) <= SECOND_NS);
        network_run(network, SECOND_NS / 10);
        steme_peer_stat stat = network_peer_stat(network, 1 - holder, holder);
        assert_int_equal(stat.records_received, MANY);
        stat = network_peer_stat(network, holder, 1 - holder);
        assert_int_equal(stat.records_sent, MANY);
        for (size_t i = 0; i < 2; i++) {
            stat = network_peer_stat(network, i, 1 - i);
            assert_int_equal(stat.session_count, 1);
            assert_int_equal(stat.failed_session_count, 0);
            assert_null(stat.last_failure);
            assert_true(stat.is_equal);
        }
        network_free(network);
    }
}

static void both_may_ask_at_once_and_each_is_answered_once(void **state)
{
    (void)state;
    for (int is_diff = 0; is_diff < 2; is_diff++) {
        network_options options = plain_options(2);
        options.replica.is_quiet = 1;
        replica_network *network = pair_new(&options, 0);
        network_connect_all(network);
        network_sync(network, 0, 1, is_diff != 0, 100);
        network_sync(network, 1, 0, false, 101);
        network_run(network, 5 * SECOND_NS);
        assert_true(network_is_equal(network));
        for (size_t i = 0; i < 2; i++) {
            const network_node_stat *stat = network_stat(network, i);
            assert_int_equal(stat->demand_report_count, 1);
            assert_int_equal(stat->last_token, 100 + i);
            assert_null(stat->last_report.failure);
            assert_int_equal(network_peer_stat(network, i, 1 - i).failed_session_count, 0);
        }
        network_free(network);
    }
}

/* Whenever it dies: the other's session, which gave way, comes after all. */
static void what_gave_way_comes_after_all_where_the_other_side_dies(void **state)
{
    (void)state;
    for (uint64_t moment = 0; moment < 40; moment++) {
        size_t mortal = moment % 2;
        network_options options = plain_options(2);
        replica_network *network = pair_new(&options, 0);
        network_connect_all(network);
        network_sync(network, 1 - mortal, mortal, false, 7);
        network_run(network, moment / 2 * NETWORK_MS);
        network_crash(network, mortal);
        network_run(network, SECOND_NS / 10);
        network_restart(network, mortal);
        assert_true(network_run_until_equal(network, 40 * SECOND_NS) <= 10 * SECOND_NS);
        network_run(network, 20 * SECOND_NS);
        assert_int_equal(network_stat(network, 1 - mortal)->demand_report_count, 1);
        network_free(network);
    }
}

static void to_be_busy_is_no_failure(void **state)
{
    (void)state;
    network_options options = plain_options(3);
    options.replica.session_count_max = 1;
    replica_network *network = network_new(&options);
    network_connect_all(network);
    for (uint64_t round = 0; round < 20; round++) {
        put_numbers(network, round % 3, 100 * round, 100);
        network_run(network, SECOND_NS);
    }
    assert_true(network_run_until_equal(network, 60 * SECOND_NS) != UINT64_MAX);
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(network_peer_stat(network, i, (i + 1) % 3).failed_session_count, 0);
        assert_int_equal(network_peer_stat(network, i, (i + 2) % 3).failed_session_count, 0);
    }
    network_free(network);
}

/* ---- Peers of the contract only ----------------------------------------------------------- */

static void a_unary_peer_is_pushed_to(void **state)
{
    (void)state;
    network_options options = plain_options(3);
    replica_network *network = network_new(&options);
    network_set_unary(network, 2, true);
    network_add_peer(network, 0, 1);
    network_add_peer(network, 0, 2);
    network_run(network, SECOND_NS);
    assert_true(network_peer_stat(network, 0, 2).is_unary_only);
    for (uint64_t i = 0; i < 10; i++) {
        ingest_number(network, i % 2, i);
        network_run(network, 20 * NETWORK_MS);
    }
    network_run(network, 10 * SECOND_NS);
    assert_int_equal(network_stat(network, 2)->push_count, 10);
    assert_int_equal(network_record_count(network, 2), 10);
    assert_true(network_stat(network, 0)->report_count < 20);
    network_set_unary(network, 2, false);
    network_run(network, 400 * SECOND_NS);
    assert_false(network_peer_stat(network, 0, 2).is_unary_only);
    network_free(network);
}

/* ---- The whole ---------------------------------------------------------------------------- */

/* In odd storms each pair of nodes begins with one that names the other. */
static uint64_t storm(uint64_t seed, uint32_t alloc_failures)
{
    network_options options = plain_options(4);
    options.seed = seed;
    options.alloc_failures = alloc_failures;
    options.loss_percent = 10;
    replica_network *network = network_new(&options);
    for (size_t i = 0; i < 4; i++) {
        for (size_t j = 0; j < 4; j++) {
            if (i > j || (i < j && seed % 2 == 0))
                network_add_peer(network, i, j);
        }
    }
    network_run(network, SECOND_NS);
    uint64_t random = seed * 2654435761u + 1;
    uint64_t number = 0;
    for (int i = 0; i < 300; i++) {
        uint64_t dice = test_random(&random) % 100;
        size_t left = test_random(&random) % 4, right = (left + 1 + test_random(&random) % 3) % 4;
        if (dice < 60)
            ingest_number(network, left, number++);
        else if (dice < 70)
            network_cut(network, left, right, dice < 65);
        else if (dice < 80)
            network_break_streams(network, left, right);
        else if (dice < 85) {
            network_crash(network, left);
            network_restart(network, left);
        } else if (dice < 90) {
            network_remove_peer(network, left, right);
            network_add_peer(network, left, right);
        } else
            network_run(network, test_random(&random) % (300 * NETWORK_MS));
    }
    for (size_t i = 0; i < 4; i++)
        for (size_t j = 0; j < i; j++)
            network_cut(network, i, j, false);
    network_set_alloc_failures(network, 0);
    uint64_t ns = network_run_until_equal(network, 300 * SECOND_NS);
    if (ns == UINT64_MAX)
        print_message("seed %llu does not converge\n", (unsigned long long)seed);
    assert_true(ns != UINT64_MAX);
    assert_int_equal(network_record_count(network, 0), number);
    uint64_t hash = network_trace(network);
    network_free(network);
    return hash;
}

static void storms_end_in_one_set_and_replay_to_one_trace(void **state)
{
    (void)state;
    uint64_t seed = test_seed(1);
    print_message("STEME_TEST_SEED=%llu\n", (unsigned long long)seed);
    for (uint64_t i = 0; i < 15; i++)
        storm(seed + i, 0);
    assert_true(storm(seed, 0) == storm(seed, 0));
    assert_true(storm(seed, 0) != storm(seed + 1, 0));
}

/* One allocation in a thousand, then in twenty: sessions end, nothing breaks, and it goes on. */
static void a_node_without_memory_stays_whole(void **state)
{
    (void)state;
    uint64_t seed = test_seed(1);
    print_message("STEME_TEST_SEED=%llu\n", (unsigned long long)seed);
    for (uint64_t i = 0; i < 6; i++)
        storm(seed + i, i % 2 == 0 ? 1000 : 50000);
}

/* A peer that lives but reads nothing does not hold a stream for ever. */
static void a_stream_whose_queue_does_not_move_is_closed(void **state)
{
    (void)state;
    network_options options = plain_options(2);
    replica_network *network = network_ready(&options);
    network_stall(network, 1, true);
    for (uint64_t i = 0; i < 20; i++)
        ingest_number(network, 0, i);
    network_run(network, 30 * SECOND_NS);
    assert_true(network_peer_stat(network, 0, 1).queued_size > 2000);
    network_run(network, 120 * SECOND_NS);
    assert_true(network_peer_stat(network, 0, 1).queued_size < 1000);
    network_stall(network, 1, false);
    assert_true(network_run_until_equal(network, 60 * SECOND_NS) != UINT64_MAX);
    network_free(network);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(a_peer_that_is_added_is_met_at_once),
    cmocka_unit_test(sync_reports_once_with_its_token),
    cmocka_unit_test(sync_with_nobody_reports_why),
    cmocka_unit_test(pauses_grow_to_half_a_minute_while_sets_are_equal),
    cmocka_unit_test(an_absent_peer_is_tried_ever_less_often),
    cmocka_unit_test(halves_that_wrote_apart_become_one_set),
    cmocka_unit_test(who_name_each_other_move_each_record_once),
    cmocka_unit_test(both_may_ask_at_once_and_each_is_answered_once),
    cmocka_unit_test(what_gave_way_comes_after_all_where_the_other_side_dies),
    cmocka_unit_test(to_be_busy_is_no_failure),
    cmocka_unit_test(a_unary_peer_is_pushed_to),
    cmocka_unit_test(a_stream_whose_queue_does_not_move_is_closed),
    cmocka_unit_test(a_node_without_memory_stays_whole),
    cmocka_unit_test(storms_end_in_one_set_and_replay_to_one_trace),
};

TEST_MAIN(tests)
