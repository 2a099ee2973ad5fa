/* index_tail.h -- the newest rows of the tables, in memory, until index_apply makes them durable.
 *
 * One thread appends rows and publishes them; readers take a mark (how many rows of each table they
 * may see, all of one publication) and scan the rows below it through an index_reading. Rows never
 * move, so nobody waits for anybody.
 *
 * Threads:  append, publish, mark_all: one thread at a time. All else: any number, any time.
 * Lifetime: reference-counted; new gives one reference. Who reads holds one.
 * Failure:  STEME_FULL, STEME_NO_MEMORY; a failed append has added none of its rows. */
#ifndef INDEX_INDEX_TAIL_H
#define INDEX_INDEX_TAIL_H

#include "index/index.h"

#define INDEX_TAIL_ROW_COUNT_MAX (8u << 20) /* rows of one table */

/* `row_count_hint`: rows of one table that are expected; sizes the hash tables. 0 = 200,000. */
STEME_MUST_CHECK steme_status index_tail_new(const index_table *tables, uint32_t table_count,
                                             uint32_t row_count_hint, index_tail **out_tail,
                                             steme_error *error);
index_tail *index_tail_retain(index_tail *tail);
/* Accepts NULL. */
void index_tail_release(index_tail *tail);

/* Adds rows (copied, in any order, equals allowed), which nobody sees until they are published.
 * Errors: STEME_FULL (INDEX_TAIL_ROW_COUNT_MAX), STEME_NO_MEMORY. */
STEME_MUST_CHECK steme_status index_tail_append(index_tail *tail, uint32_t table,
                                                const uint8_t *rows, size_t count,
                                                steme_error *error);
/* Lets readers see all rows appended until now; marks carry `log_position` from then on. */
void index_tail_publish(index_tail *tail, uint64_t log_position);

/* What is published now, of all tables at the same time. */
void index_tail_mark_published(const index_tail *tail, index_tail_mark *out_mark);
/* The same with the rows that are not published yet; for the appending thread alone. */
void index_tail_mark_all(const index_tail *tail, index_tail_mark *out_mark);

/* Bytes on the heap; for the appending thread alone. */
size_t index_tail_byte_count(const index_tail *tail);
/* Rows of the table that has most; for the appending thread alone. */
uint32_t index_tail_row_count(const index_tail *tail);
uint8_t index_tail_row_size(const index_tail *tail, uint32_t table);

/* The rows below `mark`, sorted and without equals, as index_apply wants them: a copy, to be given
 * to index_batch_deinit. */
STEME_MUST_CHECK steme_status index_tail_to_batch(const index_tail *tail,
                                                  const index_tail_mark *mark,
                                                  index_batch *out_batch, steme_error *error);
/* Frees the rows of a batch that index_tail_to_batch made; accepts a zeroed one. */
void index_batch_deinit(index_batch *batch);

/* --- for cursor.c ----------------------------------------------------------------------------- */

/* Copies rows of the cursor's table below `mark` that lie inside its bounds, and, where `after` is
 * not NULL, above `after`: ascending, without equals, the least `row_count_max` of them.
 * *out_count of them are in out_rows. *out_is_all tells whether these were all. */
void index_tail_collect(const index_tail *tail, const index_tail_mark *mark,
                        const index_cursor *cursor, const uint8_t *after, uint8_t *out_rows,
                        size_t row_count_max, size_t *out_count, bool *out_is_all);

#endif
