#include "query/text.h"
#include "base/error.h"

#include <string.h>
#include <utf8proc.h>

#define FOLD_OPTIONS (UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_COMPAT | UTF8PROC_CASEFOLD)

/* Legal forms of companies; ascending, for a binary search. */
static const char *const legal_words[] = {
    "ab",          "ag",  "as",      "asa",    "bv",   "bvba", "co",           "company", "corp",
    "corporation", "eg",  "ev",      "gesmbh", "gmbh", "inc",  "incorporated", "kft",     "kg",
    "kgaa",        "kk",  "limited", "llc",    "llp",  "lp",   "ltd",          "ltda",    "nv",
    "oao",         "ohg", "ooo",     "oy",     "oyj",  "plc",  "pte",          "pty",     "sa",
    "sarl",        "sas", "se",      "spa",    "srl",  "ug",   "zao",
};

enum {
    LEGAL_WORD_COUNT = sizeof legal_words / sizeof legal_words[0],
    LEGAL_WORD_SIZE_MAX = 12,
    DECOMPOSED_COUNT_MAX = 32, /* characters that one becomes; the most there is, is 18 */
};

const char *steme_unicode_version(void)
{
    return utf8proc_unicode_version();
}

int query_span_compare(steme_span left, steme_span right)
{
    size_t size = left.size < right.size ? left.size : right.size;
    int order = size == 0 ? 0 : memcmp(left.bytes, right.bytes, size);
    return order != 0 ? order : (left.size > right.size) - (left.size < right.size);
}

bool query_text_is_ascii(steme_span text)
{
    size_t i = 0;
    for (; i + 8 <= text.size; i += 8) {
        uint64_t word;
        memcpy(&word, text.bytes + i, 8);
        if (word & UINT64_C(0x8080808080808080))
            return false;
    }
    for (; i < text.size; i++)
        if (text.bytes[i] & 0x80)
            return false;
    return true;
}

/* ---- Words -------------------------------------------------------------------------------- */

static bool is_legal_word(const uint8_t *word, size_t size)
{
    size_t low = 0;
    size_t high = LEGAL_WORD_COUNT;
    if (size < 2 || size > LEGAL_WORD_SIZE_MAX)
        return false;
    while (low < high) {
        size_t middle = (low + high) / 2;
        size_t legal_size = strlen(legal_words[middle]);
        int order =
            query_span_compare((steme_span){word, size},
                               (steme_span){(const uint8_t *)legal_words[middle], legal_size});
        if (order == 0)
            return true;
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return false;
}

static size_t word_size(const uint8_t *text, size_t size)
{
    const uint8_t *space = memchr(text, ' ', size);
    return space == NULL ? size : (size_t)(space - text);
}

/* Joins neighbouring words of one letter from a to z, in place: "b v" becomes "bv". */
static size_t join_initials(uint8_t *text, size_t size)
{
    size_t out = 0;
    bool was_initial = false;
    for (size_t at = 0, word; at < size; at += word + 1) {
        word = word_size(text + at, size - at);
        bool is_initial = word == 1 && text[at] >= 'a' && text[at] <= 'z';
        if (out > 0 && !(is_initial && was_initial))
            text[out++] = ' ';
        memmove(text + out, text + at, word);
        out += word;
        was_initial = is_initial;
    }
    return out;
}

/* Drops the legal words of a text of words joined by single spaces, in place, unless all are. */
static size_t drop_legal_words(uint8_t *text, size_t size)
{
    size_t kept = 0;
    size = join_initials(text, size);
    for (size_t at = 0, word; at < size; at += word + 1) {
        word = word_size(text + at, size - at);
        kept += !is_legal_word(text + at, word);
    }
    if (kept == 0)
        return size;
    size_t out = 0;
    for (size_t at = 0, word; at < size; at += word + 1) {
        word = word_size(text + at, size - at);
        if (is_legal_word(text + at, word))
            continue;
        if (out > 0)
            text[out++] = ' ';
        memmove(text + out, text + at, word);
        out += word;
    }
    return out;
}

/* ---- ASCII -------------------------------------------------------------------------------- */

static uint8_t ascii_fold(uint8_t character)
{
    return character >= 'A' && character <= 'Z' ? (uint8_t)(character | 0x20) : character;
}

static bool ascii_is_word(uint8_t folded)
{
    return (folded >= 'a' && folded <= 'z') || (folded >= '0' && folded <= '9');
}

static steme_span ascii_folded(steme_span text, uint8_t *buffer)
{
    for (size_t i = 0; i < text.size; i++)
        buffer[i] = ascii_fold(text.bytes[i]);
    return (steme_span){buffer, text.size};
}

steme_span query_text_form_ascii(steme_equivalence_kind kind, steme_span text, uint8_t *buffer)
{
    if (kind == STEME_EQUAL_FOLDED)
        return ascii_folded(text, buffer);
    if (kind != STEME_EQUAL_NORMALIZED)
        return text;
    size_t size = 0;
    bool is_gap = false;
    for (size_t i = 0; i < text.size; i++) {
        uint8_t folded = ascii_fold(text.bytes[i]);
        if (!ascii_is_word(folded)) {
            is_gap = true;
            continue;
        }
        if (is_gap && size > 0)
            buffer[size++] = ' ';
        is_gap = false;
        buffer[size++] = folded;
    }
    if (size == 0)
        return ascii_folded(text, buffer);
    return (steme_span){buffer, drop_legal_words(buffer, size)};
}

/* ---- Unicode ------------------------------------------------------------------------------ */

/* Decomposes character by character, without the canonical order; `out` NULL = only counts. */
static utf8proc_ssize_t unicode_decompose(steme_span text, utf8proc_int32_t *out)
{
    utf8proc_int32_t ignored[DECOMPOSED_COUNT_MAX];
    utf8proc_ssize_t count = 0;
    for (size_t at = 0; at < text.size;) {
        utf8proc_int32_t character;
        int boundary = 0;
        utf8proc_ssize_t step =
            utf8proc_iterate(text.bytes + at, (utf8proc_ssize_t)(text.size - at), &character);
        if (step < 0)
            return step;
        utf8proc_ssize_t added =
            /* cppcheck-suppress legacyUninitvar ; it is written, not read */
            utf8proc_decompose_char(character, out == NULL ? ignored : out + count,
                                    DECOMPOSED_COUNT_MAX, FOLD_OPTIONS, &boundary);
        if (added < 0)
            return added;
        count += added;
        at += (size_t)step;
    }
    return count;
}

static uint8_t combining_class(utf8proc_int32_t character)
{
    return (uint8_t)utf8proc_get_property(character)->combining_class;
}

/* Sorts marks by combining class; those of one class keep their order. */
static void sort_marks(utf8proc_int32_t *marks, size_t count, utf8proc_int32_t *scratch)
{
    size_t next[257] = {0};
    for (size_t i = 0; i < count; i++)
        next[combining_class(marks[i]) + 1]++;
    for (size_t i = 1; i < 257; i++)
        next[i] += next[i - 1];
    for (size_t i = 0; i < count; i++)
        scratch[next[combining_class(marks[i])]++] = marks[i];
    memcpy(marks, scratch, count * sizeof *marks);
}

/* The canonical order: of the marks between two characters of class 0. utf8proc_decompose would
 * sort them by exchanging neighbours, which takes seconds for one text made of marks alone. False
 * where there is no memory. */
static bool order_marks(utf8proc_int32_t *characters, size_t count, base_arena *arena)
{
    for (size_t begin = 0, end; begin < count; begin = end + 1) {
        bool is_ordered = true;
        for (end = begin; end < count && combining_class(characters[end]) != 0; end++)
            is_ordered &= end == begin ||
                          combining_class(characters[end - 1]) <= combining_class(characters[end]);
        if (is_ordered)
            continue;
        utf8proc_int32_t *scratch = base_arena_alloc(arena, (end - begin) * sizeof *scratch);
        if (scratch == NULL)
            return false;
        sort_marks(characters + begin, end - begin, scratch);
    }
    return true;
}

/* Folds text to UTF-8 in the arena, which is written over by who asked. */
static steme_status unicode_fold(steme_span text, base_arena *arena, uint8_t **out_bytes,
                                 size_t *out_size, steme_error *error)
{
    utf8proc_ssize_t count = unicode_decompose(text, NULL);
    if (count < 0)
        return base_fail(error, STEME_INVALID, "text: %s", utf8proc_errmsg(count));
    /* Each character is given the room of the greatest; utf8proc_reencode adds a NUL. */
    utf8proc_int32_t *buffer =
        base_arena_alloc(arena, ((size_t)count + DECOMPOSED_COUNT_MAX) * sizeof *buffer);
    if (buffer == NULL)
        return base_fail(error, STEME_NO_MEMORY, "text: out of memory");
    count = unicode_decompose(text, buffer);
    if (count >= 0 && !order_marks(buffer, (size_t)count, arena))
        return base_fail(error, STEME_NO_MEMORY, "text: out of memory");
    if (count >= 0)
        count = utf8proc_reencode(buffer, count, FOLD_OPTIONS);
    if (count < 0)
        return base_fail(error, STEME_INVALID, "text: %s", utf8proc_errmsg(count));
    *out_bytes = (uint8_t *)buffer;
    *out_size = (size_t)count;
    return STEME_OK;
}

static bool unicode_is_word(utf8proc_int32_t character)
{
    utf8proc_category_t category = utf8proc_category(character);
    return category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_NO;
}

/* Words joined by single spaces, in place: nothing is written past what was read. */
static size_t unicode_join_words(uint8_t *text, size_t size)
{
    size_t out = 0;
    bool is_gap = false;
    for (size_t at = 0; at < size;) {
        utf8proc_int32_t character;
        utf8proc_ssize_t step =
            utf8proc_iterate(text + at, (utf8proc_ssize_t)(size - at), &character);
        if (step <= 0)
            break;
        if (!unicode_is_word(character)) {
            is_gap = true;
        } else {
            if (is_gap && out > 0)
                text[out++] = ' ';
            is_gap = false;
            memmove(text + out, text + at, (size_t)step);
            out += (size_t)step;
        }
        at += (size_t)step;
    }
    return out;
}

static bool unicode_has_word(const uint8_t *text, size_t size)
{
    for (size_t at = 0; at < size;) {
        utf8proc_int32_t character;
        utf8proc_ssize_t step =
            utf8proc_iterate(text + at, (utf8proc_ssize_t)(size - at), &character);
        if (step <= 0)
            break;
        if (unicode_is_word(character))
            return true;
        at += (size_t)step;
    }
    return false;
}

steme_status query_text_form(steme_equivalence_kind kind, steme_span text, base_arena *arena,
                             steme_span *out_form, steme_error *error)
{
    if (kind != STEME_EQUAL_FOLDED && kind != STEME_EQUAL_NORMALIZED) {
        *out_form = text;
        return STEME_OK;
    }
    if (query_text_is_ascii(text)) {
        uint8_t *buffer = base_arena_alloc(arena, text.size);
        if (buffer == NULL)
            return base_fail(error, STEME_NO_MEMORY, "text: out of memory");
        *out_form = query_text_form_ascii(kind, text, buffer);
        return STEME_OK;
    }
    uint8_t *bytes = NULL;
    size_t size = 0;
    steme_status status = unicode_fold(text, arena, &bytes, &size, error);
    if (status != STEME_OK)
        return status;
    if (kind == STEME_EQUAL_NORMALIZED && unicode_has_word(bytes, size))
        size = drop_legal_words(bytes, unicode_join_words(bytes, size));
    *out_form = (steme_span){bytes, size};
    return STEME_OK;
}
