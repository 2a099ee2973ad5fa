/* Many threads at one store: some append records that speak of one another, while others ask what
 * became of them, each on snapshots of its own. What a snapshot says stays; and in the end all
 * answers are those of a store that has just been given the same records.
 *
 * STEME_TEST_SEED replays a run's records. */
#include "support/answer_text.h"
#include "support/lifecycle_world.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>

enum {
    WORLD_COUNT = 24, /* of LIFE_RECORD_MAX records, about the same names by the same keys */
    RECORD_COUNT = WORLD_COUNT * LIFE_RECORD_MAX,
    WRITER_COUNT = 3,
    READER_COUNT = 3,
    BATCH_COUNT = 3,
    RECORDS_PER_QUESTION = 16,
    RESET_COUNT = 40, /* questions after which a reader begins with other records */
};

#define EVALUATED_AT_NS (CLAIMS_TIME_NS + UINT64_C(3600) * CLAIMS_SECOND_NS)

static const life_flavour flavour = {{0, 6, 4, 4, 2, 2, 2, 1, 2, 1}};

typedef struct scene {
    life_world worlds[WORLD_COUNT];
    const life_record *records[RECORD_COUNT]; /* shuffled */
    claims_store place;
    atomic_int next;
    atomic_int writing_count;
    atomic_int asked_count;
} scene;

/* What fails in a thread ends the program: cmocka's asserts are the main thread's. */
static void must(steme_status status, const steme_error *error)
{
    if (status != STEME_OK) {
        fprintf(stderr, "%s: %s\n", steme_status_text(status), error->message);
        abort();
    }
}

/* ---- All that there is to ask ------------------------------------------------------------- */

static void print_answers(FILE *file, steme_query *query)
{
    const steme_answer *answer;
    steme_error error;
    do {
        must(steme_query_next_answer(query, &answer, &error), &error);
        answer_text_print(file, answer);
    } while (answer != NULL);
    steme_query_close(query);
}

static void print_lens(FILE *file, steme_snapshot *snapshot, steme_lens lens)
{
    steme_query_options options = {
        .lens = lens, .follows_aliases = (int)lens % 2, .evaluated_at_ns = EVALUATED_AT_NS};
    steme_query *query;
    steme_error error;
    must(steme_query_open(snapshot, &options, &query, &error), &error);
    fprintf(file, "\nlens %d\n", (int)lens);
    print_answers(file, query);
}

static void print_conflicts(FILE *file, steme_snapshot *snapshot)
{
    steme_conflict_options options = {.evaluated_at_ns = EVALUATED_AT_NS};
    steme_conflict_summary summary;
    steme_query *query;
    steme_error error;
    must(steme_conflicts_open(snapshot, &options, &summary, &query, &error), &error);
    fprintf(file, "\nconflicts %" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64 "\n",
            summary.subject_count, summary.pair_count, summary.shared_count,
            summary.disputed_count);
    print_answers(file, query);
}

static steme_status print_link(void *context, const steme_chain_link *link, steme_error *error)
{
    (void)error;
    fprintf(context, "link %d %d %d ", (int)link->kind, link->is_pick, (int)link->void_reason);
    answer_text_id(context, &link->record);
    return STEME_OK;
}

static steme_status print_epoch(void *context, const steme_epoch_report *epoch, steme_error *error)
{
    (void)error;
    fprintf(context, "epoch %d ", epoch->is_in_force);
    answer_text_id(context, &epoch->id);
    return STEME_OK;
}

static steme_status print_alias(void *context, const steme_alias_report *alias, steme_error *error)
{
    (void)error;
    fprintf(context, "alias %d ", alias->is_followed);
    answer_text_id(context, &alias->record->id);
    return STEME_OK;
}

static steme_status print_name(void *context, steme_span name, uint32_t distance,
                               steme_error *error)
{
    (void)error;
    fprintf(context, "name %" PRIu32 " %.*s\n", distance, (int)name.size, (const char *)name.bytes);
    return STEME_OK;
}

static void print_record(FILE *file, steme_lifecycle *lifecycle, const steme_id *id)
{
    steme_standing_report report;
    steme_stage_now stage;
    steme_tally tally;
    steme_error error;
    must(steme_lifecycle_standing(lifecycle, id, &report, &error), &error);
    must(steme_lifecycle_stage(lifecycle, id, NULL, NULL, &stage, &error), &error);
    must(steme_lifecycle_votes(lifecycle, id, NULL, NULL, &tally, &error), &error);
    fprintf(file, "%s %d %" PRIu64 " %d %" PRId64 " %" PRIu64 " ",
            steme_standing_name(report.standing), report.is_fork, report.link_count, (int)stage,
            tally.sum_millionths, tally.for_count);
    answer_text_id(file, report.has_head ? &report.head : id);
    must(steme_lifecycle_chain(lifecycle, id, print_link, file, &error), &error);
}

static void print_lifecycle(FILE *file, steme_snapshot *snapshot, const life_record *const *records,
                            int count)
{
    steme_lifecycle_options options = {.evaluated_at_ns = EVALUATED_AT_NS};
    steme_lifecycle *lifecycle;
    steme_error error;
    must(steme_lifecycle_open(snapshot, &options, &lifecycle, &error), &error);
    for (int i = 0; i < count; i++)
        print_record(file, lifecycle, &records[i]->id);
    must(steme_lifecycle_epochs(lifecycle, print_epoch, file, &error), &error);
    must(steme_lifecycle_aliases(lifecycle, (steme_span){NULL, 0}, print_alias, file, &error),
         &error);
    for (int i = 0; i < LIFE_NAME_COUNT; i++)
        must(steme_lifecycle_names(lifecycle, claims_text(life_names[i]), print_name, file, &error),
             &error);
    steme_lifecycle_close(lifecycle);
}

/* What a snapshot says by one lens, and of some records. */
static char *text_by(steme_snapshot *snapshot, steme_lens lens, const life_record *const *records,
                     int count)
{
    char *text = NULL;
    size_t size = 0;
    FILE *file = open_memstream(&text, &size);
    if (file == NULL)
        abort();
    print_lens(file, snapshot, lens);
    print_conflicts(file, snapshot);
    print_lifecycle(file, snapshot, records, count);
    if (fclose(file) != 0)
        abort();
    return text;
}

/* ---- Threads ------------------------------------------------------------------------------ */

static void *write_records(void *context)
{
    scene *self = context;
    for (;;) {
        steme_append items[BATCH_COUNT] = {0};
        steme_error error;
        int count = 0;
        int first = atomic_fetch_add(&self->next, BATCH_COUNT);
        for (; count < BATCH_COUNT && first + count < RECORD_COUNT; count++)
            items[count].record = (steme_span){self->records[first + count]->bytes,
                                               self->records[first + count]->size};
        if (count == 0)
            break;
        while (atomic_load(&self->asked_count) < first / RECORDS_PER_QUESTION)
            sched_yield(); /* so that questions are asked all along the way */
        must(steme_store_append_many(self->place.store, items, (size_t)count, 1, &error), &error);
    }
    atomic_fetch_sub(&self->writing_count, 1);
    return NULL;
}

static void *ask_questions(void *context)
{
    scene *self = context;
    int is_last;
    do {
        steme_snapshot *snapshot;
        steme_error error;
        is_last = atomic_load(&self->writing_count) == 0;
        int number = atomic_fetch_add(&self->asked_count, 1);
        steme_lens lens = (steme_lens)(1 + number % (STEME_LENS_COUNT - 1));
        const life_record *const *records = &self->records[number * RESET_COUNT % RECORD_COUNT];
        int count = RECORD_COUNT - number * RESET_COUNT % RECORD_COUNT;
        count = count < RESET_COUNT ? count : RESET_COUNT;
        must(steme_snapshot_open(self->place.store, &snapshot, &error), &error);
        char *once = text_by(snapshot, lens, records, count);
        char *again = text_by(snapshot, lens, records, count);
        if (strcmp(once, again) != 0) {
            fprintf(stderr, "a snapshot said first\n%s\nand then\n%s\n", once, again);
            abort();
        }
        free(once);
        free(again);
        steme_snapshot_close(snapshot);
    } while (!is_last);
    return NULL;
}

static void make_records(scene *self, uint64_t seed)
{
    uint64_t random = seed;
    for (int i = 0; i < WORLD_COUNT; i++) {
        life_world_make(&self->worlds[i], &flavour, LIFE_RECORD_MAX, seed + (uint64_t)i * 7919);
        for (int j = 0; j < LIFE_RECORD_MAX; j++)
            self->records[i * LIFE_RECORD_MAX + j] = &self->worlds[i].records[j];
    }
    for (int i = RECORD_COUNT - 1; i > 0; i--) {
        uint64_t other = test_random(&random) % (uint64_t)(i + 1);
        const life_record *kept = self->records[i];
        self->records[i] = self->records[other];
        self->records[other] = kept;
    }
}

static void run_threads(scene *self)
{
    pthread_t threads[WRITER_COUNT + READER_COUNT];
    atomic_store(&self->writing_count, WRITER_COUNT);
    for (int i = 0; i < WRITER_COUNT + READER_COUNT; i++)
        assert_int_equal(pthread_create(&threads[i], NULL,
                                        i < WRITER_COUNT ? write_records : ask_questions, self),
                         0);
    for (int i = 0; i < WRITER_COUNT + READER_COUNT; i++)
        assert_int_equal(pthread_join(threads[i], NULL), 0);
}

/* Of all lenses and all records. */
static char *whole_text(const scene *self, steme_store *store)
{
    char *text = NULL;
    size_t size = 0;
    steme_snapshot *snapshot;
    steme_error error;
    FILE *file = open_memstream(&text, &size);
    assert_non_null(file);
    must(steme_snapshot_open(store, &snapshot, &error), &error);
    for (int lens = 1; lens < STEME_LENS_COUNT; lens++)
        print_lens(file, snapshot, (steme_lens)lens);
    print_conflicts(file, snapshot);
    print_lifecycle(file, snapshot, self->records, RECORD_COUNT);
    steme_snapshot_close(snapshot);
    assert_int_equal(fclose(file), 0);
    return text;
}

static void what_many_threads_wrote_and_asked_is_what_a_fold_from_scratch_gives(void **state)
{
    static scene self;
    claims_store fresh;
    uint64_t seed = test_seed(1);
    (void)state;
    print_message("STEME_TEST_SEED=%llu\n", (unsigned long long)seed);
    make_records(&self, seed);
    claims_open(&self.place);
    run_threads(&self);
    claims_open(&fresh);
    for (int i = 0; i < WORLD_COUNT; i++)
        for (int j = 0; j < LIFE_RECORD_MAX; j++) {
            const life_record *record = &self.worlds[i].records[j];
            steme_error error;
            must(steme_store_append(fresh.store, (steme_span){record->bytes, record->size}, NULL,
                                    &error),
                 &error);
        }
    char *got = whole_text(&self, self.place.store);
    char *want = whole_text(&self, fresh.store);
    assert_string_equal(got, want);
    assert_non_null(strstr(got, "superseded"));
    free(got);
    free(want);
    claims_close(&fresh);
    claims_close(&self.place);
    for (int i = 0; i < WORLD_COUNT; i++)
        life_world_free(&self.worlds[i]);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(what_many_threads_wrote_and_asked_is_what_a_fold_from_scratch_gives),
};

TEST_MAIN(tests)
