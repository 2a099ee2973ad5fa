/* api_messages.h -- values of the library as messages of stemedb.api.v1, and back.
 *
 * Nothing is copied: what a message or a value points into must outlive it. */
#ifndef COMMON_API_MESSAGES_H
#define COMMON_API_MESSAGES_H

#include <steme/lens.h>
#include <steme/record.h>
#include <stemedb/api/v1/steme.pb-c.h>

#define API_SERVICE          "/stemedb.api.v1.StemeService/"
#define API_SUBMIT_SIZE_MAX  1000000 /* bytes of records in one request */
#define API_SUBMIT_COUNT_MAX 4096
#define API_STATUS_KEY       "steme-status" /* the trailer with a status's name */

/* "NOT_CANONICAL"; "INVALID" outside the enumeration. */
const char *api_status_name(steme_status status);
/* 1 and *out_status, or 0 where no status has this name. */
int api_status_find(steme_span name, steme_status *out_status);

ProtobufCBinaryData api_bytes(const void *bytes, size_t size);
ProtobufCBinaryData api_span(steme_span span);
steme_span api_span_of(ProtobufCBinaryData data);
/* Whether all of them are UTF-8: what is to be shown as text must be. */
int api_are_texts(const steme_span *texts, size_t count);
/* 1 and the bytes, where they are as many as are wanted. */
int api_copy(ProtobufCBinaryData data, void *out_bytes, size_t size);

/* Whether it may be a cursor: a node's word is kept and shown, so it is digits and nothing else. */
int api_is_cursor(const char *text);

void api_value_to_message(const steme_value *value, Stemedb__Api__V1__Value *out_message);
/* 0 where it has no kind, or its number is no finite one. */
int api_value_from_message(const Stemedb__Api__V1__Value *message, steme_value *out_value);

void api_equivalence_to_message(const steme_equivalence *equivalence,
                                Stemedb__Api__V1__Equivalence *out_message);
/* NULL is exact. 0 where there is no such kind. */
int api_equivalence_from_message(const Stemedb__Api__V1__Equivalence *message,
                                 steme_equivalence *out_equivalence);

#endif
