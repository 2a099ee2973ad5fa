/* StemeService: what became of records. */
#include <stdlib.h>
#include <string.h>

#include "common/api_messages.h"
#include "common/fail.h"
#include "common/record_json.h"
#include "common/remote_lifecycle.h"
#include "common/text.h"
#include "steme/server/api_call.h"

enum { ITEM_COUNT_MAX = 4096, REQUEST_SIZE_MAX = STEME_VIEW_SIZE_MAX + (16 << 10) };

/* What goes into the next message. */
typedef struct answer_piece {
    api_call *call;
    char *head; /* until it is sent */
    ProtobufCBinaryData items[ITEM_COUNT_MAX];
    size_t count;
    size_t size;
    int has_head; /* it came */
} answer_piece;

static ProtobufCBinaryData text_of(char *text)
{
    return api_bytes(text, strlen(text));
}

static void clear(answer_piece *self)
{
    for (size_t i = 0; i < self->count; i++) {
        free(self->items[i].data);
    }
    free(self->head);
    self->head = NULL;
    self->count = 0;
    self->size = 0;
}

static void reply(answer_piece *self, int is_last)
{
    Stemedb__Api__V1__LifecycleResponse response = STEMEDB__API__V1__LIFECYCLE_RESPONSE__INIT;
    if (self->head != NULL) {
        response.head = text_of(self->head);
    }
    response.items = self->items;
    response.n_items = self->count;
    api_call_reply(self->call, &response.base, is_last);
    clear(self);
}

static steme_status add(void *context, json_t *object, steme_error *error)
{
    answer_piece *self = context;
    char *text = record_json_text(object, 0);
    json_decref(object);
    if (text == NULL) {
        return app_fail(error, STEME_NO_MEMORY, "out of memory");
    }
    self->size += strlen(text);
    if (!self->has_head) {
        self->has_head = 1;
        self->head = text;
        return STEME_OK;
    }
    self->items[self->count++] = text_of(text);
    if (self->count < ITEM_COUNT_MAX && self->size < API_PIECE_SIZE) {
        return STEME_OK;
    }
    reply(self, 0);
    return api_call_push(self->call) ? STEME_OK : app_fail(error, STEME_CANCELLED, "cancelled");
}

static steme_status ask(api_call *call, lifecycle_question *question, steme_error *error)
{
    steme_snapshot *snapshot = NULL;
    steme_truth_model *model = NULL;
    steme_status status = steme_snapshot_open(api_store(call->api), &snapshot, error);
    if (status != STEME_OK) {
        return status;
    }
    answer_piece *piece = text_allocate(sizeof *piece);
    *piece = (answer_piece){.call = call};
    status = lifecycle_choose_model(api_store(call->api), question, &model, error);
    if (status == STEME_OK) {
        status = lifecycle_ask(snapshot, question, add, piece, error);
    }
    if (status == STEME_OK) {
        reply(piece, 1);
    }
    clear(piece);
    free(piece);
    steme_truth_model_free(model);
    steme_snapshot_close(snapshot);
    return status;
}

static int step_lifecycle(api_call *call)
{
    const Stemedb__Api__V1__LifecycleRequest *asked =
        (const Stemedb__Api__V1__LifecycleRequest *)call->request;
    lifecycle_question question;
    steme_error error = {0};
    steme_view *view = NULL;
    steme_status status = STEME_OK;
    const char *fault = remote_lifecycle_read(asked, &question);
    if (fault != NULL) {
        api_call_refuse(call, fault);
        return 0;
    }
    if (asked->view.len > 0) {
        status = steme_view_open(api_span_of(asked->view), &view, &error);
        question.moment.view = view;
    }
    if (status == STEME_OK) {
        status = ask(call, &question, &error);
    }
    if (status != STEME_OK) {
        api_call_fail(call, &error);
    }
    steme_view_close(view);
    return 0;
}

const api_method api_lifecycle_methods[] = {
    {.path = API_SERVICE "Lifecycle",
     .request_size_max = REQUEST_SIZE_MAX,
     .request_type = &stemedb__api__v1__lifecycle_request__descriptor,
     .is_stream = 1,
     .is_walk = 1,
     .step = step_lifecycle},
    {.path = NULL},
};
