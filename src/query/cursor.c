/* Where a query goes on: behind a match, by its stamp and id, or behind an answer, by its subject
 * and predicate. The cursor keeps the time of evaluation, so that the pages of a list are of one
 * time, and its key is made of the question: it goes on with no other.
 *
 *   offset  size  of the content (base/cursor.h)
 *        0     8  evaluated_at
 *        8    60  matches: time, counter and node of the stamp, and the id
 *        8     2  answers: size of the subject,
 *       10     …  subject and predicate */
#include "base/cursor.h"
#include "base/bytes.h"
#include "base/error.h"
#include "base/hash.h"
#include "query/state.h"

#include <string.h>

enum {
    POSITION_OFFSET = 8,
    MATCH_SIZE = POSITION_OFFSET + 12 + STEME_NODE_SIZE + STEME_ID_SIZE,
    PAIR_OFFSET = POSITION_OFFSET + 2,
};

static steme_status fail_foreign(steme_error *error)
{
    return base_fail(error, STEME_INVALID,
                     "cursor: damaged, or of another question; begin without one");
}

/* ---- The question ------------------------------------------------------------------------- */

static void absorb_number(base_blake3_stream *stream, uint64_t number)
{
    uint8_t bytes[8];
    base_put_u64be(bytes, number);
    base_blake3_update(stream, bytes, sizeof bytes);
}

static void absorb_real(base_blake3_stream *stream, double number)
{
    uint64_t bits;
    memcpy(&bits, &number, sizeof bits);
    absorb_number(stream, bits);
}

static void absorb_bytes(base_blake3_stream *stream, const void *bytes, size_t size)
{
    absorb_number(stream, size);
    if (size > 0)
        base_blake3_update(stream, bytes, size);
}

static void absorb_object(base_blake3_stream *stream, const steme_value *object)
{
    if (object == NULL)
        return;
    absorb_number(stream, (uint64_t)object->kind + 1);
    if (object->kind == STEME_VALUE_TEXT || object->kind == STEME_VALUE_REFERENCE)
        absorb_bytes(stream, object->text.bytes, object->text.size);
    else if (object->kind == STEME_VALUE_BOOLEAN)
        absorb_number(stream, object->boolean != 0);
    else if (object->kind == STEME_VALUE_NUMBER && object->is_real)
        absorb_real(stream, object->real);
    else
        absorb_number(stream, (uint64_t)object->integer);
}

static void absorb_moment(base_blake3_stream *stream, const steme_query_options *options)
{
    steme_id view = {{0}};
    if (options->view != NULL)
        view = steme_view_hash(options->view);
    absorb_bytes(stream, view.bytes, sizeof view.bytes);
    absorb_number(stream, options->has_recorded_as_of ? options->recorded_as_of_ns : 0);
    absorb_number(stream, options->has_recorded_as_of != 0);
    absorb_number(stream, options->has_valid_at ? (uint64_t)options->valid_at_s : 0);
    absorb_number(stream, options->has_valid_at != 0);
    absorb_bytes(stream, options->epoch.bytes, options->epoch.size);
    absorb_number(stream, options->has_stage ? 1 + (uint64_t)options->stage : 0);
}

static void absorb_lens(base_blake3_stream *stream, const steme_query_options *options)
{
    for (uint32_t i = 0; i < STEME_LENS_OPTION_COUNT; i++)
        absorb_number(stream,
                      steme_lens_option_value(&options->lens_options, (steme_lens_option_kind)i));
    if (options->truth_model != NULL) {
        steme_id model = steme_truth_model_id(options->truth_model);
        absorb_bytes(stream, model.bytes, sizeof model.bytes);
    }
    absorb_number(stream, options->is_exact != 0);
    absorb_number(stream, options->decay.is_on != 0);
    for (uint32_t i = 0; i < STEME_CLASS_COUNT; i++)
        absorb_number(stream, options->decay.half_life_s[i]);
    absorb_number(stream, options->follows_aliases != 0);
    absorb_bytes(stream, options->trust_pack, options->trust_pack_count * sizeof(steme_agent));
}

/* What decides which records and answers there are, and in what order; not the limit. */
static void question_key(const steme_query *query, uint8_t key[16])
{
    const steme_query_options *options = &query->options;
    base_blake3_stream stream;
    base_blake3_init(&stream);
    absorb_bytes(&stream, options->subject.bytes, options->subject.size);
    absorb_number(&stream, options->subject_prefix.bytes != NULL);
    absorb_bytes(&stream, options->subject_prefix.bytes, options->subject_prefix.size);
    absorb_bytes(&stream, options->predicate.bytes, options->predicate.size);
    absorb_bytes(&stream, query->agent.bytes, options->agent == NULL ? 0 : STEME_AGENT_SIZE);
    absorb_bytes(&stream, query->source.bytes, options->source == NULL ? 0 : STEME_ID_SIZE);
    absorb_number(&stream, options->has_since ? (uint64_t)options->since_ns : 0);
    absorb_number(&stream, options->has_since != 0);
    absorb_number(&stream, (uint64_t)options->as_of_ns);
    absorb_number(&stream, options->evaluated_at_ns);
    absorb_number(&stream, (uint64_t)options->lens);
    absorb_number(&stream, (uint64_t)options->equivalence.kind);
    absorb_real(&stream, options->equivalence.tolerance);
    absorb_number(&stream, options->object != NULL);
    absorb_object(&stream, options->object);
    absorb_moment(&stream, options);
    absorb_lens(&stream, options);
    steme_id hash = base_blake3_final(&stream);
    memcpy(key, hash.bytes, 16);
}

/* ---- Going on ----------------------------------------------------------------------------- */

steme_status query_cursor_read(steme_query_options *options, base_cursor *out_cursor,
                               steme_error *error)
{
    bool has_lens = options->lens != STEME_LENS_NONE;
    size_t size_min = has_lens ? PAIR_OFFSET : MATCH_SIZE;
    if (options->cursor.size == 0)
        return STEME_OK;
    if (options->cursor.bytes == NULL ||
        !base_cursor_read(options->cursor, has_lens ? BASE_CURSOR_ANSWERS : BASE_CURSOR_MATCHES,
                          out_cursor) ||
        out_cursor->content_size < size_min)
        return fail_foreign(error);
    if (options->evaluated_at_ns == 0)
        options->evaluated_at_ns = base_get_u64be(out_cursor->content);
    return STEME_OK;
}

static void read_match(const uint8_t *bytes, steme_query *query)
{
    query->after.stamp.time_ns = base_get_u64be(bytes);
    query->after.stamp.counter = base_get_u32be(bytes + 8);
    memcpy(query->after.stamp.node, bytes + 12, STEME_NODE_SIZE);
    memcpy(query->after.id.bytes, bytes + 12 + STEME_NODE_SIZE, STEME_ID_SIZE);
}

static steme_status read_pair(const base_cursor *cursor, steme_query *query, steme_error *error)
{
    size_t subject_size = base_get_u16be(cursor->content + POSITION_OFFSET);
    size_t size = cursor->content_size - PAIR_OFFSET;
    if (subject_size > size)
        return fail_foreign(error);
    uint8_t *texts = base_arena_alloc(&query->arena, size + 1);
    if (texts == NULL)
        return base_fail(error, STEME_NO_MEMORY, "query: out of memory");
    memcpy(texts, cursor->content + PAIR_OFFSET, size);
    query->after_pair.subject = (steme_span){texts, subject_size};
    query->after_pair.predicate = (steme_span){texts + subject_size, size - subject_size};
    return STEME_OK;
}

steme_status query_cursor_follow(steme_query *query, const base_cursor *cursor, steme_error *error)
{
    uint8_t key[16];
    if (query->options.cursor.size == 0)
        return STEME_OK;
    question_key(query, key);
    if (!base_cursor_is_of(cursor, key))
        return fail_foreign(error);
    query->has_after = true;
    if (query->mode == QUERY_ANSWERS)
        return read_pair(cursor, query, error);
    if (cursor->content_size != MATCH_SIZE)
        return fail_foreign(error);
    read_match(cursor->content + POSITION_OFFSET, query);
    return STEME_OK;
}

/* ---- Leaving ------------------------------------------------------------------------------ */

static void write_match(const query_hit *last, base_cursor *cursor)
{
    uint8_t *bytes = cursor->content + POSITION_OFFSET;
    base_put_u64be(bytes, last->stamp.time_ns);
    base_put_u32be(bytes + 8, last->stamp.counter);
    memcpy(bytes + 12, last->stamp.node, STEME_NODE_SIZE);
    memcpy(bytes + 12 + STEME_NODE_SIZE, last->id.bytes, STEME_ID_SIZE);
    cursor->content_size = MATCH_SIZE;
}

/* Both are of a record, and so of 1,024 bytes at most. */
static void write_pair(const query_pair *last, base_cursor *cursor)
{
    uint8_t *bytes = cursor->content + PAIR_OFFSET;
    base_put_u16be(cursor->content + POSITION_OFFSET, (uint16_t)last->subject.size);
    memcpy(bytes, last->subject.bytes, last->subject.size);
    memcpy(bytes + last->subject.size, last->predicate.bytes, last->predicate.size);
    cursor->content_size = PAIR_OFFSET + last->subject.size + last->predicate.size;
}

steme_status query_cursor_write(steme_query *query, steme_error *error)
{
    uint8_t key[16];
    base_cursor cursor = {.kind = BASE_CURSOR_MATCHES};
    if (query->cursor_text == NULL)
        query->cursor_text = base_arena_alloc(&query->arena, STEME_CURSOR_SIZE_MAX);
    if (query->cursor_text == NULL)
        return base_fail(error, STEME_NO_MEMORY, "query: out of memory");
    base_put_u64be(cursor.content, query->options.evaluated_at_ns);
    if (query->mode == QUERY_MATCHES) {
        write_match(&query->last, &cursor);
    } else {
        cursor.kind = BASE_CURSOR_ANSWERS;
        write_pair(query->pair, &cursor);
    }
    question_key(query, key);
    base_cursor_write(&cursor, key, query->cursor_text);
    return STEME_OK;
}
