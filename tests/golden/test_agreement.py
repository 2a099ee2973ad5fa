#!/usr/bin/env python3
"""Two implementations of docs/format.md agree: this folder's Python one and the C library.

STEME_RECORD_TOOL names the helper program (tests/support/record_tool.c). First the Python side
tests itself and every vector of records.json is put to both; then STEME_AGREEMENT_COUNT random records (10,000) are built, signed,
admitted and interpreted by both, byte for byte; then as many damaged ones must get one verdict.
STEME_AGREEMENT_SEED varies the random part; a failure prints the seed, the number and the bytes.
"""

import itertools
import json
import multiprocessing
import os
import random
import struct
import subprocess
import sys

import steme_format as sf
from steme_format import Map

HERE = os.path.dirname(os.path.abspath(__file__))
PROCESS_COUNT = 2
BATCH = 50
FAILURES_SHOWN = 10
SEEDS = [bytes([number]) * 32 for number in range(1, 21)]
IDS = sorted(sf.blake3(bytes([number])) for number in range(65))


# -- the other side -----------------------------------------------------------------------------


def tool_path():
    path = os.environ.get("STEME_RECORD_TOOL")
    return path or os.path.join(os.environ.get("STEME_BUILD", "."), "tests", "record_tool")


class Tool:
    """The C library behind a line protocol: a line of answer for each question."""

    TOGETHER_MAX = 30000  # characters that surely fit into a pipe, so that neither side waits for the other

    def __init__(self):
        self.process = subprocess.Popen([tool_path()], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def ask(self, *questions):
        if len(questions) > 1 and sum(map(len, questions)) > self.TOGETHER_MAX:
            return [self.ask(question)[0] for question in questions]
        self.process.stdin.write("".join(question + "\n" for question in questions))
        self.process.stdin.flush()
        answers = [self.process.stdout.readline() for _ in questions]
        if not answers[-1].endswith("\n"):
            raise AssertionError(f"the record tool died at: {[question[:2000] for question in questions]}")
        return [answer[:-1] for answer in answers]


def dump_object(value):
    word, payload = value
    kind = [name for name, _ in sf.Object.KINDS].index(word)
    if isinstance(payload, bool):
        return f"{kind}:{int(payload)}"
    if isinstance(payload, float):
        return f"{kind}:r{struct.pack('>d', payload).hex()}"
    return f"{kind}:{payload.encode().hex() if isinstance(payload, str) else payload}"


def dump_field(field, value):
    if isinstance(field.kind, sf.Enum):
        return str(field.kind.words.index(value))
    if isinstance(field.kind, sf.Object):
        return dump_object(value)
    if isinstance(value, dict):
        return ",".join(f"{key.encode().hex()}:{item.encode().hex()}" for key, item in value.items())
    if isinstance(value, list):
        return ",".join(one.hex() for one in value)
    if isinstance(value, bytes):
        return value.hex()
    return value.encode().hex() if isinstance(value, str) else str(value)


def dump(fields):
    """The flat line in which the tool gives and takes a statement, defaults filled in."""
    kind = sf.TYPE_BY_NAME[fields["type"]]
    stamp = fields["stamp"]
    words = [f"type={kind.number}", f"time={stamp[0]}", f"counter={stamp[1]}", f"node={stamp[2].hex()}",
             f"claim_time={fields['claim_time']}"]
    words += [f"{field.name}={dump_field(field, fields[field.name])}" for field in kind.fields if field.name in fields]
    return " ".join(words)


def in_order(statement):
    """The statement with its metadata in the order of the encoded keys."""
    if "metadata" not in statement:
        return statement
    pairs = sorted(statement["metadata"].items(), key=lambda pair: sf.cbor_encode(pair[0]))
    return statement | {"metadata": dict(pairs)}


def expected_answers(record):
    """What the tool must say to `admit` and to `interpret`: (first, second or None)."""
    try:
        admitted = sf.admit(record)
    except sf.Refused as error:
        return "refused", None, f"refused: {error}"
    first = f"ok {admitted.id.hex()} {sf.signing_hash(admitted.content).hex()}"
    try:
        return first, "ok " + dump(sf.interpret(admitted)), "interpreted"
    except sf.NotInterpreted as error:
        return first, "ignored", f"ignored: {error}"


def ask_about(tool, record, *more):
    return tool.ask("admit " + record.hex(), "interpret " + record.hex(), *more)


def disagreements(record, expected, answers):
    """What differs between `expected_answers` and what the tool said to `ask_about`."""
    first, second, verdict = expected
    admitted, interpreted = (answer.split(" ")[0] if answer.startswith("refused") else answer for answer in answers)
    if admitted == first and interpreted == (second or first):
        return []
    return [f"python: {verdict}: {first} {(second or '')[:2000]}\n  c admit: {answers[0]}\n"
            f"  c interpret: {answers[1][:2000]}\n  record {record.hex()[:4000]}"]


# -- random statements --------------------------------------------------------------------------

ALPHABETS = ("abcdefgh_:./", "\u00e9\u00df\u03bb\u0436", "\u4e2d\u6587\u2003\ufeff", "\U0001f600\U00010000\U0010ffff", "\x01\n\"\\ \x7f")


def random_text(rng, size_max):
    """Text of 1 to size_max bytes; short as a rule, at the limit now and then."""
    if rng.random() < 0.01:
        return "x" * size_max
    text = "".join(rng.choice(rng.choice(ALPHABETS)) for _ in range(rng.randint(1, 12)))
    encoded = text.encode()[:size_max]
    return encoded.decode("utf-8", "ignore") or "x"


def random_int(rng, low, high):
    """An integer from low to high, of any magnitude, the ends included."""
    if rng.random() < 0.1:
        return rng.choice((low, high))
    magnitude = rng.getrandbits(rng.randint(1, 64))
    return min(high, max(low, rng.choice((magnitude, -magnitude))))


def random_float(rng):
    """A finite float other than -0.0, in one of the three forms."""
    form, size = rng.choice((("<e", 2), ("<f", 4), ("<d", 8)))
    number = struct.unpack(form, rng.randbytes(size))[0]
    return number if number - number == 0 and number != 0 else 0.5


def random_number(rng):
    number = random_int(rng, sf.INT64_MIN, sf.INT64_MAX) if rng.random() < 0.5 else random_float(rng)
    if isinstance(number, float) and number.is_integer() and sf.INT64_MIN <= number <= sf.INT64_MAX:
        return 0.1
    return number


def random_ids(rng):
    count = rng.choice((1, 1, 1, 2, 3, 64) if rng.random() < 0.2 else (1, 2, 3))
    return sorted(rng.sample(IDS, count))


def random_time(rng):
    return random_int(rng, sf.INT64_MIN, sf.INT64_MAX)


def maybe(rng, fields, name, make, chance=0.4):
    if rng.random() < chance:
        fields[name] = make()


def random_value(rng):
    kind = rng.choice(("Text", "Number", "Number", "Boolean", "Reference", "Time"))
    makers = {"Text": lambda: random_text(rng, 32768 if rng.random() < 0.1 else 300), "Number": lambda: random_number(rng),
              "Boolean": lambda: rng.random() < 0.5, "Reference": lambda: random_text(rng, 1024), "Time": lambda: random_time(rng)}
    return kind, makers[kind]()


def random_metadata(rng):
    return {random_text(rng, 60): random_text(rng, 60) for _ in range(rng.randint(1, 6))}


def random_assertion(rng, signers):
    fields = {"subject": random_text(rng, 1024), "predicate": random_text(rng, 1024)}
    if rng.random() < 0.1:
        fields["relation"] = "none"
    else:
        fields["object"] = random_value(rng)
        is_ordered = fields["object"][0] in ("Number", "Time")
        maybe(rng, fields, "relation", lambda: rng.choice(sf.RELATIONS[: 6 if is_ordered else 2]))
        if fields["object"][0] == "Number":
            maybe(rng, fields, "unit", lambda: random_text(rng, 64))
        if fields["object"][0] == "Text":
            maybe(rng, fields, "language", lambda: rng.choice(("de", "en-GB", "x" * 35, "-", "9")))
    maybe(rng, fields, "confidence", lambda: rng.choice((0, 1, 999999, rng.randint(0, 10**6))))
    maybe(rng, fields, "source_class", lambda: rng.choice(sf.SOURCE_CLASSES))
    maybe(rng, fields, "source", lambda: rng.choice(IDS))
    maybe(rng, fields, "derived_from", lambda: random_ids(rng))
    maybe(rng, fields, "epoch", lambda: rng.choice(IDS))
    low, high = sorted((random_time(rng), random_time(rng)))
    maybe(rng, fields, "valid_from", lambda: low)
    maybe(rng, fields, "valid_to", lambda: high if high > low else None)
    maybe(rng, fields, "metadata", lambda: random_metadata(rng))
    return {name: value for name, value in fields.items() if value is not None}


def random_vote(rng, signers):
    fields = {"target": rng.choice(IDS), "weight": random_int(rng, -10**6, 10**6)}
    maybe(rng, fields, "reason", lambda: random_text(rng, 1024))
    return fields


def random_supersession(rng, signers):
    fields = {"targets": random_ids(rng), "kind": rng.choice(sf.SUPERSESSION_KINDS)}
    others = [one for one in IDS if one not in fields["targets"]]
    if fields["kind"] != "retract":
        maybe(rng, fields, "replacement", lambda: rng.choice(others), 1 if fields["kind"] == "merge" else 0.5)
    maybe(rng, fields, "reason", lambda: random_text(rng, 1024))
    return fields


def random_stage(rng, signers):
    fields = {"target": rng.choice(IDS), "to": rng.choice(sf.STAGES)}
    maybe(rng, fields, "reason", lambda: random_text(rng, 1024))
    return fields


def random_epoch(rng, signers):
    fields = {"name": random_text(rng, 1024)}
    if rng.random() < 0.5:
        fields |= {"supersedes": random_ids(rng), "kind": rng.choice(sf.SUPERSESSION_KINDS)}
    maybe(rng, fields, "description", lambda: random_text(rng, 4096))
    return fields


def random_alias(rng, signers):
    return {"from": random_text(rng, 1023), "to": "z" + random_text(rng, 1023), "relation": rng.choice(("same-as", "is-a"))}


def random_source(rng, signers):
    fields = {"name": random_text(rng, 1024)}
    maybe(rng, fields, "edition", lambda: random_text(rng, 256))
    maybe(rng, fields, "document", lambda: rng.randbytes(32))
    maybe(rng, fields, "title", lambda: random_text(rng, 1024))
    maybe(rng, fields, "date", lambda: random_time(rng))
    return fields


def random_endorsement(rng, signers):
    fields = {"target": rng.choice(IDS)}
    maybe(rng, fields, "reason", lambda: random_text(rng, 1024))
    return fields


def random_key(rng, signers):
    kind = rng.choice(sf.KEY_KINDS if len(signers) == 2 else sf.KEY_KINDS[1:])
    fields = {"kind": kind, "key": rng.choice(signers) if kind == "rotate" else rng.randbytes(32)}
    low, high = sorted((random_time(rng), random_time(rng)))
    maybe(rng, fields, "from", lambda: low, 1 if kind == "revoke" else 0.5)
    if kind == "delegate":
        maybe(rng, fields, "scope", lambda: random_text(rng, 1024))
        if high > low:
            maybe(rng, fields, "until", lambda: high)
    return fields


MAKERS = {"assertion": random_assertion, "vote": random_vote, "supersession": random_supersession, "stage": random_stage,
          "epoch": random_epoch, "alias": random_alias, "source": random_source, "endorsement": random_endorsement,
          "key": random_key}
TYPE_NAMES = ("assertion",) * 5 + tuple(MAKERS)


def random_seeds(rng, type_name):
    if type_name in ("vote", "endorsement"):
        return [rng.choice(SEEDS)]
    return rng.sample(SEEDS, rng.choices((1, 2, 3, 16), (70, 25, 4, 1))[0])


def random_statement(rng):
    """(statement with its defaults filled in, seeds)"""
    type_name = rng.choice(TYPE_NAMES)
    seeds = random_seeds(rng, type_name)
    signers = [sf.public_key(seed) for seed in seeds]
    stamp = sf.Stamp(abs(random_int(rng, 0, sf.UINT64_MAX)), abs(random_int(rng, 0, sf.UINT32_MAX)), rng.randbytes(16))
    statement = {"type": type_name, "stamp": stamp, "claim_time": sf.claim_time_default(stamp)}
    maybe(rng, statement, "claim_time", lambda: random_time(rng))
    for field in sf.TYPE_BY_NAME[type_name].fields:
        if field.kind.default is not None:
            statement[field.name] = field.kind.default
    return statement | MAKERS[type_name](rng, signers), seeds


def check_record(tool, rng):
    """One random record: built, signed, admitted and interpreted by both."""
    statement, seeds = random_statement(rng)
    record = sf.make_record(statement, seeds)
    expected = expected_answers(record)
    line = f"sign {','.join(seed.hex() for seed in seeds)} {dump(statement)}"
    *answers, answer = ask_about(tool, record, line)
    failures = disagreements(record, expected, answers)
    if expected[1] != "ok " + dump(in_order(statement)):
        failures.append(f"python reads another statement: {dump(statement)[:2000]}")
    if answer != "ok " + record.hex():
        failures.append(f"c signs: {answer[:2000]}\n  python signs: {record.hex()[:2000]}\n  {line[:2000]}")
    return failures


# -- damage: items ------------------------------------------------------------------------------

INTEGERS = (0, 1, 2, 3, 4, 5, 6, 7, 8, 23, 24, 127, 128, 255, 256, 65535, 65536, 999999, 1000000, 1000001, 2**31, 2**32 - 1, 2**32,
            2**63 - 1, 2**63, 2**64 - 1, -1, -24, -25, -999999, -1000000, -1000001, -(2**63), -(2**63) - 1, -(2**64))
FLOATS = (0.0, 0.5, 1.0, 1.5, -1.0, 0.1, 65504.0, 65505.0, 2.0**-24, 2.0**-25, 2.0**63, -(2.0**63), 2.0**53, 9007199254740993.5,
          9223372036854774784.0, -9223372036854777856.0, 2.0**64, 1e300, 2.0**-149, 2.0**-150, 5e-324)
SIZES = (1, 16, 31, 32, 33, 35, 36, 63, 64, 65, 255, 256, 257, 1023, 1024, 1025, 4095, 4096, 4097)


def edge_text(rng):
    size = rng.choice(SIZES) if rng.random() < 0.98 else rng.choice((32767, 32768, 32769, 60000))
    unit = rng.choice(("x", "x", "-", "\u00e9", "\u4e2d", "\U0001f600"))
    text = unit * (size // len(unit.encode()))
    return text + "y" * (size - len(text.encode()))


def edge_metadata(rng):
    choice = rng.randrange(6)
    if choice == 0:
        return Map()
    if choice == 1:
        return Map([("k", rng.choice((1, b"v", True, ["v"])))])
    if choice == 2:
        return Map([(rng.choice((1, b"k", False, 0.5)), "v")])
    if choice == 3:
        return Map([("k" * 96, "v" * rng.choice((3999, 4000, 4001)))])
    return Map(list(random_metadata(rng).items()))


def edge_ids(rng):
    ids = rng.sample(IDS, rng.choice((0, 1, 2, 3, 63, 64, 65)))
    if rng.random() < 0.6:
        ids.sort()
    if rng.random() < 0.1:
        ids.append(rng.choice((b"", bytes(31), bytes(33), "x" * 32, 0)))
    return sorted(ids + ids[-1:], key=str) if rng.random() < 0.2 else ids


def edge_value(rng):
    """A pair like an assertion's value, right or wrong."""
    kind = rng.choice((0, 1, 1, 1, 2, 3, 4, 5, -1, True))
    payload = rng.choice((lambda: edge_text(rng), lambda: rng.choice(INTEGERS), lambda: rng.choice(FLOATS),
                          lambda: rng.random() < 0.5, lambda: random_float(rng)))()
    return [kind, payload] + ([0] if rng.random() < 0.05 else [])


def edge_for(rng, field, draft):
    """An item of the field's own type, at an edge of its limits."""
    kind = field.kind
    if isinstance(kind, sf.Text):
        size = kind.size_max + rng.choice((0, 1))
        other = [item for item in draft.body.values() if isinstance(item, str)] or ["x"]
        return rng.choice(("x" * size, "x" * (size - 2) + "\u00e9", rng.choice(other), "en", "e_n", "en\n"))
    if isinstance(kind, sf.Integer):
        near = [item for item in draft.body.values() if type(item) is int] or [0]
        edges = (kind.low, kind.low - 1, kind.high, kind.high + 1, rng.choice(near), rng.choice(near) + 1)
        return rng.choice([edge for edge in edges if -(2**64) <= edge < 2**64])
    if isinstance(kind, sf.Enum):
        return rng.randrange(len(kind.words) + 1)
    if isinstance(kind, sf.Ids):
        return edge_ids(rng)
    if isinstance(kind, sf.Metadata):
        return edge_metadata(rng)
    if isinstance(kind, sf.Object):
        return rng.choice(([1, random_number(rng)], [4, 0], [0, "x" * rng.choice((32768, 32769))], [3, "x" * rng.choice((1024, 1025))],
                           [2, True], [1, rng.choice(FLOATS)], edge_value(rng)))
    targets = draft.body.get(2)
    return rng.choice((rng.choice(targets) if isinstance(targets, list) and targets else IDS[0], rng.choice(draft.signers),
                       sf.public_key(rng.choice(SEEDS)), bytes(rng.choice((31, 33)))))


def edge_item(rng):
    makers = (lambda: rng.choice(INTEGERS), lambda: rng.choice(INTEGERS), lambda: rng.choice(FLOATS), lambda: edge_text(rng),
              lambda: bytes(rng.choice(SIZES)), lambda: rng.choice(IDS), lambda: rng.random() < 0.5, lambda: edge_ids(rng),
              lambda: edge_value(rng), lambda: edge_value(rng), lambda: edge_metadata(rng), lambda: random_item(rng, 1))
    return rng.choice(makers)()


def random_item(rng, depth):
    """Any item, which may nest deeper than is allowed."""
    choice = rng.random()
    if depth > 8 or choice < 0.45:
        return rng.choice((rng.choice(INTEGERS), random_float(rng), random_text(rng, 40), rng.randbytes(rng.randint(0, 5)),
                           rng.random() < 0.5, rng.choice(FLOATS)))
    if choice < 0.75:
        return [random_item(rng, depth + 1) for _ in range(rng.choice((0, 1, 1, 2)))]
    pairs = {sf.cbor_encode(key): (key, random_item(rng, depth + 1))
             for key in (random_item(rng, depth + 1) for _ in range(rng.choice((0, 1, 2, 3))))}
    return Map(pairs.values())


def nested(depth, rng):
    """`depth` arrays or maps in one another, the inner one in a key or an item."""
    item = rng.choice(([], Map()))
    for _ in range(depth - 1):
        item = rng.choice(([item], Map([(0, item)]), Map([(item, 0)])))
    return item


# -- damage: encodings --------------------------------------------------------------------------


def wide_head(major, argument, rng):
    """A head that is longer than it must be, where there is one."""
    forms = [(information, size) for information, size in ((24, 1), (25, 2), (26, 4), (27, 8)) if argument < 1 << 8 * size]
    shortest = len(sf.cbor_head(major, argument))
    forms = [form for form in forms if form[1] + 1 > shortest] or forms
    information, size = rng.choice(forms)
    return bytes([major << 5 | information]) + argument.to_bytes(size, "big")


BAD_TEXT = (b"", b"\0", b"a\0b", b"\xc0\x80", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xff", b"\xe4\xb8", b"\x80", b"\xc1\xbf",
            b"\xe0\x9f\xbf", b"\xf0\x8f\xbf\xbf", b"\xf5\x80\x80\x80", b"\xef\xbf\xbe", b"\xf4\x8f\xbf\xbf", b"\xed\x9f\xbf")
BAD_ITEMS = ("f6", "f7", "e0", "f3", "f8ff", "f820", "f818", "ff", "fc", "1c", "3d", "5e", "7f", "9f", "bf", "1f", "c0", "d9d9f7", "c249",
             "f98000", "f97e00", "f97c00", "f9fc00", "fa80000000", "fa7fc00000", "fa7f800000", "fb7ff8000000000000",
             "fb8000000000000000", "fbfff0000000000000", "fb7ff0000000000001", "9bffffffffffffffff", "bb7fffffffffffffff",
             "5bffffffffffffffff", "7bffffffffffffffff", "9a00ffffff")


class LooseEncoder:
    """Encodes as the format asks, but for one defect at the item numbered `target`."""

    def __init__(self, rng, target):
        self.rng, self.target, self.number = rng, target, 0

    def encode(self, item):
        self.number += 1
        if self.number - 1 != self.target:
            return self.right(item)
        if self.rng.random() < 0.15:
            return bytes.fromhex(self.rng.choice(BAD_ITEMS))
        if self.rng.random() < 0.05:
            return self.rng.choice((b"\xc0", b"\xc1", b"\xd8\x2a", b"\xd9\xd9\xf7")) + self.right(item)
        return self.wrong(item)

    def right(self, item):
        if isinstance(item, (dict, Map)):
            return sf.cbor_head(5, len(item)) + b"".join(map(b"".join, sorted(self.pairs(item))))
        if isinstance(item, (list, tuple)):
            return sf.cbor_head(4, len(item)) + b"".join(map(self.encode, item))
        return sf.cbor_encode(item)

    def pairs(self, item):
        pairs = item.items() if isinstance(item, dict) else item
        return [(self.encode(key), self.encode(value)) for key, value in pairs]

    def wrong(self, item):
        if isinstance(item, bool):
            return self.rng.choice((b"\xf8\x14", b"\xf8\x15", b"\xf6", b"\xf7"))
        if isinstance(item, int):
            return wide_head(0, item, self.rng) if item >= 0 else wide_head(1, -1 - item, self.rng)
        if isinstance(item, float):
            return self.wrong_float(item)
        if isinstance(item, (dict, Map)):
            return self.wrong_map(item)
        if isinstance(item, (list, tuple)):
            return self.wrong_array(item)
        return self.wrong_string(item)

    def wrong_float(self, number):
        forms = []
        for initial, form in sf.FLOAT_FORMS:
            try:
                forms.append(bytes([initial]) + struct.pack(form, number))
            except OverflowError:
                continue
        return self.rng.choice(forms)

    def wrong_string(self, item):
        major, data = (2, item) if isinstance(item, bytes) else (3, item.encode())
        choice = self.rng.randrange(3 if major == 3 else 2)
        if choice == 0:
            return wide_head(major, len(data), self.rng) + data
        if choice == 1:
            return bytes([major << 5 | 31]) + sf.cbor_head(major, len(data)) + data + b"\xff"
        bad = self.rng.choice(BAD_TEXT)
        data = self.rng.choice((bad, data[:20].decode("utf-8", "ignore").encode() + bad, bad + b"tail"))
        return sf.cbor_head(3, len(data)) + data

    def wrong_array(self, item):
        inside = b"".join(map(self.encode, item))
        choice = self.rng.randrange(3)
        if choice == 0:
            return b"\x9f" + inside + b"\xff"
        if choice == 1:
            return wide_head(4, len(item), self.rng) + inside
        return sf.cbor_head(4, max(0, len(item) + self.rng.choice((-1, 1)))) + inside

    def wrong_map(self, item):
        pairs = sorted(self.pairs(item))
        choice = self.rng.randrange(5)
        if choice == 0 and pairs:
            pairs.append(self.rng.choice(pairs))
            pairs.sort(key=lambda pair: pair[0])
        if choice == 1:
            self.rng.shuffle(pairs)
        if choice == 2:
            pairs.sort(key=lambda pair: (len(pair[0]), pair[0]))
        inside = b"".join(map(b"".join, pairs))
        if choice == 3:
            return b"\xbf" + inside + b"\xff"
        return (wide_head if choice == 4 else lambda *head: sf.cbor_head(*head[:2]))(5, len(pairs), self.rng) + inside


def items_inside(item):
    """The item and all inside it, in the order in which LooseEncoder numbers them."""
    yield item
    if isinstance(item, (dict, Map)):
        pairs = item.items() if isinstance(item, dict) else item
        item = [part for pair in pairs for part in pair]
    if isinstance(item, (list, tuple)):
        for part in item:
            yield from items_inside(part)


def pick_target(rng, item):
    """The number of an item; each Python type that occurs is as likely as another."""
    types = [type(part) for part in items_inside(item)]
    wanted = rng.choice(sorted(set(types), key=str))
    return rng.choice([number for number, found in enumerate(types) if found is wanted])


# -- damage: records ----------------------------------------------------------------------------


def choose(rng, weighted, count):
    return rng.choices([one for one, _ in weighted], [weight for _, weight in weighted], k=count)


class Draft:
    """The parts of a good record, to be spoiled and put together again."""

    def __init__(self, rng):
        self.rng = rng
        self.statement, self.seeds = random_statement(rng)
        self.seeds.sort(key=sf.public_key)
        self.kind = sf.TYPE_BY_NAME[self.statement["type"]].number
        self.signers = [sf.public_key(seed) for seed in self.seeds]
        self.body = sf.statement_body(sf.TYPE_BY_NUMBER[self.kind], self.statement)

    def item(self):
        return [1, self.kind, self.signers, self.body]

    def content(self):
        return sf.cbor_encode(self.item())

    def record(self):
        return self.signed(self.content())

    def signed(self, content):
        message = sf.signing_hash(content)
        return sf.cbor_encode([content, [sf.sign_message(seed, message) for seed in self.seeds]])


def edit_bytes(rng, data):
    """One to three small edits."""
    data = bytearray(data)
    for _ in range(rng.choice((1, 1, 1, 2, 3))):
        place = rng.randrange(min(len(data), 80) if rng.random() < 0.5 else len(data)) if data else 0
        choice = rng.randrange(6)
        if choice == 0 and data:
            data[place] ^= 1 << rng.randrange(8)
        if choice == 1 and data:
            data[place] = rng.choice((0, 1, 0x17, 0x18, 0x40, 0x60, 0x7F, 0x80, 0xA0, 0xF4, 0xF9, 0xFB, 0xFF, rng.randrange(256)))
        if choice == 2:
            del data[place:]
        if choice == 3:
            data[place:place] = rng.randbytes(rng.randint(1, 4))
        if choice == 4:
            del data[place : place + rng.randint(1, 4)]
        if choice == 5 and data:
            data[place] = data[place] + rng.choice((-1, 1)) & 0xFF
    return bytes(data)


def damage_record_bytes(rng):
    return edit_bytes(rng, Draft(rng).record())


def damage_content_bytes(rng):
    """The signatures are right: only the rules of the content decide."""
    draft = Draft(rng)
    return draft.signed(edit_bytes(rng, draft.content()))


def damage_content_encoding(rng):
    draft = Draft(rng)
    if rng.random() < 0.6:
        draft.body[rng.randint(18, 140)] = random_item(rng, 2)
    content = LooseEncoder(rng, pick_target(rng, draft.item())).encode(draft.item())
    return draft.signed(content + (b"\0" if rng.random() < 0.02 else b""))


def damage_record_encoding(rng):
    draft = Draft(rng)
    outer = sf.cbor_decode(draft.record())
    return LooseEncoder(rng, pick_target(rng, outer)).encode(outer)


def set_any_field(rng, draft, fields):
    draft.body[rng.choice([1] + [field.key for field in fields])] = edge_item(rng)


def set_edge_field(rng, draft, fields):
    field = rng.choice(fields)
    draft.body[field.key] = edge_for(rng, field, draft)


def drop_field(rng, draft, fields):
    draft.body.pop(rng.choice(list(draft.body)))


def add_unlisted_key(rng, draft, fields):
    draft.body[rng.choice((16, 17, 126, 127, 128, 129, 255, 2**64 - 1, -1, rng.randrange(200)))] = edge_item(rng)


def set_claim_time(rng, draft, fields):
    draft.body[1] = sf.claim_time_default(draft.statement["stamp"]) + rng.choice((0, 0, 1, -1))


def set_fields_that_meet(rng, draft, fields):
    """Fields of an assertion that have a say about one another."""
    draft.body |= rng.choice(({5: 0}, {5: 6}, {8: 10**6}, {9: 5}, {4: edge_value(rng)}, {5: rng.randrange(8)}, {11: edge_ids(rng)},
                              {13: 5, 14: rng.choice((4, 5, 6))}, {6: "mg"}, {7: rng.choice(("en", "e_n", "en\n", "\u00e9"))}))


def set_type(rng, draft, fields):
    draft.kind = rng.choice((0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 2**64 - 1, -1))


def set_signers(rng, draft, fields):
    draft.seeds = sorted(rng.sample(SEEDS, rng.choice((1, 2, 2, 3))), key=sf.public_key)
    draft.signers = [sf.public_key(seed) for seed in draft.seeds]


def add_nested(rng, draft, fields):
    draft.body[rng.randint(18, 127)] = nested(rng.randint(4, 9), rng)


BODY_DAMAGES = ((set_any_field, 15), (set_edge_field, 40), (drop_field, 8), (add_unlisted_key, 8), (set_claim_time, 6),
                (set_fields_that_meet, 8), (set_type, 5), (set_signers, 10), (add_nested, 4))


def damage_body(rng):
    """Other fields, and values at the edges of their limits; all of it well-formed and signed."""
    draft = Draft(rng)
    fields = sf.TYPE_BY_NUMBER[draft.kind].fields
    for change in choose(rng, BODY_DAMAGES, rng.choice((1, 1, 1, 2))):
        change(rng, draft, fields)
    return draft.record()


def damage_envelope(rng):
    """Another stamp, version, or number and order of signers; the signatures that are there are right."""
    draft = Draft(rng)
    item = draft.item()
    choice = rng.randrange(6)
    if choice == 0:
        stamp = list(draft.body[0])
        place = rng.randrange(3)
        stamp[place] = rng.choice((edge_item(rng), bytes(15), bytes(16), 2**32, 2**32 - 1))
        draft.body[0] = stamp + [0] * (rng.random() < 0.1)
    if choice == 1:
        item[0] = rng.choice((0, 1, 2, True, 1.0, "1", -1, [1]))
    if choice == 2:
        item[1] = edge_item(rng)
    if choice == 3:
        draft.seeds = rng.sample(SEEDS, rng.choice((2, 15, 16, 17)))
        if rng.random() < 0.7:
            draft.seeds.sort(key=sf.public_key)
        draft.seeds += draft.seeds[-1:] * (rng.random() < 0.1)
        item[2] = [sf.public_key(seed) for seed in draft.seeds]
    if choice == 4:
        item[2] = rng.choice(([], draft.signers + [b"\xff" * 31], draft.signers + [bytes(32)], draft.signers[0], [0] * len(draft.signers)))
    if choice == 5:
        item = rng.choice((item + [0], item[:3], [item], Map([(0, item)]), [1, *item[:3]]))
    return draft.signed(sf.cbor_encode(item))


def small_points():
    """The encodings of the eight points of small order, and other spellings of them."""
    point, found = None, []
    for y in itertools.count(2):
        x = sf.recover_x(y, 0)
        point = sf.point_multiply(sf.L, (x, y, 1, x * y % sf.P)) if x is not None else sf.IDENTITY
        doubled = sf.point_add(point, point)
        if sf.point_encode(sf.point_add(doubled, doubled)) == (sf.P - 1).to_bytes(32, "little"):
            break
    current = sf.IDENTITY
    for _ in range(8):
        found.append(current)
        current = sf.point_add(current, point)
    return found


SMALL = small_points()
ODD_ENCODINGS = [sf.point_encode(point) for point in SMALL] + [
    number.to_bytes(32, "little") for number in (1 << 255 | 1, sf.P, sf.P + 1, sf.P - 1 | 1 << 255, sf.P | 1 << 255, sf.P + 3, 2, (1 << 255) - 1, 2**256 - 1)]


def sign_mixed(rng, seed, content_of_key):
    """(content, signature) where A and R carry points of small order, or are such; the equation of
    rule 4 holds as a rule."""
    scalar = rng.choice((0, sf.expand_seed(seed)[0] % sf.L, sf.expand_seed(seed)[0] % sf.L))
    key_torsion, torsion = rng.choice(SMALL), rng.choice(SMALL)
    key = sf.point_encode(sf.point_add(sf.point_multiply(scalar, sf.BASE), key_torsion))
    content = content_of_key(key)
    first = rng.choice((0, 1, 1))
    for nonce in range(first, first + rng.choice((1, 8, 16))):
        commitment = sf.point_encode(sf.point_add(sf.point_multiply(nonce, sf.BASE), torsion))
        challenge = sf.sha512_scalar(commitment, key, sf.signing_hash(content))
        response = (nonce + challenge * scalar) % sf.L
        if sf.point_encode(sf.point_add(torsion, sf.point_multiply(challenge, key_torsion))) == sf.point_encode(sf.IDENTITY):
            break
    return content, commitment + response.to_bytes(32, "little")


def damage_key_point(rng):
    """A record of one signer whose key, or R, is an odd point."""
    draft = Draft(rng)
    draft.seeds = draft.seeds[:1]
    encode = lambda key: sf.cbor_encode([1, draft.kind, [key], draft.body])
    if rng.random() < 0.5:
        content, signature = sign_mixed(rng, draft.seeds[0], encode)
        return sf.cbor_encode([content, [signature]])
    key = rng.choice((rng.choice(ODD_ENCODINGS), rng.randbytes(32), draft.signers[0]))
    content = encode(key)
    signature = sf.sign_message(draft.seeds[0], sf.signing_hash(content))
    commitment = rng.choice((rng.choice(ODD_ENCODINGS), key, signature[:32]))
    return sf.cbor_encode([content, [commitment + rng.choice((bytes(32), signature[32:]))]])


def damage_signatures(rng):
    draft = Draft(rng)
    content, signatures = sf.cbor_decode(draft.record())
    place = rng.randrange(len(signatures))
    commitment, response = signatures[place][:32], int.from_bytes(signatures[place][32:], "little")
    choice = rng.randrange(8)
    if choice == 0:
        signatures[place] = commitment + (response + sf.L * rng.randint(0, 8)).to_bytes(32, "little")
    if choice == 1:
        signatures[place] = edit_bytes(rng, signatures[place])
    if choice == 2:
        rng.shuffle(signatures)
    if choice == 3:
        signatures.append(rng.choice(signatures))
    if choice == 4:
        signatures.pop()
    if choice == 5:
        other = sf.sign_message(rng.choice(SEEDS), sf.signing_hash(content))
        signatures[place] = rng.choice((other, other[:32] + signatures[place][32:]))
    if choice == 6:
        message = rng.choice((sf.record_id(content), content, sf.signing_hash(content)))
        signatures[place] = sf.sign_message(draft.seeds[place], message)
    if choice == 7:
        signatures = signatures * rng.choice((1, 2, 16, 17))
    return sf.cbor_encode([content, signatures])


def damage_size(rng):
    """Around the largest record that is allowed. Rare: hashing it here is slow."""
    draft = Draft(rng)
    if rng.random() < 0.9:
        return damage_body(rng)
    draft.body[100] = bytes(50000)
    rest = len(draft.record()) - 50000
    draft.body[100] = bytes(sf.RECORD_BYTES_MAX - rest + rng.choice((-1, 0, 1)))
    return draft.record()


DAMAGES = ((damage_record_bytes, 14), (damage_content_bytes, 18), (damage_content_encoding, 22), (damage_record_encoding, 6),
           (damage_body, 34), (damage_envelope, 8), (damage_key_point, 7), (damage_signatures, 10), (damage_size, 1))


def check_damaged(tool, rng):
    damage = choose(rng, DAMAGES, 1)[0]
    try:
        record = damage(rng)
    except ValueError:  # no encoding at all, as of a map with one key twice
        record = edit_bytes(rng, Draft(rng).record())
    expected = expected_answers(record)
    found = disagreements(record, expected, ask_about(tool, record))
    failures = [f"{damage.__name__}: {failure}" for failure in found]
    return failures, expected[2].split(":")[0]


# -- running ------------------------------------------------------------------------------------

_tool = None


def run_batch(job):
    """Numbers first to last - 1 of one kind: (failures, verdicts)."""
    global _tool
    _tool = _tool or Tool()
    kind, seed, first, last = job
    failures, verdicts = [], {}
    for number in range(first, last):
        rng = random.Random(f"{kind} {seed} {number}")
        if kind == "record":
            found = check_record(_tool, rng)
        else:
            found, verdict = check_damaged(_tool, rng)
            verdicts[verdict] = verdicts.get(verdict, 0) + 1
        failures += [f"{kind} {number}, seed {seed}: {failure}" for failure in found]
    return failures, verdicts


def unpack(text):
    parts = (part.split("*") for part in text.split())
    return b"".join(bytes.fromhex(part[0]) * int((part + ["1"])[1]) for part in parts)


def check_vector(tool, vector):
    record = unpack(vector["record"])
    expected = expected_answers(record)
    first, _, verdict = expected
    found = disagreements(record, expected, ask_about(tool, record))
    failures = [] if verdict.split(":")[0] == vector["verdict"] else [f"python says {verdict}"]
    if "id" in vector and first != f"ok {vector['id']} {vector['m']}":
        failures.append(f"python has another id or M: {first}")
    if "json" in vector:
        seeds = [bytes([number]) * 32 for number in vector["seeds"]]
        if sf.make_record(sf.statement_from_json(vector["json"]), seeds) != record:
            failures.append("python makes another record of the JSON")
    return [f"vector {vector['name']}: {failure}" for failure in failures + found]


def check_signature_edges():
    """The Python side against the vectors of section 4, which were made elsewhere."""
    with open(os.path.join(HERE, "signature_edges.json"), encoding="utf-8") as file:
        edges = json.load(file)
    failures = []
    for edge in edges:
        key, message, signature = (bytes.fromhex(edge[name]) for name in ("agent", "message", "signature"))
        try:
            sf.check_signature(key, message, signature)
            rule = 0
        except sf.Refused as error:
            rule = int(error.section.split(".")[1])
        if rule != edge["rule"]:
            failures.append(f"signature edge {edge['name']}: python says rule {rule}")
    return len(edges), failures


def check_vectors():
    with open(os.path.join(HERE, "records.json"), encoding="utf-8") as file:
        vectors = sf.json_parse(file.read())["vectors"]
    tool = Tool()
    return len(vectors), [failure for vector in vectors for failure in check_vector(tool, vector)]


def fail_if(failures):
    if failures:
        for failure in failures[:FAILURES_SHOWN]:
            print(failure)
        sys.exit(f"{len(failures)} disagreements")


def main():
    if not os.access(tool_path(), os.X_OK):
        sys.exit(f"STEME_RECORD_TOOL names no program: {tool_path()}")
    count = int(os.environ.get("STEME_AGREEMENT_COUNT", "10000"))
    seed = os.environ.get("STEME_AGREEMENT_SEED", "1")
    sf.self_test()
    edge_count, failures = check_signature_edges()
    vector_count, found = check_vectors()
    fail_if(failures + found)
    jobs = [(kind, seed, first, min(first + BATCH, count)) for kind in ("record", "damage") for first in range(0, count, BATCH)]
    verdicts = {}
    with multiprocessing.Pool(PROCESS_COUNT) as pool:
        for found, counted in pool.imap_unordered(run_batch, jobs):
            failures += found
            for verdict, number in counted.items():
                verdicts[verdict] = verdicts.get(verdict, 0) + number
    fail_if(failures)
    print(f"{vector_count} vectors and {edge_count} signature edges agree; the mutations were {json.dumps(verdicts, sort_keys=True)}")
    print(f"{count} records agree, {count} mutations agree")


if __name__ == "__main__":
    main()
