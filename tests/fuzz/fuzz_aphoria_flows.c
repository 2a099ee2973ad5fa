/* Hostile trees of two files that know each other: the first byte chooses the language, a byte of
 * 0xff parts the one from the other. Both are scanned, each with the other beside it. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "aphoria/library.h"
#include "aphoria/scan/file_scan.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

enum { FILE_COUNT = 2 };

typedef struct part {
    const char *bytes;
    size_t size;
} part;

static part parts[FILE_COUNT];

static walk_reading load(void *context, const walk_file *file, uint64_t size_max, char **out_bytes,
                         size_t *out_size)
{
    (void)context;
    const part *from = &parts[file->author_time_s];
    if (from->size > size_max)
        return WALK_LARGE;
    *out_bytes = malloc(from->size + 1);
    if (*out_bytes == NULL)
        abort();
    memcpy(*out_bytes, from->bytes, from->size);
    (*out_bytes)[from->size] = '\0';
    *out_size = from->size;
    return WALK_READ;
}

static void scan_both(file_scanner *scanner, language of, const char *const *names)
{
    arena memory = ARENA_EMPTY;
    observations seen = {0};
    file_scan_notes notes;
    walk_list files = {.root = ".", .folder = -1, .load = load};
    for (int i = 0; i < FILE_COUNT; i++)
        walk_add(&files, names[i], parts[i].size, 0)->author_time_s = i;
    walk_sort(&files);
    source_tree *tree = source_tree_create(&files);
    file_scanner_set_tree(scanner, tree);
    for (int i = 0; i < FILE_COUNT; i++) {
        char *file = malloc(parts[i].size + 1);
        if (file == NULL)
            abort();
        memcpy(file, parts[i].bytes, parts[i].size);
        file[parts[i].size] = '\0';
        file_scanner_run(scanner, names[i], of, file, parts[i].size, 1, &memory, &seen, &notes);
        free(file);
    }
    for (size_t i = 0; i < seen.count; i++) {
        assert(seen.items[i].line > 0 && seen.items[i].end_line >= seen.items[i].line);
        assert((seen.items[i].sink_path == NULL) == (seen.items[i].sink_line == 0));
    }
    file_scanner_set_tree(scanner, NULL);
    source_tree_destroy(tree);
    observations_deinit(&seen);
    arena_deinit(&memory);
    walk_deinit(&files);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    static const language languages[] = {LANGUAGE_PYTHON, LANGUAGE_JAVA, LANGUAGE_JAVASCRIPT,
                                         LANGUAGE_TYPESCRIPT};
    static const char *const names[][FILE_COUNT] = {{"app.py", "other.py"},
                                                    {"App.java", "Other.java"},
                                                    {"app.js", "other.js"},
                                                    {"app.ts", "other.ts"}};
    static library known;
    static file_scanner *scanner;
    if (scanner == NULL) {
        if (!library_open(&known, NULL))
            abort();
        scanner = file_scanner_create(known.rules, known.models, NULL, NULL);
    }
    if (size == 0)
        return 0;
    const char *text = (const char *)bytes + 1;
    const char *parting = memchr(text, 0xff, size - 1);
    size_t first = parting == NULL ? size - 1 : (size_t)(parting - text);
    parts[0] = (part){text, first};
    parts[1] = parting == NULL ? (part){"", 0} : (part){parting + 1, size - 2 - first};
    scan_both(scanner, languages[bytes[0] % 4], names[bytes[0] % 4]);
    return 0;
}
