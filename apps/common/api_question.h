/* api_question.h -- the options of a query as a message of stemedb.api.v1, and back.
 *
 * A receipt keeps its question in this form too. Nothing is copied but the cursor: what a message
 * or the options point into must outlive them. */
#ifndef COMMON_API_QUESTION_H
#define COMMON_API_QUESTION_H

#include <steme/query.h>

#include "common/api_messages.h"

#define API_TRUST_PACK_COUNT_MAX 16384

/* A message with what it points into: stays where it is. */
typedef struct api_question_message {
    Stemedb__Api__V1__QueryRequest request;
    Stemedb__Api__V1__Equivalence equivalence;
    Stemedb__Api__V1__Value object;
    Stemedb__Api__V1__Decay decay;
    Stemedb__Api__V1__LensOption lens_options[STEME_LENS_OPTION_COUNT];
    Stemedb__Api__V1__LensOption *lens_option_pointers[STEME_LENS_OPTION_COUNT];
    char cursor[STEME_CURSOR_SIZE_MAX];
} api_question_message;

void api_question_write(const steme_query_options *options, api_question_message *out_message);

/* Options with what they point into: stays where it is. */
typedef struct api_question {
    steme_query_options options;
    steme_value object;
    steme_agent agent;
    steme_id source;
    steme_view *view;
} api_question;

/* Reads a message of anybody's. End with api_question_deinit, also after a failure.
 * Errors: STEME_INVALID, and those of steme_view_open. */
STEME_MUST_CHECK steme_status api_question_read(const Stemedb__Api__V1__QueryRequest *message,
                                                api_question *out_question, steme_error *error);
void api_question_deinit(api_question *self);

#endif
