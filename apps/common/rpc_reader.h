/* rpc_reader.h -- one call of StemeService, waited for: a request, and the messages that answer it.
 *
 * Threads:  its maker's.
 * Lifetime: rpc_reader_open … rpc_reader_close, before the channel's.
 * Failure:  what the node refuses comes with its own status and words; STEME_IO where it does not
 *           answer, or is none. */
#ifndef COMMON_RPC_READER_H
#define COMMON_RPC_READER_H

#include "common/rpc_client.h"

typedef struct rpc_reader rpc_reader;

rpc_reader *rpc_reader_open(rpc_channel *channel, const char *method,
                            const ProtobufCMessage *request, int64_t timeout_ms);
/* Ends the call where it has not ended. Accepts NULL. */
void rpc_reader_close(rpc_reader *self);

/* The next message, of `type`, to be given back by protobuf_c_message_free_unpacked; NULL after the
 * last. */
STEME_MUST_CHECK steme_status rpc_reader_next(rpc_reader *self,
                                              const ProtobufCMessageDescriptor *type,
                                              ProtobufCMessage **out_message, steme_error *error);

#endif
