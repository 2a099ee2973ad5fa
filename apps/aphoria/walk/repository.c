/* repository.c -- see repository.h. */
#include "aphoria/walk/repository.h"

#include <stdlib.h>
#include <string.h>

#include "common/terminal.h"
#include "common/text.h"

int repository_fail(const char *what)
{
    const git_error *error = git_error_last();
    terminal_report("%s: %s", what, error == NULL ? "git's data cannot be read" : error->message);
    return 0;
}

static int open_by(repository *self, const char *path, unsigned flags)
{
    *self = (repository){0};
    git_libgit2_init();
    (void)git_libgit2_opts(GIT_OPT_SET_OWNER_VALIDATION, 0);
    (void)git_libgit2_opts(GIT_OPT_SET_MWINDOW_SIZE, (size_t)16 << 20);
    (void)git_libgit2_opts(GIT_OPT_SET_MWINDOW_MAPPED_LIMIT, (size_t)128 << 20);
    (void)git_libgit2_opts(GIT_OPT_SET_CACHE_MAX_SIZE, (ssize_t)32 << 20);
    int code = git_repository_open_ext(&self->git, path, flags, NULL);
    if (code != 0) {
        const git_error *error = git_error_last();
        if (code != GIT_ENOTFOUND) {
            terminal_note("a git repository is not read: %s: %s", path,
                          error == NULL ? "unknown form" : error->message);
        }
        git_libgit2_shutdown();
        self->git = NULL;
        return 0;
    }
    const char *folder = git_repository_workdir(self->git);
    if (folder != NULL) {
        self->folder = text_duplicate(folder);
        size_t size = strlen(self->folder);
        while (size > 1 && self->folder[size - 1] == '/') {
            self->folder[--size] = '\0';
        }
    }
    return 1;
}

int repository_open(repository *self, const char *path)
{
    return open_by(self, path, GIT_REPOSITORY_OPEN_CROSS_FS);
}

int repository_open_here(repository *self, const char *folder)
{
    return open_by(self, folder, GIT_REPOSITORY_OPEN_NO_SEARCH | GIT_REPOSITORY_OPEN_CROSS_FS);
}

void repository_close(repository *self)
{
    if (self->git != NULL) {
        git_index_free(self->index);
        git_repository_free(self->git);
        git_libgit2_shutdown();
        free(self->folder);
    }
    *self = (repository){0};
}

git_index *repository_index(repository *self)
{
    if (self->index == NULL && !self->has_no_index) {
        self->has_no_index = git_repository_index(&self->index, self->git) != 0;
    }
    return self->has_no_index ? NULL : self->index;
}

int repository_is_tracked(repository *self, const char *path)
{
    size_t at;
    git_index *index = repository_index(self);
    return index != NULL && git_index_find(&at, index, path) == 0;
}

int repository_is_tracked_below(repository *self, const char *folder)
{
    size_t at = 0;
    git_index *index = repository_index(self);
    text_buffer prefix = TEXT_EMPTY;
    text_append_format(&prefix, "%s/", folder);
    int is_found = index != NULL && git_index_find_prefix(&at, index, text_get(&prefix)) == 0;
    text_deinit(&prefix);
    return is_found;
}

const char *repository_exclude_path(const repository *self, arena *memory)
{
    git_buf folder = {0};
    const char *path = NULL;
    if (git_repository_item_path(&folder, self->git, GIT_REPOSITORY_ITEM_INFO) == 0) {
        path = arena_join(memory, folder.ptr, "/", "exclude");
    }
    git_buf_dispose(&folder);
    return path;
}

const char *repository_user_exclude_path(const repository *self, arena *memory)
{
    git_config *config = NULL;
    git_buf said = {0};
    const char *path = NULL;
    const char *home = getenv("XDG_CONFIG_HOME");
    if (git_repository_config_snapshot(&config, self->git) == 0 &&
        git_config_get_path(&said, config, "core.excludesfile") == 0) {
        path = arena_copy(memory, said.ptr, said.size);
    } else if (home != NULL && home[0] != '\0') {
        path = arena_join(memory, home, "/", "git/ignore");
    } else if ((home = getenv("HOME")) != NULL) {
        path = arena_join(memory, home, "/", ".config/git/ignore");
    }
    git_buf_dispose(&said);
    git_config_free(config);
    return path;
}
