/* team_records.h -- what stands beside the corpus in a judgement: signed records of the team's own
 * decisions, and of packs that it imported.
 *
 * Lifetime: start with zero, end with team_records_deinit. */
#ifndef APHORIA_TEAM_RECORDS_H
#define APHORIA_TEAM_RECORDS_H

#include "common/arena.h"
#include "common/database.h"

/* Records that one of them, held by a set, vouches for in that set. */
typedef struct team_records_group {
    size_t first;
    steme_id head;
    int has_head;
} team_records_group;

typedef struct team_records {
    arena memory;
    steme_append *items;
    size_t count;
    size_t capacity;
    steme_id *ids;       /* of the same; ascending after team_records_finish */
    steme_agent *agents; /* who signed them, each once after team_records_finish */
    size_t agent_count;
    size_t agent_capacity;
    team_records_group *groups;
    size_t group_count;
} team_records;

void team_records_deinit(team_records *self);

/* What follows is a group of its own; `head` is its last record, NULL = it has none. */
void team_records_begin(team_records *self, const steme_id *head);
/* Copies an admitted record. */
void team_records_add(team_records *self, const steme_record *record);
/* After the last. */
void team_records_finish(team_records *self);

/* Appends what the set does not hold: of a group with a head that is held, nothing. */
STEME_MUST_CHECK steme_status team_records_submit(team_records *self, database *to,
                                                  steme_error *error);

#endif
