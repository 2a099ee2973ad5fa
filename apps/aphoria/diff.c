/* aphoria diff -- what is found now beside what was found then. */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "aphoria/commands.h"
#include "aphoria/decisions/baseline.h"
#include "aphoria/report/report.h"
#include "aphoria/session.h"
#include "common/output.h"
#include "common/terminal.h"
#include "common/text.h"

/* ---- Then --------------------------------------------------------------------------------- */

typedef struct comparison {
    const char *against; /* what `then` is of, for people */
    int lacks_known;     /* `then` leaves out what is known */
    session base;        /* of a commit; its `given` is NULL where there is none */
    finding_list then;
    finding_list now;
    const finding **fresh;   /* found now, and not then */
    const finding **gone;    /* found then, and not now */
    const finding **changed; /* of now; with another outcome */
    size_t fresh_count;
    size_t gone_count;
    size_t changed_count;
    size_t same_count;
} comparison;

static int is_file(const char *path)
{
    struct stat about;
    return strcmp(path, "-") == 0 || (stat(path, &about) == 0 && !S_ISDIR(about.st_mode));
}

static int read_baseline(comparison *self, const session *from)
{
    const ledger *lines = &from->decided.baseline;
    text_buffer path = TEXT_EMPTY;
    text_append_format(&path, "%s/%s", from->project.folder, ledger_file(LEDGER_BASELINE));
    int exists = lines->count > 0 || access(text_get(&path), F_OK) == 0;
    text_deinit(&path);
    if (!exists) {
        terminal_report("no baseline yet; make one with `aphoria baseline`, or name a commit or a "
                        "report of `aphoria scan --format json`");
        return 0;
    }
    self->against = "the baseline";
    baseline_add_to(lines, &self->then);
    return 1;
}

/* Today's rules and decisions, held against the files of then. */
static int read_revision(comparison *self, const arguments *given, const char *revision)
{
    if (!session_open_top(&self->base, given)) {
        return 0;
    }
    self->base.at = revision;
    self->base.has_no_baseline = 1;
    if (!session_scan(&self->base) || !session_judge(&self->base)) {
        return 0;
    }
    self->against = revision;
    finding_list_add_judgements(&self->then, self->base.judgements, self->base.tree.seen.count,
                                self->base.folder);
    return 1;
}

static int read_then(comparison *self, const session *from)
{
    const arguments *given = from->given;
    const char *name = given->operand_count > 0 ? given->operands[0] : NULL;
    if (name == NULL) {
        return read_baseline(self, from);
    }
    if (is_file(name)) {
        self->against = name;
        int has_all = 1;
        int is_read = finding_list_add_report(&self->then, name, &has_all);
        self->lacks_known = !has_all;
        return is_read;
    }
    return read_revision(self, given, name);
}

/* ---- What differs -------------------------------------------------------------------------- */

/* The worst first; then by path and line. */
static int compare_findings(const void *left, const void *right)
{
    const finding *a = *(const finding *const *)left;
    const finding *b = *(const finding *const *)right;
    int order = finding_is_worse(b, a) - finding_is_worse(a, b);
    order = order != 0 ? order : strcmp(a->path, b->path);
    order = order != 0 ? order : (a->line > b->line) - (a->line < b->line);
    return order != 0 ? order : strcmp(a->fingerprint, b->fingerprint);
}

static void add(const finding **list, size_t *count, const finding *of)
{
    list[(*count)++] = of;
}

static void compare(comparison *self)
{
    finding_list_pair(&self->then, &self->now);
    self->fresh = text_allocate((self->now.count + 1) * sizeof *self->fresh);
    self->changed = text_allocate((self->now.count + 1) * sizeof *self->changed);
    self->gone = text_allocate((self->then.count + 1) * sizeof *self->gone);
    for (size_t i = 0; i < self->now.count; i++) {
        const finding *each = &self->now.items[i];
        if (each->partner != NULL && each->partner->outcome != each->outcome) {
            add(self->changed, &self->changed_count, each);
        } else if (each->partner != NULL || (self->lacks_known && each->judged->is_known)) {
            self->same_count += each->outcome != OUTCOME_PASS;
        } else if (each->outcome != OUTCOME_PASS) {
            add(self->fresh, &self->fresh_count, each);
        }
    }
    for (size_t i = 0; i < self->then.count; i++) {
        if (self->then.items[i].partner == NULL && self->then.items[i].outcome != OUTCOME_PASS) {
            add(self->gone, &self->gone_count, &self->then.items[i]);
        }
    }
    qsort(self->fresh, self->fresh_count, sizeof *self->fresh, compare_findings);
    qsort(self->changed, self->changed_count, sizeof *self->changed, compare_findings);
    qsort(self->gone, self->gone_count, sizeof *self->gone, compare_findings);
}

/* What fails: new or worse, at or above --fail-on. */
static int fails(const finding *of, outcome least)
{
    return (of->outcome == OUTCOME_BLOCK ||
            (of->outcome == OUTCOME_FLAG && least == OUTCOME_FLAG)) &&
           (of->partner == NULL || finding_is_worse(of, of->partner));
}

static size_t count_failing(const comparison *self, const char *fail_on)
{
    size_t count = 0;
    outcome least = fail_on != NULL && strcmp(fail_on, "flag") == 0 ? OUTCOME_FLAG : OUTCOME_BLOCK;
    for (size_t i = 0; i < self->fresh_count; i++) {
        count += (size_t)fails(self->fresh[i], least);
    }
    for (size_t i = 0; i < self->changed_count; i++) {
        count += (size_t)fails(self->changed[i], least);
    }
    return count;
}

/* ---- Reports ------------------------------------------------------------------------------ */

static json_t *finding_json(const finding *of)
{
    json_t *made = json_object();
    output_set(made, "fingerprint", report_json_text(of->fingerprint));
    output_set(made, "outcome", report_json_text(outcome_name(of->outcome)));
    if (of->partner != NULL) {
        output_set(made, "was", report_json_text(outcome_name(of->partner->outcome)));
    }
    output_set(made, "path", report_json_text(of->path));
    output_set(made, "line", of->line == 0 ? json_null() : json_integer(of->line));
    output_set(made, "rule", report_json_text(of->rule));
    output_set(made, "code", report_json_text(of->code));
    if (of->judged != NULL) {
        output_set(made, "title", report_json_text(report_title(of->judged)));
        output_set(made, "concept", report_json_text(of->judged->seen->match->rule->concept));
        output_set(made, "score", json_real(of->judged->score));
    }
    return made;
}

static json_t *list_json(const finding *const *items, size_t count)
{
    json_t *list = json_array();
    for (size_t i = 0; i < count; i++) {
        json_array_append_new(list, finding_json(items[i]));
    }
    return list;
}

static void write_json(const comparison *self)
{
    json_t *made = output_object();
    output_set(made, "against", report_json_text(self->against));
    output_set(made, "new", list_json(self->fresh, self->fresh_count));
    output_set(made, "gone", list_json(self->gone, self->gone_count));
    output_set(made, "changed", list_json(self->changed, self->changed_count));
    output_set(made, "same", json_integer((json_int_t)self->same_count));
    output_json_document(made);
}

static void write_list(const char *head, terminal_style style, const finding *const *items,
                       size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const finding *each = items[i];
        text_buffer line = TEXT_EMPTY;
        text_append_format(&line, "%s%s%s  %-5s  ", terminal_begin(stdout, style), head,
                           terminal_begin(stdout, TERMINAL_PLAIN), outcome_name(each->outcome));
        text_append(&line, each->path);
        if (each->line > 0) {
            text_append_format(&line, ":%u", each->line);
        }
        if (each->partner != NULL) {
            text_append_format(&line, "  was %s", outcome_name(each->partner->outcome));
        }
        text_append_format(&line, "  %.12s  ", each->fingerprint);
        text_append_escaped(
            &line, text_span(each->judged != NULL ? report_title(each->judged) : each->rule));
        text_append(&line, "\n         ");
        text_append_escaped(&line, text_span(each->code));
        puts(text_get(&line));
        text_deinit(&line);
    }
}

static void write_text(const comparison *self)
{
    write_list("new    ", TERMINAL_RED, self->fresh, self->fresh_count);
    write_list("changed", TERMINAL_YELLOW, self->changed, self->changed_count);
    write_list("gone   ", TERMINAL_GREEN, self->gone, self->gone_count);
    text_buffer line = TEXT_EMPTY;
    text_append_format(&line, "%zu new, %zu changed, %zu gone, %zu the same, against ",
                       self->fresh_count, self->changed_count, self->gone_count, self->same_count);
    text_append_escaped(&line, text_span(self->against));
    puts(text_get(&line));
    text_deinit(&line);
}

static void comparison_deinit(comparison *self)
{
    free(self->fresh);
    free(self->gone);
    free(self->changed);
    finding_list_deinit(&self->then);
    finding_list_deinit(&self->now);
    if (self->base.given != NULL) {
        session_close(&self->base);
    }
}

static int run(const arguments *given)
{
    session self;
    comparison made = {.against = ""};
    int exit_code = COMMAND_USAGE;
    if (session_open_top(&self, given) && session_scan(&self) && session_judge(&self) &&
        read_then(&made, &self)) {
        finding_list_add_judgements(&made.now, self.judgements, self.tree.seen.count, self.folder);
        compare(&made);
        if (arguments_has(given, "json")) {
            write_json(&made);
        } else {
            write_text(&made);
        }
        exit_code = count_failing(&made, arguments_text(given, "fail-on")) > 0 ? COMMAND_FAULTS
                                                                               : COMMAND_DONE;
    }
    comparison_deinit(&made);
    session_close(&self);
    return exit_code;
}

static const arguments_option options[] = {
    {.name = "json", .help = "print one JSON document"},
    {.name = "fail-on",
     .value = "OUTCOME",
     .kind = ARGUMENTS_TEXT,
     .words = "block flag",
     .help = "what makes exit code 1 where it is new or worse (default block)"},
    SESSION_OPTIONS,
    {.name = NULL},
};

static const char *const examples[] = {
    "aphoria diff",
    "aphoria diff origin/main --fail-on flag",
    "aphoria diff report.json",
    NULL,
};

const command command_diff = {
    .name = "diff",
    .operands = "[REV|FILE.json]",
    .summary = "show what is found anew, what is gone, and what became of the rest",
    .details =
        "Against the baseline, a commit (with the rules and decisions of now), or a report of\n"
        "`aphoria scan --format json` of the whole project. A finding is the same where its code\n"
        "moved to; one more of it is new.\n",
    .options = options,
    .examples = examples,
    .operand_count_max = 1,
    .run = run,
};
