/* lifecycle_json.h -- what became of records, who a key is, which names are one: as JSON objects,
 * the same for every way out of the store.
 *
 * An answer is a head, that says what was asked and what came of it in a word, and then items. Both
 * are objects; docs/lifecycles.md, section "As JSON", lists their fields.
 *
 * Threads: the snapshot's. Without memory for an object the program ends. */
#ifndef COMMON_LIFECYCLE_JSON_H
#define COMMON_LIFECYCLE_JSON_H

#include <jansson.h>

#include <steme/lifecycle.h>
#include <steme/query.h>

/* What the items are, and what a question names. */
typedef enum lifecycle_kind {
    LIFECYCLE_ASK_RECORD,    /* its signers; id */
    LIFECYCLE_ASK_VOTES,     /* on it; id */
    LIFECYCLE_ASK_CHAIN,     /* supersessions that have to do with it; id */
    LIFECYCLE_ASK_WHY,       /* supersessions of it; id */
    LIFECYCLE_ASK_CASCADE,   /* records that rest on it; id */
    LIFECYCLE_ASK_STAGE,     /* its steps; id */
    LIFECYCLE_ASK_EPOCHS,    /* all epochs; nothing */
    LIFECYCLE_ASK_KEY,       /* statements about its keys; id = an agent, name = a subject or "" */
    LIFECYCLE_ASK_NAMES,     /* under which a name is looked for; name */
    LIFECYCLE_ASK_ALIASES,   /* alias records; name, or "" for all */
    LIFECYCLE_ASK_TRUST,     /* votes that move it; id = an agent */
    LIFECYCLE_ASK_TRUSTED,   /* the view's agents, and whom its seeds moved; nothing */
    LIFECYCLE_ASK_PREDICATE, /* claims about it; name */
    LIFECYCLE_ASK_WHAT_IF,   /* answers that change without it; id = an agent or a source record */
    LIFECYCLE_ASK_BLAST_RADIUS, /* its records by type; id = an agent */
    LIFECYCLE_ASK_COUNT,
} lifecycle_kind;

typedef struct lifecycle_question {
    lifecycle_kind kind;
    steme_id id;
    steme_span name;
    steme_lifecycle_options moment;
    steme_lens lens;                      /* WHAT_IF, BLAST_RADIUS; STEME_LENS_NONE = consensus */
    const steme_truth_model *truth_model; /* for the lens truth; NULL = none */
    uint64_t limit;                       /* WHAT_IF: items; 0 = all */
} lifecycle_question;

/* For the lens truth without a model: see truth_models_choose. */
STEME_MUST_CHECK steme_status lifecycle_choose_model(const steme_store *store,
                                                     lifecycle_question *question,
                                                     steme_truth_model **out_model,
                                                     steme_error *error);

/* The name of an answer's items, such as "votes". */
const char *lifecycle_items_name(lifecycle_kind kind);

/* Gets the head first, then the items; takes each. */
typedef steme_status (*lifecycle_visit)(void *context, json_t *object, steme_error *error);

/* Errors: STEME_INVALID (a name that is not UTF-8); those of steme_lifecycle_open and what it leads
 * to; the visit's. */
STEME_MUST_CHECK steme_status lifecycle_ask(steme_snapshot *snapshot,
                                            const lifecycle_question *question,
                                            lifecycle_visit visit, void *context,
                                            steme_error *error);

#endif
