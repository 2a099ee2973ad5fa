/* peer.h -- the same work for another database: the record whole in one column, beside it columns
 * for what the store indexes, and an index for each: id; (subject, predicate, claim time); stamp;
 * (agent, stamp); source.
 *
 * One thread calls. */
#ifndef BENCH_PEER_H
#define BENCH_PEER_H

#include "support/records.h"

#include <stdbool.h>

typedef struct bench_peer_row {
    steme_record record;
    steme_span subject;
    steme_span predicate;
    int64_t claim_time_ns;
    int64_t stamp_ns;
    steme_id source;
} bench_peer_row;

/* What a peer must be able to do; each function ends the program where it cannot. */
typedef struct bench_peer {
    const char *name;
    /* A new, empty database with durable commits, in an empty folder; NULL, having said why, where
     * it is not installed. */
    void *(*open)(const char *folder);
    /* One durable transaction. */
    void (*insert)(void *database, const bench_peer_row *rows, size_t count);
    /* The size of the record with this id; 0 = absent. */
    size_t (*get)(void *database, const steme_id *id);
    /* Bytes on disk of table and indexes, without logs. */
    uint64_t (*size)(void *database);
    void (*close)(void *database);
} bench_peer;

/* The program: FILE-OF-RECORDS COUNT FOLDER. Prints its part of bench_store's table. */
int bench_peer_main(const bench_peer *peer, int argument_count, char **arguments);

#endif
