#include "platform/file.h"
#include "base/error.h"
#include "base/memory.h"
#include "platform/fault_point.h"

#include <assert.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

static const struct {
    int flags;
    mode_t mode;
} open_modes[] = {
    [PLATFORM_OPEN_READ] = {O_RDONLY, 0},
    [PLATFORM_OPEN_WRITE] = {O_RDWR, 0},
    [PLATFORM_OPEN_CREATE] = {O_RDWR | O_CREAT | O_EXCL, 0644},
    [PLATFORM_OPEN_SECRET] = {O_RDWR | O_CREAT | O_EXCL, 0600},
    [PLATFORM_OPEN_TRUNCATE] = {O_RDWR | O_CREAT | O_TRUNC, 0644},
};

steme_status platform_file_open(const char *path, platform_open_mode mode, platform_file *out_file,
                                steme_error *error)
{
    int fault = platform_fault_point(PLATFORM_CALL_OPEN, path, NULL);
    if (fault != 0)
        return base_fail_errno(error, fault, "cannot open %s", path);
    size_t path_size = strlen(path) + 1;
    char *path_copy = base_alloc(path_size);
    if (path_copy == NULL)
        return base_fail(error, STEME_NO_MEMORY, "cannot open %s: out of memory", path);
    memcpy(path_copy, path, path_size);
    int descriptor;
    do
        descriptor = open(path, open_modes[mode].flags | O_CLOEXEC, open_modes[mode].mode);
    while (descriptor < 0 && errno == EINTR);
    if (descriptor < 0) {
        int reason = errno;
        base_free(path_copy);
        return base_fail_errno(error, reason, "cannot open %s", path);
    }
    *out_file = (platform_file){descriptor, path_copy};
    return STEME_OK;
}

void platform_file_close(platform_file *file)
{
    if (file->descriptor >= 0)
        close(file->descriptor);
    base_free(file->path);
    *file = PLATFORM_FILE_CLOSED;
}

steme_status platform_file_read(const platform_file *file, uint64_t offset, void *out_bytes,
                                size_t size, size_t *out_size, steme_error *error)
{
    int fault = platform_fault_point(PLATFORM_CALL_READ, file->path, NULL);
    if (fault != 0)
        return base_fail_errno(error, fault, "%s: cannot read at %llu", file->path,
                               (unsigned long long)offset);
    size_t done = 0;
    while (done < size) {
        ssize_t got = pread(file->descriptor, (uint8_t *)out_bytes + done, size - done,
                            (off_t)(offset + done));
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return base_fail_errno(error, errno, "%s: cannot read at %llu", file->path,
                                   (unsigned long long)offset);
        if (got == 0)
            break;
        done += (size_t)got;
    }
    *out_size = done;
    return STEME_OK;
}

steme_status platform_file_write(const platform_file *file, uint64_t offset, const void *bytes,
                                 size_t size, steme_error *error)
{
    size_t allowed = size;
    int fault = platform_fault_point(PLATFORM_CALL_WRITE, file->path, &allowed);
    size_t done = 0;
    while (done < allowed) {
        ssize_t put = pwrite(file->descriptor, (const uint8_t *)bytes + done, allowed - done,
                             (off_t)(offset + done));
        if (put < 0 && errno == EINTR)
            continue;
        if (put < 0)
            return base_fail_errno(error, errno, "%s: cannot write at %llu", file->path,
                                   (unsigned long long)offset);
        done += (size_t)put;
    }
    if (fault != 0 || done < size)
        return base_fail_errno(error, fault != 0 ? fault : ENOSPC, "%s: cannot write at %llu",
                               file->path, (unsigned long long)(offset + done));
    return STEME_OK;
}

steme_status platform_file_sync(const platform_file *file, steme_error *error)
{
    int fault = platform_fault_point(PLATFORM_CALL_SYNC, file->path, NULL);
    if (fault == 0 && fdatasync(file->descriptor) != 0)
        fault = errno;
    return fault == 0 ? STEME_OK : base_fail_errno(error, fault, "%s: cannot sync", file->path);
}

steme_status platform_file_truncate(const platform_file *file, uint64_t size, steme_error *error)
{
    int fault = platform_fault_point(PLATFORM_CALL_TRUNCATE, file->path, NULL);
    if (fault == 0 && ftruncate(file->descriptor, (off_t)size) != 0)
        fault = errno;
    return fault == 0 ? STEME_OK
                      : base_fail_errno(error, fault, "%s: cannot cut to %llu bytes", file->path,
                                        (unsigned long long)size);
}

steme_status platform_file_size(const platform_file *file, uint64_t *out_size, steme_error *error)
{
    struct stat facts;
    if (fstat(file->descriptor, &facts) != 0)
        return base_fail_errno(error, errno, "%s: cannot stat", file->path);
    *out_size = (uint64_t)facts.st_size;
    return STEME_OK;
}

steme_status platform_file_identity(const platform_file *file, uint64_t *out_device,
                                    uint64_t *out_inode, steme_error *error)
{
    struct stat facts;
    if (fstat(file->descriptor, &facts) != 0)
        return base_fail_errno(error, errno, "%s: cannot stat", file->path);
    *out_device = (uint64_t)facts.st_dev;
    *out_inode = (uint64_t)facts.st_ino;
    return STEME_OK;
}

steme_status platform_file_is_private(const platform_file *file, bool *out_is_private,
                                      steme_error *error)
{
    struct stat facts;
    if (fstat(file->descriptor, &facts) != 0)
        return base_fail_errno(error, errno, "%s: cannot stat", file->path);
    *out_is_private = (facts.st_mode & (S_IRWXG | S_IRWXO)) == 0;
    return STEME_OK;
}

steme_status platform_file_map(const platform_file *file, size_t size, steme_span *out_mapping,
                               steme_error *error)
{
    int fault = platform_fault_point(PLATFORM_CALL_MAP, file->path, NULL);
    if (fault != 0)
        return base_fail_errno(error, fault, "%s: cannot map", file->path);
    if (size == 0) {
        *out_mapping = (steme_span){NULL, 0};
        return STEME_OK;
    }
    void *mapping = mmap(NULL, size, PROT_READ, MAP_SHARED, file->descriptor, 0);
    if (mapping == MAP_FAILED)
        return base_fail_errno(error, errno, "%s: cannot map %zu bytes", file->path, size);
    *out_mapping = (steme_span){mapping, size};
    return STEME_OK;
}

void platform_unmap(steme_span mapping)
{
    if (mapping.bytes != NULL)
        munmap((void *)(uintptr_t)mapping.bytes, mapping.size);
}

steme_status platform_directory_make(const char *path, steme_error *error)
{
    int fault = platform_fault_point(PLATFORM_CALL_OPEN, path, NULL);
    if (fault == 0 && mkdir(path, 0755) != 0)
        fault = errno;
    return fault == 0 ? STEME_OK : base_fail_errno(error, fault, "cannot create folder %s", path);
}

steme_status platform_directory_sync(const char *path, steme_error *error)
{
    int fault = platform_fault_point(PLATFORM_CALL_SYNC, path, NULL);
    int descriptor = -1;
    if (fault == 0) {
        descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        if (descriptor < 0 || fsync(descriptor) != 0)
            fault = errno;
    }
    if (descriptor >= 0)
        close(descriptor);
    return fault == 0 ? STEME_OK : base_fail_errno(error, fault, "cannot sync folder %s", path);
}

bool platform_path_exists(const char *path)
{
    struct stat facts;
    return lstat(path, &facts) == 0;
}

steme_status platform_path_remove(const char *path, steme_error *error)
{
    return unlink(path) == 0 ? STEME_OK : base_fail_errno(error, errno, "cannot remove %s", path);
}

steme_status platform_path_rename(const char *from, const char *to, steme_error *error)
{
    int fault = platform_fault_point(PLATFORM_CALL_RENAME, to, NULL);
    if (fault == 0 && rename(from, to) != 0)
        fault = errno;
    return fault == 0 ? STEME_OK : base_fail_errno(error, fault, "cannot replace %s", to);
}

steme_status platform_disk_space(const char *path, uint64_t *out_size, uint64_t *out_free_size,
                                 steme_error *error)
{
    struct statvfs facts;
    if (statvfs(path, &facts) != 0)
        return base_fail_errno(error, errno, "%s: cannot tell the free space", path);
    size_t free_size = (size_t)facts.f_bavail * facts.f_frsize;
    int fault = platform_fault_point(PLATFORM_CALL_SPACE, path, &free_size);
    if (fault != 0)
        return base_fail_errno(error, fault, "%s: cannot tell the free space", path);
    *out_size = (uint64_t)facts.f_blocks * facts.f_frsize;
    *out_free_size = free_size;
    return STEME_OK;
}

steme_status platform_directory_list(const char *path, platform_directory_visit visit,
                                     void *context, steme_error *error)
{
    int fault = platform_fault_point(PLATFORM_CALL_OPEN, path, NULL);
    if (fault != 0)
        return base_fail_errno(error, fault, "cannot list folder %s", path);
    DIR *directory = opendir(path);
    if (directory == NULL)
        return base_fail_errno(error, errno, "cannot list folder %s", path);
    steme_status status = STEME_OK;
    const struct dirent *entry;
    while (status == STEME_OK && (errno = 0, entry = readdir(directory)) != NULL)
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
            status = visit(context, entry->d_name, error);
    if (status == STEME_OK && errno != 0)
        status = base_fail_errno(error, errno, "cannot list folder %s", path);
    closedir(directory);
    return status;
}

steme_status platform_file_lock(const platform_file *file, steme_error *error)
{
    struct flock range = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    if (fcntl(file->descriptor, F_OFD_SETLK, &range) == 0)
        return STEME_OK;
    if (errno == EAGAIN || errno == EACCES)
        return base_fail(error, STEME_BUSY, "%s: held by another process", file->path);
    return base_fail_errno(error, errno, "%s: cannot lock", file->path);
}
