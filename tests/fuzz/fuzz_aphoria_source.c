/* Hostile files for a scan: the first byte chooses the language, the rest is the file. All rules
 * and models of the program are held against it. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "aphoria/library.h"
#include "aphoria/scan/file_scan.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    static library known;
    static file_scanner *scanner;
    static arena memory;
    observations seen = {0};
    file_scan_notes notes;
    if (scanner == NULL) {
        if (!library_open(&known, NULL) || !library_prepare(&known))
            abort();
        scanner = file_scanner_create(known.rules, known.models, NULL, NULL);
    }
    if (size == 0)
        return 0;
    char *file = malloc(size); /* of just that size, its NUL included */
    if (file == NULL)
        abort();
    memcpy(file, bytes + 1, size - 1);
    file[size - 1] = '\0';
    file_scanner_run(scanner, "file", (language)(bytes[0] % LANGUAGE_COUNT), file, size - 1, 1,
                     &memory, &seen, &notes);
    for (size_t i = 0; i < seen.count; i++) {
        assert(seen.items[i].line > 0 && seen.items[i].end_line >= seen.items[i].line);
        assert(seen.items[i].confidence > 0 && seen.items[i].confidence <= 1);
        assert(strlen(seen.items[i].text) < 4096);
    }
    observations_deinit(&seen);
    arena_clear(&memory);
    free(file);
    return 0;
}
