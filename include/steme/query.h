/* query.h -- asking: matching records, a lens's answers, the most disputed subjects.
 *
 *   steme_query_options options = {.subject = …, .predicate = …, .lens = STEME_LENS_SKEPTIC};
 *   steme_query_open(snapshot, &options, &query, &error);
 *   while (steme_query_next_answer(query, &answer, &error) == STEME_OK && answer != NULL) …
 *   steme_query_close(query);
 *
 * Threads:  a query is its snapshot's thread's.
 * Lifetime: a query ends before its snapshot; what it gives is borrowed as stated. */
#ifndef STEME_QUERY_H
#define STEME_QUERY_H

#include <steme/lens.h>
#include <steme/record.h>
#include <steme/store.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct steme_query steme_query;

/* All filters are optional (zero) and hold together. Texts are borrowed until the close. */
typedef struct steme_query_options {
    steme_span subject;
    steme_span
        subject_prefix; /* whole path segments: `a/b` matches `a/b` and `a/b/c`, not `a/bc` */
    steme_span predicate;
    const steme_value *object; /* NULL = any */
    const steme_agent *agent;  /* one of the signers; NULL = any */
    const steme_id *source;    /* id of the source record; NULL = any */
    int has_since;
    int64_t since_ns; /* claim time >= this */
    int has_as_of;
    int64_t as_of_ns;         /* claim time <= this; default: evaluated_at + 500 ms */
    uint64_t evaluated_at_ns; /* 0 = the system's clock */
    uint64_t limit;           /* records, or answers with a lens; 0 = all */
    steme_lens lens;
    steme_equivalence equivalence; /* for the lens */
} steme_query_options;

/* Errors: STEME_INVALID, naming the option; STEME_NO_MEMORY; STEME_CORRUPT. */
STEME_API STEME_MUST_CHECK steme_status steme_query_open(steme_snapshot *snapshot,
                                                         const steme_query_options *options,
                                                         steme_query **out_query,
                                                         steme_error *error);
STEME_API void steme_query_close(steme_query *query);

/* An assertion that matches. */
typedef struct steme_match {
    steme_record record;       /* borrowed from the store */
    steme_statement statement; /* of type STEME_ASSERTION */
} steme_match;

/* For STEME_LENS_NONE: the next matching assertion in ascending (stamp, id), or NULL after the
 * last. Borrowed until the next call. */
STEME_API STEME_MUST_CHECK steme_status steme_query_next_match(steme_query *query,
                                                               const steme_match **out_match,
                                                               steme_error *error);

/* For a lens: the answer for the next (subject, predicate), ascending by both as bytes, or NULL
 * after the last. Borrowed until the next call. */
STEME_API STEME_MUST_CHECK steme_status steme_query_next_answer(steme_query *query,
                                                                const steme_answer **out_answer,
                                                                steme_error *error);

/* ---- Conflicts ---------------------------------------------------------------------------- */

typedef struct steme_conflict_options {
    steme_span predicate; /* empty = all */
    steme_equivalence equivalence;
    uint64_t limit;           /* 0 = 20; at most 10,000 */
    uint64_t evaluated_at_ns; /* 0 = the system's clock */
} steme_conflict_options;

typedef struct steme_conflict_summary {
    uint64_t subject_count;  /* distinct subjects with an assertion */
    uint64_t pair_count;     /* (subject, predicate) pairs */
    uint64_t shared_count;   /* pairs that more than one identity or source speaks about */
    uint64_t disputed_count; /* pairs with more than one value, under the equivalence */
} steme_conflict_summary;

/* The most disputed pairs, the worst first: by conflict score × units outside the consensus winner
 * (docs/lenses.md), then by subject and predicate. Kept up to date as records arrive for exact,
 * folded and normalized; number tolerances are worked out now. The query answers them one by one
 * through steme_query_next_answer, by the skeptic lens. */
STEME_API STEME_MUST_CHECK steme_status steme_conflicts_open(steme_snapshot *snapshot,
                                                             const steme_conflict_options *options,
                                                             steme_conflict_summary *out_summary,
                                                             steme_query **out_query,
                                                             steme_error *error);

#ifdef __cplusplus
}
#endif
#endif
