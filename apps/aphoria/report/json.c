/* json.c -- for programs: every judgement with its place, its score and the rules it rests on. */
#include <jansson.h>
#include <string.h>

#include "aphoria/report/report.h"
#include "common/output.h"
#include "common/record_json.h"
#include "common/text.h"
#include "common/time_text.h"

static json_t *hex_of(const steme_id *id)
{
    text_buffer digits = TEXT_EMPTY;
    text_append_hex(&digits, id->bytes, sizeof id->bytes);
    json_t *made = report_json_text(text_get(&digits));
    text_deinit(&digits);
    return made;
}

static json_t *overruling_of(const citation *policy)
{
    if (policy == NULL) {
        return json_null();
    }
    json_t *made = json_object();
    output_set(made, "id", hex_of(&policy->id));
    output_set(made, "subject", report_json_text(policy->subject));
    output_set(made, "demand", report_json_text(policy->demand));
    output_set(made, "reason", report_json_text(policy->sentence));
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
        output_set(each, "overruled_by", overruling_of(items[i].overruled_by));
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
    output_set(made, "source_path",
               seen->source_path == NULL ? json_null() : report_json_text(seen->source_path));
    output_set(made, "sink_path",
               seen->sink_path == NULL ? json_null() : report_json_text(seen->sink_path));
    output_set(made, "sink_line",
               seen->sink_line == 0 ? json_null() : json_integer(seen->sink_line));
    output_set(made, "symbol", report_json_text(seen->symbol));
    output_set(made, "code", report_json_text(seen->text));
    output_set(made, "confidence", json_real(seen->confidence));
    output_set(made, "known", json_boolean(of->is_known));
    output_set(made, "acknowledged",
               of->acknowledged == NULL ? json_null() : report_json_text(of->acknowledged));
    if (seen->commit != NULL) {
        char date[TIME_TEXT_SIZE];
        int has_date = time_text_from_seconds(seen->author_time_s, date);
        output_set(made, "commit", report_json_text(seen->commit));
        output_set(made, "author_date", has_date ? report_json_text(date) : json_null());
    }
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
    output_set(made, "known", json_integer((json_int_t)report_known_count(self)));
    output_set(made, "idle_ignores", json_integer((json_int_t)report_idle_ignores(self)));
    output_set(made, "left_out", json_integer((json_int_t)self->tree->left_out_count));
    output_set(made, "unreadable_folders",
               json_integer((json_int_t)self->tree->unreadable_folder_count));
    output_set(made, "special", json_integer((json_int_t)self->tree->special_count));
    output_set(made, "too_long", json_integer((json_int_t)self->tree->too_long_count));
    return made;
}

void report_write_json(const report *self)
{
    json_t *document = output_object();
    output_set(document, "project", report_json_text(self->project));
    output_set(document, "summary", summary_of(self));
    output_set(document, "ignores", report_ignores_json(self));
    output_list_begin(document, "findings");
    for (size_t i = 0; i < self->count && !output_is_broken(); i++) {
        if (report_shows(self, &self->judgements[i])) {
            output_list_add(judgement_of(&self->judgements[i]));
        }
    }
    output_list_end();
}
