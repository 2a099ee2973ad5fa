#include "steme/remote.h"

#include "common/api_messages.h"
#include "common/fail.h"

static int fill(const Stemedb__Api__V1__SyncResponse *answer, steme_session_report *report)
{
    if (answer->sent == NULL || answer->received == NULL ||
        !api_copy(answer->root_before, report->root_before.bytes, STEME_ID_SIZE) ||
        !api_copy(answer->root_after, report->root_after.bytes, STEME_ID_SIZE) ||
        !api_copy(answer->peer_root, report->peer_root.bytes, STEME_ID_SIZE)) {
        return 0;
    }
    report->is_equal = answer->is_equal;
    report->steps = answer->steps;
    report->round_trips_half = answer->round_trips_half;
    report->bytes_sent = answer->sent->bytes;
    report->body_bytes_sent = answer->sent->record_bytes;
    report->records_sent = answer->sent->records;
    report->bytes_received = answer->received->bytes;
    report->body_bytes_received = answer->received->record_bytes;
    report->records_received = answer->received->records;
    report->records_refused = answer->records_refused;
    report->absent_count = answer->absent_count;
    report->count_before = answer->record_count_before;
    report->count_after = answer->record_count_after;
    report->peer_count = answer->peer_record_count;
    report->duration_ns = answer->duration_ns;
    return 1;
}

static steme_status read_report(rpc_reader *reader, void *context, steme_error *error)
{
    ProtobufCMessage *message = NULL;
    steme_status status =
        rpc_reader_next(reader, &stemedb__api__v1__sync_response__descriptor, &message, error);
    if (status != STEME_OK) {
        return status;
    }
    int is_read = message != NULL && fill((const Stemedb__Api__V1__SyncResponse *)message, context);
    if (message != NULL) {
        protobuf_c_message_free_unpacked(message, NULL);
    }
    return is_read ? STEME_OK
                   : app_fail(error, STEME_IO,
                              "not understood: no report; is it a node of this release?");
}

int remote_sync(const arguments *given, const char *address, steme_session_report *out_report,
                int *out_exit)
{
    Stemedb__Api__V1__SyncRequest request = STEMEDB__API__V1__SYNC_REQUEST__INIT;
    steme_error error = {0};
    request.peer = (char *)(uintptr_t)given->operands[0];
    if (!remote_follow(given, address, API_SERVICE "Sync", &request.base, read_report, out_report,
                       &error, out_exit)) {
        return 0;
    }
    *out_exit = error.status == STEME_OK ? COMMAND_DONE : command_fail(&error);
    return error.status == STEME_OK;
}
