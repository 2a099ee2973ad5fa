/* StemeService: the node's store is checked while it serves. */
#include <stdatomic.h>
#include <string.h>

#include "common/api_messages.h"
#include "common/fail.h"
#include "steme/server/api_call.h"

/* Every processor is at work for one: another waits for its turn. */
static atomic_flag is_verifying = ATOMIC_FLAG_INIT;

typedef struct verify_walk {
    api_call *call;
    int is_gone; /* the client: nothing is sent any more */
} verify_walk;

static void send(verify_walk *self, const Stemedb__Api__V1__VerifyResponse *response)
{
    if (!self->is_gone) {
        api_call_reply(self->call, &response->base, 0);
        self->is_gone = !api_call_push(self->call);
    }
}

static void send_fault(void *context, const char *fault)
{
    Stemedb__Api__V1__VerifyResponse response = STEMEDB__API__V1__VERIFY_RESPONSE__INIT;
    response.fault = api_bytes((const uint8_t *)fault, strlen(fault));
    send(context, &response);
}

static int send_progress(void *context, uint64_t done, uint64_t total)
{
    Stemedb__Api__V1__VerifyResponse response = STEMEDB__API__V1__VERIFY_RESPONSE__INIT;
    verify_walk *self = context;
    response.done_count = done;
    response.total_count = total;
    send(context, &response);
    return self->is_gone;
}

static void send_report(api_call *call, const steme_verify_report *report)
{
    Stemedb__Api__V1__VerifyResponse response = STEMEDB__API__V1__VERIFY_RESPONSE__INIT;
    Stemedb__Api__V1__VerifyReport summary = STEMEDB__API__V1__VERIFY_REPORT__INIT;
    summary.record_count = report->record_count;
    summary.signature_count = report->signature_count;
    summary.index_row_count = report->index_row_count;
    summary.fault_count = report->fault_count;
    response.report = &summary;
    api_call_reply(call, &response.base, 1);
}

static int step_verify(api_call *call)
{
    verify_walk self = {.call = call};
    steme_verify_report report = {0};
    steme_error error = {0};
    if (atomic_flag_test_and_set(&is_verifying)) {
        app_fail(&error, STEME_BUSY, "the store is being verified for another; try again later");
        api_call_fail(call, &error);
        return 0;
    }
    steme_status status =
        steme_store_verify(api_store(call->api), send_fault, send_progress, &self, &report, &error);
    atomic_flag_clear(&is_verifying);
    if (status == STEME_OK) {
        send_report(call, &report);
    } else {
        api_call_fail(call, &error);
    }
    return 0;
}

const api_method api_verify_methods[] = {
    {.path = API_SERVICE "Verify",
     .request_size_max = 1 << 10,
     .request_type = &stemedb__api__v1__verify_request__descriptor,
     .is_stream = 1,
     .is_walk = 1,
     .step = step_verify},
    {.path = NULL},
};
