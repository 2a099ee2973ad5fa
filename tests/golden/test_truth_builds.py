#!/usr/bin/env python3
"""A fit gives the same model bit for bit, whichever compiler made it and however hard it tried.

Compiles src/truth/ and src/lens/ with the oracle's tool by gcc and clang, each without and with
optimisation, puts the oracle's random sets to all of them, each also with a source copied three
times, and compares what they print. The hash is a stand-in: values are only told apart by it
here."""
import collections
import sys

sys.dont_write_bytecode = True
import builds
import truth_oracle

CASES_PER_KIND = 40
HASH = """#include "base/hash.h"
#include <string.h>
void base_blake3_init(base_blake3_stream *stream) { memset(stream->state, 7, 32); }
void base_blake3_update(base_blake3_stream *stream, const void *bytes, size_t size) {
    for (size_t i = 0; i < size; i++)
        for (int j = 0; j < 32; j++)
            stream->state[j] = (uint8_t)((stream->state[j] * 31 + j) ^ ((const uint8_t *)bytes)[i]);
}
steme_id base_blake3_final(const base_blake3_stream *stream) {
    steme_id id; memcpy(id.bytes, stream->state, 32); return id;
}
steme_id base_blake3(const void *bytes, size_t size) {
    base_blake3_stream stream; base_blake3_init(&stream); base_blake3_update(&stream, bytes, size);
    return base_blake3_final(&stream);
}
"""
OTHERS = ["src/base/error.c", "src/base/memory.c", "src/base/bytes.c", "src/clock/stamp.c",
          "src/record/cbor_read.c", "src/record/cbor_write.c", "src/record/cbor_float.c",
          "tests/property/test_truth_oracle.c"]


def with_copies(case):
    tasks = []
    for claims in case.tasks:
        said = [value for worker, value in claims if worker == 0]
        tasks.append(claims + [(case.workers + i, value) for value in said for i in range(3)])
    counts = collections.Counter(worker for claims in tasks for worker, _ in claims)
    return case._replace(workers=case.workers + 3, tasks=tasks, claim_counts=counts)


def main():
    chosen = [case for _, case in truth_oracle.cases(CASES_PER_KIND)]
    chosen += [with_copies(case) for case in chosen]
    asked = "".join(truth_oracle.case_text(case) for case in chosen).encode()
    sources = sorted(builds.ROOT.glob("src/lens/*.c")) + sorted(builds.ROOT.glob("src/truth/*.c"))
    builds.compare(sources + OTHERS, HASH, asked, sum(1 + len(case.tasks) for case in chosen),
                   ["-lcmocka"])


main()
