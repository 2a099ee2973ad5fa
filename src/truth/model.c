/* model.c -- a model's bytes: docs/lenses.md, section 11. */
#include "truth/model.h"

#include <string.h>

#include "base/error.h"
#include "base/hash.h"
#include "record/cbor_read.h"
#include "record/cbor_write.h"

enum {
    UNIT = 1000000,
    ITEM_SIZE_MIN = 32, /* of a worker's or a predicate's bytes, at least */
    FALSE_COUNT_MAX = 1000,
    CAPACITY_FIRST = 1 << 16,
};

/* ---- Writing --------------------------------------------------------------------------------- */

static void write_numbers(record_writer *writer, const uint32_t *numbers, size_t count)
{
    record_write_array(writer, count);
    for (size_t i = 0; i < count; i++)
        record_write_unsigned(writer, numbers[i]);
}

static void write_worker(record_writer *writer, const lens_truth_worker *worker)
{
    record_write_array(writer, worker->source.size > 0 ? 3 : 2);
    record_write_bytes(writer, worker->identity.bytes, STEME_AGENT_SIZE);
    record_write_unsigned(writer, worker->group);
    if (worker->source.size > 0)
        record_write_text(writer, worker->source);
}

static void write_skill(record_writer *writer, const lens_truth_predicate *predicate,
                        const lens_truth_skill *skill)
{
    size_t cells = (size_t)predicate->value_count * predicate->value_count;
    record_write_array(writer, skill->confusion == NULL ? 4 : 5);
    record_write_unsigned(writer, skill->worker);
    record_write_unsigned(writer, skill->claim_count);
    record_write_unsigned(writer, skill->accuracy);
    record_write_unsigned(writer, skill->strength);
    if (skill->confusion != NULL)
        write_numbers(writer, skill->confusion, cells);
}

static void write_detail(record_writer *writer, const lens_truth_predicate *predicate)
{
    size_t count = predicate->value_count;
    if (predicate->kind == LENS_TRUTH_OPEN) {
        record_write_array(writer, 1);
        record_write_unsigned(writer, predicate->false_count);
    } else if (predicate->kind == LENS_TRUTH_LABELS) {
        record_write_array(writer, 3);
        record_write_array(writer, count);
        for (size_t i = 0; i < count; i++)
            record_write_bytes(writer, predicate->values[i].bytes, STEME_ID_SIZE);
        write_numbers(writer, predicate->prior, count);
        write_numbers(writer, predicate->confusion, count * count);
    } else {
        record_write_array(writer, 0);
    }
}

static void write_predicate(record_writer *writer, const lens_truth_predicate *predicate)
{
    record_write_array(writer, 11);
    record_write_text(writer, predicate->name);
    record_write_unsigned(writer, predicate->kind);
    record_write_unsigned(writer, predicate->task_count);
    record_write_unsigned(writer, predicate->claim_count);
    record_write_unsigned(writer, predicate->accuracy);
    record_write_unsigned(writer, predicate->temperature);
    record_write_unsigned(writer, predicate->brier);
    record_write_unsigned(writer, predicate->calibration_error);
    record_write_array(writer, LENS_TRUTH_BIN_COUNT);
    for (uint32_t bin = 0; bin < LENS_TRUTH_BIN_COUNT; bin++) {
        record_write_array(writer, 3);
        record_write_unsigned(writer, predicate->bins[bin].claim_count);
        record_write_unsigned(writer, predicate->bins[bin].expected);
        record_write_unsigned(writer, predicate->bins[bin].observed);
    }
    write_detail(writer, predicate);
    record_write_array(writer, predicate->skill_count);
    for (uint32_t i = 0; i < predicate->skill_count; i++)
        write_skill(writer, predicate, &predicate->skills[i]);
}

static void write_model(record_writer *writer, const lens_truth_model *tables)
{
    record_write_array(writer, 5);
    record_write_unsigned(writer, TRUTH_MODEL_VERSION);
    record_write_bytes(writer, tables->root.bytes, STEME_ID_SIZE);
    record_write_int64(writer, tables->as_of_ns);
    record_write_array(writer, tables->worker_count);
    for (uint32_t i = 0; i < tables->worker_count; i++)
        write_worker(writer, &tables->workers[i]);
    record_write_array(writer, tables->predicate_count);
    for (uint32_t i = 0; i < tables->predicate_count; i++)
        write_predicate(writer, &tables->predicates[i]);
}

steme_status truth_model_encode(truth_model *model, steme_error *error)
{
    for (size_t capacity = CAPACITY_FIRST;; capacity *= 2) {
        uint8_t *bytes = base_alloc(capacity);
        if (bytes == NULL)
            return base_fail(error, STEME_NO_MEMORY, "truth: no memory for the model's bytes");
        record_writer writer;
        record_writer_init(&writer, bytes, capacity);
        write_model(&writer, &model->tables);
        if (!writer.is_full) {
            model->bytes = (steme_span){bytes, writer.size};
            model->id = base_blake3(bytes, writer.size);
            return STEME_OK;
        }
        base_free(bytes);
    }
}

/* ---- Reading --------------------------------------------------------------------------------- */

typedef struct truth_reader {
    record_reader cbor;
    base_arena *arena;
    bool is_out_of_memory;
} truth_reader;

static bool refuse(truth_reader *reader, const char *problem)
{
    return record_reader_refuse(&reader->cbor, reader->cbor.next, problem);
}

static void *reserve(truth_reader *reader, size_t count, size_t size)
{
    void *memory = base_arena_alloc(reader->arena, count * size);
    reader->is_out_of_memory = reader->is_out_of_memory || memory == NULL;
    return memory;
}

static bool read_u32(truth_reader *reader, uint64_t least, uint64_t most, uint32_t *out_number)
{
    uint64_t number;
    if (!record_read_unsigned(&reader->cbor, &number))
        return false;
    if (number < least || number > most)
        return refuse(reader, "a number out of range");
    *out_number = (uint32_t)number;
    return true;
}

static bool read_chance(truth_reader *reader, uint32_t *out_chance)
{
    return read_u32(reader, 1, UNIT, out_chance);
}

static bool read_chances(truth_reader *reader, size_t count, const uint32_t **out_chances)
{
    if (!record_read_array_of(&reader->cbor, count))
        return false;
    uint32_t *chances = reserve(reader, count, sizeof *chances);
    if (chances == NULL)
        return false;
    for (size_t i = 0; i < count; i++)
        if (!read_chance(reader, &chances[i]))
            return false;
    *out_chances = chances;
    return true;
}

static bool read_id(truth_reader *reader, steme_id *out_id)
{
    const uint8_t *bytes;
    if (!record_read_bytes_of(&reader->cbor, STEME_ID_SIZE, &bytes))
        return false;
    memcpy(out_id->bytes, bytes, STEME_ID_SIZE);
    return true;
}

static bool read_text(truth_reader *reader, steme_span *out_text)
{
    steme_span text;
    if (!record_read_text(&reader->cbor, &text))
        return false;
    void *copy = base_arena_copy(reader->arena, text.bytes, text.size);
    reader->is_out_of_memory = reader->is_out_of_memory || copy == NULL;
    *out_text = (steme_span){copy, text.size};
    return copy != NULL;
}

static int compare_spans(steme_span left, steme_span right)
{
    size_t size = left.size < right.size ? left.size : right.size;
    int order = size == 0 ? 0 : memcmp(left.bytes, right.bytes, size);
    return order != 0 ? order : (left.size > right.size) - (left.size < right.size);
}

static bool is_ascending(const lens_truth_worker *workers, uint32_t i)
{
    int order = memcmp(workers[i - 1].identity.bytes, workers[i].identity.bytes, STEME_AGENT_SIZE);
    return order < 0 || (order == 0 && compare_spans(workers[i - 1].source, workers[i].source) < 0);
}

/* The head of a list of `size_min` bytes an item at least. */
static bool read_count(truth_reader *reader, size_t size_min, uint32_t *out_count)
{
    uint64_t count;
    if (!record_read_array(&reader->cbor, &count))
        return false;
    if (count > (uint64_t)(reader->cbor.end - reader->cbor.next) / size_min)
        return refuse(reader, "more items than bytes");
    *out_count = (uint32_t)count;
    return true;
}

static bool read_workers(truth_reader *reader, lens_truth_model *tables)
{
    if (!read_count(reader, ITEM_SIZE_MIN, &tables->worker_count))
        return false;
    lens_truth_worker *workers = reserve(reader, tables->worker_count, sizeof *workers);
    if (workers == NULL)
        return false;
    for (uint32_t i = 0; i < tables->worker_count; i++) {
        uint64_t field_count;
        const uint8_t *identity;
        workers[i] = (lens_truth_worker){.group = i};
        if (!record_read_array(&reader->cbor, &field_count))
            return false;
        if (field_count != 2 && field_count != 3)
            return refuse(reader, "not a worker");
        if (!record_read_bytes_of(&reader->cbor, STEME_AGENT_SIZE, &identity) ||
            !read_u32(reader, 0, i, &workers[i].group) ||
            (field_count == 3 && !read_text(reader, &workers[i].source)))
            return false;
        memcpy(workers[i].identity.bytes, identity, STEME_AGENT_SIZE);
        if (i > 0 && !is_ascending(workers, i))
            return refuse(reader, "workers out of order");
        if (workers[workers[i].group].group != workers[i].group)
            return refuse(reader, "a group that is in another");
    }
    tables->workers = workers;
    return true;
}

static bool read_bins(truth_reader *reader, lens_truth_predicate *predicate)
{
    if (!record_read_array_of(&reader->cbor, LENS_TRUTH_BIN_COUNT))
        return false;
    for (uint32_t i = 0; i < LENS_TRUTH_BIN_COUNT; i++) {
        lens_truth_bin *bin = &predicate->bins[i];
        if (!record_read_array_of(&reader->cbor, 3) ||
            !read_u32(reader, 0, UINT32_MAX, &bin->claim_count) ||
            !read_u32(reader, 0, UNIT, &bin->expected) ||
            !read_u32(reader, 0, UNIT, &bin->observed))
            return false;
    }
    return true;
}

static bool read_values(truth_reader *reader, lens_truth_predicate *predicate)
{
    if (!read_count(reader, STEME_ID_SIZE, &predicate->value_count))
        return false;
    if (predicate->value_count < 2 || predicate->value_count > LENS_TRUTH_LABEL_MAX)
        return refuse(reader, "not 2 to 64 values");
    steme_id *values = reserve(reader, predicate->value_count, sizeof *values);
    if (values == NULL)
        return false;
    for (uint32_t i = 0; i < predicate->value_count; i++) {
        if (!read_id(reader, &values[i]))
            return false;
        for (uint32_t j = 0; j < i; j++)
            if (memcmp(&values[i], &values[j], sizeof *values) == 0)
                return refuse(reader, "a value twice");
    }
    predicate->values = values;
    return true;
}

static bool read_detail(truth_reader *reader, lens_truth_predicate *predicate)
{
    if (predicate->kind == LENS_TRUTH_OPEN)
        return record_read_array_of(&reader->cbor, 1) &&
               read_u32(reader, 1, FALSE_COUNT_MAX, &predicate->false_count);
    if (predicate->kind == LENS_TRUTH_NUMBERS)
        return record_read_array_of(&reader->cbor, 0);
    return record_read_array_of(&reader->cbor, 3) && read_values(reader, predicate) &&
           read_chances(reader, predicate->value_count, &predicate->prior) &&
           read_chances(reader, (size_t)predicate->value_count * predicate->value_count,
                        &predicate->confusion);
}

static bool read_skill(truth_reader *reader, const lens_truth_predicate *predicate,
                       uint32_t worker_count, lens_truth_skill *skill)
{
    uint64_t field_count;
    bool is_open = predicate->kind == LENS_TRUTH_OPEN;
    *skill = (lens_truth_skill){0};
    if (!record_read_array(&reader->cbor, &field_count))
        return false;
    if (field_count != 4 && (field_count != 5 || predicate->kind != LENS_TRUTH_LABELS))
        return refuse(reader, "not a skill");
    return worker_count > 0 && read_u32(reader, 0, worker_count - 1, &skill->worker) &&
           read_u32(reader, 1, UINT32_MAX, &skill->claim_count) &&
           read_chance(reader, &skill->accuracy) &&
           read_u32(reader, is_open ? 0 : 1, is_open ? 0 : UINT32_MAX, &skill->strength) &&
           (field_count == 4 ||
            read_chances(reader, (size_t)predicate->value_count * predicate->value_count,
                         &skill->confusion));
}

static bool read_skills(truth_reader *reader, uint32_t worker_count,
                        lens_truth_predicate *predicate)
{
    if (!read_count(reader, 5, &predicate->skill_count))
        return false;
    if (predicate->skill_count > worker_count)
        return refuse(reader, "more skills than workers");
    lens_truth_skill *skills = reserve(reader, predicate->skill_count, sizeof *skills);
    if (skills == NULL)
        return false;
    for (uint32_t i = 0; i < predicate->skill_count; i++) {
        if (!read_skill(reader, predicate, worker_count, &skills[i]))
            return false;
        if (i > 0 && skills[i].worker <= skills[i - 1].worker)
            return refuse(reader, "skills out of order");
    }
    predicate->skills = skills;
    return true;
}

static bool read_predicate(truth_reader *reader, uint32_t worker_count,
                           lens_truth_predicate *predicate)
{
    uint32_t kind = 0;
    *predicate = (lens_truth_predicate){0};
    if (!record_read_array_of(&reader->cbor, 11) || !read_text(reader, &predicate->name) ||
        !read_u32(reader, 0, LENS_TRUTH_NUMBERS, &kind))
        return false;
    predicate->kind = (lens_truth_kind)kind;
    return read_u32(reader, 0, UINT32_MAX, &predicate->task_count) &&
           read_u32(reader, 0, UINT32_MAX, &predicate->claim_count) &&
           read_chance(reader, &predicate->accuracy) &&
           read_chance(reader, &predicate->temperature) &&
           read_u32(reader, 1, 2 * UNIT, &predicate->brier) &&
           read_chance(reader, &predicate->calibration_error) && read_bins(reader, predicate) &&
           read_detail(reader, predicate) && read_skills(reader, worker_count, predicate);
}

static bool read_predicates(truth_reader *reader, lens_truth_model *tables)
{
    if (!read_count(reader, ITEM_SIZE_MIN, &tables->predicate_count))
        return false;
    lens_truth_predicate *predicates = reserve(reader, tables->predicate_count, sizeof *predicates);
    if (predicates == NULL)
        return false;
    for (uint32_t i = 0; i < tables->predicate_count; i++) {
        if (!read_predicate(reader, tables->worker_count, &predicates[i]))
            return false;
        if (i > 0 && compare_spans(predicates[i - 1].name, predicates[i].name) >= 0)
            return refuse(reader, "predicates out of order");
    }
    tables->predicates = predicates;
    return true;
}

static bool read_model(truth_reader *reader, lens_truth_model *tables)
{
    uint32_t version;
    return record_read_array_of(&reader->cbor, 5) &&
           read_u32(reader, TRUTH_MODEL_VERSION, TRUTH_MODEL_VERSION, &version) &&
           read_id(reader, &tables->root) && record_read_int64(&reader->cbor, &tables->as_of_ns) &&
           read_workers(reader, tables) && read_predicates(reader, tables) &&
           record_read_end(&reader->cbor);
}

steme_status truth_model_decode(steme_span bytes, truth_model **out_model, steme_error *error)
{
    truth_model *model = base_alloc_zero(1, sizeof *model);
    if (model == NULL)
        return base_fail(error, STEME_NO_MEMORY, "truth: no memory for the model");
    truth_reader reader = {.arena = &model->arena};
    record_reader_init(&reader.cbor, bytes.bytes, bytes);
    steme_status status = STEME_OK;
    if (!read_model(&reader, &model->tables) && !reader.is_out_of_memory)
        status = record_reader_fail(&reader.cbor, "truth model", error);
    uint8_t *copy = status != STEME_OK || reader.is_out_of_memory ? NULL : base_alloc(bytes.size);
    if (copy == NULL) {
        truth_model_free(model);
        return status != STEME_OK
                   ? status
                   : base_fail(error, STEME_NO_MEMORY, "truth: no memory for the model");
    }
    memcpy(copy, bytes.bytes, bytes.size);
    model->bytes = (steme_span){copy, bytes.size};
    model->id = base_blake3(copy, bytes.size);
    *out_model = model;
    return STEME_OK;
}

void truth_model_free(truth_model *model)
{
    if (model == NULL)
        return;
    base_free((uint8_t *)model->bytes.bytes);
    base_arena_deinit(&model->arena);
    base_free(model);
}
