/* observation.h -- what a file's code claims: a concept, a value, and where it stands. */
#ifndef APHORIA_OBSERVATION_H
#define APHORIA_OBSERVATION_H

#include <stddef.h>
#include <stdint.h>

#include "aphoria/rule/rule.h"

/* What is new here is for scan_cache.c to keep too. */
typedef struct observation {
    const rule_match *match;
    const char *value;  /* as text: false, md5, 600000 */
    const char *path;   /* of the file, from the root that is scanned; '/' between */
    const char *symbol; /* the function it stands in; "" = none */
    const char *text;   /* the code, in one line; secrets masked */
    uint32_t ordinal;   /* among those of this concept in this symbol, from 0 */
    uint32_t copy;      /* among those of this rule with this code in this symbol, from 0 */
    uint32_t line;      /* from 1 */
    uint32_t column;    /* from 1, in characters */
    uint32_t end_line;
    uint32_t end_column;
    uint32_t source_line;    /* where what is tainted came in; 0 = none */
    const char *source_path; /* in which file; NULL = in this one */
    const char *sink_path;   /* the other file that the rule's call stands in; NULL = this one */
    uint32_t sink_line;
    uint8_t is_test; /* it stands in a test: test_path.h */
    double confidence;
    const char *ignored;   /* the reason that a comment beside it gives; NULL = none */
    uint8_t is_known;      /* it stands on lines that did not change: walk.h */
    const char *commit;    /* that brought it, in digits; NULL = it is not from history */
    int64_t author_time_s; /* of that commit */
    uint64_t secret_hash;  /* of the secret it is, within this run; 0 = it is none */
    uint64_t secret_mark;  /* of the secret, by the project's key; 0 = none */
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
