/* finding_list.c -- see finding_list.h. */
#include "aphoria/decisions/finding_list.h"

#include <stdlib.h>
#include <string.h>

#include "common/file.h"
#include "common/record_json.h"
#include "common/terminal.h"
#include "common/text.h"

enum { REPORT_SIZE_MAX = 1 << 28 };

int finding_is_worse(const finding *now, const finding *then)
{
    static const int ranks[] = {
        [OUTCOME_PASS] = 0, [OUTCOME_FLAG] = 1, [OUTCOME_BLOCK] = 2, [OUTCOME_ACK] = 0};
    return ranks[now->outcome] > ranks[then->outcome];
}

void finding_list_deinit(finding_list *self)
{
    free(self->items);
    arena_deinit(&self->memory);
}

void finding_list_add(finding_list *self, const finding *of)
{
    if (self->count == self->capacity) {
        self->capacity = self->capacity == 0 ? 64 : 2 * self->capacity;
        self->items = text_reallocate(self->items, self->capacity * sizeof *self->items);
    }
    self->items[self->count++] = *of;
}

void finding_list_add_judgements(finding_list *self, const judgement *items, size_t count,
                                 const char *folder)
{
    text_buffer path = TEXT_EMPTY;
    for (size_t i = 0; i < count; i++) {
        const observation *seen = items[i].seen;
        text_clear(&path);
        text_append_escaped(&path, text_span(folder));
        text_append_escaped(&path, text_span(seen->path));
        finding made = {.fingerprint = items[i].fingerprint,
                        .path = arena_copy(&self->memory, text_get(&path), path.size),
                        .rule = seen->match->id,
                        .code = seen->text,
                        .line = seen->line,
                        .outcome = items[i].outcome,
                        .judged = &items[i]};
        finding_list_add(self, &made);
    }
    text_deinit(&path);
}

/* ---- A report ------------------------------------------------------------------------------ */

static const char *text_of(finding_list *self, const json_t *object, const char *key)
{
    const json_t *text = json_object_get(object, key);
    return json_is_string(text)
               ? arena_copy(&self->memory, json_string_value(text), json_string_length(text))
               : NULL;
}

static int find_outcome(const char *name, outcome *out)
{
    for (int i = OUTCOME_PASS; name != NULL && i <= OUTCOME_ACK; i++) {
        if (strcmp(name, outcome_name((outcome)i)) == 0) {
            *out = (outcome)i;
            return 1;
        }
    }
    return 0;
}

static int add_object(finding_list *self, const json_t *object)
{
    json_int_t line = json_integer_value(json_object_get(object, "line"));
    finding made = {.fingerprint = text_of(self, object, "fingerprint"),
                    .path = text_of(self, object, "path"),
                    .rule = text_of(self, object, "rule"),
                    .code = text_of(self, object, "code"),
                    .line = line > 0 && line <= UINT32_MAX ? (uint32_t)line : 0};
    if (made.fingerprint == NULL || made.path == NULL || made.rule == NULL || made.code == NULL ||
        !find_outcome(json_string_value(json_object_get(object, "outcome")), &made.outcome)) {
        return 0;
    }
    finding_list_add(self, &made);
    return 1;
}

static int add_document(finding_list *self, const json_t *document, const char *path)
{
    const json_t *findings = json_object_get(document, "findings");
    if (!json_is_array(findings)) {
        terminal_report("%s: no report of `aphoria scan --format json`: it has no findings", path);
        return 0;
    }
    for (size_t i = 0; i < json_array_size(findings); i++) {
        if (!add_object(self, json_array_get(findings, i))) {
            terminal_report("%s: no report of `aphoria scan --format json`: its finding %zu lacks "
                            "fingerprint, path, rule, code or outcome",
                            path, i + 1);
            return 0;
        }
    }
    return 1;
}

static int has_all(const json_t *document)
{
    const json_t *findings = json_object_get(document, "findings");
    const json_t *summary = json_object_get(document, "summary");
    json_int_t left_out = json_integer_value(json_object_get(summary, "known"));
    for (size_t i = 0; i < json_array_size(findings); i++) {
        left_out -= json_is_true(json_object_get(json_array_get(findings, i), "known"));
    }
    return left_out <= 0;
}

int finding_list_add_report(finding_list *self, const char *path, int *out_has_all)
{
    uint8_t *bytes = NULL;
    size_t size = 0;
    json_t *document = NULL;
    steme_error error;
    if (!file_read(path, REPORT_SIZE_MAX, &bytes, &size)) {
        return 0;
    }
    int is_read = record_json_load((steme_span){bytes, size}, &document, &error) == STEME_OK;
    if (!is_read) {
        terminal_report("%s: %s", path, error.message);
    }
    int is_whole = is_read && add_document(self, document, path);
    *out_has_all = is_whole && has_all(document);
    json_decref(document);
    free(bytes);
    return is_whole;
}

/* ---- Which are the same -------------------------------------------------------------------- */

static int compare(const finding *left, const finding *right, int with_path)
{
    int order = strcmp(left->fingerprint, right->fingerprint);
    return order != 0 || !with_path ? order : strcmp(left->path, right->path);
}

static int compare_findings(const void *left, const void *right)
{
    const finding *a = *(const finding *const *)left;
    const finding *b = *(const finding *const *)right;
    int order = compare(a, b, 1);
    return order != 0 ? order : (a > b) - (a < b);
}

static finding **sorted(finding_list *of)
{
    finding **list = text_allocate((of->count + 1) * sizeof(finding *));
    for (size_t i = 0; i < of->count; i++) {
        of->items[i].partner = NULL;
        list[i] = &of->items[i];
    }
    qsort(list, of->count, sizeof *list, compare_findings);
    return list;
}

/* Both ascend; pairs the free ones that are equal. */
static void join(finding *const *left, size_t left_count, finding *const *right, size_t right_count,
                 int with_path)
{
    size_t i = 0;
    size_t j = 0;
    while (i < left_count && j < right_count) {
        if (left[i]->partner != NULL) {
            i++;
        } else if (right[j]->partner != NULL) {
            j++;
        } else {
            int order = compare(left[i], right[j], with_path);
            if (order == 0) {
                left[i]->partner = right[j];
                right[j]->partner = left[i];
            }
            i += order <= 0;
            j += order >= 0;
        }
    }
}

void finding_list_pair(finding_list *left, finding_list *right)
{
    finding **first = sorted(left);
    finding **second = sorted(right);
    join(first, left->count, second, right->count, 1);
    join(first, left->count, second, right->count, 0);
    free(first);
    free(second);
}
