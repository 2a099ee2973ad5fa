/* settings_table.c -- see settings_table.h. */
#include "aphoria/settings/settings_table.h"

#include <stdlib.h>
#include <string.h>

#include "aphoria/settings/settings.h"
#include "common/text.h"

enum { BUCKET_COUNT = 4096, ENTRIES_MAX = 100000 };

typedef struct table_entry {
    struct table_entry *next;
    const char *key;
    const value *value;
} table_entry;

struct settings_table {
    arena memory;
    arena scratch; /* of the file that is being read */
    table_entry *buckets[BUCKET_COUNT];
    size_t count;
};

settings_table *settings_table_create(void)
{
    settings_table *self = text_allocate(sizeof *self);
    memset(self, 0, sizeof *self);
    return self;
}

void settings_table_destroy(settings_table *self)
{
    if (self != NULL) {
        arena_deinit(&self->memory);
        arena_deinit(&self->scratch);
        free(self);
    }
}

static size_t bucket_of(const char *key)
{
    uint32_t hash = 2166136261u; /* FNV-1a */
    for (; *key != '\0'; key++) {
        hash = (hash ^ (uint8_t)*key) * 16777619u;
    }
    return hash % BUCKET_COUNT;
}

static table_entry *find(const settings_table *self, const char *key)
{
    table_entry *entry = self->buckets[bucket_of(key)];
    while (entry != NULL && strcmp(entry->key, key) != 0) {
        entry = entry->next;
    }
    return entry;
}

static const value *kept(settings_table *self, const value *of)
{
    value *copy = arena_allocate(&self->memory, sizeof *copy);
    *copy = (value){.kind = of->kind, .number = of->number};
    if (of->text != NULL) {
        copy->text = arena_copy(&self->memory, of->text, strlen(of->text));
    }
    return copy;
}

static void take_setting(void *context, const event *setting)
{
    settings_table *self = context;
    if (!value_is_constant(setting->value) || self->count >= ENTRIES_MAX) {
        return;
    }
    table_entry *entry = find(self, setting->path);
    if (entry != NULL) {
        entry->value = value_join(&self->memory, entry->value, kept(self, setting->value));
        return;
    }
    table_entry **bucket = &self->buckets[bucket_of(setting->path)];
    entry = arena_allocate(&self->memory, sizeof *entry);
    *entry = (table_entry){*bucket, arena_copy(&self->memory, setting->path, strlen(setting->path)),
                           kept(self, setting->value)};
    *bucket = entry;
    self->count++;
}

void settings_table_add(settings_table *self, language of, const char *bytes, size_t size)
{
    settings_read(of, bytes, size, &self->scratch, take_setting, self);
    arena_clear(&self->scratch);
}

const value *settings_table_find(const settings_table *self, const char *key)
{
    const table_entry *entry = find(self, key);
    return entry == NULL ? NULL : entry->value;
}
