#!/usr/bin/env python3
"""The lenses answer bit for bit the same, whichever compiler made them and however hard it tried.

Compiles src/lens/ with the oracle's tool by gcc and clang, each without and with optimisation, puts
the oracle's random cases to all of them and compares what they print. A compiler that is not
installed is left out, and named. The lens truth, which rests on a hash too, has no model here and
is left out."""
import hashlib
import pathlib
import random
import shutil
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
import lens_oracle

ROOT = pathlib.Path(__file__).parents[2]
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


def digest(compiler, level, asked, folder):
    tool = pathlib.Path(folder, f"{compiler}{level}")
    sources = [path for path in sorted(ROOT.glob("src/lens/*.c")) if path.stem != "truth"]
    sources += [ROOT / other for other in OTHERS] + [pathlib.Path(folder, "truth.c")]
    subprocess.run([compiler, "-std=gnu17", "-D_GNU_SOURCE", '-DSTEME_VERSION_STRING="0"', level,
                    "-ffp-contract=off", f"-I{ROOT}/src", f"-I{ROOT}/include", f"-I{ROOT}/tests",
                    *map(str, sources), "-o", str(tool)], check=True)
    answer = subprocess.run([tool, "answer"], input=asked, capture_output=True, check=True).stdout
    if answer.count(b"\n") != asked.count(b"\n"):
        sys.exit(f"{compiler} {level}: not every question was answered")
    return hashlib.sha256(answer).hexdigest()


def main():
    asked = ("\n".join(questions()) + "\n").encode()
    compilers = [name for name in ("gcc", "clang") if shutil.which(name)]
    for name in sorted({"gcc", "clang"} - set(compilers)):
        print(f"{name} is not installed: left out")
    if not compilers:
        sys.exit("no compiler is left")
    with tempfile.TemporaryDirectory() as folder:
        pathlib.Path(folder, "truth.c").write_text(NO_TRUTH)
        digests = {(compiler, level): digest(compiler, level, asked, folder)
                   for compiler in compilers for level in ("-O0", "-O3")}
    for build, found in digests.items():
        print(*build, found)
    sys.exit(0 if len(set(digests.values())) == 1 else "the builds differ")


main()
