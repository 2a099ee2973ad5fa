#include "common/claim_text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/time_text.h"

enum { NAMES_HELD_MAX = 64, SPEAKERS_MAX = 3, RECORDS_ASKED_MAX = 64, SHORT_DIGITS = 4 };
enum { DATE_SIZE = 10 };
#define DAY_NS (INT64_C(86400) * 1000000000)

/* ---- Values ------------------------------------------------------------------------------- */

/* The fewest digits that give the same double back. */
static void append_real(text_buffer *line, double real)
{
    char digits[32];
    for (int precision = 15; precision <= 17; precision++) {
        snprintf(digits, sizeof digits, "%.*g", precision, real);
        if (strtod(digits, NULL) == real) {
            break;
        }
    }
    text_append(line, digits);
}

void claim_text_append_raw(text_buffer *line, const steme_value *value)
{
    char time[TIME_TEXT_SIZE];
    switch (value->kind) {
    case STEME_VALUE_TEXT:
    case STEME_VALUE_REFERENCE:
        text_append_bytes(line, value->text.bytes, value->text.size);
        break;
    case STEME_VALUE_NUMBER:
        if (value->is_real) {
            append_real(line, value->real);
        } else {
            text_append_format(line, "%lld", (long long)value->integer);
        }
        break;
    case STEME_VALUE_BOOLEAN:
        text_append(line, value->boolean ? "true" : "false");
        break;
    case STEME_VALUE_TIME:
        time_text_from_ns(value->integer, time);
        text_append(line, time);
        break;
    }
}

void claim_text_append_value(text_buffer *line, steme_relation relation, const steme_value *value,
                             steme_span unit, steme_span language)
{
    static const char *const signs[] = {
        [STEME_RELATION_EQUAL] = "",     [STEME_RELATION_NOT_EQUAL] = "≠ ",
        [STEME_RELATION_LESS] = "< ",    [STEME_RELATION_LESS_OR_EQUAL] = "≤ ",
        [STEME_RELATION_GREATER] = "> ", [STEME_RELATION_GREATER_OR_EQUAL] = "≥ ",
    };
    if (relation == STEME_RELATION_NONE) {
        text_append(line, "(nothing there)");
        return;
    }
    text_buffer raw = TEXT_EMPTY;
    claim_text_append_raw(&raw, value);
    text_append(line, signs[relation]);
    text_append(line, value->kind == STEME_VALUE_REFERENCE ? "→ " : "");
    text_append_escaped(line, text_span(text_get(&raw)));
    text_deinit(&raw);
    if (unit.size > 0) {
        text_append(line, " ");
        text_append_escaped(line, unit);
    }
    if (language.size > 0) {
        text_append(line, " @");
        text_append_escaped(line, language);
    }
}

void claim_text_append_time(text_buffer *line, int64_t time_ns)
{
    char time[TIME_TEXT_SIZE];
    time_text_from_ns(time_ns, time);
    time[DATE_SIZE] = ' '; /* in place of the T; the fraction and the Z are left out */
    int is_midnight = time_ns % DAY_NS == 0;
    text_append_bytes(line, time, is_midnight ? DATE_SIZE : DATE_SIZE + 9);
}

void claim_text_append_millionths(text_buffer *line, uint32_t millionths)
{
    char digits[16];
    int size =
        snprintf(digits, sizeof digits, "%u.%06u", millionths / 1000000, millionths % 1000000);
    while (size > 0 && digits[size - 1] == '0') {
        size--;
    }
    size -= size > 0 && digits[size - 1] == '.';
    text_append_bytes(line, digits, (size_t)size);
}

void claim_text_append_signers(text_buffer *line, const steme_record *record)
{
    for (uint32_t i = 0; i < record->signer_count; i++) {
        if (i == SPEAKERS_MAX) {
            text_append(line, "+…");
            return;
        }
        text_append(line, i == 0 ? "" : "+");
        text_append_hex(line, steme_record_signer(record, i), SHORT_DIGITS);
    }
}

/* ---- Sources ------------------------------------------------------------------------------ */

typedef struct held_name {
    steme_id id;
    char *name;
} held_name;

struct source_names {
    database *records;
    held_name held[NAMES_HELD_MAX];
    size_t next; /* the place that the next new name takes */
};

source_names *source_names_open(database *records)
{
    source_names *self = text_allocate(sizeof *self);
    memset(self, 0, sizeof *self);
    self->records = records;
    return self;
}

void source_names_close(source_names *self)
{
    for (size_t i = 0; i < NAMES_HELD_MAX; i++) {
        free(self->held[i].name);
    }
    free(self);
}

static char *look_up(database *records, const steme_id *id)
{
    steme_record record;
    steme_statement statement;
    text_buffer name = TEXT_EMPTY;
    if (database_get(records, id, &record, NULL) == STEME_OK &&
        steme_record_interpret(&record, &statement, NULL) == STEME_OK &&
        statement.type == STEME_SOURCE) {
        text_append_bytes(&name, statement.as.source.name.bytes, statement.as.source.name.size);
    } else {
        text_append_hex(&name, id->bytes, SHORT_DIGITS);
        text_append(&name, "?");
    }
    return name.bytes;
}

const char *source_names_get(source_names *self, const steme_id *id)
{
    for (size_t i = 0; i < NAMES_HELD_MAX; i++) {
        if (self->held[i].name != NULL && memcmp(&self->held[i].id, id, sizeof *id) == 0) {
            return self->held[i].name;
        }
    }
    held_name *place = &self->held[self->next];
    self->next = (self->next + 1) % NAMES_HELD_MAX;
    free(place->name);
    *place = (held_name){*id, look_up(self->records, id)};
    return place->name;
}

/* ---- Who says so -------------------------------------------------------------------------- */

static void append_speaker(text_buffer *speaker, source_names *names, const steme_record *record)
{
    steme_statement statement;
    if (steme_record_interpret(record, &statement, NULL) == STEME_OK &&
        statement.type == STEME_ASSERTION && statement.as.assertion.source.count > 0) {
        steme_id source = steme_id_list_get(&statement.as.assertion.source, 0);
        text_append_escaped(speaker, text_span(source_names_get(names, &source)));
        return;
    }
    claim_text_append_signers(speaker, record);
}

void claim_text_append_speakers(text_buffer *line, source_names *names,
                                const steme_answer_claim *claim)
{
    text_buffer said = TEXT_EMPTY; /* "\n" around each, to tell names from parts of names */
    size_t count = 0;              /* one more than are shown says that there are others */
    for (uint32_t i = 0; i < claim->record_count && i < RECORDS_ASKED_MAX && count <= SPEAKERS_MAX;
         i++) {
        steme_record record;
        if (database_get(names->records, &claim->records[i], &record, NULL) != STEME_OK) {
            continue;
        }
        text_buffer speaker = TEXT_EMPTY;
        text_append(&speaker, "\n");
        append_speaker(&speaker, names, &record);
        text_append(&speaker, "\n");
        if (strstr(text_get(&said), text_get(&speaker)) == NULL && count++ < SPEAKERS_MAX) {
            text_append(&said, text_get(&speaker));
            text_append(line, count == 1 ? "" : ", ");
            text_append_bytes(line, speaker.bytes + 1, speaker.size - 2);
        }
        text_deinit(&speaker);
    }
    if (count > SPEAKERS_MAX || claim->record_count > RECORDS_ASKED_MAX) {
        text_append(line, ", …");
    }
    text_deinit(&said);
}
