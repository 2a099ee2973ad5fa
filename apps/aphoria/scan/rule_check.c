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

typedef struct rule_check {
    const library *known;
    file_scanner *scanner;
    prefilter_scratch *scratch;
    arena memory;
} rule_check;

static size_t check_example(rule_check *self, const rule *of, const rule_example *example)
{
    observations seen = {0};
    file_scan_notes notes;
    size_t fault_count = 0;
    size_t size = strlen(example->code);
    int is_parsed =
        prefilter_wants(self->known->filter, self->scratch, example->language, example->code, size);
    file_scanner_run(self->scanner, example->path == NULL ? "example" : example->path,
                     example->language, example->code, size, is_parsed, &self->memory, &seen,
                     &notes);
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

rule_check_report rule_check_run(const library *known, const char *only)
{
    rule_check_report report = {0};
    rule_check self = {.known = known,
                       .scanner = file_scanner_create(known->rules, known->models, NULL, NULL),
                       .scratch = prefilter_scratch_create(known->filter)};
    for (size_t i = 0; i < rule_set_count(known->rules); i++) {
        const rule *each = rule_set_at(known->rules, i);
        if (only != NULL && strcmp(each->name, only) != 0) {
            continue;
        }
        report.rule_count++;
        for (size_t j = 0; j < each->example_count; j++) {
            report.example_count++;
            report.fault_count += check_example(&self, each, &each->examples[j]);
            arena_clear(&self.memory);
        }
    }
    prefilter_scratch_destroy(self.scratch);
    file_scanner_destroy(self.scanner);
    arena_deinit(&self.memory);
    return report;
}
