/* library.h -- the rules and models of a scan: those that the program has in itself, and a
 * project's own. */
#ifndef APHORIA_LIBRARY_H
#define APHORIA_LIBRARY_H

#include <steme/types.h>

#include "aphoria/rule/model.h"
#include "aphoria/rule/prefilter.h"
#include "aphoria/rule/rule.h"
#include "common/embedded.h"

/* data/: rules/, models/, corpus/. */
extern const embedded_file aphoria_data[];

enum { SECRET_KEY_SIZE = 32 };

typedef struct library {
    rule_set *rules;
    model_set *models;
    prefilter *filter;         /* NULL until library_prepare */
    steme_id id;               /* of all that it was made of */
    const uint8_t *secret_key; /* the project's, 32 bytes: see fingerprint.h; NULL = none */
} library;

/* `folder` NULL = only the program's own; else the .yaml files of that folder are rules too. 0
 * after reports of every fault. Give it back by library_close, also then. */
int library_open(library *self, const char *folder);
/* What it takes to read files by it, before any thread does: patterns are compiled, which takes
 * longer than to read the rules. 0 after a report. */
int library_prepare(library *self);
void library_close(library *self);

#endif
