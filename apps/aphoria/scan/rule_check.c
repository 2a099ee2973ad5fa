/* rule_check.c -- see rule_check.h. */
#include "aphoria/scan/rule_check.h"

#include <string.h>

#include "aphoria/scan/file_scan.h"
#include "common/terminal.h"
#include "common/text.h"

static int is_seen(const observations *seen, const rule *of, const char *text)
{
    for (size_t i = 0; i < seen->count; i++) {
        if (seen->items[i].match->rule == of && strcmp(seen->items[i].value, text) == 0) {
            return 1;
        }
    }
    return 0;
}

static int is_expected(const rule_example *example, const char *text)
{
    for (const char *const *each = example->observes; *each != NULL; each++) {
        if (strcmp(*each, text) == 0) {
            return 1;
        }
    }
    return 0;
}

static size_t check_example(file_scanner *scanner, const rule *of, const rule_example *example,
                            arena *memory)
{
    observations seen = {0};
    file_scan_notes notes;
    size_t fault_count = 0;
    file_scanner_run(scanner, example->path == NULL ? "example" : example->path, example->language,
                     example->code, strlen(example->code), 1, memory, &seen, &notes);
    for (const char *const *each = example->observes; *each != NULL; each++) {
        if (!is_seen(&seen, of, *each)) {
            terminal_report("%s:%zu: not observed: %s = %s; mend the rule or its example", of->path,
                            example->line, of->concept, *each);
            fault_count++;
        }
    }
    for (size_t i = 0; i < seen.count; i++) {
        const observation *each = &seen.items[i];
        if (each->match->rule == of && !is_expected(example, each->value)) {
            terminal_report("%s:%zu: observed: %s = %s by %s in line %u of the example; "
                            "mend the rule or its example",
                            of->path, example->line, of->concept, each->value, each->match->id,
                            each->line);
            fault_count++;
        }
    }
    observations_deinit(&seen);
    return fault_count;
}

rule_check_report rule_check_run(const rule_set *rules, const model_set *models, const char *only)
{
    rule_check_report report = {0};
    arena memory = ARENA_EMPTY;
    file_scanner *scanner = file_scanner_create(rules, models, NULL, NULL);
    for (size_t i = 0; i < rule_set_count(rules); i++) {
        const rule *each = rule_set_at(rules, i);
        if (only != NULL && strcmp(each->name, only) != 0) {
            continue;
        }
        report.rule_count++;
        for (size_t j = 0; j < each->example_count; j++) {
            report.example_count++;
            report.fault_count += check_example(scanner, each, &each->examples[j], &memory);
            arena_clear(&memory);
        }
    }
    file_scanner_destroy(scanner);
    arena_deinit(&memory);
    return report;
}
