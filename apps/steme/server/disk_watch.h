/* disk_watch.h -- whether there is room on the store's disk for what peers send.
 *
 * Threads: disk_watch_look is one thread's; disk_watch_is_full any may ask. */
#ifndef STEME_SERVER_DISK_WATCH_H
#define STEME_SERVER_DISK_WATCH_H

#include <stdatomic.h>

#include <steme/store.h>

typedef struct disk_watch {
    uint64_t due_ns; /* of the next look */
    atomic_int is_full;
} disk_watch;

/* Looks once a second, and says on stderr what has changed; 1 where it has. */
int disk_watch_look(disk_watch *self, const steme_store *store, uint64_t now_ns);
int disk_watch_is_full(disk_watch *self);

#endif
