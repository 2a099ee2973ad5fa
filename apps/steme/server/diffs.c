#include "steme/server/diffs.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "common/fail.h"
#include "common/text.h"

enum {
    LOOK_MS = 100,
    DIFF_MAX_S = 600,
    SYNC_MAX_S = 3600,
    NS_PER_MS = 1000000,
    NS_PER_S = 1000000000,
};

void diffs_init(diffs *self)
{
    *self = (diffs){0};
    pthread_mutex_init(&self->lock, NULL);
    pthread_cond_init(&self->is_changed, NULL);
}

void diffs_deinit(diffs *self)
{
    pthread_cond_destroy(&self->is_changed);
    pthread_mutex_destroy(&self->lock);
}

void diffs_stop(diffs *self)
{
    pthread_mutex_lock(&self->lock);
    self->is_stopping = 1;
    pthread_cond_broadcast(&self->is_changed);
    pthread_mutex_unlock(&self->lock);
}

/* ---- The node's side ---------------------------------------------------------------------- */

static void keep_ids(diff_run *run, const steme_session_report *report)
{
    size_t here = report->lacked_here_listed;
    size_t there = report->lacked_there_listed;
    run->ids = text_allocate((here + there + 1) * sizeof *run->ids);
    if (here > 0) {
        memcpy(run->ids, report->lacked_here, here * sizeof *run->ids);
    }
    if (there > 0) {
        memcpy(run->ids + here, report->lacked_there, there * sizeof *run->ids);
    }
    run->report.lacked_here = run->ids;
    run->report.lacked_there = run->ids + here;
}

void diffs_report(diffs *self, uint64_t token, const char *address,
                  const steme_session_report *report)
{
    pthread_mutex_lock(&self->lock);
    for (size_t i = 0; token != 0 && i < DIFFS_COUNT_MAX; i++) {
        diff_run *run = &self->runs[i];
        if (run->token != token || run->is_done) {
            continue;
        }
        run->is_done = 1;
        run->report = *report;
        run->failure = report->failure;
        if (address == NULL || strcmp(address, run->address) != 0) {
            run->failure = "the peer was replaced meanwhile"; /* its place is another's */
        } else if (run->failure == NULL) {
            keep_ids(run, report);
        }
        pthread_cond_broadcast(&self->is_changed);
    }
    pthread_mutex_unlock(&self->lock);
}

/* ---- The client's side -------------------------------------------------------------------- */

/* The peer's number. */
static steme_status find_peer(node *by, const char *address, int32_t *out_peer, steme_error *error)
{
    node_peer_view views[NODE_VIEW_COUNT_MAX];
    size_t count = node_view_peers(by, views);
    for (size_t i = 0; i < count; i++) {
        if (views[i].address[0] == '\0' || strcmp(views[i].address, address) != 0) {
            continue;
        }
        if (!views[i].is_connected) {
            return app_fail(error, STEME_BUSY, "no connection to the peer: %s; try again later",
                            address);
        }
        *out_peer = views[i].stat.peer;
        return STEME_OK;
    }
    return app_fail(error, STEME_INVALID,
                    "not a peer of the node: %s; give one by its address in `steme peers`, or "
                    "have it keep in step with that one: --peer, or `peer` in its file",
                    address);
}

static steme_status begin(diffs *self, const char *address, diff_run **out_run, steme_error *error)
{
    diff_run *free_run = NULL;
    for (size_t i = 0; i < DIFFS_COUNT_MAX; i++) {
        diff_run *run = &self->runs[i];
        if (run->token == 0) {
            free_run = run;
        } else if (strcmp(run->address, address) == 0) {
            app_fail(error, STEME_BUSY,
                     "a session with the peer is under way for another: %s; try again", address);
            return STEME_BUSY;
        }
    }
    if (free_run == NULL || self->is_stopping) {
        app_fail(error, STEME_BUSY, "too many sessions are under way for others; try again");
        return STEME_BUSY;
    }
    *free_run = (diff_run){.token = ++self->last_token, .address = address};
    *out_run = free_run;
    return STEME_OK;
}

static void wait_a_moment(diffs *self)
{
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_nsec += LOOK_MS * NS_PER_MS;
    until.tv_sec += until.tv_nsec / NS_PER_S;
    until.tv_nsec %= NS_PER_S;
    pthread_cond_timedwait(&self->is_changed, &self->lock, &until);
}

/* Under the lock. */
static steme_status wait_done(diffs *self, const diff_run *run, int (*is_gone)(void *context),
                              void *context, steme_error *error)
{
    time_t end = time(NULL) + (run->is_diff ? DIFF_MAX_S : SYNC_MAX_S);
    while (!run->is_done) {
        if (self->is_stopping || is_gone(context)) {
            return app_fail(error, STEME_CANCELLED, "cancelled");
        }
        if (time(NULL) >= end) {
            return app_fail(error, STEME_BUSY, "no answer from the peer: %s; try again later",
                            run->address);
        }
        wait_a_moment(self);
    }
    if (run->failure != NULL) {
        return app_fail(error, STEME_BUSY, "the session ended early: %s: %s; %s", run->address,
                        run->failure,
                        run->is_diff ? "try again" : "what was moved is kept, so run it again");
    }
    return STEME_OK;
}

steme_status diffs_wait(diffs *self, node *by, const char *address, int is_diff,
                        int (*is_gone)(void *context), void *context,
                        steme_session_report *out_report, steme_id **out_ids, steme_error *error)
{
    int32_t peer = -1;
    diff_run *run = NULL;
    steme_status status = find_peer(by, address, &peer, error);
    if (status != STEME_OK) {
        return status;
    }
    pthread_mutex_lock(&self->lock);
    status = begin(self, address, &run, error);
    if (status == STEME_OK) {
        run->is_diff = is_diff;
        node_sync(by, peer, is_diff, run->token);
        status = wait_done(self, run, is_gone, context, error);
        if (status == STEME_OK) {
            *out_report = run->report;
            *out_ids = run->ids;
        } else {
            free(run->ids);
        }
        *run = (diff_run){0};
    }
    pthread_mutex_unlock(&self->lock);
    return status;
}
