/* process.h -- the test program run again as another process, in a role of its own: a store is not
 * used after fork, so a test that needs a second process starts itself anew.
 *
 * A program with roles has a main of its own: it calls process_role, which runs the role and exits
 * where the program was started for one, before cmocka's. */
#ifndef SUPPORT_PROCESS_H
#define SUPPORT_PROCESS_H

#include "support/test.h"

#include <errno.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

typedef struct test_process {
    pid_t id;
    int output; /* its standard output; read end */
    int input;  /* its standard input; closing it tells the process to end */
} test_process;

typedef int (*process_run)(int argument_count, char **arguments);

typedef struct process_role_entry {
    const char *name;
    process_run run;
} process_role_entry;

enum { PROCESS_ARGUMENT_COUNT_MAX = 8 };

/* `arguments` end with NULL; the first is the role. */
static inline void process_start(test_process *process, const char *const *arguments)
{
    char *words[PROCESS_ARGUMENT_COUNT_MAX + 3] = {(char *)(uintptr_t) "test",
                                                   (char *)(uintptr_t) "--role"};
    int output[2];
    int input[2];
    for (int i = 0; arguments[i] != NULL; i++) {
        assert_true(i < PROCESS_ARGUMENT_COUNT_MAX);
        words[i + 2] = (char *)(uintptr_t)arguments[i];
    }
    assert_int_equal(pipe(output), 0);
    assert_int_equal(pipe(input), 0);
    pid_t id = fork();
    assert_true(id >= 0);
    if (id == 0) {
        (void)!dup2(input[0], STDIN_FILENO);
        (void)!dup2(output[1], STDOUT_FILENO);
        for (int descriptor = 3; descriptor < 256; descriptor++)
            close(descriptor);
        execv("/proc/self/exe", words);
        _exit(127);
    }
    close(output[1]);
    close(input[0]);
    *process = (test_process){id, output[0], input[1]};
}

/* Waits for its end; the status as waitpid gives it. */
static inline int process_end(test_process *process)
{
    int status;
    close(process->input);
    while (waitpid(process->id, &status, 0) < 0)
        assert_int_equal(errno, EINTR);
    close(process->output);
    return status;
}

/* Reads a line of the process's output; what it said, without the newline. */
static inline const char *process_line(test_process *process)
{
    static char line[1024];
    size_t size = 0;
    while (size + 1 < sizeof line && read(process->output, line + size, 1) == 1 &&
           line[size] != '\n')
        size++;
    line[size] = '\0';
    return line;
}

static inline void process_role(int argument_count, char **arguments,
                                const process_role_entry *roles, size_t role_count)
{
    if (argument_count < 3 || strcmp(arguments[1], "--role") != 0)
        return;
    for (size_t i = 0; i < role_count; i++)
        if (strcmp(arguments[2], roles[i].name) == 0)
            exit(roles[i].run(argument_count - 2, arguments + 2));
    exit(126);
}

/* A main that knows roles. */
#define TEST_MAIN_WITH_ROLES(tests, roles)                                                         \
    static int test_main(int argc, char **argv);                                                   \
    int main(int argc, char **argv)                                                                \
    {                                                                                              \
        process_role(argc, argv, roles, sizeof(roles) / sizeof((roles)[0]));                       \
        return test_main(argc, argv);                                                              \
    }                                                                                              \
    static TEST_MAIN_NAMED(test_main, tests)

#endif
