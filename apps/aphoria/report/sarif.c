/* sarif.c -- SARIF 2.1.0: what code scanning services and editors read. */
#include <stdlib.h>
#include <string.h>

#include "aphoria/report/report.h"
#include "common/output.h"

#define SCHEMA_URI  "https://json.schemastore.org/sarif-2.1.0.json"
#define BLOCK_SCORE .7

typedef struct sarif_writer {
    const report *of;
    const judgement **rules; /* the first of each rule, by the rule's id */
    size_t rule_count;
} sarif_writer;

static json_t *message_of(const char *text)
{
    json_t *made = json_object();
    output_set(made, "text", report_json_text(text));
    return made;
}

/* ---- Rules -------------------------------------------------------------------------------- */

static int compare_rules(const void *left, const void *right)
{
    const judgement *const *a = left;
    const judgement *const *b = right;
    int order = strcmp((*a)->seen->match->id, (*b)->seen->match->id);
    return order != 0 ? order : ((*a)->score > (*b)->score ? -1 : (*a)->score < (*b)->score);
}

/* One judgement for each rule that is shown: that of the greatest score. */
static void collect_rules(sarif_writer *self)
{
    size_t kept = 0;
    self->rules = text_allocate((self->of->count + 1) * sizeof *self->rules);
    for (size_t i = 0; i < self->of->count; i++) {
        if (report_shows(self->of, &self->of->judgements[i])) {
            self->rules[self->rule_count++] = &self->of->judgements[i];
        }
    }
    qsort(self->rules, self->rule_count, sizeof *self->rules, compare_rules);
    for (size_t i = 0; i < self->rule_count; i++) {
        if (kept == 0 || self->rules[kept - 1]->seen->match != self->rules[i]->seen->match) {
            self->rules[kept++] = self->rules[i];
        }
    }
    self->rule_count = kept;
}

static size_t rule_index(const sarif_writer *self, const judgement *of)
{
    size_t low = 0;
    size_t high = self->rule_count;
    while (low + 1 < high) {
        size_t middle = low + (high - low) / 2;
        if (strcmp(self->rules[middle]->seen->match->id, of->seen->match->id) <= 0) {
            low = middle;
        } else {
            high = middle;
        }
    }
    return low;
}

/* What is acknowledged keeps the level that it would have. */
static const char *level_of(const judgement *of)
{
    int is_error =
        of->outcome == OUTCOME_BLOCK || (of->outcome == OUTCOME_ACK && of->score >= BLOCK_SCORE);
    return of->outcome == OUTCOME_PASS ? "none" : is_error ? "error" : "warning";
}

static json_t *level_object(const char *level)
{
    json_t *made = json_object();
    output_set(made, "level", report_json_text(level));
    return made;
}

static json_t *rule_of(const sarif_writer *self, const judgement *of)
{
    const rule *its = of->seen->match->rule;
    const concept *about = corpus_concept(self->of->said, its->concept);
    json_t *made = json_object();
    json_t *properties = json_object();
    json_t *tags = json_array();
    char severity[16];
    output_set(made, "id", report_json_text(of->seen->match->id));
    output_set(made, "name", report_json_text(its->concept));
    output_set(made, "shortDescription", message_of(report_title(of)));
    output_set(made, "fullDescription", message_of(about == NULL ? its->title : about->meaning));
    output_set(made, "help", message_of(report_help(of)[0] == '\0' ? its->title : report_help(of)));
    if (of->rule_count > 0 && of->rules[0].link[0] != '\0') {
        output_set(made, "helpUri", report_json_text(of->rules[0].link));
    }
    output_set(made, "defaultConfiguration", level_object(level_of(of)));
    json_array_append_new(tags, report_json_text("security"));
    json_array_append_new(tags, report_json_text(report_kind(self->of, of)));
    output_set(properties, "tags", tags);
    output_set(properties, "precision",
               report_json_text(of->seen->confidence >= .9   ? "very-high"
                                : of->seen->confidence >= .7 ? "high"
                                                             : "medium"));
    snprintf(severity, sizeof severity, "%.1f", of->score * 10);
    output_set(properties, "security-severity", report_json_text(severity));
    output_set(made, "properties", properties);
    return made;
}

/* ---- Results ------------------------------------------------------------------------------ */

static json_t *artifact_of(const judgement *of)
{
    text_buffer uri = TEXT_EMPTY;
    json_t *made = json_object();
    report_append_uri(&uri, of->seen->path);
    output_set(made, "uri", report_json_text(text_get(&uri)));
    output_set(made, "uriBaseId", report_json_text("SRCROOT"));
    text_deinit(&uri);
    return made;
}

static json_t *location_of(const judgement *of, json_t *region)
{
    json_t *made = json_object();
    json_t *physical = json_object();
    output_set(physical, "artifactLocation", artifact_of(of));
    output_set(physical, "region", region);
    output_set(made, "physicalLocation", physical);
    return made;
}

static json_t *region_of(const observation *seen)
{
    json_t *made = json_object();
    uint32_t column = seen->column < 1 ? 1 : seen->column;
    output_set(made, "startLine", json_integer(seen->line));
    output_set(made, "startColumn", json_integer(column));
    if (seen->end_line > seen->line ||
        (seen->end_line == seen->line && seen->end_column > column)) {
        output_set(made, "endLine", json_integer(seen->end_line));
        output_set(made, "endColumn", json_integer(seen->end_column < 1 ? 1 : seen->end_column));
    }
    output_set(made, "snippet", message_of(seen->text));
    return made;
}

static json_t *place_of(const judgement *of)
{
    json_t *made = location_of(of, region_of(of->seen));
    if (of->seen->symbol[0] != '\0') {
        json_t *logical = json_array();
        json_t *symbol = json_object();
        output_set(symbol, "fullyQualifiedName", report_json_text(of->seen->symbol));
        output_set(symbol, "kind", report_json_text("function"));
        json_array_append_new(logical, symbol);
        output_set(made, "logicalLocations", logical);
    }
    return made;
}

static json_t *step_of(json_t *location, const char *says)
{
    json_t *made = json_object();
    output_set(location, "message", message_of(says));
    output_set(made, "location", location);
    return made;
}

static json_t *list_of(json_t *only)
{
    json_t *made = json_array();
    json_array_append_new(made, only);
    return made;
}

/* From where somebody outside chooses a value to where it does harm. */
static json_t *code_flow_of(const judgement *of)
{
    json_t *steps = json_array();
    json_t *source = json_object();
    json_t *thread = json_object();
    json_t *made = json_object();
    output_set(source, "startLine", json_integer(of->seen->source_line));
    json_array_append_new(
        steps, step_of(location_of(of, source), "somebody outside chooses the value here"));
    json_array_append_new(steps, step_of(place_of(of), report_title(of)));
    output_set(thread, "locations", steps);
    output_set(made, "threadFlows", list_of(thread));
    return made;
}

static json_t *authorities_of(const judgement *of)
{
    json_t *made = json_array();
    for (size_t i = 0; i < of->rule_count; i++) {
        const citation *each = &of->rules[i];
        json_t *object = json_object();
        output_set(object, "document", report_json_text(each->document));
        output_set(object, "section", report_json_text(each->section));
        output_set(object, "level", report_json_text(each->level));
        output_set(object, "demand", report_json_text(each->demand));
        output_set(object, "sentence", report_json_text(each->sentence));
        output_set(object, "link", report_json_text(each->link));
        json_array_append_new(made, object);
    }
    return made;
}

static json_t *properties_of(const judgement *of)
{
    json_t *made = json_object();
    output_set(made, "outcome", report_json_text(outcome_name(of->outcome)));
    output_set(made, "score", json_real(of->score));
    output_set(made, "concept", report_json_text(of->seen->match->rule->concept));
    output_set(made, "value", report_json_text(of->seen->value));
    output_set(made, "confidence", json_real(of->seen->confidence));
    output_set(made, "subject", report_json_text(of->subject));
    output_set(made, "authorities", authorities_of(of));
    return made;
}

static json_t *result_message(const judgement *of)
{
    text_buffer text = TEXT_EMPTY;
    text_append(&text, report_title(of));
    if (of->rule_count > 0) {
        text_append_format(&text, ". %s, %s (%s): %s", of->rules[0].document, of->rules[0].section,
                           of->rules[0].level, of->rules[0].sentence);
    }
    json_t *made = message_of(text_get(&text));
    text_deinit(&text);
    return made;
}

static json_t *suppressions_of(const judgement *of)
{
    json_t *made = json_array();
    if (of->outcome == OUTCOME_ACK) {
        json_t *object = json_object();
        output_set(object, "kind",
                   report_json_text(of->seen->ignored != NULL ? "inSource" : "external"));
        output_set(object, "status", report_json_text("accepted"));
        if (of->acknowledged != NULL) {
            output_set(object, "justification", report_json_text(of->acknowledged));
        }
        json_array_append_new(made, object);
    }
    return made;
}

static json_t *result_of(const sarif_writer *self, const judgement *of)
{
    json_t *made = json_object();
    json_t *prints = json_object();
    output_set(made, "ruleId", report_json_text(of->seen->match->id));
    output_set(made, "ruleIndex", json_integer((json_int_t)rule_index(self, of)));
    output_set(made, "kind", report_json_text(of->outcome == OUTCOME_PASS ? "pass" : "fail"));
    output_set(made, "level", report_json_text(level_of(of)));
    output_set(made, "message", result_message(of));
    output_set(made, "locations", list_of(place_of(of)));
    output_set(prints, "aphoria/v1", report_json_text(of->fingerprint));
    output_set(made, "partialFingerprints", prints);
    output_set(made, "suppressions", suppressions_of(of));
    output_set(made, "baselineState", report_json_text(of->is_known ? "unchanged" : "new"));
    if (of->seen->source_line > 0 && of->seen->source_path == NULL &&
        of->seen->source_line != of->seen->line) {
        output_set(made, "codeFlows", list_of(code_flow_of(of)));
    }
    output_set(made, "rank", json_real(of->score * 100));
    output_set(made, "properties", properties_of(of));
    return made;
}

/* ---- The run ------------------------------------------------------------------------------ */

static json_t *root_of(const report *self)
{
    char *whole = realpath(self->root, NULL);
    text_buffer uri = TEXT_EMPTY;
    json_t *bases = json_object();
    json_t *base = json_object();
    if (whole != NULL) {
        text_append(&uri, "file://");
        report_append_uri(&uri, whole);
        text_append(&uri, uri.bytes[uri.size - 1] == '/' ? "" : "/");
        output_set(base, "uri", report_json_text(text_get(&uri)));
    }
    output_set(base, "description", message_of("the folder that was scanned"));
    output_set(bases, "SRCROOT", base);
    text_deinit(&uri);
    free(whole);
    return bases;
}

static void add_notice(json_t *list, size_t count, const char *one, const char *many)
{
    if (count > 0) {
        text_buffer text = TEXT_EMPTY;
        json_t *notice = json_object();
        text_append_number_of(&text, count, one, many);
        output_set(notice, "level", report_json_text("note"));
        output_set(notice, "message", message_of(text_get(&text)));
        json_array_append_new(list, notice);
        text_deinit(&text);
    }
}

static json_t *invocation_of(const report *self)
{
    json_t *made = json_object();
    json_t *notices = json_array();
    for (int i = SKIP_NONE + 1; i < SKIP_COUNT; i++) {
        char one[64];
        char many[64];
        snprintf(one, sizeof one, "file skipped: %s", tree_skip_name((tree_skip)i));
        snprintf(many, sizeof many, "files skipped: %s", tree_skip_name((tree_skip)i));
        add_notice(notices, self->tree->skipped[i], one, many);
    }
    add_notice(notices, self->tree->cut_count, "file was not read to its end",
               "files were not read to their ends");
    add_notice(notices, self->tree->error_count, "file has syntax that its grammar does not know",
               "files have syntax that their grammars do not know");
    output_set(made, "executionSuccessful", json_true());
    output_set(made, "toolExecutionNotifications", notices);
    return made;
}

static json_t *tool_of(const sarif_writer *self)
{
    json_t *made = json_object();
    json_t *driver = json_object();
    json_t *rules = json_array();
    for (size_t i = 0; i < self->rule_count; i++) {
        json_array_append_new(rules, rule_of(self, self->rules[i]));
    }
    output_set(driver, "name", report_json_text("Aphoria"));
    output_set(driver, "version", report_json_text(steme_version()));
    output_set(driver, "rules", rules);
    output_set(made, "driver", driver);
    return made;
}

void report_write_sarif(const report *self)
{
    sarif_writer writer = {.of = self};
    json_t *document = json_object();
    json_t *run = json_object();
    json_t *results = json_array();
    collect_rules(&writer);
    for (size_t i = 0; i < self->count; i++) {
        if (report_shows(self, &self->judgements[i])) {
            json_array_append_new(results, result_of(&writer, &self->judgements[i]));
        }
    }
    output_set(run, "tool", tool_of(&writer));
    output_set(run, "columnKind", report_json_text("unicodeCodePoints"));
    output_set(run, "originalUriBaseIds", root_of(self));
    output_set(run, "invocations", list_of(invocation_of(self)));
    output_set(run, "results", results);
    output_set(document, "$schema", report_json_text(SCHEMA_URI));
    output_set(document, "version", report_json_text("2.1.0"));
    output_set(document, "runs", list_of(run));
    output_json_document(document);
    free(writer.rules);
}
