/* lens_postgres -- the questions of bench_lens asked of PostgreSQL, by prepared statements over a
 * Unix socket. bench_lens runs it: CLAIMS FOLDER. It writes a line for each size and lens: size,
 * lens, p50 and p99 in seconds, and a sum over its answers that tells whether they are the same.
 *
 * What counts is the newest claim of each agent and source as of a time, co-signed by those who
 * endorsed it, and not superseded by its signer; rotated and revoked keys, stages, epochs and
 * schemas are not asked. There is a covering index for the claims of a subject and predicate, and
 * one for what is said about a claim. */
#include "support/lens_claims.h"
#include "support/measure.h"
#include "support/postgres.h"

#include <libpq-fe.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char schema[] =
    "CREATE TABLE claim (id bytea PRIMARY KEY, subject text, predicate text, claim_time bigint,"
    "  stamp bigint, agent bytea, source bytea, value float8, confidence float8, class smallint);"
    "CREATE TABLE vote (id bytea PRIMARY KEY, target bytea, agent bytea, stamp bigint,"
    "  weight float8);"
    "CREATE TABLE supersession (target bytea, agent bytea);"
    "CREATE TABLE endorsement (target bytea, agent bytea);";
static const char indexes[] =
    "CREATE INDEX claim_pair ON claim (subject, predicate, claim_time) INCLUDE (id, stamp, agent,"
    "  source, value, confidence, class);"
    "CREATE INDEX vote_target ON vote (target) INCLUDE (agent, stamp, weight, id);"
    "CREATE INDEX supersession_target ON supersession (target, agent);"
    "CREATE INDEX endorsement_target ON endorsement (target, agent);"
    "VACUUM ANALYZE claim;VACUUM ANALYZE vote;VACUUM ANALYZE supersession;"
    "VACUUM ANALYZE endorsement;";

#define LIVE                                                                                       \
    "WITH found AS (SELECT id, agent, source, value, claim_time, stamp, confidence, class FROM "   \
    "claim"                                                                                        \
    "  WHERE subject = $1 AND predicate = $2 AND claim_time <= $3 AND NOT EXISTS"                  \
    "  (SELECT FROM supersession WHERE target = claim.id AND supersession.agent = claim.agent)),"  \
    " said AS (SELECT * FROM found UNION ALL SELECT id, endorsement.agent, source, value,"         \
    "  claim_time, stamp, confidence, class FROM found JOIN endorsement ON target = id),"          \
    " live AS (SELECT DISTINCT ON (agent, source) * FROM said"                                     \
    "  ORDER BY agent, source, claim_time DESC, stamp DESC, id DESC)"
#define SHARES                                                                                     \
    ", part AS (SELECT agent, value, max(stamp) AS stamp, array_agg(id) AS ids,"                   \
    "    1.0::float8 / count(*) OVER (PARTITION BY agent) AS unit"                                 \
    "  FROM live GROUP BY agent, value),"                                                          \
    " share AS (SELECT value, max(stamp) AS stamp, sum(unit) / sum(sum(unit)) OVER () AS share,"   \
    "    count(*) AS signers, array_agg(ids[1]) AS ids FROM part GROUP BY value)"

/* In the order of lens_peer_lenses: first the answer's number; with consensus and skeptic all
 * values and their records, which ours lists with every lens. */
static const char *const questions[LENS_PEER_COUNT] = {
    LIVE ", first AS (SELECT * FROM live ORDER BY claim_time DESC, stamp DESC, id DESC LIMIT 1)"
         " SELECT value, claim_time - (SELECT max(claim_time) FROM live"
         "   WHERE live.value <> first.value) FROM first",
    LIVE SHARES " SELECT value, share, signers, ids FROM share ORDER BY share DESC, stamp DESC",
    LIVE SHARES " SELECT CASE WHEN count(*) OVER () < 2 THEN 0"
                "   ELSE -sum(share * ln(share)) OVER () / ln(count(*) OVER ()) END,"
                "   value, share, signers, ids FROM share ORDER BY share DESC, stamp DESC",
    LIVE ", last AS (SELECT DISTINCT ON (vote.agent, live.id) live.value, live.stamp, weight"
         "   FROM live LEFT JOIN vote ON target = live.id AND vote.agent <> live.agent"
         "   ORDER BY vote.agent, live.id, vote.stamp DESC, vote.id DESC),"
         " tally AS (SELECT value, sum(weight) AS votes, max(stamp) AS stamp FROM last"
         "   GROUP BY value HAVING sum(weight) > 0)"
         " SELECT value, votes / sum(votes) OVER () FROM tally"
         "   ORDER BY votes DESC, stamp DESC LIMIT 1",
    LIVE ", weighed AS (SELECT agent, value, max(stamp) AS stamp,"
         "    max((ARRAY[1, .85, .7, .5, .3, .1]::float8[])[class + 1] * confidence * .5) AS weight"
         "  FROM live WHERE class = (SELECT min(class) FROM live) GROUP BY agent, value)"
         " SELECT value, 1e6 - floor(1e6 * exp(sum(ln(1 - weight)))) AS strength FROM weighed"
         "   GROUP BY value ORDER BY strength DESC, sum(weight) DESC LIMIT 1",
};

typedef struct peer {
    PGconn *connection;
    bench_postgres server;
    const char *table; /* that is being filled: its rows alone are sent */
} peer;

static void check(const peer *database, PGresult *result)
{
    ExecStatusType status = PQresultStatus(result);
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK && status != PGRES_COPY_IN)
        bench_die(PQerrorMessage(database->connection), NULL);
    PQclear(result);
}

static bool is_ready(const char *target)
{
    return PQping(target) == PQPING_OK;
}

/* ---- Filling ------------------------------------------------------------------------------ */

/* 32 bytes that differ for every number, as bytea is written in a COPY. */
static void write_bytes(uint64_t number, char out_text[68])
{
    size_t size = (size_t)snprintf(out_text, 68, "\\\\x");
    for (uint64_t i = 0; i < 4; i++)
        size += (size_t)snprintf(out_text + size, 68 - size, "%016" PRIx64,
                                 bench_random(number * 4 + i));
}

static void send_row(void *context, const lens_claim *claim)
{
    const peer *database = context;
    char row[512];
    char id[68];
    char agent[68];
    char source[68];
    int size;
    write_bytes(claim->number, id);
    if (strcmp(database->table, "claim") == 0) {
        write_bytes(claim->agent + (UINT64_C(1) << 40), agent);
        write_bytes(claim->source + (UINT64_C(1) << 41), source);
        uint64_t time_ns = lens_claim_time_ns(claim->number);
        size = snprintf(
            row, sizeof row, "%s\t%s\t%s\t%" PRIu64 "\t%" PRIu64 "\t%s\t%s\t%u\t%u.%06u\t%u\n", id,
            claim->subject, claim->subject, time_ns, time_ns, agent, source, claim->value,
            claim->confidence / 1000000, claim->confidence % 1000000, claim->source_class);
    } else {
        char vote[68];
        if (!claim->has_vote)
            return;
        write_bytes(claim->number + (UINT64_C(1) << 42), vote);
        write_bytes(claim->voter + (UINT64_C(1) << 40), agent);
        size = snprintf(row, sizeof row, "%s\t%s\t%s\t%" PRIu64 "\t%.1f\n", vote, id, agent,
                        lens_claim_time_ns(claim->vote_number), claim->vote * 1e-6);
    }
    if (PQputCopyData(database->connection, row, size) != 1)
        bench_die(PQerrorMessage(database->connection), NULL);
}

static void copy_end(const peer *database)
{
    if (PQputCopyEnd(database->connection, NULL) != 1)
        bench_die(PQerrorMessage(database->connection), NULL);
    for (PGresult *result; (result = PQgetResult(database->connection)) != NULL;)
        check(database, result);
}

static void fill_table(peer *database, const char *table, uint64_t claim_count)
{
    char statement[64];
    snprintf(statement, sizeof statement, "COPY %s FROM STDIN", table);
    database->table = table;
    check(database, PQexec(database->connection, statement));
    lens_claims_visit(claim_count, send_row, database);
    copy_end(database);
}

/* `table` has the agents' supersessions or endorsements. */
static void fill_beside(peer *database, const char *table, uint64_t first)
{
    char statement[64];
    snprintf(statement, sizeof statement, "COPY %s FROM STDIN", table);
    check(database, PQexec(database->connection, statement));
    for (uint64_t i = 0; i < LENS_BESIDE_COUNT; i++) {
        char target[68];
        char agent[68];
        char row[160];
        write_bytes(first + i, target);
        write_bytes(i % LENS_AGENT_COUNT + (UINT64_C(1) << 40), agent);
        int size = snprintf(row, sizeof row, "%s\t%s\n", target, agent);
        if (PQputCopyData(database->connection, row, size) != 1)
            bench_die(PQerrorMessage(database->connection), NULL);
    }
    copy_end(database);
}

static void fill(peer *database, uint64_t claim_count)
{
    bench_progress("PostgreSQL: loading");
    check(database, PQexec(database->connection, schema));
    fill_table(database, "claim", claim_count);
    fill_table(database, "vote", claim_count);
    fill_beside(database, "supersession", UINT64_C(1) << 43);
    fill_beside(database, "endorsement", UINT64_C(1) << 44);
    const char *statement = indexes;
    while (*statement != '\0') { /* one by one: VACUUM is no part of a transaction */
        char one[256];
        size_t size = strcspn(statement, ";");
        snprintf(one, sizeof one, "%.*s", (int)size, statement);
        check(database, PQexec(database->connection, one));
        statement += size + 1;
    }
}

/* ---- Asking ------------------------------------------------------------------------------- */

/* The answer's number; 0 where there is none. */
static double ask(const peer *database, const char *name, const char *subject, const char *as_of)
{
    const char *values[] = {subject, subject, as_of};
    PGresult *result = PQexecPrepared(database->connection, name, 3, values, NULL, NULL, 0);
    double number = 0;
    if (PQresultStatus(result) == PGRES_TUPLES_OK && PQntuples(result) >= 1)
        number = strtod(PQgetvalue(result, 0, 0), NULL);
    check(database, result);
    return number;
}

static void measure(const peer *database, uint64_t claim_count, uint32_t size, uint32_t lens)
{
    char subject[LENS_SUBJECT_SIZE];
    char as_of[24];
    const char *name = steme_lens_name(lens_peer_lenses[lens]);
    uint32_t count = lens_ask_counts[size];
    double *durations = bench_alloc(count, sizeof *durations);
    double sum = 0;
    snprintf(as_of, sizeof as_of, "%" PRIu64, lens_claim_time_ns(claim_count * 2));
    for (uint32_t i = 0; i < count; i++) {
        lens_question(claim_count, size, i, subject);
        double begin = bench_now();
        sum += ask(database, name, subject, as_of);
        durations[i] = bench_now() - begin;
    }
    printf("%u %u %.9f %.9f %.6f\n", size, lens, bench_percentile(durations, count, 0.5),
           bench_percentile(durations, count, 0.99), sum);
    free(durations);
}

int main(int argc, char **argv)
{
    peer database;
    if (argc != 3) {
        fputs("bench_lens runs this program: CLAIMS FOLDER\n", stderr);
        return 2;
    }
    uint64_t claim_count = strtoull(argv[1], NULL, 10);
    if (!bench_postgres_start(argv[2], is_ready, &database.server))
        return 0;
    database.connection = PQconnectdb(database.server.target);
    if (PQstatus(database.connection) != CONNECTION_OK)
        bench_die(PQerrorMessage(database.connection), NULL);
    fill(&database, claim_count);
    for (uint32_t lens = 0; lens < LENS_PEER_COUNT; lens++)
        check(&database, PQprepare(database.connection, steme_lens_name(lens_peer_lenses[lens]),
                                   questions[lens], 3, NULL));
    for (uint32_t lens = 0; lens < LENS_PEER_COUNT; lens++)
        for (uint32_t size = 0; size < LENS_SIZE_COUNT; size++) {
            bench_progress("PostgreSQL: %s, %u candidates", steme_lens_name(lens_peer_lenses[lens]),
                           lens_sizes[size]);
            measure(&database, claim_count, size, lens);
        }
    PQfinish(database.connection);
    bench_postgres_stop(&database.server);
    return 0;
}
