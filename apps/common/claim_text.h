/* claim_text.h -- claims as people read them: values, times, agents, who says so.
 *
 * Everything appended is safe for a terminal (text_append_escaped). */
#ifndef COMMON_CLAIM_TEXT_H
#define COMMON_CLAIM_TEXT_H

#include <steme/lens.h>
#include <steme/record.h>

#include "common/database.h"
#include "common/text.h"

/* "96.7 mg", "≠ yes", "→ a/subject", "chat @fr", "(nothing there)". */
void claim_text_append_value(text_buffer *line, steme_relation relation, const steme_value *value,
                             steme_span unit, steme_span language);

/* A value alone, not escaped, as record_value_from_text reads it. */
void claim_text_append_raw(text_buffer *line, const steme_value *value);

/* "2026-01-02 03:04:05" in UTC; "2026-01-02" at midnight. */
void claim_text_append_time(text_buffer *line, int64_t time_ns);

/* Millionths as "0.9", "1", "0.333333". */
void claim_text_append_millionths(text_buffer *line, uint32_t millionths);

/* The first eight digits of each signer, "+"-joined; at most three, then "…". */
void claim_text_append_signers(text_buffer *line, const steme_record *record);

/* Names of source records, remembered while a command runs. */
typedef struct source_names source_names;

source_names *source_names_open(database *records);
void source_names_close(source_names *self);
/* The name that the source record `id` gives, or the id's first digits and "?" where there is no
 * such record. Borrowed, not escaped, until the next call. */
const char *source_names_get(source_names *self, const steme_id *id);

/* Who says one claim of an answer: the sources of its records, or the signers where a record names
 * none; each once, at most three, then "…". */
void claim_text_append_speakers(text_buffer *line, source_names *names,
                                const steme_answer_claim *claim);

#endif
