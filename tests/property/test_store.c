/* Random histories: records in any order and batching, through reopening, rebuilding and tails of
 * any size, each played on two stores. Set and root are a function of the set of records alone, and
 * rows of nothing else but their order of arrival.
 *
 * STEME_TEST_SEED replays one; STEME_HISTORY_COUNT: how many (12). */
#include "support/answers.h"
#include "support/folder.h"

enum { HISTORY_COUNT = 12, RECORD_COUNT_MAX = 900 };

typedef struct store_history {
    uint64_t random;
    const quick_record *records;
    size_t *order; /* a permutation */
    size_t count;
    char path[FOLDER_PATH_SIZE + 256];
    steme_store *store;
} store_history;

static uint64_t below(store_history *history, uint64_t limit)
{
    return test_random(&history->random) % limit;
}

static void reopen(store_history *history)
{
    static const uint32_t tails[] = {1, 7, 60, 500, 0};
    steme_error error;
    steme_store_options options = {.tail_record_count = tails[below(history, 5)],
                                   .verify_thread_count = (uint32_t)below(history, 4)};
    steme_store_close(history->store);
    check_ok(steme_store_open(history->path, &options, &history->store, &error), &error);
}

static void append_some(store_history *history, size_t at, size_t count)
{
    steme_error error;
    steme_append *items = calloc(count + 1, sizeof *items);
    assert_non_null(items);
    for (size_t i = 0; i < count; i++) {
        const quick_record *record = &history->records[history->order[at + i]];
        items[i].record = (steme_span){record->bytes, record->size};
    }
    int is_verified = (int)below(history, 2);
    check_ok(steme_store_append_many(history->store, items, count, is_verified, &error), &error);
    for (size_t i = 0; i < count; i++)
        assert_int_equal(items[i].status, STEME_OK);
    free(items);
}

/* The set so far is that of the first `count` in the order. */
static void check_prefix(store_history *history, size_t count)
{
    id_set expected = {0};
    id_set ids = {0};
    for (size_t i = 0; i < count; i++)
        id_set_add(&expected, &history->records[history->order[i]].id);
    id_set_sort(&expected);
    check_root(history->store, &ids);
    assert_int_equal(ids.count, expected.count);
    if (ids.count > 0)
        assert_memory_equal(ids.ids, expected.ids, ids.count * sizeof(steme_id));
    id_set_free(&ids);
    id_set_free(&expected);
}

static void shuffle(store_history *history)
{
    for (size_t i = 0; i < history->count; i++)
        history->order[i] = i;
    for (size_t i = history->count; i > 1; i--) {
        size_t other = below(history, i);
        size_t held = history->order[i - 1];
        history->order[i - 1] = history->order[other];
        history->order[other] = held;
    }
}

/* Something that must change nothing. */
static void disturb(store_history *history, size_t at)
{
    steme_error error;
    answers before;
    answers after;
    switch (below(history, 8)) {
    case 0:
        reopen(history);
        break;
    case 1:
        answers_take(history->store, &before);
        check_ok(steme_store_rebuild(history->store, NULL, NULL, &error), &error);
        answers_take(history->store, &after);
        assert_int_equal(before.count, after.count);
        assert_memory_equal(&before.root, &after.root, sizeof before.root);
        break;
    case 2:
        if (at > 0)
            append_some(history, below(history, at), 1); /* once more */
        break;
    case 3:
        check_prefix(history, at);
        break;
    default:
        break;
    }
}

static steme_id play(store_history *history, const char *path)
{
    steme_error error;
    answers end;
    size_t at = 0;
    snprintf(history->path, sizeof history->path, "%s", path);
    history->store = NULL;
    shuffle(history);
    check_ok(steme_store_create(history->path, &error), &error);
    reopen(history);
    while (at < history->count) {
        size_t count = below(history, 3) == 0 ? 1 : 1 + below(history, 120);
        if (count > history->count - at)
            count = history->count - at;
        append_some(history, at, count);
        at += count;
        disturb(history, at);
    }
    check_prefix(history, at);
    check_verify(history->store);
    answers_take(history->store, &end);
    steme_store_close(history->store);
    return end.root;
}

static void set_and_root_depend_on_the_records_alone(void **state)
{
    const char *text = getenv("STEME_HISTORY_COUNT");
    uint64_t history_count = text != NULL ? strtoull(text, NULL, 10) : HISTORY_COUNT;
    uint64_t seed = test_seed(20260101);
    steme_error error;
    (void)state;
    check_ok(steme_init(&error), &error);
    for (uint64_t i = 0; i < history_count; i++, seed++) {
        test_folder folder;
        store_history history = {.random = seed * UINT64_C(0x9e3779b97f4a7c15) | 1};
        print_message("seed %llu\n", (unsigned long long)seed);
        folder_make(&folder);
        history.count = 1 + below(&history, RECORD_COUNT_MAX);
        quick_record *records = quick_records_make(below(&history, 1000), history.count);
        history.records = records;
        history.order = malloc(history.count * sizeof *history.order);
        assert_non_null(history.order);
        steme_id first = play(&history, folder_join(folder.path, "first"));
        steme_id second = play(&history, folder_join(folder.path, "second"));
        assert_memory_equal(&first, &second, sizeof first);
        free(history.order);
        quick_records_free(records, history.count);
        folder_remove(folder.path);
    }
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(set_and_root_depend_on_the_records_alone),
};

TEST_MAIN(tests)
