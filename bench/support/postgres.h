/* postgres.h -- a PostgreSQL server of a bench's own: a new cluster behind a Unix socket, settings
 * as initdb leaves them. Where we are root it runs as the user postgres.
 *
 * Lifetime: no server outlives its bench. */
#ifndef BENCH_POSTGRES_H
#define BENCH_POSTGRES_H

#include <stdbool.h>
#include <sys/types.h>

enum { BENCH_POSTGRES_TARGET_SIZE = 4096 + 64 };

typedef struct bench_postgres {
    pid_t server;
    char target[BENCH_POSTGRES_TARGET_SIZE]; /* for PQconnectdb */
} bench_postgres;

/* Makes a cluster in an empty folder, which it hands to the server's user, and waits until it
 * answers, by `is_ready` (PQping). False, having said so on stdout, where PostgreSQL is not
 * installed; ends the program where it does not start. */
bool bench_postgres_start(const char *folder, bool (*is_ready)(const char *target),
                          bench_postgres *out_server);
void bench_postgres_stop(const bench_postgres *server);

#endif
