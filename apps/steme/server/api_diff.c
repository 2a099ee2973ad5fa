/* StemeService: sessions with a peer: what the two lack of each other, or to have the same. */
#include <stdlib.h>

#include "common/api_messages.h"
#include "common/fail.h"
#include "steme/server/api_call.h"

enum { ID_COUNT_MAX = API_PIECE_SIZE / STEME_ID_SIZE }; /* in a message */

static void begin(api_call *call, const steme_session_report *report)
{
    Stemedb__Api__V1__DiffResponse response = STEMEDB__API__V1__DIFF_RESPONSE__INIT;
    Stemedb__Api__V1__DiffSummary summary = STEMEDB__API__V1__DIFF_SUMMARY__INIT;
    summary.lacked_here_count = report->lacked_here_count;
    summary.lacked_there_count = report->lacked_there_count;
    summary.root = api_bytes(report->root_before.bytes, sizeof report->root_before.bytes);
    summary.record_count = report->count_before;
    summary.peer_root = api_bytes(report->peer_root.bytes, sizeof report->peer_root.bytes);
    summary.peer_record_count = report->peer_count;
    response.summary = &summary;
    api_call_reply(call, &response.base, 0);
}

static uint64_t least(uint64_t left, uint64_t right)
{
    return left < right ? left : right;
}

/* Both lists, in pieces. 0 where the client is gone. */
static int send_ids(api_call *call, const steme_session_report *report)
{
    uint64_t here = 0;
    uint64_t there = 0;
    while (here < report->lacked_here_listed || there < report->lacked_there_listed) {
        Stemedb__Api__V1__DiffResponse response = STEMEDB__API__V1__DIFF_RESPONSE__INIT;
        uint64_t count = least(report->lacked_here_listed - here, ID_COUNT_MAX);
        if (!api_call_push(call)) {
            return 0;
        }
        response.lacked_here = api_bytes(report->lacked_here + here, count * STEME_ID_SIZE);
        here += count;
        count = least(report->lacked_there_listed - there, ID_COUNT_MAX - count);
        response.lacked_there = api_bytes(report->lacked_there + there, count * STEME_ID_SIZE);
        there += count;
        api_call_reply(call, &response.base, 0);
    }
    return 1;
}

/* ---- Diff --------------------------------------------------------------------------------- */

static int step_diff(api_call *call)
{
    const Stemedb__Api__V1__DiffRequest *asked =
        (const Stemedb__Api__V1__DiffRequest *)call->request;
    steme_session_report report;
    steme_id *ids = NULL;
    steme_error error = {0};
    if (diffs_wait(api_diffs(call->api), api_node(call->api), asked->peer, 1, api_call_is_gone,
                   call, &report, &ids, &error) != STEME_OK) {
        api_call_fail(call, &error);
        return 0;
    }
    begin(call, &report);
    if (send_ids(call, &report) && api_call_push(call)) {
        api_call_end(call);
    } else {
        app_fail(&error, STEME_CANCELLED, "cancelled");
        api_call_fail(call, &error);
    }
    free(ids);
    return 0;
}

/* ---- Sync --------------------------------------------------------------------------------- */

static void reply_sync(api_call *call, const steme_session_report *report)
{
    Stemedb__Api__V1__SyncResponse response = STEMEDB__API__V1__SYNC_RESPONSE__INIT;
    Stemedb__Api__V1__SyncDirection sent = STEMEDB__API__V1__SYNC_DIRECTION__INIT;
    Stemedb__Api__V1__SyncDirection received = STEMEDB__API__V1__SYNC_DIRECTION__INIT;
    sent.bytes = report->bytes_sent;
    sent.record_bytes = report->body_bytes_sent;
    sent.records = report->records_sent;
    received.bytes = report->bytes_received;
    received.record_bytes = report->body_bytes_received;
    received.records = report->records_received;
    response.is_equal = report->is_equal;
    response.steps = report->steps;
    response.round_trips_half = report->round_trips_half;
    response.sent = &sent;
    response.received = &received;
    response.records_refused = report->records_refused;
    response.absent_count = report->absent_count;
    response.root_before = api_bytes(report->root_before.bytes, sizeof report->root_before.bytes);
    response.root_after = api_bytes(report->root_after.bytes, sizeof report->root_after.bytes);
    response.peer_root = api_bytes(report->peer_root.bytes, sizeof report->peer_root.bytes);
    response.record_count_before = report->count_before;
    response.record_count_after = report->count_after;
    response.peer_record_count = report->peer_count;
    response.duration_ns = report->duration_ns;
    api_call_reply(call, &response.base, 1);
}

static int step_sync(api_call *call)
{
    const Stemedb__Api__V1__SyncRequest *asked =
        (const Stemedb__Api__V1__SyncRequest *)call->request;
    steme_session_report report;
    steme_id *ids = NULL;
    steme_error error = {0};
    if (diffs_wait(api_diffs(call->api), api_node(call->api), asked->peer, 0, api_call_is_gone,
                   call, &report, &ids, &error) == STEME_OK) {
        reply_sync(call, &report);
    } else {
        api_call_fail(call, &error);
    }
    free(ids);
    return 0;
}

const api_method api_diff_methods[] = {
    {.path = API_SERVICE "Diff",
     .request_size_max = 1 << 10,
     .request_type = &stemedb__api__v1__diff_request__descriptor,
     .is_stream = 1,
     .is_walk = 1,
     .step = step_diff},
    {.path = API_SERVICE "Sync",
     .request_size_max = 1 << 10,
     .request_type = &stemedb__api__v1__sync_request__descriptor,
     .is_stream = 1,
     .is_walk = 1,
     .step = step_sync},
    {.path = NULL},
};
