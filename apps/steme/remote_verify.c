#include "steme/remote.h"

#include "common/api_messages.h"
#include "common/fail.h"
#include "common/rpc_reader.h"

enum { TIMEOUT_MS = 86400000 };

static void take_fault(ProtobufCBinaryData fault, steme_fault_visit visit, void *context)
{
    text_buffer line = TEXT_EMPTY;
    text_append_bytes(&line, fault.data, fault.len);
    visit(context, text_get(&line));
    text_deinit(&line);
}

static steme_status read_all(rpc_reader *reader, steme_fault_visit visit_fault,
                             steme_progress_visit visit_progress, void *context,
                             steme_verify_report *out_report, steme_error *error)
{
    for (int is_done = 0;;) {
        ProtobufCMessage *message = NULL;
        steme_status status = rpc_reader_next(
            reader, &stemedb__api__v1__verify_response__descriptor, &message, error);
        if (status != STEME_OK || (message == NULL && is_done)) {
            return status;
        }
        if (message == NULL) {
            return app_fail(error, STEME_IO,
                            "not understood: no report; is it a node of this release?");
        }
        const Stemedb__Api__V1__VerifyResponse *piece =
            (const Stemedb__Api__V1__VerifyResponse *)message;
        if (piece->report != NULL) {
            *out_report = (steme_verify_report){.record_count = piece->report->record_count,
                                                .signature_count = piece->report->signature_count,
                                                .index_row_count = piece->report->index_row_count,
                                                .fault_count = piece->report->fault_count};
            is_done = 1;
        } else if (piece->fault.len > 0) {
            take_fault(piece->fault, visit_fault, context);
        } else {
            visit_progress(context, piece->done_count, piece->total_count);
        }
        protobuf_c_message_free_unpacked(message, NULL);
    }
}

int remote_verify(const arguments *given, const char *address, steme_fault_visit visit_fault,
                  steme_progress_visit visit_progress, void *context,
                  steme_verify_report *out_report, steme_status *out_status, steme_error *error,
                  int *out_exit)
{
    Stemedb__Api__V1__VerifyRequest request = STEMEDB__API__V1__VERIFY_REQUEST__INIT;
    rpc_security *security = remote_open_security(given, out_exit);
    if (security == NULL) {
        return 0;
    }
    int is_fine = remote_check_address(given, security, address);
    *out_exit = is_fine ? COMMAND_DONE : COMMAND_USAGE;
    if (is_fine) {
        rpc_start();
        rpc_channel *channel = rpc_channel_open(address, security);
        rpc_reader *reader =
            rpc_reader_open(channel, API_SERVICE "Verify", &request.base, TIMEOUT_MS);
        *out_status = read_all(reader, visit_fault, visit_progress, context, out_report, error);
        rpc_reader_close(reader);
        rpc_channel_close(channel);
        rpc_stop();
    }
    rpc_security_close(security);
    return is_fine;
}
