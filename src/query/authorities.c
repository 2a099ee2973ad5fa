#include "query/authorities.h"
#include "base/bytes.h"

enum { FOLD_REVISION = 1 };

static void extract_authority_row(const uint8_t hash_key[16], const steme_record *record,
                                  const steme_statement *statement, int is_future,
                                  store_row_sink *sink)
{
    uint8_t row[QUERY_AUTHORITY_ROW_SIZE] = {0};
    (void)record;
    (void)is_future;
    if (statement == NULL || statement->type != STEME_ASSERTION ||
        statement->as.assertion.source_class > QUERY_AUTHORITY_CLASS_MAX)
        return;
    base_put_u64be(row, store_predicate_key(hash_key, statement->as.assertion.predicate));
    row[QUERY_AUTHORITY_CLASS] = (uint8_t)statement->as.assertion.source_class;
    store_row_sink_add(sink, row);
}

const store_fold query_authority_fold = {
    .table = {.row_size = QUERY_AUTHORITY_ROW_SIZE, .revision = FOLD_REVISION, .name = "authority"},
    .extract = extract_authority_row,
};
