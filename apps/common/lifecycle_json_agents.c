/* Keys and trust. */
#include <stdlib.h>
#include <string.h>

#include "common/lifecycle_form.h"
#include "common/output.h"
#include "common/record_json.h"
#include "common/text.h"

enum { KEY_COUNT_MAX = 1024 }; /* of one identity that are followed */

/* ---- Keys --------------------------------------------------------------------------------- */

/* The keys that rotations join to the one asked about, itself first. */
typedef struct key_group {
    lifecycle_answer *answer;
    steme_agent keys[KEY_COUNT_MAX];
    size_t count;
    size_t index; /* of the key whose statements are given */
} key_group;

static steme_span span_of(const steme_agent *agent)
{
    return (steme_span){agent->bytes, sizeof agent->bytes};
}

static void add_key(key_group *self, const uint8_t *key)
{
    for (size_t i = 0; i < self->count; i++) {
        if (memcmp(self->keys[i].bytes, key, sizeof self->keys[i].bytes) == 0) {
            return;
        }
    }
    if (self->count < KEY_COUNT_MAX) {
        memcpy(self->keys[self->count++].bytes, key, sizeof self->keys[0].bytes);
    }
}

static steme_status identity_of(const lifecycle_answer *self, const uint8_t *agent,
                                steme_agent *out_identity, int *out_counts, steme_error *error)
{
    return steme_lifecycle_identity(self->lifecycle, agent, self->moment.as_of_ns,
                                    self->question->name, out_identity, out_counts, error);
}

/* How many of the record's signers are of one identity with a key. At the least claim time, where
 * no delegation with a beginning speaks. */
static steme_status count_relatives(const lifecycle_answer *self, const steme_record *record,
                                    const steme_agent *key, uint32_t *out_count, steme_error *error)
{
    steme_view_agent left;
    steme_view_agent right;
    int is_revoked = 0;
    steme_span none = {NULL, 0};
    *out_count = 0;
    steme_status status = steme_lifecycle_agent(self->lifecycle, key->bytes, INT64_MIN, none, &left,
                                                &is_revoked, error);
    for (uint32_t i = 0; status == STEME_OK && i < record->signer_count; i++) {
        const uint8_t *signer = steme_record_signer(record, i);
        status = steme_lifecycle_agent(self->lifecycle, signer, INT64_MIN, none, &right,
                                       &is_revoked, error);
        *out_count +=
            status == STEME_OK && (memcmp(&left.agent, &right.agent, sizeof left.agent) == 0 ||
                                   memcmp(key->bytes, signer, sizeof key->bytes) == 0);
    }
    return status;
}

/* Adds the other key of a rotation that joined them. */
static steme_status collect(void *context, const steme_record *record,
                            const steme_statement *statement, steme_error *error)
{
    key_group *self = context;
    uint32_t count = 0;
    steme_status status = STEME_OK;
    if (statement->as.key.kind == STEME_KEY_ROTATE) {
        status = count_relatives(self->answer, record, &statement->as.key.key, &count, error);
    }
    for (uint32_t i = 0; status == STEME_OK && count == 2 && i < count; i++) {
        add_key(self, steme_record_signer(record, i));
    }
    return status;
}

static int mentions(const steme_record *record, const steme_key_statement *statement,
                    const steme_agent *key)
{
    for (uint32_t i = 0; i < record->signer_count; i++) {
        if (memcmp(steme_record_signer(record, i), key->bytes, sizeof key->bytes) == 0) {
            return 1;
        }
    }
    return memcmp(statement->key.bytes, key->bytes, sizeof key->bytes) == 0;
}

/* Looks for an endorsement by the delegate. */
typedef struct endorsement_search {
    const steme_agent *by;
    int is_found;
} endorsement_search;

static steme_status look_at(void *context, const steme_record *record,
                            const steme_statement *statement, steme_error *error)
{
    endorsement_search *search = context;
    (void)statement;
    (void)error;
    search->is_found |=
        memcmp(steme_record_signer(record, 0), search->by->bytes, sizeof search->by->bytes) == 0;
    return STEME_OK;
}

static steme_status give_statement(void *context, const steme_record *record,
                                   const steme_statement *statement, steme_error *error)
{
    key_group *self = context;
    const steme_key_statement *key = &statement->as.key;
    endorsement_search search = {.by = &key->key};
    steme_status status = STEME_OK;
    for (size_t i = 0; i < self->index; i++) {
        if (mentions(record, key, &self->keys[i])) {
            return STEME_OK; /* given there */
        }
    }
    json_t *item = lifecycle_item();
    output_set(item, "record", lifecycle_id_to_json(&record->id));
    output_set(item, "time", lifecycle_stamp_to_json(&record->stamp));
    output_set(item, "kind", json_string(record_word(RECORD_WORDS_KEY, (int)key->kind)));
    output_set(item, "key", lifecycle_agent_to_json(&key->key));
    output_set(item, "signers", lifecycle_signers_to_json(record));
    if (key->has_from) {
        output_set(item, "from", record_time_to_json(key->from_ns));
    }
    if (key->kind != STEME_KEY_DELEGATE) {
        uint32_t count = 0;
        status = count_relatives(self->answer, record, &key->key, &count, error);
        output_set(item, "has_effect",
                   json_boolean(count > (key->kind == STEME_KEY_ROTATE ? 1U : 0U)));
    } else {
        if (key->has_until) {
            output_set(item, "until", record_time_to_json(key->until_ns));
        }
        lifecycle_set_text(item, "scope", key->scope);
        status = steme_lifecycle_mentions(self->answer->lifecycle, STEME_ENDORSEMENT,
                                          (steme_span){record->id.bytes, sizeof record->id.bytes},
                                          look_at, &search, error);
        output_set(item, "is_endorsed", json_boolean(search.is_found));
    }
    if (status != STEME_OK) {
        json_decref(item);
        return status;
    }
    return lifecycle_give(self->answer, item, error);
}

static steme_status set_keys(key_group *self, steme_error *error)
{
    json_t *list = json_array();
    steme_status status = STEME_OK;
    for (size_t i = 0; status == STEME_OK && i < self->count; i++) {
        steme_agent identity;
        int counts = 0;
        status = identity_of(self->answer, self->keys[i].bytes, &identity, &counts, error);
        json_t *each = lifecycle_item();
        output_set(each, "key", lifecycle_agent_to_json(&self->keys[i]));
        if (status == STEME_OK) {
            output_set(each, "identity", lifecycle_agent_to_json(&identity));
            output_set(each, "counts", json_boolean(counts));
        }
        lifecycle_append(list, each);
    }
    output_set(self->answer->head, "keys", list);
    return status;
}

static steme_status give_keys(key_group *self, steme_error *error)
{
    steme_agent identity;
    int counts = 0;
    lifecycle_answer *answer = self->answer;
    steme_status status = STEME_OK;
    for (size_t i = 0; status == STEME_OK && i < self->count; i++) {
        status = steme_lifecycle_mentions(answer->lifecycle, STEME_KEY, span_of(&self->keys[i]),
                                          collect, self, error);
    }
    if (status == STEME_OK) {
        status = identity_of(answer, self->keys[0].bytes, &identity, &counts, error);
    }
    if (status != STEME_OK) {
        return status;
    }
    lifecycle_set_text(answer->head, "subject", answer->question->name);
    output_set(answer->head, "identity", lifecycle_agent_to_json(&identity));
    output_set(answer->head, "counts", json_boolean(counts));
    status = set_keys(self, error);
    if (status == STEME_OK) {
        status = lifecycle_give_head(answer, error);
    }
    for (self->index = 0; status == STEME_OK && self->index < self->count; self->index++) {
        status = steme_lifecycle_mentions(answer->lifecycle, STEME_KEY,
                                          span_of(&self->keys[self->index]), give_statement, self,
                                          error);
    }
    return status;
}

steme_status lifecycle_answer_key(lifecycle_answer *self, steme_error *error)
{
    key_group *group = text_allocate(sizeof *group);
    group->answer = self;
    group->count = 0;
    add_key(group, self->question->id.bytes);
    steme_status status = give_keys(group, error);
    free(group);
    return status;
}

/* ---- Trust -------------------------------------------------------------------------------- */

/* What the view makes of an agent, and the trust in it, into an object. */
static steme_status set_agent(const lifecycle_answer *self, const steme_agent *agent,
                              json_t *object, steme_agent *out_identity, steme_error *error)
{
    steme_view_agent entry;
    int is_revoked = 0;
    uint32_t trust = 0;
    steme_status status =
        steme_lifecycle_agent(self->lifecycle, agent->bytes, self->moment.as_of_ns,
                              (steme_span){NULL, 0}, &entry, &is_revoked, error);
    if (status == STEME_OK) {
        status = steme_lifecycle_trust(self->lifecycle, entry.agent.bytes, &trust, error);
    }
    if (status != STEME_OK) {
        return status;
    }
    output_set(object, "identity", lifecycle_agent_to_json(&entry.agent));
    output_set(object, "is_revoked", json_boolean(is_revoked));
    output_set(object, "trust", record_millionths_to_json(trust));
    if (self->moment.view != NULL) {
        output_set(object, "best_class",
                   json_string(record_word(RECORD_WORDS_SOURCE_CLASS, (int)entry.best_class)));
        output_set(object, "stewardships", lifecycle_stewardships_to_json(entry.stewardships));
        output_set(object, "is_seed", json_boolean(entry.is_seed));
    }
    *out_identity = entry.agent;
    return STEME_OK;
}

static steme_status give_trust_vote(void *context, const steme_trust_vote *vote, steme_error *error)
{
    json_t *item = lifecycle_item();
    output_set(item, "record", lifecycle_id_to_json(&vote->record));
    output_set(item, "time", lifecycle_stamp_to_json(&vote->stamp));
    output_set(item, "seed", lifecycle_agent_to_json(&vote->seed));
    output_set(item, "target", lifecycle_id_to_json(&vote->target));
    output_set(item, "weight", record_millionths_to_json(vote->weight_millionths));
    return lifecycle_give(context, item, error);
}

steme_status lifecycle_answer_trust(lifecycle_answer *self, steme_error *error)
{
    steme_agent agent;
    steme_agent identity;
    memcpy(agent.bytes, self->question->id.bytes, sizeof agent.bytes);
    steme_status status = set_agent(self, &agent, self->head, &identity, error);
    if (status == STEME_OK) {
        status = lifecycle_give_head(self, error);
    }
    return status == STEME_OK ? steme_lifecycle_trust_votes(self->lifecycle, identity.bytes,
                                                            give_trust_vote, self, error)
                              : status;
}

/* ---- Everybody whom the view says something of -------------------------------------------- */

typedef struct trusted_list {
    lifecycle_answer *answer;
    steme_agent *listed; /* identities, ascending once all are there */
    size_t count;
    steme_agent latest; /* of those that are moved and not listed */
    int has_latest;
} trusted_list;

static int compare_agents(const void *left, const void *right)
{
    return memcmp(left, right, sizeof(steme_agent));
}

static steme_status give_agent(trusted_list *self, const steme_agent *agent,
                               steme_agent *out_identity, steme_error *error)
{
    json_t *item = lifecycle_item();
    output_set(item, "agent", lifecycle_agent_to_json(agent));
    steme_status status = set_agent(self->answer, agent, item, out_identity, error);
    if (status != STEME_OK) {
        json_decref(item);
        return status;
    }
    return lifecycle_give(self->answer, item, error);
}

static steme_status give_moved(void *context, const steme_trust_vote *vote, steme_error *error)
{
    trusted_list *self = context;
    steme_agent identity;
    if ((self->has_latest && compare_agents(&self->latest, &vote->identity) == 0) ||
        bsearch(&vote->identity, self->listed, self->count, sizeof *self->listed, compare_agents) !=
            NULL) {
        return STEME_OK;
    }
    self->latest = vote->identity;
    self->has_latest = 1;
    return give_agent(self, &vote->identity, &identity, error);
}

steme_status lifecycle_answer_trusted(lifecycle_answer *self, steme_error *error)
{
    trusted_list list = {.answer = self};
    steme_status status = lifecycle_give_head(self, error);
    if (status != STEME_OK || self->moment.view == NULL) {
        return status;
    }
    const steme_view_rules *rules = steme_view_get_rules(self->moment.view);
    list.listed = text_allocate(((size_t)rules->agent_count + 1) * sizeof *list.listed);
    for (uint32_t i = 0; status == STEME_OK && i < rules->agent_count; i++) {
        status = give_agent(&list, &rules->agents[i].agent, &list.listed[list.count++], error);
    }
    if (status == STEME_OK) {
        qsort(list.listed, list.count, sizeof *list.listed, compare_agents);
        status = steme_lifecycle_trust_votes(self->lifecycle, NULL, give_moved, &list, error);
    }
    free(list.listed);
    return status;
}
