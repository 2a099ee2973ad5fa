/* disk_watch.h -- whether what peers send can be stored: is there room on the disk, does the store
 * write?
 *
 * Threads: disk_watch_look is one thread's; the rest any may ask. */
#ifndef STEME_SERVER_DISK_WATCH_H
#define STEME_SERVER_DISK_WATCH_H

#include <stdatomic.h>

#include <steme/store.h>

typedef enum disk_state {
    DISK_HAS_ROOM,
    DISK_IS_FULL,
    DISK_STORE_FAILED, /* it takes no records until it is opened again */
} disk_state;

typedef struct disk_watch {
    uint64_t due_ns;  /* of the next look */
    int is_quiet;     /* 1 = nothing is said of it */
    atomic_int state; /* a disk_state */
} disk_watch;

/* Looks once a second, and says on stderr what has changed, unless quiet; 1 where it has. */
int disk_watch_look(disk_watch *self, steme_store *store, uint64_t now_ns);
disk_state disk_watch_state(disk_watch *self);

#endif
