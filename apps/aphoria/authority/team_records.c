/* team_records.c -- see team_records.h. */
#include "aphoria/authority/team_records.h"

#include <stdlib.h>
#include <string.h>

#include "common/text.h"

void team_records_deinit(team_records *self)
{
    free(self->items);
    free(self->ids);
    free(self->agents);
    free(self->groups);
    arena_deinit(&self->memory);
    *self = (team_records){0};
}

void team_records_begin(team_records *self, const steme_id *head)
{
    team_records_group group = {.first = self->count, .has_head = head != NULL};
    if (head != NULL) {
        group.head = *head;
    }
    self->groups = text_reallocate(self->groups, (self->group_count + 1) * sizeof *self->groups);
    self->groups[self->group_count++] = group;
}

static void add_agent(team_records *self, const uint8_t *key)
{
    if (self->agent_count > 0 &&
        memcmp(self->agents[self->agent_count - 1].bytes, key, STEME_AGENT_SIZE) == 0) {
        return;
    }
    if (self->agent_count == self->agent_capacity) {
        self->agent_capacity = self->agent_capacity == 0 ? 16 : 2 * self->agent_capacity;
        self->agents = text_reallocate(self->agents, self->agent_capacity * sizeof *self->agents);
    }
    memcpy(self->agents[self->agent_count++].bytes, key, STEME_AGENT_SIZE);
}

void team_records_add(team_records *self, const steme_record *record)
{
    if (self->count == self->capacity) {
        self->capacity = self->capacity == 0 ? 64 : 2 * self->capacity;
        self->items = text_reallocate(self->items, self->capacity * sizeof *self->items);
        self->ids = text_reallocate(self->ids, self->capacity * sizeof *self->ids);
    }
    const char *copy = arena_copy(&self->memory, record->bytes.bytes, record->bytes.size);
    self->items[self->count] =
        (steme_append){.record = {(const uint8_t *)copy, record->bytes.size}};
    self->ids[self->count++] = record->id;
    for (uint32_t i = 0; i < record->signer_count; i++) {
        add_agent(self, steme_record_signer(record, i));
    }
}

static int compare_ids(const void *left, const void *right)
{
    return memcmp(left, right, sizeof(steme_id));
}

static int compare_agents(const void *left, const void *right)
{
    return memcmp(left, right, sizeof(steme_agent));
}

void team_records_finish(team_records *self)
{
    size_t kept = 0;
    if (self->count == 0) {
        return;
    }
    qsort(self->ids, self->count, sizeof *self->ids, compare_ids);
    qsort(self->agents, self->agent_count, sizeof *self->agents, compare_agents);
    for (size_t i = 0; i < self->agent_count; i++) {
        if (kept == 0 || compare_agents(&self->agents[kept - 1], &self->agents[i]) != 0) {
            self->agents[kept++] = self->agents[i];
        }
    }
    self->agent_count = kept;
}

steme_status team_records_submit(team_records *self, database *to, steme_error *error)
{
    steme_record held;
    steme_status status = STEME_OK;
    for (size_t i = 0; status == STEME_OK && i < self->group_count; i++) {
        const team_records_group *group = &self->groups[i];
        size_t end = i + 1 < self->group_count ? self->groups[i + 1].first : self->count;
        if (end == group->first ||
            (group->has_head && database_get(to, &group->head, &held, NULL) == STEME_OK)) {
            continue;
        }
        status = database_submit(to, self->items + group->first, end - group->first, 1, error);
        for (size_t j = group->first; status == STEME_OK && j < end; j++) {
            status = self->items[j].status;
        }
    }
    database_refresh(to);
    return status;
}
