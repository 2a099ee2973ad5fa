/* lens.h -- lenses and equivalences: how a reader wants contradictions resolved.
 *
 * docs/lenses.md is the normative text, with formulas and worked numbers. Shares, confidences and
 * scores are integers in millionths, so that every replica answers bit for bit the same.
 * Values only; nothing here allocates or fails. */
#ifndef STEME_LENS_H
#define STEME_LENS_H

#include <steme/error.h>
#include <steme/record.h>
#include <steme/types.h>

#ifdef __cplusplus
extern "C" {
#endif

#define STEME_LENS_VERSION 1
#define STEME_CLASS_COUNT  6 /* source classes: steme_source_class */

/* The numbers stay: they go over the wire. */
typedef enum steme_lens {
    STEME_LENS_NONE, /* matching records, unresolved */
    STEME_LENS_RECENCY,
    STEME_LENS_CONSENSUS,
    STEME_LENS_SKEPTIC,
    STEME_LENS_HLC,
    STEME_LENS_CONFIDENCE,
    STEME_LENS_VOTES,
    STEME_LENS_AUTHORITY,
    STEME_LENS_WEIGHTED,
    STEME_LENS_TRUTH,
    STEME_LENS_CONSTRAINTS,
    STEME_LENS_RULES,
    STEME_LENS_LAYERED,
} steme_lens;

#define STEME_LENS_COUNT 13 /* STEME_LENS_NONE included */

/* "recency", …; NULL outside the enumeration. */
STEME_API const char *steme_lens_name(steme_lens lens);
/* Its rule in one line of English; NULL outside the enumeration. */
STEME_API const char *steme_lens_summary(steme_lens lens);
/* 1 and *out_lens, or 0 where no lens has this name. */
STEME_API int steme_lens_find(const char *name, steme_lens *out_lens);

/* "regulatory", …; NULL outside the enumeration. */
STEME_API const char *steme_class_name(steme_source_class source_class);

/* ---- Options of a lens -------------------------------------------------------------------- */

/* The first six are the weights of the source classes, in their order. */
typedef enum steme_lens_option_kind {
    STEME_LENS_OPTION_WEIGHT_REGULATORY,
    STEME_LENS_OPTION_WEIGHT_CLINICAL,
    STEME_LENS_OPTION_WEIGHT_OBSERVATIONAL,
    STEME_LENS_OPTION_WEIGHT_EXPERT,
    STEME_LENS_OPTION_WEIGHT_COMMUNITY,
    STEME_LENS_OPTION_WEIGHT_ANECDOTAL,
    STEME_LENS_OPTION_AUTHORITY, /* rules: the last source class whose claims are rules */
} steme_lens_option_kind;

#define STEME_LENS_OPTION_COUNT 7

/* What a query gives its lens. Zero = all defaults. */
typedef struct steme_lens_options {
    uint32_t given; /* bit `kind`: values[kind] stands, else its default does */
    uint32_t values[STEME_LENS_OPTION_COUNT];
} steme_lens_options;

/* One line of the table of options. */
typedef struct steme_lens_option {
    steme_lens_option_kind kind;
    const char *name;
    const char *meaning;
    int is_fraction; /* written as a decimal fraction, held in millionths; else a whole number */
    uint32_t least;  /* with `most` and `fallback`: as held */
    uint32_t most;
    uint32_t fallback; /* the default */
} steme_lens_option;

/* Option `index` of those that a lens takes, or NULL after its last. */
STEME_API const steme_lens_option *steme_lens_option_get(steme_lens lens, uint32_t index);

/* Sets the option called `name` from text: a decimal with up to six places ("0.85"), or a whole
 * number. Errors: STEME_INVALID, naming the option: unknown to this lens, malformed, out of range.
 */
STEME_API STEME_MUST_CHECK steme_status steme_lens_option_set(steme_lens_options *options,
                                                              steme_lens lens, const char *name,
                                                              const char *text, steme_error *error);
/* As it was set, or its default. */
STEME_API uint32_t steme_lens_option_value(const steme_lens_options *options,
                                           steme_lens_option_kind kind);

/* ---- Decay -------------------------------------------------------------------------------- */

#define STEME_HALF_LIFE_MAX_S UINT64_C(9223372036) /* 292 years */

/* How a claim's confidence fades with its age. Zero = it does not. */
typedef struct steme_decay {
    int is_on;
    uint64_t half_life_s[STEME_CLASS_COUNT]; /* by source class; 0 = never */
} steme_decay;

/* "off"; "class": the classes' own half-lives; a number of seconds for all of them; or six numbers
 * with commas between, regulatory first. 1 and *out_decay, or 0 where malformed. */
STEME_API int steme_decay_find(const char *text, steme_decay *out_decay);

/* ---- Equivalence -------------------------------------------------------------------------- */

/* When two values count as one. */
typedef enum steme_equivalence_kind {
    STEME_EQUAL_EXACT,      /* same relation, kind, payload, unit and language */
    STEME_EQUAL_FOLDED,     /* texts compared after NFKC and case folding */
    STEME_EQUAL_NORMALIZED, /* folded; punctuation to space; legal forms of companies dropped */
    STEME_EQUAL_NUMBER,     /* numbers of one unit within a tolerance of the group's smallest */
} steme_equivalence_kind;

typedef struct steme_equivalence {
    steme_equivalence_kind kind;
    double tolerance; /* for STEME_EQUAL_NUMBER: >= 0, finite */
} steme_equivalence;

/* "exact", "folded", "normalized", "number:TOL". 1 and *out_equivalence, or 0 where malformed. */
STEME_API int steme_equivalence_find(const char *text, steme_equivalence *out_equivalence);

/* The Unicode version that folding and normalising follow, "15.0.0". */
STEME_API const char *steme_unicode_version(void);

/* ---- Answers ------------------------------------------------------------------------------ */

/* What the lens rules says of a claim. */
typedef enum steme_verdict {
    STEME_VERDICT_NONE, /* of other lenses, and of claims that are no rules */
    STEME_VERDICT_SATISFIED,
    STEME_VERDICT_VIOLATED,
    STEME_VERDICT_UNKNOWN,
} steme_verdict;

/* "none", "satisfied", "violated", "unknown". */
STEME_API const char *steme_verdict_name(steme_verdict verdict);

/* One value that is claimed, under the equivalence asked for. */
typedef struct steme_answer_claim {
    steme_relation relation; /* with `value`, `unit`, `language`: as its newest record spells it */
    steme_value value;
    steme_span unit;
    steme_span language;
    uint32_t share_millionths; /* of the identities' units; sums to at most 1,000,000 */
    uint32_t signer_count;     /* identities that claim it */
    uint32_t record_count;
    const steme_id *records; /* ascending */
    steme_span reason; /* constraints, rules: why, from its newest record's metadata; or empty */
    int is_rule;       /* rules: of the authorities' side */
    steme_verdict verdict; /* rules: what this rule says of the winner */
    int is_overruled;      /* rules, constraints: at odds with a rule of a better class */
} steme_answer_claim;

/* layered: what the claims of one source class say. */
typedef struct steme_answer_tier {
    steme_source_class source_class;
    uint32_t candidate_count; /* records */
    uint32_t winner_claim;    /* index into the answer's `claims` */
    steme_id winner;          /* the record that it quotes */
    uint32_t confidence_millionths;
    uint32_t conflict_millionths; /* within */
} steme_answer_tier;

typedef enum steme_agreement {
    STEME_AGREEMENT_UNANIMOUS, /* conflict score 0 */
    STEME_AGREEMENT_AGREED,    /* below .4 */
    STEME_AGREEMENT_CONTESTED, /* .4 and above */
} steme_agreement;

/* "unanimous", "agreed", "contested". */
STEME_API const char *steme_agreement_name(steme_agreement agreement);

/* A record that an answer rests on, and what it weighed. */
typedef struct steme_receipt_entry {
    steme_id id;
    uint32_t weight_millionths;
} steme_receipt_entry;

/* What a lens says of one (subject, predicate). Everything is borrowed from the query that gave
 * it, until that query's next answer or its close. */
typedef struct steme_answer {
    steme_span subject;
    steme_span predicate;
    steme_lens lens;
    steme_equivalence equivalence;
    uint32_t candidate_count; /* records */
    int has_winner;
    uint32_t winner_claim; /* index into `claims` */
    steme_record winner;   /* the record that the answer quotes */
    int has_runner_up;
    steme_record runner_up; /* what quotes the next best value */
    uint32_t confidence_millionths;
    uint32_t conflict_millionths; /* Shannon entropy of the shares / log2 of their number; what
                                   * counts as a share: sections 3 and 4 */
    steme_agreement agreement;
    steme_verdict verdict; /* rules: of the winner, which is a claim about the subject */
    int has_rule;          /* rules: */
    steme_record rule;     /* the authority's record that decided */
    int has_truth_model;   /* truth: */
    steme_id truth_model;  /* the hash of the model that it is by */
    uint32_t tier_count;   /* layered: those with candidates, the best first */
    steme_answer_tier tiers[STEME_CLASS_COUNT];
    uint32_t claim_count;
    const steme_answer_claim *claims; /* greatest share first */
    uint32_t receipt_count;
    const steme_receipt_entry *receipt; /* ascending by id */
    uint64_t evaluated_at_ns;           /* since 1970 */
    int64_t as_of_ns;                   /* since 1970 */
} steme_answer;

#ifdef __cplusplus
}
#endif
#endif
