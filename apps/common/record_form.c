/* record_form.c -- see record_form.h. */
#include "common/record_form.h"

/* Members and words are no expressions, so they stand bare. */
/* NOLINTBEGIN(bugprone-macro-parentheses) */
#define FIELD(record_type, member, form, title)                                                    \
    .type = STEME_##record_type, .kind = FORM_##form, .name = title,                               \
    .offset = offsetof(steme_statement, as.member)
/* NOLINTEND(bugprone-macro-parentheses) */
#define REQUIRED       .is_required = 1
#define HAS(member)    .has_offset = offsetof(steme_statement, as.member)
#define WORDS(of)      .words = RECORD_WORDS_##of
#define DEFAULT(value) .has_default = 1, .default_value = value

/* `object` of an assertion and `kind` of an epoch are required in some records only. */
const form_field form_fields[FORM_FIELD_COUNT] = {
    {FIELD(ASSERTION, assertion.subject, TEXT, "subject"), REQUIRED},
    {FIELD(ASSERTION, assertion.predicate, TEXT, "predicate"), REQUIRED},
    {FIELD(ASSERTION, assertion.value, VALUE, "object")},
    {FIELD(ASSERTION, assertion.relation, WORD, "relation"), DEFAULT(STEME_RELATION_EQUAL),
     WORDS(RELATION)},
    {FIELD(ASSERTION, assertion.unit, TEXT, "unit")},
    {FIELD(ASSERTION, assertion.language, TEXT, "language")},
    {FIELD(ASSERTION, assertion.confidence_millionths, MILLIONTHS, "confidence"),
     DEFAULT(FORM_MILLIONTHS_MAX)},
    {FIELD(ASSERTION, assertion.source_class, WORD, "source_class"), DEFAULT(STEME_CLASS_ANECDOTAL),
     WORDS(SOURCE_CLASS)},
    {FIELD(ASSERTION, assertion.source, HASH_OR_NONE, "source")},
    {FIELD(ASSERTION, assertion.derived_from, HASHES, "derived_from")},
    {FIELD(ASSERTION, assertion.epoch, HASH_OR_NONE, "epoch")},
    {FIELD(ASSERTION, assertion.valid_from_s, SECONDS, "valid_from"),
     HAS(assertion.has_valid_from)},
    {FIELD(ASSERTION, assertion.valid_to_s, SECONDS, "valid_to"), HAS(assertion.has_valid_to)},
    {FIELD(ASSERTION, assertion.metadata, METADATA, "metadata")},
    {FIELD(VOTE, vote.target, HASH, "target"), REQUIRED},
    {FIELD(VOTE, vote.weight_millionths, MILLIONTHS, "weight"), REQUIRED},
    {FIELD(VOTE, vote.reason, TEXT, "reason")},
    {FIELD(SUPERSESSION, supersession.targets, HASHES, "targets"), REQUIRED},
    {FIELD(SUPERSESSION, supersession.kind, WORD, "kind"), REQUIRED, WORDS(SUPERSESSION)},
    {FIELD(SUPERSESSION, supersession.replacement, HASH_OR_NONE, "replacement")},
    {FIELD(SUPERSESSION, supersession.reason, TEXT, "reason")},
    {FIELD(STAGE, stage.target, HASH, "target"), REQUIRED},
    {FIELD(STAGE, stage.to, WORD, "to"), REQUIRED, WORDS(STAGE)},
    {FIELD(STAGE, stage.reason, TEXT, "reason")},
    {FIELD(EPOCH, epoch.name, TEXT, "name"), REQUIRED},
    {FIELD(EPOCH, epoch.supersedes, HASHES, "supersedes")},
    {FIELD(EPOCH, epoch.kind, WORD, "kind"), WORDS(SUPERSESSION)},
    {FIELD(EPOCH, epoch.description, TEXT, "description")},
    {FIELD(ALIAS, alias.from, TEXT, "from"), REQUIRED},
    {FIELD(ALIAS, alias.to, TEXT, "to"), REQUIRED},
    {FIELD(ALIAS, alias.relation, WORD, "relation"), REQUIRED, WORDS(ALIAS)},
    {FIELD(SOURCE, source.name, TEXT, "name"), REQUIRED},
    {FIELD(SOURCE, source.edition, TEXT, "edition")},
    {FIELD(SOURCE, source.document, HASH_OR_NONE, "document")},
    {FIELD(SOURCE, source.title, TEXT, "title")},
    {FIELD(SOURCE, source.date_ns, TIME, "date"), HAS(source.has_date)},
    {FIELD(ENDORSEMENT, endorsement.target, HASH, "target"), REQUIRED},
    {FIELD(ENDORSEMENT, endorsement.reason, TEXT, "reason")},
    {FIELD(KEY, key.kind, WORD, "kind"), REQUIRED, WORDS(KEY)},
    {FIELD(KEY, key.key, HASH, "key"), REQUIRED},
    {FIELD(KEY, key.from_ns, TIME, "from"), HAS(key.has_from)},
    {FIELD(KEY, key.scope, TEXT, "scope")},
    {FIELD(KEY, key.until_ns, TIME, "until"), HAS(key.has_until)},
};
