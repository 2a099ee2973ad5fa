/* scan_cache.c -- see scan_cache.h. */
#include "aphoria/scan/scan_cache.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <steme/record.h>

#include "common/record_json.h"

enum {
    CACHE_SIZE_MAX = 64 << 20,
    KEY_SIZE = 16,
    KEY_DIGITS = 2 * KEY_SIZE,
    HASH_DIGITS = 64,
    HEAD_SIZE = KEY_DIGITS + 3, /* "<key> <age> " */
    AGE_MAX = 8,                /* scans that an entry outlives without being asked for */
};

static const char first_line[] = "aphoria scan cache 1\n";

/* What a scan found of an entry. */
enum { UNASKED, USED, STALE };

typedef struct cache_entry {
    uint8_t key[KEY_SIZE];
    const char *json;
    size_t size;
    char age; /* '0' to '8' */
} cache_entry;

struct scan_cache {
    const scan_cache_tree *tree;
    text_buffer folder;
    char *bytes;
    size_t size;
    cache_entry *entries;  /* ascending by key */
    atomic_uchar *is_used; /* UNASKED, … */
    size_t count;
};

/* ---- Reading ------------------------------------------------------------------------------ */

static char *path_in(const scan_cache *self, const char *name)
{
    text_buffer path = TEXT_EMPTY;
    text_append_format(&path, "%s/%s", text_get(&self->folder), name);
    return path.bytes;
}

static void load(scan_cache *self)
{
    struct stat about;
    char *path = path_in(self, "scan");
    int file = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    free(path);
    if (file < 0) {
        return;
    }
    if (fstat(file, &about) == 0 && S_ISREG(about.st_mode) && about.st_size > 0 &&
        about.st_size <= CACHE_SIZE_MAX) {
        size_t size = (size_t)about.st_size;
        self->bytes = text_allocate(size + 1);
        ssize_t got;
        while (self->size < size &&
               (got = read(file, self->bytes + self->size, size - self->size)) > 0) {
            self->size += (size_t)got;
        }
        self->bytes[self->size] = '\0';
    }
    close(file);
}

/* Its entries' bytes, or nothing where the end does not vouch for them. */
static size_t checked_size(const scan_cache *self)
{
    const size_t tail = HASH_DIGITS + 1;
    steme_id said = {{0}};
    if (self->size < sizeof first_line - 1 + tail ||
        memcmp(self->bytes, first_line, sizeof first_line - 1) != 0) {
        return 0;
    }
    size_t size = self->size - tail;
    steme_id is = steme_hash(self->bytes, size);
    steme_span digits = {(const uint8_t *)self->bytes + size, HASH_DIGITS};
    return record_hex_from_text(digits, said.bytes, sizeof said.bytes) &&
                   memcmp(&said, &is, sizeof said) == 0
               ? size
               : 0;
}

static int compare_entries(const void *left, const void *right)
{
    const cache_entry *a = left;
    const cache_entry *b = right;
    return memcmp(a->key, b->key, sizeof a->key);
}

static void find_entries(scan_cache *self)
{
    size_t capacity = 0;
    size_t size = checked_size(self);
    for (size_t begin = sizeof first_line - 1; begin < size;) {
        const char *line = self->bytes + begin;
        const char *end = memchr(line, '\n', size - begin);
        cache_entry entry = {.json = line + HEAD_SIZE, .age = line[KEY_DIGITS + 1]};
        if (end == NULL || end - line <= HEAD_SIZE ||
            !record_hex_from_text((steme_span){(const uint8_t *)line, KEY_DIGITS}, entry.key,
                                  sizeof entry.key)) {
            break;
        }
        entry.size = (size_t)(end - entry.json);
        if (self->count == capacity) {
            capacity = capacity == 0 ? 1024 : 2 * capacity;
            self->entries = text_reallocate(self->entries, capacity * sizeof *self->entries);
        }
        self->entries[self->count++] = entry;
        begin += (size_t)(end - line) + 1;
    }
    if (self->count > 1) {
        qsort(self->entries, self->count, sizeof *self->entries, compare_entries);
    }
    self->is_used = text_allocate(self->count + 1);
    memset(self->is_used, 0, self->count + 1);
}

scan_cache *scan_cache_open(const char *folder, const scan_cache_tree *tree)
{
    scan_cache *self = text_allocate(sizeof *self);
    *self = (scan_cache){.tree = tree};
    text_append(&self->folder, folder);
    load(self);
    find_entries(self);
    return self;
}

void scan_cache_close(scan_cache *self)
{
    if (self != NULL) {
        text_deinit(&self->folder);
        free(self->bytes);
        free(self->entries);
        free(self->is_used);
        free(self);
    }
}

/* ---- Asking ------------------------------------------------------------------------------- */

static void key_of(const scan_cache *self, size_t file, uint8_t out_key[KEY_SIZE])
{
    const char *path = self->tree->files->files[file].path;
    text_buffer whole = TEXT_EMPTY;
    text_append_bytes(&whole, &self->tree->program, sizeof self->tree->program);
    text_append_bytes(&whole, &self->tree->contents[file], sizeof self->tree->contents[file]);
    text_append_bytes(&whole, path, strlen(path));
    steme_id hash = steme_hash(whole.bytes, whole.size);
    memcpy(out_key, hash.bytes, KEY_SIZE);
    text_deinit(&whole);
}

static int is_hash(const json_t *text, const steme_id *hash)
{
    uint8_t said[STEME_ID_SIZE];
    return json_is_string(text) &&
           record_hex_from_text(text_span(json_string_value(text)), said, sizeof said) &&
           memcmp(said, hash, sizeof said) == 0;
}

static int compare_paths(const void *key, const void *item)
{
    return strcmp(key, ((const walk_file *)item)->path);
}

/* Whether each of the files is there, with the same content. */
static int are_same(const scan_cache *self, const json_t *files)
{
    const walk_list *list = self->tree->files;
    size_t index;
    json_t *each;
    json_array_foreach(files, index, each)
    {
        const char *path = json_string_value(json_array_get(each, 0));
        const walk_file *file = path == NULL ? NULL
                                             : bsearch(path, list->files, list->count,
                                                       sizeof *list->files, compare_paths);
        if (file == NULL ||
            !is_hash(json_array_get(each, 1), &self->tree->contents[file - list->files])) {
            return 0;
        }
    }
    return 1;
}

static int holds(const scan_cache *self, const json_t *entry)
{
    const json_t *paths = json_object_get(entry, "paths");
    const json_t *kinds = json_object_get(entry, "kinds");
    const json_t *settings = json_object_get(entry, "settings");
    return (paths == NULL || is_hash(paths, &self->tree->paths)) &&
           (kinds == NULL || is_hash(kinds, &self->tree->kinds)) &&
           (settings == NULL || is_hash(settings, &self->tree->settings)) &&
           are_same(self, json_object_get(entry, "files"));
}

/* A text in `memory`; NULL for null. */
static const char *take_text(const json_t *list, size_t place, arena *memory)
{
    const json_t *text = json_array_get(list, place);
    return json_is_string(text)
               ? arena_copy(memory, json_string_value(text), json_string_length(text))
               : NULL;
}

static uint32_t take_number(const json_t *list, size_t place)
{
    return (uint32_t)json_integer_value(json_array_get(list, place));
}

static uint64_t take_mark(const json_t *list, size_t place)
{
    const char *text = json_string_value(json_array_get(list, place));
    return text == NULL ? 0 : strtoull(text, NULL, 16);
}

static int take_observation(const json_t *from, const char *path, const rule_set *rules,
                            arena *memory, observations *out)
{
    const char *id = json_string_value(json_array_get(from, 0));
    const rule_match *match = id == NULL ? NULL : rule_set_find(rules, id);
    if (match == NULL) {
        return 0;
    }
    *observations_add(out) = (observation){
        .match = match,
        .path = path,
        .value = take_text(from, 1, memory),
        .symbol = take_text(from, 2, memory),
        .text = take_text(from, 3, memory),
        .ordinal = take_number(from, 4),
        .line = take_number(from, 5),
        .column = take_number(from, 6),
        .end_line = take_number(from, 7),
        .end_column = take_number(from, 8),
        .source_line = take_number(from, 9),
        .source_path = take_text(from, 10, memory),
        .sink_path = take_text(from, 11, memory),
        .sink_line = take_number(from, 12),
        .confidence = json_number_value(json_array_get(from, 13)),
        .ignored = take_text(from, 14, memory),
        .secret_mark = take_mark(from, 15),
        .copy = take_number(from, 16),
    };
    const observation *added = &out->items[out->count - 1];
    return added->value != NULL && added->symbol != NULL && added->text != NULL;
}

static void take_ignores(const json_t *list, const char *path, arena *memory,
                         file_scan_notes *notes)
{
    size_t index;
    json_t *each;
    if (json_array_size(list) == 0) {
        return;
    }
    inline_ignore *ignores = arena_allocate(memory, json_array_size(list) * sizeof *ignores);
    json_array_foreach(list, index, each)
    {
        const char *named = take_text(each, 3, memory);
        const char *reason = take_text(each, 4, memory);
        ignores[index] = (inline_ignore){
            .path = path,
            .line = take_number(each, 0),
            .first_line = take_number(each, 1),
            .last_line = take_number(each, 2),
            .rule = named == NULL ? "" : named,
            .reason = reason == NULL ? "" : reason,
            .fault = take_text(each, 5, memory),
            .is_used = (int)take_number(each, 6),
        };
    }
    notes->ignores = ignores;
    notes->ignore_count = json_array_size(list);
}

static int take_entry(const json_t *entry, const char *path, const rule_set *rules, arena *memory,
                      observations *out, file_scan_notes *notes)
{
    size_t before = out->count;
    size_t index;
    json_t *each;
    *notes = (file_scan_notes){.has_errors = json_is_true(json_object_get(entry, "errors"))};
    json_array_foreach(json_object_get(entry, "seen"), index, each)
    {
        if (!take_observation(each, path, rules, memory, out)) {
            out->count = before;
            return 0;
        }
    }
    take_ignores(json_object_get(entry, "ignores"), path, memory, notes);
    return 1;
}

int scan_cache_get(const scan_cache *self, size_t file, const rule_set *rules, arena *memory,
                   observations *out, file_scan_notes *out_notes)
{
    cache_entry wanted = {.json = NULL};
    key_of(self, file, wanted.key);
    const cache_entry *found = self->count == 0 ? NULL
                                                : bsearch(&wanted, self->entries, self->count,
                                                          sizeof *self->entries, compare_entries);
    if (found == NULL) {
        return 0;
    }
    json_t *entry = json_loadb(found->json, found->size, 0, NULL);
    int is_taken =
        entry != NULL && holds(self, entry) &&
        take_entry(entry, self->tree->files->files[file].path, rules, memory, out, out_notes);
    json_decref(entry);
    atomic_store_explicit(&self->is_used[found - self->entries], is_taken ? USED : STALE,
                          memory_order_relaxed);
    return is_taken;
}

/* ---- Keeping ------------------------------------------------------------------------------ */

static json_t *hash_text(const steme_id *hash)
{
    return record_hex_to_json(hash->bytes, sizeof hash->bytes);
}

static json_t *text_or_null(const char *text)
{
    return text == NULL ? json_null() : json_string(text);
}

static json_t *mark_text(uint64_t mark)
{
    char digits[24];
    snprintf(digits, sizeof digits, "%llx", (unsigned long long)mark);
    return mark == 0 ? json_null() : json_string(digits);
}

/* NULL where a text is no UTF-8. */
static json_t *observation_list(const observation *of)
{
    return json_pack("[s,o,o,o,i,i,i,i,i,i,o,o,i,f,o,o,i]", of->match->id, text_or_null(of->value),
                     text_or_null(of->symbol), text_or_null(of->text), (int)of->ordinal,
                     (int)of->line, (int)of->column, (int)of->end_line, (int)of->end_column,
                     (int)of->source_line, text_or_null(of->source_path),
                     text_or_null(of->sink_path), (int)of->sink_line, of->confidence,
                     text_or_null(of->ignored), mark_text(of->secret_mark), (int)of->copy);
}

static json_t *ignore_list(const inline_ignore *of)
{
    return json_pack("[i,i,i,o,o,o,i]", (int)of->line, (int)of->first_line, (int)of->last_line,
                     text_or_null(of->rule), text_or_null(of->reason), text_or_null(of->fault),
                     of->is_used);
}

static json_t *file_list(const scan_cache *self, uint32_t file)
{
    return json_pack("[o,o]", text_or_null(self->tree->files->files[file - 1].path),
                     hash_text(&self->tree->contents[file - 1]));
}

static int add_lists(const scan_cache *self, json_t *entry, const observations *out, size_t first,
                     const file_scan_notes *notes)
{
    json_t *seen = json_array();
    json_t *ignores = json_array();
    json_t *files = json_array();
    int is_whole = 1;
    for (size_t i = first; i < out->count; i++) {
        is_whole &= json_array_append_new(seen, observation_list(&out->items[i])) == 0;
    }
    for (size_t i = 0; i < notes->ignore_count; i++) {
        is_whole &= json_array_append_new(ignores, ignore_list(&notes->ignores[i])) == 0;
    }
    for (size_t i = 0; i < notes->looked_into_count; i++) {
        is_whole &= json_array_append_new(files, file_list(self, notes->looked_into[i])) == 0;
    }
    is_whole &= json_object_set_new(entry, "seen", seen) == 0;
    is_whole &= json_object_set_new(entry, "ignores", ignores) == 0;
    is_whole &= json_object_set_new(entry, "files", files) == 0;
    return is_whole;
}

void scan_cache_put(const scan_cache *self, scan_cache_writer *writer, size_t file,
                    const observations *out, size_t first, const file_scan_notes *notes)
{
    uint8_t key[KEY_SIZE];
    if (notes->is_cut || notes->is_unbounded) {
        return;
    }
    json_t *entry = json_object();
    int is_whole = add_lists(self, entry, out, first, notes);
    if (notes->has_errors) {
        is_whole &= json_object_set_new(entry, "errors", json_true()) == 0;
    }
    if (notes->uses_paths) {
        is_whole &= json_object_set_new(entry, "paths", hash_text(&self->tree->paths)) == 0;
    }
    if (notes->uses_kinds) {
        is_whole &= json_object_set_new(entry, "kinds", hash_text(&self->tree->kinds)) == 0;
    }
    if (notes->uses_settings) {
        is_whole &= json_object_set_new(entry, "settings", hash_text(&self->tree->settings)) == 0;
    }
    char *line = is_whole ? json_dumps(entry, JSON_COMPACT) : NULL;
    if (line != NULL) {
        key_of(self, file, key);
        text_append_hex(&writer->lines, key, sizeof key);
        text_append_format(&writer->lines, " 0 %s\n", line);
    }
    free(line);
    json_decref(entry);
}

/* ---- Saving ------------------------------------------------------------------------------- */

static void append_kept(const scan_cache *self, text_buffer *to)
{
    for (size_t i = 0; i < self->count; i++) {
        const cache_entry *each = &self->entries[i];
        int state = atomic_load_explicit(&self->is_used[i], memory_order_relaxed);
        int age = state == USED ? 0 : each->age - '0' + 1;
        if (state != STALE && age >= 0 && age <= AGE_MAX &&
            to->size + each->size < CACHE_SIZE_MAX - 4096) {
            text_append_hex(to, each->key, sizeof each->key);
            text_append_format(to, " %d ", age);
            text_append_bytes(to, each->json, each->size);
            text_append(to, "\n");
        }
    }
}

static int write_file(const char *path, const text_buffer *text)
{
    int file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
    const char *at = text_get(text);
    size_t left = text->size;
    if (file < 0) {
        return 0;
    }
    while (left > 0) {
        ssize_t written = write(file, at, left);
        if (written <= 0) {
            break;
        }
        at += written;
        left -= (size_t)written;
    }
    return close(file) == 0 && left == 0;
}

void scan_cache_save(scan_cache *self, const scan_cache_writer *writers, size_t count)
{
    size_t added = 0;
    text_buffer text = TEXT_EMPTY;
    for (size_t i = 0; i < count; i++) {
        added += writers[i].lines.size;
    }
    if (added == 0 || added > CACHE_SIZE_MAX - 4096) {
        return;
    }
    text_append(&text, first_line);
    for (size_t i = 0; i < count; i++) {
        text_append_bytes(&text, text_get(&writers[i].lines), writers[i].lines.size);
    }
    append_kept(self, &text);
    steme_id hash = steme_hash(text.bytes, text.size);
    text_append_hex(&text, hash.bytes, sizeof hash.bytes);
    text_append(&text, "\n");
    text_buffer name = TEXT_EMPTY;
    text_append_format(&name, "scan.%ld", (long)getpid());
    char *next = path_in(self, text_get(&name));
    char *path = path_in(self, "scan");
    if (mkdir(text_get(&self->folder), 0755) != 0 && errno != EEXIST) {
        added = 0;
    }
    if (added > 0 && (!write_file(next, &text) || rename(next, path) != 0)) {
        unlink(next);
    }
    free(next);
    free(path);
    text_deinit(&name);
    text_deinit(&text);
}
