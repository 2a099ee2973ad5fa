#!/usr/bin/env python3
"""Checks sketch_vectors.json and sketch_vectors.h, walks of items and a sketch, against what they
should be; with --write, makes them.

Written from the comment of src/sketch/walk.h alone, SipHash included, so that it shares nothing with
the C code which is tested against its output; BLAKE3 is that of steme_format.py."""
import json
import os
import struct
import sys

import steme_format

MASK = (1 << 64) - 1
CELL_COUNT = 1 << 18
CLUSTERS = ["stemedb", "", "a cluster of another name"]
ITEMS = [0, 1, 2, 0x0123456789ABCDEF, 1 << 63, MASK]
LEFT, RIGHT, SKETCH_CELLS = 70, 30, 64


def rotate(x, n):
    return (x << n | x >> (64 - n)) & MASK


def sip_round(v0, v1, v2, v3):
    v0, v2 = (v0 + v1) & MASK, (v2 + v3) & MASK
    v1, v3 = rotate(v1, 13) ^ v0, rotate(v3, 16) ^ v2
    v0, v2 = (rotate(v0, 32) + v3) & MASK, (v2 + v1) & MASK
    return v0, rotate(v1, 17) ^ v2, rotate(v3, 21) ^ v0, rotate(v2, 32)


def sip(v0, v1, v2, v3, rounds):
    for _ in range(rounds):
        v0, v1, v3, v2 = sip_round(v0, v1, v2, v3)
    return v0, v1, v2, v3


def siphash(key, data):
    """SipHash-2-4 (Aumasson, Bernstein), the number whose little-endian bytes are the output."""
    k0, k1 = struct.unpack("<2Q", key)
    state = (k0 ^ 0x736F6D6570736575, k1 ^ 0x646F72616E646F6D, k0 ^ 0x6C7967656E657261, k1 ^ 0x7465646279746573)
    whole = data + bytes(7 - len(data) % 8) + bytes([len(data) & 255])
    for (word,) in struct.iter_unpack("<Q", whole):
        v0, v1, v2, v3 = state
        v0, v1, v2, v3 = sip(v0, v1, v2, v3 ^ word, 2)
        state = (v0 ^ word, v1, v2, v3)
    v0, v1, v2, v3 = state
    v0, v1, v2, v3 = sip(v0, v1, v2 ^ 0xFF, v3, 4)
    return v0 ^ v1 ^ v2 ^ v3


def item_hash(key, item):
    return int.from_bytes(struct.pack("<Q", siphash(key, struct.pack(">Q", item))), "big")


def draws(state):
    while True:
        state = (state + 0x9E3779B97F4A7C15) & MASK
        z = state
        z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9 & MASK
        z = (z ^ z >> 27) * 0x94D049BB133111EB & MASK
        yield z ^ z >> 31


def smallest(holds, low, high):
    """The smallest number of low ... high for which `holds`, which keeps holding from there."""
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if holds(middle) else (middle + 1, high)
    return low


def walk(hash_, cell_count):
    """The cells of an item: the rule of walk.h as it stands there, by bisection."""
    cells, source = [], draws(hash_)
    i = 0
    while i < cell_count:
        cells.append(i)
        high, low = divmod(next(source), 1 << 32)
        i = smallest(lambda j: high * (j + 1) >= (i + 1) << 32 or low * (j + 2) >= (i + 2) << 32,
                     i + 1, cell_count)
    return cells


def sketch(key, signed_items, cell_count):
    cells = [[0, 0, 0] for _ in range(cell_count)]
    for item, sign in signed_items:
        hash_ = item_hash(key, item)
        for i in walk(hash_, cell_count):
            cells[i][0] ^= item
            cells[i][1] ^= hash_ & 0xFFFFFFFF
            cells[i][2] += sign
    return [struct.pack(">QIi", *cell) for cell in cells]


def key_of(cluster):
    return steme_format.blake3_derive_key(b"StemeDB v1 sketch", cluster.encode())[:16]


def main():
    assert siphash(bytes(range(16)), bytes(range(15))) == 0xA129CA6149BE45E5  # of its paper, appendix A
    keys = [{"cluster": cluster, "key": key_of(cluster).hex()} for cluster in CLUSTERS]
    key = key_of(CLUSTERS[0])
    walks = []
    for item in ITEMS:
        hash_ = item_hash(key, item)
        walks.append({"item": "%016x" % item, "hash": "%016x" % hash_, "cells": walk(hash_, CELL_COUNT)})
    ids = [steme_format.blake3(struct.pack(">I", i)) for i in range(LEFT + RIGHT)]
    items = [(int.from_bytes(one[:8], "big"), 1 if i < LEFT else -1) for i, one in enumerate(ids)]
    cells = [cell.hex() for cell in sketch(key, items, SKETCH_CELLS)]
    vectors = {"keys": keys, "walks": walks,
               "sketch": {"left_ids": [i.hex() for i in ids[:LEFT]], "right_ids": [i.hex() for i in ids[LEFT:]],
                          "cells": cells}}
    as_json = json.dumps(vectors, indent=1) + "\n"
    is_right = put("sketch_vectors.json", as_json) and put("sketch_vectors.h", header_of(vectors))
    sys.exit(0 if is_right else "the vectors in the tree are not what this script makes")


def strings(texts):
    return ",\n".join('    "%s"' % text for text in texts)


def header_of(vectors):
    text = ("/* Made by make_sketch_vectors.py beside sketch_vectors.json; do not edit. */\n/* clang-format off */\n"
            "static const struct {\n    const char *cluster;\n    const char *key;\n} sketch_key_vectors[] = {\n")
    text += "".join('    {"%s", "%s"},\n' % (v["cluster"], v["key"]) for v in vectors["keys"])
    text += ("};\nstatic const struct {\n    uint64_t item;\n    uint64_t hash;\n    size_t cell_count;\n"
             "    uint32_t cells[%d];\n} sketch_walk_vectors[] = {\n" % max(len(v["cells"]) for v in vectors["walks"]))
    for v in vectors["walks"]:
        text += "    {0x%s, 0x%s, %d,\n     {%s}},\n" % (
            v["item"], v["hash"], len(v["cells"]), ", ".join(map(str, v["cells"])))
    for name, values in vectors["sketch"].items():
        text += "};\nstatic const char *const sketch_vector_%s[] = {\n%s,\n" % (name, strings(values))
    return text + "};\n"


def put(name, text):
    """Whether the file beside this script holds `text`; with --write it does from now on."""
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), name)
    if sys.argv[1:] == ["--write"]:
        with open(path, "w", encoding="utf-8") as out:
            out.write(text)
        return True
    with open(path, encoding="utf-8") as kept:
        return kept.read() == text


main()
