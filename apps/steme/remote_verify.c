#include "steme/remote.h"

#include "common/api_messages.h"
#include "common/fail.h"

typedef struct verify_reading {
    steme_fault_visit visit_fault;
    steme_progress_visit visit_progress;
    void *context;
    steme_verify_report *report;
    int is_done;
} verify_reading;

static void take_fault(const verify_reading *self, ProtobufCBinaryData fault)
{
    text_buffer line = TEXT_EMPTY;
    text_append_bytes(&line, fault.data, fault.len);
    self->visit_fault(self->context, text_get(&line));
    text_deinit(&line);
}

static void take(verify_reading *self, const Stemedb__Api__V1__VerifyResponse *piece)
{
    const Stemedb__Api__V1__VerifyReport *report = piece->report;
    if (report != NULL) {
        *self->report = (steme_verify_report){.record_count = report->record_count,
                                              .signature_count = report->signature_count,
                                              .index_row_count = report->index_row_count,
                                              .fault_count = report->fault_count};
        self->is_done = 1;
    } else if (piece->fault.len > 0) {
        take_fault(self, piece->fault);
    } else {
        self->visit_progress(self->context, piece->done_count, piece->total_count);
    }
}

static steme_status read_all(rpc_reader *reader, void *context, steme_error *error)
{
    verify_reading *self = context;
    for (;;) {
        ProtobufCMessage *message = NULL;
        steme_status status = rpc_reader_next(
            reader, &stemedb__api__v1__verify_response__descriptor, &message, error);
        if (status != STEME_OK || (message == NULL && self->is_done)) {
            return status;
        }
        if (message == NULL) {
            return app_fail(error, STEME_IO,
                            "not understood: no report; is it a node of this release?");
        }
        take(self, (const Stemedb__Api__V1__VerifyResponse *)message);
        protobuf_c_message_free_unpacked(message, NULL);
    }
}

int remote_verify(const arguments *given, const char *address, steme_fault_visit visit_fault,
                  steme_progress_visit visit_progress, void *context,
                  steme_verify_report *out_report, steme_error *error, int *out_exit)
{
    Stemedb__Api__V1__VerifyRequest request = STEMEDB__API__V1__VERIFY_REQUEST__INIT;
    verify_reading self = {.visit_fault = visit_fault,
                           .visit_progress = visit_progress,
                           .context = context,
                           .report = out_report};
    return remote_follow(given, address, API_SERVICE "Verify", &request.base, read_all, &self,
                         error, out_exit);
}
