/* changes.c -- see changes.h. */
#include "aphoria/walk/changes.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "aphoria/walk/git_contents.h"
#include "aphoria/walk/rules.h"
#include "common/terminal.h"
#include "common/text.h"

enum { DIFF_SIZE_MAX = 4 << 20 }; /* over what a scan reads */

/* A file that differs. */
typedef struct change {
    char *path; /* from the repository's folder */
    int is_whole;
    walk_lines *lines;
    size_t count;
    size_t capacity;
} change;

typedef struct change_list {
    change *items;
    size_t count;
    size_t capacity;
} change_list;

/* ---- What differs -------------------------------------------------------------------------- */

static int take_delta(const git_diff_delta *delta, float progress, void *context)
{
    change_list *self = context;
    (void)progress;
    if (self->count == self->capacity) {
        self->capacity = self->capacity == 0 ? 64 : 2 * self->capacity;
        self->items = text_reallocate(self->items, self->capacity * sizeof *self->items);
    }
    self->items[self->count++] = (change){.path = text_duplicate(delta->new_file.path),
                                          .is_whole = delta->status != GIT_DELTA_MODIFIED &&
                                                      delta->status != GIT_DELTA_RENAMED &&
                                                      delta->status != GIT_DELTA_COPIED};
    return 0;
}

static int take_hunk(const git_diff_delta *delta, const git_diff_hunk *hunk, void *context)
{
    const change_list *self = context;
    change *to = &self->items[self->count - 1];
    (void)delta;
    if (to->count == to->capacity) {
        to->capacity = to->capacity == 0 ? 8 : 2 * to->capacity;
        to->lines = text_reallocate(to->lines, to->capacity * sizeof *to->lines);
    }
    uint32_t first = (uint32_t)hunk->new_start;
    uint32_t count = (uint32_t)hunk->new_lines;
    /* Lines that are gone stood between this one and the next. */
    to->lines[to->count++] =
        count == 0 ? (walk_lines){first, first + 1} : (walk_lines){first, first + count - 1};
    return 0;
}

static int compare_changes(const void *left, const void *right)
{
    const change *a = left;
    const change *b = right;
    return strcmp(a->path, b->path);
}

/* Takes up what the diff says, and gives the diff back. */
static int read_diff(change_list *self, git_diff *diff)
{
    git_diff_find_options similar;
    (void)git_diff_find_options_init(&similar, GIT_DIFF_FIND_OPTIONS_VERSION);
    similar.flags = GIT_DIFF_FIND_RENAMES;
    int is_read = git_diff_find_similar(diff, &similar) == 0 &&
                  git_diff_foreach(diff, take_delta, NULL, take_hunk, NULL, self) == 0;
    git_diff_free(diff);
    if (self->count > 0) {
        qsort(self->items, self->count, sizeof *self->items, compare_changes);
    }
    return is_read || repository_fail("what changed cannot be told");
}

static void change_list_deinit(change_list *self)
{
    for (size_t i = 0; i < self->count; i++) {
        free(self->items[i].path);
        free(self->items[i].lines);
    }
    free(self->items);
}

/* Attributes of the tree do not take a file out: `-diff` would be a way past every gate. */
static git_diff_options diff_options(void)
{
    git_diff_options options;
    (void)git_diff_options_init(&options, GIT_DIFF_OPTIONS_VERSION);
    options.flags = GIT_DIFF_FORCE_TEXT | GIT_DIFF_IGNORE_SUBMODULES | GIT_DIFF_INCLUDE_TYPECHANGE;
    options.context_lines = 0;
    options.max_size = DIFF_SIZE_MAX;
    return options;
}

/* `path` is from the repository's folder. */
static void mark(walk_list *self, walk_file *file, const change_list *changes, const char *path,
                 int is_tracked)
{
    change wanted = {.path = (char *)path};
    const change *found = changes->count == 0 ? NULL
                                              : bsearch(&wanted, changes->items, changes->count,
                                                        sizeof wanted, compare_changes);
    file->is_context = found == NULL && is_tracked;
    if (found != NULL && !found->is_whole) {
        walk_lines *lines = arena_allocate(&self->memory, (found->count + 1) * sizeof *lines);
        if (found->count > 0) {
            memcpy(lines, found->lines, found->count * sizeof *lines);
        }
        file->changed = lines;
        file->changed_count = found->count;
    }
}

/* ---- Staged -------------------------------------------------------------------------------- */

/* The index that git's hooks are to look at. */
static int open_index(repository *self)
{
    const char *path = getenv("GIT_INDEX_FILE");
    if (path == NULL || path[0] == '\0') {
        return repository_index(self) != NULL || repository_fail("the index cannot be read");
    }
    if (git_index_open(&self->index, path) != 0) {
        return repository_fail(path);
    }
    return 1;
}

/* What a commit holds, as an index. */
static int open_tree(repository *self, const char *revision)
{
    git_object *said = NULL;
    git_object *tree = NULL;
    int is_found = git_revparse_single(&said, self->git, revision) == 0 &&
                   git_object_peel(&tree, said, GIT_OBJECT_TREE) == 0;
    if (!is_found) {
        terminal_report("no such revision: %s; name a commit, branch or tag that this clone has",
                        revision);
    }
    int is_read = is_found && ((git_index_new(&self->index) == 0 &&
                                git_index_read_tree(self->index, (git_tree *)tree) == 0) ||
                               repository_fail(revision));
    git_object_free(tree);
    git_object_free(said);
    return is_read;
}

static int diff_staged(repository *self, change_list *out)
{
    git_object *head = NULL;
    git_object *tree = NULL;
    git_diff *diff = NULL;
    git_diff_options options = diff_options();
    int is_made = 1;
    /* Without a commit so far all is new. */
    if (git_revparse_single(&head, self->git, "HEAD") == 0) {
        is_made = git_object_peel(&tree, head, GIT_OBJECT_TREE) == 0;
    }
    is_made = is_made && git_diff_tree_to_index(&diff, self->git, (git_tree *)tree, self->index,
                                                &options) == 0;
    git_object_free(tree);
    git_object_free(head);
    return is_made ? read_diff(out, diff) : repository_fail("what is staged cannot be told");
}

/* Files of the index below the root, as far as rules want them. `changes` NULL = all are reported;
 * `only` NULL = all. */
static void list_index(walk_list *self, rules *asked, git_index *index, const change_list *changes,
                       const char *only)
{
    text_buffer root = TEXT_EMPTY;
    text_buffer path = TEXT_EMPTY;
    size_t outer = asked->root->repository->path_size;
    rules_path(asked->root, &root);
    if (root.size > 0) {
        text_append(&root, "/");
    }
    for (size_t i = 0; i < git_index_entrycount(index); i++) {
        const git_index_entry *each = git_index_get_byindex(index, i);
        if (git_index_entry_stage(each) != 0 || !S_ISREG(each->mode)) {
            continue;
        }
        text_clear(&path);
        text_append_bytes(&path, text_get(&root), outer);
        text_append(&path, each->path);
        const char *below = text_get(&path) + root.size;
        if (path.size <= root.size || memcmp(text_get(&path), text_get(&root), root.size) != 0 ||
            (only != NULL ? strcmp(below, only) != 0 : !rules_want(asked, text_get(&path), 0))) {
            continue;
        }
        walk_file *added = walk_add(self, below, 0, 0);
        memcpy(added->blob, each->id.id, sizeof added->blob);
        if (changes != NULL) {
            mark(self, added, changes, each->path, 1);
        }
    }
    text_deinit(&root);
    text_deinit(&path);
}

/* The index of what is staged, or of the revision's tree. */
static int list_contents(walk_list *self, const walk_options *options, const char *revision)
{
    struct stat about;
    repository from = {0};
    rules asked = {0};
    change_list changes = {0};
    walk_options folder = *options;
    const char *only = NULL;
    *self = (walk_list){.folder = -1};
    if (stat(options->root, &about) == 0 && !S_ISDIR(about.st_mode)) {
        const char *slash = strrchr(options->root, '/');
        folder.root = walk_folder_of(&self->memory, options->root);
        only = slash == NULL ? options->root : slash + 1;
    }
    self->root = arena_copy(&self->memory, folder.root, strlen(folder.root));
    int is_listed = rules_open(&asked, &folder);
    if (is_listed && (asked.root->repository == NULL || !repository_open(&from, self->root))) {
        if (revision == NULL) {
            terminal_report("not in a git repository: %s; --staged needs one", options->root);
        } else {
            terminal_report("no such file or commit: %s; %s is in no git repository", revision,
                            options->root);
        }
        is_listed = 0;
    }
    is_listed = is_listed && (revision != NULL ? open_tree(&from, revision)
                                               : open_index(&from) && diff_staged(&from, &changes));
    if (is_listed) {
        list_index(self, &asked, from.index, revision == NULL ? &changes : NULL, only);
        walk_sort(self);
        is_listed = git_contents_begin(self, from);
    } else {
        repository_close(&from);
    }
    change_list_deinit(&changes);
    rules_close(&asked);
    return is_listed;
}

int changes_staged(walk_list *self, const walk_options *options)
{
    return list_contents(self, options, NULL);
}

int changes_at(walk_list *self, const walk_options *options, const char *revision)
{
    return list_contents(self, options, revision);
}

/* ---- Since --------------------------------------------------------------------------------- */

/* The merge base's tree; NULL after a report. */
static git_object *find_base(repository *self, const char *revision)
{
    git_object *said = NULL;
    git_object *then = NULL;
    git_object *tree = NULL;
    git_oid head;
    git_oid base;
    if (git_revparse_single(&said, self->git, revision) != 0 ||
        git_object_peel(&then, said, GIT_OBJECT_COMMIT) != 0) {
        terminal_report("no such revision: %s; name a commit, branch or tag that this clone has",
                        revision);
    } else if (git_reference_name_to_id(&head, self->git, "HEAD") != 0) {
        (void)repository_fail("HEAD cannot be read");
    } else if (git_merge_base(&base, self->git, git_object_id(then), &head) != 0) {
        terminal_report("%s and HEAD have no common commit here; a shallow clone needs more of its "
                        "history (git fetch --unshallow)",
                        revision);
    } else {
        git_object *commit = NULL;
        if (git_object_lookup(&commit, self->git, &base, GIT_OBJECT_COMMIT) != 0 ||
            git_object_peel(&tree, commit, GIT_OBJECT_TREE) != 0) {
            (void)repository_fail("the merge base cannot be read");
        }
        git_object_free(commit);
    }
    git_object_free(then);
    git_object_free(said);
    return tree;
}

static int diff_since(repository *self, const char *revision, change_list *out)
{
    git_diff *diff = NULL;
    git_diff_options options = diff_options();
    git_object *tree = find_base(self, revision);
    if (tree == NULL) {
        return 0;
    }
    int code = git_diff_tree_to_workdir_with_index(&diff, self->git, (git_tree *)tree, &options);
    git_object_free(tree);
    return code == 0 ? read_diff(out, diff) : repository_fail("what changed cannot be told");
}

/* The root's path from the repository's folder, with a slash behind it where there is any. */
static int find_prefix(const repository *from, const char *root, text_buffer *out)
{
    char *whole = realpath(root, NULL);
    size_t size = from->folder == NULL ? 0 : strlen(from->folder);
    int is_below = whole != NULL && from->folder != NULL && strncmp(whole, from->folder, size) == 0;
    if (is_below && whole[size] != '\0') {
        text_append_format(out, "%s/", whole + size + (whole[size] == '/'));
    }
    free(whole);
    return is_below;
}

int changes_since(walk_list *self, const walk_options *options, const char *revision)
{
    repository from;
    change_list changes = {0};
    text_buffer path = TEXT_EMPTY;
    if (!walk_run(self, options)) {
        return 0;
    }
    int is_told = repository_open(&from, self->root) && find_prefix(&from, self->root, &path);
    if (!is_told) {
        terminal_report("not in a git repository: %s; --since needs one", options->root);
    }
    is_told = is_told && diff_since(&from, revision, &changes);
    size_t prefix_size = path.size;
    for (size_t i = 0; is_told && i < self->count; i++) {
        path.size = prefix_size;
        text_append(&path, self->files[i].path);
        mark(self, &self->files[i], &changes, text_get(&path),
             repository_is_tracked(&from, text_get(&path)));
    }
    change_list_deinit(&changes);
    repository_close(&from);
    text_deinit(&path);
    return is_told;
}
