/* remote_lifecycle.h -- lifecycle questions that a node answers; for database_remote.c, and for the
 * server the way back. */
#ifndef COMMON_REMOTE_LIFECYCLE_H
#define COMMON_REMOTE_LIFECYCLE_H

#include <stemedb/api/v1/steme.pb-c.h>

#include "common/lifecycle_json.h"
#include "common/rpc_reader.h"

/* A node's objects are checked for being objects, not for their fields.
 * Errors: also STEME_IO (no such call, or not understood). */
STEME_MUST_CHECK steme_status remote_lifecycle_ask(rpc_channel *channel,
                                                   const lifecycle_question *question,
                                                   lifecycle_visit visit, void *context,
                                                   steme_error *error);

/* The request as a question, which borrows from it, but for the view. NULL, or what is wrong with
 * it. */
const char *remote_lifecycle_read(const Stemedb__Api__V1__LifecycleRequest *request,
                                  lifecycle_question *out_question);

#endif
