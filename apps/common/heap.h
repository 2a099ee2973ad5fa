/* heap.h -- what the program asks of the C library's heap. */
#ifndef COMMON_HEAP_H
#define COMMON_HEAP_H

#include <stdlib.h>

#ifdef __GLIBC__
#include <malloc.h>
#endif

/* Blocks of 1 MiB and more go back to the system when they are freed. Left alone, glibc keeps the
 * first such block and from then on all that are not larger: a store of 10 million records, whose
 * tail and trie come and go, then holds 100 MB more than it uses. Call it first in main. */
static inline void app_heap_return_large_blocks(void)
{
#ifdef __GLIBC__
    (void)mallopt(M_MMAP_THRESHOLD, 1 << 20);
#endif
}

#endif
