#include "common/remote_query.h"

#include <stdlib.h>
#include <string.h>

#include "common/api_messages.h"
#include "common/fail.h"
#include "common/text.h"

/* Bytes of one answer's ids, claims and receipt: far more than a command can print. */
#define ANSWER_SIZE_MAX ((size_t)1 << 30)

typedef struct claim_ids {
    steme_id *ids;
    size_t count;
    size_t capacity;
} claim_ids;

typedef struct remote_query {
    database_query base;
    rpc_reader *reader;

    Stemedb__Api__V1__QueryResponse *matches; /* the message that matches are taken from */
    size_t match_index;
    steme_match match;

    /* The latest answer: the messages that it borrows from, and what is put together of them. */
    ProtobufCMessage **pieces;
    size_t piece_count;
    size_t piece_capacity;
    steme_answer_claim *claims;
    claim_ids *ids; /* one for each claim */
    size_t claim_count;
    size_t claim_capacity;
    steme_receipt_entry *receipt;
    size_t receipt_count;
    size_t receipt_capacity;
    size_t size;
    steme_answer answer;

    uint64_t evidence_count; /* that is still to come */
    Stemedb__Api__V1__QueryResponse *evidence;
    char *cursor; /* behind the latest message; NULL = none */
} remote_query;

static steme_status not_understood(steme_error *error, const char *what)
{
    return app_fail(error, STEME_IO, "not understood: %s; is it a node of this release?", what);
}

static void free_message(Stemedb__Api__V1__QueryResponse **message)
{
    if (*message != NULL) {
        stemedb__api__v1__query_response__free_unpacked(*message, NULL);
    }
    *message = NULL;
}

/* Within an answer there is none. */
static void note_cursor(remote_query *self, const Stemedb__Api__V1__QueryResponse *message)
{
    free(self->cursor);
    self->cursor = message->cursor[0] == '\0' ? NULL : text_duplicate(message->cursor);
}

static steme_status read_next(remote_query *self, Stemedb__Api__V1__QueryResponse **out_message,
                              steme_error *error)
{
    ProtobufCMessage *message = NULL;
    steme_status status = rpc_reader_next(
        self->reader, &stemedb__api__v1__query_response__descriptor, &message, error);
    if (status == STEME_OK) {
        *out_message = (Stemedb__Api__V1__QueryResponse *)message;
    }
    if (status != STEME_OK || message == NULL) {
        return status;
    }
    if (!api_is_cursor((*out_message)->cursor)) {
        free_message(out_message);
        return not_understood(error, "a cursor of other than digits");
    }
    note_cursor(self, *out_message);
    return STEME_OK;
}

/* ---- Opening ------------------------------------------------------------------------------ */

static steme_status read_header(remote_query *self, int has_lens,
                                steme_conflict_summary *out_summary, steme_error *error)
{
    Stemedb__Api__V1__QueryResponse *message = NULL;
    steme_status status = read_next(self, &message, error);
    if (status != STEME_OK) {
        return status;
    }
    const Stemedb__Api__V1__QueryHeader *header = message == NULL ? NULL : message->header;
    if (header == NULL || (out_summary != NULL && header->conflicts == NULL) ||
        (has_lens && !api_copy(header->root, self->base.set.root.bytes, STEME_ID_SIZE))) {
        status = not_understood(error, "no header before the answers");
    } else {
        self->base.set.record_count = header->record_count;
        if (out_summary != NULL) {
            *out_summary = (steme_conflict_summary){
                .subject_count = header->conflicts->subject_count,
                .pair_count = header->conflicts->pair_count,
                .shared_count = header->conflicts->shared_count,
                .disputed_count = header->conflicts->disputed_count,
            };
        }
    }
    free_message(&message);
    return status;
}

steme_status remote_query_open(rpc_reader *reader, const database_methods *methods, int has_lens,
                               steme_conflict_summary *out_summary, database_query **out_query,
                               steme_error *error)
{
    remote_query *self = text_allocate(sizeof *self);
    *self = (remote_query){.base.methods = methods, .reader = reader};
    steme_status status = read_header(self, has_lens, out_summary, error);
    if (status != STEME_OK) {
        remote_query_close(&self->base);
        return status;
    }
    *out_query = &self->base;
    return STEME_OK;
}

static void forget_answer(remote_query *self)
{
    for (size_t i = 0; i < self->piece_count; i++) {
        protobuf_c_message_free_unpacked(self->pieces[i], NULL);
    }
    for (size_t i = 0; i < self->claim_count; i++) {
        free(self->ids[i].ids);
    }
    self->piece_count = 0;
    self->claim_count = 0;
    self->receipt_count = 0;
    self->size = 0;
}

void remote_query_close(database_query *query)
{
    remote_query *self = (remote_query *)query;
    forget_answer(self);
    free_message(&self->matches);
    free_message(&self->evidence);
    free((void *)self->pieces);
    free(self->claims);
    free(self->ids);
    free(self->receipt);
    free(self->cursor);
    rpc_reader_close(self->reader);
    free(self);
}

/* ---- Matches ------------------------------------------------------------------------------ */

steme_status remote_query_next_match(database_query *query, const steme_match **out_match,
                                     steme_error *error)
{
    remote_query *self = (remote_query *)query;
    while (self->matches == NULL || self->match_index == self->matches->n_records) {
        free_message(&self->matches);
        self->match_index = 0;
        steme_status status = read_next(self, &self->matches, error);
        if (status != STEME_OK) {
            return status;
        }
        if (self->matches == NULL) {
            *out_match = NULL;
            return STEME_OK;
        }
    }
    steme_span bytes = api_span_of(self->matches->records[self->match_index++]);
    steme_status status = steme_record_parse(bytes, &self->match.record, error);
    if (status == STEME_OK) {
        status = steme_record_interpret(&self->match.record, &self->match.statement, error);
    }
    if (status != STEME_OK) {
        return status;
    }
    if (self->match.statement.type != STEME_ASSERTION) {
        return not_understood(error, "a match that is no assertion");
    }
    *out_match = &self->match;
    return STEME_OK;
}

/* ---- Answers, put together ---------------------------------------------------------------- */

/* Room for `count` items of `size` bytes; gives the new capacity. */
static size_t grow(void **memory, size_t capacity, size_t count, size_t size)
{
    if (count <= capacity) {
        return capacity;
    }
    capacity = count > capacity * 2 ? count : capacity * 2;
    *memory = text_reallocate(*memory, capacity * size);
    return capacity;
}

static const char *add_ids(claim_ids *ids, ProtobufCBinaryData data)
{
    if (data.len % STEME_ID_SIZE != 0) {
        return "record ids of the wrong length";
    }
    size_t count = data.len / STEME_ID_SIZE;
    ids->capacity = grow((void **)&ids->ids, ids->capacity, ids->count + count, sizeof *ids->ids);
    if (count > 0) {
        memcpy(ids->ids + ids->count, data.data, data.len);
    }
    ids->count += count;
    return NULL;
}

static const char *begin_claim(remote_query *self, const Stemedb__Api__V1__Claim *message)
{
    size_t capacity = self->claim_capacity;
    self->claim_capacity =
        grow((void **)&self->claims, capacity, self->claim_count + 1, sizeof *self->claims);
    grow((void **)&self->ids, capacity, self->claim_count + 1, sizeof *self->ids);
    steme_answer_claim *claim = &self->claims[self->claim_count];
    *claim = (steme_answer_claim){.relation = (steme_relation)message->relation,
                                  .unit = api_span_of(message->unit),
                                  .language = api_span_of(message->language),
                                  .share_millionths = message->share_millionths,
                                  .signer_count = message->signer_count,
                                  .reason = api_span_of(message->reason),
                                  .is_rule = message->is_rule,
                                  .verdict = (steme_verdict)message->verdict,
                                  .is_overruled = message->is_overruled};
    self->ids[self->claim_count++] = (claim_ids){0};
    if (message->relation > STEME_RELATION_NONE || message->verdict > STEME_VERDICT_UNKNOWN) {
        return "a relation or a verdict that is not known";
    }
    if (claim->relation != STEME_RELATION_NONE &&
        (message->value == NULL || !api_value_from_message(message->value, &claim->value))) {
        return "a claim without a value";
    }
    const steme_span texts[] = {claim->unit, claim->language, claim->reason};
    return api_are_texts(texts, 3) ? NULL : "a claim with a text that is not UTF-8";
}

static const char *add_claims(remote_query *self, const Stemedb__Api__V1__Answer *piece)
{
    for (size_t i = 0; i < piece->n_claims; i++) {
        const Stemedb__Api__V1__Claim *message = piece->claims[i];
        const char *fault = NULL;
        if (!message->goes_on) {
            fault = begin_claim(self, message);
        } else if (self->claim_count == 0) {
            fault = "a claim that goes on without a beginning";
        }
        if (fault == NULL) {
            fault = add_ids(&self->ids[self->claim_count - 1], message->record_ids);
        }
        if (fault != NULL) {
            return fault;
        }
    }
    return NULL;
}

static const char *add_receipt(remote_query *self, const Stemedb__Api__V1__Answer *piece)
{
    size_t count = piece->n_receipt_weights_millionths;
    if (piece->receipt_ids.len != count * STEME_ID_SIZE) {
        return "a receipt of which ids and weights differ in number";
    }
    self->receipt_capacity = grow((void **)&self->receipt, self->receipt_capacity,
                                  self->receipt_count + count, sizeof *self->receipt);
    for (size_t i = 0; i < count; i++) {
        steme_receipt_entry *entry = &self->receipt[self->receipt_count++];
        memcpy(entry->id.bytes, piece->receipt_ids.data + i * STEME_ID_SIZE, STEME_ID_SIZE);
        entry->weight_millionths = piece->receipt_weights_millionths[i];
    }
    return NULL;
}

/* Takes the message. */
static const char *add_piece(remote_query *self, Stemedb__Api__V1__QueryResponse *message)
{
    const Stemedb__Api__V1__Answer *piece = message->answer;
    self->piece_capacity = grow((void **)&self->pieces, self->piece_capacity, self->piece_count + 1,
                                sizeof(ProtobufCMessage *));
    self->pieces[self->piece_count++] = &message->base;
    self->size += protobuf_c_message_get_packed_size(&message->base);
    if (self->size > ANSWER_SIZE_MAX) {
        return "an answer of more than 1 GiB";
    }
    const char *fault = add_claims(self, piece);
    return fault != NULL ? fault : add_receipt(self, piece);
}

static const char *read_tiers(const Stemedb__Api__V1__Answer *first, steme_answer *answer)
{
    if (first->n_tiers > STEME_CLASS_COUNT) {
        return "more tiers than there are source classes";
    }
    answer->tier_count = (uint32_t)first->n_tiers;
    for (size_t i = 0; i < first->n_tiers; i++) {
        const Stemedb__Api__V1__Tier *message = first->tiers[i];
        steme_answer_tier *tier = &answer->tiers[i];
        *tier = (steme_answer_tier){.source_class = (steme_source_class)message->source_class,
                                    .candidate_count = message->candidate_count,
                                    .winner_claim = message->winner_claim,
                                    .confidence_millionths = message->confidence_millionths,
                                    .conflict_millionths = message->conflict_millionths};
        if (message->source_class >= STEME_CLASS_COUNT ||
            !api_copy(message->winner, tier->winner.bytes, sizeof tier->winner.bytes)) {
            return "a tier that is not known";
        }
    }
    return NULL;
}

/* What stands in the first piece. */
static const char *begin_answer(remote_query *self, const Stemedb__Api__V1__Answer *first,
                                steme_error *error)
{
    steme_answer *answer = &self->answer;
    *answer = (steme_answer){.subject = api_span_of(first->subject),
                             .predicate = api_span_of(first->predicate),
                             .lens = (steme_lens)first->lens,
                             .candidate_count = first->candidate_count,
                             .has_winner = first->has_winner,
                             .winner_claim = first->winner_claim,
                             .has_runner_up = first->runner_up.len > 0,
                             .confidence_millionths = first->confidence_millionths,
                             .conflict_millionths = first->conflict_millionths,
                             .agreement = (steme_agreement)first->agreement,
                             .verdict = (steme_verdict)first->verdict,
                             .has_rule = first->rule.len > 0,
                             .has_truth_model = first->truth_model.len > 0,
                             .evaluated_at_ns = first->evaluated_at_ns,
                             .as_of_ns = first->as_of_ns};
    self->evidence_count = first->evidence_count;
    const steme_span texts[] = {answer->subject, answer->predicate};
    if (!api_are_texts(texts, 2)) {
        return "a subject or a predicate that is not UTF-8";
    }
    if (answer->has_truth_model &&
        !api_copy(first->truth_model, answer->truth_model.bytes, STEME_ID_SIZE)) {
        return "a model's hash of the wrong length";
    }
    if (steme_lens_name(answer->lens) == NULL || first->agreement > STEME_AGREEMENT_CONTESTED ||
        first->verdict > STEME_VERDICT_UNKNOWN ||
        !api_equivalence_from_message(first->equivalence, &answer->equivalence)) {
        return "a lens, an agreement, a verdict or an equivalence that is not known";
    }
    if (answer->has_winner &&
        steme_record_parse(api_span_of(first->winner), &answer->winner, error) != STEME_OK) {
        return "a winner that is no record";
    }
    if (answer->has_runner_up &&
        steme_record_parse(api_span_of(first->runner_up), &answer->runner_up, error) != STEME_OK) {
        return "a runner-up that is no record";
    }
    if (answer->has_rule &&
        steme_record_parse(api_span_of(first->rule), &answer->rule, error) != STEME_OK) {
        return "a rule that is no record";
    }
    return read_tiers(first, answer);
}

static const char *end_answer(remote_query *self)
{
    steme_answer *answer = &self->answer;
    if (answer->has_winner && answer->winner_claim >= self->claim_count) {
        return "a winner that claims nothing";
    }
    for (uint32_t i = 0; i < answer->tier_count; i++) {
        if (answer->tiers[i].winner_claim >= self->claim_count) {
            return "a tier's winner that claims nothing";
        }
    }
    for (size_t i = 0; i < self->claim_count; i++) {
        self->claims[i].records = self->ids[i].ids;
        self->claims[i].record_count = (uint32_t)self->ids[i].count;
    }
    answer->claims = self->claims;
    answer->claim_count = (uint32_t)self->claim_count;
    answer->receipt = self->receipt;
    answer->receipt_count = (uint32_t)self->receipt_count;
    return NULL;
}

/* The next message that begins an answer, past evidence that was not asked for; NULL at the end. */
static steme_status find_answer(remote_query *self, Stemedb__Api__V1__QueryResponse **out_message,
                                steme_error *error)
{
    Stemedb__Api__V1__QueryResponse *message = NULL;
    for (;;) {
        steme_status status = read_next(self, &message, error);
        if (status != STEME_OK || message == NULL || message->answer != NULL) {
            *out_message = message;
            return status;
        }
        free_message(&message);
    }
}

static steme_status read_pieces(remote_query *self, Stemedb__Api__V1__QueryResponse *message,
                                steme_error *error)
{
    const char *fault = begin_answer(self, message->answer, error);
    int has_more = message->answer->has_more;
    const char *second = add_piece(self, message);
    fault = fault != NULL ? fault : second;
    while (fault == NULL && has_more) {
        steme_status status = find_answer(self, &message, error);
        if (status != STEME_OK) {
            return status;
        }
        if (message == NULL) {
            return not_understood(error, "an answer that breaks off");
        }
        has_more = message->answer->has_more;
        fault = add_piece(self, message);
    }
    fault = fault != NULL ? fault : end_answer(self);
    return fault == NULL ? STEME_OK : not_understood(error, fault);
}

steme_status remote_query_next_answer(database_query *query, const steme_answer **out_answer,
                                      steme_error *error)
{
    remote_query *self = (remote_query *)query;
    Stemedb__Api__V1__QueryResponse *message = NULL;
    forget_answer(self);
    free_message(&self->evidence);
    steme_status status = find_answer(self, &message, error);
    if (status != STEME_OK) {
        return status;
    }
    if (message == NULL) {
        *out_answer = NULL;
        return STEME_OK;
    }
    status = read_pieces(self, message, error);
    if (status == STEME_OK) {
        *out_answer = &self->answer;
    }
    return status;
}

steme_status remote_query_cursor(database_query *query, const char **out_cursor, steme_error *error)
{
    (void)error; /* what it needs came with the message */
    *out_cursor = ((remote_query *)query)->cursor;
    return STEME_OK;
}

steme_status remote_query_next_evidence(database_query *query, steme_record *out_record,
                                        uint8_t **out_proof, size_t *out_proof_size,
                                        steme_error *error)
{
    remote_query *self = (remote_query *)query;
    free_message(&self->evidence);
    if (self->evidence_count == 0) {
        *out_proof = NULL;
        return STEME_OK;
    }
    self->evidence_count--;
    steme_status status = read_next(self, &self->evidence, error);
    if (status != STEME_OK) {
        return status;
    }
    if (self->evidence == NULL || self->evidence->evidence == NULL) {
        return not_understood(error, "no evidence after the answer");
    }
    const Stemedb__Api__V1__Evidence *evidence = self->evidence->evidence;
    status = steme_record_parse(api_span_of(evidence->record), out_record, error);
    if (status != STEME_OK) {
        return status;
    }
    *out_proof = text_allocate(evidence->proof.len + 1);
    *out_proof_size = evidence->proof.len;
    memcpy(*out_proof, evidence->proof.data, evidence->proof.len);
    return STEME_OK;
}
