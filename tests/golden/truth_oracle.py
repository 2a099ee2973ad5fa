"""A second implementation of docs/lenses.md, section 11: the fit of labels, of many values and of
numbers, in plain floats and without copies, and the lens in exact integers.

    STEME_TRUTH_TOOL=.../test_truth_oracle python3 truth_oracle.py

Tables must agree within 30 millionths (the logarithms differ in their last bits), answers exactly."""
import collections
import math
import os
import random
import subprocess
import sys

sys.dont_write_bytecode = True
from lens_oracle import logarithm, power

UNIT = 1_000_000
STRENGTHS = [0.5 * 2**i for i in range(10)]


# ---- The model's bytes --------------------------------------------------------------------------


def decode(data, at=0):
    kind, short = data[at] >> 5, data[at] & 31
    at += 1
    if short >= 24:
        size = 1 << (short - 24)
        short = int.from_bytes(data[at:at + size], "big")
        at += size
    if kind < 2:
        return (short if kind == 0 else -1 - short), at
    if kind in (2, 3):
        return data[at:at + short], at + short
    items = []
    for _ in range(short):
        item, at = decode(data, at)
        items.append(item)
    return items, at


# ---- The fit ------------------------------------------------------------------------------------


def best_strength(rows):
    """Under which one claim of each cell is best told from the others: rows of (counts, bases)."""
    scores = [0.0] * len(STRENGTHS)
    for counts, bases in rows:
        total = sum(counts)
        for i, strength in enumerate(STRENGTHS):
            for count, base in zip(counts, bases):
                if count > 1e-6:
                    scores[i] += count * math.log((max(count - 1, 0) + strength * base)
                                                  / (total - 1 + strength))
    return STRENGTHS[max(range(len(scores)), key=lambda i: (scores[i], -i))]


def log_odds(chance):
    return math.log((chance + 1e-9) / (1 - chance + 1e-9))


ALIKE, WORKERS, CLASSES, ERRORS, HABITS = range(5)
FOLDS = 5


class Labels:
    def __init__(self, case):
        self.case, self.k = case, case.values
        self.fit(self.choose(), None, 20)

    def choose(self):
        best, chosen = self.foretell(ALIKE), ALIKE
        for depth in range(WORKERS, HABITS + 1):
            told = self.foretell(depth)
            more = [a - b for a, b in zip(told, best)]
            if sum(more) > 0 and sum(more) ** 2 > 4 * sum(x * x for x in more):
                best = told
                if depth >= ERRORS or not self.do_errors_agree():
                    chosen = depth
        return chosen

    def foretell(self, depth):
        told = [0.0] * len(self.case.tasks)
        for fold in range(FOLDS):
            self.fit(depth, fold, 8)
            for t in range(fold, len(told), FOLDS):
                told[t] = math.log(sum(
                    self.prior[v] * math.prod(self.rows[w][v][x] for w, x in self.case.tasks[t])
                    for v in range(self.k)))
        return told

    def do_errors_agree(self):
        pairs = agreeing = 0.0
        for claims, posterior in zip(self.case.tasks, self.posterior):
            votes = collections.Counter(value for _, value in claims)
            for v in range(self.k):
                others = [n for value, n in votes.items() if value != v]
                pairs += posterior[v] * math.comb(sum(others), 2)
                agreeing += posterior[v] * sum(math.comb(n, 2) for n in others)
        return self.k > 2 and agreeing > 1.5 * pairs / (self.k - 1)

    def fit(self, depth, held, steps):
        self.depth, self.posterior = depth, []
        for claims in self.case.tasks:
            votes = collections.Counter(value for _, value in claims)
            self.posterior.append([votes[v] / len(claims) for v in range(self.k)])
        self.seen = [t for t in range(len(self.case.tasks)) if held is None or t % FOLDS != held]
        for step in range(steps):
            self.maximize(0.5 * 2 ** (-step / 20))
            self.expect()

    def maximize(self, share):
        k, depth = self.k, self.depth
        seen = [(self.case.tasks[t], self.posterior[t]) for t in self.seen]
        if depth >= CLASSES:
            self.prior = [(1 + sum(p[v] for _, p in seen)) / (len(seen) + k) for v in range(k)]
        else:
            self.prior = [1 / k] * k
        counts = {w: [[0.0] * k for _ in range(k)] for w in self.case.claim_counts}  # [true][claimed]
        numbers = dict.fromkeys(self.case.claim_counts, 0)
        for claims, posterior in seen:
            for worker, claimed in claims:
                numbers[worker] += 1
                for v in range(k):
                    counts[worker][v][claimed] += posterior[v]
        pool = [[sum(c[v][x] for c in counts.values()) for x in range(k)] for v in range(k)]
        accuracy = self.accuracy = ((2 + sum(pool[v][v] for v in range(k)))
                                    / (3 + sum(map(sum, pool))))
        usual = max(accuracy, 1.1 / k)
        coin = [[usual if v == x else (1 - usual) / (k - 1) for x in range(k)] for v in range(k)]
        if depth >= ERRORS:
            coin = [[(pool[v][x] + 5 * coin[v][x]) / (sum(pool[v]) + 5) for x in range(k)]
                    for v in range(k)]
        self.pool = pool = coin
        right = {w: sum(c[v][v] for v in range(k)) for w, c in counts.items()}
        usual = collections.Counter()
        for claims, posterior in seen:
            for worker, _ in claims:
                usual[worker] += sum(posterior[v] * pool[v][v] for v in range(k))
        strength = best_strength([((right[w], n - right[w]), (accuracy, 1 - accuracy))
                                  for w, n in numbers.items() if n >= 2])
        strength = strength if strength >= 128 else 2
        self.accuracies, self.odds, base = {}, {}, {}
        for w, n in numbers.items():
            a = (right[w] + strength * accuracy) / (n + strength)
            e = (usual[w] + strength * accuracy) / (n + strength)
            level = (log_odds(a) - log_odds(e)) * 20 + 128.5
            level = int(min(max(level, 0), 256)) - 128
            self.accuracies[w] = a
            self.odds[w] = math.exp(level / 20 * (0.001 if depth == ALIKE else 1))
            base[w] = [self.at_odds(v, self.odds[w]) for v in range(k)]
        self.dense = [w for w, n in self.case.claim_counts.items()
                      if depth == HABITS and 4 * n >= k * k]
        self.rows = {w: list(base[w]) for w in self.case.claim_counts}
        for v in range(k):
            best = best_strength([(counts[w][v], base[w][v]) for w in self.dense
                                  if sum(counts[w][v]) > 1])
            best *= 1 if best >= 128 else share
            for w in self.dense:
                self.rows[w][v] = [max((counts[w][v][x] + best * base[w][v][x])
                                       / (sum(counts[w][v]) + best), 1e-6) for x in range(k)]

    def at_odds(self, v, factor):
        row = self.pool[v]
        odds = row[v] / (1 - row[v]) * factor
        right = odds / (1 + odds)
        return [max(right if x == v else row[x] / (1 - row[v]) * (1 - right), 1e-6)
                for x in range(self.k)]

    def expect(self):
        for t, claims in enumerate(self.case.tasks):
            scores = [math.log(self.prior[v]) + sum(math.log(self.rows[w][v][x]) for w, x in claims)
                      for v in range(self.k)]
            parts = [math.exp(score - max(scores)) for score in scores]
            self.posterior[t] = [max(part / sum(parts), 1e-30) for part in parts]

    def tables(self):
        yield from self.prior
        yield from (self.pool[v][x] for x in range(self.k) for v in range(self.k))
        yield self.accuracy
        for w in sorted(self.case.claim_counts):
            yield self.accuracies[w]
            yield self.odds[w]
            if w in self.dense:
                yield from (self.rows[w][v][x] for x in range(self.k) for v in range(self.k))


class Open:
    def __init__(self, case):
        self.case = case
        posteriors = []
        for claims in case.tasks:
            votes = collections.Counter(value for _, value in claims)
            posteriors.append({v: n / len(claims) for v, n in votes.items()})
        for _ in range(20):
            right = collections.Counter()
            wrong_pairs = agreeing = 1.0
            for claims, posterior in zip(case.tasks, posteriors):
                votes = collections.Counter(value for _, value in claims)
                for worker, value in claims:
                    right[worker] += posterior[value]
                for value, n in votes.items():
                    others = len(claims) - n
                    wrong_pairs += posterior[value] * others * (others - 1)
                    agreeing += (1 - posterior[value]) * n * (n - 1)
            self.accuracy = (2 + sum(right.values())) / (3 + sum(case.claim_counts.values()))
            self.accuracies = {w: min(max((right[w] + 4 * self.accuracy) / (n + 4), 0.01), 0.99)
                               for w, n in case.claim_counts.items()}
            self.false_count = min(max(wrong_pairs / agreeing, 1), 1000)
            for t, claims in enumerate(case.tasks):
                scores = collections.Counter()
                for worker, value in claims:
                    a = self.accuracies[worker]
                    odds = a * self.false_count / (1 - a)
                    scores[value] += 0.02 if odds < 1.02 else math.log(odds)
                parts = {v: math.exp(score - max(scores.values())) for v, score in scores.items()}
                posteriors[t] = {v: part / sum(parts.values()) for v, part in parts.items()}

    def tables(self):
        yield self.accuracy
        yield from (self.accuracies[w] for w in sorted(self.case.claim_counts))


def weighted_median(pairs):
    total, below = sum(w for _, w in pairs), 0.0
    pairs = sorted(pairs)
    for i, (number, weight) in enumerate(pairs):
        below += weight
        if 2 * below - total > total * 1e-9:
            return number
        if 2 * below - total >= -total * 1e-9:
            return (number + pairs[min(i + 1, len(pairs) - 1)][0]) / 2
    raise AssertionError


class Numbers:
    def __init__(self, case):
        self.case = case
        self.weights = {w: 1.0 for w in case.claim_counts}
        for _ in range(10):
            distances = []
            for claims in case.tasks:
                for worker, value in claims:
                    others = [(v / 4, self.weights[w]) for w, v in claims if w != worker]
                    if others:
                        distances.append((worker, abs(value / 4 - weighted_median(others))))
            ordered = sorted(d for _, d in distances)
            usual = next(d for i, d in enumerate(ordered) if 2 * (i + 1) >= len(ordered) * (1 + 1e-9))
            usual = usual if usual > 0 else sum(ordered) / len(ordered)
            sums = collections.Counter()
            near = collections.Counter(w for claims in case.tasks for w, _ in claims
                                       if len(claims) < 2)
            for worker, distance in distances:
                sums[worker] += min(distance / usual, 10)
                near[worker] += distance <= usual
            count = sum(case.claim_counts.values())
            mean = sum(sums.values()) / count
            raw = {w: max((sums[w] + 10 * mean) / (n + 10), 0.02) ** -1.5
                   for w, n in case.claim_counts.items()}
            total = sum(raw[w] * n for w, n in case.claim_counts.items())
            self.weights = {w: weight * count / total for w, weight in raw.items()}
        self.accuracies = {w: (near[w] + 1) / (n + 2) for w, n in case.claim_counts.items()}

    def tables(self):
        for w in sorted(self.case.claim_counts):
            yield self.accuracies[w]
            yield self.weights[w]


# ---- The lens -----------------------------------------------------------------------------------


def model_tables(predicate):
    kind, accuracy, detail, skills = predicate[1], predicate[4], predicate[9], predicate[10]
    if kind == 0:
        yield from detail[1]
        yield from detail[2]
    if kind < 2:
        yield accuracy
    for skill in skills:
        yield skill[2]
        if kind != 1:
            yield skill[3]
        if len(skill) == 5:
            yield from skill[4]


def label_chance(predicate, skill, claimed, v):
    k, pool = len(predicate[9][1]), predicate[9][2]
    if len(skill) == 5:
        return skill[4][claimed * k + v]
    usual = pool[v * k + v]
    odds = usual * skill[3] // UNIT
    right = max(odds * UNIT // (odds + UNIT - usual), 1)
    if claimed == v:
        return right
    return max(pool[claimed * k + v] * (UNIT - right) // (UNIT - usual), 1)


def answer(predicate, claims):
    kind = predicate[1]
    skills = {skill[0]: skill for skill in predicate[10]}
    claimed = list(dict.fromkeys(value for _, value in claims))
    if kind == 2:
        weights = collections.Counter()
        for worker, value in claims:
            weights[value] += skills[worker][3]
        total = sum(weights.values())
        below = 0
        for winner in sorted(weights):
            below += weights[winner]
            if 2 * below >= total:
                break
        posterior = {v: weights[v] * UNIT // total for v in claimed}
        return winner, posterior
    scores = {}
    if kind == 1:
        for worker, value in claims:
            a = min(max(skills[worker][2], 1), UNIT - 1)
            scores[value] = scores.get(value, 0) + max(
                logarithm(a) - logarithm(UNIT - a) + logarithm(predicate[9][0]), 2**26)
    else:
        for v, prior in enumerate(predicate[9][1]):
            scores[v] = logarithm(prior) + sum(
                logarithm(label_chance(predicate, skills[w], x, v)) for w, x in claims)
    best = max(scores.values())
    masses = {v: power((best - score) * predicate[5] // UNIT) for v, score in scores.items()}
    posterior = {v: masses[v] * UNIT // sum(masses.values()) for v in claimed}
    return max(claimed, key=lambda v: scores[v]), posterior


# ---- Cases --------------------------------------------------------------------------------------

Case = collections.namedtuple("Case", "workers values is_numbers tasks claim_counts")


def random_case(source, kind):
    workers, values = source.randint(4, 12), source.choice({0: [2, 3, 5], 1: [70, 200], 2: [900]}[kind])
    skills = [source.uniform(0.3, 0.95) for _ in range(workers)]
    tasks = []
    for _ in range(source.randint(30, 60)):
        truth = source.randrange(values)
        claims = []
        for worker in sorted(source.sample(range(workers), source.randint(1, 4))):
            value = truth if source.random() < skills[worker] else source.randrange(values)
            if kind == 2:
                value = min(max(truth + round(source.gauss(0, 60 * (1 - skills[worker]))), 0), values - 1)
            claims.append((worker, value))
        tasks.append(claims)
    counts = collections.Counter(worker for claims in tasks for worker, _ in claims)
    return Case(workers, values, kind == 2, tasks, counts)


def habit_case(source):
    """Skewed classes, and workers each of which takes some value for another: all depths pay."""
    workers, values, tasks = 5, 3, []
    habits = [[source.choice([0.5, 0.9, 0.95]) for _ in range(values)] for _ in range(workers)]
    for _ in range(120):
        truth = source.choice([0, 0, 0, 1, 1, 2])
        tasks.append([(w, truth if source.random() < habits[w][truth] else (truth + 1 + w % 2) % values)
                      for w in range(workers)])
    return Case(workers, values, False, tasks, collections.Counter(dict.fromkeys(range(workers), 120)))


def case_text(case):
    lines = [f"{case.workers} {len(case.tasks)} {case.values} {int(case.is_numbers)} "
             f"{sum(case.claim_counts.values())}"]
    lines += [f"{t} {w} {v}" for t, claims in enumerate(case.tasks) for w, v in claims]
    return "\n".join(lines) + "\n"


def cases(count):
    for kind in range(3):
        source = random.Random(f"truth {kind}")
        for _ in range(count):
            yield kind, random_case(source, kind)
    source = random.Random("truth habits")
    for _ in range(count // 10):
        yield 0, habit_case(source)


def check(kind, case, lines):
    model, _ = decode(bytes.fromhex(next(lines)))
    if [worker[1] for worker in model[3]] != list(range(case.workers)):
        sys.exit("copies were found where there are none")
    predicate = model[4][0]
    if predicate[1] != kind:
        sys.exit(f"kind {predicate[1]}, not {kind}")
    expected = [max(x * UNIT, 1) for x in [Labels, Open, Numbers][kind](case).tables()]
    found = list(model_tables(predicate))
    worst = max(abs(a - b) / max(1, a / UNIT) for a, b in zip(expected, found, strict=True))
    if worst > 30:
        sys.exit(f"kind {kind}: a table is off by {worst} millionths")
    for claims in case.tasks:
        winner, posterior = answer(predicate, claims)
        found = next(lines).split()
        parts = {int(v): int(p) for v, p in (item.split(":") for item in found[2:])}
        if parts != posterior or int(found[1]) != parts[int(found[0])]:
            sys.exit(f"kind {kind}: {parts}, not {posterior}")
        if parts[int(found[0])] != posterior[winner] or (kind == 2 and int(found[0]) != winner):
            sys.exit(f"kind {kind}: the winner is {found[0]}, not {winner}")
    return worst


def main():
    chosen = list(cases(60))
    asked = "".join(case_text(case) for _, case in chosen)
    told = subprocess.run([os.environ["STEME_TRUTH_TOOL"], "answer"], input=asked, text=True,
                          capture_output=True, check=True).stdout
    lines = iter(told.splitlines())
    worst = max(check(kind, case, lines) for kind, case in chosen)
    print(f"{len(chosen)} fits agree within {worst:.2f} millionths, their answers exactly")


if __name__ == "__main__":
    main()
