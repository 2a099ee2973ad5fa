#include "store/identity.h"
#include "base/bytes.h"
#include "base/error.h"
#include "base/limits.h"
#include "base/memory.h"
#include "platform/clock.h"
#include "platform/thread.h"

#include <inttypes.h>
#include <stdio.h>

enum { STORE_FORMAT = 1, SMALL_FILE_SIZE_MAX = 4096 };

/* A small text file, NUL-terminated, into `text` of SMALL_FILE_SIZE_MAX + 1 bytes. */
static steme_status text_load(const char *directory, const char *name, char *text,
                              steme_error *error)
{
    char path[LIMIT_PATH_SIZE];
    uint8_t *bytes;
    size_t size;
    steme_status status = platform_path_join(directory, name, path, error);
    if (status == STEME_OK)
        status = platform_file_load(path, SMALL_FILE_SIZE_MAX, &bytes, &size, error);
    if (status != STEME_OK)
        return status;
    memcpy(text, bytes, size);
    text[size] = '\0';
    base_free(bytes);
    return STEME_OK;
}

static steme_status text_replace(const char *directory, const char *name, const char *text,
                                 steme_error *error)
{
    char path[LIMIT_PATH_SIZE];
    steme_status status = platform_path_join(directory, name, path, error);
    return status != STEME_OK ? status : platform_file_replace(path, text, strlen(text), error);
}

/* Reads `size` bytes in hex at *at and moves it behind them. */
static bool hex_read(const char **at, uint8_t *out_bytes, size_t size)
{
    if (strnlen(*at, 2 * size) != 2 * size || !base_hex_decode(*at, 2 * size, out_bytes, size))
        return false;
    *at += 2 * size;
    return true;
}

/* ---- STEME -------------------------------------------------------------------------------- */

static steme_status refuse_any_name(void *context, const char *name, steme_error *error)
{
    if (strcmp(name, "STEME.new") == 0) /* a create that was killed */
        return STEME_OK;
    return base_fail(error, STEME_EXISTS,
                     "%s: the folder is not empty (it has %.100s); give a new or empty one",
                     (const char *)context, name);
}

steme_status store_create(const char *directory, steme_error *error)
{
    uint8_t store_id[16];
    char digits[33];
    char text[128];
    steme_status status = platform_directory_create(directory, error);
    if (status == STEME_EXISTS)
        status = platform_directory_list(directory, refuse_any_name, (void *)(uintptr_t)directory,
                                         error);
    if (status != STEME_OK)
        return status;
    platform_random(store_id, sizeof store_id);
    base_hex_encode(store_id, sizeof store_id, digits);
    snprintf(text, sizeof text, "steme-store %d\nid %s\n", STORE_FORMAT, digits);
    return text_replace(directory, "STEME", text, error);
}

steme_status store_identity_read(const char *directory, uint8_t out_store_id[16],
                                 steme_error *error)
{
    char text[SMALL_FILE_SIZE_MAX + 1];
    const char *at = text;
    uint64_t format;
    steme_status status = text_load(directory, "STEME", text, error);
    if (status == STEME_NOT_FOUND)
        return base_fail(error, STEME_NOT_FOUND, "%s: no store there; make one with: steme init %s",
                         directory, directory);
    if (status != STEME_OK)
        return status;
    if (!base_text_skip(&at, "steme-store ") || !base_decimal_read(&at, &format))
        return base_fail(error, STEME_CORRUPT, "%s/STEME: not a store's identity", directory);
    if (format != STORE_FORMAT)
        return base_fail(error, STEME_VERSION,
                         "%s: store format %" PRIu64 "; this program reads %d, use a newer one",
                         directory, format, STORE_FORMAT);
    if (!base_text_skip(&at, "\nid ") || !hex_read(&at, out_store_id, 16))
        return base_fail(error, STEME_CORRUPT, "%s/STEME: damaged", directory);
    return STEME_OK;
}

/* ---- lock --------------------------------------------------------------------------------- */

static steme_status lock_refused(const char *directory, steme_error *error)
{
    char text[SMALL_FILE_SIZE_MAX + 1];
    const char *at = text;
    uint64_t process;
    if (text_load(directory, "lock", text, NULL) != STEME_OK || !base_decimal_read(&at, &process))
        return base_fail(error, STEME_BUSY, "%s: another process writes to the store", directory);
    return base_fail(error, STEME_BUSY,
                     "%s: process %" PRIu64 " writes to the store; wait for it or read only",
                     directory, process);
}

steme_status store_lock_take(const char *directory, platform_file *out_lock, steme_error *error)
{
    char path[LIMIT_PATH_SIZE];
    char text[32];
    platform_file lock;
    steme_status status = platform_path_join(directory, "lock", path, error);
    if (status != STEME_OK)
        return status;
    status = platform_file_open(path, PLATFORM_OPEN_CREATE, &lock, error);
    if (status == STEME_EXISTS)
        status = platform_file_open(path, PLATFORM_OPEN_WRITE, &lock, error);
    if (status != STEME_OK)
        return status;
    status = platform_file_lock(&lock, error);
    if (status == STEME_BUSY)
        status = lock_refused(directory, error);
    if (status == STEME_OK) {
        int size = snprintf(text, sizeof text, "%ld\n", platform_process_id());
        status = platform_file_truncate(&lock, 0, error);
        if (status == STEME_OK)
            status = platform_file_write(&lock, 0, text, (size_t)size, error);
    }
    if (status != STEME_OK) {
        platform_file_close(&lock);
        return status;
    }
    *out_lock = lock;
    return STEME_OK;
}

/* ---- node --------------------------------------------------------------------------------- */

static steme_status home_find(const char *directory, uint64_t *out_device, uint64_t *out_inode,
                              steme_error *error)
{
    char path[LIMIT_PATH_SIZE];
    platform_file file;
    steme_status status = platform_path_join(directory, "STEME", path, error);
    if (status == STEME_OK)
        status = platform_file_open(path, PLATFORM_OPEN_READ, &file, error);
    if (status != STEME_OK)
        return status;
    status = platform_file_identity(&file, out_device, out_inode, error);
    platform_file_close(&file);
    return status;
}

typedef struct node_file {
    uint8_t node[STEME_NODE_SIZE];
    uint64_t ceiling_ns;
    uint64_t device;
    uint64_t inode;
} node_file;

static bool node_parse(const char *text, node_file *out_file)
{
    return base_text_skip(&text, "steme-node 1\nnode ") &&
           hex_read(&text, out_file->node, sizeof out_file->node) &&
           base_text_skip(&text, "\nceiling ") && base_decimal_read(&text, &out_file->ceiling_ns) &&
           base_text_skip(&text, "\nhome ") && base_decimal_read(&text, &out_file->device) &&
           base_text_skip(&text, " ") && base_decimal_read(&text, &out_file->inode);
}

steme_status store_node_save(const char *directory, const steme_clock *clock, uint64_t ceiling_ns,
                             steme_error *error)
{
    uint64_t device;
    uint64_t inode;
    char digits[2 * STEME_NODE_SIZE + 1];
    char text[256];
    steme_status status = home_find(directory, &device, &inode, error);
    if (status != STEME_OK)
        return status;
    base_hex_encode(clock->node, STEME_NODE_SIZE, digits);
    snprintf(text, sizeof text,
             "steme-node 1\nnode %s\nceiling %" PRIu64 "\nhome %" PRIu64 " %" PRIu64 "\n", digits,
             ceiling_ns, device, inode);
    return text_replace(directory, "node", text, error);
}

/* Why the node that the file names is not to be used any more; NULL where it is. */
static const char *node_refusal(const node_file *file, uint64_t device, uint64_t inode,
                                uint64_t wall_ns)
{
    if (file->device != device || file->inode != inode)
        return "the store was copied or moved: it has a new node id";
    if (steme_clock_restart_decide(file->ceiling_ns, wall_ns) == STEME_CLOCK_NEW_NODE)
        return "the store's clock was far ahead of the system's: it has a new node id, and starts "
               "from the system's clock";
    return NULL;
}

steme_status store_node_open(const char *directory, uint64_t wall_ns, steme_clock *out_clock,
                             const char **out_notice, steme_error *error)
{
    char text[SMALL_FILE_SIZE_MAX + 1];
    node_file file = {0};
    uint64_t device;
    uint64_t inode;
    const char *notice = NULL;
    steme_status status = home_find(directory, &device, &inode, error);
    if (status != STEME_OK)
        return status;
    status = text_load(directory, "node", text, error);
    bool is_new = status == STEME_NOT_FOUND;
    if (status != STEME_OK && !is_new)
        return status;
    if (!is_new) {
        notice = node_parse(text, &file) ? node_refusal(&file, device, inode, wall_ns)
                                         : "the file `node` was damaged: the store has a new "
                                           "node id";
        is_new = notice != NULL;
    }
    if (is_new) {
        platform_random(file.node, sizeof file.node);
        file.ceiling_ns = 0;
    }
    steme_clock_init(out_clock, file.node, file.ceiling_ns);
    *out_notice = notice;
    return is_new ? store_node_save(directory, out_clock, 0, error) : STEME_OK;
}

void store_node_peek(const char *directory, uint8_t out_node[STEME_NODE_SIZE])
{
    char text[SMALL_FILE_SIZE_MAX + 1];
    node_file file = {0};
    memset(out_node, 0, STEME_NODE_SIZE);
    if (text_load(directory, "node", text, NULL) == STEME_OK && node_parse(text, &file))
        memcpy(out_node, file.node, STEME_NODE_SIZE);
}
