/* database_remote.h -- a database that a node serves: stemedb.api.v1.StemeService.
 *
 * Lifetime: between rpc_start and rpc_stop; the channel outlives the database.
 * What is read comes, call by call, from the node's newest state; one query from one state. */
#ifndef COMMON_DATABASE_REMOTE_H
#define COMMON_DATABASE_REMOTE_H

#include "common/database.h"
#include "common/rpc_client.h"

/* Does not speak yet. */
database *database_open_node(rpc_channel *channel);

#endif
