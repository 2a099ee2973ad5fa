/* verify.h -- a client that checks signatures on several threads, ahead of who stores the records:
 * what the store does for itself, done for its peers. */
#ifndef BENCH_VERIFY_H
#define BENCH_VERIFY_H

#include "support/records.h"

#define BENCH_TRANSACTION_RECORD_COUNT 1000

typedef struct bench_verifier bench_verifier;

/* Begins to admit the first `count` records, in transactions' worths. */
bench_verifier *bench_verifier_start(const bench_records *records, uint64_t count,
                                     uint32_t thread_count);
/* Waits until all records below `end` are admitted. */
void bench_verifier_wait(bench_verifier *verifier, uint64_t end);
void bench_verifier_stop(bench_verifier *verifier);

#endif
