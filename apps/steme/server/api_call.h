/* api_call.h -- one call of StemeService, for api*.c alone.
 *
 * A call is worked on in steps. A step is one job: it makes one message, or the end, or both, which
 * is then sent; the next step comes when that has left, so that a slow client holds back its own
 * question and costs one message of memory.
 *
 * Threads: one at a time works on a call; only its loss is told by another. */
#ifndef STEME_SERVER_API_CALL_H
#define STEME_SERVER_API_CALL_H

#include <stdatomic.h>

#include <protobuf-c/protobuf-c.h>

#include "steme/server/api.h"

/* About how much of a stream goes into one message. */
#define API_PIECE_SIZE ((size_t)256 << 10)

typedef struct api_call api_call;

typedef struct api_method {
    const char *path;
    size_t request_size_max;
    const ProtobufCMessageDescriptor *request_type;
    int is_stream;  /* counts against the streams that may be open */
    int is_fed;     /* the requests are a stream too */
    int is_walk;    /* one step on a thread of its own, which sends by api_call_push */
    int is_writing; /* its steps are jobs of the server's */
    /* Makes what is to be sent next: api_call_reply, api_call_end, api_call_fail. A writing one may
     * set the job's appends and return 1 instead; `appended` then makes it. */
    int (*step)(api_call *call);
    void (*appended)(api_call *call, steme_status status, const steme_error *error);
    void (*deinit)(void *state); /* may be NULL */
} api_method;

struct api_call {
    job job;
    api *api;
    const api_method *method;
    size_t method_index;
    rpc_tag arrived_tag;
    rpc_tag closed_tag;
    rpc_tag sent_tag;
    rpc_tag received_tag;
    grpc_call *call;
    gpr_timespec deadline;
    grpc_metadata_array metadata;
    grpc_byte_buffer *payload;
    atomic_int reference_count; /* the work, and the watch for its end */
    int cancelled;              /* gRPC's word, valid once is_gone */
    atomic_int is_gone;         /* the client has its answer, or has left */

    ProtobufCMessage *request; /* of the method's type */
    void *state;               /* the method's own; NULL at first */

    /* What the step made. */
    grpc_byte_buffer *body; /* NULL = no message */
    int is_last;
    grpc_status_code code;
    steme_status status;
    char reason[512];
    int is_begun; /* initial metadata are sent */

    /* Under the api's lock. */
    api_call *next; /* of those that were taken */
    api_call *previous;
    uint64_t waits_since_ns; /* for the client to take or to send something; 0 = it does not */
    int is_given_up;         /* and counts no more */

    pthread_mutex_t lock; /* for a walk: guards is_sent */
    pthread_cond_t is_changed;
    int is_sent;
    int was_sent;
};

/* Whether nobody waits for the answer any more. */
int api_call_is_gone(void *call);

/* Whether the client came by the folder's socket: only who may open the folder's files does. */
int api_call_is_by_socket(const api_call *self);

/* What to send next; the message is packed at once. `is_last` ends the call with it. */
void api_call_reply(api_call *self, const ProtobufCMessage *message, int is_last);
void api_call_end(api_call *self);
void api_call_fail(api_call *self, const steme_error *error);
void api_call_refuse(api_call *self, const char *reason); /* STEME_INVALID */

/* For a walk: sends what was replied, and waits until it has left. 0 where the client is gone. */
int api_call_push(api_call *self);

steme_store *api_store(const api *self);
diffs *api_diffs(const api *self);
node *api_node(const api *self);

/* The methods, a list in each file; ended by a NULL path. */
extern const api_method api_write_methods[];
extern const api_method api_read_methods[];
extern const api_method api_query_methods[];
extern const api_method api_diff_methods[];
extern const api_method api_verify_methods[];
extern const api_method api_backup_methods[];
extern const api_method api_lifecycle_methods[];
extern const api_method api_truth_methods[];

#endif
