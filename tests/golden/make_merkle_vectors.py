#!/usr/bin/env python3
"""Checks merkle_vectors.json and merkle_vectors.h, sets of ids and their Merkle roots, against what
they should be; with --write, makes them.

Written from the definition of the trie alone, BLAKE3 included (of one chunk, which is all that a
node needs), so that it shares nothing with the C code which is tested against its output."""
import json
import os
import struct
import sys

IV = [0x6A09E667, 0xBB67AE85, 0x3C6EF372, 0xA54FF53A, 0x510E527F, 0x9B05688C, 0x1F83D9AB, 0x5BE0CD19]
PERMUTATION = [2, 6, 3, 10, 7, 0, 4, 13, 1, 11, 12, 5, 9, 14, 15, 8]
LANES = [(0, 4, 8, 12), (1, 5, 9, 13), (2, 6, 10, 14), (3, 7, 11, 15),
         (0, 5, 10, 15), (1, 6, 11, 12), (2, 7, 8, 13), (3, 4, 9, 14)]


def rotate(x, n):
    return (x >> n | x << (32 - n)) & 0xFFFFFFFF


def compress(chain, block, flags):
    v = chain + IV[:4] + [0, 0, len(block), flags]
    m = list(struct.unpack("<16I", block.ljust(64, b"\0")))
    for _ in range(7):
        for i, (a, b, c, d) in enumerate(LANES):
            for word, turn_d, turn_b in ((m[2 * i], 16, 12), (m[2 * i + 1], 8, 7)):
                v[a] = (v[a] + v[b] + word) & 0xFFFFFFFF
                v[d] = rotate(v[d] ^ v[a], turn_d)
                v[c] = (v[c] + v[d]) & 0xFFFFFFFF
                v[b] = rotate(v[b] ^ v[c], turn_b)
        m = [m[p] for p in PERMUTATION]
    return [v[i] ^ v[i + 8] for i in range(8)]


def blake3(data):
    assert len(data) <= 1024
    blocks = [data[i:i + 64] for i in range(0, len(data), 64)] or [b""]
    chain = IV
    for i, block in enumerate(blocks):
        last = i == len(blocks) - 1
        chain = compress(chain, block, (1 if i == 0 else 0) | (2 | 8 if last else 0))
    return struct.pack("<8I", *chain)


def subtree(ids, hung):
    """The hash of the node over `ids` (hex, sorted, at least one) whose parent used `hung` nibbles."""
    if len(ids) == 1:
        return blake3(b"\x00" + bytes.fromhex(ids[0]))
    shared = os.path.commonprefix(ids)
    skipped = bytes(int(nibble, 16) for nibble in shared[hung:])
    bitmap, children = 0, b""
    for nibble in range(16):
        below = [i for i in ids if int(i[len(shared)], 16) == nibble]
        if below:
            bitmap |= 1 << nibble
            children += subtree(below, len(shared) + 1)
    return blake3(bytes([1, len(skipped)]) + skipped + struct.pack(">QH", len(ids), bitmap) + children)


def ids_of(count, prefix=""):
    return [prefix + blake3(struct.pack(">I", i)).hex()[len(prefix):] for i in range(count)]


def main():
    deep = ids_of(1)[0]
    sets = {
        "empty": [],
        "one": ids_of(1),
        "two": ids_of(2),
        "three": ids_of(3),
        "differ in the last nibble": [deep[:-1] + "0", deep[:-1] + "f"],
        "differ in every last nibble": [deep[:-1] + "%x" % i for i in range(16)],
        "differ in the first nibble": ["%x" % i + deep[1:] for i in range(16)],
        "a comb: one branch per nibble":
            [deep] + [deep[:i] + "%x" % (int(deep[i], 16) ^ 1) + deep[i + 1:] for i in range(64)],
        "seventeen": ids_of(17),
        "seventy": ids_of(70),
        "seventy that share nine nibbles": ids_of(70, "0123456789"[:9]),
    }
    vectors = []
    for name, ids in sets.items():
        ids = sorted(ids)
        root = subtree(ids, 0) if ids else bytes(32)
        vectors.append({"name": name, "ids": ids, "root": root.hex()})
    as_json = json.dumps(vectors, indent=1) + "\n"
    is_right = put("merkle_vectors.json", as_json) and put("merkle_vectors.h", header_of(vectors))
    sys.exit(0 if is_right else "the vectors in the tree are not what this script makes")


def header_of(vectors):
    text = ("/* Made by make_merkle_vectors.py beside merkle_vectors.json; do not edit. */\n"
            "/* clang-format off */\n"
            "static const struct {\n    const char *name;\n    const char *root;\n"
            "    const char *ids[%d]; /* NULL after the last */\n} merkle_vectors[] = {\n"
            % (max(len(v["ids"]) for v in vectors) + 1))
    for v in vectors:
        text += '    {"%s",\n     "%s",\n     {' % (v["name"], v["root"])
        text += "".join('"%s",\n      ' % i for i in v["ids"]) + "NULL}},\n"
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
