/* fold.h -- how a room above the store keeps an index of its own.
 *
 * A fold is a pure function from one record to rows of one table (and, by the table's reduce rule,
 * which of them a merge may drop). What it derives from rows is therefore the same in whatever
 * order records came, and a rebuild gives it again.
 *
 * The last 8 bytes of each row are the record's log position, which is not known yet when rows are
 * extracted: leave them zero, the store fills them in. */
#ifndef STORE_FOLD_H
#define STORE_FOLD_H

#include "index/index.h"

#include <steme/record.h>

/* Where rows go: grows by itself; running out of memory fails the
 * append that the rows are of. */
typedef struct store_row_sink store_row_sink;
void store_row_sink_add(store_row_sink *sink, const uint8_t *row);

typedef struct store_fold {
    index_table table; /* its revision is of the fold's own rules */
    /* NULL, or the version of what else the rows depend on: where it has changed, the index is made
     * anew. A static text. */
    const char *(*version)(void);
    /* Called from many threads at once. `statement` is NULL where the record has no meaning.
     * `is_future`: its stamp was more than LIMIT_FUTURE_MS ahead of the clock at its arrival. */
    void (*extract)(const uint8_t hash_key[16], const steme_record *record,
                    const steme_statement *statement, int is_future, store_row_sink *sink);
} store_fold;

#endif
