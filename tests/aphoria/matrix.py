#!/usr/bin/env python3
"""Every cell of the matrix in ring 1 has two bad and two safe examples or says why it is empty; and nothing in the corpus is without a rule or a reason."""
import os
import re
import subprocess
import sys


def output(*words):
    result = subprocess.run([os.environ["APHORIA"], *words], check=True, stdout=subprocess.PIPE,
                            text=True, env={**os.environ, "NO_COLOR": "1"})
    return result.stdout


def main():
    faults = []
    lines = output("rules", "list", "--matrix").splitlines()
    names = lines[0].split()[2:]
    for line in lines[1:]:
        parts = line.split()
        if len(parts) != len(names) + 2 or parts[1] not in ("1", "2"):
            break
        for name, cell in zip(names, parts[2:]):
            counts = re.fullmatch(r"(\d+)/(\d+)", cell)
            if counts and min(int(counts[1]), int(counts[2])) < 2:
                faults.append(f"{parts[0]} in {name}: {cell} examples")
            if parts[1] == "1" and cell == ".":
                faults.append(f"{parts[0]} in {name}: neither examples nor a reason")
    lint = output("corpus", "lint").splitlines()
    if not lint[-1].endswith(" 0 can never match"):
        faults += lint
    print("\n".join(faults))
    sys.exit(1 if faults or not names else 0)


main()
