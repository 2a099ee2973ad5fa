/* database_search.h -- the one record whose id begins with some digits, by a walk over all. */
#ifndef COMMON_DATABASE_SEARCH_H
#define COMMON_DATABASE_SEARCH_H

#include <steme/store.h>

/* `digits` as database_find's. Errors: STEME_NOT_FOUND, STEME_INVALID (more than one), those of
 * steme_snapshot_visit; STEME_CANCELLED where `is_cancelled`, which may be NULL, says so. */
STEME_MUST_CHECK steme_status database_search(steme_snapshot *snapshot, const char *digits,
                                              int (*is_cancelled)(void *context), void *context,
                                              steme_record *out_record, steme_error *error);

#endif
