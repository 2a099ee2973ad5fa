/* project.c -- see project.h. */
#include "aphoria/decisions/project.h"

#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "aphoria/rule/yaml_reader.h"
#include "common/file.h"
#include "common/record_json.h"
#include "common/terminal.h"
#include "common/text.h"

enum { CONFIG_SIZE_MAX = 1 << 20 };

/* ---- Where it is -------------------------------------------------------------------------- */

static int has_folder(project *self, const char *top, const char *name)
{
    struct stat about;
    return stat(arena_join(&self->memory, top, "/", name), &about) == 0 && S_ISDIR(about.st_mode);
}

/* A worktree's .git is a file. */
static int is_repository(project *self, const char *top)
{
    struct stat about;
    return stat(arena_join(&self->memory, top, "/", ".git"), &about) == 0;
}

static const char *parent_of(project *self, const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash == path ? "/" : arena_copy(&self->memory, path, (size_t)(slash - path));
}

static int is_file(const char *path)
{
    struct stat about;
    return stat(path, &about) == 0 && !S_ISDIR(about.st_mode);
}

static int find_top(project *self, const char *scanned)
{
    char *whole = realpath(scanned, NULL);
    if (whole == NULL) {
        terminal_report("%s: no such file or folder", scanned);
        return 0;
    }
    const char *start = arena_copy(&self->memory, whole, strlen(whole));
    free(whole);
    start = is_file(start) ? parent_of(self, start) : start;
    self->top = start;
    for (const char *each = start; strcmp(each, "/") != 0; each = parent_of(self, each)) {
        if (has_folder(self, each, ".aphoria") || is_repository(self, each)) {
            self->top = each;
            break;
        }
    }
    self->folder = arena_join(&self->memory, self->top, "/", ".aphoria");
    self->has_folder = has_folder(self, self->top, ".aphoria");
    const char *slash = strrchr(self->top, '/');
    self->name = slash[1] == '\0' ? "project" : slash + 1;
    return 1;
}

/* ---- What it says ------------------------------------------------------------------------- */

static int take_key(yaml_reader *reader, const yaml_node_t *node, uint8_t out[32])
{
    const char *digits = yaml_reader_text(reader, node, "key");
    if (digits != NULL && !record_hex_from_text(text_span(digits), out, 32)) {
        yaml_reader_fault(reader, node, "key", digits, "write 64 hexadecimal digits");
        return 0;
    }
    return digits != NULL;
}

typedef struct signer_reading {
    project_signer signer;
    int has_key;
} signer_reading;

static int take_signer_part(yaml_reader *reader, const char *key, const yaml_node_t *node,
                            void *context)
{
    signer_reading *self = context;
    if (strcmp(key, "name") == 0) {
        self->signer.name = yaml_reader_text(reader, node, "name");
    } else if (strcmp(key, "key") == 0) {
        self->has_key = take_key(reader, node, self->signer.agent.bytes);
    } else {
        return 0;
    }
    return 1;
}

static void take_signers(project *self, yaml_reader *reader, const yaml_node_t *list)
{
    project_signer *signers =
        arena_allocate(&self->memory, (yaml_reader_item_count(list) + 1) * sizeof *signers);
    const yaml_node_t *item;
    for (size_t i = 0; (item = yaml_reader_item(reader, list, i)) != NULL; i++) {
        signer_reading read = {.has_key = 0};
        yaml_reader_map(reader, item, "signer", take_signer_part, &read);
        if (!read.has_key || read.signer.name == NULL) {
            yaml_reader_fault(reader, item, "signer", "name or key", "give both");
            continue;
        }
        signers[self->signer_count++] = read.signer;
    }
    self->signers = signers;
}

/* Where a range that begins behind '[' ends; NULL where it does not. */
static const char *range_end(const char *text)
{
    text += *text == '!' || *text == '^';
    return text[0] == '\0' ? NULL : strchr(text + 1, ']');
}

/* Whether it can match anything as whoever wrote it means: fnmatch never fails. */
static int is_pattern(const char *text)
{
    if (text[0] == '\0' || text[0] == '/' || strncmp(text, "./", 2) == 0) {
        return 0;
    }
    for (; *text != '\0'; text++) {
        if (*text == '[') {
            text = range_end(text + 1);
        } else if (*text == '\\') {
            text = text[1] == '\0' ? NULL : text + 1;
        }
        if (text == NULL) {
            return 0;
        }
    }
    return 1;
}

static int take_allow_part(yaml_reader *reader, const char *key, const yaml_node_t *node,
                           void *context)
{
    project_allow *self = context;
    const char **place = strcmp(key, "path") == 0     ? &self->path
                         : strcmp(key, "rule") == 0   ? &self->rule
                         : strcmp(key, "reason") == 0 ? &self->reason
                                                      : NULL;
    if (place != NULL) {
        *place = yaml_reader_text(reader, node, key);
    }
    if (place != NULL && place != &self->reason && *place != NULL && !is_pattern(*place)) {
        yaml_reader_fault(reader, node, key, *place,
                          "write a pattern from the top, such as src/*.py, each [ with its ]");
    }
    return place != NULL;
}

static void take_allows(project *self, yaml_reader *reader, const yaml_node_t *list)
{
    project_allow *allows =
        arena_allocate(&self->memory, (yaml_reader_item_count(list) + 1) * sizeof *allows);
    const yaml_node_t *item;
    for (size_t i = 0; (item = yaml_reader_item(reader, list, i)) != NULL; i++) {
        project_allow read = {.path = "*", .rule = "*"};
        yaml_reader_map(reader, item, "allow", take_allow_part, &read);
        if (read.reason == NULL || read.reason[0] == '\0' || read.path == NULL ||
            read.rule == NULL) {
            yaml_reader_fault(reader, item, "allow", "no reason", "say why it is right");
            continue;
        }
        allows[self->allow_count++] = read;
    }
    self->allows = allows;
}

static void take_threshold(yaml_reader *reader, const char *key, const yaml_node_t *node,
                           double *out)
{
    double number = 0;
    if (yaml_reader_number(reader, node, key, &number)) {
        if (number > 0 && number <= 1) {
            *out = number;
        } else {
            yaml_reader_fault(reader, node, key, "out of range", "write a score above 0, up to 1");
        }
    }
}

static void take_name(project *self, yaml_reader *reader, const yaml_node_t *node)
{
    const char *name = yaml_reader_text(reader, node, "project");
    if (name == NULL) {
        return;
    }
    if (name[0] == '\0' || strpbrk(name, "/# \t\n") != NULL) {
        yaml_reader_fault(reader, node, "project", name, "write a name without slash, # and blank");
        return;
    }
    self->name = name;
}

static int take(yaml_reader *reader, const char *key, const yaml_node_t *node, void *context)
{
    project *self = context;
    if (strcmp(key, "project") == 0) {
        take_name(self, reader, node);
    } else if (strcmp(key, "block_at") == 0) {
        take_threshold(reader, key, node, &self->block_at);
    } else if (strcmp(key, "flag_at") == 0) {
        take_threshold(reader, key, node, &self->flag_at);
    } else if (strcmp(key, "fingerprint_key") == 0) {
        self->has_fingerprint_key = take_key(reader, node, self->fingerprint_key);
    } else if (strcmp(key, "exclude") == 0) {
        self->excludes = yaml_reader_texts(reader, node, key);
    } else if (strcmp(key, "allow") == 0) {
        take_allows(self, reader, node);
    } else if (strcmp(key, "signers") == 0) {
        take_signers(self, reader, node);
    } else {
        return 0;
    }
    return 1;
}

static int read_config(project *self)
{
    uint8_t *bytes = NULL;
    size_t size = 0;
    yaml_reader reader;
    const char *path = arena_join(&self->memory, self->folder, "/", "config.yaml");
    if (access(path, F_OK) != 0) {
        return 1;
    }
    if (!file_read(path, CONFIG_SIZE_MAX, &bytes, &size)) {
        return 0;
    }
    const yaml_node_t *root =
        yaml_reader_open(&reader, path, (const char *)bytes, size, &self->memory);
    if (root != NULL) {
        yaml_reader_map(&reader, root, "configuration", take, self);
    }
    size_t fault_count = root == NULL ? 1 : reader.fault_count;
    yaml_reader_close(&reader);
    free(bytes);
    return fault_count == 0;
}

int project_open(project *self, const char *scanned)
{
    static const char *const none[] = {NULL};
    *self = (project){.memory = ARENA_EMPTY, .excludes = none};
    return find_top(self, scanned) && (!self->has_folder || read_config(self));
}

void project_close(project *self)
{
    arena_deinit(&self->memory);
}

/* ---- Asking ------------------------------------------------------------------------------- */

const project_signer *project_signer_find(const project *self, const uint8_t agent[32])
{
    for (size_t i = 0; i < self->signer_count; i++) {
        if (memcmp(self->signers[i].agent.bytes, agent, sizeof self->signers[i].agent) == 0) {
            return &self->signers[i];
        }
    }
    return NULL;
}

const project_allow *project_allow_find(const project *self, const char *path, const char *rule)
{
    for (size_t i = 0; i < self->allow_count; i++) {
        if (fnmatch(self->allows[i].path, path, 0) == 0 &&
            fnmatch(self->allows[i].rule, rule, 0) == 0) {
            return &self->allows[i];
        }
    }
    return NULL;
}
