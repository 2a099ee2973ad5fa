/* claims.c -- see claims.h. */
#include "aphoria/decisions/claims.h"

#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#include "common/claim_text.h"
#include "common/terminal.h"
#include "common/text.h"

static const char scheme[] = "claim://";

static const char *const state_names[] = {"PASS", "CONFLICT", "MISSING"};

const char *claim_state_name(claim_state self)
{
    return state_names[self];
}

/* ---- Reading ------------------------------------------------------------------------------ */

static const char *prefix_of(const project *of, arena *memory)
{
    return arena_join(memory, arena_join(memory, scheme, "", of->name), "/", "");
}

/* What is wrong with a line as a claim; NULL = nothing. */
static const char *read_claim(claim_list *self, const project *of, const corpus *said,
                              const ledger_entry *entry, claim *out)
{
    steme_value read;
    const steme_assertion *from = &entry->statement.as.assertion;
    const char *prefix = prefix_of(of, &self->memory);
    const char *subject = arena_copy(&self->memory, from->subject.bytes, from->subject.size);
    const char *about = arena_copy(&self->memory, from->predicate.bytes, from->predicate.size);
    text_buffer written = TEXT_EMPTY;
    claim_text_append_raw(&written, &from->value);
    *out = (claim){.entry = entry,
                   .demanded = {corpus_concept(said, about), from->relation,
                                arena_copy(&self->memory, text_get(&written), written.size)},
                   .path = ledger_text(entry, "path", &self->memory),
                   .reason = ledger_text(entry, "reason", &self->memory)};
    text_deinit(&written);
    if (strncmp(subject, prefix, strlen(prefix)) != 0) {
        return "it is another project's claim";
    }
    out->name = subject + strlen(prefix);
    if (out->demanded.about == NULL) {
        return "there is no such concept";
    }
    return !concept_read_value(out->demanded.about, out->demanded.value, &read) ||
                   read.kind != from->value.kind
               ? "its value is none of the concept's"
               : NULL;
}

int claim_list_read(claim_list *self, const project *of, const corpus *said)
{
    *self = (claim_list){.memory = ARENA_EMPTY};
    if (!ledger_read(&self->lines, of, LEDGER_CLAIMS)) {
        return 0;
    }
    self->items = text_allocate((self->lines.count + 1) * sizeof *self->items);
    for (size_t i = 0; i < self->lines.count; i++) {
        const ledger_entry *entry = &self->lines.entries[i];
        const char *fault = read_claim(self, of, said, entry, &self->items[self->count]);
        if (fault == NULL) {
            self->count++;
        } else {
            const steme_span *subject = &entry->statement.as.assertion.subject;
            terminal_report("%s/%s: %.*s: %s", of->folder, ledger_file(LEDGER_CLAIMS),
                            (int)subject->size, (const char *)subject->bytes, fault);
        }
    }
    return 1;
}

void claim_list_close(claim_list *self)
{
    free(self->items);
    arena_deinit(&self->memory);
    ledger_close(&self->lines);
}

const claim *claim_find(const claim_list *self, const char *name)
{
    for (size_t i = 0; i < self->count; i++) {
        if (strcmp(self->items[i].name, name) == 0) {
            return &self->items[i];
        }
    }
    return NULL;
}

/* ---- Writing ------------------------------------------------------------------------------ */

int claim_write(const project *of, const claim *made, const steme_key *key)
{
    arena memory = ARENA_EMPTY;
    steme_statement statement = {.type = STEME_ASSERTION};
    steme_assertion *to = &statement.as.assertion;
    steme_text_pair pairs[2];
    if (made->path != NULL) {
        pairs[to->metadata.count++] = (steme_text_pair){text_span("path"), text_span(made->path)};
    }
    if (made->reason != NULL) {
        pairs[to->metadata.count++] =
            (steme_text_pair){text_span("reason"), text_span(made->reason)};
    }
    to->subject = text_span(arena_join(&memory, prefix_of(of, &memory), "", made->name));
    to->predicate = text_span(made->demanded.about->id);
    to->relation = made->demanded.relation;
    if (to->relation != STEME_RELATION_NONE) {
        (void)concept_read_value(made->demanded.about, made->demanded.value, &to->value);
        if (to->value.kind == STEME_VALUE_NUMBER && made->demanded.about->unit[0] != '\0') {
            to->unit = text_span(made->demanded.about->unit);
        }
    }
    to->confidence_millionths = 1000000;
    to->source_class = STEME_CLASS_EXPERT;
    to->metadata.pairs = pairs;
    int is_written = ledger_append(of, LEDGER_CLAIMS, &statement, 1, key);
    arena_deinit(&memory);
    return is_written;
}

/* ---- Verifying ---------------------------------------------------------------------------- */

claim_saying claim_ask(const claim *self, const corpus *said, const judgement *of,
                       const char *folder)
{
    const concept *about = corpus_concept(said, of->seen->match->rule->concept);
    text_buffer path = TEXT_EMPTY;
    if (about == NULL || !concept_is(said, about, self->demanded.about)) {
        return CLAIM_SAYS_NOTHING;
    }
    text_append_format(&path, "%s%s", folder, of->seen->path);
    int is_there = fnmatch(self->path, text_get(&path), FNM_LEADING_DIR) == 0;
    text_deinit(&path);
    if (!is_there) {
        return CLAIM_SAYS_NOTHING;
    }
    /* Where several values are right at once, another one is still not the one that is claimed. */
    return demand_judge(&self->demanded, of->seen->value) == STEME_VERDICT_SATISFIED
               ? CLAIM_HOLDS
               : CLAIM_IS_BROKEN;
}

claim_state claim_verify(const claim *self, const corpus *said, const judgement *items,
                         size_t count, const char *folder, size_t *out_held, size_t *out_broken)
{
    size_t held = 0;
    size_t broken = 0;
    for (size_t i = 0; i < count; i++) {
        claim_saying saying = claim_ask(self, said, &items[i], folder);
        held += saying == CLAIM_HOLDS;
        broken += saying == CLAIM_IS_BROKEN;
    }
    if (out_held != NULL) {
        *out_held = held;
    }
    if (out_broken != NULL) {
        *out_broken = broken;
    }
    return broken > 0 ? CLAIM_CONFLICT : held > 0 ? CLAIM_PASS : CLAIM_MISSING;
}
