"""A second node, for sections 3 to 7 of docs/protocol.md: written from that page, docs/format.md and
sync.proto, without a look at the C code. Stock Python gRPC; slow and plain.

As a module it gives Session and Gossip; as a program it is a test of a node: see second_node.sh.
Usage: second_node.py HOST:PORT HELD.cbor MORE.cbor
"""
import itertools
import os
import queue
import random
import struct
import sys

import grpc
import steme_format as sf
from stemedb.sync.v1 import sync_pb2 as pb

RECONCILE = "/stemedb.sync.v1.SyncService/Reconcile"
MASK32, MASK64 = (1 << 32) - 1, (1 << 64) - 1
(HELLO, REFUSE, RECORDS, IHAVE, IWANT, PRUNE) = range(1, 7)
(ROOTS, STATE, MORE, CELLS, LIST, BODIES, CREDIT, DONE, ASK, TREE, SWEEP, END) = range(16, 28)
FOR_GOSSIP, FOR_SESSION = 1, 2
OTHER_CLUSTER, OWN_NODE, OTHER_VERSION, BROKEN = 1, 2, 3, 7
UNDER_WAY_MAX = 4


def expect(is_so, what):
    if not is_so:
        raise AssertionError(what)


def u32(number):
    return number.to_bytes(4, "big")


def u64(number):
    return number.to_bytes(8, "big")


def number(data):
    return int.from_bytes(data, "big")


def record_id(record):
    return sf.record_id(sf.split_record(record)[0])


def read_records(data):
    """The records of an export, by id."""
    reader, records = sf.CborReader(data), {}
    while reader.offset < len(data):
        start = reader.offset
        reader.item(0)
        record = data[start:reader.offset]
        records[record_id(record)] = record
    return records


# ---- Section 5: the sketch -----------------------------------------------------------------------

def siphash24(key, item):
    """The eight bytes that SipHash-2-4 gives for eight bytes."""
    k0, k1 = struct.unpack("<QQ", key)
    v0, v1 = k0 ^ 0x736F6D6570736575, k1 ^ 0x646F72616E646F6D
    v2, v3 = k0 ^ 0x6C7967656E657261, k1 ^ 0x7465646279746573

    def rotated(word, bits):
        return (word << bits | word >> 64 - bits) & MASK64

    def mix(rounds):
        nonlocal v0, v1, v2, v3
        for _ in range(rounds):
            v0, v2 = (v0 + v1) & MASK64, (v2 + v3) & MASK64
            v1, v3 = rotated(v1, 13) ^ v0, rotated(v3, 16) ^ v2
            v0 = rotated(v0, 32)
            v2, v0 = (v2 + v1) & MASK64, (v0 + v3) & MASK64
            v1, v3 = rotated(v1, 17) ^ v2, rotated(v3, 21) ^ v0
            v2 = rotated(v2, 32)

    for word in (struct.unpack("<Q", item)[0], len(item) << 56):
        v3 ^= word
        mix(2)
        v0 ^= word
    v2 ^= 0xFF
    mix(4)
    return struct.pack("<Q", v0 ^ v1 ^ v2 ^ v3)


def sketch_key(cluster):
    return sf.blake3_derive_key(b"StemeDB v1 sketch", cluster)[:16]


def item_hash(key, item):
    return number(siphash24(key, u64(item)))


def cells_of(state, cell_count):
    """The cells below `cell_count` that an item with this hash is in."""
    cell = 0
    while cell < cell_count:
        yield cell
        state = (state + 0x9E3779B97F4A7C15) & MASK64
        draw = (state ^ state >> 30) * 0xBF58476D1CE4E5B9 & MASK64
        draw = (draw ^ draw >> 27) * 0x94D049BB133111EB & MASK64
        draw ^= draw >> 31
        high, low = draw >> 32 or 1, draw & MASK32 or 1
        cell = min(-(-(cell + 1 << 32) // high) - 1, -(-(cell + 2 << 32) // low) - 2)


def sketch(key, items, cell_count):
    cells = [[0, 0, 0] for _ in range(cell_count)]
    for item in items:
        add_item(cells, item, item_hash(key, item), 1)
    return cells


def add_item(cells, item, its_hash, sign):
    for index in cells_of(its_hash, len(cells)):
        cell = cells[index]
        cell[0] ^= item
        cell[1] ^= its_hash & MASK32
        cell[2] = (cell[2] + sign) & MASK32


def count_expected(id_count, index):
    return (id_count % (1 << 63)) * 2 // (2 + index) & MASK32


def write_cells(cells, id_count, first=0):
    written = b""
    for index, (items, checks, count) in enumerate(cells, first):
        excess = (count - count_expected(id_count, index)) & MASK32
        excess -= 1 << 32 if excess >> 31 else 0
        zigzag = 2 * excess if excess >= 0 else -2 * excess - 1
        written += u64(items) + u32(checks)
        while zigzag > 127:
            written += bytes([zigzag & 127 | 128])
            zigzag >>= 7
        written += bytes([zigzag])
    return written


def read_cells(data, id_count, first=0):
    cells, at = [], 0
    while at < len(data):
        items, checks = number(data[at:at + 8]), number(data[at + 8:at + 12])
        at += 12
        zigzag, shift = data[at] & 127, 7
        while data[at] > 127:
            at += 1
            zigzag |= (data[at] & 127) << shift
            shift += 7
        at += 1
        excess = -(zigzag >> 1) - 1 if zigzag & 1 else zigzag >> 1
        count = (excess + count_expected(id_count, first + len(cells))) & MASK32
        cells.append([items, checks, count])
    return cells


def decode(key, own, other):
    """(whether all was found, items that only `own` has, items that only `other` has)."""
    rest = [[mine[0] ^ theirs[0], mine[1] ^ theirs[1], (mine[2] - theirs[2]) & MASK32]
            for mine, theirs in zip(own, other)]
    here, there = {}, {}
    again = True
    while again and len(here) + len(there) < len(rest):
        again = False
        for index, (item, check, count) in enumerate(rest):
            if count not in (1, MASK32) or item in here or item in there:
                continue
            its_hash = item_hash(key, item)
            if its_hash & MASK32 != check or index not in cells_of(its_hash, len(rest)):
                continue
            add_item(rest, item, its_hash, -1 if count == 1 else 1)
            (here if count == 1 else there)[item] = True
            again = True
    is_done = bool(rest) and all(cell == [0, 0, 0] for cell in rest)
    return is_done, list(here), list(there)


# ---- Section 6: root and trie --------------------------------------------------------------------

def nibble(identity, depth):
    return identity[depth // 2] >> 4 if depth % 2 == 0 else identity[depth // 2] & 15


def node_hash(ids, hung):
    """Of sorted ids that hang at this depth."""
    if len(ids) == 1:
        return sf.blake3(b"\0" + ids[0])
    depth = hung
    while nibble(ids[0], depth) == nibble(ids[-1], depth):
        depth += 1
    bitmap, hashes = 0, b""
    for branch, below in itertools.groupby(ids, lambda identity: nibble(identity, depth)):
        bitmap |= 1 << branch
        hashes += node_hash(list(below), depth + 1)
    skipped = bytes(nibble(ids[0], each) for each in range(hung, depth))
    return sf.blake3(bytes([1, len(skipped)]) + skipped + u64(len(ids)) +
                     bitmap.to_bytes(2, "big") + hashes)


def root_of(ids):
    return node_hash(sorted(ids), 0) if ids else bytes(32)


# ---- Section 3: streams --------------------------------------------------------------------------

class Ended(Exception):
    """The node ended the stream: with REFUSE `reason`, or None."""

    def __init__(self, reason, details):
        super().__init__(f"refused: {reason}" if reason is not None else details)
        self.reason = reason


class Stream:
    """One call of Reconcile. `heard` is the kinds of all frames that came."""

    def __init__(self, address, purpose, cluster=b"stemedb", version=1, node=None, timeout=30):
        self.channel = grpc.insecure_channel(address)
        self.outgoing = queue.Queue()
        method = self.channel.stream_stream(RECONCILE, pb.Frame.SerializeToString,
                                            pb.Frame.FromString)
        self.call = method(iter(self.outgoing.get, None), timeout=timeout)
        self.heard = []
        self.node = node or os.urandom(16)
        self.purpose = purpose
        self.send(bytes([HELLO]) + b"STEM" + bytes([version, purpose]) + self.node +
                  bytes([len(cluster)]) + cluster)

    def send(self, frame):
        self.outgoing.put(pb.Frame(body=frame))

    def receive(self):
        try:
            frame = next(self.call).body
        except StopIteration:
            raise Ended(None, "ended well") from None
        except grpc.RpcError as error:
            raise Ended(None, f"{error.code()}: {error.details()}") from None
        expect(1 <= len(frame) <= 262144, "the size of a frame")
        self.heard.append(frame[0])
        if frame[0] == REFUSE:
            expect(len(frame) == 2, "the layout of REFUSE")
            raise Ended(frame[1], "")
        return frame

    def greet(self):
        """Reads the node's HELLO and gives its node id."""
        frame = self.receive()
        expect(frame[:7] == b"\x01STEM\x01" + bytes([self.purpose]), f"HELLO: {frame.hex()}")
        expect(len(frame) == 24 + frame[23] and frame[23] > 0, "the size of HELLO")
        return frame[7:23]

    def finish(self):
        """Ends this side, and gives the frames that still come."""
        self.outgoing.put(None)
        frames = []
        try:
            while True:
                frames.append(self.receive())
        except Ended as end:
            expect(end.reason is None and str(end) == "ended well", f"how it ended: {end}")
        self.channel.close()
        return frames

    def cancel(self):
        self.outgoing.put(None)
        self.call.cancel()
        self.channel.close()


# ---- Section 7: a session, by the initiator ------------------------------------------------------

class Session(Stream):
    """Brings `records` (id to bytes, to be added to) and the node's set together."""

    def __init__(self, address, records, cluster=b"stemedb", **options):
        super().__init__(address, FOR_SESSION, cluster, **options)
        self.key = sketch_key(cluster)
        self.records = records
        self.ids = sorted(records)
        self.gives, self.takes = [], []  # selectors
        self.given = self.asked = 0
        self.received, self.named = set(), set()
        self.range_end = None

    def items(self):
        return [number(identity[:8]) for identity in self.ids]

    def run(self, cells=0, by_trie=False, is_diff=False):
        """One round, its ROOTS with so many cells. Gives how the difference was found."""
        flags = (1 if is_diff else 0) | (2 if by_trie else 0)
        own = sketch(self.key, self.items(), cells)
        self.send(bytes([ROOTS, 0, flags]) + u64(len(self.ids)) + root_of(self.ids) +
                  write_cells(own, len(self.ids)))
        self.greet()
        state = self.receive()
        expect(state[0] == STATE and state[1] == 0, "STATE of round 0")
        self.flags, self.other_count = state[2], number(state[3:11])
        if (self.other_count, state[11:43]) == (len(self.ids), root_of(self.ids)):
            expect(len(state) == 43, "no cells where the roots are equal")
            return "equal at once"
        way = self.find(by_trie, state[43:])
        if not is_diff:
            self.move()
            self.judge()
        return way

    def find(self, by_trie, cells):
        if by_trie:
            expect(self.flags & 8 and not cells, "STATE to ROOTS that want the trie")
            self.descend()
            return "trie"
        if self.flags & 4:
            expect(self.flags & 8 and not cells, "STATE where my cells told it")
            while not self.read_list(self.receive()):
                pass
            return "own cells"
        if not cells:
            self.sweep()
            return "sweep"
        self.decode_sketch(cells)
        return "sketch"

    # By the sketch.

    def decode_sketch(self, data):
        other = read_cells(data, self.other_count)
        is_last = self.flags & 8
        while True:
            own = sketch(self.key, self.items(), len(other))
            is_done, here, there = decode(self.key, own, other)
            if is_done:
                break
            if is_last:
                self.send(bytes([MORE]) + u32(2 * len(other)))
            frame = self.receive()
            expect(frame[0] == CELLS and number(frame[2:6]) == len(other), "CELLS without a gap")
            is_last = frame[1] & 1
            other += read_cells(frame[6:], self.other_count, len(other))
        self.send_list([u64(item) for item in here], [u64(item) for item in there])

    # By the trie.

    def descend(self):
        salt, asked = os.urandom(8), [()]
        gives, takes = [], []
        while asked:
            entries, asked = asked[:240], asked[240:]
            self.asked += len(entries)
            self.send(bytes([ASK]) + salt + b"".join(map(self.entry, entries)))
            tree = self.receive()
            expect(tree[0] == TREE, "TREE after ASK")
            at = 1
            for prefix in entries:
                own = [each for each in self.ids if self.is_below(each, prefix)]
                count, at = tree[at], at + 1
                if count <= 32:
                    other = [tree[at + 32 * i:at + 32 * i + 32] for i in range(count)]
                    at += 32 * count
                    expect(other == sorted(set(other)) and
                           all(self.is_below(each, prefix) for each in other), "ids of TREE")
                    gives += set(own) - set(other)
                    takes += set(other) - set(own)
                else:
                    expect(count == 255 and len(prefix) < 63, "a form of TREE")
                    at = self.compare_children(tree, at, salt, prefix, own, gives, asked)
            expect(at == len(tree), "the end of TREE")
        self.send_list(gives, takes, width=32)

    @staticmethod
    def entry(prefix):
        """An entry of ASK: depth, and the nibbles two to a byte."""
        filled = [*prefix, 0]
        return bytes([len(prefix)]) + bytes(filled[i] << 4 | filled[i + 1]
                                            for i in range(0, len(prefix), 2))

    @staticmethod
    def is_below(identity, prefix):
        return all(nibble(identity, depth) == each for depth, each in enumerate(prefix))

    def compare_children(self, tree, at, salt, prefix, own, gives, asked):
        bitmap = number(tree[at:at + 2])
        at += 2
        for branch in range(16):
            child = [each for each in own if nibble(each, len(prefix)) == branch]
            if not bitmap >> branch & 1:
                gives += child
                continue
            short, at = tree[at:at + 8], at + 8
            if not child or short != sf.blake3(salt + node_hash(child, len(prefix) + 1))[:8]:
                asked.append((*prefix, branch))
        return at

    # By sweep.

    def sweep(self):
        first, is_last = 0, False
        while not is_last:
            offered = [each[:8] for each in self.ids if number(each[:8]) >= first]
            self.send(bytes([SWEEP, 1]) + u64(first) + u64(0) + b"".join(offered))
            is_last = self.read_list(self.receive())
            first = self.range_end

    # Moving.

    def send_list(self, gives, takes, width=8):
        self.gives += gives
        self.takes += takes
        self.send(bytes([LIST, 2 | (1 if width == 32 else 0)]) + u32(len(gives)) +
                  b"".join(gives) + b"".join(takes))

    def read_list(self, frame):
        """True where it is the last one."""
        expect(frame[0] == LIST, f"LIST in place of {frame[0]}")
        width, at = 32 if frame[1] & 1 else 8, 2
        if frame[1] & 4:
            self.range_end, at = number(frame[2:10]), 10
        count, at = number(frame[at:at + 4]), at + 4
        selectors = [frame[i:i + width] for i in range(at, len(frame), width)]
        expect(count <= len(selectors) and (len(frame) - at) % width == 0, "the layout of LIST")
        self.takes += selectors[:count]
        self.gives += selectors[count:]
        return bool(frame[1] & 2)

    def bodies(self):
        """The next BODIES to give."""
        frame, entries = bytes([BODIES]), 0
        while self.given < len(self.gives) and len(frame) < 100000 and entries < 1000:
            meant = [each for each in self.ids if each.startswith(self.gives[self.given])]
            if len(meant) == 1:
                record = self.records[meant[0]]
                frame += b"\0" + u32(len(record)) + record
            else:
                frame += b"\2"
            self.given += 1
            entries += 1
        return frame

    def take_bodies(self, frame, position):
        """Reads BODIES for the selectors from `position` on, and gives where it ended."""
        at = 1
        while at < len(frame):
            form, at = frame[at], at + 1
            expect(position < len(self.takes), "an entry without a selector")
            if form == 0:
                size, at = number(frame[at:at + 4]), at + 4
                record, at = frame[at:at + size], at + size
                identity = sf.admit(record).id
                self.records[identity] = record
                self.received.add(identity)
            elif form in (1, 3):
                identity, at = frame[at:at + 32], at + 32
                self.named.add(identity)
            else:
                expect(form == 2, f"form {form} of BODIES")
                identity = self.takes[position]
            expect(identity.startswith(self.takes[position]), "what the selector means")
            position += 1
        expect(at == len(frame), "the end of BODIES")
        return position

    def move(self):
        position, credit, self.done = 0, UNDER_WAY_MAX, None
        while True:
            while self.given < len(self.gives) and credit > 0:
                self.send(self.bodies())
                credit -= 1
            if self.given == len(self.gives) and position == len(self.takes):
                break
            frame = self.receive()
            if frame[0] == CREDIT:
                expect(len(frame) == 2, "the layout of CREDIT")
                credit += frame[1]
                expect(0 < frame[1] and credit <= UNDER_WAY_MAX, "CREDIT for what was under way")
            elif frame[0] == BODIES:
                position = self.take_bodies(frame, position)
                self.send(bytes([CREDIT, 1]))
            elif frame[0] == DONE:
                self.done = frame
            else:  # late cells are nobody's any more
                expect(frame[0] == CELLS, f"kind {frame[0]} while records move")

    def judge(self):
        union = set(self.ids) | self.received
        mine = bytes([DONE, 1 if self.named else 0]) + u64(len(union)) + root_of(union)
        if self.named:
            mine += root_of(union | self.named)
        self.send(mine)
        while self.done is None:
            frame = self.receive()
            self.done = frame if frame[0] == DONE else None
            expect(frame[0] in (DONE, CREDIT, CELLS), f"kind {frame[0]} before DONE")
        expect(len(self.done) == (74 if self.done[1] & 1 else 42), "the layout of DONE")
        roots = [frame[42:] or frame[10:42] for frame in (mine, self.done)]
        self.is_over = roots[0] == roots[1] and not self.done[1] & 2
        self.is_equal = mine[2:42] == self.done[2:42]
        if not self.is_over:
            self.send(bytes([END]))


# ---- Section 4: gossip ---------------------------------------------------------------------------

class Gossip(Stream):
    def __init__(self, address, **options):
        super().__init__(address, FOR_GOSSIP, **options)
        self.peer = self.greet()

    def push(self, *records, flags=0):
        self.send(bytes([RECORDS, flags]) +
                  b"".join(u32(len(record)) + record for record in records))

    def want(self, *ids, flags=0):
        self.send(bytes([IWANT, flags]) + b"".join(each[:8] for each in ids))

    def have(self, *ids, flags=0):
        self.send(bytes([IHAVE, flags]) + b"".join(each[:8] for each in ids))

    def receive_kind(self, kind):
        """(flags, the rest) of the next frame of this kind, past IWANT without items."""
        while (frame := self.receive())[0] != kind:
            expect(frame[0] == IWANT and len(frame) == 2, f"{frame[:10].hex()} in place of {kind}")
        return frame[1], frame[2:]

    def receive_records(self):
        flags, rest = self.receive_kind(RECORDS)
        records = []
        while rest:
            size = number(rest[:4])
            records.append(rest[4:4 + size])
            rest = rest[4 + size:]
        return flags, records


# ---- The test ------------------------------------------------------------------------------------

class Test:
    def __init__(self, address, held, more):
        self.address = address
        self.channel = grpc.insecure_channel(address)
        self.all = dict(held)  # what the node holds
        self.more = list(more.items())  # what nobody has told it yet
        self.chance = random.Random(7)

    def call(self, name, request, answer_type):
        return self.channel.unary_unary(f"/stemedb.sync.v1.SyncService/{name}",
                                        type(request).SerializeToString,
                                        answer_type.FromString)(request, timeout=10)

    def new(self, count):
        taken, self.more = self.more[:count], self.more[count:]
        expect(len(taken) == count, "enough records to tell")
        return dict(taken)

    def node_set(self):
        answer = self.call("ExchangeRoots", pb.RootExchangeRequest(merkle_root=root_of(self.all)),
                           pb.RootExchangeResponse)
        expect(answer.assertion_count == len(self.all) and answer.roots_match,
               f"the node holds {answer.assertion_count}, should {len(self.all)}")

    def session(self, missing, new, wanted, **options):
        """One that lacks `missing` of the node's and brings `new`; must find by `wanted`."""
        held = dict(self.chance.sample(sorted(self.all.items()), len(self.all) - missing))
        brought = self.new(new)
        session = Session(self.address, {**held, **brought})
        way = session.run(**options)
        self.all |= brought
        expect(way == wanted, f"found by {way} in place of {wanted}")
        if way != "equal at once":
            expect(session.is_over and session.is_equal, f"{way}: both say equal")
        expect(session.asked <= 17 + 4 * (missing + new), f"{session.asked} subtrees asked for")
        expect(session.finish() == [], f"{way}: nothing after the end")
        expect(session.records == self.all, f"{way}: the second node has the same set")
        expect(len(session.received) == missing, f"{way}: {len(session.received)} received")
        self.node_set()
        print(f"session, {way}: took {missing}, gave {new}, roots equal", flush=True)

    def sessions(self):
        self.session(30, 0, "sketch")
        self.session(0, 20, "sketch")
        self.session(30, 5, "sketch")
        self.session(30, 5, "trie", by_trie=True)
        self.session(20, 5, "own cells", cells=120)
        self.session(900, 10, "sweep")
        self.session(len(self.all), 3, "sweep")
        self.session(0, 0, "equal at once")

    def diff(self):
        held = dict(sorted(self.all.items())[10:])
        mine = self.new(3)
        session = Session(self.address, {**held, **mine})
        session.run(is_diff=True)
        taken = 0
        while taken < len(session.takes):
            frame = session.receive()
            if frame[0] == BODIES:
                taken = session.take_bodies(frame, taken)
                session.send(bytes([CREDIT, 1]))
        expect(session.named == set(self.all) - set(held), "a diff names what differs")
        expect(not session.received, "a diff moves nothing")
        session.cancel()
        self.node_set()
        self.more += mine.items()
        print("session, diff: 10 named, nothing moved", flush=True)

    def refusals(self):
        node = self.call("Ping", pb.PingRequest(node_id=bytes(16)), pb.PingResponse).node_id
        for reason, options in ((OTHER_CLUSTER, {"cluster": b"another"}),
                                (OTHER_VERSION, {"version": 2}), (OWN_NODE, {"node": node}),
                                (BROKEN, {"purpose": 3})):
            stream = Stream(self.address, **{"purpose": FOR_SESSION, **options})
            try:
                while True:
                    stream.receive()
            except Ended as end:
                expect(end.reason == reason, f"{options}: refused with {end.reason}")
            stream.cancel()
        print("HELLO: 4 refused, each for its reason", flush=True)

    def gossip(self):
        stream = Gossip(self.address)
        (pushed, record), (offered, other), (unsound, bad) = self.new(3).items()
        stream.push(record)
        self.wait_for(pushed)
        stream.want(pushed)
        expect(stream.receive_records() == (1, [record]), "IWANT is answered, as asked for")
        stream.have(offered, flags=1)
        expect(stream.receive_kind(IWANT)[1] == offered[:8], "what is announced is asked for")
        stream.push(other, flags=1)
        self.wait_for(offered)
        forged = bad[:-1] + bytes([bad[-1] ^ 1])
        (beside, sound), = self.new(1).items()
        stream.push(forged, sound)
        self.wait_for(beside)
        expect(not self.is_held(unsound), "a forged record is left out, the one beside it taken")
        self.all |= {pushed: record, offered: other, beside: sound}
        self.node_set()
        self.gossip_spreads(stream)
        stream.send(b"\x63")
        try:
            while True:
                stream.receive()
        except Ended as end:
            expect(end.reason == BROKEN, f"another kind: {end.reason}")
        stream.cancel()
        print("gossip: pushed, announced, asked for, forwarded, pruned, refused", flush=True)

    def gossip_spreads(self, first):
        """What one says the other hears: announced, after a graft whole, after PRUNE announced."""
        second = Gossip(self.address)
        for change, kind in ((None, IHAVE), ("graft", RECORDS), ("prune", IHAVE)):
            if change == "graft":
                second.want(flags=1)
            elif change == "prune":
                second.send(bytes([PRUNE]))
            second.want(next(iter(self.all)))  # answered, so what came before is in force
            second.receive_records()
            (identity, record), = self.new(1).items()
            first.push(record)
            flags, rest = second.receive_kind(kind)
            if kind == IHAVE:
                expect((flags, rest) == (0, identity[:8]), f"after {change}: announced")
            else:
                expect((flags, rest) == (2, u32(len(record)) + record), f"after {change}: whole")
            self.all[identity] = record
        (identity, record), = self.new(1).items()
        admitted = sf.admit(record)
        stamp = admitted.stamp
        self.call("Gossip", pb.GossipRequest(
            assertion_hash=identity, assertion_data=record, hlc_time=stamp.time,
            hlc_counter=stamp.counter, hlc_node_id=stamp.node), pb.GossipResponse)
        for stream in (first, second):
            expect(stream.receive_records() == (0, [record]), "what a client wrote goes to all")
        self.all[identity] = record
        second.cancel()

    def is_held(self, identity):
        return bool(self.call("FetchAssertions", pb.FetchRequest(hashes=[identity]),
                              pb.FetchResponse).assertions)

    def wait_for(self, identity):
        for _ in range(500):
            if self.is_held(identity):
                return
        raise AssertionError(f"{identity.hex()} did not come")


def main():
    address, *files = sys.argv[1:]
    held, more = (read_records(open(name, "rb").read()) for name in files)
    expect(sketch_key(b"stemedb").hex() == "895ed96fe8b92319c69c6eb3587cc7a0", "the sketch's key")
    test = Test(address, held, more)
    test.node_set()
    test.sessions()
    test.diff()
    test.refusals()
    test.gossip()
    test.node_set()


if __name__ == "__main__":
    main()
