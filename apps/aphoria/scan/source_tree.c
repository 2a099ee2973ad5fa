/* source_tree.c -- see source_tree.h. */
#include "aphoria/scan/source_tree.h"

#include <ctype.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "aphoria/scan/source_find.h"
#include "common/text.h"

enum {
    KEPT_SIZE_MAX = 1 << 20, /* of all that are kept parsed */
    FILE_COST = 4 << 10,     /* of each, beside its size */
    HELD_COUNT_MAX = 32,     /* by one reader at once */
    HELD_SIZE_MAX = 128 << 10,
};

static const uint64_t parse_budget_ns = 2000000000u;

/* A file's code while it is kept. */
typedef struct source_code {
    struct source_code *next; /* of those kept, the one used last first */
    uint32_t file;
    uint32_t user_count;
    int is_ready;
    arena memory;
    char *bytes;
    size_t size;
    parse_result parsed;
} source_code;

typedef struct source_kind {
    char *super; /* a class's supertype, without its package */
    uint32_t file;
} source_kind;

struct source_tree {
    const walk_list *files;
    source_index index;
    pthread_mutex_t lock; /* of all below */
    pthread_cond_t ready;
    source_code *kept;
    size_t kept_size;
    source_kind *kinds;
    size_t kind_count;
    size_t kind_capacity;
    int has_kinds;
    atomic_uchar
        *sourced; /* of each file: 1 = it has a source's word, 2 = none; 0 = not asked yet */
};

struct source_reader {
    source_tree *tree;
    parser *parser;
    source_code *held[HELD_COUNT_MAX];
    size_t held_count;
    size_t held_size;
};

source_tree *source_tree_create(const walk_list *files)
{
    source_tree *self = text_allocate(sizeof *self);
    memset(self, 0, sizeof *self);
    self->files = files;
    source_index_init(&self->index, files);
    self->sourced = text_allocate((files->count + 1) * sizeof *self->sourced);
    memset(self->sourced, 0, (files->count + 1) * sizeof *self->sourced);
    pthread_mutex_init(&self->lock, NULL);
    pthread_cond_init(&self->ready, NULL);
    return self;
}

static void free_code(source_code *self)
{
    arena_deinit(&self->memory);
    free(self->bytes);
    free(self);
}

void source_tree_destroy(source_tree *self)
{
    if (self == NULL) {
        return;
    }
    while (self->kept != NULL) {
        source_code *next = self->kept->next;
        free_code(self->kept);
        self->kept = next;
    }
    for (size_t i = 0; i < self->kind_count; i++) {
        free(self->kinds[i].super);
    }
    free(self->kinds);
    source_index_deinit(&self->index);
    free(self->sourced);
    pthread_cond_destroy(&self->ready);
    pthread_mutex_destroy(&self->lock);
    free(self);
}

uint32_t source_tree_number(const source_tree *self, const char *path)
{
    return source_index_number(&self->index, path);
}

const char *source_tree_path(const source_tree *self, uint32_t file)
{
    return file == 0 || file > self->files->count ? "" : self->files->files[file - 1].path;
}

uint32_t source_tree_find(const source_tree *self, const evaluate_reference *names,
                          const char **out_rest)
{
    return source_index_find(&self->index, names, out_rest);
}

int source_tree_has_source(source_tree *self, uint32_t file)
{
    static const char *const words[] = {"request", "req.", "getParameter", "Param(",
                                        "ctx.",    "argv", "input(",       "@Query"};
    if (file == 0 || file > self->files->count) {
        return 0;
    }
    unsigned char known = atomic_load(&self->sourced[file - 1]);
    if (known == 0) {
        const walk_file *at = &self->files->files[file - 1];
        char *bytes = NULL;
        size_t size = 0;
        known = 2;
        if (at->size <= SOURCE_SIZE_MAX &&
            walk_read(self->files, at, SOURCE_SIZE_MAX, &bytes, &size) == WALK_READ) {
            for (size_t i = 0; i < sizeof words / sizeof *words && known == 2; i++) {
                known = memmem(bytes, size, words[i], strlen(words[i])) != NULL ? 1 : 2;
            }
        }
        free(bytes);
        atomic_store(&self->sourced[file - 1], known);
    }
    return known == 1;
}

/* ---- Code --------------------------------------------------------------------------------- */

source_reader *source_reader_create(source_tree *tree)
{
    source_reader *self = text_allocate(sizeof *self);
    memset(self, 0, sizeof *self);
    self->tree = tree;
    self->parser = parser_create();
    return self;
}

/* Small files are not free: a list of ever so many would take its time to look through. */
static size_t cost_of(const source_code *self)
{
    return self->size + FILE_COST;
}

/* Lets go of what nobody uses, the one used longest ago first. Under the lock. */
static void shrink(source_tree *self)
{
    while (self->kept_size > KEPT_SIZE_MAX) {
        source_code **oldest = NULL;
        for (source_code **each = &self->kept; *each != NULL; each = &(*each)->next) {
            oldest = (*each)->user_count == 0 && (*each)->is_ready ? each : oldest;
        }
        if (oldest == NULL) {
            return;
        }
        source_code *gone = *oldest;
        *oldest = gone->next;
        self->kept_size -= cost_of(gone);
        free_code(gone);
    }
}

void source_reader_release(source_reader *self)
{
    if (self->held_count == 0) {
        return;
    }
    pthread_mutex_lock(&self->tree->lock);
    for (size_t i = 0; i < self->held_count; i++) {
        self->held[i]->user_count--;
    }
    shrink(self->tree);
    pthread_mutex_unlock(&self->tree->lock);
    self->held_count = 0;
    self->held_size = 0;
}

void source_reader_destroy(source_reader *self)
{
    if (self != NULL) {
        source_reader_release(self);
        parser_destroy(self->parser);
        free(self);
    }
}

/* JSON is an expression of JavaScript's. */
static void parse_json(source_reader *self, source_code *code)
{
    char *wrapped = text_allocate(code->size + 3);
    wrapped[0] = '(';
    memcpy(wrapped + 1, code->bytes, code->size);
    memcpy(wrapped + 1 + code->size, ")", 2);
    code->parsed = parser_run(self->parser, LANGUAGE_JAVASCRIPT, wrapped, (uint32_t)code->size + 2,
                              parse_budget_ns, &code->memory);
    free(wrapped);
}

static void parse_bytes(source_reader *self, source_code *code, language of)
{
    parser_set_file(self->parser, code->file);
    if (of == LANGUAGE_JSON) {
        parse_json(self, code);
    } else {
        code->parsed = parser_run(self->parser, of, code->bytes, (uint32_t)code->size,
                                  parse_budget_ns, &code->memory);
    }
}

static void parse_code(source_reader *self, source_code *code)
{
    const walk_file *file = &self->tree->files->files[code->file - 1];
    language of = language_of_file(file->path, "", 0);
    if ((language_is_code(of) || of == LANGUAGE_JSON) &&
        walk_read(self->tree->files, file, SOURCE_SIZE_MAX, &code->bytes, &code->size) ==
            WALK_READ) {
        parse_bytes(self, code, of);
    }
}

/* The file's place among those kept, moved to the front; a new one is not ready. Under the lock. */
static source_code *take(source_tree *self, uint32_t file)
{
    source_code **at = &self->kept;
    while (*at != NULL && (*at)->file != file) {
        at = &(*at)->next;
    }
    source_code *found = *at;
    if (found == NULL) {
        found = text_allocate(sizeof *found);
        memset(found, 0, sizeof *found);
        found->file = file;
    } else {
        *at = found->next;
    }
    found->next = self->kept;
    self->kept = found;
    found->user_count++;
    return found;
}

/* Waits where another thread parses it. `*out_is_new`: nobody did, and the caller has to. */
static source_code *hold(source_reader *self, uint32_t file, int *out_is_new)
{
    source_tree *tree = self->tree;
    pthread_mutex_lock(&tree->lock);
    source_code *code = take(tree, file);
    *out_is_new = code->user_count == 1 && !code->is_ready;
    while (!*out_is_new && !code->is_ready) {
        pthread_cond_wait(&tree->ready, &tree->lock);
    }
    pthread_mutex_unlock(&tree->lock);
    self->held[self->held_count++] = code;
    self->held_size += tree->files->files[file - 1].size;
    return code;
}

static void make_ready(source_reader *self, source_code *code)
{
    source_tree *tree = self->tree;
    pthread_mutex_lock(&tree->lock);
    code->is_ready = 1;
    tree->kept_size += cost_of(code);
    pthread_cond_broadcast(&tree->ready);
    pthread_mutex_unlock(&tree->lock);
}

parse_result source_reader_parse(source_reader *self, uint32_t file, language of, const char *bytes,
                                 size_t size, arena *memory)
{
    int is_new = 0;
    source_code *code = size > SOURCE_SIZE_MAX ? NULL : hold(self, file, &is_new);
    if (is_new) {
        code->bytes = text_allocate(size + 1);
        memcpy(code->bytes, bytes, size);
        code->bytes[size] = '\0';
        code->size = size;
        parse_bytes(self, code, of);
        make_ready(self, code);
    }
    if (code != NULL && code->size == size) {
        return code->parsed;
    }
    parser_set_file(self->parser, file);
    return parser_run(self->parser, of, bytes, (uint32_t)size, parse_budget_ns, memory);
}

const code_node *source_reader_load(source_reader *self, uint32_t file)
{
    source_tree *tree = self->tree;
    for (size_t i = 0; i < self->held_count; i++) {
        if (self->held[i]->file == file) {
            return self->held[i]->parsed.root;
        }
    }
    uint64_t size =
        file == 0 || file > tree->files->count ? UINT64_MAX : tree->files->files[file - 1].size;
    if (size > SOURCE_SIZE_MAX || self->held_count == HELD_COUNT_MAX ||
        self->held_size + size > HELD_SIZE_MAX) {
        return NULL;
    }
    int is_new = 0;
    source_code *code = hold(self, file, &is_new);
    if (is_new) {
        parse_code(self, code);
        make_ready(self, code);
    }
    return code->parsed.root;
}

const char *source_reader_bytes(source_reader *self, uint32_t file, size_t *out_size)
{
    for (size_t i = 0; i < self->held_count; i++) {
        if (self->held[i]->file == file && self->held[i]->bytes != NULL) {
            *out_size = self->held[i]->size;
            return self->held[i]->bytes;
        }
    }
    *out_size = 0;
    return "";
}

/* ---- Kinds -------------------------------------------------------------------------------- */

static int is_name_part(char each)
{
    return isalnum((unsigned char)each) || each == '_' || each == '.' || each == '$';
}

static void add_kind(source_tree *self, const char *name, size_t size, uint32_t file)
{
    const char *dot = memrchr(name, '.', size);
    size_t skipped = dot == NULL ? 0 : (size_t)(dot + 1 - name);
    if (self->kind_count == self->kind_capacity) {
        self->kind_capacity = self->kind_capacity == 0 ? 64 : 2 * self->kind_capacity;
        self->kinds = text_reallocate(self->kinds, self->kind_capacity * sizeof *self->kinds);
    }
    char *super = text_allocate(size - skipped + 1);
    memcpy(super, name + skipped, size - skipped);
    super[size - skipped] = '\0';
    self->kinds[self->kind_count++] = (source_kind){super, file};
}

/* The names behind `extends` or `implements`, up to the class's brace. */
static void read_kinds(source_tree *self, const char *bytes, size_t size, const char *word,
                       uint32_t file)
{
    size_t word_size = strlen(word);
    for (const char *at = memmem(bytes, size, word, word_size); at != NULL;
         at = memmem(at, size - (size_t)(at - bytes), word, word_size)) {
        at += word_size;
        int depth = 0;
        size_t left = size - (size_t)(at - bytes);
        for (size_t i = 0; i < left && i < 1000 && at[i] != '{' && at[i] != ';' && at[i] != ')';) {
            depth += at[i] == '<';
            depth -= at[i] == '>';
            size_t length = 0;
            while (i + length < left && is_name_part(at[i + length])) {
                length++;
            }
            if (length > 0 && depth == 0 && (i == 0 || !is_name_part(at[i - 1]))) {
                add_kind(self, at + i, length, file);
            }
            i += length > 0 ? length : 1;
        }
    }
}

static int compare_kinds(const void *left, const void *right)
{
    const source_kind *a = left;
    const source_kind *b = right;
    int order = strcmp(a->super, b->super);
    return order != 0 ? order : (a->file > b->file) - (a->file < b->file);
}

/* Once, when first asked for. Under the lock. */
static void find_all_kinds(source_tree *self)
{
    for (size_t i = 0; i < self->index.by_name_count; i++) {
        const walk_file *file = &self->files->files[self->index.by_name[i]];
        char *bytes = NULL;
        size_t size = 0;
        if (file->size <= SOURCE_SIZE_MAX &&
            walk_read(self->files, file, SOURCE_SIZE_MAX, &bytes, &size) == WALK_READ) {
            read_kinds(self, bytes, size, " implements ", self->index.by_name[i] + 1);
            read_kinds(self, bytes, size, " extends ", self->index.by_name[i] + 1);
        }
        free(bytes);
    }
    if (self->kind_count > 0) {
        qsort(self->kinds, self->kind_count, sizeof *self->kinds, compare_kinds);
    }
    self->has_kinds = 1;
}

size_t source_tree_find_kinds(source_tree *self, const char *name, uint32_t *out_files,
                              size_t count_max)
{
    size_t count = 0;
    pthread_mutex_lock(&self->lock);
    if (!self->has_kinds) {
        find_all_kinds(self);
    }
    pthread_mutex_unlock(&self->lock);
    size_t first = 0;
    size_t end = self->kind_count;
    while (first < end) {
        size_t middle = first + (end - first) / 2;
        if (strcmp(self->kinds[middle].super, name) < 0) {
            first = middle + 1;
        } else {
            end = middle;
        }
    }
    for (; first < self->kind_count && strcmp(self->kinds[first].super, name) == 0; first++) {
        int is_known = count > 0 && out_files[count - 1] == self->kinds[first].file;
        if (!is_known && count == count_max) {
            return count_max + 1; /* too many to go into */
        }
        if (!is_known) {
            out_files[count++] = self->kinds[first].file;
        }
    }
    return count;
}
