/* Hostile crowns: the last 32 bytes are made the right checksum, so that a search gets behind it.
 * What is accepted encodes to the same bytes again. */
#include "base/hash.h"
#include "base/memory.h"
#include "merkle/crown.h"
#include "support/crown_bytes.h"

#include <assert.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    if (size < sizeof(steme_id))
        return 0;
    uint8_t *input = base_alloc(size);
    uint8_t *output = base_alloc(size);
    assert(input != NULL && output != NULL);
    size_t summed_size = size - sizeof(steme_id);
    memcpy(input, bytes, summed_size);
    steme_id sum = base_blake3(input, summed_size);
    memcpy(input + summed_size, &sum, sizeof sum);
    merkle_crown crown;
    if (merkle_crown_decode(input, size, &crown, NULL) == STEME_OK) {
        assert(merkle_crown_encoded_size(&crown) == size);
        crown_bytes(&crown, output);
        assert(memcmp(input, output, size) == 0);
        merkle_crown_deinit(&crown);
    }
    base_free(input);
    base_free(output);
    return 0;
}
