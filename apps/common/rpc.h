/* rpc.h -- gRPC as the programs use it: the library's life, who may speak, one polling thread.
 *
 * Nothing of gRPC is touched before rpc_start, so that commands without a network do not pay for
 * it. Block the signals that a program waits for before rpc_start: gRPC starts threads.
 *
 * Threads:  rpc_start and rpc_stop are the main thread's; a loop calls its tags on a thread of its
 *           own, one at a time, and a tag may do anything but wait.
 * Lifetime: rpc_start … rpc_stop around everything else of rpc*.h; no fork in between.
 * Failure:  a steme_error that says what, where and what to do. */
#ifndef COMMON_RPC_H
#define COMMON_RPC_H

#include <grpc/grpc.h>
#include <grpc/status.h>
#include <stddef.h>
#include <stdint.h>

#include <steme/error.h>
#include <steme/types.h>

void rpc_start(void);
void rpc_stop(void);

/* gRPC opens what a peer has compressed before it looks at how much that is: a megabyte may become
 * a gigabyte. So its own compression is off, both ways; see pack.h for ours. */
#define RPC_NO_COMPRESSION (1 << GRPC_COMPRESS_NONE)

/* A deadline from now on. */
gpr_timespec rpc_deadline(int64_t timeout_ms);

/* The gRPC code for a failure of the library, and its name, such as "UNAVAILABLE". */
grpc_status_code rpc_code_of(steme_status status);
const char *rpc_code_name(grpc_status_code code);

/* ---- Addresses and who may speak ---------------------------------------------------------- */

/* HOST:PORT with an address or name and a port below 65536 ([::1]:7601 for IPv6), or unix:PATH. */
int rpc_address_is_valid(const char *address);
/* Whether the address is reached by this machine alone: 127.0.0.0/8, ::1, localhost, unix. */
int rpc_address_is_local(const char *address);

/* The paths of PEM files; all NULL = in plain text. Both sides show a certificate of `ca_path`. */
typedef struct rpc_tls_paths {
    const char *certificate_path;
    const char *key_path;
    const char *ca_path;
} rpc_tls_paths;

typedef struct rpc_security rpc_security;

/* Reads the files. Errors: STEME_INVALID (only some are given, no PEM in one, or they do not belong
 * together), STEME_NOT_FOUND, STEME_PERMISSION (also: others may read the key), STEME_IO. */
STEME_MUST_CHECK steme_status rpc_security_open(const rpc_tls_paths *paths,
                                                rpc_security **out_security, steme_error *error);
void rpc_security_close(rpc_security *security);
int rpc_security_is_tls(const rpc_security *security);
int rpc_security_is_same(const rpc_security *left, const rpc_security *right);
/* Takes over the certificates of `source`, which is left with the old ones: servers show the new
 * ones from the next connection on, channels those of when they were opened.
 * Errors: STEME_INVALID (only one of the two is TLS: that needs a new server). */
STEME_MUST_CHECK steme_status rpc_security_replace(rpc_security *security, rpc_security *source,
                                                   steme_error *error);

/* The caller's to release. `is_plain` = no TLS whatever was read: for a socket in the folder. Of a
 * security there is one server with TLS, which ends before it. */
grpc_channel_credentials *rpc_security_channel(const rpc_security *security, int is_plain);
grpc_server_credentials *rpc_security_server(rpc_security *security, int is_plain);

/* ---- Bytes -------------------------------------------------------------------------------- */

/* All bytes of a buffer in one piece; free by grpc_slice_unref. 0 where they cannot be read. */
int rpc_buffer_read(grpc_byte_buffer *buffer, grpc_slice *out_slice);

/* ---- The loop ----------------------------------------------------------------------------- */

/* What a completion calls. */
typedef struct rpc_tag {
    void (*done)(void *context, int is_ok);
    void *context;
} rpc_tag;

typedef struct rpc_loop {
    grpc_completion_queue *queue;
    unsigned long thread;
    int is_started;
} rpc_loop;

/* A queue without a thread yet: servers are registered with it first. */
void rpc_loop_init(rpc_loop *self);
STEME_MUST_CHECK steme_status rpc_loop_start(rpc_loop *self, steme_error *error);
/* When all calls have ended: waits for the tags that are left, ends the thread, frees. */
void rpc_loop_deinit(rpc_loop *self);

#endif
