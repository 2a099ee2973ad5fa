/* method_scan.h -- what methods do as a whole, told as events: whether one that should check
 * anything can refuse at all.
 *
 * Each function with a name is told as an EVENT_CALL of @method.NAME, with named arguments:
 *
 *   parameters   how many it has
 *   refuses      whether it throws, or calls what may
 *   returns      what all its ways give, where that is one constant
 *
 * Calls of loggers and of getters are taken to throw nothing. A call of the file's own method is
 * looked into. */
#ifndef APHORIA_METHOD_SCAN_H
#define APHORIA_METHOD_SCAN_H

#include <regex.h>

#include "aphoria/evaluate/evaluate.h"

void method_scan_run(const code_node *root, arena *memory,
                     void (*visit)(void *context, const event *event), void *context);

/* Whether the condition of an `if` around the place, as it is written, matches. */
int method_is_asked(const code_node *root, const code_node *at, const char *bytes,
                    const regex_t *condition);

#endif
