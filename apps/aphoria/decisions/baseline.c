/* baseline.c -- see baseline.h. */
#include "aphoria/decisions/baseline.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/text.h"

enum { PATHS_SIZE_MAX = 2048, COUNT_MAX = 1000000, PAIRS_MAX = 5 };

/* ---- Reading ------------------------------------------------------------------------------ */

static const char *fingerprint_of_line(const ledger_entry *line, arena *memory)
{
    steme_span subject = line->statement.as.assertion.subject;
    const char *text = arena_copy(memory, subject.bytes, subject.size);
    const char *slash = strrchr(text, '/');
    return slash == NULL ? text : slash + 1;
}

static outcome read_outcome(const char *word)
{
    return strcmp(word, outcome_name(OUTCOME_FLAG)) == 0 ? OUTCOME_FLAG : OUTCOME_BLOCK;
}

static void add_line(const ledger_entry *line, finding_list *to)
{
    char *paths = arena_join(&to->memory, ledger_text(line, "paths", &to->memory), "", "");
    unsigned long count = strtoul(ledger_text(line, "count", &to->memory), NULL, 10);
    finding made = {.fingerprint = fingerprint_of_line(line, &to->memory),
                    .rule = ledger_text(line, "rule", &to->memory),
                    .code = ledger_text(line, "code", &to->memory),
                    .outcome = read_outcome(ledger_text(line, "outcome", &to->memory))};
    count = count == 0 ? 1 : count > COUNT_MAX ? COUNT_MAX : count;
    for (unsigned long i = 0; i < count; i++) {
        char *end = strchr(paths, '\n');
        made.path = paths;
        if (end != NULL) {
            *end = '\0';
        }
        finding_list_add(to, &made);
        paths = end == NULL ? paths + strlen(paths) : end + 1;
    }
}

void baseline_add_to(const ledger *lines, finding_list *to)
{
    for (size_t i = 0; i < lines->count; i++) {
        add_line(&lines->entries[i], to);
    }
}

static int is_open(const finding *of)
{
    return of->outcome == OUTCOME_FLAG || of->outcome == OUTCOME_BLOCK;
}

static void keep_open(finding_list *self)
{
    size_t kept = 0;
    for (size_t i = 0; i < self->count; i++) {
        if (is_open(&self->items[i])) {
            self->items[kept++] = self->items[i];
        }
    }
    self->count = kept;
}

void baseline_mark(const ledger *lines, judgement *judgements, size_t count, const char *folder)
{
    finding_list before = {.count = 0};
    finding_list now = {.count = 0};
    if (lines->count == 0) {
        return;
    }
    baseline_add_to(lines, &before);
    finding_list_add_judgements(&now, judgements, count, folder);
    keep_open(&now);
    finding_list_pair(&before, &now);
    for (size_t i = 0; i < now.count; i++) {
        const finding *then = now.items[i].partner;
        judgements[now.items[i].judged - judgements].is_known |=
            then != NULL && !finding_is_worse(&now.items[i], then);
    }
    finding_list_deinit(&before);
    finding_list_deinit(&now);
}

/* ---- Writing ------------------------------------------------------------------------------ */

static int compare_findings(const void *left, const void *right)
{
    const finding *a = *(const finding *const *)left;
    const finding *b = *(const finding *const *)right;
    int order = strcmp(a->fingerprint, b->fingerprint);
    return order != 0 ? order : strcmp(a->path, b->path);
}

/* What blocks or is flagged, ascending by fingerprint and path. */
static const finding **sorted(const finding_list *of, size_t *out_count)
{
    const finding **list = text_allocate((of->count + 1) * sizeof *list);
    *out_count = 0;
    for (size_t i = 0; i < of->count; i++) {
        if (is_open(&of->items[i])) {
            list[(*out_count)++] = &of->items[i];
        }
    }
    qsort(list, *out_count, sizeof *list, compare_findings);
    return list;
}

static const char *paths_of(const finding *const *items, size_t count, arena *memory)
{
    text_buffer paths = TEXT_EMPTY;
    for (size_t i = 0; i < count && paths.size + strlen(items[i]->path) < PATHS_SIZE_MAX; i++) {
        text_append_format(&paths, "%s%s", i == 0 ? "" : "\n", items[i]->path);
    }
    const char *copy = arena_copy(memory, text_get(&paths), paths.size);
    text_deinit(&paths);
    return copy;
}

static void add_pair(steme_metadata *to, steme_text_pair *pairs, const char *key, const char *text)
{
    if (text[0] != '\0') {
        pairs[to->count++] = (steme_text_pair){text_span(key), text_span(text)};
    }
}

/* One line for all findings of a fingerprint. */
static steme_statement make_line(const project *of, const finding *const *items, size_t count,
                                 arena *memory)
{
    char number[24];
    steme_statement made = {.type = STEME_ASSERTION};
    steme_assertion *to = &made.as.assertion;
    steme_text_pair *pairs = arena_allocate(memory, PAIRS_MAX * sizeof *pairs);
    outcome worst = OUTCOME_FLAG;
    for (size_t i = 0; i < count; i++) {
        worst = items[i]->outcome == OUTCOME_BLOCK ? OUTCOME_BLOCK : worst;
    }
    snprintf(number, sizeof number, "%zu", count);
    to->subject = text_span(decisions_subject(of, items[0]->fingerprint, memory));
    to->predicate = text_span(DECISIONS_BASELINE);
    to->value = (steme_value){.kind = STEME_VALUE_BOOLEAN, .boolean = 1};
    to->confidence_millionths = 1000000;
    to->source_class = STEME_CLASS_EXPERT;
    to->metadata.pairs = pairs;
    add_pair(&to->metadata, pairs, "code", items[0]->code);
    add_pair(&to->metadata, pairs, "count",
             count == 1 ? "" : arena_copy(memory, number, strlen(number)));
    add_pair(&to->metadata, pairs, "outcome", outcome_name(worst));
    add_pair(&to->metadata, pairs, "paths", paths_of(items, count, memory));
    add_pair(&to->metadata, pairs, "rule", items[0]->rule);
    return made;
}

/* How many lines are new or otherwise, told by those that stay as they are. */
static void compare_files(const ledger *before, const ledger *after, baseline_change *out)
{
    size_t kept = 0;
    size_t same_names = 0;
    size_t i = 0;
    for (size_t j = 0; j < after->count; j++) {
        steme_span name = after->entries[j].statement.as.assertion.subject;
        for (; i < before->count; i++) {
            steme_span other = before->entries[i].statement.as.assertion.subject;
            size_t size = name.size < other.size ? name.size : other.size;
            int order = memcmp(other.bytes, name.bytes, size);
            order = order != 0 ? order : (other.size > name.size) - (other.size < name.size);
            same_names += order == 0;
            kept += order == 0 && memcmp(&before->entries[i].record.id,
                                         &after->entries[j].record.id, sizeof(steme_id)) == 0;
            if (order > 0) {
                break;
            }
        }
    }
    out->line_count = after->count;
    out->added_count = after->count - kept;
    out->removed_count = before->count - same_names;
}

int baseline_write(const project *of, const ledger *lines, const finding_list *now,
                   const steme_key *key, baseline_change *out)
{
    size_t count = 0;
    size_t made_count = 0;
    arena memory = ARENA_EMPTY;
    ledger after = {.count = 0};
    const finding **list = sorted(now, &count);
    steme_statement *made = text_allocate((count + 1) * sizeof *made);
    for (size_t begin = 0, end = 0; begin < count; begin = end) {
        for (end = begin;
             end < count && strcmp(list[end]->fingerprint, list[begin]->fingerprint) == 0;) {
            end++;
        }
        made[made_count++] = make_line(of, list + begin, end - begin, &memory);
    }
    *out = (baseline_change){.finding_count = count};
    int is_written = ledger_replace(of, LEDGER_BASELINE, made, made_count, key) &&
                     ledger_read(&after, of, LEDGER_BASELINE);
    if (is_written) {
        compare_files(lines, &after, out);
    }
    ledger_close(&after);
    free(made);
    free(list);
    arena_deinit(&memory);
    return is_written;
}
