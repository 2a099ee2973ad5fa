/* The worst that a loss of power may leave: of each file only what was synced, and of each folder
 * only the names that were there when it was synced. A shadow of the store is kept so, call by
 * call; at random moments it is opened, mostly with something behind the log's end, and all that
 * was acknowledged by then must be there.
 *
 * STEME_TEST_SEED replays a run. */
#include "platform/fault.h"
#include "support/folder.h"
#include "support/quick_record.h"
#include "support/set_check.h"

#include <pthread.h>

enum {
    BATCH_COUNT = 150,
    BATCH_COUNT_MAX = 60,
    RECORD_COUNT = BATCH_COUNT * BATCH_COUNT_MAX + 2,
    TAIL_RECORD_COUNT = 100,
    PATH_SIZE = 1024,
};

static struct {
    pthread_mutex_t lock; /* the store's threads call the hook at once */
    char store[PATH_SIZE];
    char synced[PATH_SIZE]; /* contents as of each file's last sync, by name with @ for / */
    char shadow[PATH_SIZE]; /* the store after a loss of power */
} world = {.lock = PTHREAD_MUTEX_INITIALIZER};

static void copy_file(const char *from, const char *to)
{
    size_t size;
    uint8_t *bytes = file_load(from, &size);
    file_save(to, bytes, size);
    free(bytes);
}

/* Where the synced contents of the file `name` of the store are. */
static const char *synced_path(const char *name)
{
    char flat[PATH_SIZE];
    snprintf(flat, sizeof flat, "%s", name);
    for (char *at = flat; *at != '\0'; at++)
        if (*at == '/')
            *at = '@';
    return folder_join(world.synced, flat);
}

static void publish_one(void *context, const char *path)
{
    const char *folder = context;
    char name[PATH_SIZE];
    snprintf(name, sizeof name, "%s", strrchr(path, '/') + 1);
    char *at = strchr(name, '@');
    int is_in_folder =
        at == NULL ? folder[0] == '\0'
                   : strncmp(name, folder, (size_t)(at - name)) == 0 && folder[at - name] == '\0';
    if (!is_in_folder)
        return;
    if (at != NULL)
        *at = '/';
    copy_file(path, folder_join(world.shadow, name));
}

static void see_sync(const char *path, const char *name)
{
    struct stat facts;
    assert_int_equal(stat(path, &facts), 0);
    if (S_ISDIR(facts.st_mode)) {
        (void)!mkdir(folder_join(world.shadow, name), 0755);
        folder_walk(world.synced, 0, publish_one, (void *)(uintptr_t)name);
        return;
    }
    copy_file(path, synced_path(name));
    if (file_exists(folder_join(world.shadow, name)))
        copy_file(path, folder_join(world.shadow, name));
}

static void see_rename(const char *name)
{
    char from[PATH_SIZE];
    snprintf(from, sizeof from, "%s.new", name);
    assert_int_equal(rename(synced_path(from), synced_path(name)), 0);
}

static int watch_call(platform_call call, const char *path, size_t *size)
{
    size_t root = strlen(world.store);
    (void)size;
    if ((call != PLATFORM_CALL_SYNC && call != PLATFORM_CALL_RENAME) ||
        strncmp(path, world.store, root) != 0 || (path[root] != '/' && path[root] != '\0'))
        return 0;
    const char *name = path[root] == '/' ? path + root + 1 : "";
    pthread_mutex_lock(&world.lock);
    if (call == PLATFORM_CALL_SYNC)
        see_sync(path, name);
    else
        see_rename(name);
    pthread_mutex_unlock(&world.lock);
    return 0;
}

/* ---- The test ----------------------------------------------------------------------------- */

static void append(steme_store *store, const quick_record *records, size_t count)
{
    steme_append items[BATCH_COUNT_MAX];
    steme_error error;
    for (size_t i = 0; i < count; i++)
        items[i] = (steme_append){.record = {records[i].bytes, records[i].size}};
    check_ok(steme_store_append_many(store, items, count, 1, &error), &error);
    for (size_t i = 0; i < count; i++)
        assert_int_equal(items[i].status, STEME_OK);
}

/* What was written behind the last sync may be there too, or blocks that were never written. */
static void add_unsynced(const char *copy, uint64_t *random, int is_zero)
{
    uint8_t bytes[5000] = {0};
    size_t size = 1 + test_random(random) % sizeof bytes;
    for (size_t i = 0; !is_zero && i < size; i++)
        bytes[i] = (uint8_t)test_random(random);
    FILE *file = fopen(folder_join(copy, "log/00000001.log"), "ab");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, size, file), size);
    assert_int_equal(fclose(file), 0);
}

/* Opens a copy of the shadow: all `count` records are there, and stay there behind what is appended
 * to it. */
static void check_shadow(const char *copy, const quick_record *records, size_t count,
                         uint64_t *random)
{
    steme_error error;
    steme_store *store;
    steme_store_options options = {.tail_record_count = TAIL_RECORD_COUNT};
    int is_garbage = test_random(random) % 3 == 0;
    pthread_mutex_lock(&world.lock);
    folder_copy(world.shadow, copy);
    pthread_mutex_unlock(&world.lock);
    if (is_garbage || test_random(random) % 2 == 0)
        add_unsynced(copy, random, !is_garbage);
    for (int round = 0; round < 2; round++) {
        id_set ids = {0};
        check_ok(steme_store_open(copy, &options, &store, &error), &error);
        for (size_t i = 0; i < count; i++)
            check_readable(store, &records[i].id, 1);
        check_root(store, &ids);
        assert_true(ids.count >= count);
        if (!is_garbage && test_random(random) % 8 == 0)
            check_verify(store); /* garbage is a hole, and rightly a fault */
        append(store, records + count, 1);
        count++;
        steme_store_close(store);
        id_set_free(&ids);
    }
    folder_remove(copy);
}

static void a_loss_of_power_takes_nothing_acknowledged(void **state)
{
    test_folder folder;
    steme_error error;
    steme_store *store;
    steme_store_options options = {.tail_record_count = TAIL_RECORD_COUNT};
    char copy[PATH_SIZE];
    uint64_t random = test_seed(77);
    size_t at = 0;
    (void)state;
    folder_make(&folder);
    snprintf(world.store, sizeof world.store, "%s", folder_join(folder.path, "store"));
    snprintf(world.synced, sizeof world.synced, "%s", folder_join(folder.path, "synced"));
    snprintf(world.shadow, sizeof world.shadow, "%s", folder_join(folder.path, "shadow"));
    snprintf(copy, sizeof copy, "%s", folder_join(folder.path, "copy"));
    assert_int_equal(mkdir(world.synced, 0755), 0);
    assert_int_equal(mkdir(world.shadow, 0755), 0);
    check_ok(steme_init(&error), &error);
    quick_record *records = quick_records_make(0, RECORD_COUNT);
    platform_fault_set(watch_call);
    check_ok(steme_store_create(world.store, &error), &error);
    check_ok(steme_store_open(world.store, &options, &store, &error), &error);
    for (unsigned batch = 0; batch < BATCH_COUNT; batch++) {
        size_t count = 1 + test_random(&random) % BATCH_COUNT_MAX;
        append(store, records + at, count);
        at += count;
        if (test_random(&random) % 4 == 0)
            check_shadow(copy, records, at, &random);
        if (test_random(&random) % 20 == 0) {
            steme_store_close(store);
            check_shadow(copy, records, at, &random);
            check_ok(steme_store_open(world.store, &options, &store, &error), &error);
        }
    }
    steme_store_close(store);
    check_shadow(copy, records, at, &random);
    platform_fault_set(NULL);
    quick_records_free(records, RECORD_COUNT);
    folder_remove(folder.path);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(a_loss_of_power_takes_nothing_acknowledged),
};

TEST_MAIN(tests)
