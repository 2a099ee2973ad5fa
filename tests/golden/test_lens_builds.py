#!/usr/bin/env python3
"""The lenses answer bit for bit the same, whichever compiler made them and however hard it tried.

Compiles src/lens/ with the oracle's tool by gcc and clang, each without and with optimisation, puts
the oracle's random cases to all of them and compares what they print. The lens truth, which rests
on a hash too, has no model here and is left out."""
import random
import sys

sys.dont_write_bytecode = True
import builds
import lens_oracle

CASES_PER_LENS = 1000
NO_TRUTH = """#include "lens/lens.h"
void lens_truth(const lens_options *options, lens_tally *tally, lens_result *result) {}
"""
OTHERS = ["src/base/error.c", "src/clock/stamp.c", "tests/property/test_lens_oracle.c"]


def questions():
    for lens in lens_oracle.LENSES:
        source = random.Random(f"builds {lens}")
        for _ in range(CASES_PER_LENS):
            yield lens_oracle.case_line(lens, lens_oracle.random_case(source, lens))
    source = random.Random("builds")
    for _ in range(CASES_PER_LENS):
        yield f"log2 {source.randint(1, 2**32 - 1)}"
        yield f"exp2 {source.randint(0, 2**37)}"


def main():
    asked = list(questions())
    sources = [path for path in sorted(builds.ROOT.glob("src/lens/*.c")) if path.stem != "truth"]
    builds.compare(sources + OTHERS, NO_TRUTH, ("\n".join(asked) + "\n").encode(), len(asked))


main()
