#include "query/conflict_apart.h"
#include "base/bytes.h"

#include <stdlib.h>
#include <string.h>

enum { LIFECYCLE_ROW_SIZE = 9, AGENT_ROW_SIZE = 24, KEY_SIZE = 8 };

static const char schema_prefix[] = "predicate:";
static const char schema_scheme[] = "predicate://";
enum { SCHEME_SIZE = sizeof schema_scheme - 1 };

void query_conflict_apart_deinit(conflict_apart *apart)
{
    base_free(apart->pairs);
    base_free(apart->predicates);
}

static bool is_about_predicate(steme_span subject)
{
    return subject.size > SCHEME_SIZE && memcmp(subject.bytes, schema_scheme, SCHEME_SIZE) == 0;
}

bool query_conflict_speaks_of_others(const steme_statement *statement)
{
    switch (statement->type) {
    case STEME_ASSERTION:
        return is_about_predicate(statement->as.assertion.subject);
    case STEME_SOURCE: /* its name may make two speakers one */
    case STEME_SUPERSESSION:
    case STEME_STAGE:
    case STEME_EPOCH:
    case STEME_ENDORSEMENT:
    case STEME_KEY:
        return true;
    default:
        return false;
    }
}

/* ---- Pairs -------------------------------------------------------------------------------- */

/* The pair of the record at a position, where that is a claim. */
static steme_status add_claim(steme_query *query, conflict_apart *apart, uint64_t position,
                              steme_error *error)
{
    steme_record record;
    steme_statement statement;
    steme_status status = store_snapshot_read(query->snapshot, position, &record, error);
    if (status == STEME_ABSENT)
        return STEME_OK;
    if (status != STEME_OK || record.type != STEME_ASSERTION ||
        steme_record_interpret(&record, &statement, NULL) != STEME_OK)
        return status;
    status = query_grow((void **)&apart->pairs, &apart->pair_capacity, apart->pair_count,
                        sizeof *apart->pairs, error);
    if (status != STEME_OK)
        return status;
    uint8_t *keys = apart->pairs[apart->pair_count++];
    const steme_assertion *claim = &statement.as.assertion;
    base_put_u64be(keys, store_subject_key(query->hash_key, claim->subject));
    base_put_u64be(keys + 8, store_predicate_key(query->hash_key, claim->predicate));
    return STEME_OK;
}

static steme_status add_target(steme_query *query, conflict_apart *apart, const steme_id *id,
                               steme_error *error)
{
    uint64_t position;
    steme_status status = store_snapshot_find(query->snapshot, id, &position, error);
    if (status == STEME_NOT_FOUND)
        return STEME_OK;
    return status == STEME_OK ? add_claim(query, apart, position, error) : status;
}

/* All that a key signed. */
static steme_status add_signed(steme_query *query, conflict_apart *apart, const uint8_t *agent,
                               steme_error *error)
{
    index_cursor cursor;
    const uint8_t *row;
    steme_span key = {agent, KEY_SIZE};
    steme_status status = index_cursor_open(&cursor, query->reading, STORE_TABLE_AGENT,
                                            &(index_range){key, key}, error);
    if (status != STEME_OK)
        return status;
    while (status == STEME_OK && (status = index_cursor_next(&cursor, &row, error)) == STEME_OK &&
           row != NULL)
        status = add_claim(query, apart, store_row_position(row, AGENT_ROW_SIZE), error);
    index_cursor_close(&cursor);
    return status;
}

/* ---- Records that speak of others --------------------------------------------------------- */

static steme_status add_spoken_of(steme_query *query, conflict_apart *apart,
                                  const steme_record *record, const steme_statement *statement,
                                  steme_error *error)
{
    steme_status status = STEME_OK;
    switch (statement->type) {
    case STEME_SUPERSESSION:
        for (uint32_t i = 0; status == STEME_OK && i < statement->as.supersession.targets.count;
             i++) {
            steme_id target = steme_id_list_get(&statement->as.supersession.targets, i);
            status = add_target(query, apart, &target, error);
        }
        return status;
    case STEME_STAGE:
        return add_target(query, apart, &statement->as.stage.target, error);
    case STEME_ENDORSEMENT:
        return add_target(query, apart, &statement->as.endorsement.target, error);
    case STEME_EPOCH: /* no index leads to the claims of an epoch */
        apart->is_all |= statement->as.epoch.supersedes.count > 0;
        return STEME_OK;
    case STEME_KEY:
        for (uint32_t i = 0; status == STEME_OK && i < record->signer_count; i++)
            status = add_signed(query, apart, steme_record_signer(record, i), error);
        return status == STEME_OK ? add_signed(query, apart, statement->as.key.key.bytes, error)
                                  : status;
    default:
        return STEME_OK;
    }
}

static steme_status visit_position(steme_query *query, conflict_apart *apart, uint64_t position,
                                   steme_error *error)
{
    steme_record record;
    steme_statement statement;
    steme_status status = store_snapshot_read(query->snapshot, position, &record, error);
    if (status == STEME_ABSENT)
        return STEME_OK;
    if (status != STEME_OK || steme_record_interpret(&record, &statement, NULL) != STEME_OK)
        return status;
    apart->has_any = true;
    apart->has_future |= record.stamp.time_ns > query->stamp_time_max ||
                         statement.claim_time_ns > query->options.as_of_ns;
    if (record.stamp.time_ns > apart->stamp_ns_max)
        apart->stamp_ns_max = record.stamp.time_ns;
    if (statement.claim_time_ns > apart->claim_time_ns_max)
        apart->claim_time_ns_max = statement.claim_time_ns;
    return apart->is_all ? STEME_OK : add_spoken_of(query, apart, &record, &statement, error);
}

static steme_status walk_lifecycle(steme_query *query, conflict_apart *apart, steme_error *error)
{
    index_cursor cursor;
    const uint8_t *row;
    steme_status status = index_cursor_open(&cursor, query->reading, LIFECYCLE_TABLE,
                                            &(index_range){{0}, {0}}, error);
    if (status != STEME_OK)
        return status;
    while (status == STEME_OK && (status = index_cursor_next(&cursor, &row, error)) == STEME_OK &&
           row != NULL)
        status = visit_position(query, apart, store_row_position(row, LIFECYCLE_ROW_SIZE), error);
    index_cursor_close(&cursor);
    return status;
}

/* ---- Schemas ------------------------------------------------------------------------------ */

/* The predicates that anything mature is said of: of the future their own rows tell. */
static steme_status find_schemas(steme_query *query, conflict_apart *apart, steme_error *error)
{
    steme_query_options options = {
        .subject_prefix = {(const uint8_t *)schema_prefix, sizeof schema_prefix - 1},
        .lens = STEME_LENS_SKEPTIC,
        .evaluated_at_ns = query->options.evaluated_at_ns,
    };
    steme_query *schemas;
    steme_status status = query_new(query->snapshot, &options, &schemas, error);
    if (status != STEME_OK)
        return status;
    status = query_pairs_collect(schemas, error);
    for (size_t i = 0; status == STEME_OK && i < schemas->pair_count; i++) {
        steme_span subject = schemas->pairs[i].subject;
        if (!is_about_predicate(subject))
            continue;
        status = query_grow((void **)&apart->predicates, &apart->predicate_capacity,
                            apart->predicate_count, sizeof *apart->predicates, error);
        if (status == STEME_OK)
            apart->predicates[apart->predicate_count++] =
                store_predicate_key(query->hash_key, (steme_span){subject.bytes + SCHEME_SIZE,
                                                                  subject.size - SCHEME_SIZE});
    }
    apart->has_any |= apart->predicate_count > 0;
    steme_query_close(schemas);
    return status;
}

/* ---- All of them -------------------------------------------------------------------------- */

static int compare_pairs(const void *left, const void *right)
{
    return memcmp(left, right, 16);
}

static int compare_predicates(const void *left_item, const void *right_item)
{
    const uint64_t *left = left_item;
    const uint64_t *right = right_item;
    return (*left > *right) - (*left < *right);
}

steme_status query_conflict_apart_find(steme_query *query, conflict_apart *apart,
                                       steme_error *error)
{
    if (query->options.view != NULL) {
        apart->is_all = apart->has_any = true;
        return STEME_OK;
    }
    steme_status status = walk_lifecycle(query, apart, error);
    if (status == STEME_OK && !apart->is_all)
        status = find_schemas(query, apart, error);
    if (apart->pair_count > 1)
        qsort(apart->pairs, apart->pair_count, sizeof *apart->pairs, compare_pairs);
    if (apart->predicate_count > 1)
        qsort(apart->predicates, apart->predicate_count, sizeof *apart->predicates,
              compare_predicates);
    return status;
}

bool query_conflict_apart_has(const conflict_apart *apart, const uint8_t keys[16])
{
    uint64_t predicate = base_get_u64be(keys + 8);
    return apart->is_all ||
           (apart->pair_count > 0 && bsearch(keys, apart->pairs, apart->pair_count,
                                             sizeof *apart->pairs, compare_pairs) != NULL) ||
           (apart->predicate_count > 0 &&
            bsearch(&predicate, apart->predicates, apart->predicate_count,
                    sizeof *apart->predicates, compare_predicates) != NULL);
}
