/* claim_store.c -- see claim_store.h. */
#include "aphoria/claim_store.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "common/command.h"
#include "common/folder.h"
#include "common/terminal.h"
#include "common/text.h"

/* Of options that not every command has. */
static int has(const arguments *given, const char *name)
{
    return arguments_knows(given, name) && arguments_has(given, name);
}

int claim_store_is_named(const arguments *given)
{
    return has(given, "db") || has(given, "server") || has(given, "persist");
}

static int is_one(const arguments *given)
{
    int count = has(given, "db") + has(given, "server") + has(given, "persist");
    if (count > 1) {
        terminal_report("more than one place; give one of --db, --server and --persist");
    }
    return count <= 1;
}

static int exists(const char *path)
{
    struct stat about;
    return stat(path, &about) == 0;
}

static int open_scratch(claim_store *self, int *out_exit)
{
    steme_error error = {0};
    *out_exit = COMMAND_USAGE;
    self->scratch = folder_make("aphoria");
    if (self->scratch == NULL) {
        return 0;
    }
    steme_status status = steme_store_create(self->scratch, &error);
    if (status == STEME_OK) {
        status = database_open_folder(self->scratch, NULL, &self->records, &error);
    }
    if (status != STEME_OK) {
        *out_exit = command_fail(&error);
    }
    return status == STEME_OK;
}

static int make_store(const char *directory, int *out_exit)
{
    steme_error error = {0};
    if (steme_store_create(directory, &error) != STEME_OK) {
        *out_exit = command_fail(&error);
        return 0;
    }
    terminal_note("made a store: %s", directory);
    return 1;
}

/* A store changes with every scan and is no part of the repository. */
static void keep_out_of_git(const char *folder)
{
    text_buffer path = TEXT_EMPTY;
    text_append_format(&path, "%s/.gitignore", folder);
    FILE *file = fopen(text_get(&path), "wxe");
    if (file != NULL) {
        fputs("db/\ncache/\n", file);
        fclose(file);
    }
    text_deinit(&path);
}

static int open_own(claim_store *self, const arguments *given, const char *folder, int *out_exit)
{
    text_buffer path = TEXT_EMPTY;
    int is_made = 1;
    text_append_format(&path, "%s/db", folder);
    if (!exists(text_get(&path))) {
        if (mkdir(folder, 0777) != 0 && errno != EEXIST) {
            terminal_report("cannot make: %s: %s; check the folder", folder, strerror(errno));
            *out_exit = COMMAND_USAGE;
            is_made = 0;
        } else {
            keep_out_of_git(folder);
            is_made = make_store(text_get(&path), out_exit);
        }
    }
    if (is_made) {
        self->records = command_open_place(given, text_get(&path), NULL, 1, out_exit);
    }
    text_deinit(&path);
    return self->records != NULL;
}

int claim_store_open_writer(claim_store *self, const arguments *given, const char *folder,
                            int *out_exit)
{
    *self = (claim_store){0};
    *out_exit = COMMAND_USAGE;
    if (!is_one(given)) {
        return 0;
    }
    if (!claim_store_is_named(given)) {
        return open_scratch(self, out_exit);
    }
    if (has(given, "persist")) {
        return open_own(self, given, folder, out_exit);
    }
    const char *directory = arguments_text(given, "db");
    const char *address = arguments_text(given, "server");
    if (directory == NULL || exists(directory) || make_store(directory, out_exit)) {
        self->records = command_open_place(given, directory, address, 1, out_exit);
    }
    return self->records != NULL;
}

int claim_store_open_reader(claim_store *self, const arguments *given, const char *folder,
                            int *out_exit)
{
    const char *directory = arguments_text(given, "db");
    const char *address = arguments_text(given, "server");
    text_buffer own = TEXT_EMPTY;
    *self = (claim_store){0};
    *out_exit = COMMAND_USAGE;
    if (!is_one(given)) {
        return 0;
    }
    if (directory == NULL && address == NULL) {
        text_append_format(&own, "%s/db", folder);
        directory = text_get(&own);
        if (!exists(directory)) {
            terminal_report("no store: %s; give --db or --server, or make one by `aphoria scan "
                            "--persist`",
                            directory);
            text_deinit(&own);
            return 0;
        }
    }
    self->records = command_open_place(given, directory, address, 0, out_exit);
    text_deinit(&own);
    return self->records != NULL;
}

void claim_store_close(claim_store *self)
{
    command_close_database(self->records);
    if (self->scratch != NULL) {
        folder_remove(self->scratch);
        free(self->scratch);
    }
    *self = (claim_store){0};
}
