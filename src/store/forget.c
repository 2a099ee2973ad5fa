/* Forgetting: a body's bytes are overwritten in the log, its id stays. The file `forgotten` says
 * what and why, and is written before the log is: from then on it will be done, if need be by the
 * next opening.
 *
 *   steme-forgotten 1
 *   <todo|done> <id hex> <position> <size> <ns since 1970> <reason>      a line for each copy */
#include "base/bytes.h"
#include "base/error.h"
#include "base/memory.h"
#include "platform/clock.h"
#include "store/state.h"

#include <stdio.h>

enum {
    FORGOTTEN_SIZE_MAX = 64 << 20,
    FORGOTTEN_LINE_SIZE = 2 * STEME_ID_SIZE + STEME_REASON_SIZE_MAX + 80,
    COPY_COUNT_MAX = 16, /* of one record; more are never made by one store's life */
    WORD_SIZE = 4,
};

static const char forgotten_title[] = "steme-forgotten 1\n";

/* The file's text, ended by NUL. Zero-initialise. */
typedef struct forgotten_text {
    char *text;
    size_t size;
} forgotten_text;

typedef struct forgotten_line {
    size_t start; /* in the text */
    bool is_done;
    log_place place;
    uint64_t time_ns;
    const char *reason; /* up to the line's end */
    size_t reason_size;
} forgotten_line;

/* ---- The file ----------------------------------------------------------------------------- */

static steme_status text_path(const char *directory, char *out_path, steme_error *error)
{
    return platform_path_join(directory, "forgotten", out_path, error);
}

static bool text_add(forgotten_text *text, const char *bytes, size_t size)
{
    char *grown = base_realloc(text->text, text->size + size + 1);
    if (grown == NULL)
        return false;
    memcpy(grown + text->size, bytes, size);
    text->text = grown;
    text->size += size;
    text->text[text->size] = '\0';
    return true;
}

static steme_status fail_no_memory(const steme_store *store, steme_error *error)
{
    return base_fail(error, STEME_NO_MEMORY, "%s: out of memory", store->directory);
}

/* What the file has; its title alone where there is none. */
static steme_status text_load(const steme_store *store, forgotten_text *out_text,
                              steme_error *error)
{
    char path[LIMIT_PATH_SIZE];
    uint8_t *bytes = NULL;
    size_t size = 0;
    *out_text = (forgotten_text){0};
    steme_status status = text_path(store->directory, path, error);
    if (status == STEME_OK && platform_path_exists(path))
        status = platform_file_load(path, FORGOTTEN_SIZE_MAX, &bytes, &size, error);
    if (status != STEME_OK)
        return status;
    const char *from = bytes == NULL ? forgotten_title : (const char *)bytes;
    size = bytes == NULL ? strlen(forgotten_title) : size;
    bool is_added = text_add(out_text, from, size);
    base_free(bytes);
    if (!is_added)
        return fail_no_memory(store, error);
    if (strncmp(out_text->text, forgotten_title, strlen(forgotten_title)) == 0)
        return STEME_OK;
    base_free(out_text->text);
    return base_fail(error, STEME_CORRUPT, "%s: not a list of what was forgotten", path);
}

static steme_status text_save(const char *directory, const forgotten_text *text, steme_error *error)
{
    char path[LIMIT_PATH_SIZE];
    steme_status status = text_path(directory, path, error);
    return status == STEME_OK ? platform_file_replace(path, text->text, text->size, error) : status;
}

static bool read_number(const char **at, uint64_t *out_number)
{
    return base_decimal_read(at, out_number) && base_text_skip(at, " ");
}

static bool line_read(const char *at, const char *end, forgotten_line *out_line)
{
    uint64_t size;
    out_line->is_done = base_text_skip(&at, "done ");
    if (!out_line->is_done && !base_text_skip(&at, "todo "))
        return false;
    if (end - at < 2 * STEME_ID_SIZE ||
        !base_hex_decode(at, (size_t)2 * STEME_ID_SIZE, out_line->place.id.bytes, STEME_ID_SIZE))
        return false;
    at += (size_t)2 * STEME_ID_SIZE;
    if (!base_text_skip(&at, " ") || !read_number(&at, &out_line->place.position) ||
        !read_number(&at, &size) || !read_number(&at, &out_line->time_ns) ||
        size > STEME_RECORD_SIZE_MAX || at > end)
        return false;
    out_line->place.size = (uint32_t)size;
    out_line->reason = at;
    out_line->reason_size = (size_t)(end - at);
    return true;
}

/* Steps through the lines; `*offset` is 0 first and then behind the line given. Lines that say
 * nothing are passed over. */
static bool line_next(const forgotten_text *text, size_t *offset, forgotten_line *out_line)
{
    if (*offset == 0)
        *offset = strlen(forgotten_title);
    while (*offset < text->size) {
        const char *at = text->text + *offset;
        const char *end = memchr(at, '\n', text->size - *offset);
        if (end == NULL)
            return false;
        out_line->start = *offset;
        *offset = (size_t)(end - text->text) + 1;
        if (line_read(at, end, out_line))
            return true;
    }
    return false;
}

/* ---- Reading it --------------------------------------------------------------------------- */

steme_status store_forgotten_count(const steme_store *store, uint64_t *out_count,
                                   steme_error *error)
{
    forgotten_text text;
    forgotten_line line;
    steme_id last = {{0}};
    size_t offset = 0;
    uint64_t count = 0;
    steme_status status = text_load(store, &text, error);
    if (status != STEME_OK)
        return status;
    while (line_next(&text, &offset, &line)) {
        count += memcmp(&last, &line.place.id, sizeof last) != 0;
        last = line.place.id; /* the copies of one record stand together */
    }
    base_free(text.text);
    *out_count = count;
    return STEME_OK;
}

steme_status store_fail_forgotten(const steme_store *store, const steme_id *id, steme_error *error)
{
    char digits[2 * STEME_ID_SIZE + 1];
    forgotten_text text;
    forgotten_line line;
    size_t offset = 0;
    base_hex_encode(id->bytes, STEME_ID_SIZE, digits);
    if (error != NULL && text_load(store, &text, NULL) == STEME_OK) {
        while (line_next(&text, &offset, &line))
            if (memcmp(&line.place.id, id, sizeof *id) == 0) {
                (void)base_fail(error, STEME_ABSENT, "%.16s…: was forgotten here: %.*s", digits,
                                (int)line.reason_size, line.reason);
                base_free(text.text);
                return STEME_ABSENT;
            }
        base_free(text.text);
    }
    return base_fail(error, STEME_ABSENT, "%.16s…: the record is not held here any more", digits);
}

steme_status store_forgotten_copy(const steme_store *store, uint64_t end, const char *directory,
                                  steme_error *error)
{
    forgotten_text text;
    forgotten_text kept = {0};
    forgotten_line line;
    size_t offset = 0;
    steme_status status = text_load(store, &text, error);
    if (status != STEME_OK)
        return status;
    bool is_added = text_add(&kept, forgotten_title, strlen(forgotten_title));
    while (is_added && line_next(&text, &offset, &line)) {
        if (line.place.position >= end)
            continue;
        /* What is done in the log may have been copied before it was. */
        memcpy(text.text + line.start, "todo", WORD_SIZE);
        is_added = text_add(&kept, text.text + line.start, offset - line.start);
    }
    status = is_added ? STEME_OK : fail_no_memory(store, error);
    if (status == STEME_OK && kept.size > strlen(forgotten_title))
        status = text_save(directory, &kept, error);
    base_free(kept.text);
    base_free(text.text);
    return status;
}

/* ---- Forgetting --------------------------------------------------------------------------- */

/* Does what is to be done, and then says in the file that it is. */
static steme_status finish(const steme_store *store, forgotten_text *text, steme_error *error)
{
    forgotten_line line;
    size_t offset = 0;
    bool has_changed = false;
    while (line_next(text, &offset, &line)) {
        if (line.is_done)
            continue;
        steme_status status = log_purge(store->log, &line.place, error);
        if (status != STEME_OK && status != STEME_NOT_FOUND) /* that is: the log is another one */
            return status;
        memcpy(text->text + line.start, "done", WORD_SIZE);
        has_changed = true;
    }
    return has_changed ? text_save(store->directory, text, error) : STEME_OK;
}

steme_status store_forget_finish(steme_store *store, steme_error *error)
{
    forgotten_text text;
    steme_status status = text_load(store, &text, error);
    if (status != STEME_OK)
        return status;
    status = finish(store, &text, error);
    base_free(text.text);
    return status;
}

static steme_status check_reason(const char *reason, steme_error *error)
{
    size_t size = strlen(reason);
    if (size == 0 || size > STEME_REASON_SIZE_MAX)
        return base_fail(error, STEME_INVALID, "forget: the reason has 1 to %d bytes",
                         STEME_REASON_SIZE_MAX);
    if (base_utf8_valid_size((const uint8_t *)reason, size) != size)
        return base_fail(error, STEME_INVALID, "forget: the reason is no valid UTF-8");
    for (size_t i = 0; i < size; i++)
        if ((uint8_t)reason[i] < ' ' || reason[i] == 0x7f)
            return base_fail(error, STEME_INVALID, "forget: the reason is one line of text");
    return STEME_OK;
}

/* The copies of a record that are not purged. */
typedef struct forget_places {
    log_place places[COPY_COUNT_MAX];
    size_t count;
    size_t row_count;
    steme_status status; /* of those that could not be found in the log */
} forget_places;

static steme_status find_places(const steme_snapshot *snapshot, const steme_id *id,
                                forget_places *out, steme_error *error)
{
    index_cursor cursor;
    index_range range = {{id->bytes, STEME_ID_SIZE}, {id->bytes, STEME_ID_SIZE}};
    const uint8_t *row;
    const log_journal *log = snapshot->store->log;
    *out = (forget_places){.status = STEME_OK};
    steme_status status =
        index_cursor_open(&cursor, &snapshot->reading, STORE_TABLE_ID, &range, error);
    if (status != STEME_OK)
        return status;
    while (out->count < COPY_COUNT_MAX &&
           (status = index_cursor_next(&cursor, &row, error)) == STEME_OK && row != NULL) {
        log_entry entry;
        uint64_t position = store_row_position(row, store_tables[STORE_TABLE_ID].row_size);
        out->row_count++;
        if (log_read(log, position, &entry, NULL) == STEME_OK &&
            store_entry_held(&entry) == STORE_HELD_PURGED)
            continue;
        if (log_place_find(log, position, id, &out->places[out->count], error) == STEME_OK)
            out->count++;
        else
            out->status = STEME_CORRUPT;
    }
    index_cursor_close(&cursor);
    return status;
}

static bool add_lines(forgotten_text *text, const forget_places *places, const char *reason)
{
    char line[FORGOTTEN_LINE_SIZE];
    char digits[2 * STEME_ID_SIZE + 1];
    uint64_t now_ns = platform_clock_wall_ns();
    for (size_t i = 0; i < places->count; i++) {
        const log_place *place = &places->places[i];
        base_hex_encode(place->id.bytes, STEME_ID_SIZE, digits);
        int size = snprintf(line, sizeof line, "todo %s %llu %u %llu %s\n", digits,
                            (unsigned long long)place->position, place->size,
                            (unsigned long long)now_ns, reason);
        if (!text_add(text, line, (size_t)size))
            return false;
    }
    return true;
}

static steme_status forget_places_of(steme_store *store, const forget_places *places,
                                     const char *reason, steme_error *error)
{
    forgotten_text text;
    platform_mutex_lock(&store->forget_lock);
    steme_status status = text_load(store, &text, error);
    if (status == STEME_OK) {
        status = add_lines(&text, places, reason) ? text_save(store->directory, &text, error)
                                                  : fail_no_memory(store, error);
        if (status == STEME_OK)
            status = finish(store, &text, error);
        base_free(text.text);
        atomic_fetch_add(&store->loss_count, 1);
    }
    platform_mutex_unlock(&store->forget_lock);
    return status;
}

steme_status steme_store_forget(steme_store *store, const steme_id *id, const char *reason,
                                steme_error *error)
{
    steme_snapshot *snapshot;
    forget_places places;
    steme_status status = check_reason(reason, error);
    if (status == STEME_OK)
        status = store_check_writable(store, error);
    if (status == STEME_OK)
        status = steme_snapshot_open(store, &snapshot, error);
    if (status != STEME_OK)
        return status;
    status = find_places(snapshot, id, &places, error);
    steme_snapshot_close(snapshot);
    if (status != STEME_OK)
        return status;
    if (places.row_count == 0) {
        char digits[2 * STEME_ID_SIZE + 1];
        base_hex_encode(id->bytes, STEME_ID_SIZE, digits);
        return base_fail(error, STEME_NOT_FOUND, "no record has the id %s", digits);
    }
    if (places.count == 0 && places.status == STEME_OK)
        return store_fail_forgotten(store, id, error);
    if (places.count > 0)
        status = forget_places_of(store, &places, reason, error);
    return status == STEME_OK ? places.status : status;
}
