#include "common/output.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/record_json.h"
#include "common/terminal.h"

static int list_count;
static int first_errno; /* of a write to stdout that failed */

int output_choose(const arguments *given, output_form *out_form)
{
    static const char *const names[] = {"table", "json", "jsonl", "csv"};
    int count = 0;
    *out_form = OUTPUT_TABLE;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        int is_declared = 0;
        for (const arguments_option *each = given->options; each->name != NULL; each++) {
            is_declared |= strcmp(each->name, names[i]) == 0;
        }
        if (is_declared && arguments_has(given, names[i])) {
            *out_form = (output_form)i;
            count++;
        }
    }
    if (count > 1) {
        terminal_report("two forms of output; give one of --table, --json, --jsonl, --csv");
        return 0;
    }
    return 1;
}

void output_init(void)
{
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN); /* a file over the limit is an error like a full disk */
    for (int descriptor = 0; descriptor <= 2; descriptor++) {
        if (fcntl(descriptor, F_GETFD) == -1 && errno == EBADF) {
            /* For stdout one that cannot be written to: losing the output must not look like
             * success. */
            open("/dev/null", descriptor == 2 ? O_WRONLY : O_RDONLY);
        }
    }
}

/* Remembers why the first failing write failed: later calls may set errno anew. */
static void note_error(void)
{
    if (first_errno == 0 && ferror(stdout)) {
        first_errno = errno == 0 ? EIO : errno;
    }
}

int output_is_broken(void)
{
    note_error();
    return ferror(stdout) != 0;
}

int output_finish(int exit_code)
{
    note_error();
    if (fflush(stdout) != 0) {
        note_error();
    }
    if (first_errno == 0 || first_errno == EPIPE) {
        return exit_code;
    }
    terminal_report("cannot write: standard output: %s; make room or choose another place",
                    strerror(first_errno));
    return 2;
}

static void fail_without_memory(void)
{
    terminal_report("out of memory; give this process more, or ask for less at once");
    exit(2);
}

json_t *output_object(void)
{
    json_t *object = json_object();
    if (object == NULL) {
        fail_without_memory();
    }
    output_set(object, "schema", json_integer(OUTPUT_SCHEMA));
    return object;
}

void output_set(json_t *object, const char *key, json_t *value)
{
    if (value == NULL || json_object_set_new(object, key, value) != 0) {
        fail_without_memory();
    }
}

static void write_json(json_t *value, size_t indent)
{
    char *line = record_json_text(value, indent);
    if (line == NULL) {
        fail_without_memory();
    }
    fputs(line, stdout);
    note_error();
    free(line);
    json_decref(value);
}

void output_json_line(json_t *value)
{
    write_json(value, 0);
    fputc('\n', stdout);
    note_error();
}

void output_json_document(json_t *value)
{
    write_json(value, 2);
    fputc('\n', stdout);
    note_error();
}

void output_list_begin(json_t *object, const char *name)
{
    char *head = record_json_text(object, 0);
    if (head == NULL) {
        fail_without_memory();
    }
    size_t size = strlen(head);
    head[size - 1] = '\0'; /* the closing brace comes with output_list_end */
    printf("%s,\"%s\":[", head, name);
    free(head);
    json_decref(object);
    list_count = 0;
}

void output_list_add(json_t *value)
{
    fputs(list_count++ == 0 ? "\n" : ",\n", stdout);
    write_json(value, 0);
}

void output_list_end_at(const char *cursor)
{
    fputs("\n]", stdout);
    if (cursor != NULL) { /* digits alone */
        printf(",\"cursor\":\"%s\"", cursor);
    }
    fputs("}\n", stdout);
    note_error();
}

void output_list_end(void)
{
    output_list_end_at(NULL);
}
