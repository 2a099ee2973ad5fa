/* steme chain -- what replaced a record, and what it replaced: a table, a drawing, or a graph. */
#include <string.h>

#include "steme/commands.h"
#include "steme/reading.h"

/* The signs of a drawing. */
typedef struct drawing_signs {
    const char *node;
    const char *branch;
    const char *last;
    const char *leads_to;
    const char *ends;
} drawing_signs;

static const drawing_signs plain = {"*", "|--", "`--", ">", "x"};
static const drawing_signs unicode = {"●", "├─", "└─", "▶", "✕"};

/* A link is drawn once the next one is known, which tells whether it is its target's last. */
typedef struct drawing {
    reading reading;
    drawing_signs signs;
    json_t *held;
    int is_first_of_target;
} drawing;

/* ---- Table -------------------------------------------------------------------------------- */

static void write_note(text_buffer *cell, const json_t *item, const char *key)
{
    steme_span reason = reading_span(item, "void");
    (void)key;
    if (reason.size > 0) {
        text_append(cell, "void: ");
        text_append_escaped(cell, reason);
    } else if (reading_flag(item, "is_pick")) {
        text_append(cell, "followed");
    }
}

static const reading_column columns[] = {
    {{.title = "RECORD"}, "target", reading_write_id},
    {{.title = "WAS"}, "kind", reading_write_text},
    {{.title = "BY"}, "replacement", reading_write_id},
    {{.title = "TIME"}, "time", reading_write_time},
    {{.title = "SUPERSESSION"}, "record", reading_write_id},
    {{.title = "NOTE"}, NULL, write_note},
};

/* "1a2b3c4d5e6f is superseded; it leads to 5e6f7a8b9c0d". */
static void write_standing(reading *self)
{
    text_buffer line = TEXT_EMPTY;
    reading_write_id(&line, self->head, "id");
    text_append(&line, " is ");
    reading_write_text(&line, self->head, "standing");
    steme_span head = reading_span(self->head, "head");
    steme_span id = reading_span(self->head, "id");
    if (head.size == 0) {
        text_append(&line, "; nothing took its place");
    } else if (head.size != id.size || memcmp(head.bytes, id.bytes, id.size) != 0) {
        text_append(&line, "; it leads to ");
        reading_write_id(&line, self->head, "head");
    }
    if (reading_flag(self->head, "is_fork")) {
        text_append(&line, " (more than one record replaced it)");
    }
    puts(text_get(&line));
    text_deinit(&line);
}

/* ---- Drawing ------------------------------------------------------------------------------ */

static void draw_link(const drawing *self, const json_t *link, int is_last)
{
    text_buffer line = TEXT_EMPTY;
    int is_void = reading_span(link, "void").size > 0;
    int has_replacement = reading_span(link, "replacement").size > 0;
    if (self->is_first_of_target) {
        text_append(&line, terminal_begin(stdout, TERMINAL_BOLD));
        text_append_format(&line, "%s ", self->signs.node);
        reading_write_id(&line, link, "target");
        text_append(&line, terminal_begin(stdout, TERMINAL_PLAIN));
        text_append(&line, "\n");
    }
    text_append(&line, is_last ? self->signs.last : self->signs.branch);
    text_append(&line, is_void ? terminal_begin(stdout, TERMINAL_DIM) : "");
    text_append(&line, " ");
    reading_write_text(&line, link, "kind");
    text_append_format(&line, " %s ", has_replacement ? self->signs.leads_to : self->signs.ends);
    reading_write_id(&line, link, "replacement");
    text_append(&line, has_replacement ? "  " : " ");
    reading_write_time(&line, link, "time");
    text_append(&line, " (");
    reading_write_id(&line, link, "record");
    if (is_void) {
        text_append(&line, ", ");
        write_note(&line, link, NULL);
    }
    text_append(&line, ")");
    text_append(&line, is_void ? terminal_begin(stdout, TERMINAL_PLAIN) : "");
    puts(text_get(&line));
    text_deinit(&line);
}

static int is_same_target(const json_t *left, const json_t *right)
{
    return strcmp(reading_text(left, "target"), reading_text(right, "target")) == 0;
}

static void draw(reading *base, const json_t *item)
{
    drawing *self = (drawing *)base;
    int is_same = self->held != NULL && is_same_target(self->held, item);
    if (self->held != NULL) {
        draw_link(self, self->held, !is_same);
        json_decref(self->held);
    }
    self->is_first_of_target = !is_same;
    self->held = json_deep_copy(item);
}

static void end_drawing(reading *base)
{
    drawing *self = (drawing *)base;
    if (self->held != NULL) {
        draw_link(self, self->held, 1);
        json_decref(self->held);
    }
}

/* ---- Graphviz ----------------------------------------------------------------------------- */

/* Quoted: a node's word may hold anything. */
static void append_quoted(text_buffer *line, steme_span text)
{
    text_append(line, "\"");
    for (size_t i = 0; i < text.size; i++) {
        unsigned char byte = text.bytes[i];
        text_append_format(line, byte < ' ' || byte == '"' || byte == '\\' ? "_" : "%c", byte);
    }
    text_append(line, "\"");
}

static steme_span shortened(steme_span id)
{
    return (steme_span){id.bytes, id.size > 12 ? 12 : id.size};
}

static void begin_dot(reading *self)
{
    text_buffer line = TEXT_EMPTY;
    text_append(&line,
                "digraph chain {\n  rankdir=LR;\n  node [shape=box, fontname=monospace];\n  ");
    append_quoted(&line, shortened(reading_span(self->head, "id")));
    text_append(&line, " [style=bold];");
    puts(text_get(&line));
    text_deinit(&line);
}

/* A record that nothing replaced points to the supersession, drawn as what it is. */
static void write_dot(reading *self, const json_t *link)
{
    text_buffer line = TEXT_EMPTY;
    int is_void = reading_span(link, "void").size > 0;
    const char *to = reading_span(link, "replacement").size > 0 ? "replacement" : "record";
    (void)self;
    if (strcmp(to, "record") == 0) {
        text_append(&line, "  ");
        append_quoted(&line, shortened(reading_span(link, to)));
        text_append(&line, " [shape=plaintext];\n");
    }
    text_append(&line, "  ");
    append_quoted(&line, shortened(reading_span(link, "target")));
    text_append(&line, " -> ");
    append_quoted(&line, shortened(reading_span(link, to)));
    text_append(&line, " [label=");
    append_quoted(&line, reading_span(link, "kind"));
    text_append(&line, is_void ? ", style=dashed];" : "];");
    puts(text_get(&line));
    text_deinit(&line);
}

static void end_dot(reading *self)
{
    (void)self;
    puts("}");
}

/* ---- The command -------------------------------------------------------------------------- */

static int choose_form(const arguments *given, drawing *self)
{
    int is_graph = arguments_has(given, "graph");
    int is_dot = arguments_has(given, "dot");
    reading *base = &self->reading;
    if (is_graph + is_dot + arguments_has(given, "json") > 1) {
        terminal_report("two forms of output; give one of --graph, --dot, --json");
        return 0;
    }
    base->columns = columns;
    base->column_count = sizeof columns / sizeof columns[0];
    base->begin = write_standing;
    if (is_graph) {
        self->signs = terminal_is(stdout) ? unicode : plain;
        base->show = draw;
        base->end = end_drawing;
    } else if (is_dot) {
        base->begin = begin_dot;
        base->show = write_dot;
        base->end = end_dot;
    }
    return 1;
}

static int run(const arguments *given)
{
    drawing self = {.reading.question.kind =
                        arguments_has(given, "why") ? LIFECYCLE_ASK_WHY : LIFECYCLE_ASK_CHAIN};
    if (!choose_form(given, &self)) {
        return COMMAND_USAGE;
    }
    return reading_run_on(given, &self.reading, given->operands[0]);
}

static const arguments_option options[] = {
    COMMAND_OPTIONS_DATABASE,
    {.name = "why", .help = "only the supersessions of the record itself: why it is not live"},
    {.name = "graph", .help = "draw it"},
    {.name = "dot", .help = "write it for Graphviz"},
    READING_OPTIONS_MOMENT,
    COMMAND_OPTION_JSON,
    {.name = NULL},
};

static const char *const examples[] = {
    "steme chain --db claims 1a2b3c4d",
    "steme chain --db claims 1a2b3c4d --graph",
    "steme chain --db claims 1a2b3c4d --dot | dot -Tsvg >chain.svg",
    NULL,
};

const command command_chain = {
    .name = "chain",
    .operands = "ID",
    .summary = "show what replaced a record, and what it replaced",
    .details =
        "The supersessions of the record, of what replaced it and so on; then those by which it\n"
        "replaced others, back to the first. Those that do nothing are shown with why: `no "
        "right`,\n"
        "`retracted`, `cycle`, `unknown` (the record is not held).\n",
    .options = options,
    .examples = examples,
    .operand_count_min = 1,
    .operand_count_max = 1,
    .run = run,
};
