/* What a peer says is packed: any bytes, opened within the bound; what opens packs and opens again
 * to the same. */
#include "common/pack.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    enum { OPENED_SIZE_MAX = 1 << 18 };
    size_t opened_size = 0;
    size_t packed_size = 0;
    uint8_t *opened = pack_open((steme_span){bytes, size}, OPENED_SIZE_MAX, &opened_size);
    if (opened == NULL)
        return 0;
    assert(opened_size > 0 && opened_size <= OPENED_SIZE_MAX);
    uint8_t *packed = pack_bytes((steme_span){opened, opened_size}, &packed_size);
    if (packed != NULL) {
        size_t again_size = 0;
        uint8_t *again = pack_open((steme_span){packed, packed_size}, OPENED_SIZE_MAX, &again_size);
        assert(again != NULL && again_size == opened_size &&
               memcmp(again, opened, opened_size) == 0);
        free(again);
    }
    free(packed);
    free(opened);
    return 0;
}
