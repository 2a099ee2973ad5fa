#include "support/peer.h"
#include "support/measure.h"
#include "support/verify.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

enum { VERIFY_THREAD_COUNT = 2, SINGLE_INSERT_COUNT = 1000, READ_COUNT_MAX = 200000 };

static void read_row(const bench_records *records, uint64_t number, bench_peer_row *out_row)
{
    steme_error error;
    steme_statement statement;
    out_row->record = bench_records_parse(records, number);
    bench_check(steme_record_interpret(&out_row->record, &statement, &error), "interpret", &error);
    out_row->subject = statement.as.assertion.subject;
    out_row->predicate = statement.as.assertion.predicate;
    out_row->claim_time_ns = statement.claim_time_ns;
    out_row->stamp_ns = (int64_t)out_row->record.stamp.time_ns;
    out_row->source = steme_id_list_get(&statement.as.assertion.source, 0);
}

/* The first `count` records, checked by the client where `verifier` is not NULL. Records/s. */
static double ingest(const bench_peer *peer, void *database, const bench_records *records,
                     uint64_t count, bool is_verified)
{
    bench_peer_row *rows = bench_alloc(BENCH_TRANSACTION_RECORD_COUNT, sizeof *rows);
    double start = bench_now();
    bench_verifier *verifier =
        is_verified ? NULL : bench_verifier_start(records, count, VERIFY_THREAD_COUNT);
    for (uint64_t at = 0; at < count;) {
        size_t part = 0;
        for (; part < BENCH_TRANSACTION_RECORD_COUNT && at + part < count; part++)
            read_row(records, at + part, &rows[part]);
        if (verifier != NULL)
            bench_verifier_wait(verifier, at + part);
        peer->insert(database, rows, part);
        at += part;
        if (at % (UINT64_C(50) * BENCH_TRANSACTION_RECORD_COUNT) == 0)
            bench_progress("%s: %" PRIu64 " of %" PRIu64, peer->name, at, count);
    }
    double rate = (double)count / (bench_now() - start);
    if (verifier != NULL)
        bench_verifier_stop(verifier);
    free(rows);
    return rate;
}

static void measure_single_inserts(const bench_peer *peer, void *database,
                                   const bench_records *records, uint64_t first)
{
    double durations[SINGLE_INSERT_COUNT];
    for (size_t i = 0; i < SINGLE_INSERT_COUNT; i++) {
        bench_peer_row row;
        steme_error error;
        double start = bench_now();
        steme_span bytes = bench_records_get(records, first + i);
        bench_check(steme_record_admit(bytes, &row.record, &error), "admit", &error);
        read_row(records, first + i, &row);
        peer->insert(database, &row, 1);
        durations[i] = bench_now() - start;
    }
    bench_table_row("one durable insert, one client, idle", NULL, "p50 %.2f, p99 %.2f ms",
                    bench_percentile(durations, SINGLE_INSERT_COUNT, 0.5) * 1e3,
                    bench_percentile(durations, SINGLE_INSERT_COUNT, 0.99) * 1e3);
}

static double read_rate(const bench_peer *peer, void *database, const steme_id *ids, size_t count)
{
    double start = bench_now();
    for (size_t i = 0; i < count; i++)
        if (peer->get(database, &ids[i]) == 0)
            bench_die("a record is not there", NULL);
    return (double)count / (bench_now() - start);
}

static void measure_reads(const bench_peer *peer, void *database, const bench_records *records,
                          uint64_t count)
{
    size_t read_count = count < READ_COUNT_MAX ? (size_t)count : READ_COUNT_MAX;
    steme_id *ids = bench_alloc(read_count, sizeof *ids);
    for (uint64_t pass = 1; pass <= 2; pass++) {
        for (size_t i = 0; i < read_count; i++)
            ids[i] = bench_records_parse(records, bench_random((pass << 40) + i) % count).id;
        double rate = read_rate(peer, database, ids, read_count);
        if (pass == 2) /* the first warms the caches, as for the store */
            bench_table_row("reads by id, random, 1 thread", NULL, "%.0f /s", rate);
    }
    free(ids);
}

static void *open_in(const bench_peer *peer, const char *parent, const char *name, char *out_path,
                     size_t size)
{
    bench_path_join(out_path, size, parent, name);
    if (mkdir(out_path, 0755) != 0)
        bench_die("cannot make a folder", NULL);
    return peer->open(out_path);
}

static void measure(const bench_peer *peer, const bench_records *records, uint64_t count,
                    const char *folder)
{
    char path[4096];
    char title[128];
    void *database = open_in(peer, folder, "signed-peer", path, sizeof path);
    if (database == NULL)
        return;
    snprintf(title, sizeof title, "%s, %" PRIu64 " records", peer->name, count);
    bench_table_heading(title);
    bench_table_row("signed durable ingest, 1,000 per transaction", NULL, "%.0f records/s",
                    ingest(peer, database, records, count, false));
    measure_reads(peer, database, records, count);
    bench_table_row("disk: table and indexes", NULL, "%.0f bytes/record",
                    (double)peer->size(database) / (double)count);
    measure_single_inserts(peer, database, records, count);
    peer->close(database);
    bench_folder_remove(path);
    database = open_in(peer, folder, "verified-peer", path, sizeof path);
    bench_table_row("pre-verified durable ingest, 1,000 per transaction", NULL, "%.0f records/s",
                    ingest(peer, database, records, count, true));
    peer->close(database);
    bench_folder_remove(path);
}

int bench_peer_main(const bench_peer *peer, int argument_count, char **arguments)
{
    bench_records records;
    steme_error error;
    if (argument_count != 4) {
        fprintf(stderr, "bench_store runs this program: FILE-OF-RECORDS COUNT FOLDER\n");
        return 2;
    }
    bench_check(steme_init(&error), "init", &error);
    bench_records_open(&records, arguments[1]);
    uint64_t count = strtoull(arguments[2], NULL, 10);
    if (count == 0 || count + SINGLE_INSERT_COUNT > records.count)
        bench_die("not so many records in the file", NULL);
    measure(peer, &records, count, arguments[3]);
    bench_records_close(&records);
    return 0;
}
