/* library.c -- see library.h. */
#include "aphoria/library.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>

#include <steme/record.h>

#include "common/file.h"
#include "common/terminal.h"
#include "common/text.h"

enum { RULE_SIZE_MAX = 1 << 20 };

/* `self->id` goes on from what was added before. */
static void note_source(library *self, const char *path, const void *bytes, size_t size)
{
    text_buffer whole = TEXT_EMPTY;
    text_append_bytes(&whole, &self->id, sizeof self->id);
    text_append_bytes(&whole, path, strlen(path) + 1);
    text_append_bytes(&whole, bytes, size);
    self->id = steme_hash(whole.bytes, whole.size);
    text_deinit(&whole);
}

static int add_own(library *self)
{
    int is_whole = 1;
    note_source(self, steme_version(), "", 0);
    for (const embedded_file *each = aphoria_data; each->path != NULL; each++) {
        note_source(self, each->path, each->bytes, each->size);
        if (strncmp(each->path, "rules/", 6) == 0) {
            is_whole &= rule_set_add(self->rules, each->path, each->bytes, each->size);
        } else if (strncmp(each->path, "models/", 7) == 0) {
            is_whole &= model_set_add(self->models, each->path, each->bytes, each->size);
        }
    }
    return is_whole;
}

static int is_rule(const struct dirent *entry)
{
    size_t size = strlen(entry->d_name);
    return size > 5 && entry->d_name[0] != '.' && strcmp(entry->d_name + size - 5, ".yaml") == 0;
}

static int add_folder(library *self, const char *folder)
{
    struct dirent **entries = NULL;
    int count = scandir(folder, &entries, is_rule, alphasort);
    int is_whole = count >= 0;
    if (count < 0) {
        terminal_report("no folder of rules: %s; name one that can be read", folder);
    }
    for (int i = 0; i < count; i++) {
        text_buffer path = TEXT_EMPTY;
        text_append_format(&path, "%s/%s", folder, entries[i]->d_name);
        uint8_t *bytes = NULL;
        size_t size = 0;
        int is_read = file_read(text_get(&path), RULE_SIZE_MAX, &bytes, &size);
        note_source(self, text_get(&path), bytes, size);
        is_whole &=
            is_read && rule_set_add(self->rules, text_get(&path), (const char *)bytes, size);
        free(bytes);
        text_deinit(&path);
        free(entries[i]);
    }
    free(entries);
    return is_whole;
}

int library_open(library *self, const char *folder)
{
    *self = (library){.rules = rule_set_create(), .models = model_set_create()};
    int is_whole = add_own(self);
    if (folder != NULL) {
        is_whole &= add_folder(self, folder);
    }
    rule_set_finish(self->rules);
    return is_whole;
}

int library_prepare(library *self)
{
    if (self->filter == NULL && rule_set_compile_patterns(self->rules)) {
        self->filter = prefilter_create(self->rules, self->models);
    }
    return self->filter != NULL;
}

void library_close(library *self)
{
    rule_set_destroy(self->rules);
    model_set_destroy(self->models);
    prefilter_destroy(self->filter);
}
