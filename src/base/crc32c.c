/* CRC32C. The processor's own instruction where it has one (chosen at run time), else bit by bit.
 * Polynomial 0x1EDC6F41, reflected 0x82F63B78 (RFC 3720, B.4). */
#include "base/hash.h"

#include <string.h>

static uint32_t crc_bytewise(uint32_t crc, const uint8_t *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        crc ^= bytes[i];
        for (int bit = 0; bit < 8; bit++)
            crc = (crc >> 1) ^ (0x82f63b78u & (0u - (crc & 1)));
    }
    return crc;
}

#if defined(__x86_64__)
__attribute__((target("sse4.2"))) static uint32_t crc_hardware(uint32_t crc, const uint8_t *bytes,
                                                               size_t size)
{
    uint64_t wide = crc;
    while (size >= 8) {
        uint64_t word;
        memcpy(&word, bytes, 8);
        wide = __builtin_ia32_crc32di(wide, word);
        bytes += 8;
        size -= 8;
    }
    crc = (uint32_t)wide;
    while (size-- > 0)
        crc = __builtin_ia32_crc32qi(crc, *bytes++);
    return crc;
}

uint32_t base_crc32c(uint32_t crc, const void *bytes, size_t size)
{
    crc = ~crc;
    return ~(__builtin_cpu_supports("sse4.2") ? crc_hardware(crc, bytes, size)
                                              : crc_bytewise(crc, bytes, size));
}
#else
uint32_t base_crc32c(uint32_t crc, const void *bytes, size_t size)
{
    return ~crc_bytewise(~crc, bytes, size);
}
#endif
