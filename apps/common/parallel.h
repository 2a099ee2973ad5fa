/* parallel.h -- one loop, its items spread over the cores. */
#ifndef COMMON_PARALLEL_H
#define COMMON_PARALLEL_H

#include <stddef.h>

/* Does the items first … end - 1; runs in several threads at once, each with items of its own. */
typedef void (*parallel_work)(void *context, size_t first, size_t end);

/* Cores of this machine that we may use, 1 to 64. */
size_t parallel_thread_count(void);

/* Runs `work` over `item_count` items on the caller's thread and up to thread_count - 1 more, and
 * returns when all are done. Does with fewer threads where the system gives no more. */
void parallel_run(parallel_work work, void *context, size_t item_count, size_t thread_count);

#endif
