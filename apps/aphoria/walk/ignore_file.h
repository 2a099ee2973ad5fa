/* ignore_file.h -- files that say which others are left out: .gitignore, .aphoriaignore, --exclude.
 *
 * Lines are as git has them (gitignore(5)): `#` begins a comment, `!` takes back what an earlier
 * line said, a `/` at the beginning or in the middle ties the line to the file's folder, one at the
 * end means folders only, `*`, `?` and `[…]` stay within a name, a name of `**` is any number of
 * folders. The last line that fits decides.
 *
 * Threads:  a file is read-only once read.
 * Lifetime: it is the arena's; the bytes it was read from are not needed any more. */
#ifndef APHORIA_IGNORE_FILE_H
#define APHORIA_IGNORE_FILE_H

#include <stddef.h>

#include "common/arena.h"

typedef struct ignore_file ignore_file;

typedef enum ignore_answer {
    IGNORE_SILENT, /* no line fits */
    IGNORE_YES,
    IGNORE_NO, /* a line with `!` does */
} ignore_answer;

/* NULL where no line says anything. Lines longer than 4 KiB fit nothing. */
const ignore_file *ignore_file_read(arena *memory, const char *bytes, size_t size);

/* `path` is from the file's folder, without `/` at either end. `self` may be NULL: silent. What is
 * in a folder that is left out is left out too: that is the caller's to see to. */
ignore_answer ignore_file_ask(const ignore_file *self, const char *path, int is_folder);

#endif
