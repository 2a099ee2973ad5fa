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
#include <steme/lifecycle.h>
#include <steme/record.h>
#include <steme/store.h>
#include <steme/truth.h>

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
    int has_as_of;
    int64_t since_ns;         /* claim time >= this */
    int64_t as_of_ns;         /* claim time <= this; default: evaluated_at + 500 ms */
    uint64_t evaluated_at_ns; /* 0 = the system's clock */
    uint64_t limit;           /* records, or answers with a lens; 0 = all */
    steme_span cursor; /* a text of steme_query_cursor: what follows; empty = from the first */
    int has_recorded_as_of;
    int has_valid_at;
    uint64_t recorded_as_of_ns; /* arrived at this store by then; whatever came later, of any type,
                                 * does not exist */
    int64_t valid_at_s;         /* holds then: valid from <= this < valid to, where it says so */
    steme_span epoch; /* claims of the epochs of this name, or of the one with this id in hex;
                       * empty = with a lens those of epochs in force or none */
    int has_stage;
    steme_stage_now stage;                /* claims that are in this stage */
    const steme_view *view;               /* NULL = the open view; borrowed until the close */
    const steme_truth_model *truth_model; /* for the lens truth: not fitted as of later than as_of.
                                           * NULL = none, and no winner; borrowed until the close */
    steme_lens_options lens_options;      /* of `lens`, at the end */
    steme_equivalence equivalence;        /* exact = as the predicate's schema says, else exact */
    steme_decay decay;
    const steme_agent
        *trust_pack;           /* the only agents whose claims count; borrowed until the close */
    uint32_t trust_pack_count; /* 0 = all */
    int is_exact;              /* 1 = exact whatever the schema says */
    int follows_aliases; /* 1 = an answer is of the claims about its subject and predicate under all
                          * their names: see steme_lifecycle_names */
    int notes_records;   /* 1 = steme_query_records will be asked */
    steme_lens lens;     /* what follows the view is for it */
} steme_query_options;

/* With a cursor the other options are those of the query that it is of, but for the limit; and
 * `evaluated_at_ns` may be 0 all the same, for the time of that query.
 * Errors: STEME_INVALID, naming the option; STEME_NO_MEMORY; STEME_CORRUPT. */
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

/* Where a query goes on after what was given last, in this snapshot or a later one, of this store
 * or another: NULL where nothing follows, as after the last of the most disputed pairs. Pages that
 * are joined by cursors are the list without pages, as of the first one's evaluation; what came
 * since is in them where it belongs behind the cursor. A text of hexadecimal digits, borrowed until
 * the next call; a match that was given before ends with this call, an answer does not.
 * Errors: STEME_INVALID (nothing was given yet). */
STEME_API STEME_MUST_CHECK steme_status steme_query_cursor(steme_query *query,
                                                           const char **out_cursor,
                                                           steme_error *error);

/* The ids of the records that the answers so far were made of, ascending: their candidates, older
 * claims that these stand for, and whatever decided about them, such as supersessions,
 * endorsements, keys and votes. In a store of these records alone, under the same options but for
 * `recorded_as_of`, the answer is the same. Borrowed until the next call; for a query with
 * `notes_records`. */
STEME_API STEME_MUST_CHECK steme_status steme_query_records(steme_query *query,
                                                            const steme_id **out_ids,
                                                            size_t *out_count, steme_error *error);

/* How the values of a predicate compare. */
typedef struct steme_predicate_schema {
    int is_many; /* several values at once are no conflict */
    steme_equivalence equivalence;
} steme_predicate_schema;

/* What the schema of a predicate says at the query's moment, under its view, for its equivalence;
 * `predicate` is borrowed until the close. */
STEME_API STEME_MUST_CHECK steme_status steme_query_schema(steme_query *query, steme_span predicate,
                                                           steme_predicate_schema *out_schema,
                                                           steme_error *error);

/* ---- Conflicts ---------------------------------------------------------------------------- */

typedef struct steme_conflict_options {
    steme_span predicate; /* empty = all */
    steme_equivalence equivalence;
    uint64_t limit;           /* 0 = 20; at most 10,000 */
    uint64_t evaluated_at_ns; /* 0 = the system's clock */
    const steme_view *view;   /* NULL = the open view; borrowed until the close */
} steme_conflict_options;

typedef struct steme_conflict_summary {
    uint64_t subject_count;  /* distinct subjects with an assertion */
    uint64_t pair_count;     /* (subject, predicate) pairs */
    uint64_t shared_count;   /* pairs that more than one identity or source speaks about */
    uint64_t disputed_count; /* pairs with more than one value, under the equivalence */
} steme_conflict_summary;

/* The most disputed pairs, the worst first: by conflict score × units outside the consensus winner
 * (docs/lenses.md), then by subject and predicate. Kept up to date as records arrive for exact,
 * folded and normalized; number tolerances, and what counts under a view, are worked out now. The
 * query answers them one by one through steme_query_next_answer, by the skeptic lens. */
STEME_API STEME_MUST_CHECK steme_status steme_conflicts_open(steme_snapshot *snapshot,
                                                             const steme_conflict_options *options,
                                                             steme_conflict_summary *out_summary,
                                                             steme_query **out_query,
                                                             steme_error *error);

/* ---- What rests on whom ------------------------------------------------------------------- */

/* An answer that changes, and what it becomes; `after` NULL: no candidates are left. Both are
 * borrowed for the call. */
typedef steme_status (*steme_flip_visit)(void *context, const steme_answer *before,
                                         const steme_answer *after, steme_error *error);

typedef struct steme_what_if_options {
    const steme_agent *agent;  /* this key's claims and endorsements count for nothing, */
    const steme_id *source;    /* or claims that quote this source; one of both is NULL */
    steme_query_options query; /* which pairs, how resolved; lens NONE = consensus. Without agent,
                                * source, cursor, limit and aliases */
    uint64_t limit;            /* visits; 0 = all */
    steme_flip_visit visit;    /* NULL = none */
    void *context;
} steme_what_if_options;

typedef struct steme_what_if_report {
    uint64_t pair_count; /* answers about what the agent or source speaks of */
    uint64_t flip_count; /* of these, how many change: another value wins, or none; for rules
                          * another verdict; for skeptic another agreement */
    uint64_t evaluated_at_ns;
} steme_what_if_report;

/* Which answers change if an agent or a source is distrusted: in ascending order of subject and
 * predicate. What the agent votes, supersedes or declares stays in force.
 * Errors: STEME_INVALID, naming the option; the visit's. */
STEME_API STEME_MUST_CHECK steme_status steme_what_if(steme_snapshot *snapshot,
                                                      const steme_what_if_options *options,
                                                      steme_what_if_report *out_report,
                                                      steme_error *error);

typedef struct steme_blast_report {
    uint64_t record_count;               /* records that it signed and that say something */
    uint64_t type_counts[STEME_KEY + 1]; /* of these by type */
    uint64_t pair_count;                 /* pairs of which a record of its own is a candidate */
    uint64_t won_count;                  /* of these, where such a record claims what wins */
    uint64_t cascade_count;              /* records of others that rest on its claims and sources */
    uint32_t cascade_depth;
    uint64_t evaluated_at_ns;
} steme_blast_report;

/* What rests on a key. `options` as in steme_what_if_options, NULL = consensus over everything.
 * Errors: STEME_INVALID, naming the option. */
STEME_API STEME_MUST_CHECK steme_status steme_blast_radius(steme_snapshot *snapshot,
                                                           const steme_agent *agent,
                                                           const steme_query_options *options,
                                                           steme_blast_report *out_report,
                                                           steme_error *error);

#ifdef __cplusplus
}
#endif
#endif
