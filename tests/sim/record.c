#include "sim/record.h"

#include "base/bytes.h"
#include "base/error.h"
#include "base/hash.h"

#include <string.h>

const uint8_t sim_record_magic[8] = {'S', 'I', 'M', 'R', 'E', 'C', 'R', 'D'};

static const uint8_t signature_key[16] = "nobody knows it";

/* What the linker makes of --wrap=steme_record_parse. */
steme_status __real_steme_record_parse(steme_span bytes, steme_record *out_record,
                                       steme_error *error);
steme_status __wrap_steme_record_parse(steme_span bytes, steme_record *out_record,
                                       steme_error *error);

static steme_id id_of(steme_span bytes)
{
    steme_id id = base_blake3(bytes.bytes, bytes.size - SIM_SIGNATURE_SIZE);
    memcpy(id.bytes, bytes.bytes + 8, 8);
    return id;
}

static bool is_sim_record(steme_span bytes)
{
    return bytes.size >= SIM_RECORD_HEAD_SIZE + SIM_SIGNATURE_SIZE &&
           bytes.size <= SIM_RECORD_SIZE_MAX &&
           memcmp(bytes.bytes, sim_record_magic, sizeof sim_record_magic) == 0;
}

steme_id sim_record_write(uint64_t item, uint64_t number, size_t size, uint8_t *out_bytes)
{
    memcpy(out_bytes, sim_record_magic, sizeof sim_record_magic);
    base_put_u64be(out_bytes + 8, item);
    base_put_u64be(out_bytes + 16, number);
    memset(out_bytes + SIM_RECORD_HEAD_SIZE, (int)(number % 251),
           size - SIM_RECORD_HEAD_SIZE - SIM_SIGNATURE_SIZE);
    size_t signed_size = size - SIM_SIGNATURE_SIZE;
    base_put_u64be(out_bytes + signed_size, base_siphash(signature_key, out_bytes, signed_size));
    return id_of((steme_span){out_bytes, size});
}

steme_status __wrap_steme_record_parse(steme_span bytes, steme_record *out_record,
                                       steme_error *error)
{
    if (!is_sim_record(bytes))
        return __real_steme_record_parse(bytes, out_record, error);
    *out_record = (steme_record){.bytes = bytes, .id = id_of(bytes)};
    return STEME_OK;
}

steme_status sim_record_admit(steme_span bytes, bool skips_signature, steme_id *out_id)
{
    if (!is_sim_record(bytes))
        return STEME_NOT_CANONICAL;
    size_t signed_size = bytes.size - SIM_SIGNATURE_SIZE;
    if (!skips_signature && base_get_u64be(bytes.bytes + signed_size) !=
                                base_siphash(signature_key, bytes.bytes, signed_size))
        return STEME_BAD_SIGNATURE;
    *out_id = id_of(bytes);
    return STEME_OK;
}

size_t sim_record_count(steme_span bytes)
{
    size_t count = 0, left = bytes.size;
    const uint8_t *at = bytes.bytes, *end = bytes.bytes + bytes.size;
    while ((at = memmem(at, left, sim_record_magic, sizeof sim_record_magic)) != NULL) {
        count++;
        at += sizeof sim_record_magic;
        left = (size_t)(end - at);
    }
    return count;
}
