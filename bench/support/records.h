/* records.h -- signed records to measure with: made once into a file, then read from its mapping,
 * so that a run of any length needs no memory of its own, and nothing but the measured work runs
 * while time is taken.
 *
 * Assertions of about 350 bytes whole: 100,000 subjects and 50 predicates by Zipf's law, 16 agents,
 * 1,000 sources, stamps that ascend by a microsecond, claim times over the year before. Record
 * `number` is the same in every run. The file is slots of one size, each a 16-bit size and a
 * record.
 *
 * Threads: a set may be read by any thread once it is open. */
#ifndef BENCH_RECORDS_H
#define BENCH_RECORDS_H

#include <steme/record.h>

#define BENCH_RECORD_SLOT_SIZE 384

typedef struct bench_records {
    const uint8_t *slots;
    uint64_t count;
} bench_records;

/* Signs `count` records on `thread_count` threads into a new file. */
void bench_records_make(const char *path, uint64_t count, uint32_t thread_count);
void bench_records_open(bench_records *records, const char *path);
void bench_records_close(bench_records *records);

/* Record `number`, valid until the set is closed. */
steme_span bench_records_get(const bench_records *records, uint64_t number);
/* Its envelope, signatures not checked. */
steme_record bench_records_parse(const bench_records *records, uint64_t number);

#endif
