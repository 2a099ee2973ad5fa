/* observation.h -- what a file's code claims: a concept, a value, and where it stands. */
#ifndef APHORIA_OBSERVATION_H
#define APHORIA_OBSERVATION_H

#include <stddef.h>
#include <stdint.h>

#include "aphoria/rule/rule.h"

typedef struct observation {
    const rule_match *match;
    const char *value;  /* as text: false, md5, 600000 */
    const char *path;   /* of the file, from the root that is scanned; '/' between */
    const char *symbol; /* the function it stands in; "" = none */
    const char *text;   /* the code, in one line; secrets masked */
    uint32_t ordinal;   /* among those of this concept in this symbol, from 0 */
    uint32_t line;      /* from 1 */
    uint32_t column;
    uint32_t end_line;
    uint32_t end_column;
    uint32_t source_line; /* where what is tainted came in; 0 = none */
    double confidence;
} observation;

/* Grows by one at a time; what is in it is the arena's of the scan. */
typedef struct observations {
    observation *items;
    size_t count;
    size_t capacity;
} observations;

observation *observations_add(observations *self);
void observations_deinit(observations *self);

#endif
