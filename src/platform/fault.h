/* fault.h -- lets a test make any call to the system fail.
 *
 * The hook is asked before each call of platform/file.h (and, by way of base_alloc_fault, before
 * each allocation). It is NULL in use; it may be set while threads run, and takes effect in them
 * soon. */
#ifndef PLATFORM_FAULT_H
#define PLATFORM_FAULT_H

#include <stddef.h>

typedef enum platform_call {
    PLATFORM_CALL_OPEN,
    PLATFORM_CALL_READ,
    PLATFORM_CALL_WRITE,
    PLATFORM_CALL_SYNC,
    PLATFORM_CALL_MAP,
    PLATFORM_CALL_RENAME,
    PLATFORM_CALL_TRUNCATE,
    PLATFORM_CALL_ALLOC,
    PLATFORM_CALL_SPACE, /* how much is free on a disk */
} platform_call;

/* Returns 0 to let the call through, or the errno that it fails with. For a write, the hook may
 * lower *size: that many bytes are written first, and then the errno, if any, is returned. For the
 * space of a disk, *size is what is free, and what the hook makes of it is told. */
typedef int (*platform_fault_hook)(platform_call call, const char *path, size_t *size);

/* NULL = no faults. Also routes base_alloc's failures through the hook. */
void platform_fault_set(platform_fault_hook hook);

#endif
