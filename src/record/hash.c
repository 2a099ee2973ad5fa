#include "base/hash.h"

#include <steme/record.h>

steme_id steme_hash(const void *bytes, size_t size)
{
    return base_blake3(bytes, size);
}
