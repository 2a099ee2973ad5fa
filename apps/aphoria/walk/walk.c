/* walk.c -- see walk.h. */
#include "aphoria/walk/walk.h"

#include <dirent.h>
#include <errno.h>
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "common/terminal.h"
#include "common/text.h"

enum { DEPTH_MAX = 200 };

static void add_file(walk_list *self, const char *path, const struct stat *about)
{
    if (self->count == self->capacity) {
        self->capacity = self->capacity == 0 ? 256 : 2 * self->capacity;
        self->files = text_reallocate(self->files, self->capacity * sizeof *self->files);
    }
    self->files[self->count++] = (walk_file){
        .path = arena_copy(&self->memory, path, strlen(path)),
        .size = (uint64_t)about->st_size,
        .modified_ns = (int64_t)about->st_mtim.tv_sec * 1000000000 + about->st_mtim.tv_nsec,
    };
}

static int is_left_out(const char *path, const char *name, const char *const *excludes)
{
    static const char *const folders[] = {".git",         ".hg",      ".svn",
                                          "node_modules", ".aphoria", "__pycache__"};
    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) {
        if (strcmp(name, folders[i]) == 0) {
            return 1;
        }
    }
    for (; excludes != NULL && *excludes != NULL; excludes++) {
        if (fnmatch(*excludes, path, 0) == 0 || fnmatch(*excludes, name, 0) == 0) {
            return 1;
        }
    }
    return 0;
}

static void walk_folder(walk_list *self, const char *folder, const char *const *excludes,
                        int depth);

static void take_entry(walk_list *self, const char *folder, const char *name,
                       const char *const *excludes, int depth)
{
    struct stat about;
    text_buffer path = TEXT_EMPTY;
    text_buffer whole = TEXT_EMPTY;
    text_append_format(&path, "%s%s%s", folder, folder[0] == '\0' ? "" : "/", name);
    text_append_format(&whole, "%s/%s", self->root, text_get(&path));
    if (is_left_out(text_get(&path), name, excludes)) {
        self->ignored_count++;
    } else if (lstat(text_get(&whole), &about) != 0) {
        self->unreadable_count++;
    } else if (S_ISDIR(about.st_mode) && depth < DEPTH_MAX) {
        walk_folder(self, text_get(&path), excludes, depth + 1);
    } else if (S_ISREG(about.st_mode)) {
        add_file(self, text_get(&path), &about);
    }
    text_deinit(&path);
    text_deinit(&whole);
}

static int is_entry(const struct dirent *entry)
{
    return strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
}

static void walk_folder(walk_list *self, const char *folder, const char *const *excludes, int depth)
{
    struct dirent **entries = NULL;
    text_buffer whole = TEXT_EMPTY;
    text_append_format(&whole, "%s/%s", self->root, folder);
    int count = scandir(text_get(&whole), &entries, is_entry, alphasort);
    text_deinit(&whole);
    if (count < 0) {
        self->unreadable_count++;
        return;
    }
    for (int i = 0; i < count; i++) {
        take_entry(self, folder, entries[i]->d_name, excludes, depth);
        free(entries[i]);
    }
    free(entries);
}

static int compare_files(const void *left, const void *right)
{
    const walk_file *a = left;
    const walk_file *b = right;
    return strcmp(a->path, b->path);
}

int walk_run(walk_list *self, const char *root, const char *const *excludes)
{
    struct stat about;
    *self = (walk_list){0};
    if (stat(root, &about) != 0) {
        terminal_report("cannot read: %s: %s; check the path", root, strerror(errno));
        return 0;
    }
    if (S_ISDIR(about.st_mode)) {
        self->root = arena_copy(&self->memory, root, strlen(root));
        walk_folder(self, "", excludes, 0);
        qsort(self->files, self->count, sizeof *self->files, compare_files);
        return 1;
    }
    const char *slash = strrchr(root, '/');
    self->root = slash == NULL ? "." : arena_copy(&self->memory, root, (size_t)(slash - root));
    add_file(self, slash == NULL ? root : slash + 1, &about);
    return 1;
}

void walk_deinit(walk_list *self)
{
    free(self->files);
    arena_deinit(&self->memory);
}
