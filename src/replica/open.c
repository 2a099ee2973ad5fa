#include "replica/node.h"
#include "replica/store_set.h"

#include "base/error.h"

steme_status steme_replica_open(steme_store *store, const steme_replica_options *options,
                                steme_replica **out_replica, steme_error *error)
{
    steme_span cluster;
    replica_set set = {0};
    if (!replica_cluster_name(options, &cluster))
        return base_fail(error, STEME_INVALID, "cluster's name: 1 to %d bytes are needed",
                         STEME_CLUSTER_SIZE_MAX);
    sketch_key key = sketch_key_derive(cluster);
    steme_status status = replica_store_set_open(store, &key, &set, error);
    if (status != STEME_OK)
        return status;
    status = replica_node_new(&set, replica_store_set_close, options, out_replica, error);
    if (status != STEME_OK)
        replica_store_set_close(&set);
    return status;
}
