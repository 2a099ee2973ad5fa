#include "steme/remote.h"

#include <stdlib.h>
#include <string.h>

#include "common/api_messages.h"
#include "common/fail.h"
#include "common/rpc_reader.h"

enum { LISTED_MAX = 100000, TIMEOUT_MS = 3600000 };

/* Ids of one side as they come. */
typedef struct listed_ids {
    steme_id *ids;
    uint64_t count;
} listed_ids;

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

static steme_status read_all(rpc_reader *reader, listed_ids *here, listed_ids *there,
                             steme_session_report *report, steme_error *error)
{
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
            report->lacked_here_count = piece->summary->lacked_here_count;
            report->lacked_there_count = piece->summary->lacked_there_count;
            has_summary = 1;
        }
        int is_read = piece != NULL && add_ids(here, piece->lacked_here) &&
                      add_ids(there, piece->lacked_there);
        if (piece != NULL) {
            protobuf_c_message_free_unpacked(message, NULL);
        }
        if (!is_read) {
            return app_fail(error, STEME_IO,
                            "not understood: no list of ids; is it a node of this release?");
        }
    }
}

static steme_status ask(const rpc_security *security, const char *address, const char *peer,
                        steme_id *ids, steme_session_report *report, steme_error *error)
{
    Stemedb__Api__V1__DiffRequest request = STEMEDB__API__V1__DIFF_REQUEST__INIT;
    listed_ids here = {.ids = ids};
    listed_ids there = {.ids = ids + LISTED_MAX};
    request.peer = (char *)(uintptr_t)peer;
    rpc_start();
    rpc_channel *channel = rpc_channel_open(address, security);
    rpc_reader *reader = rpc_reader_open(channel, API_SERVICE "Diff", &request.base, TIMEOUT_MS);
    steme_status status = read_all(reader, &here, &there, report, error);
    rpc_reader_close(reader);
    rpc_channel_close(channel);
    rpc_stop();
    report->lacked_here = here.ids;
    report->lacked_here_listed = here.count;
    report->lacked_there = there.ids;
    report->lacked_there_listed = there.count;
    report->is_equal = report->lacked_here_count == 0 && report->lacked_there_count == 0;
    return status;
}

int remote_ask_diff(const arguments *given, const char *address, steme_session_report *out_report,
                    steme_id **out_ids, int *out_exit)
{
    steme_error error = {0};
    steme_status status = STEME_INVALID;
    rpc_security *security = remote_open_security(given, out_exit);
    if (security == NULL) {
        return 0;
    }
    *out_exit = COMMAND_USAGE;
    if (remote_check_address(given, security, address)) {
        steme_id *ids = text_allocate(2 * (size_t)LISTED_MAX * sizeof *ids);
        status = ask(security, address, given->operands[0], ids, out_report, &error);
        *out_exit = status == STEME_OK ? COMMAND_DONE : command_fail(&error);
        if (status == STEME_OK) {
            *out_ids = ids;
        } else {
            free(ids);
        }
    }
    rpc_security_close(security);
    return status == STEME_OK;
}
