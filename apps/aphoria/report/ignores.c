/* ignores.c -- what a report says of comments that take a finding as it is, and of commits. */
#include <string.h>

#include "aphoria/report/report.h"
#include "common/output.h"
#include "common/time_text.h"

static const char *state_of(const inline_ignore *self)
{
    return self->fault != NULL ? self->fault : self->is_used ? "used" : "nothing is found there";
}

static int is_idle(const inline_ignore *self)
{
    return self->fault != NULL || !self->is_used;
}

size_t report_idle_ignores(const report *self)
{
    size_t count = 0;
    for (size_t i = 0; i < self->tree->ignore_count; i++) {
        count += (size_t)is_idle(&self->tree->ignores[i]);
    }
    return count;
}

static void append_data(text_buffer *to, const char *text)
{
    text_append_escaped(to, text_span(text));
}

void report_append_ignores(const report *self, text_buffer *to)
{
    for (size_t i = 0; i < self->tree->ignore_count; i++) {
        const inline_ignore *each = &self->tree->ignores[i];
        if (is_idle(each)) {
            append_data(to, each->path);
            text_append_format(to, ":%u: aphoria:ignore[", each->line);
            append_data(to, each->rule);
            text_append_format(to, "]: %s\n", state_of(each));
        }
    }
}

json_t *report_ignores_json(const report *self)
{
    json_t *list = json_array();
    for (size_t i = 0; i < self->tree->ignore_count; i++) {
        const inline_ignore *each = &self->tree->ignores[i];
        if (!is_idle(each) && !self->shows_all) {
            continue;
        }
        json_t *made = json_object();
        output_set(made, "path", report_json_text(each->path));
        output_set(made, "line", json_integer(each->line));
        output_set(made, "rule", report_json_text(each->rule));
        output_set(made, "reason", report_json_text(each->reason));
        output_set(made, "used", json_boolean(!is_idle(each)));
        output_set(made, "fault", is_idle(each) ? report_json_text(state_of(each)) : json_null());
        json_array_append_new(list, made);
    }
    return list;
}

void report_append_commit(const judgement *of, text_buffer *to)
{
    char date[TIME_TEXT_SIZE];
    if (of->seen->commit != NULL) {
        text_append_format(to, "commit %.12s", of->seen->commit);
        if (time_text_from_seconds(of->seen->author_time_s, date)) {
            text_append_format(to, " of %s", date);
        }
    }
}
