#include "store/rows.h"
#include "base/bytes.h"
#include "base/memory.h"

#include <assert.h>

void store_row_sink_deinit(store_row_sink *sink)
{
    base_free(sink->bytes);
    *sink = (store_row_sink){0};
}

static bool sink_reserve(store_row_sink *sink, size_t size)
{
    if (sink->capacity - sink->size >= size)
        return true;
    size_t capacity = sink->capacity * 2 + 4096;
    uint8_t *bytes = base_realloc(sink->bytes, capacity);
    if (bytes == NULL)
        return false;
    sink->bytes = bytes;
    sink->capacity = capacity;
    return true;
}

void store_row_sink_add(store_row_sink *sink, const uint8_t *row)
{
    size_t row_size = sink->tables[sink->table].row_size;
    if (sink->is_failed || !sink_reserve(sink, 1 + row_size)) {
        sink->is_failed = true;
        return;
    }
    sink->bytes[sink->size] = sink->table;
    memcpy(sink->bytes + sink->size + 1, row, row_size);
    sink->size += 1 + row_size;
}

static void add_row(store_row_sink *sink, store_table table, const uint8_t *row)
{
    sink->table = (uint8_t)table;
    store_row_sink_add(sink, row);
}

/* A row of 8 key bytes and the position. */
static void add_key_row(store_row_sink *sink, store_table table, const uint8_t *key)
{
    uint8_t row[16] = {0};
    memcpy(row, key, 8);
    add_row(sink, table, row);
}

static void add_list_rows(store_row_sink *sink, store_table table, const steme_id_list *list)
{
    for (uint32_t i = 0; i < list->count; i++)
        add_key_row(sink, table, list->first + (size_t)i * list->stride);
}

static void add_term_row(store_row_sink *sink, uint64_t term, uint64_t subject)
{
    uint8_t row[16];
    base_put_u64be(row, term);
    base_put_u64be(row + 8, subject);
    add_row(sink, STORE_TABLE_TERM, row);
}

static void add_prefix_rows(const uint8_t hash_key[16], steme_span subject, uint64_t subject_key,
                            store_row_sink *sink)
{
    size_t longest = store_term_prefix_size(subject);
    for (size_t i = 1; i <= longest; i++) {
        if (i < longest && subject.bytes[i] != '/')
            continue;
        steme_span prefix = {subject.bytes, i};
        add_term_row(sink, store_term_prefix_key(hash_key, prefix), subject_key);
    }
}

static void add_assertion_rows(const uint8_t hash_key[16], const steme_statement *statement,
                               store_row_sink *sink)
{
    const steme_assertion *assertion = &statement->as.assertion;
    uint64_t subject_key = store_subject_key(hash_key, assertion->subject);
    uint8_t row[32] = {0};
    base_put_u64be(row, subject_key);
    base_put_u64be(row + 8, store_predicate_key(hash_key, assertion->predicate));
    base_put_i64_ordered(row + 16, statement->claim_time_ns);
    add_row(sink, STORE_TABLE_CLAIM, row);
    add_list_rows(sink, STORE_TABLE_SOURCE, &assertion->source);
    add_list_rows(sink, STORE_TABLE_DERIVED, &assertion->derived_from);
    add_term_row(sink, store_term_predicate_key(hash_key, assertion->predicate), subject_key);
    add_prefix_rows(hash_key, assertion->subject, subject_key, sink);
}

static void add_statement_rows(const uint8_t hash_key[16], const steme_statement *statement,
                               store_row_sink *sink)
{
    switch (statement->type) {
    case STEME_ASSERTION:
        add_assertion_rows(hash_key, statement, sink);
        break;
    case STEME_VOTE:
        add_key_row(sink, STORE_TABLE_TARGET, statement->as.vote.target.bytes);
        break;
    case STEME_SUPERSESSION:
        add_list_rows(sink, STORE_TABLE_TARGET, &statement->as.supersession.targets);
        break;
    case STEME_STAGE:
        add_key_row(sink, STORE_TABLE_TARGET, statement->as.stage.target.bytes);
        break;
    case STEME_ENDORSEMENT:
        add_key_row(sink, STORE_TABLE_TARGET, statement->as.endorsement.target.bytes);
        break;
    case STEME_KEY:
        add_key_row(sink, STORE_TABLE_TARGET, statement->as.key.key.bytes);
        break;
    case STEME_EPOCH:
    case STEME_ALIAS:
    case STEME_SOURCE:
        break;
    }
}

static void add_envelope_rows(const steme_record *record, store_row_sink *sink)
{
    uint8_t stamp_row[16] = {0};
    uint8_t agent_row[24] = {0};
    base_put_u64be(stamp_row, record->stamp.time_ns);
    add_row(sink, STORE_TABLE_STAMP, stamp_row);
    memcpy(agent_row + 8, stamp_row, 8);
    for (uint32_t i = 0; i < record->signer_count; i++) {
        memcpy(agent_row, steme_record_signer(record, i), 8);
        add_row(sink, STORE_TABLE_AGENT, agent_row);
    }
}

void store_rows_extract_absent(const store_row_layout *layout, const steme_id *id,
                               store_row_sink *sink)
{
    uint8_t row[40] = {0};
    sink->tables = layout->tables;
    memcpy(row, id->bytes, sizeof id->bytes);
    add_row(sink, STORE_TABLE_ID, row);
}

size_t store_rows_absent_size(void)
{
    return 1 + (size_t)store_tables[STORE_TABLE_ID].row_size;
}

void store_rows_extract(const store_row_layout *layout, const steme_record *record, bool is_future,
                        store_row_sink *sink)
{
    steme_statement statement;
    store_rows_extract_absent(layout, &record->id, sink);
    add_envelope_rows(record, sink);
    bool has_meaning = steme_record_interpret(record, &statement, NULL) == STEME_OK;
    if (has_meaning)
        add_statement_rows(layout->hash_key, &statement, sink);
    for (uint32_t i = 0; i < layout->fold_count; i++) {
        sink->table = (uint8_t)(STORE_TABLE_COUNT + i);
        layout->folds[i]->extract(layout->hash_key, record, has_meaning ? &statement : NULL,
                                  is_future, sink);
    }
}

bool store_rows_next(store_row_sink *sink, size_t *offset, size_t end, uint64_t position,
                     uint32_t *out_table, uint8_t **out_row)
{
    if (*offset >= end)
        return false;
    uint32_t table = sink->bytes[*offset];
    size_t row_size = sink->tables[table].row_size;
    uint8_t *row = sink->bytes + *offset + 1;
    assert(*offset + 1 + row_size <= end);
    if (table != STORE_TABLE_TERM)
        base_put_u64be(row + row_size - 8, position);
    *offset += 1 + row_size;
    *out_table = table;
    *out_row = row;
    return true;
}
