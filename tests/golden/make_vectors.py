#!/usr/bin/env python3
"""Checks records.json, the golden vectors of the record format, against what it should be; with
--write, makes it.

Everything comes from fixed seeds, so a second run writes the same file. README.md explains the file.
"""

import hashlib
import os
import re
import sys

import steme_format as sf
from steme_format import Map

STAMP = (1767323045000000006, 7, bytes(range(16)))
ID = [hashlib.sha256(bytes([number])).digest() for number in range(64)]
SORTED_IDS = sorted(ID)
RUN_BYTES_MIN = 64
VECTORS = []


def seed(number):
    return bytes([number]) * 32


def packed(data):
    """Hexadecimal; a run of 64 equal bytes or more becomes ` xx*count `."""
    parts, start = [], 0
    for run in re.finditer(rb"(.)\1{%d,}" % (RUN_BYTES_MIN - 1), data, flags=re.S):
        parts += [data[start : run.start()].hex(), f"{run[1].hex()}*{len(run[0])}"]
        start = run.end()
    parts.append(data[start:].hex())
    return " ".join(part for part in parts if part)


def add(name, verdict, record, **more):
    VECTORS.append({"name": name, "verdict": verdict} | more | {"record": packed(record)})


def admitted(name, verdict, record, **more):
    found = sf.admit(record)
    content = {"content": packed(found.content)} if len(record) < 2048 else {}
    add(name, verdict, record, **more, **content, id=found.id.hex(), m=sf.signing_hash(found.content).hex())
    return found


# -- records with a meaning ---------------------------------------------------------------------


def interpreted(name, kind, seeds=(1,), stamp=STAMP, /, **fields):
    statement = {"type": kind, "stamp": stamp} | fields
    record = sf.make_record(statement, [seed(number) for number in seeds])
    assert sf.json_to_record(sf.json_parse(sf.json_text(sf.record_to_json(record)))) == record, name
    shown = {"json": sf.statement_to_json(statement)} if len(record) < 2048 else {}
    found = admitted(name, "interpreted", record, seeds=list(seeds), **shown)
    sf.interpret(found)


def assertion(name, value=("Text", "no_gastroparesis_signal"), seeds=(1,), stamp=STAMP, **fields):
    object_field = {} if value is None else {"object": value}
    names = {"subject": "semaglutide", "predicate": "gastroparesis_risk"}
    interpreted(f"assertion: {name}", "assertion", seeds, stamp, **names | object_field | fields)


NUMBERS = (
    ("0", 0), ("23", 23), ("24", 24), ("255", 255), ("256", 256), ("65535", 65535), ("65536", 65536),
    ("2^32 - 1", 2**32 - 1), ("2^32", 2**32), ("the largest int64", sf.INT64_MAX), ("the smallest int64", sf.INT64_MIN),
    ("-1", -1), ("-24", -24), ("-25", -25), ("binary16 1.5", 1.5), ("binary16, the smallest subnormal", 2.0**-24),
    ("binary16, the largest below 1", 1 - 2.0**-11), ("binary32 below binary16's subnormals", 2.0**-25),
    ("binary32 3.0000002384185791", 1 + 2.0**-23), ("binary32, the smallest subnormal", 2.0**-149),
    ("binary32 integral beyond int64", 2.0**63), ("binary32 integral below int64", -(2.0**64)),
    ("binary64 0.1", 0.1), ("binary64 -2.5e-300", -2.5e-300), ("binary64, the smallest subnormal", 5e-324),
    ("binary64, the largest", 1.7976931348623157e308), ("binary64 below binary32's subnormals", 2.0**-150),
    ("binary64 integral below int64", -9223372036854777856.0),
)


def add_assertions():
    assertion("required fields only")
    for name, value in NUMBERS:
        assertion(f"Number {name}", ("Number", value))
    assertion("Boolean true", ("Boolean", True))
    assertion("Boolean false", ("Boolean", False))
    assertion("Reference", ("Reference", "drug:semaglutide"))
    assertion("Time", ("Time", 1767323045123000000))
    assertion("Time, the earliest", ("Time", sf.INT64_MIN))
    assertion("relation none", None, relation="none")
    assertion("relation !=", relation="!=")
    for relation in ("<", "<=", ">", ">="):
        assertion(f"relation {relation}", ("Number", 5), relation=relation)
    assertion("relation < of times", ("Time", 0), relation="<")
    assertion("unit", ("Number", 2.5), unit="mg/dL")
    assertion("language", language="de-CH-1996")
    assertion("confidence 0", confidence=0)
    assertion("confidence 999999", confidence=999999)
    for source_class in sf.SOURCE_CLASSES[:-1]:
        assertion(f"source class {source_class}", source_class=source_class)
    assertion("the largest value of every integer field", ("Number", 1), stamp=(sf.UINT64_MAX, sf.UINT32_MAX, b"\xff" * 16),
              claim_time=sf.INT64_MIN, valid_from=sf.INT64_MIN, valid_to=sf.INT64_MAX)
    assertion("the stamp 0", stamp=(0, 0, bytes(16)))
    assertion("a stamp after int64, so the claim time is its end", stamp=(2**63, 0, bytes(16)))
    assertion("valid to without valid from", valid_to=0)
    assertion("64 ids in derived from", derived_from=SORTED_IDS)
    assertion("unicode, not normalised", ("Text", "e\u0301 \u00e9 \U0001f600 \ufeff\u202e"), language="x-mixed",
              subject="\u0410\u0392\u4e2d", predicate="\u00e9tat")
    assertion("metadata, keys by length first", metadata={"b": "1", "aa": "2", "\u00e9": "3", "Z": "4"})
    assertion("metadata of 4096 bytes", metadata={"k" * 96: "v" * 4000})
    assertion("subject and predicate of 1024 bytes", subject="s" * 1024, predicate="\u00e9" * 512)
    assertion("text of 32768 bytes", ("Text", "t" * 32768))
    assertion("signed by two", seeds=(2, 1))
    assertion("signed by sixteen", seeds=range(1, 17))
    assertion("every field", ("Number", -0.1), seeds=(3,), relation=">=", unit="mmol/L", confidence=900000,
              source_class="clinical", source=ID[1], derived_from=sorted(ID[2:4]), epoch=ID[4],
              valid_from=-1, valid_to=1767225600, metadata={"doi": "10.1/x", "n": "12"}, claim_time=1767323045000000000)


def add_votes_and_supersessions():
    interpreted("vote: up", "vote", target=ID[0], weight=1000000)
    interpreted("vote: down, with a reason", "vote", target=ID[0], weight=-1000000, reason="retracted in 2025")
    interpreted("vote: weight 0 and a claim time", "vote", target=ID[0], weight=0, claim_time=0)
    for kind in ("invalidate", "temporal", "refine", "retract"):
        interpreted(f"supersession: {kind}", "supersession", targets=[ID[0]], kind=kind)
    interpreted("supersession: merge of 63", "supersession", targets=SORTED_IDS[1:], kind="merge", replacement=SORTED_IDS[0])
    interpreted("supersession: refine with all fields", "supersession", (1, 2), targets=sorted(ID[:2]), kind="refine",
                replacement=ID[2], reason="finer", claim_time=1)


def add_other_types():
    for stage in sf.STAGES:
        interpreted(f"stage: {stage}", "stage", target=ID[0], to=stage)
    interpreted("stage: with a reason, two signers", "stage", (1, 2), target=ID[0], to="approved", reason="board")
    interpreted("epoch: name only", "epoch", name="2026-Q1")
    interpreted("epoch: supersedes", "epoch", name="2026-Q2", supersedes=[ID[0]], kind="temporal",
                description="d" * 4096)
    interpreted("epoch: description only", "epoch", name="\u03b5", description="after the audit")
    interpreted("alias: same-as", "alias", **{"from": "Ozempic", "to": "semaglutide", "relation": "same-as"})
    interpreted("alias: is-a", "alias", **{"from": "semaglutide", "to": "GLP-1 agonist", "relation": "is-a"})
    interpreted("source: name only", "source", name="https://example.org/trial")
    interpreted("source: every field", "source", name="urn:x", edition="2", document=ID[0], title="A trial",
                date=1577836800000000000, claim_time=-1)
    interpreted("endorsement", "endorsement", target=ID[0])
    interpreted("endorsement: with a reason", "endorsement", target=ID[0], reason="r" * 1024)
    interpreted("key: rotate to the second signer", "key", (1, 2), kind="rotate", key=sf.public_key(seed(2)))
    interpreted("key: rotate with from", "key", (1, 2), kind="rotate", key=sf.public_key(seed(1)), **{"from": 5})
    interpreted("key: revoke", "key", kind="revoke", key=sf.public_key(seed(1)), **{"from": 0})
    interpreted("key: revoke of another's key", "key", kind="revoke", key=sf.public_key(seed(9)), **{"from": -1})
    interpreted("key: delegate", "key", kind="delegate", key=sf.public_key(seed(2)))
    interpreted("key: delegate, every field", "key", (1, 3), kind="delegate", key=sf.public_key(seed(2)), scope="drug:",
                until=2, **{"from": 1})


# -- bodies made by hand ------------------------------------------------------------------------

VALUE = [0, "v"]
BODY = {0: list(STAMP), 2: "s", 3: "p", 4: VALUE}


def signed(content, numbers=(1,)):
    return sf.sign_content(content, [seed(number) for number in numbers])


def content_of(kind, body, numbers=(1,)):
    return sf.content_bytes(kind, sorted(sf.public_key(seed(number)) for number in numbers), body)


def unknown_key(name, kind, body, numbers=(1,)):
    """Interpreted, but cannot be said in JSON."""
    sf.interpret(admitted(name, "interpreted", signed(content_of(kind, body, numbers), numbers), seeds=list(numbers)))


def ignored(name, reason, kind, body, numbers=(1,)):
    record = signed(content_of(kind, {0: list(STAMP)} | body, numbers), numbers)
    found = admitted(name, "ignored", record, reason=reason, seeds=list(numbers))
    try:
        sf.interpret(found)
    except sf.NotInterpreted as error:
        assert error.reason == reason, f"{name}: {error}"
    else:
        raise AssertionError(f"{name} is interpreted")


def ignored_assertion(name, reason, without=(), **keys):
    changes = {int(key[1:]): item for key, item in keys.items()}
    body = {key: item for key, item in (BODY | changes).items() if key not in without}
    ignored(f"assertion: {name}", reason, 1, body)


def add_ignored_assertions():
    ignored("type 0", "unknown type", 0, {})
    ignored("type 10", "unknown type", 10, BODY)
    ignored("type 2^64 - 1", "unknown type", 2**64 - 1, {2**64 - 1: Map([(Map([(True, 1.0)]), [])])})
    unknown_key("assertion: unlisted keys 16, 17 and 127", 1, BODY | {16: "x", 17: b"", 127: Map()})
    ignored_assertion("key 128", "critical key", k128=0)
    ignored_assertion("key 2^64 - 1", "critical key", k18446744073709551615=0)
    ignored_assertion("no subject", "missing", without=(2,))
    ignored_assertion("no value", "missing", without=(4,))
    ignored_assertion("subject is bytes", "type", k2=b"s")
    ignored_assertion("subject of 1025 bytes", "limit", k2="s" * 1025)
    ignored_assertion("text of 32769 bytes", "limit", k4=[0, "t" * 32769])
    ignored_assertion("relation = written", "default", k5=0)
    ignored_assertion("relation 7", "limit", k5=7)
    ignored_assertion("relation none beside a value", "rule", k5=6)
    ignored_assertion("relation < of text", "rule", k5=2)
    ignored_assertion("relation >= of a boolean", "rule", k4=[2, True], k5=5)
    ignored_assertion("confidence 1000000 written", "default", k8=1000000)
    ignored_assertion("confidence 1000001", "limit", k8=1000001)
    ignored_assertion("confidence -1", "limit", k8=-1)
    ignored_assertion("confidence 0.5 as a float", "type", k8=0.5)
    ignored_assertion("source class anecdotal written", "default", k9=5)
    ignored_assertion("source class 6", "limit", k9=6)
    ignored_assertion("claim time of the stamp written", "default", k1=STAMP[0])
    ignored_assertion("claim time 2^63", "limit", k1=2**63)
    ignored_assertion("unit without Number", "rule", k6="mg")
    ignored_assertion("unit of 65 bytes", "limit", k4=[1, 1], k6="m" * 65)
    ignored_assertion("language without Text", "rule", k4=[1, 1], k7="en")
    ignored_assertion("language with an underscore", "limit", k7="en_US")
    ignored_assertion("language that ends in a line feed", "limit", k7="en\n")
    ignored_assertion("language of 36 bytes", "limit", k7="x" * 36)
    ignored_assertion("value kind 5", "limit", k4=[5, "x"])
    ignored_assertion("value of three elements", "limit", k4=[0, "x", 0])
    ignored_assertion("value is a map", "type", k4=Map([(0, "x")]))
    ignored_assertion("Text that is a number", "type", k4=[0, 1])
    ignored_assertion("Number 1.0 as a float", "rule", k4=[1, 1.0])
    ignored_assertion("Number -2^63 as a float", "rule", k4=[1, -(2.0**63)])
    ignored_assertion("Number 2^63 as an integer", "limit", k4=[1, 2**63])
    ignored_assertion("Boolean 1", "type", k4=[2, 1])
    ignored_assertion("Reference of 1025 bytes", "limit", k4=[3, "r" * 1025])
    ignored_assertion("Time as a float", "type", k4=[4, 0.5])
    ignored_assertion("source of 31 bytes", "limit", k10=bytes(31))
    ignored_assertion("derived from nothing", "limit", k11=[])
    ignored_assertion("derived from one twice", "rule", k11=[ID[0], ID[0]])
    ignored_assertion("derived from 65", "limit", k11=[bytes([number]) * 32 for number in range(65)])
    ignored_assertion("valid to equals valid from", "rule", k13=5, k14=5)
    ignored_assertion("metadata empty", "limit", k15=Map())
    ignored_assertion("metadata with a number", "type", k15=Map([("k", 1)]))
    ignored_assertion("metadata with a number for a key", "type", k15=Map([(1, "k")]))
    ignored_assertion("metadata of 4097 bytes", "limit", k15=Map([("k" * 97, "v" * 4000)]))


def add_ignored_others():
    key = sf.public_key(seed(9))
    ignored("vote: two signers", "rule", 2, {2: ID[0], 3: 1}, (1, 2))
    ignored("vote: weight 1000001", "limit", 2, {2: ID[0], 3: 1000001})
    ignored("vote: no weight", "missing", 2, {2: ID[0]})
    ignored("supersession: merge without a replacement", "missing", 3, {2: [ID[0]], 3: 4})
    ignored("supersession: retract with a replacement", "rule", 3, {2: [ID[0]], 3: 3, 4: ID[1]})
    ignored("supersession: replaced by its target", "rule", 3, {2: [ID[0]], 3: 0, 4: ID[0]})
    ignored("supersession: kind 5", "limit", 3, {2: [ID[0]], 3: 5})
    ignored("supersession: targets descend", "rule", 3, {2: SORTED_IDS[1::-1], 3: 0})
    ignored("stage: to 4", "limit", 4, {2: ID[0], 3: 4})
    ignored("epoch: kind without supersedes", "rule", 5, {2: "n", 4: 0})
    ignored("epoch: supersedes without kind", "missing", 5, {2: "n", 3: [ID[0]]})
    ignored("alias: to itself", "rule", 6, {2: "a", 3: "a", 4: 0})
    ignored("alias: no relation", "missing", 6, {2: "a", 3: "b"})
    ignored("source: document of 33 bytes", "limit", 7, {2: "n", 4: bytes(33)})
    ignored("source: edition of 257 bytes", "limit", 7, {2: "n", 3: "e" * 257})
    ignored("endorsement: two signers", "rule", 8, {2: ID[0]}, (1, 2))
    ignored("key: rotate by one", "rule", 9, {2: 0, 3: sf.public_key(seed(1))})
    ignored("key: rotate to a third", "rule", 9, {2: 0, 3: key}, (1, 2))
    ignored("key: revoke without from", "missing", 9, {2: 1, 3: key})
    ignored("key: revoke with a scope", "rule", 9, {2: 1, 3: key, 4: 0, 5: "s"})
    ignored("key: delegate to itself", "rule", 9, {2: 2, 3: sf.public_key(seed(1))})
    ignored("key: until equals from", "rule", 9, {2: 2, 3: key, 4: 1, 6: 1})
    ignored("key: rotate with until", "rule", 9, {2: 0, 3: sf.public_key(seed(1)), 6: 9}, (1, 2))


# -- refused ------------------------------------------------------------------------------------


def refused(name, section, record):
    try:
        sf.admit(record)
    except sf.Refused as error:
        assert error.section == section, f"{name}: {error}"
    else:
        raise AssertionError(f"{name} is admitted")
    add(name, "refused", record, section=section)


def refused_item(name, section, item_hex):
    """A body whose key 16 is the given bytes, signed as it stands."""
    content = content_of(1, BODY | {16: 0})
    assert content.endswith(b"\x10\x00")
    refused(f"content: {name}", section, signed(content[:-1] + bytes.fromhex(item_hex)))


def add_refused_cbor():
    for item, section in sf.CBOR_REFUSED:
        if section not in ("1.7", "1.8") and item:
            refused_item(f"key 16 is {item}", section, item)
    unknown_key("content: arrays 8 deep", 1, BODY | {16: [[[[[[]]]]]]})
    refused("content: arrays 9 deep", "1.7", signed(content_of(1, BODY | {16: [[[[[[[]]]]]]]})))
    refused("content: map keys 9 deep", "1.7", signed(content_of(1, BODY | {16: Map([([[[[[[]]]]]], 0)])})))
    refused("content: a byte follows", "1.8", signed(content_of(1, BODY) + b"\0"))
    good = signed(content_of(1, BODY))
    refused("record: a byte follows", "1.8", good + b"\0")
    refused("record: empty", "1", b"")
    refused("record: cut short", "1", good[:-1])
    refused("record: a tag in front", "1.4", b"\xd9\xd9\xf7" + good)
    assert good[1] == 0x58
    refused("record: the content's length not shortest", "1.1", good[:1] + b"\x59\x00" + good[2:])


def add_refused_shape():
    content = content_of(1, BODY)
    signature = sf.sign_message(seed(1), sf.signing_hash(content))
    keys = sorted(sf.public_key(seed(number)) for number in range(1, 19))
    refused("record: array of 3", "2", sf.cbor_encode([content, [signature], 0]))
    refused("record: the content is an array", "2", sf.cbor_encode([sf.cbor_decode(content), [signature]]))
    refused("record: no signatures", "2", sf.cbor_encode([content, []]))
    refused("record: two signatures for one signer", "2", sf.cbor_encode([content, [signature, signature]]))
    refused("record: signature of 63 bytes", "2", sf.cbor_encode([content, [signature[:63]]]))
    stamp = list(STAMP)
    shapes = (
        ("version 2", [2, 1, keys[:1], BODY]), ("version true", [True, 1, keys[:1], BODY]),
        ("array of 5", [1, 1, keys[:1], BODY, 0]), ("type -1", [1, -1, keys[:1], BODY]),
        ("type is text", [1, "assertion", keys[:1], BODY]), ("no signers", [1, 1, [], BODY]),
        ("signer of 31 bytes", [1, 1, [keys[0][:31]], BODY]), ("signers descend", [1, 1, keys[1::-1], BODY]),
        ("one signer twice", [1, 1, [keys[0]] * 2, BODY]), ("body is an array", [1, 1, keys[:1], [stamp]]),
        ("body without a stamp", [1, 1, keys[:1], {2: "s"}]), ("body key -1", [1, 1, keys[:1], BODY | {-1: 0}]),
        ("body key text", [1, 1, keys[:1], BODY | {"k": 0}]), ("stamp of 2", [1, 1, keys[:1], BODY | {0: stamp[:2]}]),
        ("time -1", [1, 1, keys[:1], {0: [-1, 0, bytes(16)]}]), ("time as a float", [1, 1, keys[:1], {0: [0.5, 0, bytes(16)]}]),
        ("counter 2^32", [1, 1, keys[:1], {0: [0, 2**32, bytes(16)]}]), ("node of 15 bytes", [1, 1, keys[:1], {0: [0, 0, bytes(15)]}]),
    )
    for name, item in shapes:
        content = sf.cbor_encode(item)
        message = sf.signing_hash(content)
        count = max(1, len(item[2]))
        refused(f"content: {name}", "3", sf.cbor_encode([content, [sf.sign_message(seed(1), message)] * count]))
    content = sf.content_bytes(1, keys[:17], BODY)
    message = sf.signing_hash(content)
    seeds = sorted((seed(number) for number in range(1, 19)), key=sf.public_key)
    signatures = [sf.sign_message(one, message) for one in seeds[:17]]
    refused("content: 17 signers, 16 signatures", "3", sf.cbor_encode([content, signatures[:16]]))
    refused("record: 17 signatures", "2", sf.cbor_encode([content, signatures]))
    add_longest()


def add_longest():
    rest = len(signed(content_of(1, BODY | {16: bytes(60000)}))) - 60000
    longest = bytes(sf.RECORD_BYTES_MAX - rest)
    unknown_key("record of 65536 bytes", 1, BODY | {16: longest})
    refused("record of 65537 bytes", "2", signed(content_of(1, BODY | {16: longest + b"\0"})))


# -- signatures ---------------------------------------------------------------------------------


def order_eight_point():
    """The first point of order 8 that L times a point of the curve gives."""
    y = 2
    while True:
        x = sf.recover_x(y, 0)
        if x is not None:
            point = sf.point_multiply(sf.L, (x, y, 1, x * y % sf.P))
            doubled = sf.point_add(point, point)
            if sf.point_encode(sf.point_add(doubled, doubled)) == sf.point_encode((0, sf.P - 1, 1, 0)):
                return point
        y += 1


def signature_record(public, commitment, response):
    """A record of BODY by `public`; commitment and response may be functions of M."""
    content = sf.content_bytes(1, [public], BODY)
    return sf.cbor_encode([content, [commitment + response.to_bytes(32, "little")]]), sf.signing_hash(content)


def mixed_order_record(nonce_start, wants_valid):
    """A and R both carry a point of order 8; valid where the two cancel without the cofactor."""
    torsion = order_eight_point()
    scalar = sf.expand_seed(seed(1))[0]
    public = sf.point_encode(sf.point_add(sf.point_multiply(scalar % sf.L, sf.BASE), torsion))
    message = signature_record(public, bytes(32), 0)[1]
    nonce = nonce_start
    while True:
        commitment = sf.point_encode(sf.point_add(sf.point_multiply(nonce, sf.BASE), torsion))
        challenge = sf.sha512_scalar(commitment, public, message)
        if (challenge % 8 == 7) == wants_valid:
            return signature_record(public, commitment, (nonce + challenge * scalar) % sf.L)[0]
        nonce += 1


def add_signatures():
    good = signed(content_of(1, BODY))
    commitment, response = good[-64:-32], int.from_bytes(good[-32:], "little")
    public = sf.public_key(seed(1))
    def edge(name, section, key, first, second):
        refused(f"signature: {name}", section, signature_record(key, first, second)[0])
    edge("S + L", "4.1", public, commitment, response + sf.L)
    edge("S = L", "4.1", public, commitment, sf.L)
    edge("S has its top bits set", "4.1", public, commitment, response | 7 << 253)
    edge("R with y = p + 3", "4.2", public, (sf.P + 3).to_bytes(32, "little"), response)
    edge("A with y = p + 3", "4.2", (sf.P + 3).to_bytes(32, "little"), commitment, response)
    edge("A with y = 2^255 - 1", "4.2", ((1 << 255) - 1).to_bytes(32, "little"), commitment, response)
    edge("A with y = 2, not on the curve", "4.2", (2).to_bytes(32, "little"), commitment, response)
    edge("R with y = 2, not on the curve", "4.2", public, (2).to_bytes(32, "little"), response)
    edge("A is x = 0 with a sign", "4.2", (1 | 1 << 255).to_bytes(32, "little"), commitment, response)
    edge("R is y = -1, x = 0 with a sign", "4.2", public, (sf.P - 1 | 1 << 255).to_bytes(32, "little"), response)
    edge("A is the identity with y = p + 1", "4.2", (sf.P + 1).to_bytes(32, "little"), commitment, response)
    torsion, point = order_eight_point(), sf.IDENTITY
    for number in range(8):
        encoded = sf.point_encode(point)
        edge(f"A is small point {number}, the equation holds where it can", "4.3", encoded, encoded, 0)
        edge(f"R is small point {number}", "4.3", public, encoded, response)
        point = sf.point_add(point, torsion)
    edge("of another content", "4.4", public, commitment, (response + 1) % sf.L)
    edge("S = 0", "4.4", public, commitment, 0)
    refused("signature: mixed order that only the cofactor would accept", "4.4", mixed_order_record(1, False))
    admitted("signature: mixed order where the equation holds", "interpreted", mixed_order_record(1, True))
    one, two = content_of(1, BODY, (1, 2)), [seed(1), seed(2)]
    swapped = [sf.sign_message(key, sf.signing_hash(one)) for key in sorted(two, key=sf.public_key, reverse=True)]
    refused("signature: two in the other order", "4.4", sf.cbor_encode([one, swapped]))
    plain = sf.sign_message(seed(1), sf.record_id(content_of(1, BODY)))
    refused("signature: of the id instead of M", "4.4", sf.cbor_encode([content_of(1, BODY), [plain]]))


def main():
    add_assertions()
    add_votes_and_supersessions()
    add_other_types()
    add_ignored_assertions()
    add_ignored_others()
    add_refused_cbor()
    add_refused_shape()
    add_signatures()
    text = '{"format":1,"seeds":"seed n is 32 bytes of value n","vectors":[\n'
    text += ",\n".join(map(sf.json_text, VECTORS)) + "\n]}\n"
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "records.json")
    if sys.argv[1:] == ["--write"]:
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
    with open(path, encoding="utf-8") as file:
        if file.read() != text:
            sys.exit("records.json is not what make_vectors.py makes")
    print(f"{len(VECTORS)} vectors")


if __name__ == "__main__":
    main()
