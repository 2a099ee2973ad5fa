/* Hostile rules and models: read, or refused with a report. */
#include <stdio.h>
#include <stdlib.h>

#include "aphoria/rule/model.h"
#include "aphoria/rule/rule.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    static FILE *nowhere;
    if (nowhere == NULL && (nowhere = fopen("/dev/null", "w")) == NULL)
        abort();
    stderr = nowhere; /* the reports of each fault; sanitizers write to the descriptor */
    rule_set *rules = rule_set_create();
    model_set *models = model_set_create();
    if (rule_set_add(rules, "rules/hostile.yaml", (const char *)bytes, size)) {
        const rule *made = rule_set_at(rules, 0);
        for (size_t i = 0; i < made->match_count; i++) {
            if (made->matches[i].id == NULL || made->matches[i].languages == 0)
                abort();
        }
        (void)rule_set_finish(rules);
    }
    (void)model_set_add(models, "models/hostile.yaml", (const char *)bytes, size);
    rule_set_destroy(rules);
    model_set_destroy(models);
    return 0;
}
