#!/usr/bin/env python3
"""The labelled cases: recall at least .90, precision at least .95, and no case may get worse unseen."""
import os
import pathlib
import sys

import quality

RECALL_MIN, PRECISION_MIN = 0.90, 0.95


def main():
    root = pathlib.Path(os.environ["STEME_SOURCE"]) / "tests/aphoria/cases"
    cases = quality.run(os.environ["APHORIA"], root)
    for case in cases:
        for concept, value in sorted(case.missed):
            print(f"{case.path}: missed: {concept} = {value}")
        for concept, value in sorted(case.false_alarms):
            print(f"{case.path}: false alarm: {concept} = {value}")
    _, _, whole = quality.tables(cases)
    print(f"{len(cases)} cases: recall {whole.recall:.3f}, precision {whole.precision:.3f}")
    if not cases or whole.recall < RECALL_MIN or whole.precision < PRECISION_MIN:
        sys.exit(f"to reach: recall {RECALL_MIN}, precision {PRECISION_MIN}")


main()
