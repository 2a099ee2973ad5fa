/* aphoria hook -- git's pre-commit hook that scans what is staged. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "aphoria/commands.h"
#include "aphoria/walk/repository.h"
#include "aphoria/walk/walk.h"
#include "common/terminal.h"
#include "common/text.h"

enum { HOOK_SIZE_MAX = 1 << 20 };

static const char mark[] = "# Installed by `aphoria hook install`";
static const char script[] =
    "#!/bin/sh\n"
    "# Installed by `aphoria hook install`; `aphoria hook uninstall` takes it away.\n"
    "if ! command -v aphoria >/dev/null 2>&1; then\n"
    "    echo \"aphoria is not on PATH, so this commit is not looked at; \\`git commit "
    "--no-verify\\` goes past it\" >&2\n"
    "    exit 1\n"
    "fi\n"
    "exec aphoria scan --staged\n";

/* Where git looks for hooks: core.hooksPath, else the folder that all work trees share. */
static int find_folder(const repository *from, text_buffer *out)
{
    git_config *config = NULL;
    git_buf said = {0};
    if (git_repository_config_snapshot(&config, from->git) == 0 &&
        git_config_get_path(&said, config, "core.hooksPath") == 0) {
        const char *base = from->folder != NULL ? from->folder : git_repository_path(from->git);
        text_append_format(out, "%s%s%s", said.ptr[0] == '/' ? "" : base,
                           said.ptr[0] == '/' ? "" : "/", said.ptr);
    } else {
        text_append_format(out, "%shooks", git_repository_commondir(from->git));
    }
    git_buf_dispose(&said);
    git_config_free(config);
    return (mkdir(text_get(out), 0777) == 0 || errno == EEXIST);
}

typedef enum hook_state {
    HOOK_ABSENT,
    HOOK_OURS,
    HOOK_FOREIGN,
} hook_state;

static hook_state look_at(const char *path)
{
    struct stat about;
    char *bytes = NULL;
    size_t size = 0;
    if (lstat(path, &about) != 0) {
        return HOOK_ABSENT;
    }
    int file = open(path, O_RDONLY | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC);
    int is_ours = walk_read_descriptor(file, HOOK_SIZE_MAX, &bytes, &size) == WALK_READ &&
                  memmem(bytes, size, mark, sizeof mark - 1) != NULL;
    free(bytes);
    return is_ours ? HOOK_OURS : HOOK_FOREIGN;
}

static int fail(const char *path)
{
    terminal_report("%s: %s", path, strerror(errno));
    return COMMAND_USAGE;
}

static int write_hook(const char *path)
{
    text_buffer made = TEXT_EMPTY;
    text_append_format(&made, "%s.new", path);
    int file = open(text_get(&made), O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0777);
    size_t size = sizeof script - 1;
    int is_written = file >= 0 && write(file, script, size) == (ssize_t)size;
    is_written = (file < 0 || close(file) == 0) && is_written &&
                 chmod(text_get(&made), 0755) == 0 && rename(text_get(&made), path) == 0;
    int exit_code = is_written ? COMMAND_DONE : fail(path);
    if (!is_written) {
        (void)unlink(text_get(&made));
    }
    text_deinit(&made);
    return exit_code;
}

static int install(const char *path, const char *kept, int is_forced)
{
    hook_state state = look_at(path);
    if (state == HOOK_FOREIGN && !is_forced) {
        terminal_report("another hook is there: %s; add the line `aphoria scan --staged || exit 1` "
                        "to it, or give --force, which keeps it as %s",
                        path, strrchr(kept, '/') + 1);
        return COMMAND_USAGE;
    }
    if (state == HOOK_FOREIGN && rename(path, kept) != 0) {
        return fail(path);
    }
    int exit_code = write_hook(path);
    if (exit_code == COMMAND_DONE) {
        printf("%s scans what is staged before each commit\n", path);
    }
    return exit_code;
}

static int uninstall(const char *path, const char *kept)
{
    struct stat about;
    hook_state state = look_at(path);
    if (state != HOOK_OURS) {
        terminal_report(state == HOOK_ABSENT ? "no hook is there: %s"
                                             : "not aphoria's hook: %s; it is left as it is",
                        path);
        return COMMAND_FAULTS;
    }
    int is_gone = lstat(kept, &about) == 0 ? rename(kept, path) == 0 : unlink(path) == 0;
    if (!is_gone) {
        return fail(path);
    }
    printf("%s is as it was before\n", path);
    return COMMAND_DONE;
}

static int run(const arguments *given)
{
    repository from;
    text_buffer path = TEXT_EMPTY;
    text_buffer kept = TEXT_EMPTY;
    const char *word = given->operands[0];
    const char *root = given->operand_count > 1 ? given->operands[1] : ".";
    int exit_code = COMMAND_USAGE;
    if (strcmp(word, "install") != 0 && strcmp(word, "uninstall") != 0) {
        terminal_report("no such word: %s; it is install or uninstall", word);
        return COMMAND_USAGE;
    }
    if (!repository_open(&from, root)) {
        terminal_report("not in a git repository: %s", root);
        return COMMAND_USAGE;
    }
    if (!find_folder(&from, &path)) {
        exit_code = fail(text_get(&path));
    } else {
        text_append(&path, "/pre-commit");
        text_append_format(&kept, "%s.before-aphoria", text_get(&path));
        exit_code = word[0] == 'i'
                        ? install(text_get(&path), text_get(&kept), arguments_has(given, "force"))
                        : uninstall(text_get(&path), text_get(&kept));
    }
    repository_close(&from);
    text_deinit(&path);
    text_deinit(&kept);
    return exit_code;
}

static const arguments_option options[] = {
    {.name = "force", .help = "put it in the place of another hook, which is kept beside it"},
    {.name = NULL},
};

static const char *const examples[] = {
    "aphoria hook install",
    "aphoria hook uninstall",
    NULL,
};

const command command_hook = {
    .name = "hook",
    .operands = "install|uninstall [PATH]",
    .summary = "scan what is staged before each commit",
    .details = "Writes git's hook pre-commit, which runs `aphoria scan --staged`: a commit that "
               "brings a finding at\n"
               "or above block does not come about. It stands where core.hooksPath says, else in "
               "the repository's own\n"
               "folder, for all of its work trees. A hook of somebody else is not touched without "
               "--force.\n",
    .options = options,
    .examples = examples,
    .operand_count_min = 1,
    .operand_count_max = 2,
    .run = run,
};
