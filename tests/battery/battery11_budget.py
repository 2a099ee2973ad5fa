"""Battery 11, the third part: what a peer may cost. One that makes a node work, and many that hold
streams and say nothing. See battery11.py."""
import itertools
import json
import os
import selectors
import socket
import threading
import time

import grpc

from battery11 import (IS_LONG, IS_SANITIZED, chance, check_whole, end_all, feed, node, records, report,
                       run)
from cluster import SERVICE, pb, same_root, steme, wait_until
from second_node import (ASK, FOR_GOSSIP, FOR_SESSION, HELLO, IWANT, REFUSE, ROOTS, u64, write_cells)

BUSY, OVER_BUDGET = 4, 11
WORK_MS = 30000 if IS_LONG else 1000  # in a minute; 30,000 is what a node allows untold
STEP_MS_MAX = 500  # one step may be under way when the budget ends
CELLS_MAX = 15000  # of a frame
STREAMS = 8  # of a member that is silent
WAYS = ("nothing", "hello", "cells", "half a frame")  # what it says before
MEMBERS = 64
PLACES = 128  # of a node, for streams
BESIDE_MAX = 30 if IS_SANITIZED else 10  # seconds, for others beside silent streams
SILENCE_MAX = 45  # seconds: a session's 30, and those to end it
WINDOW = 65535  # bytes, of a stream of HTTP/2, untold
WAIT_MAX = 20 if IS_SANITIZED else 5


def hello(purpose, its_node):
    return bytes([HELLO]) + b"STEM\x01" + bytes([purpose]) + its_node + b"\x07stemedb"


def random_cells(count):
    return write_cells([[int.from_bytes(chance.randbytes(8), "big"), 5, 1] for _ in range(count)],
                       3000)


def metrics(target):
    said = json.loads(steme("stat", "--server", target.address, "--metrics", "--json"))
    return {each["name"]: each.get("value") for each in said["metrics"]}


def processor_ms(target):
    """What the process has used of processors."""
    with open(f"/proc/{target.process.pid}/stat", encoding="utf-8") as file:
        fields = file.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) * 1000 // os.sysconf("SC_CLK_TCK")


# ---- Work ----------------------------------------------------------------------------------------

class Hog:
    """A peer with a node id of its own, a guest, that makes a node work, and comes back at once
    whenever it is refused: by subtrees that it asks for in sessions, by sketches that do not decode,
    and by ids in gossip."""

    def __init__(self, target):
        self.target, self.id = target, chance.randbytes(16)
        self.reasons, self.byte_count, self.stream_count = [], 0, 0
        self.refused_at = None
        self.is_ended = threading.Event()
        self.ids = u64(0) + b"".join(chance.randbytes(8) for _ in range(30000))
        self.cells = random_cells(CELLS_MAX)
        self.threads = [threading.Thread(target=self.go_on, args=(purpose, is_sketch), daemon=True)
                        for purpose, is_sketch in ((FOR_GOSSIP, False), (FOR_SESSION, False),
                                                   (FOR_SESSION, True))]
        for each in self.threads:
            each.start()

    def frames(self, purpose, is_sketch, is_over):
        yield pb.Frame(body=hello(purpose, self.id))
        if is_sketch:
            self.byte_count += len(self.cells)
            yield pb.Frame(body=bytes([ROOTS, 0, 0]) + u64(3000) + chance.randbytes(32) + self.cells)
            return
        if purpose == FOR_SESSION:
            yield pb.Frame(body=bytes([ROOTS, 0, 2]) + u64(1) + chance.randbytes(32))
        while not is_over.is_set() and not self.is_ended.is_set():
            body = (bytes([IWANT, 0]) + self.ids if purpose == FOR_GOSSIP else
                    bytes([ASK]) + chance.randbytes(8) + b"".join(
                        b"\2" + bytes([each]) for each in range(240)))
            self.byte_count += len(body)
            yield pb.Frame(body=body)

    def go_on(self, purpose, is_sketch):
        channel = grpc.insecure_channel(self.target.address)
        method = channel.stream_stream(SERVICE + "Reconcile", pb.Frame.SerializeToString,
                                       pb.Frame.FromString)
        while not self.is_ended.is_set():
            is_over = threading.Event()
            self.stream_count += 1
            try:
                for frame in method(self.frames(purpose, is_sketch, is_over),
                                    timeout=120):
                    if frame.body[0] == REFUSE:
                        self.reasons.append(frame.body[1])
                        if frame.body[1] == OVER_BUDGET and self.refused_at is None:
                            self.refused_at = time.monotonic()
                    if self.is_ended.is_set():
                        break
            except grpc.RpcError:
                pass
            is_over.set()
            time.sleep(0.05)
        channel.close()

    def work_ms(self):
        """As `steme peers` says while it has a stream."""
        said = json.loads(steme("peers", "--server", self.target.address, "--json"))
        return max((each["work_ms"] for each in said["peers"] if each.get("node") == self.id.hex()),
                   default=0)

    def end(self):
        self.is_ended.set()
        for each in self.threads:
            each.join(timeout=130)


def who_works_a_node_too_hard_is_left_alone():
    target = node("worked", options=[] if IS_LONG else ["--peer-work-ms", str(WORK_MS)])
    honest = node("beside")
    target.start()
    honest.start([target.address])
    made = records("budget", 3000)
    feed(target, made[:2000])
    check_whole([target, honest], made[:2000], "before")
    used, start = processor_ms(target), time.monotonic()
    hog, waits, costs, fed = Hog(target), [], [0], 2000

    def serve_one():
        nonlocal fed
        begun = time.monotonic()
        if fed < len(made):
            assert target.push(made[fed]).accepted
            wait_until(lambda: honest.fetch([made[fed].id]), 10, "at the honest peer")
            fed += 1
        target.count()
        waits.append(time.monotonic() - begun)
        costs.append(hog.work_ms())
        time.sleep(0.05)

    try:
        while hog.refused_at is None:
            assert time.monotonic() - start < 20 + WORK_MS / 1000, f"never refused: {max(costs)} ms"
            serve_one()
        spent, took = processor_ms(target) - used, time.monotonic() - start
        used, refused = processor_ms(target), len(hog.reasons)
        rest = max(1.0, min(8.0, 55 - took))  # in the same minute
        until = time.monotonic() + rest
        while time.monotonic() < until:
            serve_one()
        after, refused = processor_ms(target) - used, len(hog.reasons) - refused
    finally:
        hog.end()
    counted = metrics(target)["streams_over_budget_total"]
    # Measured are the steps; what the threads of gRPC take for the same bytes comes to it.
    assert max(costs) <= WORK_MS + STEP_MS_MAX, f"it cost {max(costs)} ms"
    assert spent <= 2 * WORK_MS + 1000, f"the node used {spent} ms until it refused"
    assert refused >= 1 and set(hog.reasons) <= {OVER_BUDGET, BUSY}, set(hog.reasons)
    assert hog.reasons[-1] == OVER_BUDGET and counted >= 1, counted
    assert after <= rest * 1000 / 4, f"{after} ms in {rest:.0f} s for a peer that is refused"
    assert max(waits) < WAIT_MAX, f"others waited {max(waits):.2f} s"
    check_whole([target, honest], made[:fed], "beside a hog")
    end_all([target, honest])
    report("who works a node too hard is left alone", f"of {WORK_MS} ms {max(costs)} seen, {spent} by the "
           f"whole node in {took:.1f} s; then {after} ms in {rest:.0f} s for {refused} refusals; {len(waits)} "
           f"rounds of others, {max(waits) * 1000:.0f} ms at most")


# ---- Memory --------------------------------------------------------------------------------------

def http2_frame(kind, flags, stream, data=b""):
    return len(data).to_bytes(3, "big") + bytes([kind, flags]) + stream.to_bytes(4, "big") + data


def http2_field(name, value):
    return b"\0" + bytes([len(name)]) + name + bytes([len(value)]) + value


HTTP2_BEGIN = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
HTTP2_NO_WINDOW = bytes([0, 4]) + bytes(4)  # of streams
HTTP2_PING, HTTP2_IS_ANSWER, HTTP2_IS_END = 6, 1, 1
HTTP2_CALL = b"".join(http2_field(*field) for field in (
    (b":method", b"POST"), (b":scheme", b"http"), (b":path", (SERVICE + "Reconcile").encode()),
    (b":authority", b"x"), (b"content-type", b"application/grpc"), (b"te", b"trailers")))


def http2_message(stream, body, size=None):
    """The first `size` bytes of a message, in frames of HTTP/2."""
    message = pb.Frame(body=body).SerializeToString()
    message = (b"\0" + len(message).to_bytes(4, "big") + message)[:size]
    return b"".join(http2_frame(0, 0, stream, message[i:i + 16000])
                    for i in range(0, len(message), 16000))


def hold_streams(target, way):
    """One member: a connection with streams that stay, and say no more."""
    its_node = chance.randbytes(16)
    held = socket.create_connection(("127.0.0.1", target.port))
    held.settimeout(2)
    said = HTTP2_BEGIN + http2_frame(4, 0, 0, HTTP2_NO_WINDOW if way == "take nothing" else b"")
    for stream in range(1, 2 * STREAMS, 2):
        said += http2_frame(1, 4, stream, HTTP2_CALL)
        if way != "nothing":
            said += http2_message(stream, hello(FOR_GOSSIP if way == "gossip" else FOR_SESSION,
                                                its_node))
        if way == "take nothing" and stream % 4 == 1:  # some are ended
            said += http2_frame(0, HTTP2_IS_END, stream)
        roots = bytes([ROOTS, 0, 0]) + u64(3000) + chance.randbytes(32)
        if way == "cells":
            said += http2_message(stream, roots + random_cells(2000))
        elif way == "half a frame":
            said += http2_message(stream, roots + bytes(250000), WINDOW - 1000)
    try:
        held.sendall(said)
    except OSError:
        pass  # ended by the node, or not taken in by it
    return held


def silent_streams_cost_bounded_memory():
    made, said = records("silent", 1000), []
    for way, members in itertools.product(WAYS, (1, MEMBERS)):
        # What HTTP/2 lets a stream send before it is read, for each; and what the sessions hold that
        # are under way, and the program itself.
        bound = (members * STREAMS * WINDOW + (4 << 20)) * (8 if IS_SANITIZED else 1)
        target = node(f"silent-{len(said)}")
        target.start()
        feed(target, made)
        begun, grown = target.watch_memory(), 0
        held = [hold_streams(target, way) for _ in range(members)]
        until = time.monotonic() + (15 if IS_LONG else 1.5)
        while time.monotonic() < until:
            grown = max(grown, target.watch_memory() - begun)
            assert target.count() == len(made)
            time.sleep(0.02)
        assert grown <= bound, f"{members} x {STREAMS} that say {way}: {grown} bytes of {bound}"
        said.append(f"{members} x {STREAMS} {way} {grown >> 10} KiB")
        target.kill()
        for each in held:
            each.close()
    report("silent streams cost bounded memory", ", ".join(said))



# ---- Places --------------------------------------------------------------------------------------

class Silence(threading.Thread):
    """Connections that are silent, and alive all the same: pings are answered."""

    def __init__(self, held):
        super().__init__(daemon=True)
        self.selector = selectors.DefaultSelector()
        self.is_ended = threading.Event()
        for each in held:
            self.selector.register(each, selectors.EVENT_READ, bytearray())
        self.start()

    def run(self):
        while not self.is_ended.is_set():
            for key, _ in self.selector.select(0.2):
                try:
                    self.hear(key.fileobj, key.data)
                except OSError:
                    self.selector.unregister(key.fileobj)

    @staticmethod
    def hear(held, heard):
        data = held.recv(65536)
        if not data:
            raise OSError
        heard += data
        while len(heard) >= 9 and len(heard) >= (end := 9 + int.from_bytes(heard[:3], "big")):
            if heard[3] == HTTP2_PING and heard[4] & HTTP2_IS_ANSWER == 0:
                held.sendall(http2_frame(HTTP2_PING, HTTP2_IS_ANSWER, 0, bytes(heard[9:end])))
            del heard[:end]

    def end(self):
        self.is_ended.set()
        self.join()
        for key in list(self.selector.get_map().values()):
            key.fileobj.close()


def open_streams(target):
    return metrics(target)["open_streams"]


def serve_beside(target, way, made):
    """How long a write took from an honest node, and one to it; and a node that joins now."""
    honest, late = node(f"honest-{way}"), node(f"late-{way}")
    honest.start([target.address])
    check_whole([target, honest], made[:-2], way)
    silence = Silence([hold_streams(target, way) for _ in range(MEMBERS)])
    wait_until(lambda: open_streams(target) <= PLACES / 2, 3, f"half free beside those that say {way}")
    took = []
    for source, sink, record in ((honest, target, made[-2]), (target, honest, made[-1])):
        assert source.push(record).accepted
        took.append(wait_until(lambda: sink.fetch([record.id]), BESIDE_MAX,
                               f"there beside those that say {way}"))
    late.start([target.address])
    took.append(wait_until(lambda: same_root([target, late], len(made)), BESIDE_MAX,
                           f"joined beside those that say {way}"))
    end_all([honest, late])
    return took, silence


def who_says_nothing_keeps_nobody_out_and_comes_to_an_end():
    made, said, ending = records("beside", 1000), [], []
    for way in (*WAYS, "take nothing", "gossip"):
        target = node(f"target-{way}")
        target.start()
        feed(target, made[:-2])
        took, silence = serve_beside(target, way, made)
        said.append(f"{way} {max(took):.1f} s")
        if way == "gossip":  # may be silent for ever
            silence.end()
        ending.append((way, target, silence, time.monotonic()))
    for way, target, silence, begun in ending:
        wait_until(lambda: open_streams(target) == 0, SILENCE_MAX + begun - time.monotonic(),
                   f"ended by itself after {way}: {open_streams(target)} streams")
        silence.end()
        again = [hold_streams(target, way) for _ in range(MEMBERS)]
        for each in again:
            each.close()
        wait_until(lambda: open_streams(target) == 0, BESIDE_MAX, f"closed after {way}")
        assert json.loads(steme("peers", "--server", target.address, "--json"))["peers"] == []
        end_all([target])
    report("who says nothing keeps nobody out and comes to an end", "others waited " + ", ".join(said))


run([who_works_a_node_too_hard_is_left_alone, silent_streams_cost_bounded_memory,
     who_says_nothing_keeps_nobody_out_and_comes_to_an_end])
