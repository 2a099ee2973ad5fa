#!/usr/bin/env python3
"""What a scan leaves out is what git leaves out: random trees with random ignore files, held against
`git ls-files`; and the same lines in .aphoriaignore, with no git, leave out the same.

IGNORE_ROUNDS = how many trees (default 60), IGNORE_SEED = the first one's seed (default 1).
"""
import json
import os
import pathlib
import random
import shutil
import subprocess
import sys
import tempfile

PROGRAM = os.environ["APHORIA"]
NAMES = ["a", "b", "ab", "abc", "a b", ".a", "x.c", "y.c", "a[b]", "b-c", "ä", "A", "#a", "!b", "a*", "d"]
# A line that every scan observes.
CONTENT = 'token = "ghp_' + "a1B2c3D4e5F6" * 3 + '"\n'
FIXED = ["**", "/**", "**/", "*", "/*", "!*/", "!/a", "\\#a", "\\!b", "#a", "!b", "a\\ b", "a b  ", "a\\ ", "[",
         "[a", "[]a]", "[!a]*", "[^b]", "a[[]b]", "a\\[b]", "[[:alpha:]]", "[[:digit:][:upper:]]", "[[:nope:]]",
         "[a-b]*", "[b-a]", "a/**", "**/a", "a/**/b", "**/a/**", "/a/*/b", "*/b", "a/", "/a/", "a//", "//a", "/", "!",
         "?", "??", "*.c", "*.[ch]", "x.*", ".*", "*a*b*", "**a", "a**", "*/**/*", "b/**/a/**/x.c", "a/[!b]/*", "", " ",
         "\\", "a\\", "a*b\\*", "a\\*", "ä", "[ä]", "\t", "a\r"]


def git(root, *words):
    # Nothing of the machine's own configuration.
    environment = {"PATH": os.environ["PATH"], "HOME": str(root.parent), "GIT_CONFIG_NOSYSTEM": "1", "LC_ALL": "C"}
    return subprocess.run(["git", "-C", str(root), *words], check=True, stdout=subprocess.PIPE,
                          env=environment).stdout


def random_line(rng):
    if rng.random() < 0.45:
        return rng.choice(FIXED)
    parts = []
    for _ in range(rng.choice([1, 1, 1, 2, 2, 3])):
        part = rng.choice(NAMES + ["*", "**", "?", "*", "a*", "*b", "[ab]", "[!a]", "*.c"])
        parts.append(part)
    line = "/".join(parts)
    line = rng.choice(["", "", "/"]) + line + rng.choice(["", "", "/"])
    return rng.choice(["", "", "", "!"]) + line


def random_file(rng):
    lines = [random_line(rng) for _ in range(rng.randint(1, 6))]
    end = rng.choice(["\n", "\n", "\r\n"])
    return rng.choice(["", "", "\ufeff"]) + end.join(lines) + rng.choice(["", end])


def grow(rng, folder, depth, ignore_name):
    for name in rng.sample(NAMES, rng.randint(2, 6)):
        path = folder / name
        if depth < 3 and rng.random() < 0.5:
            path.mkdir()
            grow(rng, path, depth + 1, ignore_name)
        else:
            path.write_text(CONTENT)
    if depth == 0 or rng.random() < 0.4:
        (folder / ignore_name).write_bytes(random_file(rng).encode())


def scanned(root, home, *words):
    result = subprocess.run([PROGRAM, "scan", "--all", "--format", "json", *words, str(root)], check=False,
                            stdout=subprocess.PIPE, env={**os.environ, "HOME": str(home), "XDG_CONFIG_HOME": ""})
    if result.returncode not in (0, 1):
        sys.exit(f"aphoria scan: exit code {result.returncode}")
    return {finding["path"] for finding in json.loads(result.stdout)["findings"]}


def listed(root, *words):
    names = git(root, "ls-files", "-z", "--exclude-standard", *words).decode().split("\0")
    return {name for name in names if name and pathlib.PurePosixPath(name).name != ".gitignore"}


def differ(what, seed, root, wanted, got):
    print(f"seed {seed}: {what}: too much {sorted(got - wanted)}, missing {sorted(wanted - got)}")
    for path in sorted(root.rglob(".gitignore")) + sorted(root.rglob(".aphoriaignore")):
        print(f"  {path.relative_to(root)}: {path.read_bytes()!r}")
    sys.exit(1)


def one_round(seed, home):
    rng = random.Random(seed)
    root = home / "tree"
    root.mkdir()
    grow(rng, root, 0, ".gitignore")
    git(root, "init", "-q")
    exclude = root / ".git/info/exclude"
    exclude.parent.mkdir(exist_ok=True)
    exclude.write_text(random_line(rng) + "\n" if rng.random() < 0.3 else "")
    if rng.random() < 0.2:
        (home / ".config/git").mkdir(parents=True)
        (home / ".config/git/ignore").write_text(random_line(rng) + "\n")
    wanted = listed(root, "--others")
    got = scanned(root, home)
    if got != wanted:
        differ("untracked", seed, root, wanted, got)

    # A folder of the tree alone: what stands above it counts.
    folders = [path for path in root.iterdir() if path.is_dir() and path.name != ".git"]
    if folders:
        below = rng.choice(folders)
        part = {name[len(below.name) + 1:] for name in wanted if name.startswith(below.name + "/")}
        got = scanned(below, home)
        if not got >= part or (part and got != part):
            differ(f"folder {below.name}", seed, root, part, got)

    # The same lines, no git.
    shutil.rmtree(root / ".git")
    shutil.rmtree(home / ".config", ignore_errors=True)
    without = home / "without"
    shutil.copytree(root, without)
    for path in list(without.rglob(".gitignore")):
        path.rename(path.with_name(".aphoriaignore"))
    git(root, "init", "-q")
    wanted = listed(root, "--others")
    got = scanned(without, home)
    if got != wanted:
        differ(".aphoriaignore", seed, without, wanted, got)

    # Some files tracked in spite of all.
    names = sorted(path.relative_to(root).as_posix() for path in root.rglob("*")
                   if path.is_file() and ".git/" not in path.as_posix() + "/" and path.name != ".gitignore")
    names = [name for name in names if not name.startswith(".git/")]
    git(root, "--literal-pathspecs", "add", "-f", "--", *rng.sample(names, min(len(names), 5)))
    wanted = listed(root, "--cached", "--others")
    got = scanned(root, home)
    if got != wanted:
        differ("tracked", seed, root, wanted, got)


def main():
    first = int(os.environ.get("IGNORE_SEED", "1"))
    rounds = int(os.environ.get("IGNORE_ROUNDS", "10"))
    for seed in range(first, first + rounds):
        with tempfile.TemporaryDirectory() as home:
            one_round(seed, pathlib.Path(home))
    print(f"{rounds} random trees: a scan reads what git would")


main()
