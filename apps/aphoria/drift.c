/* aphoria drift -- what the code's claims came to between two times, out of a store. */
#include <assert.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "aphoria/commands.h"
#include "aphoria/session.h"
#include "common/output.h"
#include "common/terminal.h"
#include "common/text.h"
#include "common/time_text.h"

static const char since_default[] = "7d";

typedef enum drift_kind {
    DRIFT_APPEARED,
    DRIFT_VANISHED,
    DRIFT_CHANGED, /* another value */
    DRIFT_TURNED,  /* the same value, judged otherwise */
} drift_kind;

static const char *const kind_names[] = {"appeared", "vanished", "changed", "turned"};

typedef struct drift {
    const judgement *before; /* NULL = there was none */
    const judgement *after;
    const judgement *shown; /* the later one that is there */
    drift_kind kind;
} drift;

typedef struct drifts {
    drift *items;
    size_t count;
    size_t worse_count;
} drifts;

/* ---- Times -------------------------------------------------------------------------------- */

static int64_t wall_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

/* 90m, 24h, 7d: that long ago. */
static int read_duration(const char *text, int64_t *out_s)
{
    static const struct {
        char unit;
        int64_t seconds;
    } units[] = {{'s', 1}, {'m', 60}, {'h', 3600}, {'d', 86400}, {'w', 604800}};
    char *end = NULL;
    unsigned long long count = strtoull(text, &end, 10);
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        if (text[0] >= '0' && text[0] <= '9' && end[0] == units[i].unit && end[1] == '\0' &&
            count <= 1000000) {
            *out_s = (int64_t)count * units[i].seconds;
            return 1;
        }
    }
    return 0;
}

/* A time or a duration before `now_ns`. 0 after a report. */
static int read_time(const char *name, const char *text, int64_t now_ns, int64_t *out_ns)
{
    steme_error error = {0};
    int64_t seconds = 0;
    if (read_duration(text, &seconds)) {
        *out_ns = now_ns - seconds * 1000000000;
        return 1;
    }
    if (time_text_to_ns(text_span(text), out_ns, &error) != STEME_OK) {
        terminal_report("--%s: %s; or say how long ago: 90m, 24h, 7d", name, error.message);
        return 0;
    }
    return 1;
}

/* ---- Comparing ---------------------------------------------------------------------------- */

static int compare(const judgement *left, const judgement *right)
{
    int order = strcmp(left->subject, right->subject);
    return order != 0 ? order
                      : strcmp(left->seen->match->rule->concept, right->seen->match->rule->concept);
}

static int severity(const judgement *of)
{
    return of == NULL ? 0 : of->outcome == OUTCOME_BLOCK ? 2 : of->outcome == OUTCOME_FLAG;
}

static int is_worse(const drift *of)
{
    return severity(of->after) > severity(of->before);
}

static void add(drifts *self, const judgement *before, const judgement *after)
{
    drift made = {.before = before, .after = after, .shown = after != NULL ? after : before};
    assert(made.shown != NULL);
    if (before == NULL) {
        made.kind = DRIFT_APPEARED;
    } else if (after == NULL) {
        made.kind = DRIFT_VANISHED;
    } else if (strcmp(before->seen->value, after->seen->value) != 0) {
        made.kind = DRIFT_CHANGED;
    } else if (before->verdict != after->verdict || before->outcome != after->outcome) {
        made.kind = DRIFT_TURNED;
    } else {
        return;
    }
    self->items[self->count++] = made;
    self->worse_count += (size_t)is_worse(&made);
}

/* Both ascend by subject and concept. */
static void find_drifts(const session_recalled *before, const session_recalled *after, drifts *out)
{
    size_t i = 0;
    size_t j = 0;
    *out = (drifts){0};
    out->items = text_allocate((before->seen.count + after->seen.count + 1) * sizeof *out->items);
    while (i < before->seen.count || j < after->seen.count) {
        int order = i == before->seen.count ? 1
                    : j == after->seen.count
                        ? -1
                        : compare(&before->judgements[i], &after->judgements[j]);
        add(out, order > 0 ? NULL : &before->judgements[i],
            order < 0 ? NULL : &after->judgements[j]);
        i += order <= 0;
        j += order >= 0;
    }
}

/* ---- Telling ------------------------------------------------------------------------------ */

static void append_side(text_buffer *to, const judgement *of)
{
    if (of == NULL) {
        text_append(to, "nothing");
        return;
    }
    text_append_escaped(to, text_span(of->seen->value));
    text_append_format(to, " (%s)", outcome_name(of->outcome));
}

static void print_drift(const drift *of)
{
    const judgement *shown = of->shown;
    text_buffer line = TEXT_EMPTY;
    text_append_format(&line, "%-8s  %s%s%s  ", kind_names[of->kind],
                       is_worse(of) ? terminal_begin(stdout, TERMINAL_RED) : "",
                       is_worse(of) ? "worse" : "     ",
                       is_worse(of) ? terminal_begin(stdout, TERMINAL_PLAIN) : "");
    text_append_escaped(&line, text_span(shown->seen->path));
    text_append_format(&line, ":%u  %s: ", shown->seen->line, shown->seen->match->rule->concept);
    append_side(&line, of->before);
    text_append(&line, " -> ");
    append_side(&line, of->after);
    text_append_format(&line, "  %.12s\n", shown->fingerprint);
    fwrite(text_get(&line), 1, line.size, stdout);
    text_deinit(&line);
}

static json_t *side_to_json(const judgement *of)
{
    if (of == NULL) {
        return json_null();
    }
    json_t *made = output_object();
    output_set(made, "value", json_string(of->seen->value));
    output_set(made, "verdict", json_string(steme_verdict_name(of->verdict)));
    output_set(made, "outcome", json_string(outcome_name(of->outcome)));
    output_set(made, "score", json_real(of->score));
    return made;
}

static void set_time(json_t *document, const char *name, int64_t ns)
{
    char text[TIME_TEXT_SIZE];
    time_text_from_ns(ns, text);
    output_set(document, name, json_string(text));
}

static void print_json(const session *self, const drifts *found, int64_t since_ns, int64_t until_ns)
{
    json_t *document = output_object();
    json_t *list = json_array();
    output_set(document, "project", json_string(self->project.name));
    set_time(document, "since", since_ns);
    set_time(document, "until", until_ns);
    output_set(document, "worse", json_integer((json_int_t)found->worse_count));
    for (size_t i = 0; i < found->count; i++) {
        const drift *each = &found->items[i];
        const judgement *shown = each->shown;
        json_t *made = json_object();
        output_set(made, "kind", json_string(kind_names[each->kind]));
        output_set(made, "is_worse", json_boolean(is_worse(each)));
        output_set(made, "subject", json_string(shown->subject));
        output_set(made, "concept", json_string(shown->seen->match->rule->concept));
        output_set(made, "path", json_string(shown->seen->path));
        output_set(made, "line", json_integer(shown->seen->line));
        output_set(made, "fingerprint", json_string(shown->fingerprint));
        output_set(made, "before", side_to_json(each->before));
        output_set(made, "after", side_to_json(each->after));
        (void)json_array_append_new(list, made);
    }
    output_set(document, "changes", list);
    output_json_document(document);
}

static void print_text(const drifts *found)
{
    text_buffer line = TEXT_EMPTY;
    for (size_t i = 0; i < found->count; i++) {
        print_drift(&found->items[i]);
    }
    text_append_number_of(&line, found->count, "claim changed, ", "claims changed, ");
    text_append_count(&line, found->worse_count);
    printf("%s for the worse\n", text_get(&line));
    text_deinit(&line);
}

/* ---- The command -------------------------------------------------------------------------- */

typedef struct span_of_time {
    int64_t since_ns;
    int64_t until_ns;
    int is_until_now; /* whatever the clock of the set has come to */
} span_of_time;

static int read_times(const arguments *given, span_of_time *out)
{
    const char *since = arguments_text(given, "since");
    const char *until = arguments_text(given, "until");
    int64_t now_ns = wall_ns();
    out->until_ns = now_ns;
    out->is_until_now = until == NULL;
    if (!read_time("since", since == NULL ? since_default : since, now_ns, &out->since_ns) ||
        (until != NULL && !read_time("until", until, now_ns, &out->until_ns))) {
        return 0;
    }
    if (out->since_ns >= out->until_ns) {
        terminal_report("--since is not before --until; turn them round");
        return 0;
    }
    return 1;
}

static int show(session *self, const span_of_time *times)
{
    session_recalled before = {0};
    session_recalled after = {0};
    drifts found = {0};
    int exit_code = COMMAND_USAGE;
    if (session_recall(self, &times->since_ns, &before) &&
        session_recall(self, times->is_until_now ? NULL : &times->until_ns, &after)) {
        find_drifts(&before, &after, &found);
        if (arguments_has(self->given, "json")) {
            print_json(self, &found, times->since_ns, times->until_ns);
        } else {
            print_text(&found);
        }
        exit_code = found.worse_count > 0 ? COMMAND_FAULTS : COMMAND_DONE;
    } else {
        exit_code = self->exit_code;
    }
    free(found.items);
    session_recalled_deinit(&before);
    session_recalled_deinit(&after);
    return exit_code;
}

static int run(const arguments *given)
{
    session self;
    span_of_time times;
    const char *root = given->operand_count > 0 ? given->operands[0] : NULL;
    if (!read_times(given, &times)) {
        return COMMAND_USAGE;
    }
    int is_open = session_open(&self, given, root) && session_open_place(&self);
    int exit_code = is_open ? show(&self, &times) : self.exit_code;
    session_close(&self);
    return exit_code;
}

static const arguments_option options[] = {
    CLAIM_STORE_OPTIONS,
    {.name = "since",
     .value = "T|AGO",
     .kind = ARGUMENTS_TEXT,
     .help = "from then, RFC 3339, or so long ago: 90m, 24h, 7d (default 7d)"},
    {.name = "until", .value = "T|AGO", .kind = ARGUMENTS_TEXT, .help = "to then (default now)"},
    {.name = "rules",
     .value = "DIR",
     .kind = ARGUMENTS_FOLDER,
     .help = "rules of your own beside those of the program (default: .aphoria/rules)"},
    {.name = "by",
     .value = "KEY",
     .kind = ARGUMENTS_ID,
     .help = "what this key observed alone (default: everybody)"},
    {.name = "json", .help = "print one JSON document"},
    {.name = NULL},
};

static const char *const examples[] = {
    "aphoria drift",
    "aphoria drift --since 24h",
    "aphoria drift --server node.example.org:7601 --since 2026-11-01 --until 2026-12-01 --json",
    NULL,
};

const command command_drift = {
    .name = "drift",
    .operands = "[PATH]",
    .summary = "show what changed in the claims of the code between two times",
    .details =
        "Out of a store or node that scans wrote to: claims that appeared, vanished, have another\n"
        "value, or are judged otherwise, because authorities spoke since. Exit code 1 where any "
        "of\n"
        "it is for the worse.\n",
    .options = options,
    .examples = examples,
    .operand_count_max = 1,
    .run = run,
};
