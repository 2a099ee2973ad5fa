/* StemeService: questions. */
#include <stdlib.h>
#include <string.h>

#include <steme/query.h>

#include "common/api_question.h"
#include "common/fail.h"
#include "common/text.h"
#include "common/truth_models.h"
#include "steme/server/api_call.h"

/* In a message. A query brings a view, and keys by the thousand. */
enum { MATCH_COUNT_MAX = 1024, CLAIM_COUNT_MAX = 256, QUERY_SIZE_MAX = 2 << 20 };

typedef struct question {
    api_question asked; /* what the query borrows until its end */
    steme_snapshot *snapshot;
    steme_query *query;
    steme_truth_model *truth_model; /* the folder's; NULL = none */
    int has_lens;
    int with_evidence;
    const steme_answer *answer; /* being sent; NULL = ask for the next */
    uint32_t claim_index;       /* what comes next of the answer */
    uint32_t record_index;      /* within that claim */
    uint32_t receipt_index;
    const steme_id *evidence; /* of the answer: the records that it was made of */
    size_t evidence_count;
    size_t evidence_index;
    int is_answer_begun;
} question;

static void deinit(void *state)
{
    question *self = state;
    steme_query_close(self->query);
    steme_truth_model_free(self->truth_model);
    steme_snapshot_close(self->snapshot);
    api_question_deinit(&self->asked);
    free(self);
}

/* ---- Matches ------------------------------------------------------------------------------ */

/* Where the list goes on behind what was made; 0 after the call was failed. */
static int add_cursor(api_call *call, question *self, Stemedb__Api__V1__QueryResponse *response)
{
    steme_error error = {0};
    const char *cursor = NULL;
    if (steme_query_cursor(self->query, &cursor, &error) != STEME_OK) {
        api_call_fail(call, &error);
        return 0;
    }
    if (cursor != NULL) {
        response->cursor = (char *)(uintptr_t)cursor;
    }
    return 1;
}

static void send_matches(api_call *call, question *self)
{
    Stemedb__Api__V1__QueryResponse response = STEMEDB__API__V1__QUERY_RESPONSE__INIT;
    ProtobufCBinaryData records[MATCH_COUNT_MAX];
    steme_error error = {0};
    size_t size = 0;
    int is_last = 0;
    while (response.n_records < MATCH_COUNT_MAX && size < API_PIECE_SIZE) {
        const steme_match *match = NULL;
        if (steme_query_next_match(self->query, &match, &error) != STEME_OK) {
            api_call_fail(call, &error);
            return;
        }
        if (match == NULL) {
            is_last = 1;
            break;
        }
        records[response.n_records++] = api_span(match->record.bytes);
        size += match->record.bytes.size;
    }
    response.records = records;
    if (response.n_records == 0) {
        api_call_end(call);
    } else if (add_cursor(call, self, &response)) {
        api_call_reply(call, &response.base, is_last);
    }
}

/* ---- Answers ------------------------------------------------------------------------------ */

/* A claim's message with what belongs to it. */
typedef struct claim_piece {
    Stemedb__Api__V1__Claim message;
    Stemedb__Api__V1__Value value;
} claim_piece;

typedef struct answer_piece {
    Stemedb__Api__V1__Answer message;
    Stemedb__Api__V1__Equivalence equivalence;
    claim_piece claims[CLAIM_COUNT_MAX];
    Stemedb__Api__V1__Claim *claim_pointers[CLAIM_COUNT_MAX];
    Stemedb__Api__V1__Tier tiers[STEME_CLASS_COUNT];
    Stemedb__Api__V1__Tier *tier_pointers[STEME_CLASS_COUNT];
    uint8_t *ids; /* of the receipt */
    uint32_t *weights;
    size_t size;
} answer_piece;

static void begin_claim(const steme_answer_claim *claim, claim_piece *piece)
{
    Stemedb__Api__V1__Claim *message = &piece->message;
    message->relation = (uint32_t)claim->relation;
    if (claim->relation != STEME_RELATION_NONE) {
        api_value_to_message(&claim->value, &piece->value);
        message->value = &piece->value;
    }
    message->unit = api_span(claim->unit);
    message->language = api_span(claim->language);
    message->share_millionths = claim->share_millionths;
    message->signer_count = claim->signer_count;
    message->reason = api_span(claim->reason);
    message->is_rule = claim->is_rule;
    message->verdict = (uint32_t)claim->verdict;
    message->is_overruled = claim->is_overruled;
}

static uint32_t least(size_t left, size_t right)
{
    return (uint32_t)(left < right ? left : right);
}

/* How many ids still fit. */
static size_t room_of(const answer_piece *piece)
{
    return piece->size >= API_PIECE_SIZE ? 0 : (API_PIECE_SIZE - piece->size) / STEME_ID_SIZE;
}

/* Claims as far as they fit; 1 where all are sent. */
static int add_claims(question *self, answer_piece *piece)
{
    const steme_answer *answer = self->answer;
    while (self->claim_index < answer->claim_count) {
        size_t place = piece->message.n_claims;
        if (place == CLAIM_COUNT_MAX || room_of(piece) == 0) {
            return 0;
        }
        const steme_answer_claim *claim = &answer->claims[self->claim_index];
        claim_piece *each = &piece->claims[place];
        stemedb__api__v1__claim__init(&each->message);
        if (self->record_index == 0) {
            begin_claim(claim, each);
            piece->size += claim->value.text.size + claim->unit.size + claim->language.size +
                           claim->reason.size + 64;
        } else {
            each->message.goes_on = 1;
        }
        /* One at least, so that each piece gets on. */
        uint32_t count = least(claim->record_count - self->record_index, room_of(piece) + 1);
        each->message.record_ids =
            api_bytes(claim->records + self->record_index, (size_t)count * STEME_ID_SIZE);
        piece->size += (size_t)count * STEME_ID_SIZE;
        piece->claim_pointers[place] = &each->message;
        piece->message.n_claims++;
        self->record_index += count;
        if (self->record_index == claim->record_count) {
            self->record_index = 0;
            self->claim_index++;
        }
    }
    return 1;
}

/* The receipt as far as it fits; 1 where all is sent. */
static int add_receipt(question *self, answer_piece *piece)
{
    const steme_answer *answer = self->answer;
    uint32_t count = least(answer->receipt_count - self->receipt_index, room_of(piece));
    piece->ids = text_allocate((size_t)count * STEME_ID_SIZE + 1);
    piece->weights = text_allocate(((size_t)count + 1) * sizeof *piece->weights);
    for (uint32_t i = 0; i < count; i++) {
        const steme_receipt_entry *entry = &answer->receipt[self->receipt_index + i];
        memcpy(piece->ids + (size_t)i * STEME_ID_SIZE, entry->id.bytes, STEME_ID_SIZE);
        piece->weights[i] = entry->weight_millionths;
    }
    self->receipt_index += count;
    piece->message.receipt_ids = api_bytes(piece->ids, (size_t)count * STEME_ID_SIZE);
    piece->message.receipt_weights_millionths = piece->weights;
    piece->message.n_receipt_weights_millionths = count;
    return self->receipt_index == answer->receipt_count;
}

static void add_tiers(const steme_answer *answer, answer_piece *piece)
{
    piece->message.tiers = piece->tier_pointers;
    piece->message.n_tiers = answer->tier_count;
    for (uint32_t i = 0; i < answer->tier_count; i++) {
        const steme_answer_tier *tier = &answer->tiers[i];
        Stemedb__Api__V1__Tier *message = &piece->tiers[i];
        stemedb__api__v1__tier__init(message);
        message->source_class = (uint32_t)tier->source_class;
        message->candidate_count = tier->candidate_count;
        message->winner_claim = tier->winner_claim;
        message->winner = api_bytes(tier->winner.bytes, sizeof tier->winner.bytes);
        message->confidence_millionths = tier->confidence_millionths;
        message->conflict_millionths = tier->conflict_millionths;
        piece->tier_pointers[i] = message;
    }
}

static void begin_answer(const question *self, answer_piece *piece)
{
    const steme_answer *answer = self->answer;
    Stemedb__Api__V1__Answer *message = &piece->message;
    message->subject = api_span(answer->subject);
    message->predicate = api_span(answer->predicate);
    message->lens = (Stemedb__Api__V1__Lens)answer->lens;
    api_equivalence_to_message(&answer->equivalence, &piece->equivalence);
    message->equivalence = &piece->equivalence;
    message->candidate_count = answer->candidate_count;
    message->has_winner = answer->has_winner;
    if (answer->has_winner) {
        message->winner_claim = answer->winner_claim;
        message->winner = api_span(answer->winner.bytes);
    }
    if (answer->has_runner_up) {
        message->runner_up = api_span(answer->runner_up.bytes);
    }
    message->confidence_millionths = answer->confidence_millionths;
    message->conflict_millionths = answer->conflict_millionths;
    message->agreement = (uint32_t)answer->agreement;
    message->evaluated_at_ns = answer->evaluated_at_ns;
    message->as_of_ns = answer->as_of_ns;
    message->verdict = (uint32_t)answer->verdict;
    if (answer->has_rule) {
        message->rule = api_span(answer->rule.bytes);
    }
    if (answer->has_truth_model) {
        message->truth_model = api_bytes(answer->truth_model.bytes, STEME_ID_SIZE);
    }
    message->evidence_count = self->evidence_count;
    add_tiers(answer, piece);
    piece->size = message->winner.len + message->runner_up.len + message->rule.len;
}

static void send_answer_piece(api_call *call, question *self)
{
    Stemedb__Api__V1__QueryResponse response = STEMEDB__API__V1__QUERY_RESPONSE__INIT;
    answer_piece *piece = text_allocate(sizeof *piece);
    stemedb__api__v1__answer__init(&piece->message);
    piece->message.claims = piece->claim_pointers;
    piece->ids = NULL;
    piece->weights = NULL;
    piece->size = 0;
    if (!self->is_answer_begun) {
        begin_answer(self, piece);
        self->is_answer_begun = 1;
    }
    int is_whole = add_claims(self, piece) && add_receipt(self, piece);
    int is_last = is_whole && self->evidence_count == 0;
    piece->message.has_more = !is_whole;
    response.answer = &piece->message;
    if (!is_last || add_cursor(call, self, &response)) {
        api_call_reply(call, &response.base, 0);
    }
    free(piece->ids);
    free(piece->weights);
    free(piece);
    self->answer = is_last ? NULL : self->answer;
}

static int is_answer_sent(const question *self)
{
    return self->is_answer_begun && self->claim_index == self->answer->claim_count &&
           self->receipt_index == self->answer->receipt_count;
}

static void send_evidence(api_call *call, question *self)
{
    Stemedb__Api__V1__QueryResponse response = STEMEDB__API__V1__QUERY_RESPONSE__INIT;
    Stemedb__Api__V1__Evidence evidence = STEMEDB__API__V1__EVIDENCE__INIT;
    const steme_id *id = &self->evidence[self->evidence_index];
    steme_error error = {0};
    steme_record record;
    uint8_t *proof = NULL;
    size_t proof_size = 0;
    steme_status status = steme_snapshot_get(self->snapshot, id, &record, &error);
    if (status == STEME_OK) {
        status = steme_snapshot_prove(self->snapshot, id, &proof, &proof_size, &error);
    }
    if (status != STEME_OK) {
        api_call_fail(call, &error);
        return;
    }
    evidence.record = api_span(record.bytes);
    evidence.proof = api_bytes(proof, proof_size);
    response.evidence = &evidence;
    int is_last = ++self->evidence_index == self->evidence_count;
    if (!is_last || add_cursor(call, self, &response)) {
        api_call_reply(call, &response.base, 0);
    }
    steme_free(proof);
    self->answer = is_last ? NULL : self->answer;
}

static steme_status next_answer(question *self, steme_error *error)
{
    self->claim_index = 0;
    self->record_index = 0;
    self->receipt_index = 0;
    self->evidence_count = 0;
    self->evidence_index = 0;
    self->is_answer_begun = 0;
    steme_status status = steme_query_next_answer(self->query, &self->answer, error);
    if (status == STEME_OK && self->with_evidence && self->answer != NULL) {
        status = steme_query_records(self->query, &self->evidence, &self->evidence_count, error);
    }
    return status;
}

static void send_answers(api_call *call, question *self)
{
    steme_error error = {0};
    if (self->answer != NULL && is_answer_sent(self)) {
        send_evidence(call, self);
        return;
    }
    if (self->answer == NULL && next_answer(self, &error) != STEME_OK) {
        api_call_fail(call, &error);
        return;
    }
    if (self->answer == NULL) {
        api_call_end(call);
    } else {
        send_answer_piece(call, self);
    }
}

static int go_on(api_call *call)
{
    question *self = call->state;
    if (self->has_lens) {
        send_answers(call, self);
    } else {
        send_matches(call, self);
    }
    return 0;
}

/* ---- Opening ------------------------------------------------------------------------------ */

static void send_header(api_call *call, const steme_id *root, uint64_t record_count,
                        const steme_conflict_summary *summary)
{
    Stemedb__Api__V1__QueryResponse response = STEMEDB__API__V1__QUERY_RESPONSE__INIT;
    Stemedb__Api__V1__QueryHeader header = STEMEDB__API__V1__QUERY_HEADER__INIT;
    Stemedb__Api__V1__ConflictSummary conflicts = STEMEDB__API__V1__CONFLICT_SUMMARY__INIT;
    if (root != NULL) {
        header.root = api_bytes(root->bytes, sizeof root->bytes);
        header.record_count = record_count;
    }
    if (summary != NULL) {
        conflicts.subject_count = summary->subject_count;
        conflicts.pair_count = summary->pair_count;
        conflicts.shared_count = summary->shared_count;
        conflicts.disputed_count = summary->disputed_count;
        header.conflicts = &conflicts;
    }
    response.header = &header;
    api_call_reply(call, &response.base, 0);
}

static question *make_question(api_call *call)
{
    question *self = text_allocate(sizeof *self);
    *self = (question){0};
    call->state = self;
    return self;
}

static int step_query(api_call *call)
{
    const Stemedb__Api__V1__QueryRequest *asked =
        (const Stemedb__Api__V1__QueryRequest *)call->request;
    steme_error error = {0};
    steme_id root;
    uint64_t record_count = 0;
    if (call->state != NULL) {
        return go_on(call);
    }
    question *self = make_question(call);
    const steme_query_options *options = &self->asked.options;
    steme_status status = api_question_read(asked, &self->asked, &error);
    self->has_lens = options->lens != STEME_LENS_NONE;
    self->with_evidence = self->has_lens && asked->with_evidence;
    self->asked.options.notes_records = self->with_evidence;
    if (status == STEME_OK && self->with_evidence &&
        (options->subject.size == 0 || options->predicate.size == 0)) {
        status =
            app_fail(&error, STEME_INVALID, "with_evidence: give one subject and one predicate");
    }
    if (status == STEME_OK) {
        status = steme_snapshot_open(api_store(call->api), &self->snapshot, &error);
    }
    if (status == STEME_OK) {
        status = truth_models_choose(api_store(call->api), &self->asked.options, &self->truth_model,
                                     &error);
    }
    if (status == STEME_OK) {
        status = steme_query_open(self->snapshot, options, &self->query, &error);
    }
    if (status == STEME_OK && self->has_lens) {
        status = steme_snapshot_root(self->snapshot, &root, &record_count, &error);
    }
    if (status == STEME_OK) {
        send_header(call, self->has_lens ? &root : NULL, record_count, NULL);
    } else {
        api_call_fail(call, &error);
    }
    return 0;
}

static int step_conflicts(api_call *call)
{
    const Stemedb__Api__V1__ConflictsRequest *asked =
        (const Stemedb__Api__V1__ConflictsRequest *)call->request;
    steme_conflict_options options = {.predicate = api_span_of(asked->predicate),
                                      .limit = asked->limit,
                                      .evaluated_at_ns = asked->evaluated_at_ns};
    steme_conflict_summary summary = {0};
    steme_error error = {0};
    steme_id root;
    uint64_t record_count = 0;
    if (call->state != NULL) {
        return go_on(call);
    }
    if (!api_equivalence_from_message(asked->equivalence, &options.equivalence)) {
        api_call_refuse(call, "equivalence: no such equivalence");
        return 0;
    }
    question *self = make_question(call);
    self->has_lens = 1;
    steme_status status =
        asked->view.len == 0 ? STEME_OK
                             : steme_view_open(api_span_of(asked->view), &self->asked.view, &error);
    options.view = self->asked.view;
    if (status == STEME_OK) {
        status = steme_snapshot_open(api_store(call->api), &self->snapshot, &error);
    }
    if (status == STEME_OK) {
        status = steme_snapshot_root(self->snapshot, &root, &record_count, &error);
    }
    if (status == STEME_OK) {
        status = steme_conflicts_open(self->snapshot, &options, &summary, &self->query, &error);
    }
    if (status == STEME_OK) {
        send_header(call, &root, record_count, &summary);
    } else {
        api_call_fail(call, &error);
    }
    return 0;
}

const api_method api_query_methods[] = {
    {.path = API_SERVICE "Query",
     .request_size_max = QUERY_SIZE_MAX,
     .request_type = &stemedb__api__v1__query_request__descriptor,
     .is_stream = 1,
     .step = step_query,
     .deinit = deinit},
    {.path = API_SERVICE "Conflicts",
     .request_size_max = QUERY_SIZE_MAX,
     .request_type = &stemedb__api__v1__conflicts_request__descriptor,
     .is_stream = 1,
     .step = step_conflicts,
     .deinit = deinit},
    {.path = NULL},
};
