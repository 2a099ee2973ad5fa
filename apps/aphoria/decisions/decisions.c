/* decisions.c -- see decisions.h. */
#include "aphoria/decisions/decisions.h"

#include <string.h>
#include <time.h>

#include "aphoria/decisions/baseline.h"
#include "common/text.h"

int decisions_open(decisions *self, const project *of)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    *self = (decisions){.of = of, .memory = ARENA_EMPTY, .now_s = now.tv_sec};
    return ledger_read(&self->acks, of, LEDGER_ACKS) &&
           ledger_read(&self->baseline, of, LEDGER_BASELINE);
}

void decisions_close(decisions *self)
{
    ledger_close(&self->acks);
    ledger_close(&self->baseline);
    arena_deinit(&self->memory);
}

const char *decisions_subject(const project *of, const char *fingerprint, arena *memory)
{
    return arena_join(memory, arena_join(memory, "finding:/", "/", of->name), "/", fingerprint);
}

static const char *join(decisions *self, const char *first, const char *second)
{
    return arena_join(&self->memory, first, "", second);
}

/* "alice, until 2027-01-01: why" */
static const char *describe(decisions *self, const ledger_entry *ack)
{
    const steme_assertion *said = &ack->statement.as.assertion;
    text_buffer line = TEXT_EMPTY;
    text_append(&line, ack->signer->name);
    if (said->has_valid_to) {
        char day[32];
        struct tm parts;
        time_t until = (time_t)said->valid_to_s;
        gmtime_r(&until, &parts);
        strftime(day, sizeof day, "%Y-%m-%d", &parts);
        text_append_format(&line, ", until %s", day);
    }
    text_append_format(&line, ": %s", ledger_text(ack, "reason", &self->memory));
    const char *copy = arena_copy(&self->memory, text_get(&line), line.size);
    text_deinit(&line);
    return copy;
}

/* NULL where it is not acknowledged. */
static const char *acknowledged(decisions *self, const judgement *of, const char *folder)
{
    const project_allow *allow =
        project_allow_find(self->of, join(self, folder, of->seen->path), of->seen->match->id);
    if (allow != NULL) {
        return join(self, "allowed by config.yaml: ", allow->reason);
    }
    const ledger_entry *ack = ledger_find(
        &self->acks, decisions_subject(self->of, of->fingerprint, &self->memory), DECISIONS_ACK);
    if (ack == NULL) {
        return NULL;
    }
    const steme_assertion *said = &ack->statement.as.assertion;
    if (said->has_valid_to && said->valid_to_s <= self->now_s) {
        self->expired_count++;
        return NULL;
    }
    return describe(self, ack);
}

void decisions_apply(decisions *self, judgement *judgements, size_t count, const char *folder,
                     int uses_baseline)
{
    for (size_t i = 0; i < count; i++) {
        judgement *each = &judgements[i];
        if (each->outcome != OUTCOME_FLAG && each->outcome != OUTCOME_BLOCK) {
            continue;
        }
        each->acknowledged = acknowledged(self, each, folder);
        if (each->acknowledged != NULL) {
            each->outcome = OUTCOME_ACK;
        }
    }
    if (uses_baseline) {
        baseline_mark(&self->baseline, judgements, count, folder);
    }
}
