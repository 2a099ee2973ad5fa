#include "steme/server/disk_watch.h"

#include "common/terminal.h"

#define LOOK_NS ((uint64_t)1000000000)

enum { MORE = 16, MB = 1000000 };

disk_state disk_watch_state(disk_watch *self)
{
    return (disk_state)atomic_load(&self->state);
}

/* Once it is full, somewhat more must be free: so it does not come and go with every merge. */
static disk_state look(disk_state before, steme_store *store, steme_space *out_space,
                       steme_error *out_error)
{
    if (steme_store_append_many(store, NULL, 0, 0, out_error) == STEME_READ_ONLY) {
        return DISK_STORE_FAILED;
    }
    if (steme_store_space(store, out_space, NULL) != STEME_OK) {
        return before;
    }
    uint64_t wanted = out_space->peer_free_size_min;
    wanted += before == DISK_IS_FULL ? wanted / MORE : 0;
    return out_space->free_size < wanted ? DISK_IS_FULL : DISK_HAS_ROOM;
}

static void tell(disk_state state, const steme_space *space, const steme_error *error)
{
    unsigned long long free_mb = space->free_size / MB;
    switch (state) {
    case DISK_HAS_ROOM:
        terminal_note("there is room on the disk again: %llu MB free; peers' records are taken",
                      free_mb);
        break;
    case DISK_IS_FULL:
        terminal_note("the disk is nearly full: %llu MB free, below %llu MB nothing is taken from "
                      "peers; make room",
                      free_mb, (unsigned long long)(space->peer_free_size_min / MB));
        break;
    case DISK_STORE_FAILED:
        terminal_note("no records are taken until the node is started again: %s", error->message);
        break;
    }
}

int disk_watch_look(disk_watch *self, steme_store *store, uint64_t now_ns)
{
    steme_space space = {0};
    steme_error error = {0};
    disk_state before = disk_watch_state(self);
    if (now_ns < self->due_ns) {
        return 0;
    }
    self->due_ns = now_ns + LOOK_NS;
    disk_state state = look(before, store, &space, &error);
    if (state == before) {
        return 0;
    }
    atomic_store(&self->state, (int)state);
    if (!self->is_quiet) {
        tell(state, &space, &error);
    }
    return 1;
}
