/* tables.h -- the indexes: which rows stand for a record, and how they are laid out.
 *
 * Every row ends with the record's log position (8 bytes, big-endian), but for terms. A key made of
 * a text is a SipHash of it under the store's own key, so that nobody outside can make two texts
 * meet; ids and agents give their first 8 bytes, which anybody can. Rows are candidates in either
 * case: who reads them compares the record.
 *
 *   table    row (bytes)                                                          records
 *   ID       id 32 · position                                                     all
 *   CLAIM    subject key 8 · predicate key 8 · claim time 8 (ordered) · position  assertions
 *   STAMP    time 8 · position                                                    all
 *   AGENT    agent 8 · stamp time 8 · position                                    all, per signer
 *   SOURCE   source id 8 · position                                               assertions
 *   TARGET   target id or key 8 · position                                        types 2 3 4 8 9
 *   DERIVED  id 8 · position                                                      assertions
 *   TERM     term key 8 · subject key 8                                           assertions
 *
 * TERM leads from a predicate, and from each prefix of a subject that ends at a path segment
 * (TERM_SEGMENT_COUNT_MAX of them), to the subjects. */
#ifndef STORE_TABLES_H
#define STORE_TABLES_H

#include "index/index.h"

typedef enum store_table {
    STORE_TABLE_ID,
    STORE_TABLE_CLAIM,
    STORE_TABLE_STAMP,
    STORE_TABLE_AGENT,
    STORE_TABLE_SOURCE,
    STORE_TABLE_TARGET,
    STORE_TABLE_DERIVED,
    STORE_TABLE_TERM,
    STORE_TABLE_COUNT /* the folds' tables follow */
} store_table;

#define STORE_TERM_SEGMENT_COUNT_MAX 16

extern const index_table store_tables[STORE_TABLE_COUNT];

/* Keys of texts, in a store whose hash key is `hash_key`. */
uint64_t store_subject_key(const uint8_t hash_key[16], steme_span subject);
uint64_t store_predicate_key(const uint8_t hash_key[16], steme_span predicate);
uint64_t store_term_predicate_key(const uint8_t hash_key[16], steme_span predicate);
/* `prefix` without a trailing slash. */
uint64_t store_term_prefix_key(const uint8_t hash_key[16], steme_span prefix);
/* How many bytes of `prefix` the longest indexed prefix of it has: all of it up to
 * STORE_TERM_SEGMENT_COUNT_MAX segments. */
size_t store_term_prefix_size(steme_span prefix);

#endif
