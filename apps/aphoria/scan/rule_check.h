/* rule_check.h -- rules held against their own examples. */
#ifndef APHORIA_RULE_CHECK_H
#define APHORIA_RULE_CHECK_H

#include "aphoria/library.h"

typedef struct rule_check_report {
    size_t rule_count;
    size_t example_count;
    size_t fault_count;
} rule_check_report;

/* Reports every example of which a rule observes something else than it says, or that a scan would
 * not even parse. `only` NULL = all rules, else those of this name. */
rule_check_report rule_check_run(const library *known, const char *only);

#endif
