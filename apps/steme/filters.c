#include "steme/filters.h"

#include <string.h>

static int read_ids(const arguments *given, filters *self)
{
    int has_agent = 0;
    int has_source = 0;
    steme_id agent;
    if (!command_read_id(given, "agent", &has_agent, &agent) ||
        !command_read_id(given, "source", &has_source, &self->source)) {
        return 0;
    }
    if (has_agent) {
        memcpy(self->agent.bytes, agent.bytes, sizeof self->agent.bytes);
        self->options.agent = &self->agent;
    }
    self->options.source = has_source ? &self->source : NULL;
    return 1;
}

static int read_object(const arguments *given, filters *self)
{
    int has_object = 0;
    if (arguments_has(given, "type") && !arguments_has(given, "object")) {
        terminal_report("--type says what --object is; give --object too");
        return 0;
    }
    if (!command_read_object(given, &has_object, &self->object)) {
        return 0;
    }
    self->options.object = has_object ? &self->object : NULL;
    return 1;
}

int filters_read(const arguments *given, filters *out_filters)
{
    filters *self = out_filters;
    memset(self, 0, sizeof *self);
    steme_query_options *options = &self->options;
    options->subject = text_span(arguments_text(given, "subject"));
    options->subject_prefix = text_span(arguments_text(given, "subject-prefix"));
    options->predicate = text_span(arguments_text(given, "predicate"));
    if (!read_ids(given, self) || !read_object(given, self) ||
        !command_read_time(given, "since", &options->has_since, &options->since_ns) ||
        !command_read_time(given, "as-of", &options->has_as_of, &options->as_of_ns) ||
        !command_read_number(given, "limit", &options->limit)) {
        return 0;
    }
    if (arguments_has(given, "limit") && options->limit == 0) {
        terminal_report("--limit: 0 would print nothing; leave it out for all");
        return 0;
    }
    self->has_any = options->subject.size > 0 || options->subject_prefix.size > 0 ||
                    options->predicate.size > 0 || options->object != NULL ||
                    options->agent != NULL || options->source != NULL || options->has_since ||
                    options->has_as_of;
    options->cursor = text_span(arguments_text(given, "cursor"));
    return 1;
}

void filters_note_cursor(const char *cursor)
{
    if (cursor != NULL) {
        terminal_note("More follows: --cursor %s", cursor);
    }
}
