/* Disks in memory. An inode's bytes have a fixed place, so that mappings are pointers to it. What
 * was changed since the last sync is kept as a list of what was there before. */
#include "platform/file.h"
#include "base/error.h"
#include "base/limits.h"
#include "sim/platform/fiber.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

enum { NAME_COUNT_MAX = 256, OPEN_COUNT_MAX = 4096, HEAD_SIZE = 4096, SECTOR_SIZE = 512 };

#define FILE_SIZE_MAX ((size_t)LIMIT_SEGMENT_SIZE + HEAD_SIZE)
#define MILLION       1000000u

typedef struct change { /* not synced */
    bool is_cut;
    uint64_t offset;
    uint64_t size;
    uint64_t old_file_size;
    uint8_t *old; /* of the bytes that were there, from `offset` on */
    uint64_t old_size;
} change;

typedef struct inode {
    uint8_t *bytes; /* FILE_SIZE_MAX of room; before them a page that begins with the inode */
    uint64_t size;
    uint64_t number;
    unsigned disk;
    unsigned reference_count; /* names, synced ones too; open files; mappings */
    bool is_folder;
    bool is_private;
    bool is_locked;
    change *changes;
    size_t change_count;
    size_t change_capacity;
} inode;

typedef struct name {
    char *path;
    inode *inode;
} name;

typedef struct name_list {
    name names[NAME_COUNT_MAX];
    size_t count;
} name_list;

typedef struct disk {
    name_list names;
    name_list synced;
    sim_disk_faults faults;
    uint64_t call_count;
} disk;

typedef struct open_file {
    inode *inode;
    bool has_lock;
} open_file;

static disk disks[SIM_PROCESS_COUNT_MAX];
static open_file opens[OPEN_COUNT_MAX];
static uint64_t inode_number;

static void *checked(void *memory)
{
    if (memory == NULL)
        abort();
    return memory;
}

static disk *disk_of(const char *path)
{
    unsigned long number = path[0] == '/' ? strtoul(path + 1, NULL, 10) : 0;
    return &disks[number < SIM_PROCESS_COUNT_MAX ? number : 0];
}

/* ---- Inodes and names --------------------------------------------------------------------- */

static inode *inode_new(unsigned disk_number, bool is_folder)
{
    inode *it = checked(calloc(1, sizeof *it));
    it->number = ++inode_number;
    it->disk = disk_number;
    it->is_folder = is_folder;
    if (is_folder)
        return it;
    void *room = mmap(NULL, HEAD_SIZE + FILE_SIZE_MAX, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (room == MAP_FAILED)
        abort();
    memcpy(room, &it, sizeof it);
    it->bytes = (uint8_t *)room + HEAD_SIZE;
    return it;
}

static void changes_forget(inode *it)
{
    for (size_t i = 0; i < it->change_count; i++)
        free(it->changes[i].old);
    it->change_count = 0;
}

static void inode_release(inode *it)
{
    if (--it->reference_count > 0)
        return;
    changes_forget(it);
    free(it->changes);
    if (!it->is_folder)
        munmap(it->bytes - HEAD_SIZE, HEAD_SIZE + FILE_SIZE_MAX);
    free(it);
}

static name *name_find(name_list *list, const char *path)
{
    for (size_t i = 0; i < list->count; i++)
        if (strcmp(list->names[i].path, path) == 0)
            return &list->names[i];
    return NULL;
}

static void name_put(name_list *list, const char *path, inode *it)
{
    name *place = name_find(list, path);
    it->reference_count++;
    if (place != NULL) {
        inode_release(place->inode);
        place->inode = it;
        return;
    }
    if (list->count == NAME_COUNT_MAX)
        abort();
    list->names[list->count++] = (name){checked(strdup(path)), it};
}

static void name_remove(name_list *list, name *place)
{
    free(place->path);
    inode_release(place->inode);
    *place = list->names[--list->count];
}

static bool is_in(const char *path, const char *folder)
{
    size_t size = strlen(folder);
    return strncmp(path, folder, size) == 0 && path[size] == '/' &&
           strchr(path + size + 1, '/') == NULL;
}

/* Makes `to` as `from` where names in the folder are concerned. */
static void names_copy(name_list *to, const name_list *from, const char *folder)
{
    for (size_t i = to->count; i-- > 0;)
        if (is_in(to->names[i].path, folder))
            name_remove(to, &to->names[i]);
    for (size_t i = 0; i < from->count; i++)
        if (is_in(from->names[i].path, folder))
            name_put(to, from->names[i].path, from->names[i].inode);
}

static void names_clear(name_list *list)
{
    while (list->count > 0)
        name_remove(list, &list->names[list->count - 1]);
}

/* ---- Faults ------------------------------------------------------------------------------- */

static bool is_hit(uint32_t chance)
{
    return chance > 0 && sim_platform_random(MILLION) < chance;
}

/* A call that changes something: the errno that it fails with, or 0. For a write, `*size` is
 * lowered to what is done all the same. */
static int change_fault(disk *it, bool is_write, bool is_sync, size_t *size)
{
    sim_disk_faults *faults = &it->faults;
    bool dies = faults->calls_left > 0 && --faults->calls_left == 0;
    size_t wanted = size == NULL ? 0 : *size;
    it->call_count++;
    if (dies && !faults->is_dead) {
        faults->is_dead = true;
        if (is_write)
            *size = sim_platform_random(wanted + 1);
        return EIO;
    }
    if (size != NULL)
        *size = 0;
    if (faults->is_dead)
        return EIO;
    if (faults->is_read_only)
        return EROFS;
    if ((is_write && is_hit(faults->write_fails)) || (is_sync && is_hit(faults->sync_fails)))
        return EIO;
    if (is_write && is_hit(faults->write_falls_short)) {
        *size = sim_platform_random(wanted);
        return EIO;
    }
    if (size != NULL)
        *size = wanted;
    return 0;
}

static uint64_t disk_size(const disk *it)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < it->names.count; i++)
        sum += it->names.names[i].inode->size;
    return sum;
}

static bool is_full(const disk *it, uint64_t more)
{
    return it->faults.size_max > 0 && disk_size(it) + more > it->faults.size_max;
}

/* ---- Changes ------------------------------------------------------------------------------ */

static void change_note(inode *it, bool is_cut, uint64_t offset, uint64_t size)
{
    if (it->change_count == it->change_capacity) {
        it->change_capacity = it->change_capacity * 2 + 8;
        it->changes = checked(realloc(it->changes, it->change_capacity * sizeof *it->changes));
    }
    uint64_t end = is_cut || offset + size > it->size ? it->size : offset + size;
    uint64_t old_size = offset < end ? end - offset : 0;
    change *last = &it->changes[it->change_count++];
    *last = (change){is_cut, offset, size, it->size, NULL, old_size};
    if (old_size > 0) {
        last->old = checked(malloc(old_size));
        memcpy(last->old, it->bytes + offset, old_size);
    }
}

static void bytes_write(inode *it, uint64_t offset, const void *bytes, size_t size)
{
    memcpy(it->bytes + offset, bytes, size);
    if (offset + size > it->size)
        it->size = offset + size;
}

static void bytes_cut(inode *it, uint64_t size)
{
    if (size < it->size)
        memset(it->bytes + size, 0, it->size - size);
    it->size = size;
}

/* Takes all changes back, and then makes those again that chance keeps. */
static void changes_lose(inode *it)
{
    size_t count = it->change_count;
    uint8_t **kept = checked(calloc(count + 1, sizeof *kept));
    for (size_t i = 0; i < count; i++) {
        const change *at = &it->changes[i];
        if (!at->is_cut) {
            kept[i] = checked(malloc(at->size + 1));
            memcpy(kept[i], it->bytes + at->offset, at->size);
        }
    }
    for (size_t i = count; i-- > 0;) {
        const change *at = &it->changes[i];
        bytes_cut(it, at->old_file_size);
        if (at->old_size > 0)
            memcpy(it->bytes + at->offset, at->old, at->old_size);
    }
    uint64_t way = sim_platform_random(4); /* none, all, or some */
    for (size_t i = 0; i < count; i++) {
        const change *at = &it->changes[i];
        uint64_t size = at->size;
        bool is_kept = way == 1 || (way > 1 && sim_platform_random(2) == 0);
        if (way == 3 && is_kept)
            size = sim_platform_random(size / SECTOR_SIZE + 1) * SECTOR_SIZE;
        if (is_kept && at->is_cut)
            bytes_cut(it, at->offset);
        else if (is_kept && size > 0)
            bytes_write(it, at->offset, kept[i], size);
        free(kept[i]);
    }
    free(kept);
    changes_forget(it);
}

/* ---- What a test does to disks ------------------------------------------------------------ */

sim_disk_faults *sim_disk(unsigned process)
{
    return &disks[process].faults;
}

uint64_t sim_disk_call_count(unsigned process)
{
    return disks[process].call_count;
}

static void folders_lose(disk *it)
{
    for (size_t i = 0; i < it->synced.count; i++) {
        const name *folder = &it->synced.names[i];
        if (folder->inode->is_folder && sim_platform_random(2) == 0)
            names_copy(&it->names, &it->synced, folder->path);
    }
}

static void list_copy(name_list *to, const name_list *from)
{
    names_clear(to);
    for (size_t i = 0; i < from->count; i++)
        name_put(to, from->names[i].path, from->names[i].inode);
}

void sim_disk_crash(unsigned process, bool is_power_lost)
{
    disk *it = &disks[process];
    it->faults = (sim_disk_faults){0};
    if (!is_power_lost)
        return;
    folders_lose(it);
    list_copy(&it->synced, &it->names);
    for (size_t i = 0; i < it->names.count; i++)
        changes_lose(it->names.names[i].inode);
}

/* "/3/log" on disk 5 is "/5/log". */
static char *path_on(unsigned number, const char *path)
{
    const char *rest = strchr(path + 1, '/');
    size_t size = strlen(path) + 16;
    char *out = checked(malloc(size));
    snprintf(out, size, "/%u%s", number, rest == NULL ? "" : rest);
    return out;
}

static void disk_clear(disk *it)
{
    names_clear(&it->names);
    names_clear(&it->synced);
}

void sim_disk_copy(unsigned from, unsigned to)
{
    disk_clear(&disks[to]);
    for (size_t i = 0; i < disks[from].names.count; i++) {
        const inode *it = disks[from].names.names[i].inode;
        inode *copy = inode_new(to, it->is_folder);
        copy->is_private = it->is_private;
        if (!it->is_folder)
            bytes_write(copy, 0, it->bytes, it->size);
        char *path = path_on(to, disks[from].names.names[i].path);
        name_put(&disks[to].names, path, copy);
        free(path);
    }
    list_copy(&disks[to].synced, &disks[to].names);
}

static void disk_rename(unsigned number)
{
    name_list *lists[] = {&disks[number].names, &disks[number].synced};
    for (size_t i = 0; i < 2; i++)
        for (size_t j = 0; j < lists[i]->count; j++) {
            name *it = &lists[i]->names[j];
            char *path = path_on(number, it->path);
            free(it->path);
            it->path = path;
            it->inode->disk = number;
        }
}

void sim_disk_swap(unsigned left, unsigned right)
{
    disk *between = checked(malloc(sizeof *between));
    *between = disks[left];
    disks[left] = disks[right];
    disks[right] = *between;
    free(between);
    disk_rename(left);
    disk_rename(right);
}

bool sim_disk_flip(unsigned process, const char *part, const void *needle, size_t needle_size)
{
    disk *it = &disks[process];
    for (size_t i = it->names.count; i-- > 0;) {
        inode *file = it->names.names[i].inode;
        if (file->is_folder || strstr(it->names.names[i].path, part) == NULL)
            continue;
        uint8_t *at = memmem(file->bytes, file->size, needle, needle_size);
        if (at == NULL)
            continue;
        at[sim_platform_random(needle_size)] ^= (uint8_t)(1u << sim_platform_random(8));
        return true;
    }
    return false;
}

bool sim_disk_flip_any(unsigned process, const char *part)
{
    const name_list *names = &disks[process].names;
    inode *files[NAME_COUNT_MAX];
    size_t count = 0;
    for (size_t i = 0; i < names->count; i++) {
        inode *it = names->names[i].inode;
        if (!it->is_folder && it->size > 0 && strstr(names->names[i].path, part) != NULL)
            files[count++] = it;
    }
    if (count == 0)
        return false;
    inode *file = files[sim_platform_random(count)];
    file->bytes[sim_platform_random(file->size)] ^= (uint8_t)(1u << sim_platform_random(8));
    return true;
}

void sim_disks_reset(void)
{
    for (size_t i = 0; i < OPEN_COUNT_MAX; i++)
        if (opens[i].inode != NULL)
            abort();
    for (size_t i = 0; i < SIM_PROCESS_COUNT_MAX; i++) {
        disk_clear(&disks[i]);
        disks[i].faults = (sim_disk_faults){0};
        disks[i].call_count = 0;
    }
    inode_number = 0;
}

/* ---- platform/file.h ---------------------------------------------------------------------- */

static inode *inode_of(const platform_file *file)
{
    return opens[file->descriptor].inode;
}

static disk *disk_of_file(const platform_file *file)
{
    return &disks[inode_of(file)->disk];
}

static bool is_creating(platform_open_mode mode)
{
    return mode != PLATFORM_OPEN_READ && mode != PLATFORM_OPEN_WRITE;
}

/* The inode that is opened, made where that is asked for; else *out_reason. */
static inode *inode_open(const char *path, platform_open_mode mode, int *out_reason)
{
    disk *it = disk_of(path);
    name *found = name_find(&it->names, path);
    bool must_be_new = mode == PLATFORM_OPEN_CREATE || mode == PLATFORM_OPEN_SECRET;
    *out_reason = found == NULL && !is_creating(mode)                     ? ENOENT
                  : found != NULL && must_be_new                          ? EEXIST
                  : found != NULL && found->inode->is_folder              ? EISDIR
                  : mode != PLATFORM_OPEN_READ && it->faults.is_read_only ? EROFS
                                                                          : 0;
    if (*out_reason == 0 && is_creating(mode))
        *out_reason = change_fault(it, false, false, NULL);
    if (*out_reason != 0)
        return NULL;
    if (found == NULL) {
        inode *made = inode_new((unsigned)(it - disks), false);
        made->is_private = mode == PLATFORM_OPEN_SECRET;
        name_put(&it->names, path, made);
        return made;
    }
    if (mode == PLATFORM_OPEN_TRUNCATE) {
        change_note(found->inode, true, 0, 0);
        bytes_cut(found->inode, 0);
    }
    return found->inode;
}

steme_status platform_file_open(const char *path, platform_open_mode mode, platform_file *out_file,
                                steme_error *error)
{
    int reason = EMFILE, descriptor = 0;
    inode *it = sim_lacks_descriptor() ? NULL : inode_open(path, mode, &reason);
    if (it == NULL)
        return base_fail_errno(error, reason, "cannot open %s", path);
    while (opens[descriptor].inode != NULL)
        if (++descriptor == OPEN_COUNT_MAX)
            abort();
    it->reference_count++;
    opens[descriptor] = (open_file){it, false};
    *out_file = (platform_file){descriptor, checked(strdup(path))};
    return STEME_OK;
}

void platform_file_close(platform_file *file)
{
    if (file->descriptor >= 0) {
        open_file *it = &opens[file->descriptor];
        if (it->has_lock)
            it->inode->is_locked = false;
        inode_release(it->inode);
        *it = (open_file){0};
    }
    free(file->path);
    *file = PLATFORM_FILE_CLOSED;
}

steme_status platform_file_read(const platform_file *file, uint64_t offset, void *out_bytes,
                                size_t size, size_t *out_size, steme_error *error)
{
    const inode *it = inode_of(file);
    (void)error;
    uint64_t left = offset < it->size ? it->size - offset : 0;
    *out_size = size < left ? size : (size_t)left;
    memcpy(out_bytes, it->bytes + offset, *out_size);
    return STEME_OK;
}

steme_status platform_file_write(const platform_file *file, uint64_t offset, const void *bytes,
                                 size_t size, steme_error *error)
{
    inode *it = inode_of(file);
    disk *on = disk_of_file(file);
    size_t done = size;
    int reason = change_fault(on, true, false, &done);
    if (offset + done > FILE_SIZE_MAX)
        reason = EFBIG, done = 0;
    if (offset + done > it->size && is_full(on, offset + done - it->size))
        reason = ENOSPC, done /= 2;
    if (done > 0) {
        change_note(it, false, offset, done);
        bytes_write(it, offset, bytes, done);
    }
    return reason == 0 ? STEME_OK
                       : base_fail_errno(error, reason, "%s: cannot write at %llu", file->path,
                                         (unsigned long long)offset);
}

steme_status platform_file_sync(const platform_file *file, steme_error *error)
{
    int reason = change_fault(disk_of_file(file), false, true, NULL);
    if (reason != 0)
        return base_fail_errno(error, reason, "%s: cannot sync", file->path);
    changes_forget(inode_of(file));
    return STEME_OK;
}

steme_status platform_file_truncate(const platform_file *file, uint64_t size, steme_error *error)
{
    inode *it = inode_of(file);
    int reason = change_fault(disk_of_file(file), false, false, NULL);
    if (reason == 0 && size > FILE_SIZE_MAX)
        reason = EFBIG;
    if (reason != 0)
        return base_fail_errno(error, reason, "%s: cannot cut to %llu bytes", file->path,
                               (unsigned long long)size);
    change_note(it, true, size, 0);
    bytes_cut(it, size);
    return STEME_OK;
}

steme_status platform_file_size(const platform_file *file, uint64_t *out_size, steme_error *error)
{
    (void)error;
    *out_size = inode_of(file)->size;
    return STEME_OK;
}

steme_status platform_file_identity(const platform_file *file, uint64_t *out_device,
                                    uint64_t *out_inode, steme_error *error)
{
    (void)error;
    *out_device = inode_of(file)->disk + 1u;
    *out_inode = inode_of(file)->number;
    return STEME_OK;
}

steme_status platform_file_is_private(const platform_file *file, bool *out_is_private,
                                      steme_error *error)
{
    (void)error;
    *out_is_private = inode_of(file)->is_private;
    return STEME_OK;
}

steme_status platform_file_map(const platform_file *file, size_t size, steme_span *out_mapping,
                               steme_error *error)
{
    inode *it = inode_of(file);
    if (size > FILE_SIZE_MAX)
        return base_fail_errno(error, ENOMEM, "%s: cannot map %zu bytes", file->path, size);
    *out_mapping = (steme_span){size == 0 ? NULL : it->bytes, size};
    it->reference_count += size > 0;
    return STEME_OK;
}

void platform_unmap(steme_span mapping)
{
    inode *it;
    if (mapping.bytes == NULL)
        return;
    memcpy(&it, mapping.bytes - HEAD_SIZE, sizeof it);
    inode_release(it);
}

steme_status platform_directory_sync(const char *path, steme_error *error)
{
    disk *it = disk_of(path);
    if (strcmp(path, "/") == 0) /* what the disks themselves are in */
        return STEME_OK;
    int reason = sim_lacks_descriptor() ? EMFILE : change_fault(it, false, true, NULL);
    if (reason != 0)
        return base_fail_errno(error, reason, "cannot sync folder %s", path);
    names_copy(&it->synced, &it->names, path);
    return STEME_OK;
}

/* A disk itself is there for good. */
steme_status platform_directory_make(const char *path, steme_error *error)
{
    disk *it = disk_of(path);
    int reason =
        name_find(&it->names, path) != NULL ? EEXIST : change_fault(it, false, false, NULL);
    if (reason != 0)
        return base_fail_errno(error, reason, "cannot create folder %s", path);
    inode *made = inode_new((unsigned)(it - disks), true);
    name_put(&it->names, path, made);
    if (strchr(path + 1, '/') == NULL)
        name_put(&it->synced, path, made);
    return STEME_OK;
}

bool platform_path_exists(const char *path)
{
    return name_find(&disk_of(path)->names, path) != NULL;
}

steme_status platform_path_remove(const char *path, steme_error *error)
{
    disk *it = disk_of(path);
    name *found = name_find(&it->names, path);
    int reason = found == NULL ? ENOENT : change_fault(it, false, false, NULL);
    if (reason != 0)
        return base_fail_errno(error, reason, "cannot remove %s", path);
    name_remove(&it->names, found);
    return STEME_OK;
}

steme_status platform_path_rename(const char *from, const char *to, steme_error *error)
{
    disk *it = disk_of(to);
    name *found = name_find(&it->names, from);
    int reason = found == NULL ? ENOENT : change_fault(it, false, false, NULL);
    if (reason != 0)
        return base_fail_errno(error, reason, "cannot replace %s", to);
    name_put(&it->names, to, found->inode);
    name_remove(&it->names, name_find(&it->names, from));
    return STEME_OK;
}

steme_status platform_disk_space(const char *path, uint64_t *out_size, uint64_t *out_free_size,
                                 steme_error *error)
{
    const disk *it = disk_of(path);
    uint64_t used = disk_size(it), all = it->faults.size_max;
    (void)error;
    *out_size = all == 0 ? UINT64_C(1) << 40 : all;
    *out_free_size = *out_size > used ? *out_size - used : 0;
    return STEME_OK;
}

steme_status platform_directory_list(const char *path, platform_directory_visit visit,
                                     void *context, steme_error *error)
{
    disk *it = disk_of(path);
    int reason = sim_lacks_descriptor() ? EMFILE : 0;
    if (name_find(&it->names, path) == NULL)
        reason = ENOENT;
    if (reason != 0)
        return base_fail_errno(error, reason, "cannot list folder %s", path);
    steme_status status = STEME_OK;
    for (size_t i = it->names.count; status == STEME_OK && i-- > 0;) /* `visit` may remove it */
        if (is_in(it->names.names[i].path, path))
            status = visit(context, it->names.names[i].path + strlen(path) + 1, error);
    return status;
}

steme_status platform_file_lock(const platform_file *file, steme_error *error)
{
    open_file *it = &opens[file->descriptor];
    if (it->inode->is_locked)
        return base_fail(error, STEME_BUSY, "%s: held by another process", file->path);
    it->inode->is_locked = it->has_lock = true;
    return STEME_OK;
}
