/* store_merge.h -- one store's records into another: all of them by an export, or what is lacking
 * by a session of anti-entropy, which merges both ways. */
#ifndef SUPPORT_STORE_MERGE_H
#define SUPPORT_STORE_MERGE_H

#include "replica/session.h"
#include "replica/store_set.h"
#include "support/quick_record.h"
#include "support/set_check.h"

/* ---- By an export ------------------------------------------------------------------------- */

typedef struct merge_export {
    steme_append *items;
    size_t count;
    size_t capacity;
} merge_export;

static inline steme_status merge_export_visit(void *context, const steme_record *record,
                                              uint64_t arrival_ns, steme_error *error)
{
    merge_export *exported = context;
    (void)arrival_ns;
    (void)error;
    if (exported->count == exported->capacity) {
        exported->capacity = exported->capacity * 2 + 64;
        exported->items = realloc(exported->items, exported->capacity * sizeof(*exported->items));
        assert_non_null(exported->items);
    }
    exported->items[exported->count++] = (steme_append){.record = record->bytes};
    return STEME_OK;
}

static inline void merge_append(steme_store *store, steme_append *items, size_t count)
{
    steme_error error;
    check_ok(steme_store_append_many(store, items, count, 0, &error), &error);
    for (size_t i = 0; i < count; i++)
        assert_int_equal(items[i].status, STEME_OK);
}

/* All records of `from`, in any order that `random` says, some of them twice. */
static inline void merge_by_export(steme_store *from, steme_store *to, uint64_t *random)
{
    steme_error error;
    steme_snapshot *snapshot;
    merge_export exported = {0};
    check_ok(steme_snapshot_open(from, &snapshot, &error), &error);
    check_ok(steme_snapshot_visit(snapshot, merge_export_visit, &exported, NULL, &error), &error);
    for (size_t i = exported.count; i > 1; i--) {
        size_t other = (size_t)(test_random(random) % i);
        steme_append held = exported.items[i - 1];
        exported.items[i - 1] = exported.items[other];
        exported.items[other] = held;
    }
    size_t half = exported.count / 2;
    merge_append(to, exported.items, exported.count);
    merge_append(to, exported.items, half);
    steme_snapshot_close(snapshot);
    free(exported.items);
}

/* ---- By a session ------------------------------------------------------------------------- */

typedef struct merge_frame {
    struct merge_frame *next;
    size_t size;
    uint8_t bytes[];
} merge_frame;

typedef struct merge_side {
    steme_store *store;
    replica_set set;
    replica_session *session;
    replica_session_output output;
    merge_frame *first, **end; /* for the other side */
    uint64_t token;            /* of the batch to be answered */
    steme_stored *stored;      /* NULL = none */
    size_t stored_count;
} merge_side;

static inline bool merge_take_frame(void *context, steme_span frame)
{
    merge_side *side = context;
    merge_frame *made = malloc(sizeof *made + frame.size);
    assert_non_null(made);
    made->next = NULL;
    made->size = frame.size;
    memcpy(made->bytes, frame.bytes, frame.size);
    *side->end = made;
    side->end = &made->next;
    return true;
}

static inline bool merge_take_batch(void *context, uint64_t token, const steme_span *records,
                                    size_t count)
{
    merge_side *side = context;
    steme_append *items = calloc(count + 1, sizeof *items);
    side->stored = calloc(count + 1, sizeof *side->stored);
    assert_true(items != NULL && side->stored != NULL);
    for (size_t i = 0; i < count; i++)
        items[i].record = records[i];
    merge_append(side->store, items, count);
    for (size_t i = 0; i < count; i++)
        side->stored[i] = (steme_stored){
            .id = items[i].id, .status = items[i].status, .was_held = items[i].was_held};
    side->token = token;
    side->stored_count = count;
    free(items);
    return true;
}

static inline void merge_answer_batch(merge_side *side, uint64_t now_ns)
{
    steme_error error;
    steme_stored *stored = side->stored;
    if (stored == NULL)
        return;
    side->stored = NULL;
    check_ok(replica_session_stored(side->session, now_ns, side->token, stored, side->stored_count,
                                    &side->output, &error),
             &error);
    free(stored);
}

/* The first frame of `from` goes to `to`; false where there is none. */
static inline bool merge_pass(merge_side *from, merge_side *to, uint64_t now_ns)
{
    steme_error error;
    merge_frame *frame = from->first;
    if (frame == NULL)
        return false;
    from->first = frame->next;
    if (from->first == NULL)
        from->end = &from->first;
    check_ok(replica_session_sent(from->session, frame->size, &from->output, &error), &error);
    check_ok(replica_session_receive(to->session, now_ns, (steme_span){frame->bytes, frame->size},
                                     &to->output, &error),
             &error);
    merge_answer_batch(to, now_ns);
    free(frame);
    return true;
}

static inline void merge_side_open(merge_side *side, steme_store *store, bool is_initiator,
                                   uint64_t seed)
{
    steme_error error;
    replica_session_options options = {
        .is_initiator = is_initiator, .key = sketch_key_derive(quick_text("crdt")), .seed = seed};
    *side = (merge_side){.store = store};
    side->end = &side->first;
    side->output = (replica_session_output){side, merge_take_frame, merge_take_batch};
    check_ok(replica_store_set_open(store, &options.key, &side->set, &error), &error);
    check_ok(replica_session_new(&side->set, &options, 0, &side->session, &error), &error);
}

static inline void merge_side_close(merge_side *side)
{
    assert_true(replica_session_report(side->session)->is_equal);
    replica_session_free(side->session);
    replica_store_set_close(&side->set);
}

/* Both stores have the records of both. */
static inline void merge_by_session(steme_store *left, steme_store *right, uint64_t seed)
{
    merge_side sides[2];
    steme_error error;
    uint64_t now_ns = 0;
    merge_side_open(&sides[0], left, true, seed);
    merge_side_open(&sides[1], right, false, seed + 1);
    check_ok(replica_session_start(sides[0].session, &sides[0].output, &error), &error);
    for (bool did_pass = true; did_pass; now_ns++) {
        did_pass = merge_pass(&sides[0], &sides[1], now_ns);
        did_pass = merge_pass(&sides[1], &sides[0], now_ns) || did_pass;
    }
    merge_side_close(&sides[0]);
    merge_side_close(&sides[1]);
}

#endif
