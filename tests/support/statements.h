/* statements.h -- statements that speak of other records, one line each; claim time = stamp's time.
 * Their lists of ids borrow what they are given. */
#ifndef SUPPORT_STATEMENTS_H
#define SUPPORT_STATEMENTS_H

#include "support/claims.h"

static inline steme_statement statement_at(steme_record_type type, uint64_t time_ns)
{
    return (steme_statement){
        .type = type, .stamp = {.time_ns = time_ns}, .claim_time_ns = (int64_t)time_ns};
}

/* NULL: none. */
static inline steme_id_list statement_one(const steme_id *id)
{
    return id == NULL ? (steme_id_list){0} : (steme_id_list){id->bytes, 1, STEME_ID_SIZE};
}

static inline steme_statement statement_supersession(uint64_t time_ns, const steme_id *target,
                                                     steme_supersession_kind kind,
                                                     const steme_id *replacement)
{
    steme_statement it = statement_at(STEME_SUPERSESSION, time_ns);
    it.as.supersession = (steme_supersession){
        .targets = statement_one(target), .kind = kind, .replacement = statement_one(replacement)};
    return it;
}

static inline steme_statement statement_vote(uint64_t time_ns, const steme_id *target,
                                             int32_t weight_millionths)
{
    steme_statement it = statement_at(STEME_VOTE, time_ns);
    it.as.vote = (steme_vote){.target = *target, .weight_millionths = weight_millionths};
    return it;
}

static inline steme_statement statement_stage(uint64_t time_ns, const steme_id *target,
                                              steme_stage_name to)
{
    steme_statement it = statement_at(STEME_STAGE, time_ns);
    it.as.stage = (steme_stage){.target = *target, .to = to};
    return it;
}

/* `superseded` NULL = none. */
static inline steme_statement statement_epoch(uint64_t time_ns, const char *name,
                                              const steme_id *superseded)
{
    steme_statement it = statement_at(STEME_EPOCH, time_ns);
    it.as.epoch.name = claims_text(name);
    it.as.epoch.supersedes = statement_one(superseded);
    if (superseded != NULL)
        it.as.epoch.kind = STEME_SUPERSEDE_TEMPORAL;
    return it;
}

static inline steme_statement statement_alias(uint64_t time_ns, const char *from, const char *to,
                                              steme_alias_relation relation)
{
    steme_statement it = statement_at(STEME_ALIAS, time_ns);
    it.as.alias =
        (steme_alias){.from = claims_text(from), .to = claims_text(to), .relation = relation};
    return it;
}

static inline steme_statement statement_endorsement(uint64_t time_ns, const steme_id *target)
{
    steme_statement it = statement_at(STEME_ENDORSEMENT, time_ns);
    it.as.endorsement.target = *target;
    return it;
}

/* Keys by their numbers, as in claims.h. */
static inline steme_statement statement_rotation(uint64_t time_ns, uint8_t new_key)
{
    steme_statement it = statement_at(STEME_KEY, time_ns);
    it.as.key.kind = STEME_KEY_ROTATE;
    it.as.key.key = claims_key(new_key).agent;
    return it;
}

static inline steme_statement statement_revocation(uint64_t time_ns, uint8_t key, uint64_t from_ns)
{
    steme_statement it = statement_at(STEME_KEY, time_ns);
    it.as.key =
        (steme_key_statement){.kind = STEME_KEY_REVOKE, .has_from = 1, .from_ns = (int64_t)from_ns};
    it.as.key.key = claims_key(key).agent;
    return it;
}

#endif
