/* server.h -- a gRPC server on a port and a Unix socket: SyncService, StemeService and Health over
 * one store.
 *
 * Threads:  the loop's thread takes calls and hands them on; the jobs' threads answer them.
 * Lifetime: server_open … server_stop … server_close; store, loop, jobs and node outlive it, and
 *           the jobs and the node are still at work when it stops. */
#ifndef STEME_SERVER_SERVER_H
#define STEME_SERVER_SERVER_H

#include "common/rpc.h"
#include "steme/server/jobs.h"
#include "steme/server/node.h"
#include "steme/server/service.h"

typedef struct server server;

typedef struct server_options {
    service service;
    rpc_loop *loop; /* started */
    jobs *jobs;
    rpc_security *security;
    uint64_t client_idle_ms; /* see api_options */
    const char *address;     /* HOST:PORT; port 0 = any that is free */
    const char *socket_path; /* NULL = none */
} server_options;

/* Listens and takes calls. Errors: STEME_BUSY (the address is taken or is
 * not one of this machine), STEME_INVALID (the certificate and its key), STEME_IO. */
STEME_MUST_CHECK steme_status server_open(const server_options *options, server **out_server,
                                          steme_error *error);
/* The port it listens on. */
int server_port(const server *self);
/* Takes no more calls, lets those under way end for a moment, and returns when none is left. */
void server_stop(server *self);
/* Accepts NULL. After the loop has ended. */
void server_close(server *self);

#endif
