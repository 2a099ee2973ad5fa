/* file.c -- see file.h. */
#include "common/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/terminal.h"
#include "common/text.h"

static int read_all(int descriptor, const char *name, uint64_t size_max, uint8_t **out_bytes,
                    size_t *out_size)
{
    size_t capacity = 1 << 16;
    size_t size = 0;
    uint8_t *bytes = text_allocate(capacity);
    for (;;) {
        ssize_t count = read(descriptor, bytes + size, capacity - size);
        if (count < 0 && errno == EINTR) {
            continue;
        }
        if (count < 0) {
            terminal_report("cannot read: %s: %s; check the path", name, strerror(errno));
            break;
        }
        if (count == 0) {
            *out_bytes = bytes;
            *out_size = size;
            return 1;
        }
        size += (size_t)count;
        if (size > size_max) {
            terminal_report("too large: %s; at most %llu bytes are read", name,
                            (unsigned long long)size_max);
            break;
        }
        if (size == capacity) {
            capacity *= 2;
            bytes = text_reallocate(bytes, capacity);
        }
    }
    free(bytes);
    return 0;
}

int file_read(const char *path, uint64_t size_max, uint8_t **out_bytes, size_t *out_size)
{
    if (strcmp(path, "-") == 0) {
        return read_all(STDIN_FILENO, "standard input", size_max, out_bytes, out_size);
    }
    int descriptor = open(path, O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) {
        terminal_report("cannot open: %s: %s; check the path", path, strerror(errno));
        return 0;
    }
    int is_read = read_all(descriptor, path, size_max, out_bytes, out_size);
    close(descriptor);
    return is_read;
}
