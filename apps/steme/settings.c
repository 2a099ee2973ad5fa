#include "steme/settings.h"

#include <stdlib.h>
#include <string.h>

#include "common/terminal.h"
#include "common/text.h"
#include "steme/command.h"

enum { FILE_VALUE_COUNT = 11 }; /* beside the peers */

static const arguments_option *find_option(const arguments_option *table, const char *name)
{
    while (strcmp(table->name, name) != 0) {
        table++;
    }
    return table;
}

/* The file's word, where no option and no variable has one. */
static void add(settings *self, const arguments *given, const char *name, const char *value)
{
    const arguments_option *option = find_option(given->options, name);
    if ((value == NULL || value[0] != '\0') && arguments_count(given, name) == 0) {
        self->merged.given[self->merged.given_count++] = (arguments_given){option, value};
    }
}

/* A node has one identity: of the three paths none is the file's where one was given. */
static void add_tls(settings *self, const arguments *given)
{
    if (arguments_count(given, "tls-cert") + arguments_count(given, "tls-key") +
            arguments_count(given, "tls-ca") >
        0) {
        return;
    }
    add(self, given, "tls-cert", self->file.tls.cert);
    add(self, given, "tls-key", self->file.tls.key);
    add(self, given, "tls-ca", self->file.tls.ca);
}

static void merge(settings *self, const arguments *given)
{
    size_t count = given->given_count + FILE_VALUE_COUNT + self->file.peer_count;
    int has_peers = arguments_count(given, "peer") > 0;
    self->merged = *given;
    self->merged.given = text_allocate(count * sizeof *self->merged.given);
    if (given->given_count > 0) {
        memcpy(self->merged.given, given->given, given->given_count * sizeof *given->given);
    }
    add(self, given, "db", self->file.db);
    add(self, given, "cluster", self->file.cluster);
    add(self, given, "listen", self->file.listen);
    add_tls(self, given);
    if (self->file.insecure) {
        add(self, given, "insecure", NULL);
    }
    add(self, given, "peer-bytes-max", self->file.peer_bytes_max);
    add(self, given, "peer-work-ms", self->file.peer_work_ms);
    add(self, given, "disk-free-min", self->file.disk_free_min);
    add(self, given, "peer-free-min", self->file.peer_free_min);
    add(self, given, "idle-tick-ms", self->file.idle_tick_ms);
    add(self, given, "client-idle-ms", self->file.client_idle_ms);
    for (uint32_t i = 0; i < self->file.peer_count && !has_peers; i++) {
        add(self, given, "peer", self->file.peers[i]);
    }
}

int settings_read(const arguments *given, settings **out_settings)
{
    steme_error error = {0};
    const char *path = arguments_text(given, "config");
    settings *self = text_allocate(sizeof *self);
    memset(self, 0, sizeof *self);
    if (path != NULL && config_read(path, &self->file, &error) != STEME_OK) {
        terminal_report("%s", error.message);
        free(self);
        return 0;
    }
    merge(self, given);
    *out_settings = self;
    return 1;
}

void settings_free(settings *self)
{
    if (self != NULL) {
        free(self->merged.given);
        free(self);
    }
}

static int is_text_alike(const arguments *left, const arguments *right, const char *name)
{
    const char *a = arguments_text(left, name);
    const char *b = arguments_text(right, name);
    return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

int settings_is_alike(const settings *left, const settings *right)
{
    static const char *const names[] = {
        "db",           "cluster",        "listen",        "peer-bytes-max",
        "idle-tick-ms", "client-idle-ms", "disk-free-min", "peer-free-min",
        "peer-work-ms"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (!is_text_alike(&left->merged, &right->merged, names[i])) {
            return 0;
        }
    }
    return arguments_has(&left->merged, "insecure") == arguments_has(&right->merged, "insecure");
}
