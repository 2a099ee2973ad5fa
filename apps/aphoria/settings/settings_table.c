/* settings_table.c -- see settings_table.h. */
#include "aphoria/settings/settings_table.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "aphoria/settings/settings.h"
#include "common/text.h"

enum { BUCKET_COUNT = 4096, ENTRIES_MAX = 100000 };

/* What the files of one folder say. */
typedef struct table_place {
    struct table_place *next;
    const char *folder;
    int is_for_trial; /* development, tests, an example */
    const value *value;
} table_place;

typedef struct table_entry {
    struct table_entry *next;
    const char *key;
    table_place *places;
} table_entry;

struct settings_table {
    arena memory;
    arena scratch; /* of the file that is being read */
    table_entry *buckets[BUCKET_COUNT];
    size_t count;
    const char *folder; /* of the file that is being read, and what it is for */
    int is_for_trial;
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

static void add_place(settings_table *self, table_entry *entry, const value *given)
{
    table_place **at = &entry->places;
    while (*at != NULL && (strcmp((*at)->folder, self->folder) != 0 ||
                           (*at)->is_for_trial != self->is_for_trial)) {
        at = &(*at)->next;
    }
    if (*at != NULL) {
        (*at)->value = value_join(&self->memory, (*at)->value, given);
        return;
    }
    *at = arena_allocate(&self->memory, sizeof **at);
    **at = (table_place){NULL, self->folder, self->is_for_trial, given};
    self->count++;
}

static void take_setting(void *context, const event *setting)
{
    settings_table *self = context;
    if (setting->kind != EVENT_ASSIGN || !value_is_constant(setting->value) ||
        self->count >= ENTRIES_MAX) {
        return;
    }
    table_entry *entry = find(self, setting->path);
    if (entry == NULL) {
        table_entry **bucket = &self->buckets[bucket_of(setting->path)];
        entry = arena_allocate(&self->memory, sizeof *entry);
        *entry = (table_entry){
            *bucket, arena_copy(&self->memory, setting->path, strlen(setting->path)), NULL};
        *bucket = entry;
    }
    add_place(self, entry, kept(self, setting->value));
}

/* ---- Places ------------------------------------------------------------------------------- */

static int is_word(const char *name, size_t size, const char *const *words)
{
    for (; *words != NULL; words++) {
        if (strlen(*words) == size && strncasecmp(*words, name, size) == 0) {
            return 1;
        }
    }
    return 0;
}

/* The folder that a file configures: without those that are there for configuration. */
static size_t folder_size(const char *path)
{
    static const char *const words[] = {
        "resources", "config",  "conf", "settings",   "src",          "main", "webapp", "WEB-INF",
        "META-INF",  "classes", "env",  "properties", "environments", "etc",  NULL};
    size_t size = strlen(path);
    while (size > 0 && path[size - 1] != '/') {
        size--;
    }
    size -= size > 0;
    while (size > 0) {
        size_t begin = size;
        while (begin > 0 && path[begin - 1] != '/') {
            begin--;
        }
        if (!is_word(path + begin, size - begin, words)) {
            break;
        }
        size = begin > 0 ? begin - 1 : 0;
    }
    return size;
}

/* application-dev.yml, .env.example, src/test/resources/app.properties */
static int is_for_trial(const char *path)
{
    static const char *const words[] = {"dev",     "development", "test",     "tests", "local",
                                        "example", "sample",      "template", "dist",  NULL};
    for (size_t begin = 0; path[begin] != '\0';) {
        size_t size = strcspn(path + begin, "/.-_");
        if (is_word(path + begin, size, words)) {
            return 1;
        }
        begin += size + (path[begin + size] != '\0');
    }
    return 0;
}

void settings_table_add(settings_table *self, const char *path, language of, const char *bytes,
                        size_t size)
{
    self->folder = arena_copy(&self->memory, path, folder_size(path));
    self->is_for_trial = is_for_trial(path);
    settings_read(of, bytes, size, &self->scratch, take_setting, self);
    arena_clear(&self->scratch);
}

/* How near a folder is to a file: the names that they have in common, and whether it is above. */
static size_t nearness(const char *folder, const char *from)
{
    size_t common = 0;
    size_t i = 0;
    for (; folder[i] != '\0' && folder[i] == from[i]; i++) {
        common += from[i] == '/';
    }
    int is_above = folder[i] == '\0' && (i == 0 || from[i] == '/');
    return 2 * (common + (is_above && i > 0)) + (size_t)is_above;
}

const value *settings_table_find(const settings_table *self, const char *key, const char *from,
                                 arena *memory)
{
    const table_entry *entry = find(self, key);
    const value *found = NULL;
    size_t best = 0;
    for (const table_place *each = entry == NULL ? NULL : entry->places; each != NULL;
         each = each->next) {
        size_t rank = 2 * nearness(each->folder, from) + !each->is_for_trial;
        if (found == NULL || rank > best) {
            best = rank;
            found = each->value;
        } else if (rank == best) {
            found = value_join(memory, found, each->value);
        }
    }
    return found;
}
