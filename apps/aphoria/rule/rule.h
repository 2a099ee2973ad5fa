/* rule.h -- rules as data: what in code says which concept has which value.
 *
 *   concept: tls/cert_verification/enabled
 *   title: The certificate of the peer is not verified
 *   help: Leave the verification on; name the CA's file where the certificate is a private one.
 *   confidence: 0.95                      # of its observations, unless a match says its own
 *   matches:
 *     - id: requests-verify               # the rule is called FILE/ID in reports and ignores
 *       languages: [python]
 *       call: requests.{get,post}         # or assign: / setting: / text: / pattern:
 *       argument: verify                  # by name, by place from 0, 1|name, or "*": any; call:
 * only when: {is: false}                 # of the argument, or of what is assigned also:
 * [{argument: cert, absent: true}] observe: false                    # $value = what was found
 * there examples:
 *     - language: python
 *       observes: false                   # a value or a list of them; nothing = safe
 *       code: |
 *         import requests
 *         requests.get(url, verify=False)
 *
 * Conditions, all of which hold: is, is_not, one_of, none_of (without regard to case; constants and
 * dotted paths), matches, not_matches (POSIX extended, without regard to case), below, above,
 * constant (true: written in the code; a text or number), tainted (a sink: sql, command, …),
 * length_below, length_above, entropy_above (bits a character), fresh (a sink: it was made unsafe
 * for it, and not told to be safe since), form (text: no list, map or what an
 * unknown function gave; command: what a shell reads).
 * Of a list, one_of and matches are of any of its items.
 * `absent: true` in place of `when`: the argument is not given. `within`, `not_within`: an
 * expression that the name of the function around it (Class.method) matches, or does not. `asked`:
 * where the condition of an `if` around it matches, it is what the caller asked for, and surely
 * wrong only there: the confidence is lower.
 *
 * call, assign and setting are patterns of path_pattern.h; text and pattern are POSIX extended
 * expressions, of a string literal and of one line of any file. What follows a pattern is of its
 * first group. An expression that begins with (?-i) minds case. `languages: [any]` is all of them,
 * and text without one. `secret: true`: the value is never shown or kept whole.
 *
 * Threads:  a rule set is read-only once made.
 * Lifetime: all texts are the set's. */
#ifndef APHORIA_RULE_H
#define APHORIA_RULE_H

#include <regex.h>
#include <stddef.h>
#include <stdint.h>

#include "aphoria/evaluate/evaluate.h"
#include "aphoria/syntax/language.h"

typedef enum match_kind {
    MATCH_CALL,
    MATCH_ASSIGN,
    MATCH_SETTING, /* a key of a configuration file */
    MATCH_TEXT,    /* a string literal */
    MATCH_PATTERN, /* bytes of any file, whatever they are part of */
} match_kind;

typedef enum value_form {
    FORM_ANY,
    FORM_TEXT,
    FORM_COMMAND,
} value_form;

typedef struct rule_condition {
    const char *const *one_of; /* NULL = not asked */
    const char *const *none_of;
    const regex_t *matches;
    const regex_t *not_matches;
    double below;
    double above;
    double length_below;
    double length_above;
    double entropy_above;
    uint8_t has_below;
    uint8_t has_above;
    uint8_t has_length_below;
    uint8_t has_length_above;
    uint8_t has_entropy;
    uint8_t is_constant;
    uint8_t is_variable; /* no constant */
    uint8_t is_absent;
    uint8_t is_tainted;
    uint8_t is_fresh;
    uint8_t form; /* value_form */
    sink_kind sink;
} rule_condition;

/* Which argument: by name, by place, or either; neither = the receiver's or the assigned value. */
typedef struct rule_argument {
    const char *name;
    int place; /* -1 = none */
} rule_argument;

typedef struct rule_test {
    rule_argument argument;
    rule_condition condition;
} rule_test;

struct rule;

typedef struct rule_match {
    const struct rule *rule;
    const char *id; /* FILE/ID */
    size_t line;
    uint32_t languages; /* bits, by language_family */
    match_kind kind;
    const char *const *paths;
    rule_test test; /* of the value that is observed */
    const rule_test *also;
    size_t also_count;
    const regex_t *text; /* MATCH_TEXT, MATCH_PATTERN */
    const char *pattern; /* MATCH_PATTERN: as it is written */
    int is_secret;
    const regex_t *within;     /* of the function's name that it stands in; NULL = anywhere */
    const regex_t *not_within; /* the same; NULL = anywhere */
    const regex_t *asked;      /* conditions that make it the caller's claim; NULL = none */
    const regex_t *extract;    /* what of the value is observed: its first group */
    const char *const *needs;  /* words of which one is in the file; NULL = any file */
    const char *const *lacks;  /* words of which none is; NULL = any file */
    const char *observe;       /* NULL = the value that was found */
    const char *message;       /* NULL = the rule's title */
    double scale;              /* of a number that was found */
    double confidence;
} rule_match;

typedef struct rule_example {
    language language;
    const char *path; /* what the file is called; NULL = as the language's files are */
    const char *code;
    const char *const *observes; /* ended by NULL; none = safe */
    size_t line;
} rule_example;

typedef struct rule {
    const char *path; /* of its file */
    const char *name; /* of its file, without its ending */
    const char *concept;
    const char *title;
    const char *help;
    double confidence;
    const rule_match *matches;
    size_t match_count;
    const rule_example *examples;
    size_t example_count;
} rule;

typedef struct rule_set rule_set;

rule_set *rule_set_create(void);
/* Accepts NULL. */
void rule_set_destroy(rule_set *self);
/* Adds a rule from a file's text, `path` being its name in reports. 0 after reports of every fault,
 * with the line. */
int rule_set_add(rule_set *self, const char *path, const char *text, size_t size);
/* Call once, after the last. */
void rule_set_finish(rule_set *self);
/* Then, before the first scan: 0 after a report of a pattern that cannot be compiled. */
int rule_set_compile_patterns(rule_set *self);

size_t rule_set_count(const rule_set *self);
const rule *rule_set_at(const rule_set *self, size_t index);
/* FILE/ID, or NULL. */
const rule_match *rule_set_find(const rule_set *self, const char *id);

/* What a match saw. */
typedef struct rule_sighting {
    const rule_match *match;
    const char *text; /* the value observed, as text: true, md5, 600000 */
    const code_node *node;
    const value *value;
    double confidence;
} rule_sighting;

/* How far a match came with an event. */
typedef enum rule_stage {
    STAGE_OTHER,     /* another language, kind or name */
    STAGE_PATH,      /* the last name is the rule's, what leads to it is not */
    STAGE_CONDITION, /* the path is, the value is not, or is not known */
    STAGE_ALSO,      /* a further condition does not hold */
    STAGE_OBSERVED,
} rule_stage;
typedef void (*rule_stage_visit)(void *context, const rule_match *match, rule_stage stage);
/* Tells of every match that came further than STAGE_OTHER. */
void rule_set_stages(const rule_set *self, language of, const event *met, rule_stage_visit visit,
                     void *context);

/* The pattern matches of a rule set over a file's bytes. Each thread has a scratch of its own. */
typedef struct rule_scratch rule_scratch;
rule_scratch *rule_scratch_create(const rule_set *self);
/* Accepts NULL. */
void rule_scratch_destroy(rule_scratch *self);

typedef void (*rule_visit)(void *context, const rule_sighting *sighting);
/* Tells of every pattern's match; the sighting's node is the place of what was found. */
void rule_set_scan(const rule_set *self, rule_scratch *scratch, language of, const char *bytes,
                   size_t size, arena *memory, rule_visit visit, void *context);

/* Tells of every match that the event satisfies. `memory` holds what is told. */
void rule_set_match(const rule_set *self, language of, const event *met, arena *memory,
                    rule_visit visit, void *context);

#endif
