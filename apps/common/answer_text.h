/* answer_text.h -- an answer as a small block of lines for people.
 *
 *   mac://00:0D:72  vendor
 *     recency · normalized   2Wire Inc   confidence 0.95   conflict 0.918 contested
 *     ▸ ██████████████░░░░░░  66.7 %  2Wire Inc   2 signers  IEEE MA-L, nmap
 *       ███████░░░░░░░░░░░░░  33.3 %  Pace        1 signer   Wireshark manuf */
#ifndef COMMON_ANSWER_TEXT_H
#define COMMON_ANSWER_TEXT_H

#include <stdio.h>

#include "common/claim_text.h"

/* Writes the block, and an empty line after it. */
void answer_text_write(FILE *stream, const steme_answer *answer, source_names *names);

/* "exact", "folded", "normalized", "number:0.5". */
void answer_text_append_equivalence(text_buffer *line, const steme_equivalence *equivalence);

/* Millionths as "0.946": cut to three digits. */
void answer_text_append_score(text_buffer *line, uint32_t millionths);

#endif
