/* demand_read.c -- see demand_read.h. */
#include "aphoria/authority/demand_read.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "common/arguments.h"
#include "common/record_json.h"
#include "common/terminal.h"

enum { ALIKE_MAX = 4 };

/* Whether a name of the concept, or of a part of it, has the word in it. */
static int is_alike(const char *id, const char *about)
{
    const char *last = strrchr(about, '/');
    const char *word = last == NULL ? about : last + 1;
    return strlen(word) >= 3 && strstr(id, word) != NULL;
}

void demand_report_concept(const corpus *said, const char *about)
{
    text_buffer alike = TEXT_EMPTY;
    const char **ids = text_allocate((said->concept_count + 1) * sizeof *ids);
    for (size_t i = 0; i < said->concept_count; i++) {
        ids[i] = said->concepts[i].id;
    }
    ids[said->concept_count] = NULL;
    const char *nearest = arguments_nearest(about, ids);
    size_t count = 0;
    if (nearest != NULL) {
        text_append(&alike, nearest);
        count = 1;
    }
    for (size_t i = 0; i < said->concept_count && count < ALIKE_MAX; i++) {
        if (ids[i] != nearest && is_alike(ids[i], about)) {
            text_append_format(&alike, "%s%s", count++ == 0 ? "" : ", ", ids[i]);
        }
    }
    terminal_report(count == 0 ? "no such concept: %s; `aphoria rules list` has them%s"
                               : "no such concept: %s; did you mean %s?",
                    about, text_get(&alike));
    free(ids);
    text_deinit(&alike);
}

/* Whether they are the same, or but for case and what is no letter or digit. */
static int is_same_word(const char *left, const char *right)
{
    if (strcmp(left, right) == 0) {
        return 1;
    }
    for (size_t count = 0;; count++) {
        while (*left != '\0' && !isalnum((unsigned char)*left)) {
            left++;
        }
        while (*right != '\0' && !isalnum((unsigned char)*right)) {
            right++;
        }
        if (tolower((unsigned char)*left) != tolower((unsigned char)*right)) {
            return 0;
        }
        if (*left == '\0') {
            return count > 0;
        }
        left++;
        right++;
    }
}

static void append_values(text_buffer *to, const concept *about)
{
    for (size_t i = 0; about->values[i] != NULL; i++) {
        text_append_format(to, "%s%s", i == 0 ? "" : ", ", about->values[i]);
    }
}

static void report_value(const concept *about, const char *value)
{
    static const char *const types[] = {"true or false", "a number", "a text"};
    text_buffer known = TEXT_EMPTY;
    append_values(&known, about);
    terminal_report("no value of %s: %s; it is %s%s%s", about->id, value, types[about->type],
                    known.size == 0 ? "" : ", such as ", text_get(&known));
    text_deinit(&known);
}

/* The known spelling of a text; the text itself where none is. */
static const char *spell(const concept *about, const char *value)
{
    text_buffer known = TEXT_EMPTY;
    for (size_t i = 0; about->values[i] != NULL; i++) {
        if (is_same_word(about->values[i], value)) {
            return about->values[i];
        }
    }
    if (about->values[0] != NULL) {
        append_values(&known, about);
        terminal_note("%s has no known value %s; known are %s", about->id, value, text_get(&known));
        text_deinit(&known);
    }
    return value;
}

static int is_bound(steme_relation self)
{
    return self != STEME_RELATION_EQUAL && self != STEME_RELATION_NOT_EQUAL;
}

int demand_read(const corpus *said, const char *about, const char *relation, const char *value,
                demand *out)
{
    int found = STEME_RELATION_EQUAL;
    steme_value read;
    const concept *of = corpus_concept(said, about);
    if (of == NULL) {
        demand_report_concept(said, about);
        return 0;
    }
    if (relation != NULL &&
        (!record_word_find(RECORD_WORDS_RELATION, text_span(relation), &found) ||
         found == STEME_RELATION_NONE)) {
        terminal_report("no such relation: %s; it is =, !=, <, <=, > or >=", relation);
        return 0;
    }
    if (!concept_read_value(of, value, &read)) {
        report_value(of, value);
        return 0;
    }
    if (is_bound((steme_relation)found) && of->type != CONCEPT_NUMBER) {
        terminal_report("%s is no number: its relation is = or !=, not %s", of->id, relation);
        return 0;
    }
    *out = (demand){of, (steme_relation)found, value};
    if (of->type == CONCEPT_TEXT) {
        out->value = spell(of, value);
    }
    return 1;
}

void demand_append(text_buffer *to, const demand *of)
{
    text_append_format(to, "%s %s", record_word(RECORD_WORDS_RELATION, (int)of->relation),
                       of->value);
}
