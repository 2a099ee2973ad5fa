/* oracle_script.h -- a test that is a script's: tests/golden/NAME puts its questions to this same
 * program, started as `PROGRAM answer`, and compares. */
#ifndef SUPPORT_ORACLE_SCRIPT_H
#define SUPPORT_ORACLE_SCRIPT_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static inline int oracle_script_run(const char *name, const char *variable)
{
    char self[4096];
    char script[4096];
    ssize_t size = readlink("/proc/self/exe", self, sizeof self - 1);
    const char *source = getenv("STEME_SOURCE");
    if (size < 0)
        return 1;
    self[size] = '\0';
    snprintf(script, sizeof script, "%s/tests/golden/%s", source ? source : ".", name);
    setenv(variable, self, 1);
    execlp("python3", "python3", script, (char *)NULL);
    perror("python3");
    return 1;
}

/* What `main` does; the script finds the program by `variable` of its environment. */
static inline int oracle_script_main(int argc, char **argv, const char *name, const char *variable,
                                     int (*answer)(void))
{
    int is_asked = argc > 1 && strcmp(argv[1], "answer") == 0;
    return is_asked ? answer() : oracle_script_run(name, variable);
}

#endif
