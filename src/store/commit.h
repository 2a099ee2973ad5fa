/* commit.h -- what an append hands to the log thread. */
#ifndef STORE_COMMIT_H
#define STORE_COMMIT_H

#include "store/state.h"

/* One prepared record. */
typedef struct store_prepared {
    bool is_wanted; /* admitted, and not held when it was looked up, or damaged: */
    bool is_heal;   /* the id is held, but no copy can be read */
    steme_record record;
    store_row_sink *sink; /* its rows are at row_offset..row_end of it */
    size_t row_offset;
    size_t row_end;
} store_prepared;

/* A batch of them, in a queue of the store's; lives on the appending thread. */
struct store_request {
    steme_append *items;
    store_prepared *prepared;
    uint32_t count;
    uint64_t flush_count; /* the store's, when held records were looked up */
    bool is_done;         /* guarded by the store's lock */
    steme_status status;  /* of the commit */
    steme_error error;
    store_request *next;
};

/* Puts a request in the queue. */
void store_request_submit(steme_store *store, store_request *request);
/* Waits until it is done; its status. */
steme_status store_request_wait(steme_store *store, store_request *request, steme_error *error);

/* Bytes that the log thread needs as steme_store.commit_buffer, zeroed. */
size_t store_commit_buffer_size(void);

#endif
