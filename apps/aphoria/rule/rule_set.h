/* rule_set.h -- a rule set as the files of this room see it. */
#ifndef APHORIA_RULE_SET_H
#define APHORIA_RULE_SET_H

#include "aphoria/rule/rule.h"

/* A match, with those of its paths that a bucket is for. */
typedef struct rule_entry {
    const rule_match *match;
    const char **paths;
    size_t path_count;
} rule_entry;

/* Matches by the last name of a path, so that an event is held against few. */
typedef struct rule_bucket {
    const char *name; /* NULL = free */
    rule_entry *entries;
    size_t count;
} rule_bucket;

enum { RULE_TAIL_SIZE = 3, RULE_TAIL_COUNT = 512 };

typedef struct rule_regex {
    struct rule_regex *next;
    regex_t compiled;
} rule_regex;

struct rule_set {
    arena memory;
    const rule **rules;
    size_t rule_count;
    size_t rule_capacity;
    rule_regex *regexes; /* to be freed */
    rule_bucket *buckets;
    size_t bucket_count; /* a power of two */
    /* With a * in their last name: by a hash of the bytes that it ends with; the others. */
    rule_bucket tails[RULE_TAIL_COUNT];
    rule_bucket open;
    rule_bucket texts;            /* MATCH_TEXT */
    rule_bucket patterns;         /* MATCH_PATTERN; the database's ids are places in it */
    struct hs_database *database; /* NULL = no patterns */
};

/* Whether an expression minds case: it begins with (?-i), which is then skipped. pattern.c */
int rule_pattern_is_cased(const char **text);
/* Whether a condition holds for a text: rule_set.c */
int rule_condition_holds_for(const rule_condition *self, const char *text);
/* What is observed of a value, or NULL. */
const char *rule_observed_text(const rule_match *match, const value *of, arena *memory);

/* Reads a rule, or NULL after reports: rule_read.c */
const rule *rule_read(rule_set *set, const char *path, const char *text, size_t size);

#endif
