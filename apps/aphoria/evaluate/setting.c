/* setting.c -- what configuration files say where code asks for it: see evaluator.h. */
#include <string.h>

#include "aphoria/evaluate/evaluator.h"

enum { EXPAND_DEPTH_MAX = 4, PARTS_MAX = 16 };

static const value *find(evaluator *self, const char *key, int depth);

/* ${name:default}, up to its brace; `*out_end` is behind it. */
static const value *placeholder(evaluator *self, const char *text, const char **out_end, int depth)
{
    const char *name = text + 2;
    size_t name_size = strcspn(name, ":}");
    const char *end = name + name_size;
    int open = 1;
    while (*end != '\0' && open > 0) {
        open += *end == '{';
        open -= *end == '}';
        end += open > 0;
    }
    *out_end = *end == '}' ? end + 1 : end;
    const value *found = find(self, arena_copy(self->memory, name, name_size), depth + 1);
    if (found != NULL || name[name_size] != ':') {
        return found != NULL ? found : value_unknown();
    }
    const char *otherwise = name + name_size + 1;
    otherwise += *otherwise == '-'; /* ${NAME:-default} */
    size_t size = end > otherwise ? (size_t)(end - otherwise) : 0;
    return evaluate_expanded(self, arena_copy(self->memory, otherwise, size), depth + 1);
}

const value *evaluate_expanded(evaluator *self, const char *text, int depth)
{
    const value *parts[PARTS_MAX];
    size_t count = 0;
    while (*text != '\0' && count < PARTS_MAX && depth < EXPAND_DEPTH_MAX) {
        const char *at = strstr(text, "${");
        size_t size = at == NULL ? strlen(text) : (size_t)(at - text);
        if (size > 0) {
            parts[count++] = value_text(self->memory, arena_copy(self->memory, text, size), NULL);
            text += size;
        } else {
            parts[count++] = placeholder(self, text, &text, depth);
        }
    }
    return count == 0   ? value_text(self->memory, "", NULL)
           : count == 1 ? parts[0]
                        : value_concatenate(self->memory, parts, count, NULL);
}

static const value *find(evaluator *self, const char *key, int depth)
{
    if (self->options->setting == NULL) {
        return NULL;
    }
    const value *found = self->options->setting(self->options->context, key);
    return found != NULL && found->kind == VALUE_TEXT && strstr(found->text, "${") != NULL
               ? evaluate_expanded(self, found->text, depth)
               : found;
}

const value *evaluate_setting(evaluator *self, const char *key)
{
    return find(self, key, 0);
}

/* ---- Where code asks ---------------------------------------------------------------------- */

const value *evaluate_environment(evaluator *self, const char *path)
{
    static const char *const prefixes[] = {"process.env.", "os.environ.", "import.meta.env.",
                                           "@settings."};
    for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++) {
        size_t size = strlen(prefixes[i]);
        if (strncmp(path, prefixes[i], size) == 0) {
            return evaluate_setting(self, path + size);
        }
    }
    return NULL;
}

/* The file that open("name.yml") opens is read as settings. */
static int opens_settings(const code_node *node, int depth)
{
    static const char *const endings[] = {".json", ".yml", ".yaml", ".toml", ".ini", ".cfg"};
    for (; node != NULL && depth < 6; node = node->next) {
        size_t size = node->kind == CODE_TEXT && node->text != NULL ? strlen(node->text) : 0;
        for (size_t i = 0; i < sizeof endings / sizeof *endings && size > 0; i++) {
            size_t ending_size = strlen(endings[i]);
            if (size > ending_size && strcmp(node->text + size - ending_size, endings[i]) == 0) {
                return 1;
            }
        }
        if (opens_settings(node->first, depth + 1)) {
            return 1;
        }
    }
    return 0;
}

static int is_reader(const char *path)
{
    static const char *const readers[] = {"json.load", "json.loads",   "yaml.safe_load",
                                          "yaml.load", "tomllib.load", "tomllib.loads",
                                          "toml.load", "tomli.load",   "yaml.full_load"};
    for (size_t i = 0; i < sizeof readers / sizeof *readers; i++) {
        if (strcmp(path, readers[i]) == 0) {
            return 1;
        }
    }
    return 0;
}

const value *evaluate_settings_read(evaluator *self, const char *path, const event *call)
{
    const value *first = call->argument_count == 0 ? NULL : call->arguments[0].value;
    size_t size = strlen(path);
    if (first == NULL) {
        return NULL;
    }
    if (strcmp(path, "@Value") == 0) {
        const value *given =
            first->kind == VALUE_TEXT ? evaluate_expanded(self, first->text, 0) : value_unknown();
        return given->kind == VALUE_PREFIX ? value_unknown() : given;
    }
    if (strncmp(path, "@settings", 9) == 0 && size > 4 && strcmp(path + size - 4, ".get") == 0 &&
        first->kind == VALUE_TEXT) {
        const char *named =
            evaluate_path(self, arena_copy(self->memory, path, size - 4), first->text);
        const value *found = evaluate_environment(self, named);
        return found != NULL              ? found
               : call->argument_count > 1 ? call->arguments[1].value
                                          : value_object(self->memory, named, call->node);
    }
    int is_read = is_reader(path) && first->node != NULL && first->kind == VALUE_OBJECT &&
                  (first->taint & TAINT_OUTSIDE) == 0 && opens_settings(first->node->first, 0);
    return is_read ? value_object(self->memory, "@settings", call->node) : NULL;
}
