#include "steme/remote.h"

#include <stdlib.h>
#include <string.h>

#include "common/api_messages.h"
#include "common/fail.h"

enum { LISTED_MAX = 100000 };

/* Ids of one side as they come. */
typedef struct listed_ids {
    steme_id *ids;
    uint64_t count;
} listed_ids;

typedef struct diff_reading {
    listed_ids here;
    listed_ids there;
    steme_session_report *report;
} diff_reading;

static int add_ids(listed_ids *self, ProtobufCBinaryData data)
{
    uint64_t count = data.len / STEME_ID_SIZE;
    if (data.len % STEME_ID_SIZE != 0 || count > LISTED_MAX - self->count) {
        return 0;
    }
    if (count > 0) {
        memcpy(self->ids + self->count, data.data, data.len);
    }
    self->count += count;
    return 1;
}

static steme_status read_all(rpc_reader *reader, void *context, steme_error *error)
{
    diff_reading *self = context;
    int has_summary = 0;
    for (;;) {
        ProtobufCMessage *message = NULL;
        steme_status status =
            rpc_reader_next(reader, &stemedb__api__v1__diff_response__descriptor, &message, error);
        if (status != STEME_OK) {
            return status;
        }
        const Stemedb__Api__V1__DiffResponse *piece =
            (const Stemedb__Api__V1__DiffResponse *)message;
        if (piece == NULL && has_summary) {
            return STEME_OK;
        }
        if (piece != NULL && piece->summary != NULL) {
            self->report->lacked_here_count = piece->summary->lacked_here_count;
            self->report->lacked_there_count = piece->summary->lacked_there_count;
            has_summary = 1;
        }
        int is_read = piece != NULL && add_ids(&self->here, piece->lacked_here) &&
                      add_ids(&self->there, piece->lacked_there);
        if (piece != NULL) {
            protobuf_c_message_free_unpacked(message, NULL);
        }
        if (!is_read) {
            return app_fail(error, STEME_IO,
                            "not understood: no list of ids; is it a node of this release?");
        }
    }
}

static void fill(steme_session_report *report, const diff_reading *from)
{
    report->lacked_here = from->here.ids;
    report->lacked_here_listed = from->here.count;
    report->lacked_there = from->there.ids;
    report->lacked_there_listed = from->there.count;
    report->is_equal = report->lacked_here_count == 0 && report->lacked_there_count == 0;
}

int remote_ask_diff(const arguments *given, const char *address, steme_session_report *out_report,
                    steme_id **out_ids, int *out_exit)
{
    Stemedb__Api__V1__DiffRequest request = STEMEDB__API__V1__DIFF_REQUEST__INIT;
    steme_error error = {0};
    steme_id *ids = text_allocate(2 * (size_t)LISTED_MAX * sizeof *ids);
    diff_reading self = {
        .here = {.ids = ids}, .there = {.ids = ids + LISTED_MAX}, .report = out_report};
    request.peer = (char *)(uintptr_t)given->operands[0];
    if (remote_follow(given, address, API_SERVICE "Diff", &request.base, read_all, &self, &error,
                      out_exit)) {
        *out_exit = error.status == STEME_OK ? COMMAND_DONE : command_fail(&error);
    }
    if (*out_exit != COMMAND_DONE) {
        free(ids);
        return 0;
    }
    fill(out_report, &self);
    *out_ids = ids;
    return 1;
}
