/* mask.c -- see mask.h. */
#include "aphoria/scan/mask.h"

#include <string.h>

#include "common/text.h"

static const char stars[] = "****";

static size_t kept_of(size_t size)
{
    return size / 4 < 4 ? size / 4 : 4;
}

static const char *give(arena *memory, text_buffer *made)
{
    const char *copy = arena_copy(memory, text_get(made), made->size);
    text_deinit(made);
    return copy;
}

/* How much of the secret stands here: all of it, or as much as the cut text has, or none. */
static size_t size_at(const char *at, const char *secret)
{
    size_t common = 0;
    while (secret[common] != '\0' && at[common] == secret[common]) {
        common++;
    }
    int is_cut = strcmp(at + common, "...") == 0 || at[common] == '\0';
    return secret[common] == '\0' || (is_cut && common > kept_of(strlen(secret))) ? common : 0;
}

const char *mask_secret(arena *memory, const char *text, const char *secret)
{
    text_buffer made = TEXT_EMPTY;
    size_t found = 0;
    if (secret == NULL || secret[0] == '\0') {
        return text;
    }
    for (const char *at = text; *at != '\0';) {
        size_t size = size_at(at, secret);
        if (size > 0) {
            text_append_bytes(&made, secret, kept_of(strlen(secret)));
            text_append(&made, stars);
            at += size;
            found++;
        } else {
            text_append_bytes(&made, at++, 1);
        }
    }
    if (found == 0) {
        text_deinit(&made);
        return text;
    }
    return give(memory, &made);
}

const char *mask_quoted(arena *memory, const char *text)
{
    text_buffer made = TEXT_EMPTY;
    char quote = '\0';
    for (const char *at = text; *at != '\0'; at++) {
        int is_quote = *at == '"' || *at == '\'' || *at == '`';
        if (quote == '\0' && is_quote) {
            quote = *at;
            text_append_bytes(&made, at, 1);
            text_append(&made, stars);
        } else if (quote == *at) {
            quote = '\0';
            text_append_bytes(&made, at, 1);
        } else if (quote == '\0') {
            text_append_bytes(&made, at, 1);
        } else if (*at == '\\' && at[1] != '\0') {
            at++;
        }
    }
    return give(memory, &made);
}

const char *mask_bad_bytes(arena *memory, const char *text)
{
    text_buffer made = TEXT_EMPTY;
    if (text_is_utf8(text, strlen(text))) {
        return text;
    }
    text_append_escaped(&made, text_span(text));
    return give(memory, &made);
}
