/* session.c -- see session.h. */
#include "aphoria/session.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "aphoria/scan/test_path.h"
#include "common/terminal.h"
#include "common/text.h"

static int is_folder(const char *path)
{
    struct stat about;
    return stat(path, &about) == 0 && S_ISDIR(about.st_mode);
}

int session_open(session *self, const arguments *given, const char *root)
{
    const char *rules = arguments_text(given, "rules");
    *self = (session){.given = given, .root = root == NULL ? "." : root};
    self->exit_code = COMMAND_USAGE;
    self->has_no_baseline =
        arguments_knows(given, "no-baseline") && arguments_has(given, "no-baseline");
    if (!project_open(&self->project, self->root)) {
        return 0;
    }
    const char *own = arena_join(&self->project.memory, self->project.folder, "/", "rules");
    if (rules == NULL && is_folder(own)) {
        rules = own;
    }
    int is_open = library_open(&self->known, rules) && corpus_open(&self->said);
    if (self->project.has_fingerprint_key) {
        self->known.secret_key = self->project.fingerprint_key;
    }
    return is_open;
}

int session_open_top(session *self, const arguments *given)
{
    int is_open = session_open(self, given, NULL);
    if (is_open) {
        self->root = self->project.top;
    }
    return is_open;
}

int session_scan(session *self)
{
    int is_read = session_read(self);
    if (is_read && !arguments_has(self->given, "include-tests")) {
        test_path_weigh(&self->tree.seen);
    }
    return is_read;
}

void session_close(session *self)
{
    judge_destroy(self->judge);
    claim_store_close(&self->where);
    decisions_close(&self->decided);
    team_records_deinit(&self->team);
    tree_scan_deinit(&self->tree);
    walk_deinit(&self->files);
    corpus_close(&self->said);
    library_close(&self->known);
    project_close(&self->project);
    free(self->folder);
}
