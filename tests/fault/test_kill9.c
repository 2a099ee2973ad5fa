/* A process that appends on several threads is killed at random moments, again and again, over one
 * growing store. What it said was acknowledged is there each time, and nothing is at odds.
 *
 * STEME_KILL_COUNT: how often (15); STEME_TEST_SEED: when. */
#include "support/folder.h"
#include "support/process.h"
#include "support/quick_record.h"
#include "support/set_check.h"

#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <time.h>

enum {
    KILL_COUNT = 15,
    THREAD_COUNT = 4,
    BATCH_COUNT_MAX = 150,
    ROUND_NUMBER_COUNT = 1000000, /* record numbers of one round */
    TAIL_RECORD_COUNT = 500,      /* so that seals, flushes and merges happen all the time */
};

/* ---- The writer: another process ---------------------------------------------------------- */

typedef struct append_writer {
    steme_store *store;
    uint64_t first; /* number of this round's first record */
    atomic_ullong next;
    pthread_mutex_t output;
} append_writer;

static void writer_die(const char *what)
{
    fprintf(stderr, "kill9 writer: %s\n", what);
    _exit(1);
}

static void writer_tell(append_writer *writer, const steme_append *items, size_t count)
{
    steme_id ids[BATCH_COUNT_MAX];
    size_t size = count * sizeof ids[0];
    for (size_t i = 0; i < count; i++)
        ids[i] = items[i].id;
    pthread_mutex_lock(&writer->output);
    for (size_t done = 0; done < size;) {
        ssize_t put = write(STDOUT_FILENO, (const uint8_t *)ids + done, size - done);
        if (put <= 0)
            _exit(0);
        done += (size_t)put;
    }
    pthread_mutex_unlock(&writer->output);
}

/* One batch: new records, and now and then some of the round before, acknowledged or not. */
static void writer_append(append_writer *writer, uint64_t *random)
{
    quick_record records[BATCH_COUNT_MAX];
    steme_append items[BATCH_COUNT_MAX];
    steme_error error;
    size_t count = 1 + test_random(random) % BATCH_COUNT_MAX;
    uint64_t number = atomic_fetch_add(&writer->next, count);
    if (writer->first >= ROUND_NUMBER_COUNT && test_random(random) % 8 == 0)
        number -= ROUND_NUMBER_COUNT;
    for (size_t i = 0; i < count; i++) {
        quick_record_make(number + i, &records[i]);
        items[i] = (steme_append){.record = {records[i].bytes, records[i].size}};
    }
    if (steme_store_append_many(writer->store, items, count, 1, &error) != STEME_OK)
        writer_die(error.message);
    for (size_t i = 0; i < count; i++)
        if (items[i].status != STEME_OK)
            writer_die(steme_status_text(items[i].status));
    writer_tell(writer, items, count);
    for (size_t i = 0; i < count; i++)
        free(records[i].bytes);
}

static void *writer_thread(void *context)
{
    append_writer *writer = context;
    uint64_t random = writer->first + (uint64_t)(uintptr_t)&random;
    for (;;)
        writer_append(writer, &random);
    return NULL;
}

/* append FOLDER FIRST-NUMBER */
static int run_writer(int argument_count, char **arguments)
{
    append_writer writer = {.first = strtoull(arguments[2], NULL, 10)};
    steme_store_options options = {.tail_record_count = TAIL_RECORD_COUNT};
    steme_error error;
    pthread_t threads[THREAD_COUNT];
    (void)argument_count;
    if (steme_store_open(arguments[1], &options, &writer.store, &error) != STEME_OK)
        writer_die(error.message);
    atomic_init(&writer.next, writer.first);
    pthread_mutex_init(&writer.output, NULL);
    for (int i = 0; i < THREAD_COUNT; i++)
        if (pthread_create(&threads[i], NULL, writer_thread, &writer) != 0)
            writer_die("no thread");
    pthread_join(threads[0], NULL);
    return 0;
}

/* ---- The one who kills -------------------------------------------------------------------- */

static uint64_t now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

typedef struct ack_reader {
    id_set *acknowledged;
    uint8_t part[sizeof(steme_id)]; /* of an id that came in pieces */
    size_t part_size;
} ack_reader;

/* Takes in what the pipe has; false at its end. */
static int read_acks(ack_reader *reader, int descriptor)
{
    uint8_t bytes[65536];
    ssize_t size = read(descriptor, bytes, sizeof bytes);
    for (ssize_t i = 0; i < size; i++) {
        reader->part[reader->part_size++] = bytes[i];
        if (reader->part_size < sizeof reader->part)
            continue;
        id_set_add(reader->acknowledged, (const steme_id *)(const void *)reader->part);
        reader->part_size = 0;
    }
    return size > 0;
}

/* Lets a writer run, and kills it: mostly some time after its first acknowledgement, else while
 * it is still opening the store. */
static void run_and_kill(const char *directory, uint64_t round, uint64_t *random,
                         id_set *acknowledged)
{
    char first[32];
    test_process process;
    ack_reader reader = {.acknowledged = acknowledged};
    size_t before = acknowledged->count;
    int is_early = test_random(random) % 4 == 0;
    uint64_t delay_ms = test_random(random) % (is_early ? 25 : 120);
    snprintf(first, sizeof first, "%llu", (unsigned long long)(round * ROUND_NUMBER_COUNT));
    process_start(&process, (const char *[]){"append", directory, first, NULL});
    uint64_t kill_at = now_ms() + (is_early ? delay_ms : 60000);
    for (uint64_t now; (now = now_ms()) < kill_at;) {
        struct pollfd ready = {.fd = process.output, .events = POLLIN};
        if (poll(&ready, 1, (int)(kill_at - now)) == 1 && !read_acks(&reader, process.output))
            break;
        if (!is_early && acknowledged->count > before && kill_at > now + delay_ms) {
            kill_at = now + delay_ms;
            before = SIZE_MAX;
        }
    }
    assert_int_equal(kill(process.id, SIGKILL), 0);
    while (read_acks(&reader, process.output))
        continue;
    int status = process_end(&process);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
}

static void check_after_kill(const char *directory, const id_set *acknowledged, size_t new_from,
                             int is_thorough)
{
    steme_error error;
    steme_store *store;
    steme_store_options reading = {.is_read_only = 1};
    steme_store_options writing = {.tail_record_count = TAIL_RECORD_COUNT};
    id_set ids = {0};
    check_ok(steme_store_open(directory, &reading, &store, &error), &error);
    check_readable(store, acknowledged->ids + new_from, acknowledged->count - new_from);
    steme_store_close(store);
    check_ok(steme_store_open(directory, &writing, &store, &error), &error);
    assert_null(steme_store_notice(store));
    check_readable(store, acknowledged->ids, acknowledged->count);
    check_root(store, &ids);
    if (is_thorough)
        check_verify(store);
    steme_store_close(store);
    id_set_free(&ids);
}

static void a_killed_writer_loses_nothing_acknowledged(void **state)
{
    const char *text = getenv("STEME_KILL_COUNT");
    uint64_t kill_count = text != NULL ? strtoull(text, NULL, 10) : KILL_COUNT;
    uint64_t random = test_seed((uint64_t)time(NULL));
    test_folder folder;
    id_set acknowledged = {0};
    steme_error error;
    (void)state;
    print_message("seed %llu, %llu kills\n", (unsigned long long)random,
                  (unsigned long long)kill_count);
    folder_make(&folder);
    const char *directory = folder_join(folder.path, "store");
    char path[FOLDER_PATH_SIZE + 256];
    snprintf(path, sizeof path, "%s", directory);
    check_ok(steme_store_create(path, &error), &error);
    for (uint64_t round = 0; round < kill_count; round++) {
        size_t new_from = acknowledged.count;
        run_and_kill(path, round, &random, &acknowledged);
        int is_thorough = round + 1 == kill_count || round % (kill_count / 8 + 3) == 2;
        check_after_kill(path, &acknowledged, new_from, is_thorough);
    }
    print_message("%zu acknowledgements\n", acknowledged.count);
    id_set_free(&acknowledged);
    folder_remove(folder.path);
}

static const process_role_entry roles[] = {{"append", run_writer}};
static const struct CMUnitTest tests[] = {
    cmocka_unit_test(a_killed_writer_loses_nothing_acknowledged),
};

TEST_MAIN_WITH_ROLES(tests, roles)
