/* settings.h -- configuration files as paths of keys and their values.
 *
 * Each setting is told as an EVENT_ASSIGN, like an assignment in code: its path is dotted
 * (server.ssl.enabled), its value a text, number, truth or null, its node the value's place. Items
 * of lists have the path of their list. `[section]` and nesting are names in front.
 *
 * A map in YAML and JSON and a block in HCL are told as well, as an EVENT_CALL of their path with
 * what is right in them as named arguments: a rule can ask for several keys at once, or for one
 * that is absent. Of what is a map itself only its name is told there.
 *
 * The bytes have a NUL behind them.
 *
 * Threads: all functions may run at once.
 * Failure: what cannot be read is left out; a reader never stops at a bad line. */
#ifndef APHORIA_SETTINGS_H
#define APHORIA_SETTINGS_H

#include <string.h>

#include "aphoria/evaluate/evaluate.h"
#include "aphoria/syntax/comment.h"

typedef void (*settings_visit)(void *context, const event *setting);

void settings_read(language of, const char *bytes, size_t size, arena *memory, settings_visit visit,
                   void *context);

/* Tells of the comments, in their order. A text that spans lines, or stands in quotes, holds none.
 */
void settings_comments(language of, const char *bytes, size_t size, comment_visit visit,
                       void *context);

/* ---- For the readers ---------------------------------------------------------------------- */

typedef struct settings_sink {
    const char *bytes;
    size_t size;
    arena *memory;
    settings_visit visit;
    void *context;
} settings_sink;

/* Tells of `path` = the text at [begin, end), typed by how it looks: true, 12, null, else a text.
 */
void settings_tell(settings_sink *self, const char *path, size_t begin, size_t end, size_t line,
                   size_t column);
/* The same for a text that is not written as such in the file. */
void settings_tell_text(settings_sink *self, const char *path, const char *text, size_t begin,
                        size_t end, size_t line, size_t column);

/* What is right in a map or block. */
typedef struct settings_block {
    event_argument *items;
    uint32_t count;
    uint32_t capacity;
} settings_block;

/* As settings_tell types it. */
const value *settings_value(settings_sink *self, const char *text, size_t begin, size_t end,
                            size_t line, size_t column);
void settings_block_add(settings_sink *self, settings_block *to, const char *name, const value *of);
/* [begin, end) is what is shown of it. */
void settings_tell_block(settings_sink *self, const char *path, const settings_block *block,
                         size_t begin, size_t end, size_t line, size_t column);

/* Whether a byte is one of the set's; NUL never is. */
static inline int settings_is_among(char each, const char *set)
{
    return each != '\0' && strchr(set, each) != NULL;
}

void settings_read_lines(settings_sink *sink, language of); /* properties, env, ini, toml */
void settings_read_documents(settings_sink *sink);          /* yaml, json */
void settings_read_xml(settings_sink *sink);
void settings_read_dockerfile(settings_sink *sink);
void settings_read_blocks(settings_sink *sink, language of); /* hcl, nginx */

#endif
