/* authority_view.c -- see authority_view.h. */
#include "aphoria/judge/authority_view.h"

#include <stdlib.h>
#include <string.h>

#include <steme/steme.h>

#include "common/fail.h"
#include "common/text.h"

static void list(steme_view_rules *rules, steme_view_agent *agents, const steme_agent *agent,
                 steme_source_class best_class, uint32_t stewardships)
{
    for (uint32_t i = 0; i < rules->agent_count; i++) {
        if (memcmp(&agents[i].agent, agent, sizeof *agent) == 0) {
            return;
        }
    }
    agents[rules->agent_count++] =
        (steme_view_agent){.agent = *agent, .best_class = best_class, .stewardships = stewardships};
}

steme_status authority_view_make(const steme_key *corpus, const steme_agent *team,
                                 size_t team_count, const steme_agent *observer,
                                 steme_view **out_view, steme_error *error)
{
    uint8_t *file = NULL;
    size_t size = 0;
    if (team_count > STEME_VIEW_AGENT_MAX - 2) {
        return app_fail(error, STEME_TOO_LARGE, "too many keys of the team: %zu", team_count);
    }
    steme_view_agent *agents = text_allocate((team_count + 2) * sizeof *agents);
    steme_view_rules rules = {
        .name = text_span("aphoria"),
        .agents = agents,
        .unlisted = observer == NULL ? STEME_UNLISTED_EACH : STEME_UNLISTED_IGNORED,
        .unlisted_best_class = STEME_CLASS_ANECDOTAL,
    };
    list(&rules, agents, &corpus->agent, STEME_CLASS_REGULATORY,
         STEME_STEWARD_ALIASES | STEME_STEWARD_PREDICATES);
    for (size_t i = 0; i < team_count; i++) {
        list(&rules, agents, &team[i], STEME_CLASS_EXPERT, 0);
    }
    if (observer != NULL) {
        list(&rules, agents, observer, STEME_CLASS_ANECDOTAL, 0);
    }
    steme_status status = steme_view_sign(&rules, corpus, 1, &file, &size, error);
    if (status == STEME_OK) {
        status = steme_view_open((steme_span){file, size}, out_view, error);
    }
    steme_free(file);
    free(agents);
    return status;
}
