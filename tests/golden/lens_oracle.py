#!/usr/bin/env python3
"""A second implementation of docs/lenses.md, sections 2 to 4, compared with the C one.

Run by tests/property/test_lens_oracle.c, which names the program to compare with in
STEME_LENS_TOOL. It recomputes the worked numbers of the page, then resolves random cases both ways.
Shares are fractions, logarithms decimals of 60 digits: nothing is rounded but where the page says so.
With --every-logarithm it compares L(x) for all x up to 1,000,000 (some minutes)."""
import decimal
import fractions
import functools
import os
import pathlib
import random
import re
import subprocess
import sys

UNIT = 1_000_000
SECOND = 10**9
CASE_COUNT = 10_000
decimal.getcontext().prec = 60
LN2 = decimal.Decimal(2).ln()


@functools.lru_cache(maxsize=None)
def logarithm(x):
    if x & (x - 1) == 0:
        return (x.bit_length() - 1) << 32
    return int((decimal.Decimal(x).ln() / LN2 * 2**32).to_integral_value(decimal.ROUND_FLOOR))


def entropy(shares):
    return sum(s * (logarithm(UNIT) - logarithm(s)) // UNIT for s in shares if s > 0)


def conflict(shares):
    if len(shares) <= 1:
        return 0
    if len(set(shares)) == 1:
        return UNIT
    return min(UNIT, max(1, entropy(shares) * UNIT // logarithm(len(shares))))


def agreement(score):
    return "unanimous" if score == 0 else "agreed" if score < 400_000 else "contested"


# A candidate: (identity, value, claim time, stamp (time, counter, node), id).
def age(candidate):
    return (candidate[2], candidate[3], candidate[4])


def last(candidate):
    return (candidate[3], candidate[4])


def confidence_of_gap(gap):
    for seconds, confidence in ((86_400, 950_000), (3_600, 800_000), (60, 600_000)):
        if gap > seconds * SECOND:
            return confidence
    return 500_000


def resolve(lens, candidates):
    """One line as the tool prints it."""
    identities = {c[0] for c in candidates}
    values = sorted({c[1] for c in candidates})
    units = {value: 0 for value in values}
    weights = [0] * len(candidates)
    for identity in identities:
        own = [c for c in candidates if c[0] == identity]
        part = int(fractions.Fraction(UNIT, len({c[1] for c in own})))
        for value in {c[1] for c in own}:
            units[value] += part
            weights[candidates.index(max((c for c in own if c[1] == value), key=age))] = part
    shares = {v: int(fractions.Fraction(units[v], len(identities))) for v in values}
    score = conflict(list(shares.values()))
    newest = {v: max((c for c in candidates if c[1] == v), key=age) for v in values}
    latest = {v: max(last(c) for c in candidates if c[1] == v) for v in values}
    winner = runner_up = None
    confidence = 0
    if lens == "recency":
        ranking = sorted((newest[v] for v in values), key=age, reverse=True)
    elif lens == "consensus":
        order = sorted(values, key=lambda v: (shares[v], latest[v]), reverse=True)
        ranking = [newest[v] for v in order]
    else:
        ranking = []
    if ranking:
        winner = ranking[0]
        runner_up = ranking[1] if len(ranking) > 1 else None
        if lens == "consensus":
            confidence = shares[winner[1]]
        else:
            confidence = confidence_of_gap(winner[2] - runner_up[2]) if runner_up else UNIT
    return " ".join(str(part) for part in (
        winner[4] if winner else "-", runner_up[4] if runner_up else "-", confidence, score,
        agreement(score), ",".join(str(shares[v]) for v in values), ",".join(map(str, weights))))


def random_case(source):
    lens = source.choice(["recency", "consensus", "skeptic"])
    agents, values = source.randint(1, 6), source.randint(1, 6)
    spread = source.choice([1, 3, 100, 10**11, 10**14])
    candidates = []
    for number in source.sample(range(1000), source.randint(0, 12)):
        claim_time = source.randint(-spread, spread)
        if source.random() < 0.02:
            claim_time = source.choice([-2**63, 2**63 - 1])
        stamp = (source.randint(0, spread), source.randint(0, 1), source.randint(0, 1))
        for agent in source.sample(range(agents), source.randint(1, min(agents, 3))):
            candidates.append((agent, None, claim_time, stamp, number))
    of_record = {c[4]: source.randrange(values) for c in candidates}
    used = sorted(set(of_record.values()))
    return lens, [(a, used.index(of_record[i]), t, s, i) for a, _, t, s, i in candidates]


def case_line(lens, candidates):
    return f"{lens} {len(candidates)} " + " ".join(
        f"{a} {v} {t} {s[0]} {s[1]} {s[2]} {i}" for a, v, t, s, i in candidates)


def ask(lines):
    tool = os.environ["STEME_LENS_TOOL"]
    answer = subprocess.run([tool, "answer"], input="\n".join(lines) + "\n", capture_output=True,
                            text=True, check=True).stdout.splitlines()
    if len(answer) != len(lines):
        sys.exit(f"{len(lines)} questions, {len(answer)} answers")
    return answer


def compare(questions, expected):
    for question, want, got in zip(questions, expected, ask(questions)):
        if want.split() != got.split():
            sys.exit(f"question: {question}\noracle:   {want}\nsteme:    {got}")


def check_page():
    page = pathlib.Path(__file__).parents[2].joinpath("docs/lenses.md").read_text()
    rows = re.findall(r"^\| (\d[\d ]*) \| (\d+) \| (\d+) \| (\w+) \|$", page, re.MULTILINE)
    for shares, h, score, name in rows:
        numbers = [int(s) for s in shares.split()]
        assert (entropy(numbers), conflict(numbers), agreement(conflict(numbers))) == \
            (int(h), int(score), name), shares
    logarithms = re.findall(r"L\((\d+)\) = (\d{5,})", page)
    assert len(rows) == 7 and len(logarithms) == 4
    for x, value in logarithms:
        assert logarithm(int(x)) == int(value), x
    compare(["entropy " + row[0] for row in rows], [" ".join(row[1:]) for row in rows])
    compare([f"log2 {x}" for x, _ in logarithms], [value for _, value in logarithms])


def check_logarithms(numbers):
    compare([f"log2 {x}" for x in numbers], [str(logarithm(x)) for x in numbers])


def main():
    check_page()
    seed = int(os.environ.get("STEME_TEST_SEED", "20261122"), 0)
    print(f"seed {seed}")
    source = random.Random(seed)
    check_logarithms([source.randint(1, UNIT) for _ in range(2000)] + [2**32 - 1, 2**31, 1, 2, 3])
    if "--every-logarithm" in sys.argv:
        check_logarithms(range(1, UNIT + 1))
    cases = [random_case(source) for _ in range(CASE_COUNT)]
    compare([case_line(*case) for case in cases], [resolve(*case) for case in cases])
    print(f"{CASE_COUNT} cases agree")


main()
