#!/usr/bin/env python3
"""What a scan makes of git: --staged, --since, --history, the hook; and comments beside code."""
import json
import os
import pathlib
import subprocess
import sys
import tempfile

PROGRAM = os.environ["APHORIA"]
HEAD = "import requests\n"
TOKEN = "ghp_" + "a1B2c3D4e5F6" * 3


def bad(host, tail=""):
    return f'requests.get("https://{host}.example", verify=False, timeout=3){tail}\n'


class Place:
    """A repository, or a folder without one."""

    def __init__(self, folder, is_repository=True):
        self.folder = pathlib.Path(folder)
        self.environment = {"PATH": f"{pathlib.Path(PROGRAM).parent}:{os.environ['PATH']}", "HOME": str(folder),
                            "GIT_CONFIG_NOSYSTEM": "1", "LC_ALL": "C", "GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@b",
                            "GIT_COMMITTER_NAME": "a", "GIT_COMMITTER_EMAIL": "a@b",
                            "GIT_AUTHOR_DATE": "2020-01-02T03:04:05Z"}
        if is_repository:
            self.git("init", "-q", "-b", "main")

    def git(self, *words, code=0):
        done = subprocess.run(["git", *words], cwd=self.folder, env=self.environment, check=False,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        if done.returncode != code:
            raise AssertionError(f"git {' '.join(words)}: {done.returncode}: {done.stdout}")
        return done.stdout.strip()

    def write(self, path, text):
        (self.folder / path).parent.mkdir(parents=True, exist_ok=True)
        (self.folder / path).write_text(text)

    def commit(self, message="m"):
        self.git("add", "-A")
        self.git("commit", "-qm", message)
        return self.git("rev-parse", "HEAD")

    def run(self, *words, code=0, folder="."):
        done = subprocess.run([PROGRAM, *words], cwd=self.folder / folder, env=self.environment, check=False,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        if code is not None and done.returncode != code:
            raise AssertionError(f"{' '.join(words)}: {done.returncode}: {done.stdout[-500:]}{done.stderr}")
        return done

    def scan(self, *words, folder="."):
        done = self.run("scan", "--format", "json", *words, code=None, folder=folder)
        if done.returncode not in (0, 1):
            raise AssertionError(f"scan {' '.join(words)}: {done.returncode}: {done.stderr}")
        document = json.loads(done.stdout)
        document["code"] = done.returncode
        document["places"] = sorted({(each["path"], each["line"]) for each in document["findings"]})
        return document


def equal(got, wanted):
    if got != wanted:
        raise AssertionError(f"{got} in place of {wanted}")


def staged(at):
    """--staged reads the index: not the work tree, not what was there before."""
    at.write("src/a.py", HEAD + bad("old"))
    at.write("src/app.properties", "hash=MD5\n")
    at.git("add", ".")
    equal(at.scan("--staged")["places"], [("src/a.py", 2)])  # no commit yet: all is new
    at.commit()
    equal(at.scan("--staged")["places"], [])
    at.write("src/a.py", HEAD + bad("old") + "x = 1\n" + bad("new"))
    equal(at.scan("--staged")["places"], [])  # not staged
    at.git("add", ".")
    at.write("src/a.py", "nothing\n")
    at.write("src/untracked.py", HEAD + bad("untracked"))
    found = at.scan("--staged")
    equal(found["places"], [("src/a.py", 4)])
    equal((found["code"], found["summary"]["known"], found["summary"]["files"]), (1, 1, 1))
    equal(at.scan("--staged", "--all")["places"], [("src/a.py", 2), ("src/a.py", 4)])
    equal(at.scan("--staged", "src")["places"], [("a.py", 4)])
    equal(at.scan("--staged", folder="src")["places"], [("a.py", 4)])
    equal(at.scan("--staged", "src/a.py")["places"], [("a.py", 4)])
    equal(at.scan("--staged", "--exclude", "a.py")["places"], [])
    at.write(".aphoriaignore", "/src/a.*\n")
    equal(at.scan("--staged")["places"], [])
    (at.folder / ".aphoriaignore").unlink()
    (at.folder / "src/a.py").unlink()
    equal(at.scan("--staged")["places"], [("src/a.py", 4)])
    # Moved code is compared with what it was; what else is staged is a symbolic link.
    at.git("reset", "-q", "--hard")
    (at.folder / "src/untracked.py").unlink()
    at.git("mv", "src/a.py", "src/b.py")
    (at.folder / "src/link.py").symlink_to("b.py")
    at.git("add", ".")
    equal(at.scan("--staged")["places"], [])
    # A merge that is not resolved has no staged content.
    at.git("reset", "-q", "--hard")
    at.git("checkout", "-qb", "other")
    at.write("src/a.py", HEAD + bad("theirs"))
    at.commit()
    at.git("checkout", "-q", "main")
    at.write("src/a.py", HEAD + bad("ours"))
    at.commit()
    at.git("merge", "-q", "other", code=1)
    equal(at.scan("--staged")["places"], [])


def since(at):
    """--since compares the work tree with where the branches parted."""
    at.write("a.py", HEAD + bad("old"))
    at.write("same.py", HEAD + bad("same"))
    at.write(".gitignore", "*.log\n")
    at.commit()
    at.git("tag", "v1")
    at.git("checkout", "-qb", "topic")
    at.write("a.py", HEAD + bad("old") + bad("committed"))
    at.commit()
    at.write("b.py", HEAD + bad("untracked"))
    at.write("c.log", f'token = "{TOKEN}"\n')
    at.git("checkout", "-q", "main")
    at.write("main.py", HEAD + bad("theirs"))
    at.git("add", "main.py")
    at.git("commit", "-qm", "on main")
    at.git("checkout", "-q", "topic")
    wanted = [("a.py", 3), ("b.py", 2)]
    for revision in ("main", "v1", "HEAD~1", at.git("rev-parse", "v1")):
        equal(at.scan("--since", revision)["places"], wanted)
    equal(at.scan("--since", "HEAD")["places"], [("b.py", 2)])
    # A change that is not committed counts; so does a call of which one line changed.
    at.write("same.py", HEAD + 'requests.get(\n    "https://same.example",\n    verify=False, timeout=3)\n')
    equal(at.scan("--since", "HEAD")["places"], [("b.py", 2), ("same.py", 2)])
    at.git("checkout", "-q", "same.py")
    # What an attribute calls no text is looked at all the same.
    at.write(".gitattributes", "*.py -diff\n")
    equal(at.scan("--since", "main")["places"], wanted)
    for words, said in ((("--since", "nope"), "no such revision: nope"),
                        (("--since", "main", "--staged"), "one of them at a time")):
        done = at.run("scan", *words, code=2)
        equal(said in done.stderr, True)
    at.git("checkout", "-q", "--orphan", "apart")
    at.git("commit", "-qm", "apart")
    equal("no common commit" in at.run("scan", "--since", "main", code=2).stderr, True)


def history(at):
    """--history finds secrets that are long gone, each once, with the commit that brought it."""
    at.write("a.env", f"TOKEN={TOKEN}\n")
    at.write("bad.py", HEAD + bad("no secret"))
    at.write("vendor/x.env", f"TOKEN={TOKEN[:-1]}x\n")
    first = at.commit()
    at.write("a.env", f"# moved down\nTOKEN={TOKEN}\n")
    at.commit()
    at.write("a.env", f"TOKEN={TOKEN[:-1]}z\n")
    second = at.commit()
    at.git("rm", "-q", "a.env")
    at.git("commit", "-qm", "gone")
    at.git("checkout", "-qb", "side")
    at.write("deep/b.env", f"TOKEN={TOKEN[:-1]}y\n")
    side = at.commit()
    at.git("tag", "-m", "kept", "kept")
    at.git("checkout", "-q", "main")
    at.git("branch", "-qD", "side")
    at.write("deep/x.txt", "x\n")
    equal(at.scan()["places"], [("bad.py", 2), ("vendor/x.env", 1)])

    def commits(*words, **keywords):
        return sorted((each["path"], each["commit"]) for each in at.scan("--history", *words, **keywords)["findings"])
    wanted = sorted([("a.env", first), ("a.env", second), ("deep/b.env", side), ("vendor/x.env", first)])
    equal(commits(), wanted)
    equal({each["author_date"] for each in at.scan("--history")["findings"]}, {"2020-01-02T03:04:05Z"})
    equal(commits("--exclude", "vendor"), [each for each in wanted if "vendor" not in each[0]])
    equal(commits("deep"), [("b.env", side)])
    equal(commits(folder="vendor"), [("x.env", first)])
    at.git("clone", "-q", "--bare", ".", "bare")
    equal(commits("bare"), wanted)
    at.write(".aphoriaignore", "*.env\n")
    equal(commits(), [])
    output = at.run("scan", "--history", "--exclude", "!*.env", code=1).stdout
    equal(TOKEN in output, False)
    equal(f"commit {first[:12]} of 2020-01-02" in output, True)


def outside(at):
    """Without git the three say so, and a scan needs none."""
    at.write("a.py", HEAD + bad("a"))
    for words in (("--staged",), ("--since", "main"), ("--history",)):
        equal("not in a git repository" in at.run("scan", *words, code=2).stderr, True)
    equal(at.scan()["places"], [("a.py", 2)])
    equal("not in a git repository" in at.run("hook", "install", code=2).stderr, True)


def hook(at):
    """The hook stops a commit that brings a finding, in a work tree too; one that is there stays."""
    at.write("a.py", "x = 1\n")
    at.commit()
    at.run("hook", "install")
    at.write("a.py", HEAD + bad("a"))
    equal("verify=False" in at.git("commit", "-qam", "bad", code=1), True)
    at.git("add", ".")
    at.git("commit", "-qm", "bad", code=1)
    at.git("commit", "-qm", "bad", "--no-verify")
    at.write("a.py", HEAD + bad("a") + "x = 1\n")
    at.git("commit", "-qam", "what was there before is known")
    # A commit of one file only has an index of its own.
    at.write("a.py", HEAD + bad("a") + "x = 2\n")
    at.write("b.py", HEAD + bad("b"))
    at.git("add", "b.py")
    at.git("commit", "-qm", "a alone", "a.py")
    at.git("commit", "-qm", "b", code=1)
    at.git("reset", "-q", "--hard")
    at.git("worktree", "add", "-q", "beside")
    at.write("beside/c.py", HEAD + bad("c"))
    at.git("-C", "beside", "add", ".")
    at.git("-C", "beside", "commit", "-qm", "c", code=1)
    at.run("hook", "uninstall", folder="beside")
    at.git("-C", "beside", "commit", "-qm", "c")
    at.run("hook", "uninstall", code=1)
    # Somebody else's.
    path = at.folder / ".git/hooks/pre-commit"
    path.write_text("#!/bin/sh\nexit 7\n")
    equal("aphoria scan --staged || exit 1" in at.run("hook", "install", code=2).stderr, True)
    at.run("hook", "uninstall", code=1)
    equal(path.read_text(), "#!/bin/sh\nexit 7\n")
    at.run("hook", "install", "--force")
    at.run("hook", "install")
    at.run("hook", "uninstall")
    equal(path.read_text(), "#!/bin/sh\nexit 7\n")
    path.unlink()
    path.symlink_to("/not/there")
    at.run("hook", "install", code=2)
    path.unlink()
    # Where core.hooksPath says.
    at.git("config", "core.hooksPath", "my hooks")
    at.run("hook", "install", folder=".git/..")
    equal((at.folder / "my hooks/pre-commit").exists(), True)
    at.write("d.py", HEAD + bad("d"))
    at.git("add", "d.py")
    at.git("commit", "-qm", "d", code=1)
    # A machine without the program is told so.
    at.environment["PATH"] = "/usr/bin:/bin"
    equal("not on PATH" in at.git("commit", "-qm", "d", code=1), True)


RULE = "tls_cert_verification/requests-verify"


def comments(at):
    """A comment with rule and reason takes a finding as it is; nothing else does."""
    lines = [
        ("", HEAD),
        ("", bad("open")),
        ("ack", bad("same line", f"  # aphoria:ignore[{RULE}] a test's own")),
        ("", f"# aphoria:ignore[{RULE}] the next statement\n"),
        ("", "\n"),
        ("", "# another comment\n"),
        ("ack", 'requests.get(\n    "https://x.example", timeout=3,\n    verify=False)\n'),
        ("", bad("after the statement")),
        ("ack", bad("by file", "  # aphoria:ignore[tls_cert_verification] by the file of rules")),
        ("ack", bad("list", f"  # aphoria:ignore[timeout_present_python, {RULE}] two of them")),
        ("", bad("no reason", f"  # aphoria:ignore[{RULE}]")),
        ("", bad("blank reason", f"  # aphoria:ignore[{RULE}]   ")),
        ("", bad("other rule", "  # aphoria:ignore[secret_password] no")),
        ("", bad("no such rule", "  # aphoria:ignore[tls_cert] no")),
        ("", bad("no rule", "  # aphoria:ignore no")),
        ("", bad("prefix", f"  # aphoria:ignore[{RULE}x] no")),
        ("", f's = "# aphoria:ignore[{RULE}] a string"; ' + bad("string")),
        ("", f'"""\n# aphoria:ignore[{RULE}] a docstring\n"""\n'),
        ("", bad("docstring")),
        ("", f"# aphoria:ignore[{RULE}] of a function its head alone\ndef f(a=1):\n"),
        ("", "    " + bad("in a body")),
        ("", f"    # aphoria:ignore[{RULE}] nothing comes behind it\n"),
    ]
    text, wanted = "", {}
    for state, line in lines:
        if "requests.get" in line:
            wanted[text.count("\n") + 1 + line[:line.index("requests.get")].count("\n")] = state == "ack"
        text += line
    at.write("a.py", text)
    found = at.scan("--all")
    got = {each["line"]: each["outcome"] == "ack" for each in found["findings"] if each["rule"] == RULE}
    equal(got, wanted)
    faults = sorted(each["fault"] for each in found["ignores"] if each["fault"])
    equal(faults, sorted(["it does not say why"] * 2 + ["nothing is found there"] * 3 + ["there is no such rule"] * 2 +
                         ["no rule in brackets behind it", "nothing comes behind it"]))
    equal(found["summary"]["idle_ignores"], 9)
    acknowledged = {each["acknowledged"] for each in found["findings"]} - {None}
    equal("ignored here: a test's own" in acknowledged, True)


def comments_elsewhere(at):
    """In the languages' own comments, and in those of configuration files."""
    secret = "ghp_" + "q7R8s9T0u1V2" * 3
    why = "aphoria:ignore[secret_tokens] on purpose"
    taken = {
        "a.js": f"const a = '{secret}'; // {why}\n", "b.js": f"/* {why} */\nconst a = '{secret}';\n",
        "a.ts": f"// {why}\nconst a: string = '{secret}';\n", "A.java": f"class A {{\n  // {why}\n  String a = \"{secret}\";\n}}\n",
        "a.go": f"package a\n\n// {why}\nvar a = \"{secret}\"\n", "a.c": f"/* {why} */\nchar *a = \"{secret}\";\n",
        "a.rs": f"// {why}\nconst A: &str = \"{secret}\";\n", "a.rb": f"A = '{secret}' # {why}\n",
        "a.php": f"<?php\n$a = '{secret}'; // {why}\n", "a.sh": f"a={secret} # {why}\n",
        "a.yaml": f"# {why}\na: {secret}\n", "b.yaml": f"a: \"{secret}\" # {why}\n", "a.toml": f"a = \"{secret}\" # {why}\n",
        "a.env": f"# {why}\nA={secret}\n", "a.properties": f"! {why}\n\na={secret}\n", "a.ini": f"; {why}\na={secret}\n",
        "a.xml": f"<a>\n<!-- {why} -->\n<b>{secret}</b></a>\n", "Dockerfile": f"FROM a:1\n# {why}\nENV A={secret}\n",
        "a.tf": f"a = \"{secret}\" // {why}\n", "nginx.conf": f"a {secret}; # {why}\n", "Makefile": f"# {why}\nA = {secret}\n",
        "a.json": f"{{\n  // {why}\n  \"a\": \"{secret}\"\n}}\n", "a.txt": f"# {why}\n{secret}\n", "a.md": f"<!-- {why} -->\n{secret}\n",
    }
    open_ = {
        "o.js": f"const a = '// {why} {secret}';\n", "o2.js": f"const a = `\n// {why}\n`; const b = '{secret}';\n",
        "o.yaml": f"a: \"# {why} {secret}\"\n", "o2.yaml": f"a: |\n  # {why}\n  {secret}\n", "o3.yaml": f"a#{why}: {secret}\n",
        "o.toml": f"a = '''\n# {why}\n{secret}'''\n", "o.properties": f"a={secret} # {why}\n",
        "o2.properties": f"a=b\\\n# {why}\nc={secret}\n", "o.json": f"{{\"a\": \"// {why} {secret}\"}}\n",
        "o.xml": f"<a><![CDATA[<!-- {why} -->\n{secret}]]></a>\n", "o.tf": f"a = <<E\n# {why}\n{secret}\nE\n",
        "o.sh": f"cat <<E\n# {why}\n{secret}\nE\n", "o.env": f"A='# {why}' B={secret}\n",
    }
    for name, text in {**taken, **open_}.items():
        at.write(name, text)
    found = at.scan("--all")
    outcomes = {}
    for each in found["findings"]:
        if each["rule"].startswith("secret_tokens/"):
            outcomes.setdefault(each["path"], set()).add(each["outcome"])
    wrong = {name: outcomes.get(name) for name in taken if outcomes.get(name) != {"ack"}}
    wrong.update({name: outcomes.get(name) for name in open_ if outcomes.get(name) != {"block"}})
    equal(wrong, {})


CASES = (staged, since, history, hook, comments, comments_elsewhere, outside)


def main():
    failed = 0
    for case in CASES:
        with tempfile.TemporaryDirectory() as folder:
            try:
                case(Place(folder, case is not outside))
                print(case.__name__)
            except AssertionError as error:
                failed += 1
                line = error.__traceback__.tb_next.tb_lineno
                print(f"{case.__name__}: FAILED, line {line}: {error}")
    sys.exit(failed > 0)


main()
