#include "record/statement.h"

#include <string.h>

/* ---- The rules between fields ------------------------------------------------------------- */

static bool has_key(const record_reading *reading, unsigned key)
{
    return (reading->keys_seen >> key & 1) != 0;
}

static bool is_signer(const steme_record *record, const uint8_t *key)
{
    for (uint32_t i = 0; i < record->signer_count; i++)
        if (memcmp(steme_record_signer(record, i), key, STEME_AGENT_SIZE) == 0)
            return true;
    return false;
}

static bool is_ordering(steme_relation relation)
{
    return relation >= STEME_RELATION_LESS && relation <= STEME_RELATION_GREATER_OR_EQUAL;
}

static const char *check_assertion(const record_reading *reading)
{
    const steme_assertion *assertion = &reading->statement->as.assertion;
    bool has_value = has_key(reading, 4);
    bool is_number = has_value && assertion->value.kind == STEME_VALUE_NUMBER;
    bool is_time = has_value && assertion->value.kind == STEME_VALUE_TIME;
    bool is_text = has_value && assertion->value.kind == STEME_VALUE_TEXT;
    if (!has_value && assertion->relation != STEME_RELATION_NONE)
        return "value: missing";
    if (has_value && assertion->relation == STEME_RELATION_NONE)
        return "value: not allowed with relation none";
    if (is_ordering(assertion->relation) && !is_number && !is_time)
        return "relation: orders what is neither Number nor Time";
    if (assertion->unit.size > 0 && !is_number)
        return "unit: only for a Number";
    if (assertion->language.size > 0 && !is_text)
        return "language: only for a Text";
    if (assertion->has_valid_from && assertion->has_valid_to &&
        assertion->valid_to_s <= assertion->valid_from_s)
        return "valid to: not after valid from";
    return NULL;
}

static const char *check_one_signer(const record_reading *reading)
{
    return reading->record->signer_count == 1 ? NULL : "signers: exactly one is allowed";
}

static const char *check_supersession(const record_reading *reading)
{
    const steme_supersession *supersession = &reading->statement->as.supersession;
    bool has_replacement = supersession->replacement.count > 0;
    if (!has_replacement && supersession->kind == STEME_SUPERSEDE_MERGE)
        return "replacement: missing in a merge";
    if (has_replacement && supersession->kind == STEME_SUPERSEDE_RETRACT)
        return "replacement: not allowed in a retraction";
    for (uint32_t i = 0; has_replacement && i < supersession->targets.count; i++)
        if (memcmp(supersession->targets.first + (size_t)i * supersession->targets.stride,
                   supersession->replacement.first, STEME_ID_SIZE) == 0)
            return "replacement: is one of the targets";
    return NULL;
}

static const char *check_epoch(const record_reading *reading)
{
    if (has_key(reading, 3) == has_key(reading, 4))
        return NULL;
    return has_key(reading, 3) ? "kind: missing" : "kind: only where something is superseded";
}

static const char *check_alias(const record_reading *reading)
{
    const steme_alias *alias = &reading->statement->as.alias;
    bool is_same = alias->from.size == alias->to.size &&
                   memcmp(alias->from.bytes, alias->to.bytes, alias->to.size) == 0;
    return is_same ? "to: the same as from" : NULL;
}

static const char *check_key(const record_reading *reading)
{
    const steme_key_statement *key = &reading->statement->as.key;
    bool is_delegate = key->kind == STEME_KEY_DELEGATE;
    bool is_signed_by_key = is_signer(reading->record, key->key.bytes);
    if (key->kind == STEME_KEY_ROTATE && (reading->record->signer_count != 2 || !is_signed_by_key))
        return "signers: a rotation has two, the old key and the new";
    if (key->kind == STEME_KEY_REVOKE && !key->has_from)
        return "from: missing in a revocation";
    if (is_delegate && is_signed_by_key)
        return "key: the delegate is a signer";
    if (!is_delegate && (key->scope.size > 0 || key->has_until))
        return "scope and until: only for a delegate";
    if (key->has_from && key->has_until && key->until_ns <= key->from_ns)
        return "until: not after from";
    return NULL;
}

/* ---- The tables --------------------------------------------------------------------------- */

#define ROW(number, required, text, reader, member)                                                \
    .key = (number), .is_required = (required), .name = (text), .kind = &record_field_##reader,    \
    .offset = offsetof(steme_statement, as.member)
#define PRESENT(member) .presence = offsetof(steme_statement, as.member)
#define NAME            .maximum = RECORD_NAME_SIZE_MAX

static const record_field assertion_fields[] = {
    {ROW(2, true, "subject", text, assertion.subject), NAME},
    {ROW(3, true, "predicate", text, assertion.predicate), NAME},
    {ROW(4, false, "value", value, assertion.value)},
    {ROW(5, false, "relation", number, assertion.relation), .minimum = 1,
     .maximum = STEME_RELATION_NONE, .absent = STEME_RELATION_EQUAL},
    {ROW(6, false, "unit", text, assertion.unit), .maximum = 64},
    {ROW(7, false, "language", language, assertion.language), .maximum = 35},
    {ROW(8, false, "confidence", number, assertion.confidence_millionths), .maximum = 999999,
     .absent = 1000000},
    {ROW(9, false, "source class", number, assertion.source_class),
     .maximum = STEME_CLASS_COMMUNITY, .absent = STEME_CLASS_ANECDOTAL},
    {ROW(10, false, "source", optional_hash, assertion.source)},
    {ROW(11, false, "derived from", ids, assertion.derived_from)},
    {ROW(12, false, "epoch", optional_hash, assertion.epoch)},
    {ROW(13, false, "valid from", int64, assertion.valid_from_s),
     PRESENT(assertion.has_valid_from)},
    {ROW(14, false, "valid to", int64, assertion.valid_to_s), PRESENT(assertion.has_valid_to)},
    {ROW(15, false, "metadata", metadata, assertion.metadata)},
};

static const record_field vote_fields[] = {
    {ROW(2, true, "target", hash, vote.target)},
    {ROW(3, true, "weight", number, vote.weight_millionths), .minimum = -1000000,
     .maximum = 1000000},
    {ROW(4, false, "reason", text, vote.reason), NAME},
};

static const record_field supersession_fields[] = {
    {ROW(2, true, "targets", ids, supersession.targets)},
    {ROW(3, true, "kind", number, supersession.kind), .maximum = STEME_SUPERSEDE_MERGE},
    {ROW(4, false, "replacement", optional_hash, supersession.replacement)},
    {ROW(5, false, "reason", text, supersession.reason), NAME},
};

static const record_field stage_fields[] = {
    {ROW(2, true, "target", hash, stage.target)},
    {ROW(3, true, "to", number, stage.to), .maximum = STEME_STAGE_REJECTED},
    {ROW(4, false, "reason", text, stage.reason), NAME},
};

static const record_field epoch_fields[] = {
    {ROW(2, true, "name", text, epoch.name), NAME},
    {ROW(3, false, "supersedes", ids, epoch.supersedes)},
    {ROW(4, false, "kind", epoch_kind, epoch.kind), .maximum = STEME_SUPERSEDE_MERGE, .absent = -1},
    {ROW(5, false, "description", text, epoch.description), .maximum = 4096},
};

static const record_field alias_fields[] = {
    {ROW(2, true, "from", text, alias.from), NAME},
    {ROW(3, true, "to", text, alias.to), NAME},
    {ROW(4, true, "relation", number, alias.relation), .maximum = STEME_ALIAS_IS_A},
};

static const record_field source_fields[] = {
    {ROW(2, true, "name", text, source.name), NAME},
    {ROW(3, false, "edition", text, source.edition), .maximum = 256},
    {ROW(4, false, "document", optional_hash, source.document)},
    {ROW(5, false, "title", text, source.title), NAME},
    {ROW(6, false, "date", int64, source.date_ns), PRESENT(source.has_date)},
};

static const record_field endorsement_fields[] = {
    {ROW(2, true, "target", hash, endorsement.target)},
    {ROW(3, false, "reason", text, endorsement.reason), NAME},
};

static const record_field key_fields[] = {
    {ROW(2, true, "kind", number, key.kind), .maximum = STEME_KEY_DELEGATE},
    {ROW(3, true, "key", hash, key.key)},
    {ROW(4, false, "from", int64, key.from_ns), PRESENT(key.has_from)},
    {ROW(5, false, "scope", text, key.scope), NAME},
    {ROW(6, false, "until", int64, key.until_ns), PRESENT(key.has_until)},
};

#define FIELDS(table) table, sizeof(table) / sizeof((table)[0])

static const record_type types[] = {
    [STEME_ASSERTION] = {"assertion", FIELDS(assertion_fields), check_assertion},
    [STEME_VOTE] = {"vote", FIELDS(vote_fields), check_one_signer},
    [STEME_SUPERSESSION] = {"supersession", FIELDS(supersession_fields), check_supersession},
    [STEME_STAGE] = {"stage", FIELDS(stage_fields), NULL},
    [STEME_EPOCH] = {"epoch", FIELDS(epoch_fields), check_epoch},
    [STEME_ALIAS] = {"alias", FIELDS(alias_fields), check_alias},
    [STEME_SOURCE] = {"source", FIELDS(source_fields), NULL},
    [STEME_ENDORSEMENT] = {"endorsement", FIELDS(endorsement_fields), check_one_signer},
    [STEME_KEY] = {"key", FIELDS(key_fields), check_key},
};

const record_type *record_type_find(uint64_t type)
{
    return type >= STEME_ASSERTION && type <= STEME_KEY ? &types[type] : NULL;
}
