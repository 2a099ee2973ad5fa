/* diffs.h -- sessions with peers, to compare or to sync, for clients that wait for them.
 *
 * A client names one of the node's own peers: the node speaks to nobody else at its request.
 *
 * Threads:  any; diffs_report is the node's.
 * Lifetime: diffs_init … the node's opening … node_stop, diffs_stop … no run is left, diffs_deinit.
 */
#ifndef STEME_SERVER_DIFFS_H
#define STEME_SERVER_DIFFS_H

#include <pthread.h>

#include "steme/server/node.h"

#define DIFFS_COUNT_MAX 4 /* at a time */

typedef struct diff_run {
    uint64_t token; /* 0 = this place is free */
    int is_diff;
    int is_done;
    const char *address;         /* borrowed from who waits */
    steme_session_report report; /* its ids are in `ids` */
    steme_id *ids;               /* of malloc */
    const char *failure;
} diff_run;

typedef struct diffs {
    pthread_mutex_t lock; /* guards what follows */
    pthread_cond_t is_changed;
    diff_run runs[DIFFS_COUNT_MAX];
    uint64_t last_token;
    int is_stopping;
} diffs;

void diffs_init(diffs *self);
void diffs_deinit(diffs *self);
/* Ends all that wait. */
void diffs_stop(diffs *self);

/* Runs a session of the node `by` and its peer of that address: see node_sync; waits for it, unless
 * `is_gone` of `context` says that nobody wants it any more. The report's ids are in `*out_ids`:
 * free it. Errors: STEME_INVALID (no such peer), STEME_BUSY (the peer is not there, the session
 * failed, or too many are under way), STEME_CANCELLED. */
STEME_MUST_CHECK steme_status diffs_wait(diffs *self, node *by, const char *address, int is_diff,
                                         int (*is_gone)(void *context), void *context,
                                         steme_session_report *out_report, steme_id **out_ids,
                                         steme_error *error);
/* For the node's event: see node_sync. `address` is that of the peer, or NULL. */
void diffs_report(diffs *self, uint64_t token, const char *address,
                  const steme_session_report *report);

#endif
