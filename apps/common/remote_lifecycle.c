#include "common/remote_lifecycle.h"

#include "common/api_messages.h"
#include "common/fail.h"

enum { STREAM_TIMEOUT_MS = 3600000 };

/* ---- The request -------------------------------------------------------------------------- */

static rpc_reader *open_reader(rpc_channel *channel, const lifecycle_question *question)
{
    Stemedb__Api__V1__LifecycleRequest request = STEMEDB__API__V1__LIFECYCLE_REQUEST__INIT;
    const steme_lifecycle_options *moment = &question->moment;
    request.kind = (Stemedb__Api__V1__LifecycleKind)question->kind;
    request.id = api_bytes(question->id.bytes, sizeof question->id.bytes);
    request.name = api_span(question->name);
    request.evaluated_at_ns = moment->evaluated_at_ns;
    request.has_as_of = moment->has_as_of;
    request.as_of_ns = moment->as_of_ns;
    request.has_recorded_as_of = moment->has_recorded_as_of;
    request.recorded_as_of_ns = moment->recorded_as_of_ns;
    request.lens = (Stemedb__Api__V1__Lens)question->lens;
    request.limit = question->limit;
    if (moment->view != NULL) {
        request.view = api_span(steme_view_file(moment->view));
    }
    return rpc_reader_open(channel, API_SERVICE "Lifecycle", &request.base, STREAM_TIMEOUT_MS);
}

const char *remote_lifecycle_read(const Stemedb__Api__V1__LifecycleRequest *request,
                                  lifecycle_question *out_question)
{
    int kind = (int)request->kind;
    if (kind < 0 || kind >= LIFECYCLE_ASK_COUNT) {
        return "kind: no such question";
    }
    if ((unsigned)request->lens >= STEME_LENS_COUNT) {
        return "lens: there is no such lens";
    }
    *out_question = (lifecycle_question){
        .kind = (lifecycle_kind)kind,
        .lens = (steme_lens)request->lens,
        .limit = request->limit,
        .name = api_span_of(request->name),
        .moment = {.evaluated_at_ns = request->evaluated_at_ns,
                   .has_as_of = request->has_as_of,
                   .as_of_ns = request->as_of_ns,
                   .has_recorded_as_of = request->has_recorded_as_of,
                   .recorded_as_of_ns = request->recorded_as_of_ns},
    };
    if (request->id.len > 0 &&
        !api_copy(request->id, out_question->id.bytes, sizeof out_question->id.bytes)) {
        return "id: 32 bytes are wanted";
    }
    return NULL;
}

/* ---- The answer --------------------------------------------------------------------------- */

/* A text may hold a NUL. */
static steme_status take(ProtobufCBinaryData text, lifecycle_visit visit, void *context,
                         steme_error *error)
{
    json_t *object = json_loadb(text.len == 0 ? "" : (const char *)text.data, text.len,
                                JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, NULL);
    if (!json_is_object(object)) {
        json_decref(object);
        return app_fail(error, STEME_IO,
                        "not understood: no JSON object; is it a node of this release?");
    }
    return visit(context, object, error);
}

static steme_status take_message(const Stemedb__Api__V1__LifecycleResponse *message, int is_first,
                                 lifecycle_visit visit, void *context, steme_error *error)
{
    steme_status status = is_first ? take(message->head, visit, context, error) : STEME_OK;
    for (size_t i = 0; status == STEME_OK && i < message->n_items; i++) {
        status = take(message->items[i], visit, context, error);
    }
    return status;
}

steme_status remote_lifecycle_ask(rpc_channel *channel, const lifecycle_question *question,
                                  lifecycle_visit visit, void *context, steme_error *error)
{
    rpc_reader *reader = open_reader(channel, question);
    steme_status status = STEME_OK;
    for (int is_first = 1; status == STEME_OK; is_first = 0) {
        ProtobufCMessage *message = NULL;
        status = rpc_reader_next(reader, &stemedb__api__v1__lifecycle_response__descriptor,
                                 &message, error);
        if (status != STEME_OK || message == NULL) {
            break;
        }
        status = take_message((const Stemedb__Api__V1__LifecycleResponse *)message, is_first, visit,
                              context, error);
        protobuf_c_message_free_unpacked(message, NULL);
    }
    rpc_reader_close(reader);
    return status;
}
