/* text.h -- the forms of a text under which two count as one: docs/lenses.md, section 6.
 *
 * Threads: no shared state. */
#ifndef QUERY_TEXT_H
#define QUERY_TEXT_H

#include "base/memory.h"

#include <stdbool.h>
#include <steme/lens.h>

/* Gives the form of valid UTF-8 `text` that `kind` compares: the text itself for exact and number.
 * What is not borrowed from `text` is in the arena. Errors: STEME_NO_MEMORY. */
STEME_MUST_CHECK steme_status query_text_form(steme_equivalence_kind kind, steme_span text,
                                              base_arena *arena, steme_span *out_form,
                                              steme_error *error);

/* The same for a text of ASCII alone, without an arena: writes to `buffer` of text.size bytes. */
steme_span query_text_form_ascii(steme_equivalence_kind kind, steme_span text, uint8_t *buffer);

bool query_text_is_ascii(steme_span text);

/* memcmp, the shorter first where one begins with the other. */
int query_span_compare(steme_span left, steme_span right);

#endif
