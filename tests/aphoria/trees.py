#!/usr/bin/env python3
"""Trees that nobody keeps on purpose: a scan of each ends in time, within its memory, with an exit
code of its own, counts what it left out, and still finds what stands beside it.

TREES = words of names of cases, to run those alone.
"""
import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

PROGRAM = os.environ["APHORIA"]
SECONDS_MAX = float(os.environ.get("TREES_SECONDS", "180"))
MEMORY_MAX = int(os.environ.get("TREES_MEMORY_MB", "1200")) << 20
IS_SLOW = "ASAN_OPTIONS" in os.environ or "TSAN_OPTIONS" in os.environ
TOKEN = "ghp_" + "a1B2c3D4e5F6" * 3
SECRET = f'token = "{TOKEN}"\n'
CALL = 'import requests\nrequests.get("https://a.example", verify=False)\n'


class Scan:
    """A scan of a folder, within its bounds."""

    def __init__(self, root, *words, user=None, form="json"):
        command = [PROGRAM, "scan", "--all", "--format", form, *words, str(root)]
        with tempfile.TemporaryFile() as out:
            begin = time.monotonic()
            with subprocess.Popen(command, stdout=out, stderr=subprocess.PIPE, user=user,
                                  stdin=subprocess.DEVNULL) as process:
                timer = threading.Timer(SECONDS_MAX * (10 if IS_SLOW else 1), process.kill)
                timer.start()
                self.errors = process.stderr.read()
                _, status, usage = os.wait4(process.pid, 0)
                process.returncode = os.waitstatus_to_exitcode(status)
                timer.cancel()
            self.seconds = time.monotonic() - begin
            out.seek(0)
            self.output = out.read()
        self.memory = usage.ru_maxrss * 1024
        if process.returncode == -signal.SIGKILL:
            raise AssertionError(f"not done after {self.seconds:.0f} s")
        if process.returncode not in (0, 1):
            raise AssertionError(f"exit code {process.returncode}: {self.errors[-400:]!r}")
        if self.memory > MEMORY_MAX and not IS_SLOW:
            raise AssertionError(f"{self.memory >> 20} MB of memory")
        if form == "json":
            document = json.loads(self.output)
            self.findings, self.summary = document["findings"], document["summary"]
            self.paths = {finding["path"] for finding in self.findings}


def check(is_so, what):
    if not is_so:
        raise AssertionError(what)


def deep(root):
    """10,000 folders in one another: their path is longer than the system takes."""
    folder = os.open(root, os.O_RDONLY)
    for _ in range(10000):
        os.mkdir("d", dir_fd=folder)
        below = os.open("d", os.O_RDONLY, dir_fd=folder)
        os.close(folder)
        folder = below
    leaf = os.open("leaf.py", os.O_WRONLY | os.O_CREAT, dir_fd=folder)
    os.write(leaf, CALL.encode())
    os.close(leaf)
    os.close(folder)
    found = Scan(root)
    check("d/" * 10000 + "leaf.py" in found.paths, "the leaf is not seen")


def too_deep(root):
    """Deeper than 32 KiB of path: counted."""
    folder = os.open(root, os.O_RDONLY)
    for _ in range(200):
        os.mkdir("d" * 200, dir_fd=folder)
        below = os.open("d" * 200, os.O_RDONLY, dir_fd=folder)
        os.close(folder)
        folder = below
    os.close(folder)
    check(Scan(root).summary["too_long"] == 1, "not counted")


def many(root):
    """100,000 files."""
    for i in range(100):
        folder = root / f"f{i}"
        folder.mkdir()
        for j in range(1000):
            (folder / f"{j}.py").write_bytes(b"x = 1\n")
    (root / "f50" / "z.py").write_text(CALL)
    found = Scan(root)
    check(found.summary["files"] == 100001, found.summary)
    check(found.paths == {"f50/z.py"}, found.paths)


def links(root):
    """Loops of links, links out of the tree, links to nothing: passed by, and counted."""
    outside = root.parent / "outside"
    outside.mkdir()
    (outside / "secret.txt").write_text(SECRET)
    (root / "a").mkdir()
    (root / "a" / "loop").symlink_to("..")
    (root / "self").symlink_to("self")
    (root / "out").symlink_to(outside)
    (root / "out.txt").symlink_to(outside / "secret.txt")
    (root / "nothing").symlink_to("not there")
    (root / ".gitignore").symlink_to(outside / "secret.txt")
    (root / "own.py").write_text(CALL)
    found = Scan(root)
    check(found.paths == {"own.py"}, found.paths)
    check(found.summary["special"] == 6, found.summary)
    # The root itself may be one.
    (root.parent / "root link").symlink_to(root)
    check(Scan(root.parent / "root link").paths == {"own.py"}, "by a link")


def special(root):
    """Pipes, sockets and devices: not opened."""
    os.mkfifo(root / "pipe.py")
    (root / "pipes").mkdir()
    os.mkfifo(root / "pipes" / ".aphoriaignore")
    os.mkfifo(root / "pipes" / ".gitignore")
    (root / "pipes" / "own.py").write_text(CALL)
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(os.path.relpath(root / "socket.py"))
        count = 4
        try:
            os.mknod(root / "zero.py", 0o666 | 0o020000, os.makedev(1, 5))
            count = 5
        except PermissionError:
            pass
        found = Scan(root)
    check(found.paths == {"pipes/own.py"}, found.paths)
    check(found.summary["special"] == count, found.summary)


def unreadable(root):
    """What may not be read is counted, what stands beside it is read."""
    (root / "closed.py").write_text(CALL)
    (root / "closed").mkdir()
    (root / "closed" / "in.py").write_text(CALL)
    (root / "own.py").write_text(CALL)
    for name in ("closed", "closed.py"):
        (root / name).chmod(0)
    user = None
    if os.geteuid() == 0:
        user = 65534
        for folder in (root.parent, root):
            folder.chmod(0o755)
        try:
            subprocess.run([PROGRAM, "help"], user=user, check=True, stdout=subprocess.DEVNULL)
        except (OSError, subprocess.CalledProcessError):
            print("  left out: nobody may not run the program")
            return
    found = Scan(root, user=user)
    (root / "closed").chmod(0o755)
    check(found.paths == {"own.py"}, found.paths)
    check(found.summary["unreadable_folders"] == 1, found.summary)
    check(found.summary["skipped"]["unreadable"] == 1, found.summary)


def names(root):
    """Names with newlines, escape sequences, marks of direction, invalid UTF-8."""
    odd = [b"new\nline.py", b"bell\x07\x1b[31mred.py", b"\xff\xfe.py", "\u202egnp.py".encode(), b"-rf.py", b"a&<b>\"'.py",
           b" .py", b"%s%n.py", b"n" * 251 + b".py", b"\\.py", b"*.py", b"[.py"]
    for name in odd:
        with open(os.path.join(os.fsencode(root), name), "w", encoding="ascii") as file:
            file.write(CALL)
    folder = os.path.join(os.fsencode(root), b"d\xff\n")
    os.mkdir(folder)
    with open(os.path.join(folder, b"x.py"), "w", encoding="ascii") as file:
        file.write(CALL)
    found = Scan(root)
    check(found.summary["files"] == len(odd) + 1, found.summary)
    check(len(found.paths) == len(odd) + 1, sorted(found.paths))
    for form in ("table", "json", "sarif", "html", "markdown", "junit", "github", "gitlab"):
        output = Scan(root, form=form).output
        output.decode("utf-8")
        check(b"\x1b" not in output and b"\x07" not in output, f"{form}: control bytes")
        check("\u202e".encode() not in output or form in ("json", "sarif", "gitlab"), f"{form}: direction")
        check(b"new\nline" not in output, f"{form}: a newline in a name")


def contents(root):
    """Binary, huge, minified, generated files are skipped and counted; bad UTF-8, CRLF, a BOM, no
    newline at the end are read."""
    (root / "binary.py").write_bytes(b"\0\1\2" + CALL.encode())
    (root / "utf16.py").write_bytes(CALL.encode("utf-16"))
    (root / "huge.py").write_bytes((CALL * 20000).encode())
    with open(root / "sparse.py", "wb") as file:
        file.truncate(1 << 40)
    (root / "minified.js").write_text("x=1;" * 3000)
    (root / "generated.py").write_text("# Code generated by a tool. DO NOT EDIT.\n" + CALL)
    (root / "empty.py").write_bytes(b"")
    read = {"latin1.py": b"# caf\xe9\n" + CALL.encode(), "crlf.py": CALL.replace("\n", "\r\n").encode(),
            "cr.txt": b"x\r" + SECRET.encode(), "bom.py": b"\xef\xbb\xbf" + CALL.encode(),
            "end.py": CALL.rstrip().encode(), "late.py": CALL.encode() + b"# " + b"x\n" * 9000 + b"\0",
            "garbage.txt": bytes(range(1, 256)) * 20 + b"\n" + SECRET.encode()}
    for name, content in read.items():
        (root / name).write_bytes(content)
    found = Scan(root)
    skipped = found.summary["skipped"]
    check(skipped == {"large": 2, "binary": 2, "minified": 1, "generated": 1, "unreadable": 0}, skipped)
    check(found.paths == set(read), set(read) ^ found.paths)


def bombs(root):
    """Nesting, chains, aliases, repetition: each file is cut, none takes the scan with it."""
    def wrapped(text):
        return "\n".join(text[i:i + 100] for i in range(0, len(text), 100)) + "\n"
    size = 200000
    opens = {"py": "x = ", "js": "x = ", "ts": "x = ", "java": "class A { int x = ", "go": "package a\nvar x = ",
             "c": "int x = ", "cpp": "int x = ", "rs": "const X: i32 = ", "rb": "x = ", "php": "<?php $x = ", "sh": "x="}
    for ending, head in opens.items():
        (root / f"round.{ending}").write_text(head + wrapped("(" * size))
        (root / f"square.{ending}").write_text(head + wrapped("[" * size))
        (root / f"curly.{ending}").write_text(head + wrapped("{" * size))
        (root / f"minus.{ending}").write_text(head + wrapped("- " * (size // 2) + "1"))
        (root / f"chain.{ending}").write_text(head + wrapped("a" + ".b()" * (size // 4)))
        (root / f"call.{ending}").write_text(head + wrapped("f(" * (size // 2) + ")" * (size // 2)))
        (root / f"sum.{ending}").write_text(head + wrapped("1" + " + 1" * (size // 4)))
        (root / f"quote.{ending}").write_text(head + wrapped('"' * size))
        (root / f"if.{ending}").write_text(wrapped("if (a) { " * (size // 9)))
    (root / "else.js").write_text("".join(f"if (a == {i}) {{ b = {i}; }} else " for i in range(9000)) + "{}")
    (root / "elif.py").write_text("if a: pass\n" + "".join(f"elif a == {i}: b = {i}\n" for i in range(20000)))
    (root / "names.py").write_text("x0 = 'a'\n" + "".join(f"x{i + 1} = x{i} + x{i}\n" for i in range(5000)))
    (root / "calls.py").write_text("".join(f"def f{i}(a):\n    f{i + 1}(a)\n    f{i + 1}(a)\n" for i in range(2000)))
    (root / "round.json").write_text(wrapped('{"a":[' * (size // 6)))
    (root / "flow.yaml").write_text("a: " + wrapped("[" * size))
    (root / "block.yaml").write_text("".join(" " * i + "a:\n" for i in range(1000)))
    (root / "laughs.yaml").write_text("a0: &a0 [x, x]\n" + "".join(
        f"a{i + 1}: &a{i + 1} [*a{i}, *a{i}, *a{i}, *a{i}]\n" for i in range(60)))
    (root / "tags.xml").write_text(wrapped("<a>" * (size // 3)))
    (root / "laughs.xml").write_text('<!DOCTYPE a [<!ENTITY b "c">' + "".join(
        f'<!ENTITY b{i} "&b;&b;">\n' for i in range(5000)) + "]><a>&b4999;</a>")
    (root / "keys.toml").write_text("\n".join("[" + ".".join("a" * 900) + "]" for _ in range(500)))
    (root / "heredoc.sh").write_text("".join(f"cat <<E{i}\n" for i in range(20000)))
    (root / "main.tf").write_text("resource \"a\" \"b\" {\n" * 30000)
    (root / "nginx.conf").write_text("http {\n" * 60000)
    (root / "Dockerfile").write_text("FROM a\n" + "RUN a \\\n" * 80000)
    (root / "secrets.txt").write_text(SECRET * 20000)
    (root / "calls_many.py").write_text("import requests\n" + "requests.get('https://a', verify=False)\n" * 20000)
    (root / "ignores.py").write_text("f(" * 3000 + "\n" + "# aphoria:ignore[timeout_present_python] x\n" * 20000)
    (root / "ignores.yaml").write_text("# aphoria:ignore[bind_config] x\n" * 20000 + "a: b\n")
    (root / "own.py").write_text(CALL)
    found = Scan(root)
    check("own.py" in found.paths, "what stands beside them is not seen")
    check(found.summary["cut"] > 0, "nothing was cut")


def ignores(root):
    """100,000 lines that say what to leave out, of which many go back and forth."""
    lines = [f"a{i}*b*c*d*{i}" for i in range(30000)] + ["*a*a*a*a*a*a*a*a*a*b"] * 2000
    lines += ["**/a/**/a/**/a/**/a/**/b"] * 2000 + ["x" * 100000, "[" * 3000, "!" * 100, "\\" * 999]
    (root / ".aphoriaignore").write_text("\n".join(lines) + "\nleft\n")
    folder = root
    for _ in range(20):
        folder = folder / ("a" * 60)
    folder.mkdir(parents=True)
    for i in range(50):
        (folder / ("a" * 100 + f"{i}.py")).write_text("x = 1\n")
    (root / "left").mkdir()
    (root / "left" / "a.py").write_text(CALL)
    (root / "own.py").write_text(CALL)
    check(Scan(root).paths == {"own.py"}, "not what stands there")


def changing(root):
    """A file that grows, shrinks, goes and comes while it is read."""
    (root / "own.py").write_text(CALL)
    is_over = threading.Event()

    def change():
        at = 0
        while not is_over.is_set():
            at += 1
            path = root / f"c{at % 7}.py"
            if at % 5 == 0 and path.exists():
                path.unlink()
            elif at % 5 == 1 and path.exists():
                os.truncate(path, at % 1000)
            else:
                with open(path, "w", encoding="ascii") as file:
                    file.write(CALL * (at % 3000))
            if at % 11 == 0:
                shutil.rmtree(root / "d", ignore_errors=True)
            elif at % 11 == 5:
                (root / "d" / "e").mkdir(parents=True, exist_ok=True)
                (root / "d" / "e" / "f.py").write_text(CALL)

    changer = threading.Thread(target=change)
    changer.start()
    try:
        for _ in range(8):
            check("own.py" in Scan(root).paths, "what stands beside it is not seen")
    finally:
        is_over.set()
        changer.join()


def repositories(root):
    """A repository in a repository, a broken one, one that is a file, one that points nowhere."""
    def git(folder, *words):
        subprocess.run(["git", "-C", str(folder), *words], check=True, stdout=subprocess.DEVNULL)
    git(root, "init", "-q")
    (root / ".gitignore").write_text("*.log\nout/\n")
    inner = root / "inner"
    inner.mkdir()
    git(inner, "init", "-q")
    (inner / ".gitignore").write_text("*.tmp\n")
    for folder in (root, inner):
        for name in ("a.log", "a.tmp", "a.py"):
            (folder / name).write_text(CALL if name == "a.py" else SECRET)
    (root / "out").mkdir()
    git(root / "out", "init", "-q")
    (root / "out" / "a.py").write_text(CALL)
    for name, content in (("empty", ""), ("nowhere", "gitdir: /not/there\n"), ("self", "gitdir: .\n"),
                          ("zero", "\0" * 5000)):
        (root / name).mkdir()
        (root / name / ".git").write_text(content)
        (root / name / "a.py").write_text(CALL)
        (root / name / "a.log").write_text(SECRET)
    (root / "half" / ".git" / "refs").mkdir(parents=True)
    (root / "half" / ".git" / "HEAD").write_text("ref: refs/heads/x\n")
    (root / "half" / ".git" / "objects").mkdir()
    (root / "half" / ".git" / "index").write_bytes(b"DIRC\0\0\0\2\xff\xff\xff\xff" + b"x" * 100)
    (root / "half" / ".gitignore").write_text("*.log\n")
    (root / "half" / "a.py").write_text(CALL)
    (root / "half" / "a.log").write_text(SECRET)
    found = Scan(root)
    wanted = {"a.tmp", "a.py", "inner/a.log", "inner/a.py", "half/a.py"}
    wanted |= {f"{name}/a.py" for name in ("empty", "nowhere", "self", "zero")}
    check(found.paths == wanted, found.paths ^ wanted)


CASES = (deep, too_deep, many, links, special, unreadable, names, contents, bombs, ignores, changing, repositories)


def remove(folder):
    """shutil's own does not get below what is deeper than Python may call itself."""
    subprocess.run(["rm", "-rf", str(folder)], check=False)


def main():
    wanted = os.environ.get("TREES", "").split()
    failed = 0
    for case in CASES:
        if wanted and case.__name__ not in wanted:
            continue
        home = pathlib.Path(tempfile.mkdtemp())
        root = home / "tree"
        root.mkdir()
        begin = time.monotonic()
        try:
            case(root)
            print(f"{case.__name__}: {time.monotonic() - begin:.1f} s")
        except AssertionError as error:
            failed += 1
            print(f"{case.__name__}: FAILED: {error}")
        finally:
            remove(home)
    sys.exit(failed > 0)


main()
