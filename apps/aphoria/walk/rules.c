/* rules.c -- see rules.h. */
#include "aphoria/walk/rules.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/terminal.h"

enum {
    IGNORE_SIZE_MAX = 1 << 20,
    LIBRARY_PATH_MAX = 4000, /* libgit2's own limit */
};

static const char default_ignores[] = "node_modules/\n__pycache__/\n";
static const int ignore_flags = O_RDONLY | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC;

static const ignore_file *read_ignores(rules *self, int file)
{
    char *bytes = NULL;
    size_t size = 0;
    walk_reading outcome = walk_read_descriptor(file, IGNORE_SIZE_MAX, &bytes, &size);
    if (outcome != WALK_READ) {
        if (outcome == WALK_LARGE) {
            terminal_note("an ignore file over 1 MiB is not read");
        }
        return NULL;
    }
    const ignore_file *made = ignore_file_read(&self->memory, bytes, size);
    free(bytes);
    return made;
}

static const ignore_file *read_lines(rules *self, const char *const *lines)
{
    text_buffer joined = TEXT_EMPTY;
    for (; lines != NULL && *lines != NULL; lines++) {
        text_append_format(&joined, "%s\n", *lines);
    }
    const ignore_file *made = ignore_file_read(&self->memory, text_get(&joined), joined.size);
    text_deinit(&joined);
    return made;
}

/* ---- Folders ------------------------------------------------------------------------------- */

rules_folder *rules_make(rules *self, rules_folder *parent, const char *name)
{
    rules_folder *made = arena_allocate(&self->memory, sizeof *made);
    made->parent = parent;
    if (parent != NULL) {
        made->name = arena_copy(&self->memory, name, strlen(name));
        made->path_size = parent->path_size + strlen(name) + 1;
        made->ruled = parent->ruled;
        made->repository = parent->repository;
    }
    return made;
}

void rules_path(const rules_folder *in, text_buffer *out)
{
    text_clear(out);
    if (in->path_size == 0) {
        return;
    }
    text_append_format(out, "%*s", (int)in->path_size, "");
    for (; in->parent != NULL; in = in->parent) {
        memcpy(out->bytes + in->parent->path_size, in->name, strlen(in->name));
        out->bytes[in->path_size - 1] = '/';
    }
    out->bytes[--out->size] = '\0';
}

static rules_repository *begin_repository(rules *self, const rules_folder *in)
{
    repository found;
    rules_repository *made = NULL;
    text_buffer path = TEXT_EMPTY;
    text_buffer whole = TEXT_EMPTY;
    rules_path(in, &path);
    text_append_format(&whole, "%s/%s", self->base, text_get(&path));
    if (repository_open_here(&found, text_get(&whole))) {
        made = arena_allocate(&self->memory, sizeof *made);
        *made = (rules_repository){.opened = found, .path_size = in->path_size};
        const char *said = repository_exclude_path(&found, &self->memory);
        if (said != NULL) {
            made->exclude = read_ignores(self, open(said, O_RDONLY | O_NONBLOCK | O_CLOEXEC));
        }
        said = repository_user_exclude_path(&found, &self->memory);
        if (said != NULL) {
            made->user_exclude = read_ignores(self, open(said, O_RDONLY | O_NONBLOCK | O_CLOEXEC));
        }
    }
    text_deinit(&path);
    text_deinit(&whole);
    return made;
}

rules_repository *rules_read(rules *self, rules_folder *in, int descriptor)
{
    struct stat about;
    rules_repository *begun = NULL;
    if (in->path_size < LIBRARY_PATH_MAX &&
        fstatat(descriptor, ".git", &about, AT_SYMLINK_NOFOLLOW) == 0) {
        begun = begin_repository(self, in);
    }
    if (begun != NULL) {
        in->repository = begun;
        in->is_tracked_only = 0;
    }
    if (in->repository != NULL) {
        in->git = read_ignores(self, openat(descriptor, ".gitignore", ignore_flags));
    }
    if (in->path_size >= self->top_size) {
        in->own = read_ignores(self, openat(descriptor, ".aphoriaignore", ignore_flags));
    }
    if (in->git != NULL || in->own != NULL) {
        in->ruled = in;
    }
    return begun;
}

void rules_end(rules_repository *begun)
{
    repository_close(&begun->opened);
}

/* ---- Questions ----------------------------------------------------------------------------- */

static const rules_folder *above(const rules_folder *in)
{
    return in->parent == NULL ? NULL : in->parent->ruled;
}

/* The first that says anything, from the folder upwards. */
static ignore_answer ask_own(const rules_folder *in, const char *path, int is_folder)
{
    ignore_answer answer = IGNORE_SILENT;
    for (in = in->ruled; in != NULL && answer == IGNORE_SILENT; in = above(in)) {
        answer = ignore_file_ask(in->own, path + in->path_size, is_folder);
    }
    return answer;
}

static ignore_answer ask_git(const rules_folder *in, const char *path, int is_folder)
{
    const rules_repository *of = in->repository;
    ignore_answer answer = IGNORE_SILENT;
    if (of == NULL) {
        return IGNORE_SILENT;
    }
    for (in = in->ruled; in != NULL && in->repository == of && answer == IGNORE_SILENT;
         in = above(in)) {
        answer = ignore_file_ask(in->git, path + in->path_size, is_folder);
    }
    if (answer == IGNORE_SILENT) {
        answer = ignore_file_ask(of->exclude, path + of->path_size, is_folder);
    }
    if (answer == IGNORE_SILENT) {
        answer = ignore_file_ask(of->user_exclude, path + of->path_size, is_folder);
    }
    return answer;
}

static int is_tracked(const rules_folder *in, const char *path, int is_folder)
{
    rules_repository *of = in->repository;
    return of != NULL &&
           (repository_is_tracked(&of->opened, path + of->path_size) ||
            (is_folder && repository_is_tracked_below(&of->opened, path + of->path_size)));
}

static int is_never_read(const char *name)
{
    static const char *const never[] = {".git", ".hg", ".svn", ".aphoria"};
    for (size_t i = 0; i < sizeof never / sizeof *never; i++) {
        if (strcmp(name, never[i]) == 0) {
            return 1;
        }
    }
    return 0;
}

rules_answer rules_ask(const rules *self, const rules_folder *in, const char *path, int is_folder,
                       int is_git)
{
    if (is_never_read(path + in->path_size)) {
        return RULES_NO;
    }
    ignore_answer answer = ignore_file_ask(self->excludes, path + self->prefix_size, is_folder);
    if (answer == IGNORE_SILENT) {
        answer = ignore_file_ask(self->top_excludes, path + self->top_size, is_folder);
    }
    if (answer == IGNORE_SILENT) {
        answer = ask_own(in, path, is_folder);
    }
    if (answer == IGNORE_SILENT) {
        answer = ignore_file_ask(self->defaults, path, is_folder);
    }
    if (answer != IGNORE_SILENT) {
        return answer == IGNORE_YES ? RULES_NO : RULES_YES;
    }
    if (is_git || (!in->is_tracked_only && ask_git(in, path, is_folder) != IGNORE_YES)) {
        return RULES_YES;
    }
    return !is_tracked(in, path, is_folder) ? RULES_NO : is_folder ? RULES_TRACKED : RULES_YES;
}

/* The folder of that name, its rules read; made where it is asked for first. */
static rules_folder *find_below(rules *self, rules_folder *in, const char *path, size_t size)
{
    const char *name = path + in->path_size;
    size_t name_size = size - in->path_size;
    for (rules_folder *each = in->first; each != NULL; each = each->next) {
        if (strncmp(each->name, name, name_size) == 0 && each->name[name_size] == '\0') {
            return each;
        }
    }
    char *part = text_allocate(size + 1);
    memcpy(part, path, size);
    part[size] = '\0';
    rules_folder *made = rules_make(self, in, part + in->path_size);
    made->next = in->first;
    in->first = made;
    made->is_left_out = rules_ask(self, in, part, 1, 1) == RULES_NO;
    int base = open(self->base, O_PATH | O_DIRECTORY | O_CLOEXEC);
    int opened = made->is_left_out || base < 0
                     ? -1
                     : walk_open(base, part, O_PATH | O_DIRECTORY | O_NOFOLLOW);
    if (opened >= 0) {
        made->own = read_ignores(self, openat(opened, ".aphoriaignore", ignore_flags));
        made->ruled = made->own != NULL ? made : made->ruled;
        close(opened);
    }
    if (base >= 0) {
        close(base);
    }
    free(part);
    return made;
}

int rules_want(rules *self, const char *path, int is_folder)
{
    rules_folder *in = self->root;
    for (const char *slash; (slash = strchr(path + in->path_size, '/')) != NULL;) {
        in = find_below(self, in, path, (size_t)(slash - path));
        if (in->is_left_out) {
            return 0;
        }
    }
    return is_folder ? !find_below(self, in, path, strlen(path))->is_left_out
                     : rules_ask(self, in, path, 0, 1) == RULES_YES;
}

/* ---- The root ------------------------------------------------------------------------------ */

/* How much of `whole` is `folder` with a slash behind it; SIZE_MAX where it is not below. */
static size_t size_above(const char *folder, const char *whole)
{
    size_t size = folder == NULL ? 0 : strlen(folder);
    if (folder == NULL || strncmp(folder, whole, size) != 0) {
        return SIZE_MAX;
    }
    if (size == 1 && whole[1] != '\0') {
        return 1; /* the file system's root */
    }
    return whole[size] == '/' ? size + 1 : whole[size] == '\0' ? size : SIZE_MAX;
}

static void find_base(rules *self, const walk_options *options, const char *whole)
{
    repository found;
    size_t root = strlen(whole);
    size_t git = repository_open(&found, whole) ? size_above(found.folder, whole) : SIZE_MAX;
    size_t top = size_above(options->top, whole);
    repository_close(&found);
    git = git < root ? git : root;
    top = top == SIZE_MAX ? git : top < root ? top : root;
    size_t base = git < top ? git : top;
    self->prefix_size = base == root ? 0 : root - base + 1;
    self->top_size = top == base ? 0 : top == root ? self->prefix_size : top - base;
    self->base = arena_copy(&self->memory, whole, base == root || base == 1 ? base : base - 1);
}

static void read_on_the_way(rules *self, rules_folder *in, const char *path)
{
    int opened = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
    rules_repository *begun = opened < 0 ? NULL : rules_read(self, in, opened);
    if (begun != NULL) {
        begun->next = self->outer;
        self->outer = begun;
    }
    if (opened >= 0) {
        close(opened);
    }
}

/* The folders from the base down to the root. */
static void enter_root(rules *self, const char *whole)
{
    rules_folder *in = rules_make(self, NULL, "");
    const char *rest = whole + size_above(self->base, whole);
    text_buffer path = TEXT_EMPTY;
    text_append(&path, self->base);
    read_on_the_way(self, in, text_get(&path));
    while (*rest != '\0') {
        size_t size = strcspn(rest, "/");
        in = rules_make(self, in, arena_copy(&self->memory, rest, size));
        text_append_format(&path, "/%s", in->name);
        read_on_the_way(self, in, text_get(&path));
        rest += size + (rest[size] == '/');
    }
    text_deinit(&path);
    self->root = in;
}

int rules_open(rules *self, const walk_options *options)
{
    *self = (rules){0};
    char *whole = realpath(options->root, NULL);
    if (whole == NULL) {
        terminal_report("cannot read: %s: %s; check the path", options->root, strerror(errno));
        return 0;
    }
    find_base(self, options, whole);
    self->excludes = read_lines(self, options->excludes);
    self->top_excludes = read_lines(self, options->top_excludes);
    self->defaults = ignore_file_read(&self->memory, default_ignores, sizeof default_ignores - 1);
    enter_root(self, whole);
    free(whole);
    return 1;
}

void rules_close(rules *self)
{
    for (; self->outer != NULL; self->outer = self->outer->next) {
        rules_end(self->outer);
    }
    arena_deinit(&self->memory);
}
