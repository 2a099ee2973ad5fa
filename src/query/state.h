/* state.h -- an open query's insides, shared by the files of this room.
 *
 *   query.c       options, open, close, next
 *   filter.c      whether a record matches
 *   plan.c        which index rows lead to the records that may match
 *   feed.c        matches in ascending (stamp, id)
 *   pairs.c       the distinct (subject, predicate) of what matches
 *   names.c       the name of a source
 *   schema.c      cardinality and equivalence of a predicate
 *   epochs.c      the epochs that are asked for
 *   speakers.c    who says what: identities, the newest of each, what is live
 *   candidates.c  the pipeline of one (subject, predicate), up to the lens
 *   truth_fit.c   the same of all, up to a model of who is to be believed
 *   rules.c       what the lens rules is asked beside it; authorities.c the fold that leads there
 *   answer.c      what the lens said, as the caller gets it
 *   conflicts.c   the most disputed pairs; conflict_rank.c how disputed one is
 *   conflict_apart.c  which pairs other records speak of
 *   conflict_cache.c  what is kept of them between questions
 *   reach.c       what an agent signed, what quotes a source, and the pairs of that
 *   what_if.c     which answers change without an agent or a source
 *   blast_radius.c  what rests on an agent
 *   cursor.c      where a query goes on in another
 *   records.c     the records that answers were made of
 *
 * Two arenas: one lives as long as the query, the other as long as an answer. */
#ifndef QUERY_STATE_H
#define QUERY_STATE_H

#include "base/cursor.h"
#include "base/memory.h"
#include "index/index.h"
#include "lens/lens.h"
#include "lifecycle/lifecycle.h"
#include "query/text.h"
#include "query/value.h"
#include "store/store.h"

#include <stdbool.h>
#include <steme/query.h>

enum {
    QUERY_PAIR_COUNT_MAX = 4u << 20,      /* (subject, predicate) pairs of one query */
    QUERY_CANDIDATE_COUNT_MAX = 4u << 20, /* records of one (subject, predicate) */
    QUERY_PLAN_COUNT_MAX = 4096,          /* rows that are counted to compare two plans */
    QUERY_LARGE_COUNT = 1024,             /* rows from which on a plan is large */
    QUERY_CONFLICT_LIMIT = 20,
    QUERY_CONFLICT_LIMIT_MAX = 10000,
};

typedef struct query_pair {
    steme_span subject; /* borrowed from the store */
    steme_span predicate;
} query_pair;

/* A record that may match, by the order in which it is given. */
typedef struct query_entry {
    uint64_t time_ns; /* of its stamp */
    uint64_t position;
} query_entry;

/* A record that matches, of those with the same stamp's time. */
typedef struct query_hit {
    steme_stamp stamp;
    steme_id id;
    uint64_t position;
} query_hit;

/* A record of the pair that is being resolved. */
typedef struct query_candidate {
    steme_record record;
    steme_span subject;
    steme_span predicate;
    bool is_rule; /* of the lens rules: of the authorities' side */
    steme_relation relation;
    steme_value value;
    steme_span unit;
    steme_span language;
    int64_t claim_time_ns;
    uint32_t confidence; /* millionths */
    steme_source_class source_class;
    steme_span reason; /* for constraints and rules; empty = none */
    steme_span source; /* its id; its name once that matters. Empty = none */
    query_value form;  /* of the value, as the equivalence compares it */
    steme_id_list epoch;
    bool is_target; /* whether any record may endorse or supersede it */
    bool is_judged; /* whether it is live, and of the epoch and stage that are wanted: */
    bool is_out;
    uint32_t kept_count; /* pairs (record, identity) that are left */
    uint32_t group;      /* number of the value */
    uint32_t object;     /* the same, whatever the relation */
    uint64_t weight;     /* sum over the signers */
} query_candidate;

/* A pair (record, identity). */
typedef struct query_speaker {
    query_candidate *candidate;
    steme_agent identity;
    steme_source_class source_class; /* the claim's, or the best that the view allows */
    uint32_t trust;                  /* millionths */
} query_speaker;

/* What is said of a predicate. */
typedef struct query_schema {
    bool is_many;
    steme_equivalence equivalence; /* the one to use */
} query_schema;

/* What the pipeline found out about one pair; all in the answer's arena. */
typedef struct query_resolution {
    query_candidate **kept; /* records that are left */
    uint32_t kept_count;
    bool is_shared;       /* more than one identity or source name */
    lens_record *records; /* of the query's candidates, one each */
    lens_candidate *candidates;
    lens_value *values;
    lens_tally tally;
    lens_result result;
} query_resolution;

/* Ids of sources and their names: an open hash table in the query's arena. */
typedef struct query_name {
    steme_id id;
    steme_span name; /* empty = free slot */
} query_name;

typedef enum query_mode { QUERY_MATCHES, QUERY_ANSWERS } query_mode;

struct steme_query {
    base_arena arena;
    base_arena answer_arena;
    steme_snapshot *snapshot;
    const index_reading *reading;
    const uint8_t *hash_key;

    /* Options: the texts are the caller's, all else is here; the trust pack ascending. */
    query_mode mode;
    bool is_ranked; /* conflicts: no cursor */
    bool has_after;
    steme_query_options options; /* times filled in; prefix without slashes at its end; the limit
                                  * one more, to know whether anything follows */
    uint64_t limit;              /* as the caller gave it */
    steme_value object;
    steme_agent agent;
    steme_id source;
    steme_lifecycle *lifecycle; /* at the query's moment, under its view */
    uint64_t stamp_time_max;    /* of mature records */
    steme_id *epochs;           /* those that are asked for */
    size_t epoch_count;
    size_t epoch_capacity;
    const steme_agent
        *distrusted_agent;             /* what it signs or endorses is no candidate; NULL = none */
    const steme_id *distrusted_source; /* the same of what quotes it */
    bool has_schema;
    query_schema schema; /* of this predicate */
    steme_span schema_of;
    uint64_t given_count;

    /* Cursors. */
    query_hit after;       /* what was given before this query began: a match, */
    query_pair after_pair; /* or an answer */
    query_hit last;        /* the match that was given last */
    char *cursor_text;     /* NULL until it is asked for */

    query_name *names;
    size_t name_count;
    size_t name_capacity; /* a power of two, or 0 */

    /* Matches. */
    index_cursor *cursor; /* ascending by stamp's time; NULL = `entries` are */
    size_t cursor_time_offset;
    query_entry *entries;
    size_t entry_count;
    size_t entry_capacity;
    size_t next_entry;
    bool has_looked; /* for the next match: it is in `match`, where is_found */
    bool is_found;
    bool has_ahead;
    query_entry ahead;       /* the entry after the hits */
    uint64_t match_position; /* of what is in `match`; 0 = nothing */
    query_hit *hits;         /* of one stamp's time, or of all rows; ascending once collected */
    size_t hit_count;
    size_t hit_capacity;
    size_t hit_room;    /* hits that may be given */
    bool has_hit_bound; /* hits[hit_room - 1] is the last of so many that are in order */
    size_t next_hit;
    steme_match match;

    /* Answers. */
    query_pair *pairs;
    size_t pair_count;
    size_t pair_capacity;
    uint32_t *pair_slots; /* an open hash table of indexes into `pairs`, plus 1 */
    size_t pair_slot_count;
    size_t next_pair;
    steme_span alias_of;    /* while pairs are collected under another name: its own */
    const query_pair *pair; /* that is being resolved */
    query_pair name;        /* under which its claims are being looked for */
    bool is_collecting_rules;
    query_pair *names_of_pair; /* all of those; in the answer's arena */
    size_t name_of_pair_count;
    size_t subject_name_count; /* of these, with the pair's own predicate: the first */
    size_t name_of_pair_capacity;
    query_candidate *candidates;
    size_t candidate_count;
    size_t candidate_capacity;
    steme_answer answer;

    /* Of what was read for answers; some twice until they are asked for. */
    steme_id *noted;
    size_t noted_count;
    size_t noted_capacity;
};

/* Doubles an array of the heap where `count` elements fill it: 32 elements at least. */
STEME_MUST_CHECK steme_status query_grow(void **array, size_t *capacity, size_t count,
                                         size_t element_size, steme_error *error);

/* ---- filter.c ----------------------------------------------------------------------------- */

bool query_is_signed_by(const steme_record *record, const steme_agent *agent);

/* Reads the record at a position; whether it matches all filters. Bodies that are absent do not. */
STEME_MUST_CHECK steme_status query_read(steme_query *query, uint64_t position,
                                         steme_record *out_record, steme_statement *out_statement,
                                         bool *out_is_match, steme_error *error);

/* The first half of that: reads the record; whether what is known of it without its statement
 * matches. */
STEME_MUST_CHECK steme_status query_read_record(steme_query *query, uint64_t position,
                                                steme_record *out_record, bool *out_is_candidate,
                                                steme_error *error);
/* The second: interprets it; whether its statement matches. */
bool query_interpret(const steme_query *query, const steme_record *record,
                     steme_statement *out_statement);

/* ---- plan.c ------------------------------------------------------------------------------- */

typedef enum query_plan_kind {
    QUERY_PLAN_PAIR,
    QUERY_PLAN_SUBJECT,
    QUERY_PLAN_SOURCE,
    QUERY_PLAN_AGENT,
    QUERY_PLAN_PREFIX,
    QUERY_PLAN_PREDICATE,
    QUERY_PLAN_CLAIMS, /* all of CLAIM */
    QUERY_PLAN_STAMPS, /* all of STAMP */
} query_plan_kind;

/* *out_is_large: it begins with QUERY_LARGE_COUNT rows or more. Said of matches with a limit. */
STEME_MUST_CHECK steme_status query_plan_choose(steme_query *query, query_plan_kind *out_kind,
                                                bool *out_is_large, steme_error *error);

/* Calls `visit` for the position of each record that may match; a plan may name one twice. */
typedef steme_status (*query_visit)(steme_query *query, uint64_t position, steme_error *error);
STEME_MUST_CHECK steme_status query_plan_walk(steme_query *query, query_plan_kind kind,
                                              query_visit visit, steme_error *error);

/* The same for the claims of one pair, as far as their claim times may match. */
STEME_MUST_CHECK steme_status query_plan_walk_pair(steme_query *query, const query_pair *pair,
                                                   query_visit visit, steme_error *error);

/* The same for what authorities say of a predicate: a source class of `class_max`, which is
 * QUERY_AUTHORITY_CLASS_MAX at most, or a better one. */
STEME_MUST_CHECK steme_status query_plan_walk_authorities(steme_query *query, steme_span predicate,
                                                          uint8_t class_max, query_visit visit,
                                                          steme_error *error);

/* For AGENT and STAMPS, whose rows are ascending by time: opens a cursor up to the last mature one.
 */
STEME_MUST_CHECK steme_status query_plan_open_cursor(steme_query *query, query_plan_kind kind,
                                                     index_cursor *cursor, size_t *out_time_offset,
                                                     steme_error *error);

/* ---- feed.c ------------------------------------------------------------------------------- */

STEME_MUST_CHECK steme_status query_feed_open(steme_query *query, steme_error *error);
/* *out_is_found false after the last; else the match is in query->match. */
STEME_MUST_CHECK steme_status query_feed_next(steme_query *query, bool *out_is_found,
                                              steme_error *error);

/* ---- pairs.c ------------------------------------------------------------------------------ */

/* Fills query->pairs, ascending. Errors: STEME_TOO_LARGE (QUERY_PAIR_COUNT_MAX). */
STEME_MUST_CHECK steme_status query_pairs_collect(steme_query *query, steme_error *error);
STEME_MUST_CHECK steme_status query_pair_add(steme_query *query, const query_pair *pair,
                                             steme_error *error);
int query_pair_compare(const void *left, const void *right);
/* Ends the adding. */
void query_pairs_sort(steme_query *query);

/* ---- names.c ------------------------------------------------------------------------------ */

STEME_MUST_CHECK steme_status query_source_name(steme_query *query, const steme_id *id,
                                                steme_span *out_name, steme_error *error);

/* ---- epochs.c ----------------------------------------------------------------------------- */

/* Finds the epochs that options.epoch names. */
STEME_MUST_CHECK steme_status query_epochs_find(steme_query *query, steme_error *error);
bool query_epoch_is_wanted(const steme_query *query, const steme_id *epoch);

/* Whether a claim is of the epoch and the stage that are asked for; of any, where none is. */
STEME_MUST_CHECK steme_status query_is_of_wanted(steme_query *query, const steme_record *record,
                                                 const steme_id_list *epoch, bool *out_is_wanted,
                                                 steme_error *error);

/* ---- schema.c ----------------------------------------------------------------------------- */

/* Fills query->schema. */
STEME_MUST_CHECK steme_status query_schema_find(steme_query *query, steme_span predicate,
                                                steme_error *error);

/* ---- speakers.c --------------------------------------------------------------------------- */

/* The pairs (record, identity) of query->candidates that count, sorted by identity and source, in
 * the answer's arena. *out_is_shared: more than one identity or source name. */
STEME_MUST_CHECK steme_status query_speakers_collect(steme_query *query,
                                                     query_speaker **out_speakers,
                                                     size_t *out_count, bool *out_is_shared,
                                                     steme_error *error);

/* ---- candidates.c ------------------------------------------------------------------------- */

/* Runs the pipeline for one pair up to who says what, as query_speakers_collect gives it. */
STEME_MUST_CHECK steme_status query_pair_speakers(steme_query *query, const query_pair *pair,
                                                  query_speaker **out_speakers, size_t *out_count,
                                                  bool *out_is_shared, steme_error *error);

/* Runs the pipeline and the lens for one pair. What it gives lives until the next call. */
STEME_MUST_CHECK steme_status query_pair_resolve(steme_query *query, const query_pair *pair,
                                                 query_resolution *out_resolution,
                                                 steme_error *error);

/* ---- rules.c ------------------------------------------------------------------------------ */

/* For the lens rules, of the pair that is being resolved: calls `visit` for the claims about its
 * predicate and all that it is-a, with query->is_collecting_rules. */
STEME_MUST_CHECK steme_status query_rules_walk(steme_query *query, query_visit visit,
                                               steme_error *error);
/* Whether a claim met there is a rule. */
bool query_is_rule(const steme_query *query, const steme_assertion *assertion);
/* Whether a source class, after the view, is an authority. */
bool query_is_authority(const steme_query *query, steme_source_class source_class);

/* ---- answer.c ----------------------------------------------------------------------------- */

/* Fills query->answer. */
STEME_MUST_CHECK steme_status query_answer_fill(steme_query *query, const query_pair *pair,
                                                const query_resolution *resolution,
                                                steme_error *error);

/* ---- reach.c ------------------------------------------------------------------------------ */

/* Calls `visit` (NULL = none) for each record that exists at the query's moment and that `agent`
 * signed or, where that is NULL, that quotes `source`; fills query->pairs with those that such
 * records claim or endorse something about, as far as they match the filters. */
typedef steme_status (*query_reach_visit)(void *context, const steme_record *record,
                                          steme_error *error);
STEME_MUST_CHECK steme_status query_reach_collect(steme_query *query, const steme_agent *agent,
                                                  const steme_id *source, query_reach_visit visit,
                                                  void *context, steme_error *error);
/* What asks about pairs of its own choosing: no cursor, limit, agent, source or aliases. */
STEME_MUST_CHECK steme_status query_reach_check(const steme_query_options *options,
                                                steme_error *error);

/* ---- cursor.c ----------------------------------------------------------------------------- */

/* The options' cursor, where there is one: fills in `evaluated_at_ns`. */
STEME_MUST_CHECK steme_status query_cursor_read(steme_query_options *options,
                                                base_cursor *out_cursor, steme_error *error);
/* Has the query begin behind it; STEME_INVALID where it is of another question. */
STEME_MUST_CHECK steme_status query_cursor_follow(steme_query *query, const base_cursor *cursor,
                                                  steme_error *error);
/* Fills query->cursor_text, of what was given last. */
STEME_MUST_CHECK steme_status query_cursor_write(steme_query *query, steme_error *error);

/* ---- records.c ---------------------------------------------------------------------------- */

/* Keeps the id of a record that an answer is made of: a lifecycle_watch. */
STEME_MUST_CHECK steme_status query_note_record(void *query, const steme_record *record,
                                                steme_error *error);

/* ---- query.c ------------------------------------------------------------------------------ */

int query_agent_compare(const void *left, const void *right);

/* A query without rows yet; for conflicts.c too. `options` has its times as the caller gave them.
 */
STEME_MUST_CHECK steme_status query_new(steme_snapshot *snapshot,
                                        const steme_query_options *options, steme_query **out_query,
                                        steme_error *error);

#endif
