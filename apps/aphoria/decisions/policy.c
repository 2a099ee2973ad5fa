/* policy.c -- see policy.h. */
#include "aphoria/decisions/policy.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "aphoria/judge/policy_step.h"
#include "common/claim_text.h"
#include "common/terminal.h"
#include "common/text.h"

static const char *subject_of(const project *of, const char *about, arena *memory)
{
    text_buffer subject = TEXT_EMPTY;
    text_append_format(&subject, "%s%s/%s", POLICY_SCHEME, of->name, about);
    const char *copy = arena_copy(memory, text_get(&subject), subject.size);
    text_deinit(&subject);
    return copy;
}

/* ---- Reading ------------------------------------------------------------------------------ */

static int read_level(const char *word, fact_level *out)
{
    for (int i = LEVEL_MAY; i <= LEVEL_MUST; i++) {
        if (strcmp(word, fact_level_name((fact_level)i)) == 0) {
            *out = (fact_level)i;
            return 1;
        }
    }
    return 0;
}

/* What is wrong with a line as a policy; NULL = nothing. */
static const char *read_policy(policy_list *self, const project *of, const corpus *said,
                               const ledger_entry *entry, policy *out)
{
    const steme_assertion *from = &entry->statement.as.assertion;
    const char *about = arena_copy(&self->memory, from->predicate.bytes, from->predicate.size);
    const char *subject = arena_copy(&self->memory, from->subject.bytes, from->subject.size);
    text_buffer written = TEXT_EMPTY;
    steme_value read;
    claim_text_append_raw(&written, &from->value);
    *out = (policy){.entry = entry,
                    .demanded = {corpus_concept(said, about), from->relation,
                                 arena_copy(&self->memory, text_get(&written), written.size)},
                    .reason = ledger_text(entry, "reason", &self->memory),
                    .ends_s = from->has_valid_to ? from->valid_to_s : 0};
    text_deinit(&written);
    if (strcmp(subject, subject_of(of, about, &self->memory)) != 0) {
        return "it is another project's policy";
    }
    if (from->source_class != STEME_CLASS_EXPERT) {
        return "a policy is of class expert";
    }
    if (out->demanded.about == NULL) {
        return "there is no such concept";
    }
    if (!read_level(ledger_text(entry, "level", &self->memory), &out->level) ||
        !concept_read_value(out->demanded.about, out->demanded.value, &read) ||
        read.kind != from->value.kind) {
        return "its level or value is none of the concept's";
    }
    out->is_ended = out->ends_s != 0 && out->ends_s <= (int64_t)time(NULL);
    return NULL;
}

int policy_list_read(policy_list *self, const project *of, const corpus *said)
{
    *self = (policy_list){.memory = ARENA_EMPTY};
    if (!ledger_read(&self->lines, of, LEDGER_POLICY)) {
        return 0;
    }
    self->items = text_allocate((self->lines.count + 1) * sizeof *self->items);
    for (size_t i = 0; i < self->lines.count; i++) {
        policy *each = &self->items[self->count];
        const char *fault = read_policy(self, of, said, &self->lines.entries[i], each);
        if (fault == NULL) {
            self->count++;
            self->ended_count += (size_t)each->is_ended;
        } else {
            const steme_span *subject = &each->entry->statement.as.assertion.subject;
            terminal_report("%s/%s: %.*s: %s", of->folder, ledger_file(LEDGER_POLICY),
                            (int)subject->size, (const char *)subject->bytes, fault);
        }
    }
    return 1;
}

void policy_list_close(policy_list *self)
{
    free(self->items);
    arena_deinit(&self->memory);
    ledger_close(&self->lines);
}

const policy *policy_find(const policy_list *self, const char *about)
{
    for (size_t i = 0; i < self->count; i++) {
        if (strcmp(self->items[i].demanded.about->id, about) == 0) {
            return &self->items[i];
        }
    }
    return NULL;
}

void policy_list_add_to(const policy_list *self, team_records *to)
{
    team_records_begin(to, NULL);
    for (size_t i = 0; i < self->count; i++) {
        if (!self->items[i].is_ended) {
            team_records_add(to, &self->items[i].entry->record);
        }
    }
}

/* ---- Writing ------------------------------------------------------------------------------ */

static steme_statement begin(const project *of, const char *about, arena *memory)
{
    steme_statement made = {.type = STEME_ASSERTION};
    steme_assertion *to = &made.as.assertion;
    to->subject = text_span(subject_of(of, about, memory));
    to->predicate = text_span(about);
    to->source_class = STEME_CLASS_EXPERT;
    return made;
}

int policy_write(const project *of, const demand *demanded, fact_level level, const char *reason,
                 int64_t ends_s, const steme_key *key)
{
    arena memory = ARENA_EMPTY;
    steme_statement made = begin(of, demanded->about->id, &memory);
    steme_assertion *to = &made.as.assertion;
    steme_text_pair pairs[] = {{text_span("level"), text_span(fact_level_name(level))},
                               {text_span("reason"), text_span(reason)}};
    to->relation = demanded->relation;
    (void)concept_read_value(demanded->about, demanded->value, &to->value);
    if (to->value.kind == STEME_VALUE_NUMBER && demanded->about->unit[0] != '\0') {
        to->unit = text_span(demanded->about->unit);
    }
    to->confidence_millionths = (uint32_t)(fact_level_weight(level) * 1e6 + 0.5);
    to->has_valid_to = ends_s != 0;
    to->valid_to_s = ends_s;
    to->metadata = (steme_metadata){.pairs = pairs, .count = 2};
    int is_written = ledger_append(of, LEDGER_POLICY, &made, 1, key);
    arena_deinit(&memory);
    return is_written;
}

int policy_remove(const project *of, const char *about, const char *reason, const steme_key *key)
{
    arena memory = ARENA_EMPTY;
    steme_statement made = begin(of, about, &memory);
    steme_text_pair pair = {text_span("reason"), text_span(reason)};
    made.as.assertion.relation = STEME_RELATION_NONE;
    made.as.assertion.confidence_millionths = 1000000;
    if (reason != NULL) {
        made.as.assertion.metadata = (steme_metadata){.pairs = &pair, .count = 1};
    }
    int is_written = ledger_append(of, LEDGER_POLICY, &made, 1, key);
    arena_deinit(&memory);
    return is_written;
}
