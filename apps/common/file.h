/* file.h -- a whole file in memory. */
#ifndef COMMON_FILE_H
#define COMMON_FILE_H

#include <stddef.h>
#include <stdint.h>

/* Reads a whole file ("-" = stdin) of at most `size_max` bytes; free the bytes. 1, or 0 after a
 * report. */
int file_read(const char *path, uint64_t size_max, uint8_t **out_bytes, size_t *out_size);

#endif
