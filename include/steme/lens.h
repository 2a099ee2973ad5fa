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

typedef enum steme_lens {
    STEME_LENS_NONE, /* matching records, unresolved */
    STEME_LENS_RECENCY,
    STEME_LENS_CONSENSUS,
    STEME_LENS_SKEPTIC,
} steme_lens;

/* "recency", …; NULL outside the enumeration. */
STEME_API const char *steme_lens_name(steme_lens lens);
/* 1 and *out_lens, or 0 where no lens has this name. */
STEME_API int steme_lens_find(const char *name, steme_lens *out_lens);

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
} steme_answer_claim;

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
    steme_record runner_up; /* newest record of the next best other value */
    uint32_t confidence_millionths;
    uint32_t conflict_millionths; /* Shannon entropy of the shares / log2 of their number */
    steme_agreement agreement;
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
