/* signer.c -- see signer.h. */
#include "aphoria/decisions/signer.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/terminal.h"
#include "common/text.h"

static const char *of_environment(const char *name)
{
    const char *value = getenv(name);
    return value == NULL || value[0] == '\0' ? NULL : value;
}

char *signer_path(const arguments *given)
{
    text_buffer path = TEXT_EMPTY;
    const char *named = arguments_text(given, "key");
    const char *config = of_environment("XDG_CONFIG_HOME");
    const char *home = of_environment("HOME");
    named = named == NULL ? of_environment("STEME_KEY") : named;
    if (named != NULL) {
        text_append(&path, named);
    } else if (config != NULL && config[0] == '/') {
        text_append_format(&path, "%s/aphoria/key", config);
    } else if (home != NULL) {
        text_append_format(&path, "%s/.config/aphoria/key", home);
    } else {
        terminal_report("no place for a key: HOME is not set; give --key FILE");
    }
    return path.bytes;
}

static int load(const char *path, steme_key *out_key)
{
    steme_error error = {0};
    steme_status status = steme_key_load(path, out_key, &error);
    if (status == STEME_NOT_FOUND) {
        terminal_report("no key: %s; `aphoria init` makes one, or give --key FILE", path);
    } else if (status != STEME_OK) {
        terminal_report("%s", error.message);
    }
    return status == STEME_OK;
}

int signer_load(const arguments *given, steme_key *out_key)
{
    char *path = signer_path(given);
    int is_loaded = path != NULL && load(path, out_key);
    free(path);
    return is_loaded;
}

/* All folders that `path` needs, for this user alone. */
static int make_folders(const char *path)
{
    char *part = text_duplicate(path);
    int is_made = 1;
    for (char *slash = strchr(part + 1, '/'); slash != NULL && is_made;
         slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        is_made = mkdir(part, 0700) == 0 || errno == EEXIST;
        if (!is_made) {
            terminal_report("%s: cannot be made: %s", part, strerror(errno));
        }
        *slash = '/';
    }
    free(part);
    return is_made;
}

int signer_make(const arguments *given, steme_key *out_key, int *out_is_new)
{
    steme_error error = {0};
    char *path = signer_path(given);
    int is_new = path != NULL && access(path, F_OK) != 0;
    int is_done = path != NULL;
    if (is_new) {
        is_done = make_folders(path);
        if (is_done) {
            steme_key_generate(out_key);
            is_done = steme_key_save(path, out_key, &error) == STEME_OK;
            if (!is_done) {
                terminal_report("%s", error.message);
            }
        }
    } else if (is_done) {
        is_done = load(path, out_key);
    }
    free(path);
    if (out_is_new != NULL) {
        *out_is_new = is_new;
    }
    return is_done;
}
