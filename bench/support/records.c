#include "support/records.h"
#include "support/measure.h"

#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    SUBJECT_COUNT = 100000,
    PREDICATE_COUNT = 50,
    SOURCE_COUNT = 1000,
    KEY_COUNT = 16,
    PART_RECORD_COUNT = 2048, /* made by one thread at a time */
    TEXT_DIGIT_COUNT = 112,   /* random hex digits in each value: records do not compress */
};

static const uint64_t FIRST_STAMP_NS = UINT64_C(1704067200000000000); /* 2024-01-01 */
static const uint64_t YEAR_NS = UINT64_C(31536000000000000);

typedef struct record_maker {
    steme_key keys[KEY_COUNT];
    double subjects[SUBJECT_COUNT]; /* cumulative, 0 to 1 */
    double predicates[PREDICATE_COUNT];
    uint64_t count;
    int file;
    _Atomic uint64_t next;
} record_maker;

/* ---- Zipf's law --------------------------------------------------------------------------- */

static void zipf_init(double *cumulative, size_t count)
{
    double sum = 0;
    for (size_t i = 0; i < count; i++) {
        sum += 1.0 / (double)(i + 1);
        cumulative[i] = sum;
    }
    for (size_t i = 0; i < count; i++)
        cumulative[i] /= sum;
}

static size_t zipf_draw(const double *cumulative, size_t count, uint64_t random)
{
    double at = (double)(random >> 11) * 0x1p-53;
    size_t low = 0;
    for (size_t high = count - 1; low < high;) {
        size_t middle = (low + high) / 2;
        if (cumulative[middle] < at)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* ---- Making ------------------------------------------------------------------------------- */

static steme_span text_span(const char *text)
{
    return (steme_span){(const uint8_t *)text, strlen(text)};
}

static size_t text_make(char *out_text, size_t size, uint64_t number)
{
    size_t at = 0;
    while (at < TEXT_DIGIT_COUNT)
        at += (size_t)snprintf(out_text + at, size - at, "%016llx",
                               (unsigned long long)bench_random(number * 64 + 32 + at / 16));
    return at;
}

static void slot_make(const record_maker *maker, uint64_t number, uint8_t *scratch, uint8_t *slot)
{
    char subject[64];
    char predicate[64];
    char text[TEXT_DIGIT_COUNT + 32];
    const uint64_t *draws = (uint64_t[]){bench_random(number * 64), bench_random(number * 64 + 1),
                                         bench_random(number * 64 + 2)};
    size_t s = zipf_draw(maker->subjects, SUBJECT_COUNT, draws[0]);
    size_t p = zipf_draw(maker->predicates, PREDICATE_COUNT, draws[1]);
    snprintf(subject, sizeof subject, "registry/entity/%05zu", s);
    snprintf(predicate, sizeof predicate, "property-%02zu", p);
    uint64_t source_number = draws[2] % SOURCE_COUNT;
    steme_id source = steme_hash(&source_number, sizeof source_number);
    steme_statement statement = {
        .type = STEME_ASSERTION,
        .stamp = {.time_ns = FIRST_STAMP_NS + number * 1000, .node = "bench"},
        .claim_time_ns = (int64_t)(FIRST_STAMP_NS - bench_random(number * 64 + 3) % YEAR_NS),
    };
    statement.as.assertion = (steme_assertion){
        .subject = text_span(subject),
        .predicate = text_span(predicate),
        .value = {.kind = STEME_VALUE_TEXT,
                  .text = {(const uint8_t *)text, text_make(text, sizeof text, number)}},
        .confidence_millionths = 900000,
        .source_class = STEME_CLASS_EXPERT,
        .source = {.first = source.bytes, .count = 1, .stride = STEME_ID_SIZE},
    };
    steme_record record;
    steme_error error;
    const steme_key *key = &maker->keys[(draws[2] >> 32) % KEY_COUNT];
    bench_check(steme_record_sign(&statement, key, 1, scratch, &record, &error), "sign", &error);
    if (record.bytes.size > BENCH_RECORD_SLOT_SIZE - 2)
        bench_die("a record is too large for its slot", NULL);
    slot[0] = (uint8_t)(record.bytes.size >> 8);
    slot[1] = (uint8_t)record.bytes.size;
    memcpy(slot + 2, record.bytes.bytes, record.bytes.size);
}

static void make_parts(void *context, uint32_t thread)
{
    record_maker *maker = context;
    uint8_t *scratch = bench_alloc(1, STEME_RECORD_SIZE_MAX);
    uint8_t *slots = bench_alloc(PART_RECORD_COUNT, BENCH_RECORD_SLOT_SIZE);
    uint64_t first;
    (void)thread;
    while ((first = atomic_fetch_add(&maker->next, PART_RECORD_COUNT)) < maker->count) {
        uint64_t left = maker->count - first;
        size_t count = left < PART_RECORD_COUNT ? (size_t)left : PART_RECORD_COUNT;
        for (size_t i = 0; i < count; i++)
            slot_make(maker, first + i, scratch, slots + i * BENCH_RECORD_SLOT_SIZE);
        size_t size = count * BENCH_RECORD_SLOT_SIZE;
        if (pwrite(maker->file, slots, size, (off_t)(first * BENCH_RECORD_SLOT_SIZE)) !=
            (ssize_t)size)
            bench_die("cannot write the records (disk full?)", NULL);
    }
    free(slots);
    free(scratch);
}

void bench_records_make(const char *path, uint64_t count, uint32_t thread_count)
{
    record_maker *maker = bench_alloc(1, sizeof *maker);
    maker->count = count;
    zipf_init(maker->subjects, SUBJECT_COUNT);
    zipf_init(maker->predicates, PREDICATE_COUNT);
    for (int i = 0; i < KEY_COUNT; i++) {
        uint8_t seed[32] = {'b', 'e', 'n', 'c', 'h', (uint8_t)i};
        steme_key_from_seed(seed, &maker->keys[i]);
    }
    maker->file = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if (maker->file < 0)
        bench_die("cannot make the file of records", NULL);
    bench_threads_run(thread_count, make_parts, maker);
    /* Else its writing back would be paid by what is measured next. */
    if (fsync(maker->file) != 0)
        bench_die("cannot write the records", NULL);
    close(maker->file);
    free(maker);
}

/* ---- Reading ------------------------------------------------------------------------------ */

void bench_records_open(bench_records *records, const char *path)
{
    struct stat status;
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0 || fstat(file, &status) != 0 || status.st_size == 0)
        bench_die("cannot read the file of records", NULL);
    void *slots = mmap(NULL, (size_t)status.st_size, PROT_READ, MAP_SHARED, file, 0);
    if (slots == MAP_FAILED)
        bench_die("cannot map the file of records", NULL);
    close(file);
    records->slots = slots;
    records->count = (uint64_t)status.st_size / BENCH_RECORD_SLOT_SIZE;
}

void bench_records_close(bench_records *records)
{
    munmap((void *)(uintptr_t)records->slots, records->count * BENCH_RECORD_SLOT_SIZE);
}

steme_span bench_records_get(const bench_records *records, uint64_t number)
{
    if (number >= records->count)
        bench_die("not so many records in the file", NULL);
    const uint8_t *slot = records->slots + number * BENCH_RECORD_SLOT_SIZE;
    return (steme_span){slot + 2, (size_t)slot[0] << 8 | slot[1]};
}

steme_record bench_records_parse(const bench_records *records, uint64_t number)
{
    steme_record record;
    steme_error error;
    bench_check(steme_record_parse(bench_records_get(records, number), &record, &error), "parse",
                &error);
    return record;
}
