/* Votes: one register per (key, target), in which the greatest (stamp, id) stands; then one per
 * identity, again the greatest. The fold keeps the registers, so that an agent's millionth vote on
 * a record costs a reader no more than its first; a question about the past looks at all of them.
 *
 *   offset  size  a row of the fold
 *        0     8  target
 *        8     8  agent: keyed hash of the key
 *       16     8  hold: 0; or 1 in a second row, so that of the votes with the greatest stamp the
 *                 least is kept too, and equivocation is seen; or a keyed hash of the id, never 0
 *                 or 1, of a vote whose stamp or claim time was ahead when it came: it hides no
 *                 other
 *       24    28  stamp
 *       52     8  id; its complement where hold is 1
 *       60     8  position */
#include "lifecycle/votes.h"
#include "base/bytes.h"
#include "base/error.h"
#include "base/hash.h"
#include "lifecycle/state.h"

#include <stdlib.h>
#include <string.h>

enum {
    ROW_AGENT = 8,
    ROW_HOLD = 16,
    ROW_STAMP = 24,
    ROW_ID = ROW_STAMP + STEME_STAMP_SIZE,
    ROW_POSITION = ROW_ID + 8,
    ROW_SIZE = ROW_POSITION + 8,
    TARGET_ROW_SIZE = 16,
    KEY_SIZE = 8,
    FOLD_REVISION = 2,
    HOLD_GREATEST = 0,
    HOLD_LEAST,
    HOLD_FREE,      /* and above */
    TAG_AGENT = 48, /* apart from the tags of other rooms */
    TAG_HOLD,
};

/* ---- The fold ----------------------------------------------------------------------------- */

static uint64_t tagged_hash(const uint8_t hash_key[16], uint8_t tag, const uint8_t bytes[32])
{
    uint8_t key[16];
    memcpy(key, hash_key, sizeof key);
    key[15] ^= tag;
    return base_siphash(key, bytes, 32);
}

static void extract_row(const uint8_t hash_key[16], const steme_record *record,
                        const steme_statement *statement, int is_future, store_row_sink *sink)
{
    uint8_t row[ROW_SIZE] = {0};
    if (statement == NULL || statement->type != STEME_VOTE)
        return;
    memcpy(row, statement->as.vote.target.bytes, KEY_SIZE);
    base_put_u64be(row + ROW_AGENT,
                   tagged_hash(hash_key, TAG_AGENT, steme_record_signer(record, 0)));
    /* A claim time up to the stamp's is past when the stamp is; a later one may not be. */
    bool is_free =
        is_future || statement->claim_time_ns > steme_stamp_claim_time(&statement->stamp);
    uint64_t hold = tagged_hash(hash_key, TAG_HOLD, record->id.bytes);
    base_put_u64be(row + ROW_HOLD, !is_free ? HOLD_GREATEST : hold < HOLD_FREE ? HOLD_FREE : hold);
    steme_stamp_encode(&statement->stamp, row + ROW_STAMP);
    memcpy(row + ROW_ID, record->id.bytes, KEY_SIZE);
    store_row_sink_add(sink, row);
    if (is_free)
        return;
    base_put_u64be(row + ROW_HOLD, HOLD_LEAST);
    base_put_u64be(row + ROW_ID, ~base_get_u64be(row + ROW_ID));
    store_row_sink_add(sink, row);
}

const store_fold lifecycle_vote_fold = {
    .table = {.row_size = ROW_SIZE,
              .probe_size = KEY_SIZE,
              .reduce_size = ROW_STAMP,
              .reduce_order_size = ROW_POSITION - ROW_STAMP,
              .revision = FOLD_REVISION,
              .name = "vote"},
    .extract = extract_row,
};

/* ---- Reading ------------------------------------------------------------------------------ */

/* A vote on the target that exists at the moment. */
typedef struct cast_vote {
    lifecycle_record record;
    lifecycle_identity identity;
    steme_agent unit; /* what the identity counts as */
    bool is_own;
    bool is_equivocation;
} cast_vote;

typedef struct ballot {
    steme_lifecycle *self;
    bool may_hide; /* a vote that does not exist, or not yet, may have taken another's place */
    const steme_id *target;
    bool is_target_held;
    cast_vote *votes;
    size_t count;
    size_t capacity;
} ballot;

static const uint8_t *voter_of(const cast_vote *vote)
{
    return steme_record_signer(&vote->record.record, 0);
}

static int compare_order(const cast_vote *left, const cast_vote *right)
{
    return lifecycle_record_compare(&left->record.record, &right->record.record);
}

static steme_status collect_vote(ballot *box, uint64_t position, bool *out_exists,
                                 steme_error *error)
{
    if (box->count == box->capacity) {
        size_t capacity = box->capacity == 0 ? 16 : box->capacity * 2;
        cast_vote *grown = base_arena_alloc(&box->self->arena, capacity * sizeof *grown);
        if (grown == NULL)
            return base_fail(error, STEME_NO_MEMORY, "lifecycle: out of memory");
        if (box->count > 0)
            memcpy(grown, box->votes, box->count * sizeof *grown);
        box->votes = grown;
        box->capacity = capacity;
    }
    cast_vote *vote = &box->votes[box->count];
    *vote = (cast_vote){0};
    steme_status status = lifecycle_read(box->self, position, &vote->record, out_exists, error);
    if (status == STEME_OK && *out_exists && vote->record.statement.type == STEME_VOTE &&
        memcmp(&vote->record.statement.as.vote.target, box->target, sizeof *box->target) == 0)
        box->count++;
    return status;
}

static steme_status collect_table(ballot *box, uint32_t table, size_t row_size, steme_error *error)
{
    index_cursor cursor;
    const uint8_t *row;
    uint64_t last = UINT64_MAX;
    steme_span key = {box->target->bytes, KEY_SIZE};
    steme_status status = index_cursor_open(&cursor, store_snapshot_reading(box->self->snapshot),
                                            table, &(index_range){key, key}, error);
    if (status != STEME_OK)
        return status;
    while (status == STEME_OK && (status = index_cursor_next(&cursor, &row, error)) == STEME_OK &&
           row != NULL) {
        bool exists;
        uint64_t position = store_row_position(row, row_size);
        if (position == last) /* the greatest is the least, usually */
            continue;
        last = position;
        status = collect_vote(box, position, &exists, error);
        if (status == STEME_OK && !exists && table == LIFECYCLE_VOTE_TABLE)
            box->may_hide |= base_get_u64be(row + ROW_HOLD) < HOLD_FREE;
    }
    index_cursor_close(&cursor);
    return status;
}

static steme_status collect_votes(ballot *box, steme_error *error)
{
    steme_status status = STEME_OK;
    if (box->self->is_present)
        status = collect_table(box, LIFECYCLE_VOTE_TABLE, ROW_SIZE, error);
    if (status != STEME_OK || (box->self->is_present && !box->may_hide))
        return status;
    box->count = 0;
    return collect_table(box, STORE_TABLE_TARGET, TARGET_ROW_SIZE, error);
}

/* ---- Registers ---------------------------------------------------------------------------- */

static int compare_voters(const void *left_item, const void *right_item)
{
    const cast_vote *left = left_item;
    const cast_vote *right = right_item;
    int order = memcmp(voter_of(left), voter_of(right), STEME_AGENT_SIZE);
    return order != 0 ? order : compare_order(right, left);
}

/* Leaves the greatest (stamp, id) of each key. One with the same stamp as another was cast by a key
 * that says different things at once. */
static void keep_registers(ballot *box)
{
    size_t kept = 0;
    if (box->count > 1)
        qsort(box->votes, box->count, sizeof *box->votes, compare_voters);
    for (size_t i = 0; i < box->count; i++) {
        cast_vote *last = kept == 0 ? NULL : &box->votes[kept - 1];
        if (last == NULL || memcmp(voter_of(last), voter_of(&box->votes[i]), STEME_AGENT_SIZE) != 0)
            box->votes[kept++] = box->votes[i];
        else if (compare_order(last, &box->votes[i]) != 0 &&
                 steme_stamp_compare(&last->record.record.stamp,
                                     &box->votes[i].record.record.stamp) == 0)
            last->is_equivocation = true;
    }
    box->count = kept;
}

/* ---- Identities --------------------------------------------------------------------------- */

static steme_status identify(ballot *box, steme_error *error)
{
    lifecycle_record target = {0};
    steme_status status = STEME_OK;
    if (box->count > 0)
        status = lifecycle_get(box->self, box->target, &target, &box->is_target_held, error);
    const lifecycle_record *held = box->is_target_held ? &target : NULL;
    for (size_t i = 0; status == STEME_OK && i < box->count; i++) {
        cast_vote *vote = &box->votes[i];
        status =
            lifecycle_identity_find(box->self, voter_of(vote), vote->record.statement.claim_time_ns,
                                    lifecycle_subject(held), &vote->identity, error);
        if (status != STEME_OK)
            break;
        vote->unit = lifecycle_identity_unit(box->self, &vote->identity);
        status = lifecycle_is_signed_by(box->self, held, &vote->identity, &vote->is_own, error);
    }
    return status;
}

static int compare_units(const void *left_item, const void *right_item)
{
    const cast_vote *left = left_item;
    const cast_vote *right = right_item;
    int order = memcmp(&left->unit, &right->unit, sizeof left->unit);
    return order != 0 ? order : compare_order(right, left);
}

static steme_status report_vote(const cast_vote *vote, bool is_counted, steme_vote_visit visit,
                                void *context, steme_error *error)
{
    steme_vote_report report = {
        .record = vote->record.record.id,
        .stamp = vote->record.record.stamp,
        .identity = vote->unit,
        .weight_millionths = vote->record.statement.as.vote.weight_millionths,
        .is_counted = is_counted,
        .is_own = vote->is_own,
        .is_equivocation = vote->is_equivocation,
    };
    memcpy(report.agent.bytes, voter_of(vote), STEME_AGENT_SIZE);
    return visit(context, &report, error);
}

static void add_to_tally(const cast_vote *vote, steme_tally *tally)
{
    int32_t weight = vote->record.statement.as.vote.weight_millionths;
    tally->sum_millionths += weight;
    tally->for_count += weight > 0;
    tally->against_count += weight < 0;
}

/* Of each unit the greatest of those whose key counts. */
static steme_status count_units(ballot *box, steme_vote_visit visit, void *context,
                                steme_tally *tally, steme_error *error)
{
    steme_status status = STEME_OK;
    const cast_vote *counted = NULL;
    if (box->count > 1)
        qsort(box->votes, box->count, sizeof *box->votes, compare_units);
    for (size_t i = 0; status == STEME_OK && i < box->count; i++) {
        const cast_vote *vote = &box->votes[i];
        bool is_counted =
            box->is_target_held && lifecycle_identity_counts(box->self, &vote->identity) &&
            (counted == NULL || memcmp(&counted->unit, &vote->unit, sizeof vote->unit) != 0);
        if (is_counted)
            counted = vote;
        if (is_counted && !vote->is_own)
            add_to_tally(vote, tally);
        if (visit != NULL)
            status = report_vote(vote, is_counted, visit, context, error);
    }
    return status;
}

steme_status steme_lifecycle_votes(steme_lifecycle *lifecycle, const steme_id *id,
                                   steme_vote_visit visit, void *context, steme_tally *out_tally,
                                   steme_error *error)
{
    ballot box = {.self = lifecycle, .target = id};
    steme_tally tally = {0};
    steme_status status = collect_votes(&box, error);
    keep_registers(&box);
    if (status == STEME_OK)
        status = identify(&box, error);
    if (status == STEME_OK)
        status = count_units(&box, visit, context, &tally, error);
    if (status == STEME_OK)
        *out_tally = tally;
    return status;
}
