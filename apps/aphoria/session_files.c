/* session_files.c -- which files a session reads: see SESSION_PART_OPTIONS. */
#include <stdlib.h>
#include <string.h>

#include "aphoria/scan/history_scan.h"
#include "aphoria/session.h"
#include "aphoria/walk/changes.h"
#include "common/terminal.h"
#include "common/text.h"

/* Whether the command has the option, and it was given. */
static int is_asked(const session *self, const char *name)
{
    for (const arguments_option *each = self->given->options; each->name != NULL; each++) {
        if (strcmp(each->name, name) == 0) {
            return arguments_has(self->given, name);
        }
    }
    return 0;
}

/* A project keeps what was seen; other folders are left as they are. */
static const char *cache_of(session *self)
{
    return !self->project.has_folder || is_asked(self, "no-cache")
               ? NULL
               : arena_join(&self->project.memory, self->project.folder, "/", "cache");
}

static int read_files(session *self, const walk_options *options)
{
    int is_staged = is_asked(self, "staged");
    int is_since = is_asked(self, "since");
    int is_history = is_asked(self, "history");
    self->is_partial = is_staged + is_since + is_history;
    if (self->is_partial > 1) {
        terminal_report("--staged, --since and --history: one of them at a time");
        return 0;
    }
    if (is_history) {
        self->files = (walk_list){.folder = -1};
        self->files.root = arena_copy(&self->files.memory, self->root, strlen(self->root));
        return history_scan_run(&self->tree, options, &self->known);
    }
    int is_read = self->at != NULL ? changes_at(&self->files, options, self->at)
                  : is_staged      ? changes_staged(&self->files, options)
                  : is_since
                      ? changes_since(&self->files, options, arguments_text(self->given, "since"))
                      : walk_run(&self->files, options);
    return is_read && tree_scan_run(&self->tree, &self->files, &self->known, cache_of(self));
}

int session_read(session *self)
{
    size_t count = arguments_count(self->given, "exclude");
    const char **excludes = text_allocate((count + 1) * sizeof *excludes);
    for (size_t i = 0; i < count; i++) {
        excludes[i] = arguments_text_at(self->given, "exclude", i);
    }
    excludes[count] = NULL;
    walk_options options = {.root = self->root,
                            .excludes = excludes,
                            .top = self->project.top,
                            .top_excludes = self->project.excludes};
    int is_read = read_files(self, &options);
    free(excludes);
    return is_read;
}
