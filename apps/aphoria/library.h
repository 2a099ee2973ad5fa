/* library.h -- the rules and models of a scan: those that the program has in itself, and a
 * project's own. */
#ifndef APHORIA_LIBRARY_H
#define APHORIA_LIBRARY_H

#include "aphoria/rule/model.h"
#include "aphoria/rule/prefilter.h"
#include "aphoria/rule/rule.h"
#include "common/embedded.h"

/* data/: rules/, models/, corpus/. */
extern const embedded_file aphoria_data[];

typedef struct library {
    rule_set *rules;
    model_set *models;
    prefilter *filter;
} library;

/* `folder` NULL = only the program's own; else the .yaml files of that folder are rules too. 0
 * after reports of every fault. Give it back by library_close, also then. */
int library_open(library *self, const char *folder);
void library_close(library *self);

#endif
