/* pool.h -- threads that share the parts of a job; for verifying signatures on all cores.
 *
 * Threads: any number of threads may run jobs at once; the caller of a job works on it too. */
#ifndef STORE_POOL_H
#define STORE_POOL_H

#include <stdint.h>
#include <steme/error.h>

typedef struct store_pool store_pool;

/* `thread_count` counts the caller in: 1 starts no thread. 0 = one per core. */
steme_status store_pool_new(uint32_t thread_count, store_pool **out_pool, steme_error *error);
/* No job may be running. Accepts NULL. */
void store_pool_free(store_pool *pool);

/* Calls run(context, part) for part 0 to part_count - 1, in any order, on several threads; returns
 * when all have returned. */
void store_pool_run(store_pool *pool, void (*run)(void *context, uint32_t part), void *context,
                    uint32_t part_count);

#endif
