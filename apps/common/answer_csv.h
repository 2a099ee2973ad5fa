/* answer_csv.h -- answers as comma-separated values: a row for each value that is claimed.
 *
 * The columns of the answer itself (candidates, confidence, …) stand in each of its rows. Writing
 * is checked by the caller, of the FILE. */
#ifndef COMMON_ANSWER_CSV_H
#define COMMON_ANSWER_CSV_H

#include <stdio.h>

#include <steme/lens.h>

#include "common/text.h"

void answer_csv_write_heading(FILE *stream);
void answer_csv_write(FILE *stream, const steme_answer *answer);

/* One row of cells that are text already. */
void answer_csv_write_cells(FILE *stream, const text_buffer *cells, size_t count);
/* One row of names. */
void answer_csv_write_names(FILE *stream, const char *const *names, size_t count);

#endif
