/* How much room there is, and whether it is enough to append. */
#include "base/error.h"
#include "store/state.h"

enum { SHARE = 100, PEER_SHARE = 20 };

#define FREE_SIZE_MIN      (UINT64_C(256) << 20) /* of a large disk: an index flush and a merge */
#define PEER_FREE_SIZE_MIN (UINT64_C(1) << 30)

/* Of a small disk a share, so that it is of use at all. */
static uint64_t size_kept(uint64_t told, uint64_t disk_size, uint64_t share, uint64_t most)
{
    if (told != 0)
        return told == 1 ? 0 : told;
    return disk_size / share < most ? disk_size / share : most;
}

steme_status steme_store_space(const steme_store *store, steme_space *out_space, steme_error *error)
{
    uint64_t size, free_size;
    steme_status status = platform_disk_space(store->directory, &size, &free_size, error);
    if (status != STEME_OK)
        return status;
    uint64_t own = size_kept(store->free_size_min, size, SHARE, FREE_SIZE_MIN);
    uint64_t peer = size_kept(store->peer_free_size_min, size, PEER_SHARE, PEER_FREE_SIZE_MIN);
    *out_space = (steme_space){free_size, own, peer < own ? own : peer};
    return STEME_OK;
}

/* Where the system does not tell, the write will. */
steme_status store_check_space(const steme_store *store, steme_error *error)
{
    steme_space space;
    if (steme_store_space(store, &space, NULL) != STEME_OK ||
        space.free_size >= space.free_size_min)
        return STEME_OK;
    return base_fail(error, STEME_FULL,
                     "%s: %llu kB free on its disk, and %llu kB are kept free; make room and try "
                     "again; what was acknowledged is kept",
                     store->directory, (unsigned long long)(space.free_size / 1000),
                     (unsigned long long)(space.free_size_min / 1000));
}
