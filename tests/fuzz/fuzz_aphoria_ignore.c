/* Hostile ignore files: the first line is the path that is asked about, the rest the file. What it
 * says cannot depend on a comment put before it. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "aphoria/walk/ignore_file.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    static arena memory;
    static const char comment[] = "# a line\n\n   \n";
    const uint8_t *line = size == 0 ? NULL : memchr(bytes, '\n', size);
    if (line == NULL)
        return 0;
    size_t path_size = (size_t)(line - bytes);
    size_t file_size = size - path_size - 1;
    char *path = malloc(path_size + 1);
    char *file = malloc(sizeof comment - 1 + file_size); /* of just that size */
    if (path == NULL || file == NULL)
        abort();
    memcpy(path, bytes, path_size);
    path[path_size] = '\0';
    memcpy(file, comment, sizeof comment - 1);
    memcpy(file + sizeof comment - 1, line + 1, file_size);
    const ignore_file *with = ignore_file_read(&memory, file, sizeof comment - 1 + file_size);
    memmove(file, line + 1, file_size);
    const ignore_file *without = ignore_file_read(&memory, file, file_size);
    int has_mark = file_size >= 3 && memcmp(file, "\xef\xbb\xbf", 3) == 0;
    for (int is_folder = 0; is_folder < 2; is_folder++) {
        ignore_answer answer = ignore_file_ask(without, path, is_folder);
        if (!has_mark && answer != ignore_file_ask(with, path, is_folder))
            abort();
    }
    arena_clear(&memory);
    free(path);
    free(file);
    return 0;
}
