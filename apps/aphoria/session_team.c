/* session_team.c -- what the team decided, and what it imported: records beside the corpus. */
#include <glob.h>
#include <string.h>

#include "aphoria/authority/trust_pack.h"
#include "aphoria/decisions/policy.h"
#include "aphoria/session.h"
#include "common/terminal.h"

static int add_policies(session *self)
{
    policy_list policies;
    int is_read = policy_list_read(&policies, &self->project, &self->said);
    policy_list_add_to(&policies, &self->team);
    policy_list_close(&policies);
    return is_read;
}

int session_is_trusted(const project *of, const trust_pack *pack, const char *path)
{
    for (uint32_t i = 0; i < pack->head.signer_count; i++) {
        if (project_signer_find(of, steme_record_signer(&pack->head, i)) != NULL) {
            return 1;
        }
    }
    text_buffer key = TEXT_EMPTY;
    text_append_hex(&key, steme_record_signer(&pack->head, 0), STEME_AGENT_SIZE);
    terminal_report("%s: signed by %s, whose word does not count here; add the key to `signers` in "
                    "%s/config.yaml",
                    path, text_get(&key), of->folder);
    text_deinit(&key);
    return 0;
}

static int add_pack(session *self, const char *path)
{
    trust_pack pack;
    int is_good = trust_pack_read(&pack, path) && session_is_trusted(&self->project, &pack, path);
    if (is_good) {
        team_records_begin(&self->team, &pack.head.id);
        trust_pack_add_to(&pack, &self->team);
    }
    trust_pack_deinit(&pack);
    return is_good;
}

/* A pack that is not what was signed ends the run: without it code would pass that must not. */
static int add_packs(session *self)
{
    glob_t found;
    text_buffer pattern = TEXT_EMPTY;
    int is_good = 1;
    for (const char *each = self->project.folder; *each != '\0'; each++) {
        text_append(&pattern, strchr("*?[\\", *each) == NULL ? "" : "\\");
        text_append_bytes(&pattern, each, 1);
    }
    text_append(&pattern, "/packs/*.jsonl");
    if (glob(text_get(&pattern), 0, NULL, &found) == 0) {
        for (size_t i = 0; i < found.gl_pathc; i++) {
            is_good &= add_pack(self, found.gl_pathv[i]);
        }
        globfree(&found);
    }
    text_deinit(&pattern);
    return is_good;
}

int session_read_team(session *self)
{
    int is_read = decisions_open(&self->decided, &self->project) && add_policies(self);
    is_read = add_packs(self) && is_read;
    team_records_finish(&self->team);
    return is_read;
}
