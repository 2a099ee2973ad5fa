/* StemeService: models of who is to be believed. */
#include <stdatomic.h>
#include <time.h>

#include "common/api_messages.h"
#include "common/fail.h"
#include "common/truth_models.h"
#include "steme/server/api_call.h"

enum { REQUEST_SIZE_MAX = STEME_VIEW_SIZE_MAX + (16 << 10), PROGRESS_INTERVAL_MS = 100 };

typedef struct truth_fit {
    api_call *call;
    int64_t told_ms;
} truth_fit;

/* A fit takes all claims into memory: one at a time. */
static atomic_flag is_fitting = ATOMIC_FLAG_INIT;

/* ---- Fitting ------------------------------------------------------------------------------ */

static int64_t now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static int tell_progress(void *context, uint64_t done, uint64_t total)
{
    Stemedb__Api__V1__TruthResponse response = STEMEDB__API__V1__TRUTH_RESPONSE__INIT;
    truth_fit *self = context;
    int64_t now = now_ms();
    if (done < total && now - self->told_ms < PROGRESS_INTERVAL_MS) {
        return 0;
    }
    self->told_ms = now;
    response.done_count = done;
    response.total_count = total;
    api_call_reply(self->call, &response.base, 0);
    return !api_call_push(self->call);
}

/* ---- The model ---------------------------------------------------------------------------- */

static void send_model(api_call *call, const steme_truth_model *model, const text_buffer *path)
{
    steme_span bytes = steme_truth_model_bytes(model);
    size_t done = 0;
    int is_there = 1;
    while (done < bytes.size && is_there) {
        Stemedb__Api__V1__TruthResponse response = STEMEDB__API__V1__TRUTH_RESPONSE__INIT;
        size_t size = bytes.size - done < API_PIECE_SIZE ? bytes.size - done : API_PIECE_SIZE;
        if (done == 0) {
            response.path = api_span((steme_span){(const uint8_t *)text_get(path), path->size});
        }
        response.model = api_span((steme_span){bytes.bytes + done, size});
        done += size;
        api_call_reply(call, &response.base, done == bytes.size);
        is_there = done == bytes.size || api_call_push(call);
    }
}

static steme_status answer(api_call *call, const truth_question *question, steme_error *error)
{
    steme_snapshot *snapshot = NULL;
    steme_truth_model *model = NULL;
    text_buffer path = TEXT_EMPTY;
    steme_status status = steme_snapshot_open(api_store(call->api), &snapshot, error);
    if (status == STEME_OK) {
        status =
            truth_models_answer(api_store(call->api), snapshot, question, &model, &path, error);
    }
    steme_snapshot_close(snapshot);
    if (status == STEME_OK) {
        send_model(call, model, &path);
    }
    text_deinit(&path);
    steme_truth_model_free(model);
    return status;
}

static steme_status answer_fit(api_call *call, const truth_question *asked, steme_error *error)
{
    truth_fit fit = {.call = call};
    truth_question question = *asked;
    if (atomic_flag_test_and_set(&is_fitting)) {
        return app_fail(error, STEME_BUSY, "the node fits another model; try again later");
    }
    question.visit_progress = tell_progress;
    question.context = &fit;
    steme_status status = answer(call, &question, error);
    atomic_flag_clear(&is_fitting);
    return status;
}

static int step_truth(api_call *call)
{
    const Stemedb__Api__V1__TruthRequest *asked =
        (const Stemedb__Api__V1__TruthRequest *)call->request;
    steme_error error = {0};
    steme_view *view = NULL;
    truth_question question = {.is_fit = asked->is_fit,
                               .is_kept = asked->is_kept,
                               .predicate = api_span_of(asked->predicate),
                               .has_as_of = asked->has_as_of,
                               .as_of_ns = asked->as_of_ns};
    steme_status status = STEME_OK;
    if (asked->view.len > 0) {
        status = steme_view_open(api_span_of(asked->view), &view, &error);
        question.view = view;
    }
    if (status == STEME_OK) {
        status =
            question.is_fit ? answer_fit(call, &question, &error) : answer(call, &question, &error);
    }
    if (status != STEME_OK) {
        api_call_fail(call, &error);
    }
    steme_view_close(view);
    return 0;
}

const api_method api_truth_methods[] = {
    {.path = API_SERVICE "Truth",
     .request_size_max = REQUEST_SIZE_MAX,
     .request_type = &stemedb__api__v1__truth_request__descriptor,
     .is_stream = 1,
     .is_walk = 1,
     .step = step_truth},
    {.path = NULL},
};
