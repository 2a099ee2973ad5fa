#!/usr/bin/env python3
"""docs/aphoria.md says what is so: each command and option in it is one of the program's, and its rule
finds its own examples. APHORIA = the program; STEME_SOURCE = the repository."""
import functools
import os
import pathlib
import re
import shlex
import subprocess
import tempfile

PROGRAM = os.environ["APHORIA"]
PAGE = pathlib.Path(os.environ["STEME_SOURCE"], "docs", "aphoria.md").read_text(encoding="utf-8")


@functools.lru_cache(None)
def help_of(*command):
    return subprocess.run([PROGRAM, "help", *command], capture_output=True, check=True, text=True).stdout


def lines():
    """Every command line of the page: those typed, those in workflows, those within a sentence."""
    found = re.findall(r"^(?:\$ |- run: | *script: )(aphoria .*)$", PAGE, re.MULTILINE)
    prose = re.sub(r"^```.*?^```", "", PAGE, flags=re.MULTILINE | re.DOTALL)
    return found + [" ".join(each.split()) for each in re.findall(r"`(aphoria\s[^`]+)`", prose)]


def check_line(line, commands):
    words = shlex.split(re.split(r" # | && | > |`", line)[0], comments=True)
    assert words[1] in commands, line
    known = help_of(words[1])
    for word in words[2:]:
        if word.startswith("--"):
            assert re.search(rf"^  {re.escape(word)}\b", known, re.MULTILINE), f"no option {word}: {line}"


def check_rule():
    rule = next(each for each in re.findall(r"^```yaml\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
                if each.startswith("concept:"))
    with tempfile.TemporaryDirectory() as folder:
        pathlib.Path(folder, "team.yaml").write_text(rule, encoding="utf-8")
        done = subprocess.run([PROGRAM, "rules", "test", "team", "--rules", folder], capture_output=True, check=False,
                              text=True)
    assert done.returncode == 0 and "2 examples" in done.stdout, done


def main():
    commands = set(re.findall(r"^  ([a-z-]+)  +\S", help_of(), re.MULTILINE))
    typed = lines()
    assert len(typed) > 30, len(typed)
    for line in typed:
        check_line(line, commands)
    check_rule()
    print(len(typed), "command lines and a rule")


if __name__ == "__main__":
    main()
