/* config.h -- what a node is told by its file (`steme serve --config FILE`), in YAML:
 *
 *   db: /var/lib/steme/claims
 *   listen: 10.0.0.5:7601
 *   peers: [10.0.0.6:7601, 10.0.0.7:7601]
 *   tls: {cert: node.crt, key: node.key, ca: ca.crt}
 *
 * All keys may be left out; one that is unknown, or given twice, is an error, and so are aliases
 * and a second document. Paths that are not absolute are relative to the file's folder.
 *
 * Threads: any; a config is its caller's. */
#ifndef STEME_SERVER_CONFIG_H
#define STEME_SERVER_CONFIG_H

#include <steme/replica.h>

#include "steme/server/node.h"

#define CONFIG_FILE_SIZE_MAX      65536
#define CONFIG_NUMBER_SIZE_MAX    20
#define CONFIG_PATH_SIZE_MAX      4096
#define CONFIG_IDLE_TICK_MS_MAX   3600000
#define CONFIG_CLIENT_IDLE_MS_MAX 3600000
#define CONFIG_PEER_BYTES_MAX     ((uint64_t)1 << 50)
#define CONFIG_PEER_WORK_MS_MAX   60000 /* of a minute */
#define CONFIG_DISK_FREE_MAX      ((uint64_t)1 << 50)

/* Texts of no bytes were not given. */
typedef struct config {
    char db[CONFIG_PATH_SIZE_MAX + 1];
    char cluster[STEME_CLUSTER_SIZE_MAX + 1];
    char listen[NODE_ADDRESS_SIZE_MAX + 1];
    char peers[STEME_REPLICA_PEER_COUNT_MAX][NODE_ADDRESS_SIZE_MAX + 1];
    uint32_t peer_count;
    struct config_tls {
        char cert[CONFIG_PATH_SIZE_MAX + 1];
        char key[CONFIG_PATH_SIZE_MAX + 1];
        char ca[CONFIG_PATH_SIZE_MAX + 1];
    } tls;
    int insecure;
    char peer_bytes_max[CONFIG_NUMBER_SIZE_MAX + 1]; /* digits, checked */
    char peer_work_ms[CONFIG_NUMBER_SIZE_MAX + 1];
    char disk_free_min[CONFIG_NUMBER_SIZE_MAX + 1];
    char peer_free_min[CONFIG_NUMBER_SIZE_MAX + 1];
    char idle_tick_ms[CONFIG_NUMBER_SIZE_MAX + 1];
    char client_idle_ms[CONFIG_NUMBER_SIZE_MAX + 1];
} config;

/* Errors name file and line: STEME_INVALID, STEME_TOO_LARGE, STEME_NOT_FOUND, STEME_PERMISSION,
 * STEME_IO. `*out_config` is then untouched. */
STEME_MUST_CHECK steme_status config_read(const char *path, config *out_config, steme_error *error);
/* The same for bytes that were read from `path`. */
STEME_MUST_CHECK steme_status config_parse(const char *path, steme_span text, config *out_config,
                                           steme_error *error);

#endif
