/* aphoria init -- makes a project's folder .aphoria, and this user one of its signers. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <sodium.h>

#include "aphoria/commands.h"
#include "aphoria/decisions/project.h"
#include "aphoria/decisions/signer.h"
#include "common/file.h"
#include "common/terminal.h"
#include "common/text.h"

enum { CONFIG_SIZE_MAX = 1 << 20, SIGNER_NAME_SIZE_MAX = 64 };

static const char config_head[] =
    "# Aphoria: what this project decided of its own code. Commit this folder.\n"
    "\n"
    "# The project's name in claims about its code; a new name makes them new claims.\n"
    "project: %s\n"
    "\n"
    "# Tells secrets apart in fingerprints without giving them away.\n"
    "fingerprint_key: %s\n"
    "\n"
    "# From which score on a finding blocks, or is a flag (.7 and .4 where nothing is said).\n"
    "# block_at: 0.7\n"
    "# flag_at: 0.4\n"
    "\n"
    "# What is not scanned, beside .gitignore and .aphoriaignore.\n"
    "# exclude: [vendor, '*.min.js']\n"
    "\n"
    "# Findings that are right as they are: patterns for path and rule, and why.\n"
    "# allow:\n"
    "#   - path: 'tests/*'\n"
    "#     rule: 'hard_coded_secret/*'\n"
    "#     reason: made up for the tests\n"
    "\n"
    "# Whose decisions count: acks.jsonl, policy.jsonl, baseline.jsonl and claims.jsonl.\n"
    "signers:\n";

/* Writes a new file whole, or none. */
static int write_new(const char *path, const char *bytes, size_t size)
{
    int file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644);
    if (file < 0 && errno == EEXIST) {
        return 1;
    }
    int is_written = file >= 0 && write(file, bytes, size) == (ssize_t)size && fsync(file) == 0;
    if (!is_written) {
        terminal_report("%s: cannot be written: %s", path, strerror(errno));
    }
    if (file >= 0) {
        close(file);
        if (!is_written) {
            unlink(path);
        }
    }
    return is_written;
}

/* "alice", as signers are listed. */
static const char *user_name(const arguments *given)
{
    const char *name = arguments_text(given, "name");
    name = name == NULL ? getenv("USER") : name;
    name = name == NULL ? getenv("LOGNAME") : name;
    return name == NULL || name[0] == '\0' ? "me" : name;
}

static int is_plain_name(const char *option, const char *name)
{
    int is_plain = name[0] != '\0' && strlen(name) <= SIGNER_NAME_SIZE_MAX;
    for (const char *each = name; *each != '\0'; each++) {
        is_plain &= (*each >= 'a' && *each <= 'z') || (*each >= 'A' && *each <= 'Z') ||
                    (*each >= '0' && *each <= '9') || strchr("._-@", *each) != NULL;
    }
    if (!is_plain) {
        terminal_report("--%s: %s: letters, digits, '.', '_', '-' and '@', at most %d", option,
                        name, (int)SIGNER_NAME_SIZE_MAX);
    }
    return is_plain;
}

static void append_signer(text_buffer *to, const char *name, const steme_key *key)
{
    text_append_format(to, "  - name: \"%s\"\n    key: ", name);
    text_append_hex(to, key->agent.bytes, sizeof key->agent);
    text_append(to, "\n");
}

static int make_config(const arguments *given, const project *of, const steme_key *key)
{
    uint8_t random[PROJECT_KEY_SIZE];
    text_buffer text = TEXT_EMPTY;
    text_buffer digits = TEXT_EMPTY;
    text_buffer path = TEXT_EMPTY;
    const char *name = arguments_text(given, "project");
    randombytes_buf(random, sizeof random);
    text_append_hex(&digits, random, sizeof random);
    text_append_format(&text, config_head, name == NULL ? of->name : name, text_get(&digits));
    append_signer(&text, user_name(given), key);
    text_append_format(&path, "%s/config.yaml", of->folder);
    int is_made = write_new(text_get(&path), text_get(&text), text.size);
    text_deinit(&path);
    text_deinit(&digits);
    text_deinit(&text);
    return is_made;
}

/* What is made anew on every machine stays out of git. */
static int make_ignore_file(const project *of)
{
    static const char ignored[] = "/db/\n/cache/\n";
    text_buffer path = TEXT_EMPTY;
    text_append_format(&path, "%s/.gitignore", of->folder);
    int is_made = write_new(text_get(&path), ignored, sizeof ignored - 1);
    text_deinit(&path);
    return is_made;
}

static int make_folder(const project *of)
{
    if (mkdir(of->folder, 0755) == 0 || errno == EEXIST) {
        return 1;
    }
    terminal_report("%s: cannot be made: %s", of->folder, strerror(errno));
    return 0;
}

static int has_config(const project *of)
{
    text_buffer path = TEXT_EMPTY;
    text_append_format(&path, "%s/config.yaml", of->folder);
    int is_there = access(text_get(&path), F_OK) == 0;
    text_deinit(&path);
    return is_there;
}

static int is_listed(const project *of, const steme_key *key)
{
    return project_signer_find(of, key->agent.bytes) != NULL;
}

/* A project that is there keeps its configuration as people wrote it. */
static int say_what_to_add(const arguments *given, const project *of, const steme_key *key)
{
    text_buffer line = TEXT_EMPTY;
    append_signer(&line, user_name(given), key);
    terminal_report("%s/config.yaml does not list your key yet; have these lines added to its "
                    "`signers`",
                    of->folder);
    printf("%s", text_get(&line));
    text_deinit(&line);
    return COMMAND_FAULTS;
}

static int make_project(const arguments *given, const project *of, const steme_key *key)
{
    if (!make_folder(of) || !make_config(given, of, key) || !make_ignore_file(of)) {
        return COMMAND_USAGE;
    }
    printf("%s is a project of Aphoria; commit the folder. Next: `aphoria scan`.\n", of->folder);
    return COMMAND_DONE;
}

/* The nearest folder of a path that is there, whole: free it. */
static char *folder_above(const char *path)
{
    char *part = text_duplicate(path);
    char *whole = NULL;
    for (char *end; whole == NULL && (end = strrchr(part, '/')) != NULL;) {
        *end = '\0';
        whole = realpath(part[0] == '\0' ? "/" : part, NULL);
    }
    free(part);
    return whole == NULL ? realpath(".", NULL) : whole;
}

/* A new key that lay in the repository would be committed some day. */
static int is_key_elsewhere(const arguments *given, const project *of)
{
    char *path = signer_path(given);
    char *above = path == NULL ? NULL : folder_above(path);
    size_t size = strlen(of->top);
    int is_inside = above != NULL && access(path, F_OK) != 0 &&
                    strncmp(above, of->top, size) == 0 &&
                    (above[size] == '\0' || above[size] == '/');
    if (is_inside) {
        terminal_report("%s: that is in the repository, where a key would be committed some day; "
                        "give --key FILE elsewhere",
                        path);
    }
    free(above);
    free(path);
    return !is_inside;
}

static int set_up(const arguments *given, const project *of)
{
    steme_key key;
    int is_new = 0;
    if (!is_key_elsewhere(given, of) || !signer_make(given, &key, &is_new)) {
        return COMMAND_USAGE;
    }
    if (is_new) {
        char *path = signer_path(given);
        terminal_note("a key of your own was made: %s; keep it, and to yourself", path);
        free(path);
    }
    int exit_code;
    if (!has_config(of)) {
        exit_code = make_project(given, of, &key);
    } else if (!is_listed(of, &key)) {
        exit_code = say_what_to_add(given, of, &key);
    } else {
        printf("%s is a project of Aphoria, and you are one of its signers.\n", of->folder);
        exit_code = make_ignore_file(of) ? COMMAND_DONE : COMMAND_USAGE;
    }
    steme_key_wipe(&key);
    return exit_code;
}

static int run(const arguments *given)
{
    project of;
    int exit_code = COMMAND_USAGE;
    const char *name = arguments_text(given, "project");
    if ((name == NULL || is_plain_name("project", name)) &&
        is_plain_name("name", user_name(given))) {
        if (project_open(&of, given->operand_count > 0 ? given->operands[0] : ".")) {
            exit_code = set_up(given, &of);
        }
        project_close(&of);
    }
    return exit_code;
}

static const arguments_option options[] = {
    {.name = "project",
     .value = "NAME",
     .kind = ARGUMENTS_TEXT,
     .help = "what the project is called (default: its folder's name)"},
    {.name = "name",
     .value = "NAME",
     .kind = ARGUMENTS_TEXT,
     .help = "what you are called among its signers (default: USER)"},
    SIGNER_OPTION,
    {.name = NULL},
};

static const char *const examples[] = {
    "aphoria init",
    "aphoria init --project shop --name alice",
    NULL,
};

const command command_init = {
    .name = "init",
    .operands = "[PATH]",
    .summary = "make a project of a repository, whose decisions are signed and committed",
    .details =
        "Makes .aphoria/ at the repository's top, and a key of your own where you have none.\n"
        "Done again, it changes nothing; in a project that others made it says which lines\n"
        "make you one of its signers.\n",
    .options = options,
    .examples = examples,
    .operand_count_max = 1,
    .run = run,
};
