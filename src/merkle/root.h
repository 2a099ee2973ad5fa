/* root.h -- the root of a sorted array of ids, from scratch.
 *
 * The plain definition of the trie as a recursion. It shares only the hash functions with the
 * crown, whose oracle it is. Threads: pure. */
#ifndef MERKLE_ROOT_H
#define MERKLE_ROOT_H

#include <stddef.h>
#include <steme/types.h>

/* The root of `count` ids, which are distinct and ascending bytewise. */
steme_id merkle_root_of_sorted(const steme_id *ids, size_t count);

#endif
