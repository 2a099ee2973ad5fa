/* replica_case.h -- networks of nodes as most tests of them begin, and frames of a test's own. */
#ifndef SUPPORT_REPLICA_CASE_H
#define SUPPORT_REPLICA_CASE_H

#include "replica/hello.h"
#include "support/quick_record.h"
#include "support/replica_network.h"

#define SECOND_NS (1000 * NETWORK_MS)

static inline network_options plain_options(size_t node_count)
{
    return (network_options){.seed = test_seed(11),
                             .node_count = node_count,
                             .delay_min_ns = 1 * NETWORK_MS,
                             .delay_max_ns = 5 * NETWORK_MS,
                             .store_ns = 2 * NETWORK_MS,
                             .resend_ns = 200 * NETWORK_MS};
}

/* Connected, and past its first sessions. */
static inline replica_network *network_ready(const network_options *options)
{
    replica_network *network = network_new(options);
    network_connect_all(network);
    network_run(network, SECOND_NS);
    return network;
}

static inline void ingest_number(replica_network *network, size_t node, uint64_t number)
{
    quick_record record;
    quick_record_make(number, &record);
    network_ingest(network, node, (steme_span){record.bytes, record.size});
    free(record.bytes);
}

static inline void put_numbers(replica_network *network, size_t node, uint64_t first, size_t count)
{
    for (uint64_t number = first; number < first + count; number++) {
        quick_record record;
        quick_record_make(number, &record);
        network_put(network, node, (steme_span){record.bytes, record.size});
        free(record.bytes);
    }
}

static inline size_t hello_write(uint8_t frame[REPLICA_HELLO_SIZE_MAX], replica_purpose purpose,
                                 uint8_t node, const char *cluster)
{
    replica_hello hello = {.purpose = purpose, .node = {9, node}};
    hello.cluster = (steme_span){(const uint8_t *)cluster, strlen(cluster)};
    return replica_hello_write(&hello, frame);
}

/* A stream of a stranger, or of peer `peer`, that has said hello. */
static inline uint32_t intrude(replica_network *network, size_t node, int32_t peer,
                               replica_purpose purpose)
{
    uint8_t frame[REPLICA_HELLO_SIZE_MAX];
    size_t size = hello_write(frame, purpose, peer < 0 ? 200 : (uint8_t)peer, "stemedb");
    uint32_t stream = network_intrude(network, node, peer);
    network_intruder_send(network, node, stream, (steme_span){frame, size});
    return stream;
}

/* A RECORDS frame of one record; gives its size. */
static inline size_t records_frame(uint8_t *frame, const quick_record *record)
{
    frame[0] = REPLICA_KIND_RECORDS;
    frame[1] = 0;
    frame[2] = frame[3] = 0;
    frame[4] = (uint8_t)(record->size >> 8);
    frame[5] = (uint8_t)record->size;
    memcpy(frame + 6, record->bytes, record->size);
    return record->size + 6;
}

#endif
