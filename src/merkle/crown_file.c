/* The bytes of a crown; drawn in crown.h. */
#include "base/bytes.h"
#include "base/error.h"
#include "base/hash.h"
#include "merkle/branch.h"

#include <string.h>

enum {
    FILE_VERSION = 1,
    FILE_HEADER_SIZE = 56,
    FILE_SLOT_SIZE = 8 + STEME_ID_SIZE,
    FILE_TRAILER_SIZE = STEME_ID_SIZE,
    FILE_PIECE_SIZE = 16384,
};

static const uint8_t file_magic[8] = {'S', 'T', 'M', 'C', 'R', 'O', 'W', 'N'};

static size_t branch_encoded_size(const merkle_branch *branch)
{
    size_t size = 2 + (size_t)merkle_branch_used_count(branch) * FILE_SLOT_SIZE;
    for (unsigned i = 0; branch->has_children && i < MERKLE_CHILD_COUNT; i++)
        if (branch->children[i] != NULL)
            size += branch_encoded_size(branch->children[i]);
    return size;
}

size_t merkle_crown_encoded_size(const merkle_crown *crown)
{
    size_t size = FILE_HEADER_SIZE + FILE_TRAILER_SIZE;
    return crown->top == NULL ? size : size + branch_encoded_size(crown->top);
}

/* Bytes on their way to the sink, and the hash of them. */
typedef struct file_output {
    const base_sink *sink;
    steme_error *error;
    steme_status status; /* of the first put that failed */
    base_blake3_stream hash;
    size_t size; /* in the buffer */
    uint8_t buffer[FILE_PIECE_SIZE];
} file_output;

static void output_flush(file_output *output)
{
    base_blake3_update(&output->hash, output->buffer, output->size);
    if (output->status == STEME_OK)
        output->status =
            output->sink->put(output->sink->context, output->buffer, output->size, output->error);
    output->size = 0;
}

/* Room for `size` more bytes, to be filled in before the next call. */
static uint8_t *output_take(file_output *output, size_t size)
{
    if (sizeof output->buffer - output->size < size)
        output_flush(output);
    output->size += size;
    return output->buffer + output->size - size;
}

/* A branch and what is below it. */
static void branch_encode(const merkle_branch *branch, file_output *output)
{
    uint16_t bitmap = 0;
    uint8_t *bitmap_at =
        output_take(output, 2 + (size_t)merkle_branch_used_count(branch) * FILE_SLOT_SIZE);
    uint8_t *at = bitmap_at + 2;
    for (unsigned i = 0; i < MERKLE_CHILD_COUNT; i++) {
        const merkle_slot *slot = &branch->slots[i];
        if (slot->count == 0)
            continue;
        bitmap = merkle_bitmap_with(bitmap, i);
        base_put_u64be(at, slot->count);
        memcpy(at + 8, slot->hash.bytes, STEME_ID_SIZE);
        at += FILE_SLOT_SIZE;
    }
    base_put_u16be(bitmap_at, bitmap);
    for (unsigned i = 0; branch->has_children && i < MERKLE_CHILD_COUNT; i++)
        if (branch->children[i] != NULL)
            branch_encode(branch->children[i], output);
}

steme_status merkle_crown_encode(const merkle_crown *crown, const base_sink *sink,
                                 steme_error *error)
{
    file_output output = {.sink = sink, .error = error};
    base_blake3_init(&output.hash);
    uint8_t *header = output_take(&output, FILE_HEADER_SIZE);
    memcpy(header, file_magic, sizeof file_magic);
    base_put_u32be(header + 8, FILE_VERSION);
    base_put_u32be(header + 12, crown->depth);
    base_put_u64be(header + 16, crown->count);
    memcpy(header + 24, crown->root.bytes, STEME_ID_SIZE);
    if (crown->top != NULL)
        branch_encode(crown->top, &output);
    output_flush(&output);
    if (output.status != STEME_OK)
        return output.status;
    steme_id sum = base_blake3_final(&output.hash);
    return sink->put(sink->context, sum.bytes, FILE_TRAILER_SIZE, error);
}

/* What is left to read, and how deep the crown goes. */
typedef struct file_input {
    const uint8_t *at;
    size_t left;
    unsigned depth;
    steme_error *error;
} file_input;

static steme_status file_damaged(steme_error *error, const char *what)
{
    return base_fail(error, STEME_CORRUPT, "merkle crown: %s", what);
}

/* Reads the bitmap and the slots of one branch, whose counts add up to `count`. */
static steme_status branch_decode_slots(file_input *input, merkle_branch *branch, uint64_t count)
{
    if (input->left < 2)
        return file_damaged(input->error, "cut off");
    uint16_t bitmap = base_get_u16be(input->at);
    size_t slots_size = (size_t)__builtin_popcount(bitmap) * FILE_SLOT_SIZE;
    if (input->left - 2 < slots_size)
        return file_damaged(input->error, "cut off");
    const uint8_t *at = input->at + 2;
    input->at += 2 + slots_size;
    input->left -= 2 + slots_size;
    uint64_t left = count;
    for (unsigned i = 0; i < MERKLE_CHILD_COUNT; i++) {
        if (!merkle_bitmap_has(bitmap, i))
            continue;
        merkle_slot *slot = &branch->slots[i];
        slot->count = base_get_u64be(at);
        memcpy(slot->hash.bytes, at + 8, STEME_ID_SIZE);
        at += FILE_SLOT_SIZE;
        if (slot->count == 0 || slot->count > left)
            return file_damaged(input->error, "counts do not add up");
        left -= slot->count;
    }
    return left == 0 ? STEME_OK : file_damaged(input->error, "counts do not add up");
}

/* Reads a branch at `depth` and what is below it. Each takes at least 42 bytes of input. */
static steme_status branch_decode(file_input *input, unsigned depth, uint64_t count,
                                  merkle_branch **out_branch)
{
    merkle_branch *branch = merkle_branch_new(NULL, depth + 1 < input->depth);
    if (branch == NULL)
        return base_fail(input->error, STEME_NO_MEMORY, "merkle crown: no memory for a branch");
    steme_status status = branch_decode_slots(input, branch, count);
    for (unsigned i = 0; branch->has_children && i < MERKLE_CHILD_COUNT; i++)
        if (status == STEME_OK && branch->slots[i].count > 0)
            status = branch_decode(input, depth + 1, branch->slots[i].count, &branch->children[i]);
    if (status != STEME_OK) {
        merkle_branch_release(branch);
        return status;
    }
    *out_branch = branch;
    return STEME_OK;
}

static steme_status file_check_envelope(const uint8_t *bytes, size_t size, steme_error *error)
{
    if (size < FILE_HEADER_SIZE + FILE_TRAILER_SIZE ||
        memcmp(bytes, file_magic, sizeof file_magic) != 0)
        return file_damaged(error, "not a crown");
    /* The sum first: a flipped bit in the version is damage, not a newer program. */
    steme_id sum = base_blake3(bytes, size - FILE_TRAILER_SIZE);
    if (memcmp(sum.bytes, bytes + size - FILE_TRAILER_SIZE, FILE_TRAILER_SIZE) != 0)
        return file_damaged(error, "checksum differs");
    if (base_get_u32be(bytes + 8) != FILE_VERSION)
        return base_fail(error, STEME_VERSION, "merkle crown: version %u",
                         base_get_u32be(bytes + 8));
    return STEME_OK;
}

steme_status merkle_crown_decode(const uint8_t *bytes, size_t size, merkle_crown *out_crown,
                                 steme_error *error)
{
    steme_status status = file_check_envelope(bytes, size, error);
    if (status != STEME_OK)
        return status;
    merkle_crown crown = {.count = base_get_u64be(bytes + 16), .depth = base_get_u32be(bytes + 12)};
    memcpy(crown.root.bytes, bytes + 24, STEME_ID_SIZE);
    if (crown.depth != merkle_crown_depth(crown.count))
        return file_damaged(error, "depth does not follow from the count");
    if (crown.count == 0 && memcmp(&crown.root, &(steme_id){{0}}, sizeof crown.root) != 0)
        return file_damaged(error, "the empty set has a root");
    file_input input = {bytes + FILE_HEADER_SIZE, size - FILE_HEADER_SIZE - FILE_TRAILER_SIZE,
                        crown.depth, error};
    if (crown.depth > 0)
        status = branch_decode(&input, 0, crown.count, &crown.top);
    if (status == STEME_OK && input.left > 0)
        status = file_damaged(error, "bytes after its end");
    if (status != STEME_OK) {
        merkle_crown_deinit(&crown);
        return status;
    }
    *out_crown = crown;
    return STEME_OK;
}
