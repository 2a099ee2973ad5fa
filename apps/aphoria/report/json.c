/* json.c -- for programs: every judgement with its place, its score and the rules it rests on. */
#include <jansson.h>
#include <string.h>

#include "aphoria/report/report.h"
#include "common/output.h"
#include "common/record_json.h"
#include "common/text.h"

static json_t *hex_of(const steme_id *id)
{
    text_buffer digits = TEXT_EMPTY;
    text_append_hex(&digits, id->bytes, sizeof id->bytes);
    json_t *made = report_json_text(text_get(&digits));
    text_deinit(&digits);
    return made;
}

static json_t *citations_of(const citation *items, size_t count)
{
    json_t *list = json_array();
    for (size_t i = 0; i < count; i++) {
        json_t *each = json_object();
        output_set(each, "id", hex_of(&items[i].id));
        output_set(each, "subject", report_json_text(items[i].subject));
        output_set(each, "document", report_json_text(items[i].document));
        output_set(each, "section", report_json_text(items[i].section));
        output_set(each, "level", report_json_text(items[i].level));
        output_set(each, "class", report_json_text(steme_class_name(items[i].source_class)));
        output_set(each, "demand", report_json_text(items[i].demand));
        output_set(each, "sentence", report_json_text(items[i].sentence));
        output_set(each, "link", report_json_text(items[i].link));
        output_set(each, "confidence", json_real(items[i].confidence));
        json_array_append_new(list, each);
    }
    return list;
}

static json_t *judgement_of(const judgement *of)
{
    const observation *seen = of->seen;
    json_t *made = json_object();
    output_set(made, "outcome", report_json_text(outcome_name(of->outcome)));
    output_set(made, "score", json_real(of->score));
    output_set(made, "concept", report_json_text(seen->match->rule->concept));
    output_set(made, "value", report_json_text(seen->value));
    output_set(made, "rule", report_json_text(seen->match->id));
    output_set(made, "title",
               report_json_text(seen->match->message != NULL ? seen->match->message
                                                             : seen->match->rule->title));
    output_set(made, "path", report_json_text(seen->path));
    output_set(made, "line", json_integer(seen->line));
    output_set(made, "column", json_integer(seen->column));
    output_set(made, "end_line", json_integer(seen->end_line));
    output_set(made, "end_column", json_integer(seen->end_column));
    output_set(made, "source_line",
               seen->source_line == 0 ? json_null() : json_integer(seen->source_line));
    output_set(made, "symbol", report_json_text(seen->symbol));
    output_set(made, "code", report_json_text(seen->text));
    output_set(made, "confidence", json_real(seen->confidence));
    output_set(made, "subject", report_json_text(of->subject));
    output_set(made, "fingerprint", report_json_text(of->fingerprint));
    output_set(made, "verdict", report_json_text(steme_verdict_name(of->verdict)));
    output_set(made, "authorities", citations_of(of->rules, of->rule_count));
    output_set(made, "opposed", citations_of(of->opposed, of->opposed_count));
    return made;
}

static json_t *summary_of(const report *self)
{
    json_t *made = json_object();
    json_t *skipped = json_object();
    for (int i = OUTCOME_PASS; i <= OUTCOME_ACK; i++) {
        output_set(made, outcome_name((outcome)i),
                   json_integer((json_int_t)report_count(self, (outcome)i)));
    }
    output_set(made, "files", json_integer((json_int_t)self->tree->file_count));
    output_set(made, "bytes", json_integer((json_int_t)self->tree->byte_count));
    output_set(made, "syntax_errors", json_integer((json_int_t)self->tree->error_count));
    output_set(made, "cut", json_integer((json_int_t)self->tree->cut_count));
    for (int i = SKIP_NONE + 1; i < SKIP_COUNT; i++) {
        output_set(skipped, tree_skip_name((tree_skip)i),
                   json_integer((json_int_t)self->tree->skipped[i]));
    }
    output_set(made, "skipped", skipped);
    return made;
}

void report_write_json(const report *self)
{
    json_t *document = output_object();
    output_set(document, "project", report_json_text(self->project));
    output_set(document, "summary", summary_of(self));
    output_list_begin(document, "findings");
    for (size_t i = 0; i < self->count && !output_is_broken(); i++) {
        if (self->shows_all || self->judgements[i].outcome != OUTCOME_PASS) {
            output_list_add(judgement_of(&self->judgements[i]));
        }
    }
    output_list_end();
}
