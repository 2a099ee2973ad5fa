/* votes.h -- the fold that keeps one vote of each key on each record in reach. */
#ifndef LIFECYCLE_VOTES_H
#define LIFECYCLE_VOTES_H

#include "store/store.h"

extern const store_fold lifecycle_vote_fold;

/* The fold's table; the engine registers it third. */
#define LIFECYCLE_VOTE_TABLE ((uint32_t)STORE_TABLE_COUNT + 2)

#endif
