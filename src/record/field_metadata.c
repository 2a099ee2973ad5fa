/* The metadata of an assertion: a map of text to text. `encoded` is the whole map, head included.
 */
#include "record/field.h"

#include <assert.h>
#include <string.h>

/* Neither a key nor a value is empty. */
enum { PAIR_COUNT_MAX = RECORD_METADATA_SIZE_MAX / 2 };

static bool read_pair(record_reader *reader, steme_span *previous_key, steme_text_pair *out_pair)
{
    const uint8_t *at = reader->next;
    return record_read_text(reader, &out_pair->key) &&
           record_read_key_order(reader, previous_key,
                                 (steme_span){at, (size_t)(reader->next - at)}) &&
           record_read_text(reader, &out_pair->value);
}

static bool read_metadata(record_reader *reader, const record_field *field,
                          steme_statement *statement)
{
    (void)field;
    const uint8_t *start = reader->next;
    uint64_t count;
    size_t size = 0;
    steme_span previous_key = {NULL, 0};
    if (!record_read_map(reader, &count))
        return false;
    if (count == 0)
        return record_reader_refuse(reader, start, "empty map");
    for (uint64_t i = 0; i < count; i++) {
        steme_text_pair pair;
        if (!read_pair(reader, &previous_key, &pair))
            return false;
        size += pair.key.size + pair.value.size;
    }
    if (size > RECORD_METADATA_SIZE_MAX)
        return record_reader_refuse_size(reader, start, "texts too long", size,
                                         RECORD_METADATA_SIZE_MAX);
    statement->as.assertion.metadata = (steme_metadata){
        .encoded = {start, (size_t)(reader->next - start)}, .count = (uint32_t)count};
    return true;
}

steme_text_pair steme_metadata_get(const steme_metadata *metadata, uint32_t index)
{
    assert(index < metadata->count);
    if (metadata->pairs != NULL)
        return metadata->pairs[index];
    record_reader reader;
    uint64_t count;
    steme_span previous_key = {NULL, 0};
    steme_text_pair pair = {0};
    record_reader_init(&reader, metadata->encoded.bytes, metadata->encoded);
    bool is_read = record_read_map(&reader, &count) && index < count;
    for (uint32_t i = 0; is_read && i <= index; i++)
        is_read = read_pair(&reader, &previous_key, &pair);
    return is_read ? pair : (steme_text_pair){0};
}

static bool is_metadata_absent(const record_field *field, const steme_statement *statement)
{
    (void)field;
    return statement->as.assertion.metadata.count == 0;
}

/* The order of the keys' encodings: the head tells the size, so the shorter comes first. */
static int compare_keys(steme_span left, steme_span right)
{
    if (left.size != right.size)
        return left.size < right.size ? -1 : 1;
    return left.size == 0 ? 0 : memcmp(left.bytes, right.bytes, left.size);
}

/* Where a key belongs among those that are in order already; *out_is_new = false if it is there. */
static uint32_t find_place(const steme_text_pair *pairs, const uint16_t *order, uint32_t count,
                           steme_span key, bool *out_is_new)
{
    uint32_t low = 0;
    uint32_t high = count;
    *out_is_new = true;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        int comparison = compare_keys(pairs[order[middle]].key, key);
        if (comparison == 0)
            *out_is_new = false;
        if (comparison < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static const char *write_pairs(record_writer *writer, const steme_text_pair *pairs, uint32_t count)
{
    uint16_t order[PAIR_COUNT_MAX];
    if (count > PAIR_COUNT_MAX)
        return "more than 4096 bytes";
    for (uint32_t i = 0; i < count; i++) {
        bool is_new;
        uint32_t place = find_place(pairs, order, i, pairs[i].key, &is_new);
        if (!is_new)
            return "a key occurs twice";
        memmove(order + place + 1, order + place, (i - place) * sizeof order[0]);
        order[place] = (uint16_t)i;
    }
    record_write_map(writer, count);
    for (uint32_t i = 0; i < count; i++) {
        record_write_text(writer, pairs[order[i]].key);
        record_write_text(writer, pairs[order[i]].value);
    }
    return NULL;
}

static const char *write_metadata(record_writer *writer, const record_field *field,
                                  const steme_statement *statement)
{
    (void)field;
    const steme_metadata *metadata = &statement->as.assertion.metadata;
    if (metadata->pairs != NULL)
        return write_pairs(writer, metadata->pairs, metadata->count);
    /* Exactly one item, or its bytes could pass for other fields of the body. */
    record_reader reader;
    record_reader_init(&reader, metadata->encoded.bytes, metadata->encoded);
    if (!record_read_any(&reader, 0) || !record_read_end(&reader))
        return "not one encoded map";
    record_write_encoded(writer, metadata->encoded);
    return NULL;
}

const record_field_kind record_field_metadata = {read_metadata, is_metadata_absent, write_metadata};
