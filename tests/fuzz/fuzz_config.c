/* Hostile files for `steme serve --config`: read, or refused with a line of the message. */
#include "steme/server/config.h"

#include <assert.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    static config told;
    steme_error error = {0};
    if (config_parse("x/node.yaml", (steme_span){bytes, size}, &told, &error) != STEME_OK) {
        assert(strncmp(error.message, "x/node.yaml", strlen("x/node.yaml")) == 0 ||
               size > CONFIG_FILE_SIZE_MAX);
        return 0;
    }
    assert(told.peer_count <= STEME_REPLICA_PEER_COUNT_MAX);
    assert(strspn(told.idle_tick_ms, "0123456789") == strlen(told.idle_tick_ms));
    assert(told.db[0] == '\0' || told.db[0] == '/' || strncmp(told.db, "x/", 2) == 0);
    return 0;
}
