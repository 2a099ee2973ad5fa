/* aphoria status -- a project at one glance. */
#include <jansson.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "aphoria/commands.h"
#include "aphoria/decisions/baseline.h"
#include "aphoria/decisions/claims.h"
#include "aphoria/decisions/policy.h"
#include "aphoria/decisions/signer.h"
#include "aphoria/report/report.h"
#include "aphoria/session.h"
#include "common/output.h"
#include "common/terminal.h"
#include "common/text.h"

enum { SOON_S = 14 * 86400 };

typedef struct kind_count {
    const concept_kind *kind;
    size_t by_outcome[OUTCOME_ACK + 1];
    size_t known;
} kind_count;

typedef struct status {
    session scan;
    policy_list policies;
    claim_list claims;
    char *key_path;
    const char *key_state; /* "signer", "no signer", "none", "unreadable" */
    const char *signer;    /* its name; "" = none */
    report made;
    kind_count *kinds;
    size_t kind_count;
    size_t acks_active;
    size_t acks_expiring; /* of the active ones */
    size_t acks_expired;
    size_t acks_unused;
    size_t baseline_count;
    size_t baseline_fixed;
    size_t claim_counts[CLAIM_MISSING + 1];
    size_t ignored_inline;
    size_t ignored_idle;
    size_t allowed_by_config;
    size_t overruled; /* that pass by a policy */
    int has_store;
    uint64_t store_records;
} status;

/* ---- Looking ------------------------------------------------------------------------------ */

static void look_at_key(status *self)
{
    steme_key key;
    self->key_path = signer_path(self->scan.given);
    self->key_state = "none";
    self->signer = "";
    if (self->key_path == NULL || access(self->key_path, F_OK) != 0) {
        return;
    }
    self->key_state = "unreadable";
    if (steme_key_load(self->key_path, &key, NULL) == STEME_OK) {
        const project_signer *found = project_signer_find(&self->scan.project, key.agent.bytes);
        self->key_state = found == NULL ? "no signer" : "signer";
        self->signer = found == NULL ? "" : found->name;
        steme_key_wipe(&key);
    }
}

static void count_kinds(status *self)
{
    const corpus *said = &self->scan.said;
    self->kinds = text_allocate((said->kind_count + 1) * sizeof *self->kinds);
    memset(self->kinds, 0, (said->kind_count + 1) * sizeof *self->kinds);
    for (size_t k = 0; k < said->kind_count; k++) {
        kind_count *each = &self->kinds[self->kind_count];
        *each = (kind_count){.kind = &said->kinds[k]};
        for (size_t i = 0; i < self->made.count; i++) {
            const judgement *of = &self->made.judgements[i];
            if (strcmp(report_kind(&self->made, of), each->kind->id) == 0) {
                each->by_outcome[of->outcome] += !of->is_known;
                each->known += of->is_known && of->outcome != OUTCOME_PASS;
            }
        }
        self->kind_count += each->known + each->by_outcome[OUTCOME_BLOCK] +
                                each->by_outcome[OUTCOME_FLAG] + each->by_outcome[OUTCOME_ACK] >
                            0;
    }
}

static int is_used(const status *self, const ledger_entry *ack, arena *memory)
{
    steme_span subject = ack->statement.as.assertion.subject;
    const char *text = arena_copy(memory, subject.bytes, subject.size);
    const char *slash = strrchr(text, '/');
    for (size_t i = 0; slash != NULL && i < self->made.count; i++) {
        if (self->made.judgements[i].outcome != OUTCOME_PASS &&
            strcmp(self->made.judgements[i].fingerprint, slash + 1) == 0) {
            return 1;
        }
    }
    return 0;
}

static void count_acks(status *self)
{
    arena memory = ARENA_EMPTY;
    const decisions *decided = &self->scan.decided;
    for (size_t i = 0; i < decided->acks.count; i++) {
        const steme_assertion *said = &decided->acks.entries[i].statement.as.assertion;
        if (said->has_valid_to && said->valid_to_s <= decided->now_s) {
            self->acks_expired++;
        } else if (is_used(self, &decided->acks.entries[i], &memory)) {
            self->acks_active++;
            self->acks_expiring +=
                said->has_valid_to && said->valid_to_s <= decided->now_s + SOON_S;
        } else {
            self->acks_unused++;
        }
    }
    arena_deinit(&memory);
}

static void count_baseline(status *self)
{
    finding_list then = {.count = 0};
    finding_list now = {.count = 0};
    baseline_add_to(&self->scan.decided.baseline, &then);
    finding_list_add_judgements(&now, self->made.judgements, self->made.count, self->scan.folder);
    finding_list_pair(&then, &now);
    self->baseline_count = then.count;
    for (size_t i = 0; i < then.count; i++) {
        const finding *partner = then.items[i].partner;
        self->baseline_fixed += partner == NULL || partner->outcome == OUTCOME_PASS;
    }
    finding_list_deinit(&then);
    finding_list_deinit(&now);
}

static void count_rest(status *self)
{
    const session *scan = &self->scan;
    for (size_t i = 0; i < self->claims.count; i++) {
        self->claim_counts[claim_verify(&self->claims.items[i], &scan->said, self->made.judgements,
                                        self->made.count, scan->folder, NULL, NULL)]++;
    }
    for (size_t i = 0; i < self->made.count; i++) {
        const judgement *each = &self->made.judgements[i];
        self->ignored_inline += each->seen->ignored != NULL && each->outcome == OUTCOME_ACK;
        self->allowed_by_config +=
            each->acknowledged != NULL && each->seen->ignored == NULL &&
            project_allow_find(&scan->project, each->seen->path, each->seen->match->id) != NULL;
        int is_overruled = 0;
        for (size_t j = 0; each->outcome == OUTCOME_PASS && j < each->opposed_count; j++) {
            is_overruled |= each->opposed[j].overruled_by != NULL;
        }
        self->overruled += (size_t)is_overruled;
    }
    self->ignored_idle = report_idle_ignores(&self->made);
}

static void look_at_store(status *self)
{
    database *records = NULL;
    answer_set set;
    text_buffer path = TEXT_EMPTY;
    text_append_format(&path, "%s/db", self->scan.project.folder);
    self->has_store = access(text_get(&path), F_OK) == 0;
    if (self->has_store &&
        database_open_folder(text_get(&path), NULL, &records, NULL) == STEME_OK &&
        database_root(records, &set, NULL) == STEME_OK) {
        self->store_records = set.record_count;
    }
    database_close(records);
    text_deinit(&path);
}

static int look(status *self, const arguments *given)
{
    session *scan = &self->scan;
    if (!session_open_top(scan, given) || !session_scan(scan) || !session_judge(scan) ||
        !policy_list_read(&self->policies, &scan->project, &scan->said) ||
        !claim_list_read(&self->claims, &scan->project, &scan->said)) {
        return 0;
    }
    self->made = (report){.project = scan->project.name,
                          .root = scan->files.root,
                          .said = &scan->said,
                          .judgements = scan->judgements,
                          .count = scan->tree.seen.count,
                          .tree = &scan->tree.report};
    look_at_key(self);
    count_kinds(self);
    count_acks(self);
    count_baseline(self);
    count_rest(self);
    look_at_store(self);
    return 1;
}

/* ---- Telling ------------------------------------------------------------------------------- */

static void set_count(json_t *object, const char *key, size_t count)
{
    output_set(object, key, json_integer((json_int_t)count));
}

static json_t *findings_json(const status *self)
{
    json_t *made = json_object();
    json_t *kinds = json_array();
    for (int i = OUTCOME_PASS; i <= OUTCOME_ACK; i++) {
        set_count(made, outcome_name((outcome)i), report_count(&self->made, (outcome)i));
    }
    set_count(made, "known", report_known_count(&self->made));
    set_count(made, "overruled", self->overruled);
    for (size_t k = 0; k < self->kind_count; k++) {
        json_t *each = json_object();
        output_set(each, "kind", report_json_text(self->kinds[k].kind->id));
        output_set(each, "title", report_json_text(self->kinds[k].kind->title));
        for (int i = OUTCOME_PASS; i <= OUTCOME_ACK; i++) {
            set_count(each, outcome_name((outcome)i), self->kinds[k].by_outcome[i]);
        }
        set_count(each, "known", self->kinds[k].known);
        json_array_append_new(kinds, each);
    }
    output_set(made, "kinds", kinds);
    set_count(made, "files", self->made.tree->file_count);
    return made;
}

static void set_counts(json_t *document, const char *name, const char *const *keys,
                       const size_t *counts, size_t count)
{
    json_t *made = json_object();
    for (size_t i = 0; i < count; i++) {
        set_count(made, keys[i], counts[i]);
    }
    output_set(document, name, made);
}

static void write_json(const status *self)
{
    static const char *const ack_keys[] = {"active", "expiring", "expired", "unused"};
    static const char *const baseline_keys[] = {"known", "fixed"};
    static const char *const policy_keys[] = {"in_force", "ended"};
    static const char *const claim_keys[] = {"pass", "conflict", "missing"};
    static const char *const ignore_keys[] = {"inline", "idle", "allowed"};
    size_t acks[] = {self->acks_active, self->acks_expiring, self->acks_expired, self->acks_unused};
    size_t baseline[] = {self->baseline_count, self->baseline_fixed};
    size_t policies[] = {self->policies.count - self->policies.ended_count,
                         self->policies.ended_count};
    size_t ignored[] = {self->ignored_inline, self->ignored_idle, self->allowed_by_config};
    json_t *made = output_object();
    json_t *key = json_object();
    json_t *store = json_object();
    output_set(made, "project", report_json_text(self->scan.project.name));
    output_set(made, "top", report_json_text(self->scan.project.top));
    output_set(made, "is_project", json_boolean(self->scan.project.has_folder));
    output_set(key, "path", report_json_text(self->key_path));
    output_set(key, "state", report_json_text(self->key_state));
    output_set(key, "signer", report_json_text(self->signer));
    output_set(made, "key", key);
    output_set(made, "findings", findings_json(self));
    set_counts(made, "acks", ack_keys, acks, 4);
    set_counts(made, "baseline", baseline_keys, baseline, 2);
    set_counts(made, "policy", policy_keys, policies, 2);
    set_counts(made, "claims", claim_keys, self->claim_counts, 3);
    set_counts(made, "ignored", ignore_keys, ignored, 3);
    if (self->has_store) {
        output_set(store, "records", json_integer((json_int_t)self->store_records));
    }
    output_set(made, "store", self->has_store ? json_incref(store) : json_null());
    json_decref(store);
    output_json_document(made);
}

static void print_line(const char *head, const char *format, ...) STEME_PRINTF(2, 3);
static void print_line(const char *head, const char *format, ...)
{
    char text[512];
    va_list values;
    va_start(values, format);
    vsnprintf(text, sizeof text, format, values);
    va_end(values);
    text_buffer line = TEXT_EMPTY;
    text_append_escaped(&line, text_span(text));
    printf("%s%-10s%s %s\n", terminal_begin(stdout, TERMINAL_BOLD), head,
           terminal_begin(stdout, TERMINAL_PLAIN), text_get(&line));
    text_deinit(&line);
}

static void print_kinds(const status *self)
{
    for (size_t k = 0; k < self->kind_count; k++) {
        const kind_count *each = &self->kinds[k];
        text_buffer line = TEXT_EMPTY;
        static const outcome order[] = {OUTCOME_BLOCK, OUTCOME_FLAG, OUTCOME_ACK};
        for (size_t i = 0; i < sizeof order / sizeof *order; i++) {
            if (each->by_outcome[order[i]] > 0) {
                text_append_format(&line, "%s%zu %s", line.size > 0 ? ", " : "",
                                   each->by_outcome[order[i]], outcome_name(order[i]));
            }
        }
        if (each->known > 0) {
            text_append_format(&line, "%s%zu known", line.size > 0 ? ", " : "", each->known);
        }
        print_line("", "  %s: %s", each->kind->title, text_get(&line));
        text_deinit(&line);
    }
}

static void print_key(const status *self)
{
    const char *path = self->key_path == NULL ? "" : self->key_path;
    if (strcmp(self->key_state, "signer") == 0) {
        print_line("key", "%s: %s, a signer of this project", path, self->signer);
    } else if (strcmp(self->key_state, "none") == 0) {
        print_line("key", "none; `aphoria init` makes one");
    } else {
        print_line("key", "%s: %s", path,
                   strcmp(self->key_state, "unreadable") == 0 ? "it cannot be read"
                                                              : "no signer of this project");
    }
}

static void print_decisions(const status *self)
{
    print_line("acks", "%zu active, %zu of them expiring within 14 days; %zu expired, %zu unused",
               self->acks_active, self->acks_expiring, self->acks_expired, self->acks_unused);
    if (self->baseline_count > 0) {
        print_line("baseline", "%zu known, %zu of them fixed since (%zu %%)", self->baseline_count,
                   self->baseline_fixed, self->baseline_fixed * 100 / self->baseline_count);
    } else {
        print_line("baseline", "none");
    }
    print_line("policy", "%zu in force, %zu ended; %zu findings pass by it",
               self->policies.count - self->policies.ended_count, self->policies.ended_count,
               self->overruled);
    print_line("claims", "%zu pass, %zu conflict, %zu missing", self->claim_counts[CLAIM_PASS],
               self->claim_counts[CLAIM_CONFLICT], self->claim_counts[CLAIM_MISSING]);
    print_line("ignored", "%zu by comments, %zu by config.yaml; %zu comments not used",
               self->ignored_inline, self->allowed_by_config, self->ignored_idle);
}

static void write_text(const status *self)
{
    print_line("project", "%s, %s%s", self->scan.project.name, self->scan.project.top,
               self->scan.project.has_folder ? "" : ": no project yet, see `aphoria init`");
    print_key(self);
    print_line("findings", "%zu block, %zu flag, %zu acknowledged, %zu known, %zu pass; %zu files",
               report_count(&self->made, OUTCOME_BLOCK), report_count(&self->made, OUTCOME_FLAG),
               report_count(&self->made, OUTCOME_ACK), report_known_count(&self->made),
               report_count(&self->made, OUTCOME_PASS), self->made.tree->file_count);
    print_kinds(self);
    print_decisions(self);
    if (self->has_store) {
        print_line("store", ".aphoria/db: %llu records", (unsigned long long)self->store_records);
    } else {
        print_line("store", "none");
    }
}

static int run(const arguments *given)
{
    status self = {.key_path = NULL};
    int is_seen = look(&self, given);
    if (is_seen && arguments_has(given, "json")) {
        write_json(&self);
    } else if (is_seen) {
        write_text(&self);
    }
    int exit_code = is_seen ? COMMAND_DONE : self.scan.exit_code;
    free(self.key_path);
    free(self.kinds);
    claim_list_close(&self.claims);
    policy_list_close(&self.policies);
    session_close(&self.scan);
    return exit_code;
}

static const arguments_option options[] = {
    {.name = "json", .help = "print one JSON document"},
    SESSION_OPTIONS,
    SIGNER_OPTION,
    {.name = NULL},
};

static const char *const examples[] = {
    "aphoria status",
    NULL,
};

const command command_status = {
    .name = "status",
    .operands = "",
    .summary = "show the project at one glance: findings, decisions, key, store",
    .details =
        "Scans the whole project. Exit code 0 whatever is found: `aphoria scan` is the gate.\n",
    .options = options,
    .examples = examples,
    .operand_count_max = 0,
    .run = run,
};
