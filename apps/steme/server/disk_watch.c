#include "steme/server/disk_watch.h"

#include "common/terminal.h"

#define LOOK_NS ((uint64_t)1000000000)

enum { MORE = 16, MB = 1000000 };

int disk_watch_is_full(disk_watch *self)
{
    return atomic_load(&self->is_full);
}

static void tell(int is_full, uint64_t free_size, uint64_t wanted)
{
    unsigned long long free_mb = free_size / MB;
    if (is_full) {
        terminal_note("the disk is nearly full: %llu MB free, below %llu MB nothing is taken from "
                      "peers; make room",
                      free_mb, (unsigned long long)(wanted / MB));
    } else {
        terminal_note("there is room on the disk again: %llu MB free; peers' records are taken",
                      free_mb);
    }
}

/* Once it is full, somewhat more must be free: so it does not come and go with every merge. */
int disk_watch_look(disk_watch *self, const steme_store *store, uint64_t now_ns)
{
    steme_space space;
    int was_full = atomic_load(&self->is_full);
    if (now_ns < self->due_ns) {
        return 0;
    }
    self->due_ns = now_ns + LOOK_NS;
    if (steme_store_space(store, &space, NULL) != STEME_OK) {
        return 0;
    }
    uint64_t wanted = space.peer_free_size_min;
    wanted += was_full ? wanted / MORE : 0;
    int is_full = space.free_size < wanted;
    if (is_full == was_full) {
        return 0;
    }
    atomic_store(&self->is_full, is_full);
    tell(is_full, space.free_size, wanted);
    return 1;
}
