#include "common/answer_csv.h"

#include <assert.h>

#include "common/claim_text.h"
#include "common/csv.h"
#include "common/output.h"
#include "common/record_json.h"

enum { CELL_COUNT_MAX = 32 };

static const char *const columns[] = {
    "schema",         "subject",  "predicate", "lens",     "candidates", "confidence",
    "conflict_score", "status",   "wins",      "relation", "type",       "value",
    "unit",           "language", "share",     "signers",  "records",    "verdict",
    "side",           "says",     "overruled", "reason",
};
enum { COLUMN_COUNT = sizeof columns / sizeof columns[0] };

void answer_csv_write_cells(FILE *stream, const text_buffer *cells, size_t count)
{
    steme_span fields[CELL_COUNT_MAX];
    assert(count <= CELL_COUNT_MAX);
    for (size_t i = 0; i < count; i++) {
        fields[i] = (steme_span){(const uint8_t *)text_get(&cells[i]), cells[i].size};
    }
    csv_write_row(stream, fields, count);
}

void answer_csv_write_names(FILE *stream, const char *const *names, size_t count)
{
    steme_span fields[CELL_COUNT_MAX];
    assert(count <= CELL_COUNT_MAX);
    for (size_t i = 0; i < count; i++) {
        fields[i] = text_span(names[i]);
    }
    csv_write_row(stream, fields, count);
}

void answer_csv_write_heading(FILE *stream)
{
    answer_csv_write_names(stream, columns, COLUMN_COUNT);
}

static void append_span(text_buffer *cell, steme_span text)
{
    text_append_bytes(cell, text.bytes, text.size);
}

static void append_records(text_buffer *cell, const steme_answer_claim *claim)
{
    for (uint32_t i = 0; i < claim->record_count; i++) {
        text_append(cell, i == 0 ? "" : " ");
        text_append_hex(cell, claim->records[i].bytes, sizeof claim->records[i].bytes);
    }
}

/* Of rules and constraints; empty for other lenses. */
static void append_judgement(text_buffer *cells, const steme_answer *answer,
                             const steme_answer_claim *claim)
{
    if (answer->lens == STEME_LENS_RULES) {
        text_append(&cells[0], steme_verdict_name(answer->verdict));
        text_append(&cells[1], claim->is_rule ? "rule" : "claim");
        text_append(&cells[2], claim->is_rule ? steme_verdict_name(claim->verdict) : "");
    }
    if (answer->lens == STEME_LENS_RULES || answer->lens == STEME_LENS_CONSTRAINTS) {
        text_append(&cells[3], claim->is_overruled ? "1" : "0");
        append_span(&cells[4], claim->reason);
    }
}

static void write_claim(FILE *stream, const steme_answer *answer, uint32_t index)
{
    const steme_answer_claim *claim = &answer->claims[index];
    text_buffer cells[COLUMN_COUNT] = {TEXT_EMPTY};
    text_append_format(&cells[0], "%d", OUTPUT_SCHEMA);
    append_span(&cells[1], answer->subject);
    append_span(&cells[2], answer->predicate);
    text_append(&cells[3], steme_lens_name(answer->lens));
    text_append_format(&cells[4], "%u", answer->candidate_count);
    claim_text_append_millionths(&cells[5], answer->confidence_millionths);
    claim_text_append_millionths(&cells[6], answer->conflict_millionths);
    text_append(&cells[7], steme_agreement_name(answer->agreement));
    text_append(&cells[8], answer->has_winner && answer->winner_claim == index ? "1" : "0");
    text_append(&cells[9], record_word(RECORD_WORDS_RELATION, (int)claim->relation));
    if (claim->relation != STEME_RELATION_NONE) {
        text_append(&cells[10], record_word(RECORD_WORDS_VALUE_KIND, (int)claim->value.kind));
        claim_text_append_raw(&cells[11], &claim->value);
    }
    append_span(&cells[12], claim->unit);
    append_span(&cells[13], claim->language);
    claim_text_append_millionths(&cells[14], claim->share_millionths);
    text_append_format(&cells[15], "%u", claim->signer_count);
    append_records(&cells[16], claim);
    append_judgement(cells + 17, answer, claim);
    answer_csv_write_cells(stream, cells, COLUMN_COUNT);
    for (size_t i = 0; i < COLUMN_COUNT; i++) {
        text_deinit(&cells[i]);
    }
}

void answer_csv_write(FILE *stream, const steme_answer *answer)
{
    for (uint32_t i = 0; i < answer->claim_count; i++) {
        write_claim(stream, answer, i);
    }
}
