/* Nodes of replication, over sets in memory and a network in virtual time. */
#include "replica/hello.h"
#include "support/quick_record.h"
#include "support/replica_network.h"

#define SECOND_NS (1000 * NETWORK_MS)

static network_options plain_options(size_t node_count)
{
    return (network_options){.seed = test_seed(11),
                             .node_count = node_count,
                             .delay_min_ns = 1 * NETWORK_MS,
                             .delay_max_ns = 5 * NETWORK_MS,
                             .store_ns = 2 * NETWORK_MS,
                             .resend_ns = 200 * NETWORK_MS};
}

/* Connected, and past its first sessions. */
static replica_network *network_ready(const network_options *options)
{
    replica_network *network = network_new(options);
    network_connect_all(network);
    network_run(network, SECOND_NS);
    return network;
}

static void ingest_number(replica_network *network, size_t node, uint64_t number)
{
    quick_record record;
    quick_record_make(number, &record);
    network_ingest(network, node, (steme_span){record.bytes, record.size});
    free(record.bytes);
}

static void put_numbers(replica_network *network, size_t node, uint64_t first, size_t count)
{
    for (uint64_t number = first; number < first + count; number++) {
        quick_record record;
        quick_record_make(number, &record);
        network_put(network, node, (steme_span){record.bytes, record.size});
        free(record.bytes);
    }
}

static size_t hello_write(uint8_t frame[REPLICA_HELLO_SIZE_MAX], replica_purpose purpose,
                          uint8_t node, const char *cluster)
{
    replica_hello hello = {.purpose = purpose, .node = {9, node}};
    hello.cluster = (steme_span){(const uint8_t *)cluster, strlen(cluster)};
    return replica_hello_write(&hello, frame);
}

/* A stream of a stranger, or of peer `peer`, that has said hello. */
static uint32_t intrude(replica_network *network, size_t node, int32_t peer,
                        replica_purpose purpose)
{
    uint8_t frame[REPLICA_HELLO_SIZE_MAX];
    size_t size = hello_write(frame, purpose, peer < 0 ? 200 : (uint8_t)peer, "stemedb");
    uint32_t stream = network_intrude(network, node, peer);
    network_intruder_send(network, node, stream, (steme_span){frame, size});
    return stream;
}

/* A RECORDS frame of one record; gives its size. */
static size_t records_frame(uint8_t *frame, const quick_record *record)
{
    frame[0] = REPLICA_KIND_RECORDS;
    frame[1] = 0;
    frame[2] = frame[3] = 0;
    frame[4] = (uint8_t)(record->size >> 8);
    frame[5] = (uint8_t)record->size;
    memcpy(frame + 6, record->bytes, record->size);
    return record->size + 6;
}

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

static void a_stalled_peer_costs_bounded_memory_and_catches_up(void **state)
{
    (void)state;
    network_options options = plain_options(3);
    replica_network *network = network_ready(&options);
    network_stall(network, 2, true);
    for (uint64_t i = 0; i < 9000; i++)
        ingest_number(network, 0, i);
    network_run(network, SECOND_NS);
    assert_true(network_stat(network, 0)->queued_size_max <= (3u << 20));
    assert_false(network_peer_stat(network, 0, 2).is_eager);
    assert_int_equal(network_record_count(network, 1), 9000);
    network_stall(network, 2, false);
    assert_true(network_run_until_equal(network, 60 * SECOND_NS) != UINT64_MAX);
    network_free(network);
}

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
    cmocka_unit_test(a_unary_peer_is_pushed_to),
    cmocka_unit_test(a_stream_whose_queue_does_not_move_is_closed),
    cmocka_unit_test(a_node_without_memory_stays_whole),
    cmocka_unit_test(storms_end_in_one_set_and_replay_to_one_trace),
};

TEST_MAIN(tests)
