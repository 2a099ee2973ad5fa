/* Hostile comments that take a finding as it is: the first byte chooses the language, the rest is
 * the file. What is told lies in the file, and what is used has a rule and a reason. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "aphoria/library.h"
#include "aphoria/scan/inline_ignore.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    static library known;
    static parser *parsing;
    static arena memory;
    if (parsing == NULL) {
        if (!library_open(&known, NULL) || !library_prepare(&known))
            abort();
        parsing = parser_create();
    }
    if (size == 0)
        return 0;
    char *text = malloc(size); /* of just that size, its NUL included */
    if (text == NULL)
        abort();
    memcpy(text, bytes + 1, size - 1);
    text[size - 1] = '\0';
    inline_ignore_file file = {.path = "file",
                               .language = (language)(bytes[0] % LANGUAGE_COUNT),
                               .bytes = text,
                               .size = size - 1};
    observation everywhere = {
        .match = rule_set_find(known.rules, "tls_cert_verification/requests-verify"),
        .line = 1,
        .end_line = UINT32_MAX};
    observations seen = {.items = &everywhere, .count = 1};
    size_t count = 0;
    uint32_t lines = 1;
    for (size_t i = 0; i + 1 < size; i++)
        lines += text[i] == '\n';
    const inline_ignore *told =
        inline_ignore_run(parsing, known.rules, &file, &memory, &seen, 0, &count);
    for (size_t i = 0; i < count; i++) {
        if (told[i].line == 0 || told[i].line > lines || told[i].last_line > lines ||
            told[i].first_line > told[i].last_line)
            abort();
        if (told[i].is_used && (told[i].fault != NULL || told[i].reason[0] == '\0' ||
                                told[i].rule[0] == '\0' || told[i].first_line == 0))
            abort();
    }
    arena_clear(&memory);
    free(text);
    return 0;
}
