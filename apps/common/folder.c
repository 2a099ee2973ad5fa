/* folder.c -- see folder.h. */
#include "common/folder.h"

#include <errno.h>
#include <ftw.h>
#include <stdlib.h>
#include <string.h>

#include "common/terminal.h"
#include "common/text.h"

enum { DEPTH_MAX = 16 };

char *folder_make(const char *prefix)
{
    const char *parent = getenv("TMPDIR");
    text_buffer path = TEXT_EMPTY;
    text_append(&path, parent == NULL || parent[0] == '\0' ? "/tmp" : parent);
    text_append_format(&path, "/%s-XXXXXX", prefix);
    if (mkdtemp(path.bytes) == NULL) {
        terminal_report("cannot make a folder: %s: %s; set TMPDIR to one that can be written",
                        text_get(&path), strerror(errno));
        text_deinit(&path);
        return NULL;
    }
    return path.bytes;
}

static int remove_entry(const char *path, const struct stat *about, int kind, struct FTW *place)
{
    (void)about;
    (void)kind;
    (void)place;
    return remove(path);
}

void folder_remove(const char *path)
{
    nftw(path, remove_entry, DEPTH_MAX, FTW_DEPTH | FTW_PHYS);
}
