"""Battery 11, the other part: peers that lie. Sessions and gossip by tests/scenario/second_node.py,
turned against a node, as its client and as its server. See battery11.py."""
import json
import os
import socket
import struct
import time
from concurrent import futures

import grpc

from battery11 import IS_LONG, chance, check_whole, end_all, feed, node, records, report, run, steme_format
from cluster import SERVICE, pb, wait_until
from second_node import (ASK, BODIES, CELLS, CREDIT, DONE, FOR_GOSSIP, FOR_SESSION, HELLO, IHAVE, IWANT,
                         LIST, MORE, ROOTS, STATE, SWEEP, TREE, Ended, Session, Stream, root_of,
                         sketch, sketch_key, u32, u64, write_cells)

NOTHING = (bytes(32), 0)


def noise(size):
    return chance.randbytes(size)


# ---- Records that lie ----------------------------------------------------------------------------

def vectors():
    """(record, whether it is admissible, why not) of tests/golden/records.json: signatures at the
    edges, bytes that are not canonical under good signatures, unknown types and keys, and more."""
    golden = os.path.join(os.environ["STEME_SOURCE"], "tests", "golden", "records.json")
    with open(golden, encoding="utf-8") as file:
        for vector in json.load(file)["vectors"]:
            parts = [part.split("*") for part in vector["record"].split()]
            record = b"".join(bytes.fromhex(part[0]) * int(part[1] if part[1:] else 1)
                              for part in parts)
            if len(record) <= 90000:
                yield record, vector["verdict"] != "refused", vector.get("section", "")


def hand_over(target, record, **changes):
    """By Gossip, with what it would be called if it were admissible."""
    try:
        admitted = steme_format.admit(record)
        identity, stamp = admitted.id, admitted.stamp
    except steme_format.Refused:
        identity, stamp = steme_format.blake3(record), (1, 0, bytes(16))
    fields = {"assertion_hash": identity, "assertion_data": record, "hlc_time": stamp[0],
              "hlc_counter": stamp[1], "hlc_node_id": stamp[2], **changes}
    return target.call("Gossip", pb.GossipRequest(**fields), pb.GossipResponse)


def records_that_lie_are_not_taken():
    target = node("target")
    target.start()
    first, = records("lie", 1)
    forged = first.data[:-1] + bytes([first.data[-1] ^ 1])
    for changes in ({"assertion_hash": bytes(32)}, {"assertion_data": forged}, {"assertion_data": b""},
                    {"assertion_data": first.data[:-1]}, {"assertion_data": first.data + b"\0"},
                    {"hlc_time": first.time + 1}, {"hlc_counter": 7}, {"hlc_node_id": bytes(16)}):
        answer = target.call("Gossip", first.request(**changes), pb.GossipResponse)
        assert not answer.accepted and answer.error, changes
    refused, good, sections = [], [], set()
    for record, is_good, section in vectors():
        (good if is_good else refused).append(record)
        sections.add(section)
    # All that is refused comes first, by gossip frames too: some streams end for it, and no record stays.
    for record in refused:
        assert not hand_over(target, record).accepted, record.hex()
    for i in range(0, len(refused), 8):
        tell(target, FOR_GOSSIP, [b"\x03\0" + b"".join(
            u32(len(record)) + record for record in refused[i:i + 8] if 0 < len(record) <= 65536)])
    assert target.root() == NOTHING, f"{target.count()} were taken"
    for record in good:
        assert hand_over(target, record).accepted, record.hex()
    ids = {steme_format.admit(record).id for record in good}
    assert target.root() == (root_of(ids), len(ids)), "unknown types and keys are admitted"
    end_all([target])
    report("records that lie are not taken", f"{len(refused)} refused by {len(sections) - 1} rules, "
           f"{len(good)} others taken")


def tell(target, purpose, frames, timeout=2.0):
    """Says frames on a stream after HELLO, ends this side, and listens. Gives what came."""
    stream, came = Stream(target.address, purpose, timeout=timeout), []
    for frame in frames:
        stream.send(frame)
    stream.outgoing.put(None)
    try:
        while len(came) < 1000:
            came.append(stream.receive())
    except Ended:
        pass
    stream.cancel()
    return came


# ---- Messages that are damaged -------------------------------------------------------------------

def raw_call(channel, method, message):
    call = channel.unary_unary(SERVICE + method, lambda data: data, lambda data: data)
    try:
        return pb.GossipResponse.FromString(call(message, timeout=10)), None
    except grpc.RpcError as error:
        return None, error.code()


def damaged_messages_change_nothing():
    target = node("damaged")
    target.start()
    first, = records("damage", 1)
    message = first.request().SerializeToString()
    damaged = [message[:size] for size in range(len(message))]
    for bit in range(8 * len(message)):
        if IS_LONG or bit % 8 == chance.randrange(8):
            flipped = bytearray(message)
            flipped[bit // 8] ^= 1 << bit % 8
            damaged.append(bytes(flipped))
    for each in damaged:
        answer, _ = raw_call(target.channel, "Gossip", each)
        assert answer is None or not answer.accepted, each.hex()
    assert target.root() == NOTHING
    count = len(damaged) + damaged_sessions(target)
    sizes = damaged_sizes(target, message)
    assert target.is_alive() and target.root() == NOTHING
    accepted, _ = raw_call(target.channel, "Gossip", message + b"\xfa\x01\x03abc")
    assert accepted and accepted.accepted, "unknown fields are passed over"
    check_whole([target], [first], "damaged")
    end_all([target])
    report("damaged messages change nothing", f"{count} cut or flipped, {sizes} of a wrong size")


def damaged_sessions(target):
    """HELLO and ROOTS with cells, cut at each byte and with flipped bits."""
    held = {steme_format.blake3(bytes([i])): b"" for i in range(5)}
    items = [int.from_bytes(each[:8], "big") for each in held]
    hello = bytes([HELLO]) + b"STEM\x01\x02" + noise(16) + b"\x07stemedb"
    roots = bytes([ROOTS, 0, 0]) + u64(5) + root_of(held) + write_cells(
        sketch(sketch_key(b"stemedb"), items, 8), 5)
    bodies = [(hello[:size], roots) for size in range(1, len(hello))]
    bodies += [(hello, roots[:size]) for size in range(1, len(roots), 1 if IS_LONG else 4)]
    for part, frame in enumerate((hello, roots)):
        for i in range(0, len(frame), 1 if IS_LONG else 4):
            flipped = bytearray(frame)
            flipped[i] ^= 1 << chance.randrange(8)
            bodies.append((bytes(flipped), roots) if part == 0 else (hello, bytes(flipped)))
    for frames in bodies:
        say(target, frames)
    return len(bodies)


def say(target, frames, timeout=0.5):
    """Frames on a stream without any HELLO but theirs; then half of it is closed."""
    call = target.channel.stream_stream(SERVICE + "Reconcile", pb.Frame.SerializeToString,
                                        pb.Frame.FromString)
    try:
        for _ in call(iter([pb.Frame(body=frame) for frame in frames]), timeout=timeout):
            pass
    except grpc.RpcError:
        pass


def damaged_sizes(target, message):
    refused = [("Gossip", b""), ("Gossip", bytes((4 << 20) + 1)),
               ("Gossip", b"\x0a\x20" + bytes(32) + b"\x12" + b"\x80\x80\x80\x02" + bytes(4 << 20)),
               ("FetchAssertions", pb.FetchRequest(hashes=[b""] * 10 ** 6).SerializeToString()),
               ("Gossip", message * 10 ** 3), ("Ping", b"\x0a\x00" * 10 ** 6),
               ("ExchangeRoots", b"\x10\x01" * 10 ** 6)]
    for method, each in refused:
        answer, code = raw_call(target.channel, method, each)
        assert code in (grpc.StatusCode.INVALID_ARGUMENT, grpc.StatusCode.RESOURCE_EXHAUSTED), \
            f"{method} of {len(each)} bytes: {code} {answer}"
    for frames in ([b""], [bytes(262145)], [bytes((4 << 20) + 1)], []):
        say(target, frames)
    # Connections that are reset, half closed, or speak something else.
    preface = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0"
    for data in (b"", preface, preface[:20], preface + noise(500), b"GET / HTTP/1.1\r\n\r\n", noise(5000)):
        for is_reset in (True, False):
            with socket.create_connection(("127.0.0.1", target.port)) as raw:
                raw.sendall(data)
                if is_reset:
                    raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                else:
                    raw.shutdown(socket.SHUT_WR)
    return len(refused) + 16


# ---- A client that lies --------------------------------------------------------------------------

def greeted(target, *frames):
    """A session that says these frames; what came until it ended, or fell silent."""
    return tell(target, FOR_SESSION, frames)


def roots_frame(count, root, cells=b"", flags=0, turn=0):
    return bytes([ROOTS, turn, flags]) + u64(count) + root + cells


def list_frame(gives, wants, flags=2):
    return bytes([LIST, flags]) + u32(len(gives)) + b"".join(gives) + b"".join(wants)


def session_lies(held, old_root):
    """What a lying initiator may say: name, frames."""
    ids = sorted(record.id for record in held)
    whole = root_of(ids)
    some = ids[0][:8]
    forged = [[0, 0, 1]] * 64, [[int.from_bytes(noise(8), "big"), 5, 1]] * 64, [[7, 7, 2 ** 32 - 1]] * 64
    yield "a wrong root", [roots_frame(len(ids), noise(32))]
    for count in (0, 1, len(ids) + 1, 10 ** 6, 2 ** 63, 2 ** 64 - 1):
        yield f"a wrong count, {count}", [roots_frame(count, whole)]
        yield f"a wrong count and cells, {count}", [roots_frame(count, noise(32), noise(13 * 60))]
    yield "a replayed root", [roots_frame(10, old_root), bytes([DONE, 0]) + u64(10) + old_root]
    yield "equal, falsely", [roots_frame(len(ids), whole), bytes([DONE, 0]) + u64(len(ids)) + whole]
    yield "done at once", [roots_frame(3, noise(32)), bytes([DONE, 0]) + u64(len(ids)) + whole]
    for cells in forged:
        yield "forged cells", [roots_frame(5, noise(32), write_cells(cells, 5))]
    yield "noise for cells", [roots_frame(5, noise(32), noise(200000))]
    yield "one id wanted 100,000 times", [roots_frame(1, noise(32)),
                                          *[list_frame([], [some] * 30000, 0)] * 4]
    yield "one id given a million times", [roots_frame(1, noise(32)),
                                           *[list_frame([some] * 30000, [], 0)] * 34]
    yield "a count over the frame", [roots_frame(1, noise(32)), bytes([LIST, 2]) + b"\xff" * 4 + some]
    yield "given and withheld", [roots_frame(1, noise(32)), list_frame([noise(8)], [])]
    yield "another body", [roots_frame(1, noise(32)), list_frame([noise(8)], []),
                           bytes([BODIES, 0]) + u32(len(held[0].data)) + held[0].data]
    bad = held[0].data[:-1] + bytes([held[0].data[-1] ^ 1])
    yield "a forged body", [roots_frame(1, noise(32)), list_frame([some], []),
                            bytes([BODIES, 0]) + u32(len(bad)) + bad]
    yield "short ids that collide", [roots_frame(1, noise(32)), list_frame([some] * 9, []), bytes([BODIES])
                                     + b"".join(b"\1" + some + noise(24) for _ in range(9))]
    yield "a body without a selector", [roots_frame(1, noise(32)), bytes([BODIES, 2])]
    yield "credit for nothing", [roots_frame(1, noise(32)), bytes([CREDIT, 255])]
    yield "more, before all", [roots_frame(1, noise(32)), bytes([MORE]) + b"\xff" * 4]
    yield "ask for all", [roots_frame(1, noise(32), flags=2),
                          *[bytes([ASK]) + bytes(8) + b"\0" * 240] * 5000]
    yield "ask too deep", [roots_frame(1, noise(32), flags=2), bytes([ASK]) + bytes(8) + b"\x40" + bytes(32)]
    yield "sweep backwards", [roots_frame(1, noise(32)), bytes([SWEEP, 0]) + u64(9) + u64(3)]
    yield "a later round first", [roots_frame(1, noise(32), turn=9)]
    yield "the other's frames", [roots_frame(1, noise(32)), bytes([STATE, 0, 0]) + bytes(40),
                                 bytes([CELLS, 0]) + bytes(17), bytes([TREE, 255])]
    for kind in range(16, 28):
        yield f"noise of kind {kind}", [roots_frame(1, noise(32)), bytes([kind]) + noise(300)]


def a_lying_client_changes_nothing():
    target, peer = node("told"), node("peer")
    target.start()
    peer.start([target.address])
    made = records("told", 600)
    feed(target, made[:10])
    old_root = target.root()[0]
    feed(target, made[10:300])
    check_whole([target, peer], made[:300], "before")
    lies = 0
    for name, frames in session_lies(made[:300], old_root):
        start = time.monotonic()
        tell(target, FOR_SESSION, frames)
        assert target.is_alive(), name
        assert time.monotonic() - start < 10, f"{name}: a stream stays open"
        lies += 1
    for frames in ([bytes([IHAVE, 1]) + noise(200000)], [bytes([IWANT, 1]) + noise(200000)],
                   [b"\x06"] * 1000, [b"\x03\0" + b"\xff" * 4 + noise(100)], [b"\x03\0" + bytes(262142)],
                   [bytes([IWANT, 0]) + made[0].id[:8] * 30000] * 8, [bytes([IHAVE, 1])], [noise(50)] * 20):
        tell(target, FOR_GOSSIP, frames)
        lies += 1
    # An honest session beside them still finds all, and both honest nodes go on.
    honest = Session(target.address, {record.id: record.data for record in made[100:400]})
    honest.run()
    assert honest.is_equal and len(honest.records) == 400
    honest.finish()
    feed(peer, made[400:])
    check_whole([target, peer], made, "lied to")
    end_all([target, peer])
    report("a lying client changes nothing", f"{lies} lies, nothing stored, nothing lost")


# ---- A server that lies --------------------------------------------------------------------------

class LyingServer:
    """A peer that answers every session in one wrong way."""

    ways = ("says equal", "replays a root", "forges cells", "never ends cells", "wants a sweep",
            "lies in trees", "sends garbage", "is silent", "withholds")

    def __init__(self, way, made):
        self.way, self.made, self.stream_count = way, made, 0
        self.server = grpc.server(futures.ThreadPoolExecutor(8))
        handlers = {
            "Reconcile": grpc.stream_stream_rpc_method_handler(
                self.reconcile, pb.Frame.FromString, pb.Frame.SerializeToString),
            "Gossip": grpc.unary_unary_rpc_method_handler(
                lambda request, context: pb.GossipResponse(accepted=True),
                pb.GossipRequest.FromString, pb.GossipResponse.SerializeToString)}
        self.server.add_generic_rpc_handlers((
            grpc.method_handlers_generic_handler("stemedb.sync.v1.SyncService", handlers),))
        self.address = f"127.0.0.1:{self.server.add_insecure_port('127.0.0.1:0')}"
        self.node = noise(16)
        self.server.start()

    def reconcile(self, frames, context):
        self.stream_count += 1
        for frame in frames:
            kind = frame.body[0]
            if kind == HELLO:
                yield pb.Frame(body=frame.body[:7] + self.node + frame.body[23:])
                is_session = frame.body[6] == FOR_SESSION
                if not is_session and self.way == "sends garbage":
                    yield pb.Frame(body=noise(chance.randrange(1, 3000)))
                continue
            for body in self.answers(kind, frame.body):
                yield pb.Frame(body=body)

    def answers(self, kind, body):
        if self.way == "is silent":
            return
        if self.way == "sends garbage":
            yield noise(chance.randrange(1, 3000))
        elif kind == ROOTS:
            yield from self.state(body)
        elif kind == ASK:
            yield bytes([TREE]) + (b"\xff\xff\xff" + noise(128)) * 240
        elif kind == MORE:
            yield bytes([CELLS, 1]) + u32(1) + noise(40000)
        elif kind == SWEEP:
            yield bytes([LIST, 6]) + b"\xff" * 8 + u32(500) + noise(4000)
        elif kind == LIST:
            yield bytes([BODIES]) + b"\2" * 200
            yield bytes([DONE, 0]) + u64(9) + noise(32)
        elif kind == DONE:
            yield bytes([DONE]) + body[1:]

    def state(self, roots):
        count_and_root = roots[3:43]
        if self.way == "says equal":
            yield bytes([STATE, roots[1], 8]) + count_and_root
        elif self.way == "replays a root":
            yield bytes([STATE, roots[1], 0]) + u64(1) + self.made[0].id
        elif self.way == "never ends cells":
            yield bytes([STATE, roots[1], 0]) + u64(9) + noise(32) + write_cells([[1, 2, 3]] * 20, 9)
            for first in range(20, 10 ** 6, 1000):
                yield bytes([CELLS, 0]) + u32(first) + write_cells([[first, 2, 3]] * 1000, 9, first)
        elif self.way == "wants a sweep":
            yield bytes([STATE, roots[1], 8]) + u64(10 ** 9) + noise(32)
        elif self.way == "withholds":
            yield bytes([STATE, roots[1], 12]) + u64(300) + noise(32)
            yield list_frame([noise(8) for _ in range(300)], [])
        else:
            yield bytes([STATE, roots[1], 8]) + u64(300) + noise(32) + write_cells(
                [[int.from_bytes(noise(8), "big"), 1, 1] for _ in range(30)], 300)


def one_honest_peer_among_ten_is_enough():
    made = records("honest", 900)
    liars = [LyingServer(way, made) for way in LyingServer.ways]
    honest, asked = node("honest"), node("asked")
    honest.start()  # only the node that is lied to knows it
    feed(honest, made[:300])
    asked.start([*(liar.address for liar in liars), honest.address])
    took = check_whole([honest, asked], made[:300], "among liars", 120)
    start = time.monotonic()
    wait_until(lambda: all(liar.stream_count >= 1 for liar in liars), 60, "every liar is met")
    feed(honest, made[300:600])
    feed(asked, made[600:])
    later = check_whole([honest, asked], made, "among liars, later", 120)
    time.sleep(60 if IS_LONG else max(0.0, 5 - (time.monotonic() - start)))
    check_whole([honest, asked], made, "among liars, at the end")
    for liar in liars:
        liar.server.stop(0)
    end_all([honest, asked])
    report("one honest peer among ten is enough", f"equal in {took:.2f} s and {later:.2f} s; streams of "
           f"lies {sum(liar.stream_count for liar in liars)}")


run([records_that_lie_are_not_taken, damaged_messages_change_nothing, a_lying_client_changes_nothing,
     one_honest_peer_among_ten_is_enough])
