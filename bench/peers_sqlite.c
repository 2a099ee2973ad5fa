/* peers_sqlite -- the work of bench_store in SQLite: WAL, synchronous=FULL, so that a commit is
 * durable when it returns. bench_store runs it. */
#include "support/measure.h"
#include "support/peer.h"

#include <sqlite3.h>

#include <stdlib.h>
#include <string.h>

typedef struct peer_sqlite {
    sqlite3 *handle;
    sqlite3_stmt *insert;
    sqlite3_stmt *get;
    const char *folder;
} peer_sqlite;

static const char schema[] =
    "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
    "CREATE TABLE record (id BLOB PRIMARY KEY, subject TEXT, predicate TEXT, claim_time INTEGER,"
    "  stamp INTEGER, agent BLOB, source BLOB, bytes BLOB);"
    "CREATE INDEX record_claim ON record (subject, predicate, claim_time);"
    "CREATE INDEX record_stamp ON record (stamp);"
    "CREATE INDEX record_agent ON record (agent, stamp);"
    "CREATE INDEX record_source ON record (source);";

static void check(const peer_sqlite *database, int result)
{
    if (result != SQLITE_OK && result != SQLITE_DONE && result != SQLITE_ROW)
        bench_die(sqlite3_errmsg(database->handle), NULL);
}

static void run(const peer_sqlite *database, const char *statements)
{
    check(database, sqlite3_exec(database->handle, statements, NULL, NULL, NULL));
}

static sqlite3_stmt *prepare(const peer_sqlite *database, const char *text)
{
    sqlite3_stmt *statement = NULL;
    check(database, sqlite3_prepare_v2(database->handle, text, -1, &statement, NULL));
    return statement;
}

static void *sqlite_open(const char *folder)
{
    char path[4096];
    peer_sqlite *database = bench_alloc(1, sizeof *database);
    database->folder = folder;
    bench_path_join(path, sizeof path, folder, "records.db");
    check(database, sqlite3_open(path, &database->handle));
    run(database, schema);
    database->insert = prepare(database, "INSERT INTO record VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
    database->get = prepare(database, "SELECT bytes FROM record WHERE id = ?");
    return database;
}

static void bind_bytes(const peer_sqlite *database, int place, const uint8_t *bytes, size_t size)
{
    check(database, sqlite3_bind_blob(database->insert, place, bytes, (int)size, SQLITE_STATIC));
}

static void bind_text(const peer_sqlite *database, int place, steme_span text)
{
    check(database, sqlite3_bind_text(database->insert, place, (const char *)text.bytes,
                                      (int)text.size, SQLITE_STATIC));
}

static void insert_row(const peer_sqlite *database, const bench_peer_row *row)
{
    bind_bytes(database, 1, row->record.id.bytes, STEME_ID_SIZE);
    bind_text(database, 2, row->subject);
    bind_text(database, 3, row->predicate);
    check(database, sqlite3_bind_int64(database->insert, 4, row->claim_time_ns));
    check(database, sqlite3_bind_int64(database->insert, 5, row->stamp_ns));
    bind_bytes(database, 6, steme_record_signer(&row->record, 0), STEME_AGENT_SIZE);
    bind_bytes(database, 7, row->source.bytes, STEME_ID_SIZE);
    bind_bytes(database, 8, row->record.bytes.bytes, row->record.bytes.size);
    check(database, sqlite3_step(database->insert));
    check(database, sqlite3_reset(database->insert));
}

static void sqlite_insert(void *context, const bench_peer_row *rows, size_t count)
{
    const peer_sqlite *database = context;
    run(database, "BEGIN");
    for (size_t i = 0; i < count; i++)
        insert_row(database, &rows[i]);
    run(database, "COMMIT");
}

static size_t sqlite_get(void *context, const steme_id *id)
{
    const peer_sqlite *database = context;
    size_t size = 0;
    check(database,
          sqlite3_bind_blob(database->get, 1, id->bytes, sizeof id->bytes, SQLITE_STATIC));
    int result = sqlite3_step(database->get);
    check(database, result);
    if (result == SQLITE_ROW && sqlite3_column_blob(database->get, 0) != NULL)
        size = (size_t)sqlite3_column_bytes(database->get, 0);
    check(database, sqlite3_reset(database->get));
    return size;
}

static uint64_t sqlite_size(void *context)
{
    const peer_sqlite *database = context;
    run(database, "PRAGMA wal_checkpoint(TRUNCATE)");
    return bench_folder_size(database->folder);
}

static void sqlite_close(void *context)
{
    peer_sqlite *database = context;
    sqlite3_finalize(database->insert);
    sqlite3_finalize(database->get);
    sqlite3_close(database->handle);
    free(database);
}

int main(int argument_count, char **arguments)
{
    static const bench_peer peer = {.name = "SQLite " SQLITE_VERSION " (WAL, FULL)",
                                    .open = sqlite_open,
                                    .insert = sqlite_insert,
                                    .get = sqlite_get,
                                    .size = sqlite_size,
                                    .close = sqlite_close};
    return bench_peer_main(&peer, argument_count, arguments);
}
