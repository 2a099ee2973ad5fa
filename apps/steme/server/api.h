/* api.h -- StemeService: what clients ask of this node, beside what its peers do.
 *
 * Writing goes through the server's jobs, so that calls share syncs of the disk. Reading has
 * threads of its own, so that a long question holds up no peer, and an export has one to itself.
 *
 * Threads:  its maker's, but for what it starts.
 * Lifetime: api_open, api_register, the server's start, api_listen … the server's end of all calls,
 *           api_stop, the loop's end, api_close. What its options name outlives it. */
#ifndef STEME_SERVER_API_H
#define STEME_SERVER_API_H

#include <grpc/grpc.h>

#include "common/rpc.h"
#include "steme/server/diffs.h"
#include "steme/server/jobs.h"
#include "steme/server/node.h"

typedef struct api api;

typedef struct api_options {
    steme_store *store;
    rpc_loop *loop;
    jobs *jobs;
    node *node;
    diffs *diffs;
    uint64_t client_idle_ms; /* a client that neither takes nor sends for so long is given up; 0 =
                              * 30,000 */
} api_options;

STEME_MUST_CHECK steme_status api_open(const api_options *options, api **out_api,
                                       steme_error *error);
/* Before the server starts, and after. */
void api_register(api *self, grpc_server *server);
void api_listen(api *self);
/* Ends its threads; waits for what they are at. */
void api_stop(api *self);
/* Both accept NULL. */
void api_close(api *self);

#endif
