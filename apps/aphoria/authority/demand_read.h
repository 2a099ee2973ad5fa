/* demand_read.h -- a demand as somebody wrote it: concept, relation, value.
 *
 * Failure: reported on stderr, with what is alike. */
#ifndef APHORIA_DEMAND_READ_H
#define APHORIA_DEMAND_READ_H

#include "aphoria/authority/demand.h"
#include "common/text.h"

/* `relation` NULL is "=". A text's case is the concept's. 1, or 0 after a report; the value stays
 * borrowed, or is the corpus's. */
int demand_read(const corpus *said, const char *about, const char *relation, const char *value,
                demand *out);

/* Reports that there is no such concept, and names those that are alike. */
void demand_report_concept(const corpus *said, const char *about);

/* "= true", ">= 1.3" */
void demand_append(text_buffer *to, const demand *of);

#endif
