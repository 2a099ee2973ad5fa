/* Opens stores, and so says which folds there are: those of the rooms above the store. */
#include "lifecycle/catalog.h"
#include "lifecycle/votes.h"
#include "query/authorities.h"
#include "query/conflicts.h"
#include "store/store.h"

/* In the order of their tables: QUERY_CONFLICT_TABLE, LIFECYCLE_TABLE, LIFECYCLE_VOTE_TABLE,
 * QUERY_AUTHORITY_TABLE. */
static const store_fold *const folds[] = {&query_conflict_fold, &lifecycle_fold,
                                          &lifecycle_vote_fold, &query_authority_fold};
enum { FOLD_COUNT = sizeof folds / sizeof folds[0] };

steme_status steme_store_open(const char *directory, const steme_store_options *options,
                              steme_store **out_store, steme_error *error)
{
    return store_open(directory, options, folds, FOLD_COUNT, out_store, error);
}

steme_status steme_store_create(const char *directory, steme_error *error)
{
    steme_store *store;
    steme_status status = steme_init(error);
    if (status == STEME_OK)
        status = store_create(directory, error);
    /* Opened once by a writer, it has everything that a reader looks for. */
    if (status == STEME_OK)
        status = steme_store_open(directory, NULL, &store, error);
    if (status == STEME_OK)
        steme_store_close(store);
    return status;
}
