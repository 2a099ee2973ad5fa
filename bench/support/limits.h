/* limits.h -- what the machine itself can do, as the store needs it. Each takes about a second. */
#ifndef BENCH_LIMITS_H
#define BENCH_LIMITS_H

#include "support/records.h"

/* Ed25519 checks per second on so many threads: the signature library's function alone, */
double bench_limit_verify(const bench_records *records, uint32_t thread_count);
/* and admission whole: parsing, hashing, checking. */
double bench_limit_admit(const bench_records *records, uint32_t thread_count);
/* Durable records per second, `record_count` of 350 bytes appended to a file per fdatasync; the
 * latency of one such commit, in seconds. */
double bench_limit_sync(const char *folder, uint32_t record_count, double *out_p50,
                        double *out_p99);
/* Bytes per second appended to a file in pieces of 1 MiB, one fdatasync per 16 MiB. */
double bench_limit_log(const char *folder);

/* All of them, as a table; the admit bound on two threads. */
double bench_limits_print(const bench_records *records, const char *folder);

#endif
