/* walk.c -- see walk.h.
 *
 * Folders that are still to be read stand on a stack, each with its name and the folder that it is
 * in: nothing is recursive, and the tree may be as deep as it likes. The folder read last stays
 * open, as the next one mostly is below it. A repository is closed by a mark below its folders. */
#include "aphoria/walk/walk.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "aphoria/walk/rules.h"
#include "common/terminal.h"
#include "common/text.h"

enum { PATH_SIZE_MAX = 32 << 10, PATHS_SIZE_MAX = 256 << 20 };

/* A folder to read, or a repository that is done with. */
typedef struct task {
    rules_folder *in;
    rules_repository *done;
} task;

typedef struct walker {
    walk_list *list;
    rules rules;
    task *tasks;
    size_t task_count;
    size_t task_capacity;
    text_buffer path; /* of what is looked at */
    int latest;       /* descriptor of the folder read last; -1 = none */
    const rules_folder *latest_folder;
    size_t paths_size;
} walker;

/* ---- Lists --------------------------------------------------------------------------------- */

walk_file *walk_add(walk_list *self, const char *path, uint64_t size, int64_t modified_ns)
{
    if (self->count == self->capacity) {
        self->capacity = self->capacity == 0 ? 256 : 2 * self->capacity;
        self->files = text_reallocate(self->files, self->capacity * sizeof *self->files);
    }
    walk_file *added = &self->files[self->count++];
    *added = (walk_file){.path = arena_copy(&self->memory, path, strlen(path)),
                         .size = size,
                         .modified_ns = modified_ns};
    return added;
}

static int compare_files(const void *left, const void *right)
{
    const walk_file *a = left;
    const walk_file *b = right;
    return strcmp(a->path, b->path);
}

void walk_sort(walk_list *self)
{
    if (self->count > 0) {
        qsort(self->files, self->count, sizeof *self->files, compare_files);
    }
}

void walk_deinit(walk_list *self)
{
    if (self->root != NULL) {
        if (self->folder >= 0) {
            close(self->folder);
        }
        if (self->load_end != NULL) {
            self->load_end(self->load_context);
        }
        free(self->files);
        arena_deinit(&self->memory);
    }
    *self = (walk_list){.folder = -1};
}

/* ---- Folders ------------------------------------------------------------------------------- */

static void push(walker *self, task pushed)
{
    if (self->task_count == self->task_capacity) {
        self->task_capacity = self->task_capacity == 0 ? 64 : 2 * self->task_capacity;
        self->tasks = text_reallocate(self->tasks, self->task_capacity * sizeof *self->tasks);
    }
    self->tasks[self->task_count++] = pushed;
}

static void take_file(walker *self, const struct stat *about)
{
    const char *path = text_get(&self->path) + self->rules.prefix_size;
    size_t size = self->path.size - self->rules.prefix_size;
    if (size > PATH_SIZE_MAX || self->paths_size + size > PATHS_SIZE_MAX) {
        self->list->too_long_count++;
        return;
    }
    self->paths_size += size;
    walk_add(self->list, path, (uint64_t)about->st_size,
             (int64_t)about->st_mtim.tv_sec * 1000000000 + about->st_mtim.tv_nsec);
}

/* `self->path` is the entry's. */
static void take_path(walker *self, rules_folder *in, const struct stat *about)
{
    int is_folder = S_ISDIR(about->st_mode);
    rules_answer answer = rules_ask(&self->rules, in, text_get(&self->path), is_folder, 0);
    if (answer == RULES_NO) {
        self->list->ignored_count++;
    } else if (!is_folder) {
        take_file(self, about);
    } else if (self->path.size > PATH_SIZE_MAX) {
        self->list->too_long_count++;
    } else {
        rules_folder *below = rules_make(&self->rules, in, text_get(&self->path) + in->path_size);
        below->is_tracked_only = answer == RULES_TRACKED;
        push(self, (task){.in = below});
    }
}

static void take_entry(walker *self, rules_folder *in, const char *name)
{
    struct stat about;
    if (fstatat(self->latest, name, &about, AT_SYMLINK_NOFOLLOW) != 0) {
        self->list->unreadable_count++;
    } else if (!S_ISDIR(about.st_mode) && !S_ISREG(about.st_mode)) {
        self->list->special_count++;
    } else {
        size_t size = self->path.size;
        text_append_format(&self->path, "%s%s", size == 0 ? "" : "/", name);
        take_path(self, in, &about);
        self->path.size = size;
        self->path.bytes[size] = '\0';
    }
}

static int open_folder(walker *self, const rules_folder *in)
{
    int flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC;
    if (in == self->rules.root) {
        return openat(self->list->folder, ".", flags);
    }
    if (self->latest >= 0 && in->parent == self->latest_folder) {
        return openat(self->latest, in->name, flags);
    }
    rules_path(in, &self->path);
    return walk_open(self->list->folder, text_get(&self->path) + self->rules.prefix_size, flags);
}

static void take_entries(walker *self, rules_folder *in, DIR *entries)
{
    rules_repository *begun =
        in == self->rules.root ? NULL : rules_read(&self->rules, in, self->latest);
    if (begun != NULL) {
        push(self, (task){.done = begun});
    }
    rules_path(in, &self->path);
    for (const struct dirent *each; (each = readdir(entries)) != NULL;) {
        if (strcmp(each->d_name, ".") != 0 && strcmp(each->d_name, "..") != 0) {
            take_entry(self, in, each->d_name);
        }
    }
}

static void read_folder(walker *self, rules_folder *in)
{
    int opened = open_folder(self, in);
    int listed = opened < 0 ? -1 : openat(opened, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *entries = listed < 0 ? NULL : fdopendir(listed);
    if (self->latest >= 0) {
        close(self->latest);
    }
    self->latest = opened;
    self->latest_folder = in;
    if (entries != NULL) {
        take_entries(self, in, entries);
        closedir(entries);
        return;
    }
    if (listed >= 0) {
        close(listed);
    }
    self->list->unreadable_count++;
}

static void walk_tree(walk_list *list, const walk_options *options)
{
    walker self = {.list = list, .latest = -1};
    if (rules_open(&self.rules, options)) {
        push(&self, (task){.in = self.rules.root});
    } else {
        list->unreadable_count++;
    }
    while (self.task_count > 0) {
        task next = self.tasks[--self.task_count];
        if (next.done != NULL) {
            rules_end(next.done);
        } else {
            read_folder(&self, next.in);
        }
    }
    if (self.latest >= 0) {
        close(self.latest);
    }
    free(self.tasks);
    text_deinit(&self.path);
    rules_close(&self.rules);
    walk_sort(list);
}

/* ---- The root ------------------------------------------------------------------------------ */

const char *walk_folder_of(arena *memory, const char *file)
{
    const char *slash = strrchr(file, '/');
    if (slash == NULL) {
        return ".";
    }
    return slash == file ? "/" : arena_copy(memory, file, (size_t)(slash - file));
}

int walk_run(walk_list *self, const walk_options *options)
{
    struct stat about;
    const char *root = options->root;
    *self = (walk_list){.folder = -1};
    if (stat(root, &about) != 0) {
        terminal_report("cannot read: %s: %s; check the path", root, strerror(errno));
        return 0;
    }
    self->is_single = !S_ISDIR(about.st_mode);
    self->root = self->is_single ? walk_folder_of(&self->memory, root)
                                 : arena_copy(&self->memory, root, strlen(root));
    self->folder = open(self->root, O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (!self->is_single) {
        walk_tree(self, options);
        return 1;
    }
    const char *slash = strrchr(root, '/');
    walk_add(self, slash == NULL ? root : slash + 1, (uint64_t)about.st_size,
             (int64_t)about.st_mtim.tv_sec * 1000000000 + about.st_mtim.tv_nsec);
    return 1;
}
