/* lifecycle_records.h -- records that speak of others, in one line each, and questions about them.
 */
#ifndef SUPPORT_LIFECYCLE_RECORDS_H
#define SUPPORT_LIFECYCLE_RECORDS_H

#include "support/statements.h"

#include <stdbool.h>

enum { MANY_COUNT = 5000, SEEN_MAX = 32 };

/* Keys by number. */
enum { ANNA = 1, BERT, CARL, STEWARD, STRANGER };

static const uint64_t start_ns = CLAIMS_TIME_NS;

/* ---- Records ------------------------------------------------------------------------------ */

static inline uint64_t time_of(uint64_t second)
{
    return start_ns + second * CLAIMS_SECOND_NS;
}

static inline steme_statement at_time(steme_record_type type, uint64_t second)
{
    return statement_at(type, time_of(second));
}

static inline steme_id put(claims_store *world, steme_statement statement, uint8_t key)
{
    return claims_append(world, &statement, key);
}

static inline steme_id claim(claims_store *world, const char *subject, uint64_t second, uint8_t key)
{
    steme_statement statement = claims_assertion(subject, "is", "so", time_of(second));
    return claims_append(world, &statement, key);
}

static inline steme_id_list one(const steme_id *id)
{
    return statement_one(id);
}

static inline steme_statement superseding(uint64_t second, const steme_id *target,
                                          steme_supersession_kind kind, const steme_id *replacement)
{
    return statement_supersession(time_of(second), target, kind, replacement);
}

static inline steme_id supersede(claims_store *world, uint64_t second, const steme_id *target,
                                 steme_supersession_kind kind, const steme_id *replacement,
                                 uint8_t key)
{
    return put(world, superseding(second, target, kind, replacement), key);
}

static inline steme_id vote(claims_store *world, uint64_t second, const steme_id *target,
                            int32_t weight, uint8_t key)
{
    return put(world, statement_vote(time_of(second), target, weight), key);
}

/* Votes of ascending weight, `step` seconds apart; gives the last one's id. They are so many that
 * closing the store puts them into the index on disk, where rows that nobody needs are dropped. */
static inline steme_id vote_often(claims_store *world, uint64_t second, uint64_t step,
                                  const steme_id *target, uint8_t key)
{
    enum { COUNT = MANY_COUNT, SIZE = 256 };
    static uint8_t buffers[COUNT][SIZE];
    static uint8_t buffer[STEME_RECORD_SIZE_MAX];
    steme_append *items = calloc(COUNT, sizeof *items);
    steme_error error;
    assert_non_null(items);
    for (uint64_t i = 0; i < COUNT; i++) {
        steme_statement statement = at_time(STEME_VOTE, second + i * step);
        statement.as.vote = (steme_vote){.target = *target, .weight_millionths = (int32_t)i + 1};
        steme_record record = claims_sign(&statement, &key, 1, buffer);
        assert_true(record.bytes.size <= SIZE);
        memcpy(buffers[i], buffer, record.bytes.size);
        items[i].record = (steme_span){buffers[i], record.bytes.size};
    }
    claims_check(steme_store_append_many(world->store, items, COUNT, 1, &error), &error);
    steme_id last = items[COUNT - 1].id;
    free(items);
    return last;
}

static inline steme_id stage(claims_store *world, uint64_t second, const steme_id *target,
                             steme_stage_name to, uint8_t key)
{
    return put(world, statement_stage(time_of(second), target, to), key);
}

static inline steme_id epoch(claims_store *world, uint64_t second, const char *name,
                             const steme_id *supersedes, uint8_t key)
{
    return put(world, statement_epoch(time_of(second), name, supersedes), key);
}

static inline steme_id alias(claims_store *world, uint64_t second, const char *from, const char *to,
                             uint8_t key)
{
    return put(world, statement_alias(time_of(second), from, to, STEME_ALIAS_SAME_AS), key);
}

static inline void rotate(claims_store *world, uint64_t second, uint8_t old, uint8_t new)
{
    uint8_t keys[] = {old, new};
    steme_statement statement = statement_rotation(time_of(second), new);
    claims_append_signed(world, &statement, keys, 2);
}

static inline void revoke_key(claims_store *world, uint64_t second, uint8_t key,
                              uint64_t from_second, uint8_t signer)
{
    put(world, statement_revocation(time_of(second), key, time_of(from_second)), signer);
}

static inline steme_id delegate(claims_store *world, uint64_t second, uint8_t to, const char *scope,
                                uint64_t until_second, uint8_t signer)
{
    steme_statement statement = at_time(STEME_KEY, second);
    statement.as.key = (steme_key_statement){.kind = STEME_KEY_DELEGATE, .has_until = 1};
    statement.as.key.key = claims_key(to).agent;
    statement.as.key.scope = claims_text(scope);
    statement.as.key.until_ns = (int64_t)time_of(until_second);
    return claims_append(world, &statement, signer);
}

static inline void endorse(claims_store *world, uint64_t second, const steme_id *target,
                           uint8_t key)
{
    put(world, statement_endorsement(time_of(second), target), key);
}

/* ---- Questions ---------------------------------------------------------------------------- */

typedef struct question {
    steme_snapshot *snapshot;
    steme_lifecycle *lifecycle;
} question;

static inline question ask_under(claims_store *world, const steme_view *view)
{
    question it;
    steme_error error;
    steme_lifecycle_options options = {
        .evaluated_at_ns = start_ns + UINT64_C(1000000) * CLAIMS_SECOND_NS, .view = view};
    claims_check(steme_snapshot_open(world->store, &it.snapshot, &error), &error);
    claims_check(steme_lifecycle_open(it.snapshot, &options, &it.lifecycle, &error), &error);
    return it;
}

static inline void end(question *it)
{
    steme_lifecycle_close(it->lifecycle);
    steme_snapshot_close(it->snapshot);
}

/* A view of one steward for everything, who is a seed too; nobody else is listed. */
static inline steme_view *make_view(steme_unlisted unlisted)
{
    steme_view_agent agent = {.agent = claims_key(STEWARD).agent, .stewardships = 31, .is_seed = 1};
    steme_view_rules rules = {claims_text("v"), &agent, 1, unlisted, STEME_CLASS_ANECDOTAL};
    steme_key signer = claims_key(50);
    steme_view *view;
    uint8_t *file;
    size_t size;
    steme_error error;
    claims_check(steme_view_sign(&rules, &signer, 1, &file, &size, &error), &error);
    claims_check(steme_view_open((steme_span){file, size}, &view, &error), &error);
    steme_free(file);
    return view;
}

static inline steme_standing_report report_under(claims_store *world, const steme_id *id,
                                                 const steme_view *view)
{
    steme_standing_report report;
    steme_error error;
    question it = ask_under(world, view);
    claims_check(steme_lifecycle_standing(it.lifecycle, id, &report, &error), &error);
    end(&it);
    return report;
}

static inline steme_standing_report report_of(claims_store *world, const steme_id *id)
{
    return report_under(world, id, NULL);
}

typedef struct seen_links {
    steme_chain_link links[SEEN_MAX];
    uint64_t count;
} seen_links;

static inline steme_status see_link(void *context, const steme_chain_link *link, steme_error *error)
{
    seen_links *seen = context;
    (void)error;
    if (seen->count < SEEN_MAX)
        seen->links[seen->count] = *link;
    seen->count++;
    return STEME_OK;
}

static inline seen_links why(claims_store *world, const steme_id *id)
{
    seen_links seen = {.count = 0};
    steme_error error;
    question it = ask_under(world, NULL);
    claims_check(steme_lifecycle_why(it.lifecycle, id, see_link, &seen, &error), &error);
    end(&it);
    return seen;
}

static inline seen_links chain(claims_store *world, const steme_id *id)
{
    seen_links seen = {.count = 0};
    steme_error error;
    question it = ask_under(world, NULL);
    claims_check(steme_lifecycle_chain(it.lifecycle, id, see_link, &seen, &error), &error);
    end(&it);
    return seen;
}

static inline steme_tally tally_under(claims_store *world, const steme_id *id,
                                      const steme_view *view)
{
    steme_tally tally;
    steme_error error;
    question it = ask_under(world, view);
    claims_check(steme_lifecycle_votes(it.lifecycle, id, NULL, NULL, &tally, &error), &error);
    end(&it);
    return tally;
}

static inline steme_stage_now stage_under(claims_store *world, const steme_id *id,
                                          const steme_view *view)
{
    steme_stage_now now;
    steme_error error;
    question it = ask_under(world, view);
    claims_check(steme_lifecycle_stage(it.lifecycle, id, NULL, NULL, &now, &error), &error);
    end(&it);
    return now;
}

static inline bool speaks_as(claims_store *world, uint8_t key, uint64_t second, const char *subject,
                             uint8_t as)
{
    steme_agent identity;
    int counts;
    steme_error error;
    question it = ask_under(world, NULL);
    claims_check(steme_lifecycle_identity(it.lifecycle, claims_key(key).agent.bytes,
                                          (int64_t)time_of(second), claims_text(subject), &identity,
                                          &counts, &error),
                 &error);
    end(&it);
    steme_key key_of = claims_key(as);
    return memcmp(&identity, &key_of.agent, sizeof identity) == 0;
}

static inline bool key_counts(claims_store *world, uint8_t key, uint64_t second)
{
    steme_agent identity;
    int counts;
    steme_error error;
    question it = ask_under(world, NULL);
    claims_check(steme_lifecycle_identity(it.lifecycle, claims_key(key).agent.bytes,
                                          (int64_t)time_of(second), (steme_span){NULL, 0},
                                          &identity, &counts, &error),
                 &error);
    end(&it);
    return counts != 0;
}

static inline steme_status count_name(void *context, steme_span name, uint32_t distance,
                                      steme_error *error)
{
    (void)name;
    (void)distance;
    (void)error;
    ++*(int *)context;
    return STEME_OK;
}

static inline int name_count(claims_store *world, const char *name, const steme_view *view)
{
    int count = 0;
    steme_error error;
    question it = ask_under(world, view);
    claims_check(steme_lifecycle_names(it.lifecycle, claims_text(name), count_name, &count, &error),
                 &error);
    end(&it);
    return count;
}

#endif
