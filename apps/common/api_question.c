#include "common/api_question.h"

#include <stdio.h>
#include <string.h>

#include "common/fail.h"

#define SECONDS_MAX INT64_C(9223372036) /* as nanoseconds they still fit */

/* ---- Writing ------------------------------------------------------------------------------ */

static void write_lens_options(const steme_lens_options *options, api_question_message *message)
{
    Stemedb__Api__V1__QueryRequest *request = &message->request;
    request->lens_options = message->lens_option_pointers;
    for (uint32_t kind = 0; kind < STEME_LENS_OPTION_COUNT; kind++) {
        if ((options->given >> kind & 1) == 0) {
            continue;
        }
        Stemedb__Api__V1__LensOption *option = &message->lens_options[request->n_lens_options];
        stemedb__api__v1__lens_option__init(option);
        option->kind = kind;
        option->value = options->values[kind];
        message->lens_option_pointers[request->n_lens_options++] = option;
    }
}

static void write_filters(const steme_query_options *options, api_question_message *message)
{
    Stemedb__Api__V1__QueryRequest *request = &message->request;
    request->subject = api_span(options->subject);
    request->subject_prefix = api_span(options->subject_prefix);
    request->predicate = api_span(options->predicate);
    if (options->object != NULL) {
        api_value_to_message(options->object, &message->object);
        request->object = &message->object;
    }
    if (options->agent != NULL) {
        request->agent = api_bytes(options->agent->bytes, sizeof options->agent->bytes);
    }
    if (options->source != NULL) {
        request->source = api_bytes(options->source->bytes, sizeof options->source->bytes);
    }
    request->has_since = options->has_since;
    request->since_ns = options->since_ns;
    request->has_valid_at = options->has_valid_at;
    request->valid_at_s = options->valid_at_s;
    request->epoch = api_span(options->epoch);
    request->has_stage = options->has_stage;
    request->stage = options->has_stage ? (uint32_t)options->stage : 0;
    request->limit = options->limit;
    snprintf(message->cursor, sizeof message->cursor, "%.*s", (int)options->cursor.size,
             options->cursor.size == 0 ? "" : (const char *)options->cursor.bytes);
    request->cursor = message->cursor;
}

void api_question_write(const steme_query_options *options, api_question_message *out_message)
{
    Stemedb__Api__V1__QueryRequest *request = &out_message->request;
    stemedb__api__v1__query_request__init(request);
    write_filters(options, out_message);
    request->has_as_of = options->has_as_of;
    request->as_of_ns = options->as_of_ns;
    request->has_recorded_as_of = options->has_recorded_as_of;
    request->recorded_as_of_ns = options->recorded_as_of_ns;
    request->evaluated_at_ns = options->evaluated_at_ns;
    request->lens = (Stemedb__Api__V1__Lens)options->lens;
    write_lens_options(&options->lens_options, out_message);
    api_equivalence_to_message(&options->equivalence, &out_message->equivalence);
    request->equivalence = &out_message->equivalence;
    request->is_exact = options->is_exact;
    if (options->decay.is_on) {
        stemedb__api__v1__decay__init(&out_message->decay);
        out_message->decay.half_lives_s = (uint64_t *)(uintptr_t)options->decay.half_life_s;
        out_message->decay.n_half_lives_s = STEME_CLASS_COUNT;
        request->decay = &out_message->decay;
    }
    if (options->view != NULL) {
        request->view = api_span(steme_view_file(options->view));
    }
    request->follows_aliases = options->follows_aliases;
    request->trust_pack =
        api_bytes(options->trust_pack, options->trust_pack_count * sizeof(steme_agent));
}

/* ---- Reading ------------------------------------------------------------------------------ */

static const char *read_lens(const Stemedb__Api__V1__QueryRequest *message,
                             steme_query_options *options)
{
    int lens = (int)message->lens;
    if (lens < STEME_LENS_NONE || lens >= STEME_LENS_COUNT) {
        return "lens: no such lens";
    }
    options->lens = (steme_lens)lens;
    for (size_t i = 0; i < message->n_lens_options; i++) {
        const Stemedb__Api__V1__LensOption *given = message->lens_options[i];
        const steme_lens_option *option = NULL;
        uint32_t index = 0;
        do {
            option = steme_lens_option_get(options->lens, index++);
        } while (option != NULL && (uint32_t)option->kind != given->kind);
        if (option == NULL) {
            return "lens_options: the lens has no such option";
        }
        if (given->value < option->least || given->value > option->most) {
            return "lens_options: out of range";
        }
        options->lens_options.given |= 1U << given->kind;
        options->lens_options.values[given->kind] = given->value;
    }
    if (!api_equivalence_from_message(message->equivalence, &options->equivalence)) {
        return "equivalence: no such equivalence";
    }
    return NULL;
}

static const char *read_decay(const Stemedb__Api__V1__Decay *message, steme_decay *out_decay)
{
    if (message == NULL) {
        return NULL;
    }
    if (message->n_half_lives_s != STEME_CLASS_COUNT) {
        return "decay: six half-lives are wanted";
    }
    out_decay->is_on = 1;
    for (uint32_t i = 0; i < STEME_CLASS_COUNT; i++) {
        out_decay->half_life_s[i] = message->half_lives_s[i];
        if (message->half_lives_s[i] > STEME_HALF_LIFE_MAX_S) {
            return "decay: a half-life of more than 292 years";
        }
    }
    return NULL;
}

/* What is an id, a key, a value or a number of them. */
static const char *read_named(const Stemedb__Api__V1__QueryRequest *message, api_question *self)
{
    steme_query_options *options = &self->options;
    if (message->object != NULL && !api_value_from_message(message->object, &self->object)) {
        return "object: no value";
    }
    options->object = message->object == NULL ? NULL : &self->object;
    if (message->agent.len > 0 &&
        !api_copy(message->agent, self->agent.bytes, sizeof self->agent.bytes)) {
        return "agent: 32 bytes are wanted";
    }
    options->agent = message->agent.len > 0 ? &self->agent : NULL;
    if (message->source.len > 0 &&
        !api_copy(message->source, self->source.bytes, sizeof self->source.bytes)) {
        return "source: 32 bytes are wanted";
    }
    options->source = message->source.len > 0 ? &self->source : NULL;
    size_t pack_count = message->trust_pack.len / sizeof(steme_agent);
    if (message->trust_pack.len % sizeof(steme_agent) != 0 ||
        pack_count > API_TRUST_PACK_COUNT_MAX) {
        return "trust_pack: keys of 32 bytes are wanted, at most 16,384 of them";
    }
    options->trust_pack = pack_count == 0 ? NULL : (const steme_agent *)message->trust_pack.data;
    options->trust_pack_count = (uint32_t)pack_count;
    if (message->valid_at_s > SECONDS_MAX || message->valid_at_s < -SECONDS_MAX ||
        message->recorded_as_of_ns > INT64_MAX) {
        return "valid_at_s, recorded_as_of_ns: out of range";
    }
    if (message->has_stage && message->stage > STEME_NOW_REJECTED) {
        return "stage: no such stage";
    }
    options->has_stage = message->has_stage;
    options->stage = message->has_stage ? (steme_stage_now)message->stage : STEME_NOW_PROPOSED;
    return NULL;
}

/* What an answer repeats as text. */
static const char *check_texts(const steme_query_options *options)
{
    const steme_span texts[] = {options->subject, options->subject_prefix, options->predicate,
                                options->epoch};
    return api_are_texts(texts, sizeof texts / sizeof texts[0])
               ? NULL
               : "subject, predicate, epoch: not UTF-8";
}

steme_status api_question_read(const Stemedb__Api__V1__QueryRequest *message,
                               api_question *out_question, steme_error *error)
{
    steme_query_options *options = &out_question->options;
    *out_question = (api_question){
        .options = {.subject = api_span_of(message->subject),
                    .subject_prefix = api_span_of(message->subject_prefix),
                    .predicate = api_span_of(message->predicate),
                    .has_since = message->has_since,
                    .since_ns = message->since_ns,
                    .has_as_of = message->has_as_of,
                    .as_of_ns = message->as_of_ns,
                    .has_recorded_as_of = message->has_recorded_as_of,
                    .recorded_as_of_ns = message->recorded_as_of_ns,
                    .has_valid_at = message->has_valid_at,
                    .valid_at_s = message->valid_at_s,
                    .epoch = api_span_of(message->epoch),
                    .evaluated_at_ns = message->evaluated_at_ns,
                    .is_exact = message->is_exact,
                    .follows_aliases = message->follows_aliases,
                    .limit = message->limit,
                    .cursor = {(const uint8_t *)message->cursor, strlen(message->cursor)}}};
    const char *fault = check_texts(options);
    if (fault == NULL) {
        fault = read_lens(message, options);
    }
    if (fault == NULL) {
        fault = read_decay(message->decay, &options->decay);
    }
    if (fault == NULL) {
        fault = read_named(message, out_question);
    }
    if (fault != NULL) {
        return app_fail(error, STEME_INVALID, "%s", fault);
    }
    steme_status status = STEME_OK;
    if (message->view.len > 0) {
        status = steme_view_open(api_span_of(message->view), &out_question->view, error);
        options->view = out_question->view;
    }
    return status;
}

void api_question_deinit(api_question *self)
{
    steme_view_close(self->view);
    self->view = NULL;
}
