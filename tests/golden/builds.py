"""One tool from every compiler, without and with optimisation: whether all of them say the same.

A compiler that is not installed is left out, and named."""
import hashlib
import pathlib
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).parents[2]
COMPILERS = ("gcc", "clang")
LEVELS = ("-O0", "-O3")


def digest(compiler, level, arguments, asked, folder):
    """Of what the tool of these sources and libraries answers; and how many lines that is."""
    tool = pathlib.Path(folder, f"{compiler}{level}")
    subprocess.run([compiler, "-std=gnu17", "-D_GNU_SOURCE", '-DSTEME_VERSION_STRING="0"', level,
                    "-ffp-contract=off", f"-I{ROOT}/src", f"-I{ROOT}/include", f"-I{ROOT}/tests",
                    *map(str, arguments), "-o", str(tool)], check=True)
    answer = subprocess.run([tool, "answer"], input=asked, capture_output=True, check=True).stdout
    return hashlib.sha256(answer).hexdigest(), answer.count(b"\n")


def compare(sources, stand_in, asked, line_count, libraries=()):
    """Ends the program. `sources` are paths below ROOT, `stand_in` is the text of one more;
    `line_count` is that of the answers to `asked`."""
    compilers = [name for name in COMPILERS if shutil.which(name)]
    for name in COMPILERS:
        if name not in compilers:
            print(f"{name} is not installed: left out")
    if not compilers:
        sys.exit("no compiler is left")
    found = set()
    with tempfile.TemporaryDirectory() as folder:
        beside = pathlib.Path(folder, "stand_in.c")
        beside.write_text(stand_in)
        whole = [ROOT / source for source in sources] + [beside, *libraries]
        for compiler in compilers:
            for level in LEVELS:
                answer, given_count = digest(compiler, level, whole, asked, folder)
                print(compiler, level, answer)
                if given_count != line_count:
                    sys.exit(f"{compiler} {level}: not every question was answered")
                found.add(answer)
    sys.exit(0 if len(found) == 1 else "the builds differ")
