/* session_judge.c -- the set that a session works on, and what it says. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "aphoria/authority/corpus_records.h"
#include "aphoria/decisions/signer.h"
#include "aphoria/session.h"
#include "aphoria/walk/repository.h"
#include "common/record_json.h"
#include "common/terminal.h"
#include "common/text.h"
#include "common/time_text.h"

/* ---- What is known of the scan ------------------------------------------------------------ */

/* Of options that not every command has. */
static const char *text_of(const arguments *given, const char *name)
{
    return arguments_knows(given, name) ? arguments_text(given, name) : NULL;
}

static int is_given(const arguments *given, const char *name)
{
    return arguments_knows(given, name) && arguments_has(given, name);
}

/* From the project's top to what paths are from: "" or "src/". */
static char *folder_below(const char *top, const char *root)
{
    char *whole = realpath(root, NULL);
    char *above = realpath(top, NULL);
    text_buffer below = TEXT_EMPTY;
    size_t size = above == NULL ? 0 : strlen(above);
    size -= size == 1; /* the root of all */
    if (whole != NULL && above != NULL && strncmp(whole, above, size) == 0 && whole[size] == '/' &&
        whole[size + 1] != '\0') {
        text_append_format(&below, "%s/", whole + size + 1);
    }
    char *copy = text_duplicate(text_get(&below));
    text_deinit(&below);
    free(whole);
    free(above);
    return copy;
}

/* The commit that the work tree is at; "" where there is none. */
static const char *read_revision(const char *folder, char digits[GIT_OID_HEXSZ + 1])
{
    repository from;
    git_oid head;
    digits[0] = '\0';
    if (repository_open(&from, folder)) {
        if (git_reference_name_to_id(&head, from.git, "HEAD") == 0) {
            git_oid_tostr(digits, GIT_OID_HEXSZ + 1, &head);
        }
        repository_close(&from);
    }
    return digits;
}

static int compare_path(const void *key, const void *item)
{
    return strcmp(key, ((const walk_file *)item)->path);
}

/* Whether the scan would have seen what was said of the file. A file that exists and was not gone
 * to counts where standing decisions leave it out, not where --exclude does for this once. */
static int was_read(void *context, const char *path)
{
    const session *self = context;
    size_t size = strlen(self->folder);
    if (strncmp(path, self->folder, size) != 0) {
        return 0;
    }
    path += size;
    text_buffer whole = TEXT_EMPTY;
    text_append_format(&whole, "%s/%s", self->files.root, path);
    int exists = access(text_get(&whole), F_OK) == 0;
    int is_readable = access(text_get(&whole), R_OK) == 0;
    text_deinit(&whole);
    const walk_file *listed = self->files.count == 0
                                  ? NULL
                                  : bsearch(path, self->files.files, self->files.count,
                                            sizeof *self->files.files, compare_path);
    int is_listed = listed != NULL && !listed->is_context;
    if (self->files.is_single) {
        return is_listed;
    }
    return !exists || (is_readable && (is_listed || !is_given(self->given, "exclude")));
}

/* ---- Judging ------------------------------------------------------------------------------ */

static int fail(session *self, const steme_error *error)
{
    self->exit_code = command_fail(error);
    return 0;
}

static void note_change(const judge_change *change)
{
    text_buffer line = TEXT_EMPTY;
    text_append_number_of(&line, change->asserted_count, "claim is new or otherwise, ",
                          "claims are new or otherwise, ");
    text_append_count(&line, change->vanished_count);
    text_append(&line, " gone, ");
    text_append_count(&line, change->kept_count);
    text_append(&line, " as before");
    terminal_note("%s", text_get(&line));
    text_deinit(&line);
}

/* Whose word counts beside the corpus, and from which score on. */
static void add_team(const session *self, judge_options *to)
{
    to->team = self->team.agents;
    to->team_count = self->team.agent_count;
    to->decisions = self->team.ids;
    to->decision_count = self->team.count;
    to->block_at = self->project.block_at;
    to->flag_at = self->project.flag_at;
}

static int judge_in_place(session *self, const steme_key *key, int is_lasting)
{
    steme_error error = {0};
    judge_change change;
    char digits[GIT_OID_HEXSZ + 1];
    judge_scope scope = {was_read, self};
    judge_options options = {
        .project = self->project.name,
        .folder = self->folder,
        .revision = is_lasting ? read_revision(self->root, digits) : "",
        .key = key,
        .is_fresh = !is_lasting,
        .observer = &key->agent,
    };
    add_team(self, &options);
    steme_status status = corpus_submit(&self->said, self->where.records, &error);
    if (status == STEME_OK) {
        status = team_records_submit(&self->team, self->where.records, &error);
    }
    if (status == STEME_OK) {
        status = judge_create(self->where.records, &self->said, &options, &self->judge, &error);
    }
    if (status == STEME_OK) {
        status = judge_assert(self->judge, &self->tree.seen, self->is_partial ? NULL : &scope,
                              &change, &error);
    }
    if (status == STEME_OK) {
        status = judge_ask(self->judge, &self->tree.seen, &self->judgements, &error);
    }
    if (status == STEME_OK) {
        decisions_apply(&self->decided, self->judgements, self->tree.seen.count, self->folder,
                        !self->has_no_baseline);
    }
    if (status == STEME_OK && is_lasting) {
        note_change(&change);
    }
    return status == STEME_OK || fail(self, &error);
}

int session_judge(session *self)
{
    steme_key key;
    int is_lasting = claim_store_is_named(self->given);
    self->exit_code = COMMAND_USAGE;
    if (!session_read_team(self)) {
        return 0;
    }
    if (is_lasting && is_given(self->given, "history")) {
        terminal_report(
            "what old commits held is no claim of the code as it is; leave out --history "
            "or the store");
        return 0;
    }
    if (!is_lasting) {
        steme_key_generate(&key); /* for one run any will do */
    } else if (!signer_load(self->given, &key)) {
        return 0;
    }
    self->folder = folder_below(self->project.top, self->files.root);
    int is_judged =
        claim_store_open_writer(&self->where, self->given, self->project.folder, &self->exit_code);
    is_judged = is_judged && judge_in_place(self, &key, is_lasting);
    steme_key_wipe(&key);
    return is_judged;
}

/* ---- Without a scan ----------------------------------------------------------------------- */

int session_open_place(session *self)
{
    self->exit_code = COMMAND_USAGE;
    return session_read_team(self) &&
           claim_store_open_reader(&self->where, self->given, self->project.folder,
                                   &self->exit_code);
}

/* --by, --now, --as-of. 0 after a report. */
static int read_options(const arguments *given, judge_options *options, steme_agent *observer)
{
    steme_error error = {0};
    const char *by = text_of(given, "by");
    const char *now = text_of(given, "now");
    const char *as_of = text_of(given, "as-of");
    if (by != NULL && !record_hex_from_text(text_span(by), observer->bytes, sizeof *observer)) {
        terminal_report("--by: no key: %s; it is 64 hexadecimal digits", by);
        return 0;
    }
    options->observer = by == NULL ? NULL : observer;
    if (now != NULL &&
        time_text_to_stamp_ns(text_span(now), &options->evaluated_at_ns, &error) != STEME_OK) {
        terminal_report("--now: %s", error.message);
        return 0;
    }
    options->has_as_of = as_of != NULL;
    if (as_of != NULL &&
        time_text_to_ns(text_span(as_of), &options->as_of_ns, &error) != STEME_OK) {
        terminal_report("--as-of: %s", error.message);
        return 0;
    }
    return 1;
}

int session_recall(session *self, const int64_t *as_of_ns, session_recalled *out)
{
    steme_error error = {0};
    judge_options options = {.project = self->project.name, .folder = "", .revision = ""};
    add_team(self, &options);
    *out = (session_recalled){0};
    self->exit_code = COMMAND_USAGE;
    if (!read_options(self->given, &options, &out->observer)) {
        return 0;
    }
    if (as_of_ns != NULL) {
        options.has_as_of = 1;
        options.as_of_ns = *as_of_ns;
    }
    steme_status status =
        judge_create(self->where.records, &self->said, &options, &out->judge, &error);
    if (status == STEME_OK) {
        status = judge_recall(out->judge, self->known.rules, &out->seen, &out->judgements, &error);
    }
    if (status == STEME_OK) {
        decisions_apply(&self->decided, out->judgements, out->seen.count, "",
                        !self->has_no_baseline);
    }
    return status == STEME_OK || fail(self, &error);
}

void session_recalled_deinit(session_recalled *self)
{
    judge_destroy(self->judge);
    observations_deinit(&self->seen);
}
