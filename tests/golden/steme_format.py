#!/usr/bin/env python3
"""The record format of StemeDB, version 1: a second implementation.

Written from docs/format.md alone, by somebody who had not seen the C code, with nothing but the
standard library. It is slow and plain on purpose: it exists to disagree with the C library where
one of the two has misread the page. Section numbers below are those of docs/format.md.

    admit(record)                  -> Admitted, or raises Refused
    interpret(admitted)            -> dict of fields, or raises NotInterpreted
    make_record(statement, seeds)  -> record bytes
    record_to_json(record)         -> the JSON form as a dict;  json_to_record() is its inverse
    python3 steme_format.py --self-test
"""

import hashlib
import json
import re
import struct
import sys
from collections import namedtuple
from decimal import Decimal
from functools import lru_cache

RECORD_BYTES_MAX = 65536
SIGNERS_MAX = 16
NESTING_MAX = 8
IDS_MAX = 64
INT64_MIN, INT64_MAX = -2**63, 2**63 - 1
UINT64_MAX = 2**64 - 1
UINT32_MAX = 2**32 - 1
SIGNATURE_CONTEXT = b"StemeDB v1 record signature"


class Refused(Exception):
    """The bytes are not an admissible record. `section` names the rule: "1.3", "2", "3", "4.1"..."""

    def __init__(self, reason, section):
        super().__init__(f"{reason} (section {section})")
        self.reason = reason
        self.section = section


class NotInterpreted(Exception):
    """An admitted record without a meaning. `reason` is one of the REASONS, `detail` says where."""

    REASONS = ("unknown type", "critical key", "missing", "type", "limit", "default", "rule")

    def __init__(self, reason, detail):
        assert reason in self.REASONS
        super().__init__(f"{reason}: {detail}")
        self.reason = reason
        self.detail = detail


class JsonRefused(Exception):
    """A line of the JSON form that does not say a record."""


# ---------------------------------------------------------------------------------------------
# Section 1: the CBOR that is accepted. Items are int, bytes, str, bool, float, list and Map.


class Map(list):
    """A CBOR map as a list of (key, item) pairs: keys may be of any type, and 1, 1.0 and True differ."""


def cbor_head(major, argument):
    """The initial byte and the shortest argument."""
    if argument < 24:
        return bytes([major << 5 | argument])
    for information, size in ((24, 1), (25, 2), (26, 4), (27, 8)):
        if argument < 1 << 8 * size:
            return bytes([major << 5 | information]) + argument.to_bytes(size, "big")
    raise ValueError("the argument has more than 64 bits")


FLOAT_FORMS = ((0xF9, ">e"), (0xFA, ">f"), (0xFB, ">d"))


def cbor_float(number):
    """The shortest form that gives the same value back."""
    if number != number or number in (float("inf"), float("-inf")):
        raise ValueError("not a finite number")
    if number == 0 and struct.pack(">d", number)[0] != 0:
        raise ValueError("negative zero")
    for initial, form in FLOAT_FORMS:
        try:
            packed = struct.pack(form, number)
        except OverflowError:
            continue
        if struct.unpack(form, packed)[0] == number:
            return bytes([initial]) + packed
    raise AssertionError("binary64 holds every float")


def cbor_text(text):
    encoded = text.encode("utf-8")
    if not encoded or 0 in encoded:
        raise ValueError("text is empty or has a NUL")
    return cbor_head(3, len(encoded)) + encoded


def cbor_map(pairs):
    encoded = sorted((cbor_encode(key), cbor_encode(item)) for key, item in pairs)
    if len({key for key, _ in encoded}) != len(encoded):
        raise ValueError("a key occurs twice")
    return cbor_head(5, len(encoded)) + b"".join(key + item for key, item in encoded)


def cbor_encode(item):
    """The one encoding of an item. Nesting is not looked at; the decoder is the judge of that."""
    if isinstance(item, bool):
        return b"\xf5" if item else b"\xf4"
    if isinstance(item, int):
        return cbor_head(0, item) if item >= 0 else cbor_head(1, -1 - item)
    if isinstance(item, float):
        return cbor_float(item)
    if isinstance(item, bytes):
        return cbor_head(2, len(item)) + item
    if isinstance(item, str):
        return cbor_text(item)
    if isinstance(item, (dict, Map)):
        return cbor_map(item.items() if isinstance(item, dict) else item)
    if isinstance(item, (list, tuple)):
        return cbor_head(4, len(item)) + b"".join(map(cbor_encode, item))
    raise ValueError(f"no CBOR for a {type(item).__name__}")


class CborReader:
    """A strict reader: what is not the one encoding of an item is refused."""

    def __init__(self, data):
        self.data = data
        self.offset = 0

    def take(self, size):
        if size > len(self.data) - self.offset:
            raise Refused("the item is cut short", "1")
        self.offset += size
        return self.data[self.offset - size : self.offset]

    def argument(self, information):
        if information < 24:
            return information
        if information > 27:
            raise Refused("indefinite length or reserved information", "1.2")
        size = 1 << information - 24
        argument = int.from_bytes(self.take(size), "big")
        if argument < (24 if size == 1 else 1 << 4 * size):
            raise Refused("an argument is not in its shortest form", "1.1")
        return argument

    def item(self, depth):
        """Reads one item; `depth` is how many arrays and maps stand around it."""
        initial = self.take(1)[0]
        major, information = initial >> 5, initial & 31
        if major == 6:
            raise Refused("a tag", "1.4")
        if major == 7:
            return self.simple(initial)
        argument = self.argument(information)
        if major == 0:
            return argument
        if major == 1:
            return -1 - argument
        if major == 2:
            return self.take(argument)
        if major == 3:
            return self.text(argument)
        if depth == NESTING_MAX:
            raise Refused("arrays and maps nest too deep", "1.7")
        if major == 4:
            return [self.item(depth + 1) for _ in self.counted(argument, 1)]
        return self.map(argument, depth)

    def counted(self, count, item_size):
        """A range over `count` items, refused early where the bytes cannot hold them."""
        if count * item_size > len(self.data) - self.offset:
            raise Refused("more items than bytes", "1")
        return range(count)

    def simple(self, initial):
        if initial in (0xF4, 0xF5):
            return initial == 0xF5
        for float_initial, form in FLOAT_FORMS:
            if initial == float_initial:
                return self.float(initial, form)
        if initial & 31 >= 28:
            raise Refused("a break or reserved information", "1.2")
        raise Refused("a simple value other than false and true", "1.4")

    def float(self, initial, form):
        packed = self.take(struct.calcsize(form))
        number = struct.unpack(form, packed)[0]
        try:
            shortest = cbor_float(number)
        except ValueError as error:
            raise Refused(f"a float is {error}", "1.5") from None
        if shortest != bytes([initial]) + packed:
            raise Refused("a float is not in its shortest form", "1.5")
        return number

    def text(self, size):
        encoded = self.take(size)
        try:
            text = encoded.decode("utf-8")
        except UnicodeDecodeError:
            raise Refused("text is not UTF-8", "1.6") from None
        if not text or "\0" in text:
            raise Refused("text is empty or has a NUL", "1.6")
        return text

    def map(self, count, depth):
        pairs = Map()
        previous = None
        for _ in self.counted(count, 2):
            start = self.offset
            key = self.item(depth + 1)
            encoded = self.data[start : self.offset]
            if previous is not None and encoded <= previous:
                raise Refused("map keys are not strictly ascending", "1.3")
            previous = encoded
            pairs.append((key, self.item(depth + 1)))
        return pairs


def cbor_decode(data):
    """The item that `data` is, all of it; raises Refused."""
    reader = CborReader(bytes(data))
    item = reader.item(0)
    if reader.offset != len(data):
        raise Refused("something follows the item", "1.8")
    return item


# ---------------------------------------------------------------------------------------------
# BLAKE3, as its paper has it: chunks of 1024 bytes under a binary tree.

BLAKE3_IV = (0x6A09E667, 0xBB67AE85, 0x3C6EF372, 0xA54FF53A, 0x510E527F, 0x9B05688C, 0x1F83D9AB, 0x5BE0CD19)
BLAKE3_PERMUTATION = (2, 6, 3, 10, 7, 0, 4, 13, 1, 11, 12, 5, 9, 14, 15, 8)
BLAKE3_CHUNK_BYTES, BLAKE3_BLOCK_BYTES = 1024, 64
CHUNK_START, CHUNK_END, PARENT, ROOT = 1, 2, 4, 8
DERIVE_KEY_CONTEXT, DERIVE_KEY_MATERIAL = 32, 64
MASK32 = 0xFFFFFFFF


def _blake3_schedule():
    """For each of the 56 mixing steps: four state places and two message places."""
    order, steps = list(range(16)), []
    places = ((0, 4, 8, 12), (1, 5, 9, 13), (2, 6, 10, 14), (3, 7, 11, 15),
              (0, 5, 10, 15), (1, 6, 11, 12), (2, 7, 8, 13), (3, 4, 9, 14))
    for _ in range(7):
        for step, place in enumerate(places):
            steps.append(place + (order[2 * step], order[2 * step + 1]))
        order = [order[place] for place in BLAKE3_PERMUTATION]
    return steps


BLAKE3_SCHEDULE = _blake3_schedule()


def blake3_compress(chaining, block, counter, flags):
    """The chaining value of one block, which is padded here; the first eight output words."""
    words = struct.unpack("<16I", block.ljust(BLAKE3_BLOCK_BYTES, b"\0"))
    state = [*chaining, *BLAKE3_IV[:4], counter & MASK32, counter >> 32, len(block), flags]
    for at, bt, ct, dt, first, second in BLAKE3_SCHEDULE:
        a, b, c, d = state[at], state[bt], state[ct], state[dt]
        a = a + b + words[first] & MASK32
        d ^= a
        d = d >> 16 | d << 16 & MASK32
        c = c + d & MASK32
        b ^= c
        b = b >> 12 | b << 20 & MASK32
        a = a + b + words[second] & MASK32
        d ^= a
        d = d >> 8 | d << 24 & MASK32
        c = c + d & MASK32
        b ^= c
        state[at], state[bt], state[ct], state[dt] = a, b >> 7 | b << 25 & MASK32, c, d
    return [state[word] ^ state[word + 8] for word in range(8)]


def _blake3_chunk(chunk, counter, key, flags, root):
    chaining = key
    last = max(0, len(chunk) - 1) // BLAKE3_BLOCK_BYTES
    for index in range(last + 1):
        block = chunk[index * BLAKE3_BLOCK_BYTES : (index + 1) * BLAKE3_BLOCK_BYTES]
        block_flags = flags | (CHUNK_START if index == 0 else 0)
        block_flags |= CHUNK_END | root if index == last else 0
        chaining = blake3_compress(chaining, block, counter, block_flags)
    return chaining


def _blake3_tree(data, counter, key, flags, root):
    if len(data) <= BLAKE3_CHUNK_BYTES:
        return _blake3_chunk(data, counter, key, flags, root)
    chunk_count = (len(data) + BLAKE3_CHUNK_BYTES - 1) // BLAKE3_CHUNK_BYTES
    left_count = 1 << (chunk_count - 1).bit_length() - 1
    left = _blake3_tree(data[: left_count * BLAKE3_CHUNK_BYTES], counter, key, flags, 0)
    right = _blake3_tree(data[left_count * BLAKE3_CHUNK_BYTES :], counter + left_count, key, flags, 0)
    return blake3_compress(key, struct.pack("<16I", *left, *right), 0, flags | PARENT | root)


@lru_cache(maxsize=64)
def blake3(data):
    """BLAKE3 in plain mode, 32 bytes."""
    return struct.pack("<8I", *_blake3_tree(data, 0, BLAKE3_IV, 0, ROOT))


@lru_cache(maxsize=64)
def blake3_derive_key(context, material):
    """BLAKE3 in derive_key mode, 32 bytes."""
    key = _blake3_tree(context, 0, BLAKE3_IV, DERIVE_KEY_CONTEXT, ROOT)
    return struct.pack("<8I", *_blake3_tree(material, 0, key, DERIVE_KEY_MATERIAL, ROOT))


# ---------------------------------------------------------------------------------------------
# Section 4: Ed25519 over integers. A point is (X, Y, Z, T): x = X/Z, y = Y/Z, xy = T/Z.

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P
SQRT_MINUS_1 = pow(2, (P - 1) // 4, P)
IDENTITY = (0, 1, 1, 0)


def point_add(left, right):
    x1, y1, z1, t1 = left
    x2, y2, z2, t2 = right
    a = (y1 - x1) * (y2 - x2) % P
    b = (y1 + x1) * (y2 + x2) % P
    c = 2 * D * t1 * t2 % P
    d = 2 * z1 * z2 % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def point_negate(point):
    return -point[0] % P, point[1], point[2], -point[3] % P


def point_encode(point):
    inverse = pow(point[2], -1, P)
    x, y = point[0] * inverse % P, point[1] * inverse % P
    return (y | (x & 1) << 255).to_bytes(32, "little")


def recover_x(y, sign):
    """The x of a point (section 4, rule 2), or None."""
    numerator, denominator = (y * y - 1) % P, (D * y * y + 1) % P
    x = numerator * pow(denominator, 3, P) * pow(numerator * pow(denominator, 7, P), (P - 5) // 8, P) % P
    if denominator * x * x % P != numerator:
        x = x * SQRT_MINUS_1 % P
    if denominator * x * x % P != numerator or (x == 0 and sign):
        return None
    return x if x & 1 == sign else P - x


@lru_cache(maxsize=256)
def point_decode(encoded):
    """The point of a canonical encoding, or None."""
    number = int.from_bytes(encoded, "little")
    y, sign = number & (1 << 255) - 1, number >> 255
    if y >= P:
        return None
    x = recover_x(y, sign)
    return None if x is None else (x, y, 1, x * y % P)


def point_is_small(point):
    """Whether the order divides 8."""
    for _ in range(3):
        point = point_add(point, point)
    return point[0] == 0 and point[1] == point[2]


@lru_cache(maxsize=128)
def multiples_table(point):
    """table[i][j] = j * 16^i * point, so that a multiplication is 64 additions."""
    table = []
    for _ in range(64):
        row = [IDENTITY]
        for _ in range(15):
            row.append(point_add(row[-1], point))
        table.append(row)
        point = point_add(row[-1], point)
    return table


def point_multiply(scalar, point):
    """scalar * point for 0 <= scalar < 2^256."""
    total = IDENTITY
    for row in multiples_table(point):
        if scalar & 15:
            total = point_add(total, row[scalar & 15])
        scalar >>= 4
    return total


BASE_Y = 4 * pow(5, -1, P) % P
BASE = (recover_x(BASE_Y, 0), BASE_Y, 1, recover_x(BASE_Y, 0) * BASE_Y % P)


def sha512_scalar(*parts):
    return int.from_bytes(hashlib.sha512(b"".join(parts)).digest(), "little") % L


@lru_cache(maxsize=256)
def expand_seed(seed):
    """A 32-byte seed -> (secret scalar, prefix, public key), RFC 8032 section 5.1.5."""
    digest = hashlib.sha512(seed).digest()
    scalar = int.from_bytes(digest[:32], "little") & ((1 << 254) - 8) | 1 << 254
    return scalar, digest[32:], point_encode(point_multiply(scalar % L, BASE))


def public_key(seed):
    return expand_seed(seed)[2]


def sign_message(seed, message):
    """The Ed25519 signature of RFC 8032."""
    scalar, prefix, public = expand_seed(seed)
    nonce = sha512_scalar(prefix, message)
    commitment = point_encode(point_multiply(nonce, BASE))
    response = (nonce + sha512_scalar(commitment, public, message) * scalar) % L
    return commitment + response.to_bytes(32, "little")


def check_point(encoded, name):
    point = point_decode(encoded)
    if point is None:
        raise Refused(f"{name} is not a canonical encoding of a point", "4.2")
    if point_is_small(point):
        raise Refused(f"{name} has small order", "4.3")
    return point


def check_signature(public, message, signature):
    """Raises Refused unless every rule of section 4 holds."""
    commitment, response = signature[:32], int.from_bytes(signature[32:], "little")
    if response >= L:
        raise Refused("S is not less than L", "4.1")
    key_point = check_point(public, "the key")
    check_point(commitment, "R")
    challenge = sha512_scalar(commitment, public, message)
    product = point_negate(point_multiply(challenge, key_point))
    if point_encode(point_add(point_multiply(response, BASE), product)) != commitment:
        raise Refused("the signature is not of this content by this key", "4.4")


# ---------------------------------------------------------------------------------------------
# Sections 2 to 4: the record, its content, admission.

Admitted = namedtuple("Admitted", "id type signers body stamp content signatures")
Stamp = namedtuple("Stamp", "time counter node")


def is_unsigned(item, maximum=UINT64_MAX):
    return type(item) is int and 0 <= item <= maximum


def is_bytes(item, size):
    return type(item) is bytes and len(item) == size


def is_array(item, low, high):
    return type(item) is list and low <= len(item) <= high


def require(condition, reason, section):
    if not condition:
        raise Refused(reason, section)


def split_record(record):
    """Section 2: (content, signatures)."""
    require(len(record) <= RECORD_BYTES_MAX, "the record is too long", "2")
    outer = cbor_decode(record)
    require(is_array(outer, 2, 2), "the record is not an array of 2", "2")
    content, signatures = outer
    require(type(content) is bytes, "the content is not bytes", "2")
    require(is_array(signatures, 1, SIGNERS_MAX), "not 1 to 16 signatures", "2")
    require(all(is_bytes(one, 64) for one in signatures), "a signature is not 64 bytes", "2")
    return content, signatures


def check_stamp(item):
    require(is_array(item, 3, 3), "the stamp is not an array of 3", "3")
    time, counter, node = item
    require(is_unsigned(time), "the stamp's time is not unsigned", "3")
    require(is_unsigned(counter, UINT32_MAX), "the stamp's counter is not a uint32", "3")
    require(is_bytes(node, 16), "the stamp's node is not 16 bytes", "3")
    return Stamp(time, counter, node)


def split_content(content):
    """Section 3: (type, signers, body, stamp)."""
    item = cbor_decode(content)
    require(is_array(item, 4, 4), "the content is not an array of 4", "3")
    version, kind, signers, body = item
    require(type(version) is int and version == 1, "the version is not 1", "3")
    require(is_unsigned(kind), "the type is not unsigned", "3")
    require(is_array(signers, 1, SIGNERS_MAX), "not 1 to 16 signers", "3")
    require(all(is_bytes(one, 32) for one in signers), "a signer is not 32 bytes", "3")
    require(all(a < b for a, b in zip(signers, signers[1:])), "the signers do not ascend", "3")
    require(type(body) is Map, "the body is not a map", "3")
    require(all(is_unsigned(key) for key, _ in body), "a body key is not unsigned", "3")
    body = dict(body)
    require(0 in body, "the body has no stamp", "3")
    return kind, signers, body, check_stamp(body[0])


def record_id(content):
    return blake3(content)


def signing_hash(content):
    """M of section 4."""
    return blake3_derive_key(SIGNATURE_CONTEXT, content)


def admit(record):
    """The admitted record, or raises Refused."""
    record = bytes(record)
    content, signatures = split_record(record)
    kind, signers, body, stamp = split_content(content)
    require(len(signers) == len(signatures), "not one signature per signer", "2")
    message = signing_hash(content)
    for signer, signature in zip(signers, signatures):
        check_signature(signer, message, signature)
    return Admitted(record_id(content), kind, signers, body, stamp, content, signatures)


# ---------------------------------------------------------------------------------------------
# The JSON spelling of times and fractions (section 7).

SECONDS_MIN, SECONDS_MAX = -62167219200, 253402300799  # 0000-01-01 and the end of 9999
NANOSECONDS = 10**9
TIME_PATTERN = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})T([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]{1,9}))?Z")


def is_leap(year):
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def month_days(year, month):
    return 29 if month == 2 and is_leap(year) else (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)[month - 1]


def days_before_year(year):
    """Days from 0000-01-01 to the first of January of `year`."""
    return year * 365 + (year + 3) // 4 - (year + 99) // 100 + (year + 399) // 400


def time_to_text(nanoseconds):
    """RFC 3339, the fraction without trailing zeros."""
    seconds, fraction = divmod(nanoseconds, NANOSECONDS)
    days, second = divmod(seconds - SECONDS_MIN, 86400)
    year = days * 400 // 146097
    while days_before_year(year + 1) <= days:
        year += 1
    while days_before_year(year) > days:
        year -= 1
    day, month = days - days_before_year(year), 1
    while day >= month_days(year, month):
        day -= month_days(year, month)
        month += 1
    tail = f".{fraction:09d}".rstrip("0") if fraction else ""
    clock = f"{second // 3600:02d}:{second // 60 % 60:02d}:{second % 60:02d}"
    return f"{year:04d}-{month:02d}-{day + 1:02d}T{clock}{tail}Z"


def time_from_text(text):
    """Nanoseconds since 1970."""
    match = TIME_PATTERN.fullmatch(text) if isinstance(text, str) else None
    if match is None:
        raise JsonRefused(f"not a time in UTC: {text!r}")
    year, month, day, hour, minute, second = (int(part) for part in match.groups()[:6])
    if not (1 <= month <= 12 and 1 <= day <= month_days(year, month) and hour < 24 and minute < 60 and second < 60):
        raise JsonRefused(f"no such time: {text!r}")
    days = days_before_year(year) + sum(month_days(year, earlier) for earlier in range(1, month)) + day - 1
    seconds = SECONDS_MIN + days * 86400 + hour * 3600 + minute * 60 + second
    return seconds * NANOSECONDS + int((match[7] or "0").ljust(9, "0"))


def seconds_to_json(seconds):
    return time_to_text(seconds * NANOSECONDS) if SECONDS_MIN <= seconds <= SECONDS_MAX else seconds


def seconds_from_json(value):
    if type(value) is int and not SECONDS_MIN <= value <= SECONDS_MAX:
        return value
    seconds, fraction = divmod(time_from_text(value), NANOSECONDS)
    if fraction:
        raise JsonRefused("a time of whole seconds has a fraction")
    return seconds


def stamp_time_to_json(nanoseconds):
    return time_to_text(nanoseconds) if nanoseconds // NANOSECONDS <= SECONDS_MAX else nanoseconds


def stamp_time_from_json(value):
    if type(value) is int and value // NANOSECONDS > SECONDS_MAX:
        return value
    return time_from_text(value)


def millionths_to_json(millionths):
    return Decimal(millionths).scaleb(-6)


def millionths_from_json(value):
    if type(value) not in (int, Decimal):
        raise JsonRefused("not a decimal fraction")
    scaled = Decimal(value).scaleb(6) if abs(value) < 10**9 else Decimal("0.5")
    if scaled != scaled.to_integral_value():
        raise JsonRefused("not a whole number of millionths")
    return int(scaled)


def bytes_from_json(value, size=None):
    if not isinstance(value, str) or not re.fullmatch(r"(?:[0-9a-f]{2})*", value):
        raise JsonRefused("not lower-case hexadecimal")
    if size is not None and len(value) != 2 * size:
        raise JsonRefused(f"not {size} bytes of hexadecimal")
    return bytes.fromhex(value)


def json_text(value):
    """One line of JSON; fractions as plain decimals, which json.dumps cannot write."""
    if isinstance(value, Decimal):
        text = f"{value:f}"
        return text.rstrip("0").rstrip(".") if "." in text else text
    if isinstance(value, dict):
        return "{" + ",".join(f"{json_text(key)}:{json_text(item)}" for key, item in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ",".join(map(json_text, value)) + "]"
    return json.dumps(value, ensure_ascii=False)


def _unique_pairs(pairs):
    if len({key for key, _ in pairs}) != len(pairs):
        raise JsonRefused("a name occurs twice")
    return dict(pairs)


def _refuse_constant(word):
    raise JsonRefused(f"{word} is not JSON")


def json_parse(line):
    try:
        return json.loads(line, parse_float=Decimal, parse_constant=_refuse_constant, object_pairs_hook=_unique_pairs)
    except ValueError as error:
        raise JsonRefused(str(error)) from None


# ---------------------------------------------------------------------------------------------
# Sections 5 and 6: kinds of value. Each reads an item into a Python value (or raises
# NotInterpreted), writes a Python value as an item, and converts to and from JSON.


def expect(condition, reason, name):
    if not condition:
        raise NotInterpreted(reason, name)


class Kind:
    default = None

    def write(self, value):
        return value

    def to_json(self, value):
        return value

    def from_json(self, value):
        return value


class Text(Kind):
    def __init__(self, size_max, pattern=None):
        self.size_max = size_max
        self.pattern = pattern

    def read(self, item, name):
        expect(type(item) is str, "type", name)
        expect(len(item.encode("utf-8")) <= self.size_max, "limit", name)
        expect(self.pattern is None or re.fullmatch(self.pattern, item), "limit", name)
        return item

    def from_json(self, value):
        if not isinstance(value, str):
            raise JsonRefused("not a string")
        return value


class Integer(Kind):
    """An integer within limits, with its spelling in JSON."""

    def __init__(self, low, high, to_json, from_json, default=None):
        self.low, self.high, self.default = low, high, default
        self.to_json, self.from_json = to_json, from_json

    def read(self, item, name):
        expect(type(item) is int, "type", name)
        expect(item != self.default, "default", name)
        expect(self.low <= item <= self.high, "limit", name)
        return item


class Enum(Kind):
    """The value is the word; `default` is a word too."""

    def __init__(self, words, default=None):
        self.words, self.default = words, default

    def read(self, item, name):
        expect(is_unsigned(item), "type", name)
        expect(item < len(self.words), "limit", name)
        expect(self.words[item] != self.default, "default", name)
        return self.words[item]

    def write(self, value):
        return self.words.index(value)

    def from_json(self, value):
        if value not in self.words:
            raise JsonRefused(f"no such word: {value!r}")
        return value


class Bytes32(Kind):
    def read(self, item, name):
        expect(type(item) is bytes, "type", name)
        expect(len(item) == 32, "limit", name)
        return item

    def to_json(self, value):
        return value.hex()

    def from_json(self, value):
        return bytes_from_json(value, 32)


class Ids(Kind):
    def read(self, item, name):
        expect(type(item) is list, "type", name)
        expect(1 <= len(item) <= IDS_MAX, "limit", name)
        expect(all(type(one) is bytes for one in item), "type", name)
        expect(all(len(one) == 32 for one in item), "limit", name)
        expect(all(a < b for a, b in zip(item, item[1:])), "rule", name)
        return list(item)

    def to_json(self, value):
        return [one.hex() for one in value]

    def from_json(self, value):
        if not isinstance(value, list):
            raise JsonRefused("not an array of ids")
        return [bytes_from_json(one, 32) for one in value]


class Metadata(Kind):
    SIZE_MAX = 4096

    def read(self, item, name):
        expect(type(item) is Map, "type", name)
        expect(len(item) >= 1, "limit", name)
        expect(all(type(part) is str for pair in item for part in pair), "type", name)
        size = sum(len(part.encode("utf-8")) for pair in item for part in pair)
        expect(size <= self.SIZE_MAX, "limit", name)
        return dict(item)

    def from_json(self, value):
        if not isinstance(value, dict) or not all(isinstance(item, str) for item in value.values()):
            raise JsonRefused("metadata is not an object of strings")
        return value


TIME = Integer(INT64_MIN, INT64_MAX, time_to_text, time_from_text)
SECONDS = Integer(INT64_MIN, INT64_MAX, seconds_to_json, seconds_from_json)


def millionths(low, high, default=None):
    return Integer(low, high, millionths_to_json, millionths_from_json, default)


class Number(Kind):
    def read(self, item, name):
        expect(type(item) in (int, float), "type", name)
        if type(item) is int:
            expect(INT64_MIN <= item <= INT64_MAX, "limit", name)
        else:
            expect(not (item.is_integer() and INT64_MIN <= int(item) <= INT64_MAX), "rule", name)
        return item

    def from_json(self, value):
        """The nearest binary64, or an integer where that is one within int64."""
        if type(value) is int and INT64_MIN <= value <= INT64_MAX:
            return value
        if type(value) not in (int, Decimal):
            raise JsonRefused("not a number")
        try:
            number = float(value)
        except OverflowError:
            number = float("inf")
        if number in (float("inf"), float("-inf")):
            raise JsonRefused("not a finite number")
        return int(number) if number.is_integer() and INT64_MIN <= int(number) <= INT64_MAX else number


class Boolean(Kind):
    def read(self, item, name):
        expect(type(item) is bool, "type", name)
        return item

    def from_json(self, value):
        if type(value) is not bool:
            raise JsonRefused("not a boolean")
        return value


class Object(Kind):
    """The value of an assertion: (kind word, payload)."""

    KINDS = (("Text", Text(32768)), ("Number", Number()), ("Boolean", Boolean()),
             ("Reference", Text(1024)), ("Time", TIME))

    def read(self, item, name):
        expect(type(item) is list, "type", name)
        expect(len(item) == 2, "limit", name)
        expect(is_unsigned(item[0]), "type", name)
        expect(item[0] < len(self.KINDS), "limit", name)
        word, kind = self.KINDS[item[0]]
        return word, kind.read(item[1], name)

    def write(self, value):
        return [[word for word, _ in self.KINDS].index(value[0]), value[1]]

    def to_json(self, value):
        return {"type": value[0], "value": dict(self.KINDS)[value[0]].to_json(value[1])}

    def from_json(self, value):
        if not isinstance(value, dict) or set(value) != {"type", "value"}:
            raise JsonRefused("an object has a type and a value")
        if value["type"] not in dict(self.KINDS):
            raise JsonRefused("no such type of object")
        return value["type"], dict(self.KINDS)[value["type"]].from_json(value["value"])


# ---------------------------------------------------------------------------------------------
# Section 6: the types.

Field = namedtuple("Field", "key name kind required", defaults=(False,))
Type = namedtuple("Type", "number name fields check")

RELATIONS = ("=", "!=", "<", "<=", ">", ">=", "none")
SOURCE_CLASSES = ("regulatory", "clinical", "observational", "expert", "community", "anecdotal")
SUPERSESSION_KINDS = ("invalidate", "temporal", "refine", "retract", "merge")
STAGES = ("under_review", "approved", "deprecated", "rejected")
KEY_KINDS = ("rotate", "revoke", "delegate")
REASON = Text(1024)
MILLION = 1000000


def check_assertion(fields, signers):
    relation, value = fields["relation"], fields.get("object")
    expect(not (relation == "none" and value), "rule", "an object beside the relation none")
    expect(relation == "none" or value, "missing", "object")
    kind = value[0] if value else None
    expect(relation not in RELATIONS[2:6] or kind in ("Number", "Time"), "rule", "order of an unordered kind")
    expect("unit" not in fields or kind == "Number", "rule", "unit without Number")
    expect("language" not in fields or kind == "Text", "rule", "language without Text")
    if "valid_from" in fields and "valid_to" in fields:
        expect(fields["valid_from"] < fields["valid_to"], "rule", "valid_to")


def check_one_signer(fields, signers):
    expect(len(signers) == 1, "rule", "more than one signer")


def check_supersession(fields, signers):
    kind, replacement = fields["kind"], fields.get("replacement")
    expect(kind != "merge" or replacement, "missing", "replacement of merge")
    expect(kind != "retract" or not replacement, "rule", "replacement of retract")
    expect(replacement not in fields["targets"], "rule", "replacement is a target")


def check_epoch(fields, signers):
    expect("supersedes" not in fields or "kind" in fields, "missing", "kind with supersedes")
    expect("supersedes" in fields or "kind" not in fields, "rule", "kind without supersedes")


def check_alias(fields, signers):
    expect(fields["from"] != fields["to"], "rule", "from is to")


def check_nothing(fields, signers):
    """A type without rules of its own."""


def check_key(fields, signers):
    kind, key = fields["kind"], fields["key"]
    if kind == "rotate":
        expect(len(signers) == 2, "rule", "rotate has two signers")
        expect(key in signers, "rule", "the new key is a signer")
    if kind == "revoke":
        expect("from" in fields, "missing", "from of revoke")
    if kind == "delegate":
        expect(key not in signers, "rule", "the delegate is a signer")
    else:
        expect("scope" not in fields and "until" not in fields, "rule", "scope and until are for delegate")
    if "from" in fields and "until" in fields:
        expect(fields["from"] < fields["until"], "rule", "until")


TYPES = (
    Type(1, "assertion", (
        Field(2, "subject", Text(1024), True), Field(3, "predicate", Text(1024), True),
        Field(4, "object", Object()), Field(5, "relation", Enum(RELATIONS, "=")),
        Field(6, "unit", Text(64)), Field(7, "language", Text(35, "[A-Za-z0-9-]+")),
        Field(8, "confidence", millionths(0, MILLION - 1, MILLION)),
        Field(9, "source_class", Enum(SOURCE_CLASSES, "anecdotal")), Field(10, "source", Bytes32()),
        Field(11, "derived_from", Ids()), Field(12, "epoch", Bytes32()), Field(13, "valid_from", SECONDS),
        Field(14, "valid_to", SECONDS), Field(15, "metadata", Metadata())), check_assertion),
    Type(2, "vote", (
        Field(2, "target", Bytes32(), True), Field(3, "weight", millionths(-MILLION, MILLION), True),
        Field(4, "reason", REASON)), check_one_signer),
    Type(3, "supersession", (
        Field(2, "targets", Ids(), True), Field(3, "kind", Enum(SUPERSESSION_KINDS), True),
        Field(4, "replacement", Bytes32()), Field(5, "reason", REASON)), check_supersession),
    Type(4, "stage", (
        Field(2, "target", Bytes32(), True), Field(3, "to", Enum(STAGES), True),
        Field(4, "reason", REASON)), check_nothing),
    Type(5, "epoch", (
        Field(2, "name", Text(1024), True), Field(3, "supersedes", Ids()),
        Field(4, "kind", Enum(SUPERSESSION_KINDS)), Field(5, "description", Text(4096))), check_epoch),
    Type(6, "alias", (
        Field(2, "from", Text(1024), True), Field(3, "to", Text(1024), True),
        Field(4, "relation", Enum(("same-as", "is-a")), True)), check_alias),
    Type(7, "source", (
        Field(2, "name", Text(1024), True), Field(3, "edition", Text(256)), Field(4, "document", Bytes32()),
        Field(5, "title", Text(1024)), Field(6, "date", TIME)), check_nothing),
    Type(8, "endorsement", (
        Field(2, "target", Bytes32(), True), Field(3, "reason", REASON)), check_one_signer),
    Type(9, "key", (
        Field(2, "kind", Enum(KEY_KINDS), True), Field(3, "key", Bytes32(), True), Field(4, "from", TIME),
        Field(5, "scope", Text(1024)), Field(6, "until", TIME)), check_key),
)
TYPE_BY_NUMBER = {kind.number: kind for kind in TYPES}
TYPE_BY_NAME = {kind.name: kind for kind in TYPES}
CRITICAL_KEY_MIN = 128


def claim_time_default(stamp):
    return min(stamp.time, INT64_MAX)


def interpret_content(kind_number, signers, body, stamp):
    """Section 5: the fields by their names in JSON, defaults filled in."""
    kind = TYPE_BY_NUMBER.get(kind_number)
    expect(kind is not None, "unknown type", str(kind_number))
    listed = {0, 1} | {field.key for field in kind.fields}
    for key in body:
        expect(key < CRITICAL_KEY_MIN or key in listed, "critical key", str(key))
    fields = {"type": kind.name, "stamp": stamp, "claim_time": claim_time_default(stamp)}
    if 1 in body:
        fields["claim_time"] = TIME.read(body[1], "claim_time")
        expect(fields["claim_time"] != claim_time_default(stamp), "default", "claim_time")
    for field in kind.fields:
        if field.key in body:
            fields[field.name] = field.kind.read(body[field.key], field.name)
        else:
            expect(not field.required, "missing", field.name)
            if field.kind.default is not None:
                fields[field.name] = field.kind.default
    kind.check(fields, signers)
    return fields


def interpret(admitted):
    return interpret_content(admitted.type, admitted.signers, admitted.body, admitted.stamp)


# ---------------------------------------------------------------------------------------------
# Writing: a statement (fields by their names in JSON, Python values) -> content -> record.


def statement_body(kind, statement):
    stamp = Stamp(*statement["stamp"])
    body = {0: list(stamp)}
    if statement.get("claim_time", claim_time_default(stamp)) != claim_time_default(stamp):
        body[1] = statement["claim_time"]
    names = {"type", "stamp", "claim_time"} | {field.name for field in kind.fields}
    if set(statement) - names:
        raise ValueError(f"unknown fields: {sorted(set(statement) - names)}")
    for field in kind.fields:
        if field.name in statement and statement[field.name] != field.kind.default:
            body[field.key] = field.kind.write(statement[field.name])
    return body


def content_bytes(kind_number, signers, body):
    """Any content, meaningful or not."""
    return cbor_encode([1, kind_number, list(signers), body])


def encode_statement(statement, signers):
    """The content. Raises where it would not be interpreted: nothing like that is signed."""
    kind = TYPE_BY_NAME[statement["type"]]
    content = content_bytes(kind.number, sorted(signers), statement_body(kind, statement))
    interpret_content(*split_content(content))
    return content


def sign_content(content, seeds):
    """A record of any content; signatures in the order of the public keys."""
    message = signing_hash(content)
    signatures = [sign_message(seed, message) for seed in sorted(seeds, key=public_key)]
    return cbor_encode([content, signatures])


def make_record(statement, seeds):
    record = sign_content(encode_statement(statement, [public_key(seed) for seed in seeds]), seeds)
    require(len(record) <= RECORD_BYTES_MAX, "the record is too long", "2")
    return record


# ---------------------------------------------------------------------------------------------
# Section 7: the JSON form.


def stamp_to_json(stamp):
    return {"time": stamp_time_to_json(stamp.time), "counter": stamp.counter, "node": stamp.node.hex()}


def stamp_from_json(value):
    if not isinstance(value, dict) or set(value) != {"time", "counter", "node"}:
        raise JsonRefused("a stamp has time, counter and node")
    if not is_unsigned(value["counter"], UINT32_MAX):
        raise JsonRefused("a stamp's counter is not a uint32")
    time = stamp_time_from_json(value["time"])
    if not is_unsigned(time):
        raise JsonRefused("a stamp's time is not a uint64")
    return Stamp(time, value["counter"], bytes_from_json(value["node"], 16))


def statement_to_json(fields):
    """Defaults are left out."""
    kind = TYPE_BY_NAME[fields["type"]]
    stamp = Stamp(*fields["stamp"])
    out = {"type": kind.name}
    for field in kind.fields:
        if field.name in fields and fields[field.name] != field.kind.default:
            out[field.name] = field.kind.to_json(fields[field.name])
    out["stamp"] = stamp_to_json(stamp)
    if fields.get("claim_time", claim_time_default(stamp)) != claim_time_default(stamp):
        out["claim_time"] = TIME.to_json(fields["claim_time"])
    return out


def statement_from_json(value):
    """The statement of a JSON object without signatures, id and content."""
    kind = TYPE_BY_NAME.get(value.get("type")) if isinstance(value.get("type"), str) else None
    if kind is None or "stamp" not in value:
        raise JsonRefused("no type or no stamp")
    readers = {field.name: field.kind.from_json for field in kind.fields}
    readers |= {"claim_time": TIME.from_json, "stamp": stamp_from_json, "type": str}
    if set(value) - set(readers):
        raise JsonRefused(f"unknown names: {sorted(set(value) - set(readers))}")
    return {name: readers[name](item) for name, item in value.items()}


def record_to_json(record):
    """The JSON form of a record; raises Refused."""
    admitted = admit(record)
    tail = {"signatures": [{"agent_id": signer.hex(), "signature": signature.hex()}
                           for signer, signature in zip(admitted.signers, admitted.signatures)],
            "id": admitted.id.hex()}
    try:
        fields = interpret(admitted)
        if encode_statement(fields, admitted.signers) == admitted.content:
            return statement_to_json(fields) | tail
    except NotInterpreted:
        pass
    return {"content": admitted.content.hex()} | tail


def _content_from_json(value, signers):
    if "content" not in value:
        return encode_statement(statement_from_json(value), signers)
    if set(value) != {"content"}:
        raise JsonRefused("fields beside content")
    return bytes_from_json(value["content"])


def json_to_record(value):
    """The record of a JSON object that has signatures. Raises JsonRefused, Refused or NotInterpreted."""
    value = dict(value)
    identity, signatures = value.pop("id", None), value.pop("signatures", None)
    if not isinstance(signatures, list) or not all(
            isinstance(one, dict) and set(one) == {"agent_id", "signature"} for one in signatures):
        raise JsonRefused("no signatures")
    signers = [bytes_from_json(one["agent_id"], 32) for one in signatures]
    content = _content_from_json(value, signers)
    record = cbor_encode([content, [bytes_from_json(one["signature"], 64) for one in signatures]])
    admitted = admit(record)
    if admitted.signers != signers or (identity is not None and admitted.id.hex() != identity):
        raise JsonRefused("id or signers are of another record")
    return record


# ---------------------------------------------------------------------------------------------
# The self-test.

RFC8032_VECTORS = (  # seed, public key, message, signature: section 7.1, tests 1 to 3
    ("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
     "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
     "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46b"
     "d25bf5f0595bbe24655141438e7a100b"),
    ("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
     "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
     "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c"
     "387b2eaeb4302aeeb00d291612bb0c00"),
    ("c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
     "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
     "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc659"
     "4a7c15e9716ed28dc027beceea1ec40a"),
)
BLAKE3_VECTORS = (
    (b"", "af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262"),
    (b"abc", "6437b3ac38465133ffb63b75273a8db548c558465d79db03fd359c6cd5bd9d85"),
)
CBOR_REFUSED = (  # hex, rule of section 1
    ("1817", "1.1"), ("1900ff", "1.1"), ("1a0000ffff", "1.1"), ("1b00000000ffffffff", "1.1"), ("3817", "1.1"),
    ("580161", "1.1"), ("780161", "1.1"), ("980100", "1.1"), ("b8010000", "1.1"),
    ("9fff", "1.2"), ("5f4100ff", "1.2"), ("1c", "1.2"), ("1f", "1.2"), ("ff", "1.2"), ("fc", "1.2"),
    ("a201000000", "1.3"), ("a200000000", "1.3"), ("a2616100613000", "1.3"), ("a2616100181800", "1.3"),
    ("c000", "1.4"), ("f6", "1.4"), ("f7", "1.4"), ("e0", "1.4"), ("f3", "1.4"), ("f8ff", "1.4"), ("f818", "1.4"),
    ("f98000", "1.5"), ("f97e00", "1.5"), ("f97c00", "1.5"), ("f9fc00", "1.5"), ("fa3f800000", "1.5"),
    ("fb3ff0000000000000", "1.5"), ("fb3ff3333340000000", "1.5"), ("fa33800000", "1.5"), ("fb7ff0000000000000", "1.5"),
    ("fb8000000000000000", "1.5"),
    ("60", "1.6"), ("6100", "1.6"), ("62c080", "1.6"), ("63eda080", "1.6"), ("64f4908080", "1.6"), ("61ff", "1.6"),
    ("a16000", "1.6"), ("81" * 9 + "00", "1.7"), ("a100" * 8 + "80", "1.7"), ("a1" * 9 + "00" * 10, "1.7"),
    ("0000", "1.8"), ("", "1"), ("19ff", "1"), ("4261", "1"), ("8200", "1"), ("9bffffffffffffffff", "1"), ("a100", "1"),
)
CBOR_ACCEPTED = (
    "00", "17", "1818", "18ff", "190100", "19ffff", "1a00010000", "1affffffff", "1b0000000100000000",
    "1bffffffffffffffff", "20", "3bffffffffffffffff", "40", "6161", "62c3a9", "64f09f9880", "80", "a0", "f4", "f5",
    "f90000", "f93c00", "f90001", "f97bff", "fa33000000", "fa7f7fffff", "fb3ff199999999999a", "fb0000000000000001",
    "fa00000001", "f9c400", "81" * 8 + "00", "a2000018ff00", "a1a0a0", "a30000200041ff00",
)


def _test_cbor():
    for text, section in CBOR_REFUSED:
        try:
            cbor_decode(bytes.fromhex(text))
        except Refused as error:
            if error.section != section:
                raise AssertionError(f"{text}: {error}") from None
        else:
            raise AssertionError(f"{text} was accepted")
    for text in CBOR_ACCEPTED:
        assert cbor_encode(cbor_decode(bytes.fromhex(text))).hex() == text, text


def _test_blake3():
    import shutil
    import subprocess
    for data, digest in BLAKE3_VECTORS:
        assert blake3(data).hex() == digest
    program = shutil.which("b3sum")
    if program is None:
        return "b3sum is not here"
    sizes = [*range(1, 3001, 61), 63, 64, 65, 1023, 1024, 1025, 2048, 2049, 3000, 3072, 3073, 5121, 65536]
    for size in sizes:
        data = bytes(index % 251 for index in range(size))
        for arguments, ours in ((["--no-names"], blake3(data)),
                                (["--no-names", "--derive-key", SIGNATURE_CONTEXT.decode()], signing_hash(data))):
            theirs = subprocess.run([program, *arguments], input=data, capture_output=True, check=True).stdout
            assert theirs.decode().strip() == ours.hex(), f"BLAKE3 of {size} bytes"
    return f"{2 * len(sizes)} digests as b3sum"


def _test_ed25519():
    for seed, public, message, signature in RFC8032_VECTORS:
        seed, public, message, signature = map(bytes.fromhex, (seed, public, message, signature))
        assert public_key(seed) == public
        assert sign_message(seed, message) == signature
        check_signature(public, message, signature)
        try:
            check_signature(public, message + b"x", signature)
        except Refused as error:
            assert error.section == "4.4"
        else:
            raise AssertionError("a wrong message was accepted")
    assert point_encode(point_multiply(L - 1, BASE)) == point_encode(point_negate(BASE))


def _test_json():
    for text in ("1970-01-01T00:00:00Z", "0000-02-29T23:59:59.9Z", "9999-12-31T23:59:59.999999999Z",
                 "2026-01-02T03:04:05.000000006Z", "1900-02-28T00:00:00Z", "2000-02-29T12:00:00.5Z"):
        assert time_to_text(time_from_text(text)) == text
    assert time_from_text("2026-01-02T03:04:05Z") == 1767323045 * NANOSECONDS
    for text in ("2026-02-29T00:00:00Z", "2026-01-01T00:00:60Z", "2026-01-01 00:00:00Z", "2026-01-01T00:00:00+00:00"):
        try:
            time_from_text(text)
        except JsonRefused:
            continue
        raise AssertionError(f"{text} was accepted")
    assert json_text(millionths_to_json(1)) == "0.000001" and json_text(millionths_to_json(900000)) == "0.9"
    line = ('{"type":"assertion","subject":"s","predicate":"p","object":{"type":"Number","value":1e3},'
            '"confidence":0.9,"stamp":{"time":"2026-01-02T03:04:05.000000006Z","counter":0,"node":"' + "00" * 16 + '"}}')
    record = make_record(statement_from_json(json_parse(line)), [b"\1" * 32])
    assert interpret(admit(record))["object"] == ("Number", 1000)
    assert json_to_record(json_parse(json_text(record_to_json(record)))) == record


def self_test():
    _test_cbor()
    note = _test_blake3()
    _test_ed25519()
    _test_json()
    print(f"steme_format: CBOR, BLAKE3 ({note}), Ed25519 and JSON agree with their vectors")


if __name__ == "__main__":
    if sys.argv[1:] != ["--self-test"]:
        sys.exit("usage: steme_format.py --self-test")
    self_test()
