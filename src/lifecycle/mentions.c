/* The records that name a key, a name or a record, for whoever wants to see them. */
#include "lifecycle/state.h"

#include <string.h>

static bool is_same(steme_span left, const void *bytes, size_t size)
{
    return left.size == size && (size == 0 || memcmp(left.bytes, bytes, size) == 0);
}

static bool is_signer(const steme_record *record, steme_span key)
{
    for (uint32_t i = 0; i < record->signer_count; i++)
        if (is_same(key, steme_record_signer(record, i), STEME_AGENT_SIZE))
            return true;
    return false;
}

static bool has_id(const steme_id_list *list, steme_span id)
{
    for (uint32_t i = 0; i < list->count; i++)
        if (is_same(id, list->first + (size_t)i * list->stride, STEME_ID_SIZE))
            return true;
    return false;
}

/* A hash led to it: whether it is meant. */
static bool names(const lifecycle_record *record, steme_span name)
{
    const steme_statement *says = &record->statement;
    switch (says->type) {
    case STEME_KEY:
        return is_same(name, says->as.key.key.bytes, STEME_AGENT_SIZE) ||
               is_signer(&record->record, name);
    case STEME_ALIAS:
        return is_same(name, says->as.alias.from.bytes, says->as.alias.from.size) ||
               is_same(name, says->as.alias.to.bytes, says->as.alias.to.size);
    case STEME_SUPERSESSION:
        return has_id(&says->as.supersession.targets, name);
    case STEME_STAGE:
        return is_same(name, says->as.stage.target.bytes, STEME_ID_SIZE);
    case STEME_ENDORSEMENT:
        return is_same(name, says->as.endorsement.target.bytes, STEME_ID_SIZE);
    default:
        return false;
    }
}

static bool find_mention(steme_record_type type, lifecycle_mention *out_mention)
{
    switch (type) {
    case STEME_KEY:
        *out_mention = LIFECYCLE_BY_KEY;
        return true;
    case STEME_ALIAS:
        *out_mention = LIFECYCLE_BY_NAME;
        return true;
    case STEME_SUPERSESSION:
        *out_mention = LIFECYCLE_BY_SUPERSEDED;
        return true;
    case STEME_STAGE:
    case STEME_ENDORSEMENT:
        *out_mention = LIFECYCLE_BY_TARGET;
        return true;
    default:
        return false;
    }
}

steme_status steme_lifecycle_mentions(steme_lifecycle *lifecycle, steme_record_type type,
                                      steme_span name, steme_mention_visit visit, void *context,
                                      steme_error *error)
{
    lifecycle_record *records = NULL;
    size_t count = 0;
    lifecycle_mention mention;
    if (!find_mention(type, &mention))
        return STEME_OK;
    steme_status status =
        lifecycle_mentions(lifecycle, mention, name, type, &records, &count, error);
    for (size_t i = 0; status == STEME_OK && i < count; i++)
        if (names(&records[i], name))
            status = visit(context, &records[i].record, &records[i].statement, error);
    return status;
}
