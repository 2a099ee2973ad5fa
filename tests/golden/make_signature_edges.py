"""Makes the edge vectors of the signature rule (docs/format.md, section 4).

Usage: make_signature_edges.py signature_edges.json ../../src/record/signature_edges.c

The arithmetic is that of a textbook (affine twisted Edwards curve, square and multiply, no care for
speed or secrecy) and shares nothing with any library; the verdicts come from the four rules as the
format states them. Everything is derived from fixed seeds: a second run gives the same bytes.
"""

import hashlib
import json
import sys

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P
SQRT_MINUS_1 = pow(2, (P - 1) // 4, P)
IDENTITY = (0, 1)


def add(one, two):
    (x1, y1), (x2, y2) = one, two
    product = D * x1 * x2 * y1 * y2 % P
    x = (x1 * y2 + y1 * x2) * pow(1 + product, -1, P) % P
    y = (y1 * y2 + x1 * x2) * pow(1 - product, -1, P) % P
    return x, y


def multiply(scalar, point):
    result = IDENTITY
    while scalar:
        if scalar & 1:
            result = add(result, point)
        point = add(point, point)
        scalar >>= 1
    return result


def negate(point):
    return -point[0] % P, point[1]


def x_of(y, sign):
    """The x of that parity at y, None where there is no such point."""
    squared = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(squared, (P + 3) // 8, P)
    if (x * x - squared) % P:
        x = x * SQRT_MINUS_1 % P
    if (x * x - squared) % P or (x == 0 and sign):
        return None
    return -x % P if x % 2 != sign else x


def encode(point):
    return (point[1] | (point[0] & 1) << 255).to_bytes(32, "little")


def raw(y, sign):
    return (y | sign << 255).to_bytes(32, "little")


def decode(data):
    """A canonical encoding's point, None for all else (rule 2)."""
    number = int.from_bytes(data, "little")
    y, sign = number & (2**255 - 1), number >> 255
    if y >= P:
        return None
    x = x_of(y, sign)
    return None if x is None else (x, y)


BASE = (x_of(4 * pow(5, -1, P) % P, 0), 4 * pow(5, -1, P) % P)


def find_torsion():
    """A point of order 8: L times a point that is not in the subgroup, taken from y = 2 on."""
    y = 2
    while True:
        x = x_of(y, 0)
        if x is not None:
            point = multiply(L, (x, y))
            if multiply(4, point) != IDENTITY:
                return point
        y += 1


TORSION = [multiply(i, find_torsion()) for i in range(8)]


def hash_number(*parts):
    return int.from_bytes(hashlib.sha512(b"".join(parts)).digest(), "little")


def verdict(agent, message, signature):
    """The rules of section 4; the number of the first that fails, 0 where all hold."""
    r_bytes, s = signature[:32], int.from_bytes(signature[32:], "little")
    if s >= L:
        return 1
    a, r = decode(agent), decode(r_bytes)
    if a is None or r is None:
        return 2
    if a in TORSION or r in TORSION:
        return 3
    h = hash_number(r_bytes, agent, message) % L
    return 0 if encode(add(multiply(s, BASE), multiply(h, negate(a)))) == r_bytes else 4


def number(text):
    return hash_number(b"edge", text.encode()) % L


MESSAGE = hashlib.sha256(b"edge message").digest()
SECRET = number("secret")
AGENT = multiply(SECRET, BASE)
EDGES = []


def note(name, agent, signature, rule, message=MESSAGE):
    """Adds a vector; `rule` is what the author expects, and must be what the rules say."""
    assert verdict(agent, message, signature) == rule, (name, verdict(agent, message, signature))
    EDGES.append({"name": name, "agent": agent.hex(), "message": message.hex(),
                  "signature": signature.hex(), "valid": rule == 0, "rule": rule})


def respond(agent, r_bytes, nonce, secret=SECRET):
    """S for a nonce, as if there were no torsion anywhere."""
    h = hash_number(r_bytes, agent, MESSAGE)
    return ((nonce + h % L * secret) % L).to_bytes(32, "little")


def grind(name, agent_torsion, r_torsion, is_wanted):
    """The first signature of its shape for whose hash `is_wanted(h, h mod L)`."""
    agent = encode(add(AGENT, agent_torsion))
    for attempt in range(100000):
        nonce = number(f"{name} {attempt}")
        r_bytes = encode(add(multiply(nonce, BASE), r_torsion))
        h = hash_number(r_bytes, agent, MESSAGE)
        if is_wanted(h, h % L):
            return agent, r_bytes + respond(agent, r_bytes, nonce)
    raise RuntimeError(name)


def plain_edges():
    nonce = number("plain")
    agent, r_bytes = encode(AGENT), encode(multiply(nonce, BASE))
    s_bytes = respond(agent, r_bytes, nonce)
    s = int.from_bytes(s_bytes, "little")
    note("valid", agent, r_bytes + s_bytes, 0)
    note("another message", agent, r_bytes + s_bytes, 4, hashlib.sha256(b"other").digest())
    note("swapped A", encode(multiply(number("other secret"), BASE)), r_bytes + s_bytes, 4)
    note("A of the wrong sign", encode(negate(AGENT)), r_bytes + s_bytes, 4)
    note("R of the wrong sign", agent, encode(negate(decode(r_bytes))) + s_bytes, 4)
    note("S + 1", agent, r_bytes + (s + 1).to_bytes(32, "little"), 4)
    for times in (1, 2, 7, 14):
        note(f"S + {times} L", agent, r_bytes + (s + times * L).to_bytes(32, "little"), 1)
    note("S = L", agent, r_bytes + L.to_bytes(32, "little"), 1)
    note("S = L - 1", agent, r_bytes + (L - 1).to_bytes(32, "little"), 4)
    note("S of all ones", agent, r_bytes + b"\xff" * 32, 1)
    note("S = 0", agent, r_bytes + bytes(32), 4)
    note("all zero", bytes(32), bytes(64), 3)
    note("signature all zero", agent, bytes(64), 3)


def mixed_order_edges():
    for order, step in ((8, 1), (4, 2), (2, 4)):
        point = TORSION[step]
        agent, signature = grind(f"A {order} good", point, IDENTITY,
                                 lambda h, reduced: reduced % order == 0 and h % order != 0)
        note(f"mixed-order A ({order}), h reduced is a multiple", agent, signature, 0)
        agent, signature = grind(f"A {order} bad", point, IDENTITY,
                                 lambda h, reduced: reduced % order != 0 and h % order == 0)
        note(f"mixed-order A ({order}), only h unreduced is a multiple", agent, signature, 4)
    for step in (1, 2, 4):
        agent, signature = grind(f"R {step}", IDENTITY, TORSION[step], lambda h, reduced: True)
        note(f"mixed-order R ({8 // step})", agent, signature, 4)
    agent, signature = grind("both good", TORSION[1], TORSION[3], lambda h, reduced: -reduced % 8 == 3)
    note("mixed-order A and R that cancel", agent, signature, 0)
    agent, signature = grind("both bad", TORSION[1], TORSION[3], lambda h, reduced: -reduced % 8 == 5)
    note("mixed-order A and R that do not cancel", agent, signature, 4)


def small_order_edges():
    """Encodings of small order, canonical or not. S is such that rule 4 alone would often hold:
    with A of small order any S·B - h·A is known, and with R = 0 there is S = h·a."""
    small = [raw(y, sign) for y in (0, 1, P - 1, P, P + 1, *{point[1] for point in TORSION if
             point[0] and point[1]}) for sign in (0, 1)]
    small = sorted(set(small))
    for data in small:
        y = int.from_bytes(data, "little") & (2**255 - 1)
        rule = 3 if decode(data) is not None else 2
        name = f"y = {'p + ' + str(y - P) if y >= P else y if y < 2 else 'p - 1' if y == P - 1 else hex(y)[:6]}" \
               f", sign {data[31] >> 7}"
        nonce = number("small")
        note(f"A of small order, {name}", data, encode(multiply(nonce, BASE)) +
             nonce.to_bytes(32, "little"), rule)
        note(f"R of small order, {name}", encode(AGENT), data + respond(encode(AGENT), data, 0), rule)


def non_canonical_edges():
    """y from p to p + 18 has a second encoding; those that are points, as A and as R."""
    nonce = number("non-canonical")
    r_bytes = encode(multiply(nonce, BASE))
    for y in range(2, 19):
        for sign in (0, 1):
            if x_of(y, sign) is None:
                continue
            data = raw(P + y, sign)
            note(f"non-canonical A, y = p + {y}, sign {sign}", data,
                 r_bytes + nonce.to_bytes(32, "little"), 2)
            note(f"non-canonical R, y = p + {y}, sign {sign}", encode(AGENT),
                 data + respond(encode(AGENT), data, nonce), 2)
    y = next(y for y in range(2, 100) if x_of(y, 0) is None)
    note("A not on the curve", raw(y, 0), r_bytes + nonce.to_bytes(32, "little"), 2)
    note("R not on the curve", encode(AGENT), raw(y, 0) + nonce.to_bytes(32, "little"), 2)
    ones = b"\xff" * 32
    note("A of all ones", ones, r_bytes + nonce.to_bytes(32, "little"), 2)
    note("R of all ones", encode(AGENT), ones + nonce.to_bytes(32, "little"), 2)


def c_bytes(text):
    data = bytes.fromhex(text)
    lines = [", ".join(f"0x{byte:02x}" for byte in data[i:i + 16]) for i in range(0, len(data), 16)]
    return "{" + ",\n      ".join(lines) + "}"


def c_source():
    rows = [f'    {{"{edge["name"]}",\n     {c_bytes(edge["agent"])},\n     {c_bytes(edge["message"])},'
            f'\n     {c_bytes(edge["signature"])},\n     {str(edge["valid"]).lower()}}},\n'
            for edge in EDGES]
    return ("/* Made by tests/golden/make_signature_edges.py, which says what each row is about. */\n"
            '#include "record/signature.h"\n\n'
            "/* clang-format off */\n"
            "const record_signature_edge record_signature_edges[] = {\n" + "".join(rows) + "};\n\n"
            "const size_t record_signature_edge_count =\n"
            "    sizeof record_signature_edges / sizeof record_signature_edges[0];\n")


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__.split("\n\n")[1])
    plain_edges()
    mixed_order_edges()
    small_order_edges()
    non_canonical_edges()
    with open(sys.argv[1], "w", encoding="ascii") as file:
        json.dump(EDGES, file, indent=1)
        file.write("\n")
    with open(sys.argv[2], "w", encoding="ascii") as file:
        file.write(c_source())


if __name__ == "__main__":
    main()
