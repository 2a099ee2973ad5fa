/* Hostile configuration files: the first byte chooses the language, the rest is the file. Every
 * setting that is told lies in the file. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "aphoria/settings/settings.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

typedef struct reading {
    size_t size;
    uint32_t line_count;
} reading;

static void take_setting(void *context, const event *setting)
{
    const reading *self = context;
    const code_node *at = setting->node;
    if (at->begin > at->end || at->end > self->size || at->line == 0 ||
        at->line > self->line_count || at->column == 0 || setting->path == NULL ||
        (setting->kind == EVENT_ASSIGN && setting->value == NULL))
        abort();
}

static void take_comment(void *context, const comment *each)
{
    const reading *self = context;
    if (each->begin > each->end || each->end > self->size || each->line == 0 ||
        each->line > self->line_count || each->last_line > self->line_count)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    static arena memory;
    static const language read[] = {LANGUAGE_PROPERTIES, LANGUAGE_ENV,        LANGUAGE_INI,
                                    LANGUAGE_YAML,       LANGUAGE_JSON,       LANGUAGE_TOML,
                                    LANGUAGE_XML,        LANGUAGE_DOCKERFILE, LANGUAGE_HCL,
                                    LANGUAGE_NGINX,      LANGUAGE_MAKEFILE};
    if (size == 0)
        return 0;
    char *file = malloc(size); /* of just that size, its NUL included */
    if (file == NULL)
        abort();
    memcpy(file, bytes + 1, size - 1);
    file[size - 1] = '\0';
    reading self = {.size = size - 1, .line_count = 1};
    for (size_t i = 0; i + 1 < size; i++)
        self.line_count += file[i] == '\n' || file[i] == '\r';
    language of = read[bytes[0] % (sizeof read / sizeof *read)];
    settings_read(of, file, size - 1, &memory, take_setting, &self);
    settings_comments(of, file, size - 1, take_comment, &self);
    arena_clear(&memory);
    free(file);
    return 0;
}
