/* observation_record.c -- see observation_record.h. */
#include "aphoria/judge/observation_record.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/record_json.h"

enum { SUBJECT_SIZE_MAX = 1024, SUBJECT_KEPT = 900, SYMBOL_SIZE_MAX = 256, VALUE_SIZE_MAX = 4096 };

/* ---- Subjects ----------------------------------------------------------------------------- */

void observation_append_root(text_buffer *to, const char *project)
{
    text_append(to, "code://");
    for (; *project != '\0'; project++) {
        if (*project == '/' || *project == '%') {
            text_append(to, *project == '/' ? "%2F" : "%25");
        } else {
            text_append_bytes(to, project, 1);
        }
    }
}

/* The first bytes of a text that make up whole characters. */
static steme_span clip(const char *text, size_t size_max)
{
    size_t size = strlen(text);
    if (size > size_max) {
        size = size_max;
        while (size > 0 && ((unsigned char)text[size] & 0xc0) == 0x80) {
            size--;
        }
    }
    return (steme_span){(const uint8_t *)text, size};
}

/* A subject that is too long ends in a hash of all of it. */
static void shorten(text_buffer *subject)
{
    if (subject->size > SUBJECT_SIZE_MAX) {
        steme_id hash = steme_hash(subject->bytes, subject->size);
        text_buffer kept = TEXT_EMPTY;
        steme_span head = clip(text_get(subject), SUBJECT_KEPT);
        text_append_bytes(&kept, head.bytes, head.size);
        text_append(&kept, "~");
        text_append_hex(&kept, hash.bytes, sizeof hash.bytes);
        text_deinit(subject);
        *subject = kept;
    }
}

const char *observation_subject(const observation *seen, const char *project, const char *folder,
                                arena *memory)
{
    text_buffer subject = TEXT_EMPTY;
    observation_append_root(&subject, project);
    text_append_format(&subject, "/%s%s#%s/%u", folder, seen->path, seen->symbol, seen->ordinal);
    if (!text_is_utf8(subject.bytes, subject.size)) { /* a file's name may be anything */
        text_buffer escaped = TEXT_EMPTY;
        text_append_escaped(&escaped, text_span(text_get(&subject)));
        text_deinit(&subject);
        subject = escaped;
    }
    shorten(&subject);
    const char *copy = arena_copy(memory, text_get(&subject), subject.size);
    text_deinit(&subject);
    return copy;
}

/* ---- To an assertion ---------------------------------------------------------------------- */

static void set_value(const observation *seen, const corpus *said, steme_assertion *to)
{
    const concept *about = corpus_concept(said, seen->match->rule->concept);
    const char *text = seen->value[0] == '\0' ? "(empty)" : seen->value;
    if (about == NULL || about->type == CONCEPT_TEXT ||
        !concept_read_value(about, text, &to->value)) {
        to->value = (steme_value){.kind = STEME_VALUE_TEXT, .text = clip(text, VALUE_SIZE_MAX)};
    } else if (about->unit[0] != '\0' && to->value.kind == STEME_VALUE_NUMBER) {
        to->unit = text_span(about->unit);
    }
}

void observation_to_assertion(const observation *seen, const char *subject, const char *fingerprint,
                              const corpus *said, observation_parts *parts,
                              steme_assertion *out_assertion)
{
    uint32_t count = 0;
    *out_assertion = (steme_assertion){.subject = text_span(subject),
                                       .predicate = text_span(seen->match->rule->concept),
                                       .source_class = STEME_CLASS_ANECDOTAL};
    set_value(seen, said, out_assertion);
    out_assertion->confidence_millionths = (uint32_t)(seen->confidence * 1e6 + 0.5);
    snprintf(parts->range, sizeof parts->range, "%u:%u-%u:%u", seen->line, seen->column,
             seen->end_line, seen->end_column);
    snprintf(parts->from, sizeof parts->from, "%u", seen->source_line);
    if (seen->text[0] != '\0') {
        parts->pairs[count++] = (steme_text_pair){text_span("code"), text_span(seen->text)};
    }
    parts->pairs[count++] = (steme_text_pair){text_span("fingerprint"), text_span(fingerprint)};
    if (seen->source_line > 0) {
        parts->pairs[count++] = (steme_text_pair){text_span("from"), text_span(parts->from)};
    }
    parts->pairs[count++] = (steme_text_pair){text_span("range"), text_span(parts->range)};
    parts->pairs[count++] = (steme_text_pair){text_span("rule"), text_span(seen->match->id)};
    if (seen->symbol[0] != '\0') {
        parts->pairs[count++] =
            (steme_text_pair){text_span("symbol"), clip(seen->symbol, SYMBOL_SIZE_MAX)};
    }
    out_assertion->metadata = (steme_metadata){.pairs = parts->pairs, .count = count};
}

/* ---- Comparing ---------------------------------------------------------------------------- */

static int is_equal(steme_span left, steme_span right)
{
    return left.size == right.size &&
           (left.size == 0 || memcmp(left.bytes, right.bytes, left.size) == 0);
}

static steme_span entry(const steme_metadata *metadata, const char *key)
{
    for (uint32_t i = 0; i < metadata->count; i++) {
        steme_text_pair pair =
            metadata->pairs != NULL ? metadata->pairs[i] : steme_metadata_get(metadata, i);
        if (is_equal(pair.key, text_span(key))) {
            return pair.value;
        }
    }
    return (steme_span){NULL, 0};
}

static int is_same_value(const steme_value *left, const steme_value *right)
{
    if (left->kind != right->kind || left->is_real != right->is_real) {
        return 0;
    }
    switch (left->kind) {
    case STEME_VALUE_BOOLEAN:
        return left->boolean == right->boolean;
    case STEME_VALUE_NUMBER:
        return left->is_real ? !(left->real < right->real) && !(left->real > right->real)
                             : left->integer == right->integer;
    case STEME_VALUE_TIME:
        return left->integer == right->integer;
    default:
        return is_equal(left->text, right->text);
    }
}

int observation_is_same(const steme_assertion *left, const steme_assertion *right)
{
    static const char *const keys[] = {"code", "fingerprint", "rule"};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        if (!is_equal(entry(&left->metadata, keys[i]), entry(&right->metadata, keys[i]))) {
            return 0;
        }
    }
    return left->relation == right->relation &&
           left->confidence_millionths == right->confidence_millionths &&
           left->source_class == right->source_class && is_equal(left->unit, right->unit) &&
           is_same_value(&left->value, &right->value);
}

/* ---- From an assertion -------------------------------------------------------------------- */

static const char *copy_span(arena *memory, steme_span span)
{
    return span.bytes == NULL ? "" : arena_copy(memory, span.bytes, span.size);
}

/* The same of what is shown as it is: anybody may have written it. */
static const char *copy_shown(arena *memory, steme_span span)
{
    text_buffer escaped = TEXT_EMPTY;
    text_append_escaped(&escaped, span);
    const char *copy = arena_copy(memory, text_get(&escaped), escaped.size);
    text_deinit(&escaped);
    return copy;
}

/* 32 hexadecimal digits, or "". */
static const char *copy_fingerprint(arena *memory, const steme_assertion *from)
{
    uint8_t bytes[16];
    steme_span digits = entry(&from->metadata, "fingerprint");
    return record_hex_from_text(digits, bytes, sizeof bytes) ? copy_span(memory, digits) : "";
}

static const char *copy_entry(arena *memory, const steme_assertion *from, const char *key)
{
    return copy_span(memory, entry(&from->metadata, key));
}

static const char *text_of_value(const steme_value *of, arena *memory)
{
    char text[64];
    switch (of->kind) {
    case STEME_VALUE_BOOLEAN:
        return of->boolean ? "true" : "false";
    case STEME_VALUE_NUMBER:
        if (of->is_real) {
            snprintf(text, sizeof text, "%.15g", of->real);
        } else {
            snprintf(text, sizeof text, "%lld", (long long)of->integer);
        }
        return arena_copy(memory, text, strlen(text));
    default:
        return copy_shown(memory, of->text);
    }
}

/* A rule that this program does not have: another version's, or another team's own. */
static const rule_match *unknown_match(const char *id, const char *about, const corpus *said,
                                       arena *memory)
{
    const concept *known = corpus_concept(said, about);
    rule *made = arena_allocate(memory, sizeof *made);
    rule_match *match = arena_allocate(memory, sizeof *match);
    made->path = made->name = "";
    made->concept = about;
    made->title = known == NULL ? about : known->title;
    match->rule = made;
    match->id = id;
    made->matches = match;
    made->match_count = 1;
    return match;
}

/* PATH#SYMBOL/ORDINAL, where the symbol is known. */
static int read_place(char *place, observation *to)
{
    char *slash = strrchr(place, '/');
    char *end = NULL;
    if (slash == NULL) {
        return 0;
    }
    to->ordinal = (uint32_t)strtoul(slash + 1, &end, 10);
    *slash = '\0';
    size_t size = strlen(place);
    size_t symbol_size = strlen(to->symbol);
    char *hash = size > symbol_size ? place + size - symbol_size - 1 : NULL;
    if (hash == NULL || *hash != '#' || strcmp(hash + 1, to->symbol) != 0) {
        hash = strrchr(place, '#');
    }
    if (hash == NULL || end == slash + 1 || *end != '\0') {
        return 0;
    }
    *hash = '\0';
    to->path = place;
    return 1;
}

/* What follows code://PROJECT/; NULL where it is another's. */
static char *place_of(const steme_assertion *from, const char *project, arena *memory)
{
    text_buffer root = TEXT_EMPTY;
    observation_append_root(&root, project);
    text_append(&root, "/");
    size_t size = root.size;
    int is_of_project =
        from->subject.size > size && memcmp(from->subject.bytes, root.bytes, size) == 0;
    text_deinit(&root);
    return is_of_project ? arena_copy(memory, from->subject.bytes + size, from->subject.size - size)
                         : NULL;
}

const char *observation_path(const steme_assertion *from, const char *project, arena *memory)
{
    observation place = {.symbol = copy_entry(memory, from, "symbol")};
    char *text = place_of(from, project, memory);
    return text != NULL && read_place(text, &place) ? place.path : NULL;
}

static uint32_t next_number(const char **text)
{
    char *end = NULL;
    uint32_t number = (uint32_t)strtoul(*text, &end, 10);
    *text = *end == '\0' ? end : end + 1;
    return number;
}

static void read_range(const char *range, observation *to)
{
    to->line = next_number(&range);
    to->column = next_number(&range);
    to->end_line = next_number(&range);
    to->end_column = next_number(&range);
}

int observation_from_assertion(const steme_assertion *from, const char *project,
                               const rule_set *rules, const corpus *said, arena *memory,
                               observation *out_seen, const char **out_fingerprint)
{
    char *place = place_of(from, project, memory);
    if (place == NULL || from->relation != STEME_RELATION_EQUAL) {
        return 0;
    }
    const char *id = copy_shown(memory, entry(&from->metadata, "rule"));
    const char *about = copy_shown(memory, from->predicate);
    *out_seen = (observation){.match = rule_set_find(rules, id),
                              .value = text_of_value(&from->value, memory),
                              .symbol = copy_shown(memory, entry(&from->metadata, "symbol")),
                              .text = copy_entry(memory, from, "code"),
                              .confidence = from->confidence_millionths / 1e6};
    if (out_seen->match == NULL || strcmp(out_seen->match->rule->concept, about) != 0) {
        out_seen->match = unknown_match(id, about, said, memory);
    }
    *out_fingerprint = copy_fingerprint(memory, from);
    read_range(copy_entry(memory, from, "range"), out_seen);
    out_seen->source_line = (uint32_t)strtoul(copy_entry(memory, from, "from"), NULL, 10);
    return read_place(place, out_seen);
}
