/* history.c -- see history.h. */
#include "aphoria/walk/history.h"

#include <stdlib.h>
#include <string.h>

#include "aphoria/walk/git_contents.h"
#include "aphoria/walk/rules.h"
#include "common/terminal.h"
#include "common/text.h"

enum { BATCH_COUNT = 4096, PATH_SIZE_MAX = 32 << 10 };

/* Folders of a commit that are still to be looked at. */
typedef struct task {
    git_oid id;
    size_t path; /* offset in `paths` of the folder's, with a slash behind it */
} task;

struct history {
    repository from;
    rules asked;
    char *root; /* as the caller named it */
    git_oid *commits;
    size_t commit_count;
    size_t commit_capacity;
    size_t done_count;
    size_t unreadable_count;
    uint64_t *seen; /* ids by their first eight bytes: open addressing, 0 = free */
    size_t seen_count;
    size_t seen_capacity; /* a power of two */
    task *tasks;
    size_t task_count;
    size_t task_capacity;
    text_buffer paths;  /* those of `tasks`, each with a NUL behind it */
    text_buffer prefix; /* of the root, from the repository's folder, with a slash behind it */
    text_buffer outer;  /* of the repository's folder, from the rules' base, likewise */
};

/* ---- What was seen ------------------------------------------------------------------------- */

static size_t place_of(const history *self, uint64_t key)
{
    size_t at = (size_t)(key * 0x9e3779b97f4a7c15u >> 20) & (self->seen_capacity - 1);
    while (self->seen[at] != 0 && self->seen[at] != key) {
        at = (at + 1) & (self->seen_capacity - 1);
    }
    return at;
}

static void grow(history *self)
{
    uint64_t *old = self->seen;
    size_t count = self->seen_capacity;
    self->seen_capacity = count == 0 ? 4096 : 2 * count;
    self->seen = text_allocate(self->seen_capacity * sizeof *self->seen);
    memset(self->seen, 0, self->seen_capacity * sizeof *self->seen);
    for (size_t i = 0; i < count; i++) {
        if (old[i] != 0) {
            self->seen[place_of(self, old[i])] = old[i];
        }
    }
    free(old);
}

/* Whether it is met for the first time. */
static int is_new(history *self, const git_oid *id)
{
    uint64_t key = 0;
    if (4 * self->seen_count >= 3 * self->seen_capacity) {
        grow(self);
    }
    memcpy(&key, id->id, sizeof key);
    key += key == 0;
    size_t at = place_of(self, key);
    if (self->seen[at] == key) {
        return 0;
    }
    self->seen[at] = key;
    self->seen_count++;
    return 1;
}

/* ---- Commits ------------------------------------------------------------------------------- */

static int list_commits(history *self)
{
    git_revwalk *walk = NULL;
    git_oid id;
    if (git_revwalk_new(&walk, self->from.git) != 0) {
        return repository_fail("the history cannot be read");
    }
    git_revwalk_sorting(walk, GIT_SORT_TOPOLOGICAL | GIT_SORT_TIME | GIT_SORT_REVERSE);
    (void)git_revwalk_push_glob(walk, "*");
    (void)git_revwalk_push_head(walk);
    int code;
    while ((code = git_revwalk_next(&id, walk)) == 0) {
        if (self->commit_count == self->commit_capacity) {
            self->commit_capacity = self->commit_capacity == 0 ? 1024 : 2 * self->commit_capacity;
            self->commits =
                text_reallocate(self->commits, self->commit_capacity * sizeof *self->commits);
        }
        self->commits[self->commit_count++] = id;
    }
    git_revwalk_free(walk);
    return code == GIT_ITEROVER || repository_fail("the history cannot be read");
}

history *history_open(const walk_options *options)
{
    history *self = text_allocate(sizeof *self);
    *self = (history){.root = text_duplicate(options->root)};
    if (!rules_open(&self->asked, options)) {
        history_close(self);
        return NULL;
    }
    if (!repository_open(&self->from, options->root)) {
        terminal_report("not in a git repository: %s; --history needs one", options->root);
        history_close(self);
        return NULL;
    }
    const rules_folder *root = self->asked.root;
    rules_path(root, &self->outer);
    if (self->outer.size > 0) {
        text_append(&self->outer, "/");
    }
    if (self->from.folder != NULL && root->repository != NULL) {
        text_append(&self->prefix, text_get(&self->outer) + root->repository->path_size);
        self->outer.size = root->repository->path_size;
    }
    if (!list_commits(self)) {
        history_close(self);
        return NULL;
    }
    return self;
}

void history_close(history *self)
{
    if (self != NULL) {
        repository_close(&self->from);
        rules_close(&self->asked);
        free(self->root);
        free(self->commits);
        free(self->seen);
        free(self->tasks);
        text_deinit(&self->paths);
        text_deinit(&self->prefix);
        text_deinit(&self->outer);
        free(self);
    }
}

void history_progress(const history *self, size_t *out_done, size_t *out_total)
{
    *out_done = self->done_count;
    *out_total = self->commit_count;
}

size_t history_unreadable_count(const history *self)
{
    return self->unreadable_count;
}

/* ---- Their folders ------------------------------------------------------------------------- */

static void push(history *self, const git_oid *id, const char *folder, const char *name)
{
    if (self->task_count == self->task_capacity) {
        self->task_capacity = self->task_capacity == 0 ? 64 : 2 * self->task_capacity;
        self->tasks = text_reallocate(self->tasks, self->task_capacity * sizeof *self->tasks);
    }
    self->tasks[self->task_count++] = (task){.id = *id, .path = self->paths.size};
    text_append_format(&self->paths, "%s%s%s", folder, name, name[0] == '\0' ? "" : "/");
    text_append_bytes(&self->paths, "", 1);
}

/* Whether no rule leaves it out, and it is below the root. */
static int is_wanted(history *self, const char *path, int is_folder)
{
    if (strncmp(path, text_get(&self->prefix), self->prefix.size) != 0) {
        return 0;
    }
    text_buffer whole = TEXT_EMPTY;
    text_append_bytes(&whole, text_get(&self->outer), self->outer.size);
    text_append(&whole, path);
    int answer = rules_want(&self->asked, text_get(&whole), is_folder);
    text_deinit(&whole);
    return answer;
}

/* Whether the root is the folder or below it. */
static int is_on_the_way(const history *self, const char *path)
{
    size_t size = strlen(path);
    const char *prefix = text_get(&self->prefix);
    return size < self->prefix.size && strncmp(path, prefix, size) == 0 && prefix[size] == '/';
}

static void take_blob(history *self, const git_oid *id, const char *path, const git_commit *of,
                      const char *digits, walk_list *out)
{
    if (is_wanted(self, path, 0) && is_new(self, id)) {
        walk_file *added = walk_add(out, path + self->prefix.size, 0, 0);
        memcpy(added->blob, id->id, sizeof added->blob);
        added->commit = digits;
        added->author_time_s = git_commit_author(of)->when.time;
    }
}

/* What is below an equal folder was seen there, but for one of which only a part was looked at. */
static void take_tree(history *self, const git_oid *id, const char *folder, const char *name,
                      const char *path)
{
    if (is_on_the_way(self, path) || (is_wanted(self, path, 1) && is_new(self, id))) {
        push(self, id, folder, name);
    }
}

static void read_tree(history *self, const git_tree *tree, const char *folder, const git_commit *of,
                      const char *digits, walk_list *out)
{
    text_buffer path = TEXT_EMPTY;
    for (size_t i = 0; i < git_tree_entrycount(tree); i++) {
        const git_tree_entry *each = git_tree_entry_byindex(tree, i);
        const git_oid *id = git_tree_entry_id(each);
        git_filemode_t mode = git_tree_entry_filemode(each);
        text_clear(&path);
        text_append_format(&path, "%s%s", folder, git_tree_entry_name(each));
        if (path.size > PATH_SIZE_MAX) {
            out->too_long_count++;
        } else if (mode == GIT_FILEMODE_TREE) {
            take_tree(self, id, folder, git_tree_entry_name(each), text_get(&path));
        } else if (mode == GIT_FILEMODE_BLOB || mode == GIT_FILEMODE_BLOB_EXECUTABLE) {
            take_blob(self, id, text_get(&path), of, digits, out);
        }
    }
    text_deinit(&path);
}

static void read_commit(history *self, const git_oid *id, walk_list *out)
{
    git_commit *commit = NULL;
    if (git_commit_lookup(&commit, self->from.git, id) != 0) {
        self->unreadable_count++;
        return;
    }
    char digits[GIT_OID_HEXSZ + 1];
    const char *kept =
        arena_copy(&out->memory, git_oid_tostr(digits, sizeof digits, id), GIT_OID_HEXSZ);
    text_buffer folder = TEXT_EMPTY;
    if (self->prefix.size > 0 || is_new(self, git_commit_tree_id(commit))) {
        push(self, git_commit_tree_id(commit), "", "");
    }
    while (self->task_count > 0) {
        task next = self->tasks[--self->task_count];
        git_tree *tree = NULL;
        text_clear(&folder);
        text_append(&folder, text_get(&self->paths) + next.path);
        self->paths.size = next.path;
        if (git_tree_lookup(&tree, self->from.git, &next.id) == 0) {
            read_tree(self, tree, text_get(&folder), commit, kept, out);
            git_tree_free(tree);
        } else {
            self->unreadable_count++;
        }
    }
    text_deinit(&folder);
    git_commit_free(commit);
}

int history_next(history *self, walk_list *out)
{
    repository contents;
    *out = (walk_list){.folder = -1};
    out->root = arena_copy(&out->memory, self->root, strlen(self->root));
    while (self->done_count < self->commit_count && out->count < BATCH_COUNT) {
        read_commit(self, &self->commits[self->done_count++], out);
    }
    return out->count > 0 && repository_open(&contents, self->root) &&
           git_contents_begin(out, contents);
}
