/* peers_postgres -- the work of bench_store in PostgreSQL with its default durability, in a cluster
 * of its own behind a Unix socket; where we are root it runs as the user postgres. Rows go in by
 * binary COPY, a single one by a prepared INSERT. bench_store runs it. */
#include "support/measure.h"
#include "support/peer.h"
#include "support/postgres.h"

#include <libpq-fe.h>

#include <endian.h>
#include <stdlib.h>
#include <string.h>

enum { COLUMN_COUNT = 8, COPY_ROW_SIZE_MAX = 2048 };

typedef struct peer_postgres {
    PGconn *connection;
    bench_postgres server;
    uint8_t *copy_buffer;
} peer_postgres;

static const char schema[] =
    "CREATE TABLE record (id bytea PRIMARY KEY, subject text, predicate text, claim_time bigint,"
    "  stamp bigint, agent bytea, source bytea, bytes bytea);"
    "CREATE INDEX record_claim ON record (subject, predicate, claim_time);"
    "CREATE INDEX record_stamp ON record (stamp);"
    "CREATE INDEX record_agent ON record (agent, stamp);"
    "CREATE INDEX record_source ON record (source);";

/* ---- Statements --------------------------------------------------------------------------- */

static void check(const peer_postgres *database, PGresult *result)
{
    ExecStatusType status = PQresultStatus(result);
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK && status != PGRES_COPY_IN)
        bench_die(PQerrorMessage(database->connection), NULL);
    PQclear(result);
}

static void run(const peer_postgres *database, const char *statements)
{
    check(database, PQexec(database->connection, statements));
}

static bool is_ready(const char *target)
{
    return PQping(target) == PQPING_OK;
}

static void *postgres_open(const char *folder)
{
    peer_postgres *database = bench_alloc(1, sizeof *database);
    if (!bench_postgres_start(folder, is_ready, &database->server)) {
        free(database);
        return NULL;
    }
    database->copy_buffer = bench_alloc(1, COPY_ROW_SIZE_MAX);
    database->connection = PQconnectdb(database->server.target);
    if (PQstatus(database->connection) != CONNECTION_OK)
        bench_die(PQerrorMessage(database->connection), NULL);
    run(database, schema);
    check(database,
          PQprepare(database->connection, "insert",
                    "INSERT INTO record VALUES ($1, $2, $3, $4, $5, $6, $7, $8)", 0, NULL));
    check(database, PQprepare(database->connection, "get", "SELECT bytes FROM record WHERE id = $1",
                              0, NULL));
    return database;
}

/* The columns of a row in PostgreSQL's binary form; numbers go to `numbers`. */
static void row_columns(const bench_peer_row *row, uint64_t numbers[2],
                        steme_span out_columns[COLUMN_COUNT])
{
    numbers[0] = htobe64((uint64_t)row->claim_time_ns);
    numbers[1] = htobe64((uint64_t)row->stamp_ns);
    const steme_span columns[COLUMN_COUNT] = {
        {row->record.id.bytes, STEME_ID_SIZE},
        row->subject,
        row->predicate,
        {(const uint8_t *)&numbers[0], 8},
        {(const uint8_t *)&numbers[1], 8},
        {steme_record_signer(&row->record, 0), STEME_AGENT_SIZE},
        {row->source.bytes, STEME_ID_SIZE},
        row->record.bytes,
    };
    memcpy(out_columns, columns, sizeof columns);
}

static void insert_one(const peer_postgres *database, const bench_peer_row *row)
{
    uint64_t numbers[2];
    steme_span columns[COLUMN_COUNT];
    const char *values[COLUMN_COUNT];
    int sizes[COLUMN_COUNT];
    int are_binary[COLUMN_COUNT];
    row_columns(row, numbers, columns);
    for (int i = 0; i < COLUMN_COUNT; i++) {
        values[i] = (const char *)columns[i].bytes;
        sizes[i] = (int)columns[i].size;
        are_binary[i] = 1;
    }
    check(database, PQexecPrepared(database->connection, "insert", COLUMN_COUNT, values, sizes,
                                   are_binary, 1));
}

static void copy_put(const peer_postgres *database, const uint8_t *bytes, size_t size)
{
    if (PQputCopyData(database->connection, (const char *)bytes, (int)size) != 1)
        bench_die(PQerrorMessage(database->connection), NULL);
}

static void copy_row(const peer_postgres *database, const bench_peer_row *row)
{
    uint64_t numbers[2];
    steme_span columns[COLUMN_COUNT];
    uint8_t *out = database->copy_buffer;
    row_columns(row, numbers, columns);
    memcpy(out, &(uint16_t){htobe16(COLUMN_COUNT)}, 2);
    size_t at = 2;
    for (size_t i = 0; i < COLUMN_COUNT; i++) {
        if (at + 4 + columns[i].size > COPY_ROW_SIZE_MAX)
            bench_die("a row is too large", NULL);
        memcpy(out + at, &(uint32_t){htobe32((uint32_t)columns[i].size)}, 4);
        memcpy(out + at + 4, columns[i].bytes, columns[i].size);
        at += 4 + columns[i].size;
    }
    copy_put(database, out, at);
}

static void insert_many(const peer_postgres *database, const bench_peer_row *rows, size_t count)
{
    static const uint8_t header[19] = "PGCOPY\n\377\r\n"; /* then flags and extension: zeros */
    static const uint8_t trailer[2] = {0xff, 0xff};
    check(database, PQexec(database->connection, "COPY record FROM STDIN (FORMAT binary)"));
    copy_put(database, header, sizeof header);
    for (size_t i = 0; i < count; i++)
        copy_row(database, &rows[i]);
    copy_put(database, trailer, sizeof trailer);
    if (PQputCopyEnd(database->connection, NULL) != 1)
        bench_die(PQerrorMessage(database->connection), NULL);
    for (PGresult *result; (result = PQgetResult(database->connection)) != NULL;)
        check(database, result);
}

static void postgres_insert(void *context, const bench_peer_row *rows, size_t count)
{
    if (count == 1)
        insert_one(context, rows);
    else
        insert_many(context, rows, count);
}

static size_t postgres_get(void *context, const steme_id *id)
{
    const peer_postgres *database = context;
    const char *value = (const char *)id->bytes;
    PGresult *result =
        PQexecPrepared(database->connection, "get", 1, &value, &(int){STEME_ID_SIZE}, &(int){1}, 1);
    size_t size = 0;
    if (PQresultStatus(result) == PGRES_TUPLES_OK && PQntuples(result) == 1)
        size = (size_t)PQgetlength(result, 0, 0);
    check(database, result);
    return size;
}

static uint64_t postgres_size(void *context)
{
    const peer_postgres *database = context;
    PGresult *result = PQexec(database->connection, "SELECT pg_total_relation_size('record')");
    uint64_t size = 0;
    if (PQresultStatus(result) == PGRES_TUPLES_OK && PQntuples(result) == 1)
        size = strtoull(PQgetvalue(result, 0, 0), NULL, 10);
    check(database, result);
    return size;
}

static void postgres_close(void *context)
{
    peer_postgres *database = context;
    PQfinish(database->connection);
    bench_postgres_stop(&database->server);
    free(database->copy_buffer);
    free(database);
}

int main(int argument_count, char **arguments)
{
    static const bench_peer peer = {.name = "PostgreSQL (default durability)",
                                    .open = postgres_open,
                                    .insert = postgres_insert,
                                    .get = postgres_get,
                                    .size = postgres_size,
                                    .close = postgres_close};
    return bench_peer_main(&peer, argument_count, arguments);
}
