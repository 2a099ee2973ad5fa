/* service.h -- what SyncService, StemeService and Health answer: bytes of a request in, bytes of an
 * answer out.
 *
 * Requests are hostile: each is bounded by its method's size before it is read, and every length in
 * it is checked.
 *
 * Threads:  any; a service only reads.
 * Lifetime: a service ends before its store and its node. */
#ifndef STEME_SERVER_SERVICE_H
#define STEME_SERVER_SERVICE_H

#include <grpc/grpc.h>
#include <grpc/status.h>
#include <protobuf-c/protobuf-c.h>

#include <steme/store.h>

#include "steme/server/diffs.h"
#include "steme/server/jobs.h"
#include "steme/server/metrics.h"
#include "steme/server/node.h"
#include <stemedb/sync/v1/sync.pb-c.h>

typedef struct service {
    steme_store *store;
    node *node;
    diffs *diffs;
    jobs *jobs;
    metrics *metrics;
    uint8_t id[STEME_NODE_SIZE];
} service;

typedef struct service_answer {
    grpc_status_code code;
    char details[512];      /* where the code is not OK */
    grpc_byte_buffer *body; /* where it is; the caller's */
} service_answer;

/* Packs the message. */
void service_succeed(service_answer *out_answer, const ProtobufCMessage *message);
/* Sets code and details. */
void service_fail(service_answer *out_answer, grpc_status_code code, const char *details);

void service_ping(const service *self, steme_span request, service_answer *out_answer);
void service_exchange_roots(const service *self, steme_span request, service_answer *out_answer);
void service_fetch(const service *self, steme_span request, service_answer *out_answer);
void service_list_peers(const service *self, steme_span request, service_answer *out_answer);
void service_list_metrics(const service *self, steme_span request, service_answer *out_answer);
void service_check_health(const service *self, steme_span request, service_answer *out_answer);

/* Gossip in two halves, with the append between them. */
typedef struct service_gossip {
    Stemedb__Sync__V1__GossipRequest *request;
    steme_append append; /* its record borrows from `request` */
} service_gossip;

/* 1 where `append` is to be made next; 0 where the answer is there already. */
int service_gossip_begin(service_gossip *out_gossip, steme_span request,
                         service_answer *out_answer);
/* The answer once `append` is done; `status` and `error` are those of the whole call. */
void service_gossip_end(const service_gossip *gossip, steme_status status, const steme_error *error,
                        service_answer *out_answer);
/* Accepts one that was never begun. */
void service_gossip_deinit(service_gossip *gossip);

#endif
