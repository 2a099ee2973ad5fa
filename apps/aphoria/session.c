/* session.c -- see session.h. */
#include "aphoria/session.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "aphoria/authority/corpus_records.h"
#include "common/fail.h"
#include "common/folder.h"
#include "common/terminal.h"
#include "common/text.h"

static const char own_rules[] = ".aphoria/rules";

static int is_folder(const char *path)
{
    struct stat about;
    return stat(path, &about) == 0 && S_ISDIR(about.st_mode);
}

static char *project_of(const char *root)
{
    char *whole = realpath(root, NULL);
    const char *slash = whole == NULL ? NULL : strrchr(whole, '/');
    char *name = text_duplicate(slash == NULL || slash[1] == '\0' ? "project" : slash + 1);
    free(whole);
    return name;
}

int session_open(session *self, const arguments *given, const char *root)
{
    const char *rules = arguments_text(given, "rules");
    *self = (session){.given = given, .root = root == NULL ? "." : root};
    self->exit_code = COMMAND_USAGE;
    self->project = project_of(self->root);
    if (rules == NULL && is_folder(own_rules)) {
        rules = own_rules;
    }
    return library_open(&self->known, rules) && corpus_open(&self->said);
}

int session_scan(session *self)
{
    size_t count = arguments_count(self->given, "exclude");
    const char **excludes = text_allocate((count + 1) * sizeof *excludes);
    for (size_t i = 0; i < count; i++) {
        excludes[i] = arguments_text_at(self->given, "exclude", i);
    }
    excludes[count] = NULL;
    int is_walked = walk_run(&self->files, self->root, excludes);
    free(excludes);
    if (is_walked) {
        tree_scan_run(&self->tree, &self->files, &self->known);
    }
    return is_walked;
}

static steme_status open_scratch(session *self, steme_error *error)
{
    self->scratch = folder_make("aphoria");
    if (self->scratch == NULL) {
        return app_fail(error, STEME_IO, "no scratch folder");
    }
    steme_status status = steme_store_create(self->scratch, error);
    return status == STEME_OK ? database_open_folder(self->scratch, NULL, &self->records, error)
                              : status;
}

int session_judge(session *self)
{
    steme_key key;
    steme_error error = {0};
    steme_key_generate(&key);
    judge_options options = {.project = self->project, .revision = "", .key = &key};
    steme_status status = open_scratch(self, &error);
    if (status == STEME_OK) {
        status = corpus_submit(&self->said, self->records, &error);
    }
    if (status == STEME_OK) {
        self->judge = judge_create(self->records, &self->said, &options);
        status = judge_run(self->judge, &self->tree.seen, &self->judgements, &error);
    }
    steme_key_wipe(&key);
    if (status != STEME_OK) {
        terminal_report("%s", error.message);
    }
    return status == STEME_OK;
}

void session_close(session *self)
{
    judge_destroy(self->judge);
    database_close(self->records);
    if (self->scratch != NULL) {
        folder_remove(self->scratch);
        free(self->scratch);
    }
    tree_scan_deinit(&self->tree);
    walk_deinit(&self->files);
    corpus_close(&self->said);
    library_close(&self->known);
    free(self->project);
}
