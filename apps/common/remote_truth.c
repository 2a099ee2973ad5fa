#include "common/remote_truth.h"

#include "common/api_messages.h"
#include "common/fail.h"

enum { FIT_TIMEOUT_MS = 24 * 3600 * 1000 };

static rpc_reader *open_reader(rpc_channel *channel, const truth_question *question)
{
    Stemedb__Api__V1__TruthRequest request = STEMEDB__API__V1__TRUTH_REQUEST__INIT;
    request.is_fit = question->is_fit;
    request.is_kept = question->is_kept;
    request.predicate = api_span(question->predicate);
    request.has_as_of = question->has_as_of;
    request.as_of_ns = question->as_of_ns;
    if (question->view != NULL) {
        request.view = api_span(steme_view_file(question->view));
    }
    return rpc_reader_open(channel, API_SERVICE "Truth", &request.base, FIT_TIMEOUT_MS);
}

static void take(const Stemedb__Api__V1__TruthResponse *message, const truth_question *question,
                 text_buffer *model, text_buffer *out_path)
{
    if (message->total_count > 0 && question->visit_progress != NULL) {
        question->visit_progress(question->context, message->done_count, message->total_count);
    }
    if (message->path.len > 0) {
        text_clear(out_path);
        text_append_bytes(out_path, message->path.data, message->path.len);
    }
    text_append_bytes(model, message->model.data, message->model.len);
}

/* All of the model's bytes. */
static steme_status read_model(rpc_reader *reader, const truth_question *question,
                               text_buffer *model, text_buffer *out_path, steme_error *error)
{
    for (;;) {
        ProtobufCMessage *message = NULL;
        steme_status status =
            rpc_reader_next(reader, &stemedb__api__v1__truth_response__descriptor, &message, error);
        if (status != STEME_OK || message == NULL) {
            return status;
        }
        take((const Stemedb__Api__V1__TruthResponse *)message, question, model, out_path);
        protobuf_c_message_free_unpacked(message, NULL);
        if (model->size > TRUTH_MODEL_SIZE_MAX) {
            return app_fail(error, STEME_TOO_LARGE, "the node's model is too long");
        }
    }
}

steme_status remote_truth_ask(rpc_channel *channel, const truth_question *question,
                              steme_truth_model **out_model, text_buffer *out_path,
                              steme_error *error)
{
    text_buffer model = TEXT_EMPTY;
    rpc_reader *reader = open_reader(channel, question);
    *out_model = NULL;
    steme_status status = read_model(reader, question, &model, out_path, error);
    rpc_reader_close(reader);
    if (status == STEME_OK) {
        steme_span bytes = {(const uint8_t *)text_get(&model), model.size};
        status = steme_truth_model_load(bytes, out_model, error);
    }
    text_deinit(&model);
    return status;
}
