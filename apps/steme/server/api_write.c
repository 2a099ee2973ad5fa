/* StemeService: stamps, records handed over, records forgotten. */
#include <stdlib.h>
#include <string.h>

#include "common/api_messages.h"
#include "common/fail.h"
#include "common/text.h"
#include "steme/server/api_call.h"

/* ---- Stamp -------------------------------------------------------------------------------- */

static int step_stamp(api_call *call)
{
    Stemedb__Api__V1__StampResponse response = STEMEDB__API__V1__STAMP_RESPONSE__INIT;
    steme_error error = {0};
    steme_stamp stamp;
    if (steme_store_next_stamp(api_store(call->api), &stamp, &error) != STEME_OK) {
        api_call_fail(call, &error);
        return 0;
    }
    response.time_ns = stamp.time_ns;
    response.counter = stamp.counter;
    response.node = api_bytes(stamp.node, sizeof stamp.node);
    api_call_reply(call, &response.base, 1);
    return 0;
}

/* ---- Submit ------------------------------------------------------------------------------- */

static const char *submit_fault(const Stemedb__Api__V1__SubmitRequest *asked)
{
    size_t size = 0;
    for (size_t i = 0; i < asked->n_records; i++) {
        size += asked->records[i].len;
    }
    return asked->n_records > API_SUBMIT_COUNT_MAX ? "records: at most 4,096 are taken at a time"
           : size > API_SUBMIT_SIZE_MAX ? "records: at most 1,000,000 bytes are taken at "
                                          "a time"
                                        : NULL;
}

static int step_submit(api_call *call)
{
    const Stemedb__Api__V1__SubmitRequest *asked =
        (const Stemedb__Api__V1__SubmitRequest *)call->request;
    const char *fault = submit_fault(asked);
    if (fault != NULL) {
        api_call_refuse(call, fault);
        return 0;
    }
    steme_append *items = text_allocate((asked->n_records + 1) * sizeof *items);
    for (size_t i = 0; i < asked->n_records; i++) {
        items[i] = (steme_append){.record = {asked->records[i].data, asked->records[i].len}};
    }
    free(call->state); /* of the request before, in a stream */
    call->state = items;
    call->job.appends = items;
    call->job.append_count = asked->n_records;
    return 1;
}

/* The append gives a status per record, and no line: its reason is found once more. */
static char *reason_of(const steme_append *item)
{
    steme_error error = {0};
    steme_record record;
    if (item->status == STEME_ABSENT ||
        steme_record_admit(item->record, &record, &error) == STEME_OK) {
        app_fail(&error, item->status, "%s", steme_status_text(item->status));
    }
    /* A string field holds UTF-8 only, and a reason may quote the record. */
    int is_text = text_is_utf8(error.message, strlen(error.message));
    return text_duplicate(is_text ? error.message : steme_status_text(item->status));
}

static void report(const steme_append *item, Stemedb__Api__V1__Submitted *result)
{
    stemedb__api__v1__submitted__init(result);
    result->is_accepted = item->status == STEME_OK;
    if (item->status == STEME_OK) {
        result->was_held = item->was_held;
        result->id = api_bytes(item->id.bytes, sizeof item->id.bytes);
    } else {
        result->status = (char *)(uintptr_t)api_status_name(item->status);
        result->error = reason_of(item);
    }
}

static void submitted(api_call *call, steme_status status, const steme_error *error)
{
    Stemedb__Api__V1__SubmitResponse response = STEMEDB__API__V1__SUBMIT_RESPONSE__INIT;
    const steme_append *items = call->job.appends;
    size_t count = call->job.append_count;
    if (status != STEME_OK) {
        api_call_fail(call, error);
        return;
    }
    Stemedb__Api__V1__Submitted *results = text_allocate((count + 1) * sizeof *results);
    response.results = text_allocate((count + 1) * sizeof(void *));
    response.n_results = count;
    for (size_t i = 0; i < count; i++) {
        report(&items[i], &results[i]);
        response.results[i] = &results[i];
        if (items[i].status == STEME_OK && !items[i].was_held) {
            node_ingested(api_node(call->api), &items[i].id, items[i].record);
        }
    }
    api_call_reply(call, &response.base, !call->method->is_fed);
    for (size_t i = 0; i < count; i++) {
        if (items[i].status != STEME_OK) {
            free(results[i].error);
        }
    }
    free((void *)response.results);
    free(results);
}

/* ---- Forget ------------------------------------------------------------------------------- */

static steme_status forget(api_call *call, steme_error *error)
{
    const Stemedb__Api__V1__ForgetRequest *asked =
        (const Stemedb__Api__V1__ForgetRequest *)call->request;
    char reason[STEME_REASON_SIZE_MAX + 1] = {0};
    steme_id id;
    if (!api_call_is_by_socket(call)) {
        return app_fail(error, STEME_PERMISSION,
                        "forgetting is for the folder's owner: ask over its socket (--db)");
    }
    if (!api_copy(asked->id, id.bytes, sizeof id.bytes) ||
        asked->reason.len > STEME_REASON_SIZE_MAX ||
        memchr(asked->reason.data, 0, asked->reason.len) != NULL) {
        return app_fail(error, STEME_INVALID,
                        "forget: an id has 32 bytes, a reason is a line of at most %d",
                        STEME_REASON_SIZE_MAX);
    }
    memcpy(reason, asked->reason.data, asked->reason.len);
    return steme_store_forget(api_store(call->api), &id, reason, error);
}

static int step_forget(api_call *call)
{
    Stemedb__Api__V1__ForgetResponse response = STEMEDB__API__V1__FORGET_RESPONSE__INIT;
    steme_error error = {0};
    if (forget(call, &error) == STEME_OK) {
        api_call_reply(call, &response.base, 1);
    } else {
        api_call_fail(call, &error);
    }
    return 0;
}

const api_method api_write_methods[] = {
    {.path = API_SERVICE "Stamp",
     .request_size_max = 1 << 10,
     .request_type = &stemedb__api__v1__stamp_request__descriptor,
     .is_writing = 1,
     .step = step_stamp},
    {.path = API_SERVICE "Submit",
     .request_size_max = 1 << 20,
     .request_type = &stemedb__api__v1__submit_request__descriptor,
     .is_writing = 1,
     .step = step_submit,
     .appended = submitted,
     .deinit = free},
    {.path = API_SERVICE "SubmitStream",
     .request_size_max = 1 << 20,
     .request_type = &stemedb__api__v1__submit_request__descriptor,
     .is_stream = 1,
     .is_fed = 1,
     .is_writing = 1,
     .step = step_submit,
     .appended = submitted,
     .deinit = free},
    {.path = API_SERVICE "Forget",
     .request_size_max = 1 << 10,
     .request_type = &stemedb__api__v1__forget_request__descriptor,
     .is_writing = 1,
     .step = step_forget},
    {.path = NULL},
};
