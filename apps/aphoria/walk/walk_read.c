/* walk_read.c -- a file's bytes: see walk.h. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "aphoria/walk/walk.h"
#include "common/text.h"

int walk_open(int folder, const char *path, int flags)
{
    char part[PATH_MAX];
    int at = folder;
    while (at >= 0 && strlen(path) >= PATH_MAX) {
        const char *slash = memrchr(path, '/', PATH_MAX - 1);
        if (slash == NULL) {
            break; /* the system says that the name is too long */
        }
        size_t size = (size_t)(slash - path);
        memcpy(part, path, size);
        part[size] = '\0';
        int next = openat(at, part, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        if (at != folder) {
            close(at);
        }
        at = next;
        path = slash + 1;
    }
    int opened = at < 0 ? -1 : openat(at, path, flags | O_CLOEXEC | O_NOCTTY);
    if (at >= 0 && at != folder) {
        int code = errno;
        close(at);
        errno = code;
    }
    return opened;
}

walk_reading walk_read_descriptor(int file, uint64_t size_max, char **out_bytes, size_t *out_size)
{
    struct stat about;
    walk_reading outcome = file < 0 || fstat(file, &about) != 0 || !S_ISREG(about.st_mode)
                               ? WALK_UNREADABLE
                           : (uint64_t)about.st_size > size_max ? WALK_LARGE
                                                                : WALK_READ;
    if (outcome == WALK_READ) {
        size_t wanted = (size_t)about.st_size;
        char *bytes = text_allocate(wanted + 1);
        size_t size = 0;
        ssize_t got = 0;
        while (size < wanted && ((got = read(file, bytes + size, wanted - size)) > 0 ||
                                 (got < 0 && errno == EINTR))) {
            size += got > 0 ? (size_t)got : 0;
        }
        bytes[size] = '\0';
        if (got < 0) {
            free(bytes);
            outcome = WALK_UNREADABLE;
        } else {
            *out_bytes = bytes;
            *out_size = size;
        }
    }
    if (file >= 0) {
        close(file);
    }
    return outcome;
}

walk_reading walk_read(const walk_list *self, const walk_file *file, uint64_t size_max,
                       char **out_bytes, size_t *out_size)
{
    if (self->load != NULL) {
        return self->load(self->load_context, file, size_max, out_bytes, out_size);
    }
    /* A pipe is opened without waiting for whoever writes to it, and then is no file. */
    int flags = O_RDONLY | O_NONBLOCK | (self->is_single ? 0 : O_NOFOLLOW);
    return walk_read_descriptor(walk_open(self->folder, file->path, flags), size_max, out_bytes,
                                out_size);
}
