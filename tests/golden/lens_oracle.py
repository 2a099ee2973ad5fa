#!/usr/bin/env python3
"""A second implementation of docs/lenses.md, sections 2 to 5 and 10, compared with the C one.

Run by tests/property/test_lens_oracle.c, which names the program to compare with in
STEME_LENS_TOOL. It recomputes the worked numbers of the page, then resolves random cases both ways.
Shares are fractions, logarithms and powers decimals of 60 digits: nothing is rounded but where the
page says so. With --every-logarithm it compares L(x) for all x up to 1,000,000 (some minutes);
STEME_LENS_CASES is the number of cases per lens."""
import dataclasses
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
DAY = 86_400 * SECOND
CASE_COUNT = int(os.environ.get("STEME_LENS_CASES", "10000"))
CLASSES = ["regulatory", "clinical", "observational", "expert", "community", "anecdotal"]
CLASS_WEIGHTS = (1_000_000, 850_000, 700_000, 500_000, 300_000, 100_000)
RELATIONS = ["=", "!=", "<", "<=", ">", ">=", "none"]
RANKED = ["recency", "hlc", "consensus", "confidence", "votes", "authority", "weighted",
          "constraints", "skeptic", "layered"]
LENSES = RANKED + ["rules"]
decimal.getcontext().prec = 60
LN2 = decimal.Decimal(2).ln()


def floor(number):
    return int(decimal.Decimal(number).to_integral_value(decimal.ROUND_FLOOR))


# ---- Sections 3 and 10: logarithm, power, conflict, decay, trust --------------------------------


@functools.lru_cache(maxsize=None)
def logarithm(x):
    if x & (x - 1) == 0:
        return (x.bit_length() - 1) << 32
    return floor(decimal.Decimal(x).ln() / LN2 * 2**32)


def power(x):
    if x % 2**32 == 0:
        return 2**32 >> (x // 2**32)
    return floor(2**32 * (-LN2 * x / 2**32).exp())


def entropy(shares):
    return sum(s * (logarithm(UNIT) - logarithm(s)) // UNIT for s in shares if s > 0)


def conflict(shares):
    if len(shares) <= 1:
        return 0
    if len(set(shares)) == 1:
        return UNIT
    return min(UNIT, max(1, entropy(shares) * UNIT // logarithm(len(shares))))


def part_of(part, whole):
    return int(fractions.Fraction(part * UNIT, whole))


def for_and_against(a, b):
    return conflict([part_of(a, a + b), part_of(b, a + b)]) if a > 0 and b > 0 else 0


def agreement(score):
    return "unanimous" if score == 0 else "agreed" if score < 400_000 else "contested"


def ratio(part, whole):
    return int(fractions.Fraction(part * 2**32, whole))


def effective(confidence, claim_time, now, half_life):
    if half_life == 0 or now <= claim_time:
        return confidence
    return confidence * power(ratio(now - claim_time, half_life * SECOND)) >> 32


def trust(votes):
    """Of (time, weight) in order."""
    result, before = UNIT // 2, None
    for time, weight in votes:
        if abs(weight) < UNIT // 2:
            continue
        if before is not None:
            drift = abs(result - UNIT // 2) * power(ratio(time - before, 30 * DAY)) >> 32
            result = UNIT // 2 + (drift if result >= UNIT // 2 else -drift)
        result = max(0, min(UNIT, result + (50_000 if weight > 0 else -100_000)))
        before = time
    return result


# ---- Records ------------------------------------------------------------------------------------


@dataclasses.dataclass(frozen=True)
class Content:
    kind: str  # "number", "time", "text", "boolean"
    payload: object
    unit: str = "-"


@dataclasses.dataclass(frozen=True)
class Record:
    id: int
    claim_time: int
    stamp: tuple  # (time, counter, node)
    relation: str
    content: Content  # None for the relation "none"
    is_rule: bool
    votes: int

    def value(self):
        return (self.is_rule, self.relation, self.content)

    def age(self):
        return (self.claim_time, self.stamp, self.id)

    def last(self):
        return (self.stamp, self.id)


@dataclasses.dataclass(frozen=True)
class Pair:
    record: Record
    identity: int
    tier: int
    confidence: int
    trust: int


@dataclasses.dataclass
class Case:
    pairs: list
    values: list  # in the order in which they are numbered
    is_many: bool = False
    class_weights: tuple = CLASS_WEIGHTS


@dataclasses.dataclass
class Answer:
    winner: Record = None
    runner_up: Record = None
    confidence: int = 0
    conflict: int = 0
    verdict: str = "none"
    rule: Record = None
    tiers: list = dataclasses.field(default_factory=list)
    weights: dict = dataclasses.field(default_factory=dict)  # by pair
    says: dict = dataclasses.field(default_factory=dict)  # by value
    overruled: set = dataclasses.field(default_factory=set)


# ---- Section 2 ----------------------------------------------------------------------------------


def identities(pairs):
    return sorted({p.identity for p in pairs})


def of_value(pairs, value):
    return [p for p in pairs if p.record.value() == value]


def newest(pairs):
    return max(pairs, key=lambda p: p.record.age()).record


def units_and_weights(pairs):
    units, weights = {}, {}
    for identity in identities(pairs):
        own = [p for p in pairs if p.identity == identity]
        claimed = {p.record.value() for p in own}
        for value in claimed:
            part = int(fractions.Fraction(UNIT, len(claimed)))
            units[value] = units.get(value, 0) + part
            weights[max(of_value(own, value), key=lambda p: p.record.age())] = part
    return units, weights


def shares_of(pairs):
    units, _ = units_and_weights(pairs)
    n = len(identities(pairs))
    return {value: int(fractions.Fraction(u, n)) for value, u in units.items()}


def heads(pairs, relation, content):
    return len({p.identity for p in pairs
                if p.record.relation == relation and p.record.content == content})


def conflict_of(pairs, is_many):
    if is_many:
        return max([for_and_against(heads(pairs, "=", c), heads(pairs, "!=", c))
                    for c in {p.record.content for p in pairs}], default=0)
    return conflict(list(shares_of(pairs).values()))


# ---- Section 4 ----------------------------------------------------------------------------------


def rank(answer, order):
    """`order`: (place, the record that quotes the value), the greatest place first."""
    order = sorted(order, key=lambda item: item[0], reverse=True)
    answer.winner = order[0][1] if order else None
    answer.runner_up = order[1][1] if len(order) > 1 else None


def confidence_of_gap(gap):
    for seconds, confidence in ((86_400, 950_000), (3_600, 800_000), (60, 600_000)):
        if gap > seconds * SECOND:
            return confidence
    return 500_000


def recency(case, answer):
    rank(answer, [(r.age(), r) for r in (newest(of_value(case.pairs, v)) for v in case.values)])
    answer.confidence = UNIT
    if answer.runner_up:
        answer.confidence = confidence_of_gap(
            answer.winner.claim_time - answer.runner_up.claim_time)


def greatest_stamp(pairs):
    return max((p.record for p in pairs), key=Record.last)


def hlc(case, answer):
    rank(answer, [(r.last(), r) for r in
                  (greatest_stamp(of_value(case.pairs, v)) for v in case.values)])
    answer.confidence = UNIT
    if answer.runner_up:
        answer.confidence = confidence_of_gap(answer.winner.stamp[0] - answer.runner_up.stamp[0])


def consensus(case, answer):
    shares = shares_of(case.pairs)
    rank(answer, [((shares[v], greatest_stamp(of_value(case.pairs, v)).last()),
                   newest(of_value(case.pairs, v))) for v in case.values])
    answer.confidence = shares[answer.winner.value()]


def confidence(case, answer):
    def place(pair):
        return (pair.confidence, pair.record.last())
    best = [max(of_value(case.pairs, v), key=place) for v in case.values]
    rank(answer, [(place(p), p.record) for p in best])
    answer.confidence = max(p.confidence for p in case.pairs)


def votes(case, answer):
    sums, order = {}, []
    for value in case.values:
        records = {p.record for p in of_value(case.pairs, value)}
        total = sum(r.votes for r in records)
        if total > 0:
            sums[value] = total
            order.append(((total, max(r.last() for r in records)),
                          max(records, key=lambda r: (r.votes, r.last()))))
    rank(answer, order)
    if answer.winner:
        answer.confidence = part_of(sums[answer.winner.value()], sum(sums.values()))


def weight(case, pair):
    return case.class_weights[pair.tier] * pair.confidence // UNIT * pair.trust // UNIT


def heaviest(case, pairs):
    """Of each identity the pair that carries its weight, in the order of the keys."""
    return [max((p for p in pairs if p.identity == identity),
                key=lambda p: (weight(case, p), p.record.age())) for identity in identities(pairs)]


@dataclasses.dataclass
class Standing:
    value: tuple
    tier: int
    score: int
    weight: int
    last: tuple
    head: Record
    confidence: int
    counted: list  # pairs that carry weight

    def place(self):
        return (-self.tier, self.score, self.weight, self.last)


def standing_of(case, value, pairs):
    tier = min(p.tier for p in pairs)
    pairs = [p for p in pairs if p.tier == tier]
    counted = heaviest(case, pairs)
    left = UNIT
    for pair in counted:
        left = left * (UNIT - weight(case, pair)) // UNIT
    return Standing(value, tier, UNIT - left, sum(weight(case, p) for p in counted),
                    greatest_stamp(pairs).last(), newest(pairs), max(p.confidence for p in pairs),
                    counted)


def by_authority(case, pairs):
    values = {p.record.value() for p in pairs}
    return sorted((standing_of(case, v, of_value(pairs, v)) for v in values),
                  key=Standing.place, reverse=True)


def weigh_all(case, answer, standings):
    answer.weights = {p: weight(case, p) for s in standings for p in s.counted}


def authority(case, answer):
    order = by_authority(case, case.pairs)
    rank(answer, [(s.place(), s.head) for s in order])
    answer.confidence = order[0].score
    weigh_all(case, answer, order)


def weighted(case, answer):
    sums = {v: 0 for v in case.values}
    answer.weights = {}
    for value in case.values:
        for pair in heaviest(case, of_value(case.pairs, value)):
            claimed = {p.record.value() for p in case.pairs if p.identity == pair.identity}
            given = int(fractions.Fraction(UNIT, len(claimed))) * weight(case, pair) // UNIT
            answer.weights[pair] = given
            sums[value] += given
    rank(answer, [((sums[v], greatest_stamp(of_value(case.pairs, v)).last()),
                   newest(of_value(case.pairs, v))) for v in case.values if sums[v] > 0])
    if answer.winner:
        answer.confidence = part_of(sums[answer.winner.value()], sum(sums.values()))


def holds(relation, content, number):
    """Whether `number`, of the same kind and unit, satisfies a rule."""
    return {"=": number == content.payload, "!=": number != content.payload,
            "<": number < content.payload, "<=": number <= content.payload,
            ">": number > content.payload, ">=": number >= content.payload}[relation]


def is_comparable(left, right):
    return left is not None and right is not None and \
        (left.kind, left.unit) == (right.kind, right.unit)


def judge(case, rule, content):
    _, relation, bound = rule
    if relation == "none":
        return "violated"
    if not is_comparable(bound, content):
        return "unknown"
    if case.is_many and relation == "=" and bound != content:
        return "unknown"
    if relation in ("=", "!="):
        return "satisfied" if (bound == content) == (relation == "=") else "violated"
    return "satisfied" if holds(relation, bound, content.payload) else "violated"


def is_at_odds(case, left, right):
    (_, a, x), (_, b, y) = left, right
    if case.is_many:
        return {a, b} == {"=", "!="} and x == y
    if "none" in (a, b):
        return a != b
    if not is_comparable(x, y):
        return False
    if "=" in (a, b):
        says = judge(case, right, x) if a == "=" else judge(case, left, y)
        return says == "violated"
    if x.kind not in ("number", "time"):
        return False
    x_number, y_number = fractions.Fraction(x.payload), fractions.Fraction(y.payload)
    points = [x_number, y_number, (x_number + y_number) / 2]
    points += [p + step for p in points for step in (-1, 1)]
    points += [min(points) - 1, max(points) + 1]
    return not any(holds(a, x, p) and holds(b, y, p) for p in points)


def constraints(case, answer):
    authority(case, answer)
    order = by_authority(case, case.pairs)
    units, _ = units_and_weights(case.pairs)
    odds = [s for s in order if s.value != order[0].value
            and is_at_odds(case, order[0].value, s.value)]
    against = sum(units[s.value] for s in odds)
    answer.overruled = {s.value for s in odds if s.tier > order[0].tier}
    answer.conflict = for_and_against(sum(units.values()) - against, against)


def rules(case, answer):
    answer.conflict = 0
    answer.verdict = "unknown"
    answer.says = {v: "unknown" for v in case.values if v[0]}
    order = by_authority(case, case.pairs)
    weigh_all(case, answer, order)
    claims = [s for s in order if not s.value[0] and s.value[1] == "="]
    rank(answer, [(s.place(), s.head) for s in claims])
    if not claims:
        return
    speaking = []
    for standing in (s for s in order if s.value[0]):
        answer.says[standing.value] = judge(case, standing.value, claims[0].value[2])
        if answer.says[standing.value] != "unknown":
            speaking.append(standing)
    if not speaking:
        return
    answer.overruled = {s.value for s in speaking[1:] if s.tier > speaking[0].tier
                        and is_at_odds(case, speaking[0].value, s.value)}
    for verdict in ("satisfied", "violated"):
        deciding = [s for s in speaking if s.value not in answer.overruled
                    and answer.says[s.value] == verdict]
        if deciding:
            answer.verdict, answer.rule = verdict, deciding[0].head
            answer.confidence = deciding[0].confidence * claims[0].confidence // UNIT
    units, _ = units_and_weights(case.pairs)
    answer.conflict = for_and_against(*(sum(units[s.value] for s in speaking
                                            if answer.says[s.value] == verdict)
                                        for verdict in ("satisfied", "violated")))


def skeptic(case, answer):
    pass


def layered(case, answer):
    authority(case, answer)
    answer.weights = {}
    winners = []
    for tier in range(len(CLASSES)):
        pairs = [p for p in case.pairs if p.tier == tier]
        if pairs:
            order = by_authority(case, pairs)
            for standing in order:
                answer.weights.update({p: weight(case, p) for p in standing.counted})
            winners.append(order[0].value)
            answer.tiers.append((tier, len({p.record for p in pairs}), order[0].head.id,
                                 order[0].score, conflict_of(pairs, case.is_many)))
    if case.is_many:
        answer.conflict = max(for_and_against(
            sum(w[1:] == ("=", c) for w in winners), sum(w[1:] == ("!=", c) for w in winners))
            for c in {w[2] for w in winners})
    else:
        answer.conflict = conflict([int(fractions.Fraction(winners.count(w) * UNIT, len(winners)))
                                    for w in set(winners)])


def resolve(lens, case):
    _, weights = units_and_weights(case.pairs)
    answer = Answer(conflict=conflict_of(case.pairs, case.is_many), weights=weights)
    if case.pairs:
        globals()[lens](case, answer)
    elif lens == "rules":
        answer.verdict = "unknown"
    return answer


# ---- Questions to the tool, and its answers -----------------------------------------------------


def join(parts, separator=","):
    return separator.join(str(part) for part in parts) or "-"


def answer_line(case, answer):
    shares = shares_of(case.pairs)
    return " ".join(str(part) for part in (
        answer.winner.id if answer.winner else "-",
        answer.runner_up.id if answer.runner_up else "-",
        answer.confidence, answer.conflict, agreement(answer.conflict),
        join(shares[v] for v in case.values),
        join(answer.weights.get(p, 0) for p in case.pairs),
        answer.verdict, answer.rule.id if answer.rule else "-",
        join(answer.says.get(v, "none") for v in case.values),
        join(int(v in answer.overruled) for v in case.values),
        join((":".join(map(str, tier)) for tier in answer.tiers), ";")))


def content_text(content):
    if content is None:
        return "none 0 -"
    payload = content.payload
    if content.kind == "number" and isinstance(payload, float):
        return f"real {payload.hex()} {content.unit}"
    if content.kind == "text":  # told apart by their numbers as objects
        payload = 0
    return f"{content.kind} {payload} {content.unit}"


def case_line(lens, case):
    records = sorted({p.record for p in case.pairs}, key=lambda r: r.id)
    objects = sorted({r.content for r in records}, key=str)
    lines = [f"{lens} {int(case.is_many)}", *map(str, case.class_weights), str(len(records))]
    lines += [f"{case.values.index(r.value())} {objects.index(r.content)} {int(r.is_rule)} "
              f"{RELATIONS.index(r.relation)} {content_text(r.content)} {r.votes} {r.claim_time} "
              f"{r.stamp[0]} {r.stamp[1]} {r.stamp[2]} {r.id}" for r in records]
    lines.append(str(len(case.pairs)))
    lines += [f"{records.index(p.record)} {p.identity} {p.tier} {p.confidence} {p.trust}"
              for p in case.pairs]
    return " ".join(lines)


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


def compare_cases(lens, cases):
    compare([case_line(lens, case) for case in cases],
            [answer_line(case, resolve(lens, case)) for case in cases])


# ---- The page's worked numbers ------------------------------------------------------------------


def rows_of(page, *head):
    """The cells of the table that has this head."""
    lines = page.splitlines()
    begin = lines.index("| " + " | ".join(head) + " |") + 2
    rows = []
    while begin < len(lines) and lines[begin].startswith("|"):
        rows.append([cell.strip() for cell in lines[begin].strip("|").split("|")])
        begin += 1
    return rows


def check(condition, what):
    if not condition:
        sys.exit(f"docs/lenses.md: {what}")


def check_entropy(page):
    rows = rows_of(page, "shares", "H", "conflict", "agreement")
    for shares, h, score, name in rows:
        numbers = [int(s) for s in shares.split()]
        check((entropy(numbers), conflict(numbers), agreement(conflict(numbers))) ==
              (int(h), int(score), name), shares)
    for letter, function, tool in (("L", logarithm, "log2"), ("E", power, "exp2")):
        worked = re.findall(letter + r"\((\d+)\) = (\d{5,})", page)
        check(len(worked) >= 3, letter)
        for x, value in worked:
            check(function(int(x)) == int(value), f"{letter}({x}) is {function(int(x))}")
        compare([f"{tool} {x}" for x, _ in worked], [value for _, value in worked])
    compare(["entropy " + row[0] for row in rows], [" ".join(row[1:]) for row in rows])


def check_weights(page):
    rows = rows_of(page, "tier", "source class", "weight", "half-life", "meant for")
    check([(row[1], int(row[2])) for row in rows] == list(zip(CLASSES, CLASS_WEIGHTS)), "classes")
    half_lives = [0 if row[3] == "never" else int(row[3].split()[0]) * 86_400 for row in rows]
    compare(["class-decay"], [join(half_lives)])
    rows = rows_of(page, "confidence", "age, days", "half-life, days", "x", "E(x)", "effective")
    for row in rows:
        c, age, half_life, x, e, result = map(int, row)
        check((ratio(age * DAY, half_life * DAY), power(x)) == (x, e), row)
        check(effective(c, 0, age * DAY, half_life * 86_400) == result, row)
    compare([f"decay {r[0]} 0 {int(r[1]) * DAY} {int(r[2]) * 86_400}" for r in rows],
            [r[5] for r in rows])
    rows = rows_of(page, "votes, at day", "trust")
    questions = []
    for text, result in rows:
        given = [(int(v[1:]) * DAY, UNIT if v[0] == "+" else -UNIT) for v in text.split()]
        check(trust(given) == int(result), text)
        questions.append(trust_line(given))
    compare(questions, [row[1] for row in rows])


def trust_line(given):
    return f"trust {len(given)} " + " ".join(f"{time} {weight}" for time, weight in given)


def semaglutide(page):
    contents = {"A": "warning", "B": "none", "C": "yes", "D": "none"}
    pairs = []
    rows = rows_of(page, "record", "source class", "confidence", "votes", "w")
    for name, tier, confidence, votes, w in rows:
        at = ord(name) - ord("A")
        record = Record(ord(name), at * SECOND, (at * SECOND, 0, 0), "=",
                        Content("text", contents[name]), False, int(votes))
        pairs.append(Pair(record, at, CLASSES.index(tier), int(confidence), UNIT // 2))
        check(weight(Case(pairs, []), pairs[-1]) == int(w), f"w of {name}")
    return Case(pairs, list(dict.fromkeys(p.record.value() for p in pairs)))


def name_of(record):
    return chr(record.id) if record else "–"


def check_answers(page):
    case = semaglutide(page)
    rows = rows_of(page, "lens", "winner", "runner-up", "confidence", "conflict", "agreement")
    check([row[0] for row in rows] == RANKED, "the worked lenses")
    for row in rows:
        answer = resolve(row[0], case)
        check([name_of(answer.winner), name_of(answer.runner_up), str(answer.confidence),
               str(answer.conflict), agreement(answer.conflict)] == row[1:], f"{row[0]}: {answer}")
        compare_cases(row[0], [case])
    tiers = [[CLASSES[t], str(n), chr(i), str(c), str(d)]
             for t, n, i, c, d in resolve("layered", case).tiers]
    check(tiers == rows_of(page, "tier", "candidates", "winner", "confidence", "conflict"), "tiers")


def check_rules(page):
    rows = rows_of(page, "record", "side", "source class", "confidence", "relation", "value",
                   "says", "overruled")
    pairs = []
    for name, side, tier, confidence, relation, value, _, _ in rows:
        content = Content("number", int(value)) if value.isdigit() else Content("text", value)
        record = Record(ord(name), 0, (0, 0, 0), relation, content, side == "rule", 0)
        pairs.append(Pair(record, ord(name), CLASSES.index(tier), int(confidence), UNIT // 2))
    case = Case(pairs, [p.record.value() for p in pairs])
    answer = resolve("rules", case)
    for pair, row in zip(pairs, rows):
        value = pair.record.value()
        check([answer.says.get(value, "none"), "yes" if value in answer.overruled else "no"] ==
              row[6:], f"{row}: {answer}")
    check((name_of(answer.winner), answer.verdict, name_of(answer.rule), answer.confidence,
           answer.conflict) == ("P", "violated", "N", 800_000, 918_296), f"rules: {answer}")
    check(re.search(r"decided by N, confidence\s800000;.*conflict 918296", page), "the verdict")
    compare_cases("rules", [case])


def check_page():
    page = pathlib.Path(__file__).parents[2].joinpath("docs/lenses.md").read_text()
    check_entropy(page)
    check_weights(page)
    check_answers(page)
    check_rules(page)


# ---- Random cases -------------------------------------------------------------------------------


def random_number(source):
    return source.choice([0, 1, -1, 5, 5.5, -0.5, 1e-300, 1e300, -1e19, 2**63 - 1, -2**63,
                          123.25, 2**53, source.randint(-9, 9)])


def random_content(source, relation, size):
    if relation == "none":
        return None
    unit = source.choice(["-", "-", "-", "ms"])
    if relation in ("<", "<=", ">", ">="):
        kind = source.choice(["number", "number", "time"])
    else:
        kind = source.choice(["number", "text", "text", "boolean", "time"])
    if kind == "number":
        payload = random_number(source) if source.random() < 0.4 else source.randint(1, size)
        return Content(kind, payload, unit)
    if kind == "boolean":
        return Content(kind, source.randint(0, 1), unit)
    return Content(kind, source.randint(1, size), unit)


def random_fraction(source):
    return source.choice([0, UNIT, 500_000, 900_000, 1, source.randint(0, UNIT)])


def random_records(source, count, spread):
    size = source.randint(1, 6)
    relations = source.choice([["="], ["=", "!="], RELATIONS, ["="] * 9 + RELATIONS])
    for number in source.sample(range(1000), count):
        relation = source.choice(relations)
        claim_time = source.randint(-spread, spread)
        if source.random() < 0.02:
            claim_time = source.choice([-2**63, 2**63 - 1])
        stamp = (source.randint(0, spread), source.randint(0, 1), source.randint(0, 1))
        votes = source.choice([0, 0, source.randint(-3, 3) * UNIT, source.randint(-2**40, 2**40)])
        content = Content("text", source.randint(1, size)) if len(relations) < 3 \
            else random_content(source, relation, size)
        yield Record(number, claim_time, stamp, relation, content, source.random() < 0.5, votes)


def random_case(source, lens):
    agents, classes = source.randint(1, 6), source.choice([[0], [5], [1, 2], range(6)])
    spread = source.choice([1, 3, 100, 10**11, 10**14])
    plain = source.random() < 0.3  # weights that are often the same
    pairs = []
    for record in random_records(source, source.randint(0, 12), spread):
        if lens != "rules":
            record = dataclasses.replace(record, is_rule=False)
        for agent in source.sample(range(agents), source.randint(1, min(agents, 3))):
            pairs.append(Pair(record, agent, source.choice(classes),
                              UNIT if plain else random_fraction(source),
                              UNIT // 2 if plain else random_fraction(source)))
    source.shuffle(pairs)
    values = sorted({p.record.value() for p in pairs}, key=str)
    source.shuffle(values)
    weights = CLASS_WEIGHTS if source.random() < 0.8 else \
        tuple(random_fraction(source) for _ in CLASSES)
    return Case(pairs, values, source.random() < 0.25, weights)


def check_functions(source):
    numbers = [source.randint(1, UNIT) for _ in range(2000)] + [2**32 - 1, 2**31, 1, 2, 3]
    compare([f"log2 {x}" for x in numbers], [str(logarithm(x)) for x in numbers])
    numbers = [source.randint(0, 2**32) << source.randint(0, 31) for _ in range(5000)]
    numbers += [2**32 - 1, 2**32 + 1, 0, 1, 2**37, 2**37 - 1, 2**64 - 1]
    compare([f"exp2 {x}" for x in numbers], [str(power(x)) for x in numbers])
    questions, expected = [], []
    for _ in range(2000):
        c, half_life = random_fraction(source), source.choice([0, 1, 86_400, 2_592_000, 9223372036])
        claim, now = (source.choice([-2**63, 2**63 - 1, 0, source.randint(0, 10**17)])
                      for _ in range(2))
        questions.append(f"decay {c} {claim} {now} {half_life}")
        expected.append(str(effective(c, claim, now, half_life)))
        weights = [UNIT, -UNIT, 500_000, -500_000, 499_999, -499_999, 0]
        given = sorted((source.randint(0, 10**17), source.choice(weights))
                       for _ in range(source.randint(0, 9)))
        questions.append(trust_line(given))
        expected.append(str(trust(given)))
    compare(questions, expected)


def main():
    check_page()
    seed = int(os.environ.get("STEME_TEST_SEED", "20261122"), 0)
    print(f"seed {seed}")
    check_functions(random.Random(seed))
    if "--every-logarithm" in sys.argv:
        compare([f"log2 {x}" for x in range(1, UNIT + 1)],
                [str(logarithm(x)) for x in range(1, UNIT + 1)])
    for lens in LENSES:
        source = random.Random(f"{seed} {lens}")
        compare_cases(lens, [random_case(source, lens) for _ in range(CASE_COUNT)])
        print(f"{lens}: {CASE_COUNT} cases agree")


if __name__ == "__main__":
    main()
