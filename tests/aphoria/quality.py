"""Recall and precision over labelled cases: files whose first lines say what is to be found.

    cases/LANGUAGE/KIND/FILE, whose first five lines hold `expect: CONCEPT = VALUE` (several with `;`
    between), or `expect: nothing`

A case may be a folder, where code needs files beside it: then its file `expect` says so for all.
What is found is what `aphoria scan` flags or blocks. A case that expects something is found where
every expectation is; it is also a false alarm where anything else is reported.
"""
import collections
import json
import os
import pathlib
import re
import subprocess

EXPECT = re.compile(r"expect:\s*(.+?)\s*(?:\*/|-->|#>)?\s*$", re.MULTILINE)


class Case:
    def __init__(self, root, path):
        parts = path.relative_to(root).parts
        self.path = path.relative_to(root).as_posix()
        self.language, self.kind = parts[0], parts[1]
        labelled = path / "expect" if path.is_dir() else path
        head = "\n".join(labelled.read_text(encoding="utf-8", errors="replace").splitlines()[:5])
        match = EXPECT.search(head)
        if not match:
            raise SystemExit(f"{path}: no `expect:` in its first five lines")
        said = match.group(1)
        self.expected = set() if said == "nothing" else {
            tuple(part.strip() for part in each.split("=", 1)) for each in said.split(";")}
        self.found = set()

    @property
    def missed(self):
        return self.expected - self.found

    @property
    def false_alarms(self):
        return self.found - self.expected


def read_cases(root):
    cases = []
    for language in sorted(path for path in root.iterdir() if path.is_dir()):
        for kind in sorted(path for path in language.iterdir() if path.is_dir()):
            cases += [Case(root, path) for path in sorted(kind.iterdir())]
    return cases


def scan(program, root, cases):
    """Fills in what was found, by one scan of all."""
    result = subprocess.run([program, "scan", "--format", "json", str(root)], check=False,
                            stdout=subprocess.PIPE, env={**os.environ, "NO_COLOR": "1"})
    if result.returncode not in (0, 1):
        raise SystemExit(f"aphoria scan: exit code {result.returncode}")
    by_path = {case.path: case for case in cases}
    for finding in json.loads(result.stdout)["findings"]:
        path = pathlib.PurePosixPath(finding["path"])
        case = by_path.get(path.as_posix()) or by_path.get("/".join(path.parts[:3]))
        if case is not None:
            case.found.add((finding["concept"], finding["value"]))


class Count:
    def __init__(self):
        self.bad = self.safe = self.hit = self.false = 0

    def add(self, case):
        self.bad += bool(case.expected)
        self.safe += not case.expected
        self.hit += bool(case.expected) and not case.missed
        self.false += bool(case.false_alarms)

    @property
    def recall(self):
        return self.hit / self.bad if self.bad else 1.0

    @property
    def precision(self):
        return self.hit / (self.hit + self.false) if self.hit + self.false else 1.0

    @property
    def informedness(self):
        """True positive rate less false positive rate, as benchmarks of scanners score."""
        return self.recall - (self.false / self.safe if self.safe else 0.0)


def tables(cases):
    """Counts by (language, kind), by language, and of all."""
    cells = collections.defaultdict(Count)
    languages = collections.defaultdict(Count)
    whole = Count()
    for case in cases:
        for count in (cells[case.language, case.kind], languages[case.language], whole):
            count.add(case)
    return cells, languages, whole


def run(program, root):
    cases = read_cases(pathlib.Path(root))
    scan(program, root, cases)
    return cases
