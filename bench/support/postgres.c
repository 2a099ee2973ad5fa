#include "support/postgres.h"
#include "support/measure.h"

#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PATH_SIZE = 4096, START_TRY_COUNT = 300 };

/* In a child: becomes postgres where we are root, since the server refuses to run as root. */
static void drop_rights(void)
{
    const struct passwd *user = getpwnam("postgres");
    if (geteuid() != 0)
        return;
    if (user == NULL || initgroups(user->pw_name, user->pw_gid) != 0 || setgid(user->pw_gid) != 0 ||
        setuid(user->pw_uid) != 0)
        _exit(126);
}

/* In a child: what it says goes to a file in the folder. */
static void redirect_output(const char *folder)
{
    char path[PATH_SIZE];
    bench_path_join(path, sizeof path, folder, "output");
    int file = open(path, O_WRONLY | O_CREAT | O_APPEND, 0644);
    if (file >= 0) {
        dup2(file, STDOUT_FILENO);
        dup2(file, STDERR_FILENO);
    }
}

static pid_t child_start(const char *folder, const char *const *arguments)
{
    fflush(stdout);
    pid_t child = fork();
    if (child != 0)
        return child;
    drop_rights();
    prctl(PR_SET_PDEATHSIG, SIGQUIT); /* no server outlives the bench */
    redirect_output(folder);
    execv(arguments[0], (char *const *)(uintptr_t)arguments);
    _exit(127);
}

/* The folder of PostgreSQL's programs; false where there is none. */
static bool find_programs(char *out_path, size_t size)
{
    char initdb[PATH_SIZE];
    /* NOLINTNEXTLINE(cert-env33-c): a constant, and the PATH is the user's own */
    FILE *output = popen("pg_config --bindir 2>/dev/null", "re");
    bool is_found = output != NULL && fgets(out_path, (int)size, output) != NULL;
    if (output != NULL)
        pclose(output);
    if (!is_found)
        return false;
    out_path[strcspn(out_path, "\n")] = '\0';
    bench_path_join(initdb, sizeof initdb, out_path, "initdb");
    return access(initdb, X_OK) == 0 && (geteuid() != 0 || getpwnam("postgres") != NULL);
}

/* The server's user must own its folder and reach it. */
static void hand_over(const char *folder)
{
    char parent[PATH_SIZE];
    bench_path_join(parent, sizeof parent, folder, "..");
    if (geteuid() == 0 &&
        (chmod(parent, 0711) != 0 || chown(folder, getpwnam("postgres")->pw_uid, (gid_t)-1) != 0))
        bench_die("cannot hand a folder to the user postgres", NULL);
}

static void cluster_make(const char *folder, const char *data, const char *programs)
{
    char initdb[PATH_SIZE];
    int status = 0;
    bench_path_join(initdb, sizeof initdb, programs, "initdb");
    const char *const arguments[] = {initdb,  "-D", data,   "-A",         "trust", "-U",
                                     "bench", "-E", "UTF8", "--locale=C", NULL};
    waitpid(child_start(folder, arguments), &status, 0);
    if (status != 0)
        bench_die("initdb failed", NULL);
}

bool bench_postgres_start(const char *folder, bool (*is_ready)(const char *target),
                          bench_postgres *out_server)
{
    char programs[PATH_SIZE];
    char postgres[PATH_SIZE];
    char data[PATH_SIZE];
    if (!find_programs(programs, sizeof programs)) {
        printf("\nPostgreSQL: skipped, its server is not installed\n");
        return false;
    }
    bench_path_join(data, sizeof data, folder, "data");
    bench_path_join(postgres, sizeof postgres, programs, "postgres");
    hand_over(folder);
    cluster_make(folder, data, programs);
    const char *const arguments[] = {
        postgres, "-D", data, "-k", folder, "-c", "listen_addresses=", NULL};
    out_server->server = child_start(folder, arguments);
    snprintf(out_server->target, sizeof out_server->target, "host=%s user=bench dbname=postgres",
             folder);
    for (int tries = 0; !is_ready(out_server->target); tries++) {
        if (tries == START_TRY_COUNT || waitpid(out_server->server, NULL, WNOHANG) != 0)
            bench_die("the server does not start", NULL);
        usleep(100000);
    }
    return true;
}

void bench_postgres_stop(const bench_postgres *server)
{
    kill(server->server, SIGINT); /* a fast shutdown */
    waitpid(server->server, NULL, 0);
}
