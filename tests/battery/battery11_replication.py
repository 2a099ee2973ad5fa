"""Battery 11: nodes that converge, whatever happens between them. Real processes, real sockets.

battery11_replication.py [SECONDS]: the last test runs for SECONDS (environment BATTERY_SECONDS, 10)
under load and faults; `make battery11` gives it five minutes. BATTERY_SEED repeats a run.

What must hold each time: lost = 0 (an acknowledged record is on every node), foreign = 0 (nothing
else is), and one root.
"""
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from concurrent import futures

import grpc

here = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [here, os.path.join(os.path.dirname(here), "golden")]

import steme_format  # noqa: E402
from cluster import (Node, Proxy, make_records, pb, same_root, steme, wait_until)  # noqa: E402

SECONDS = float(sys.argv[1] if len(sys.argv) > 1 else os.environ.get("BATTERY_SECONDS", "10"))
SEED = int(os.environ.get("BATTERY_SEED", str(random.randrange(1 << 32))))
IS_SANITIZED = "ASAN_OPTIONS" in os.environ  # which takes memory of its own, and no faketime
MEMORY_MAX = (1200 if IS_SANITIZED else 300) << 20  # of one node, anonymous, throughout
chance = random.Random(SEED)
folder = tempfile.mkdtemp(prefix="battery11-")
everything = []  # nodes to end


def node(name, **options):
    made = Node(folder, name, **options)
    everything.append(made)
    return made


def records(word, count):
    return make_records(folder, word, count, steme_format)


def check_whole(nodes, accepted, name, seconds=60):
    """One root over exactly the accepted records, on every node; then each verifies."""
    wanted = {record.id for record in accepted}
    took = wait_until(lambda: same_root(nodes, len(wanted)), seconds,
                      f"{name}: one root over {len(wanted)} records; "
                      f"{[(each.name, each.count()) for each in nodes]}")
    for each in nodes:
        held = each.fetch(sorted(wanted))
        lost = wanted - set(held)
        assert not lost, f"{name}: {each.name} lost {len(lost)}"
        for record in chance.sample(accepted, min(len(accepted), 100)):
            assert held[record.id] == record.data, f"{name}: {each.name} has other bytes"
        assert each.watch_memory() < MEMORY_MAX, f"{name}: {each.name} holds {each.memory_peak}"
    return took


def end_all(nodes):
    for each in nodes:
        each.stop()
        each.verify()


def report(name, text):
    print(f"ok {name}: {text}", flush=True)


# ---- Tests ---------------------------------------------------------------------------------------

def gossip_reaches_all():
    nodes = [node(f"gossip{i}") for i in range(3)]
    for i, each in enumerate(nodes):
        each.start(other.address for other in nodes[:i])
    made = records("gossip", 300)
    for i, record in enumerate(made):
        assert nodes[i % 3].push(record).accepted
    took = check_whole(nodes, made, "gossip")
    end_all(nodes)
    report("gossip reaches all", f"300 records, equal {took * 1000:.0f} ms after the last write")


def a_partition_heals():
    left, right = node("left"), node("right")
    left.start()
    link = Proxy(left.port)
    right.start([link.address])
    made = records("split", 2000)
    for record in made[:10]:
        assert left.push(record).accepted
    wait_until(lambda: same_root([left, right], 10), what="equal before")
    link.cut()
    for i, record in enumerate(made[10:]):
        assert (left if i % 2 else right).push(record).accepted
    assert left.count() != len(made) and right.count() != len(made)
    link.heal()
    took = check_whole([left, right], made, "partition")
    end_all([left, right])
    report("a partition heals", f"995 writes on each side, equal {took:.2f} s after it")


def a_node_killed_in_mid_session_comes_back():
    full, young = node("full"), node("young")
    full.start()
    made = records("killed", 6000)
    feed(full, made)
    kills = 0
    for _ in range(4):
        young.start([full.address])
        time.sleep(chance.uniform(0.05, 0.4))
        young.kill()
        kills += 1
    young.start()
    took = check_whole([full, young], made, "killed")
    end_all([full, young])
    report("a node killed in mid-session comes back", f"{kills} kills, equal in {took:.2f} s")


def feed(target, made, threads=8):
    """Pushes all; each must be accepted."""
    with futures.ThreadPoolExecutor(threads) as pool:
        for answer in pool.map(target.push, made, chunksize=50):
            assert answer.accepted, answer.error


def hello(purpose, cluster=b"stemedb", version=1, identity=bytes(range(16))):
    return b"\x01STEM" + bytes([version, purpose]) + identity + bytes([len(cluster)]) + cluster


def lying_frames(made):
    """What a byzantine peer says: streams of frames that are wrong, one way or another."""
    root = bytes(chance.randrange(256) for _ in range(32))
    noise = [bytes(chance.randrange(256) for _ in range(chance.randrange(1, 400)))
             for _ in range(40)]
    session, gossip = hello(2), hello(1)
    bad = bytearray(made.data)
    bad[-1] ^= 1
    roots = b"\x10\x00\x00" + (10 ** 9).to_bytes(8, "big") + root
    return [
        [b""], [b"\x00"], noise[:5], [session, *noise], [gossip, *noise],
        [hello(2, b"another")], [hello(2, version=9)], [hello(7)], [session] * 50,
        [session, roots], [session, roots + bytes(chance.randrange(256) for _ in range(4096))],
        [session, b"\x11\x00\x04" + bytes(8) + root], [session, b"\x17\x00" + bytes(40)],
        [session, b"\x12" + b"\xff" * 4] * 3, [session, b"\x18" + bytes(200000)],
        [session, b"\x1a\x01" + bytes(200000)], [session, bytes([20, 0]) + b"\xff" * 4],
        [gossip, b"\x03\x00" + len(bad).to_bytes(4, "big") + bytes(bad)],
        [gossip, b"\x03\x00" + b"\xff\xff\xff\xff" + bytes(100)],
        [gossip, b"\x04\x01" + bytes(200000)], [gossip, b"\x05\x01" + bytes(200000)],
        [gossip, *[b"\x06"] * 1000], [gossip, b"\x03\x00" + bytes(262144)],
        [session, bytes(300000)], [session, b"\x10\x00\x00" + bytes(40) + b"\x00" * 200000],
    ]


def frame_serializer(body):
    return pb.Frame(body=body).SerializeToString()


def lie_to(target, frames):
    """Says `frames` on one stream and listens for a moment."""
    with grpc.insecure_channel(target.address) as channel:
        stream = channel.stream_stream("/stemedb.sync.v1.SyncService/Reconcile", frame_serializer,
                                       pb.Frame.FromString)
        try:
            for i, _ in enumerate(stream(iter(frames), timeout=1)):
                if i > 100:
                    break
        except grpc.RpcError:
            pass


class LyingServer:
    """A peer that answers every call with something wrong."""

    def __init__(self, made):
        self.frames = lying_frames(made)
        self.server = grpc.server(futures.ThreadPoolExecutor(8))
        method = grpc.stream_stream_rpc_method_handler(self.reconcile, pb.Frame.FromString,
                                                       lambda frame: frame.SerializeToString())
        gossip = grpc.unary_unary_rpc_method_handler(
            lambda request, context: pb.GossipResponse(accepted=True), pb.GossipRequest.FromString,
            lambda answer: answer.SerializeToString())
        self.server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler(
            "stemedb.sync.v1.SyncService", {"Reconcile": method, "Gossip": gossip}),))
        self.address = f"127.0.0.1:{self.server.add_insecure_port('127.0.0.1:0')}"
        self.stream_count = 0
        self.server.start()

    def reconcile(self, frames, context):
        self.stream_count += 1
        purpose = 2
        for frame in frames:
            purpose = frame.body[6] if len(frame.body) > 6 else 2
            break
        yield pb.Frame(body=hello(purpose))
        for body in chance.choice(self.frames)[1:] or [b"\x11"]:
            yield pb.Frame(body=body)
        time.sleep(0.05)


def a_byzantine_peer_changes_nothing():
    made = records("honest", 400)
    liar = LyingServer(made[0])
    honest = [node(f"honest{i}") for i in range(2)]
    honest[0].start([liar.address])
    honest[1].start([honest[0].address, liar.address])
    first, rest = made[0], made[1:]
    lies = 0
    wrong = bytearray(first.data)
    wrong[-1] ^= 1
    for changes in ({"assertion_hash": bytes(32)}, {"assertion_data": bytes(wrong)},
                    {"assertion_data": first.data[:-1]}, {"assertion_data": first.data + b"\0"},
                    {"hlc_time": first.time + 1}, {"hlc_counter": 7}, {"hlc_node_id": bytes(16)}):
        answer = honest[0].call("Gossip", first.request(**changes), pb.GossipResponse)
        assert not answer.accepted and answer.error, changes
        lies += 1
    for frames in lying_frames(first):
        lie_to(honest[0], frames)
        lies += 1
    assert honest[0].is_alive() and honest[0].root() == (bytes(32), 0)
    for i, record in enumerate(made):
        assert honest[i % 2].push(record).accepted
    check_whole(honest, made, "byzantine")
    wait_until(lambda: liar.stream_count > 4, what="the liar is asked")
    liar.server.stop(0)
    end_all(honest)
    report("a byzantine peer changes nothing",
           f"{lies} lies told and {liar.stream_count} streams of lies answered, nothing stored")


class Stranger:
    """A peer that knows Gossip, and nothing that was added to the contract."""

    def __init__(self):
        self.taken = set()
        self.server = grpc.server(futures.ThreadPoolExecutor(4))
        gossip = grpc.unary_unary_rpc_method_handler(
            self.gossip, pb.GossipRequest.FromString, lambda answer: answer.SerializeToString())
        self.server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler(
            "stemedb.sync.v1.SyncService", {"Gossip": gossip}),))
        self.address = f"127.0.0.1:{self.server.add_insecure_port('127.0.0.1:0')}"
        self.server.start()

    def gossip(self, request, context):
        assert steme_format.admit(request.assertion_data).id == request.assertion_hash
        self.taken.add(request.assertion_hash)
        return pb.GossipResponse(accepted=True)


def a_peer_of_four_calls_is_pushed_to():
    stranger, writer = Stranger(), node("writer")
    writer.start([stranger.address])
    first, made = records("known", 200), records("pushed", 8000)

    def is_known():
        assert writer.push(first.pop()).accepted
        time.sleep(0.2)
        return stranger.taken

    wait_until(is_known, 30, "known as one of four calls")
    # Well over the 1 MiB that may wait for one peer, at a rate that it can take.
    for i in range(0, len(made), 500):
        feed(writer, made[i:i + 500])
        wait_until(lambda: {record.id for record in made[:i + 500]} <= stranger.taken, 30,
                   f"all of {i + 500} pushed; {len(stranger.taken)}")
    stranger.server.stop(0)
    end_all([writer])
    report("a peer of four calls is pushed to", f"{len(made)} records by unary Gossip")


def clocks_may_be_anywhere():
    if IS_SANITIZED or shutil.which("faketime") is None:
        report("clocks may be anywhere", "left out: no faketime, or a sanitizer beside it")
        return
    nodes, made = [], []
    for i, offset in enumerate(("+1h", "-1h", "+3650d", "+0d")):
        library = subprocess.run(["faketime", "-f", offset, "printenv", "LD_PRELOAD"], check=True,
                                 stdout=subprocess.PIPE, text=True).stdout.strip()
        skewed = {"LD_PRELOAD": library, "FAKETIME": offset, "FAKETIME_DONT_FAKE_MONOTONIC": "1"}
        each = node(f"clock{i}", environment=skewed)
        # Claims stamped by the skewed clock itself.
        key = each.path + ".key"
        steme("keygen", key)
        for number in range(20):
            steme("assert", "--db", each.path, "--key", key, "--subject", f"clock/{number}",
                  "--predicate", "says", "--object", f"node {i}", env={**os.environ, **skewed})
        nodes.append(each)
        each.start(other.address for other in nodes[:-1])
    took = wait_until(lambda: same_root(nodes, 80), what="one root in spite of the clocks")
    made = records("clock", 50)
    for i, record in enumerate(made):
        assert nodes[i % 4].push(record).accepted
    wait_until(lambda: same_root(nodes, 130), what="one root after more")
    answers = {steme("query", "--db", each.path, "--subject", "clock/1", "--lens", "skeptic", "--json",
                     "--now", "2040-01-01T00:00:00Z") for each in nodes}
    assert len(answers) == 1, "replicas answer differently"
    end_all(nodes)
    report("clocks may be anywhere", f"+1 h, -1 h, +10 y: equal in {took:.2f} s, one answer")


def a_slow_peer_holds_nobody_up():
    fast, other, slow = node("fast"), node("other"), node("slow")
    fast.start()
    link = Proxy(fast.port)
    link.bytes_per_second = 1
    other.start([fast.address])
    slow.start([link.address])
    made = records("slow", 3000)
    before = fast.watch_memory()
    start = time.monotonic()
    feed(fast, made)
    rate = len(made) / (time.monotonic() - start)
    took = check_whole([fast, other], made, "slow peer")
    grown = fast.watch_memory() - before
    assert IS_SANITIZED or grown < 64 << 20, f"memory grew by {grown} beside a slow peer"
    link.cut()
    link.bytes_per_second = None
    link.heal()
    check_whole([fast, other, slow], made, "slow peer, fast again")
    end_all([fast, other, slow])
    report("a slow peer holds nobody up", f"1 byte/s: {rate:.0f} writes/s beside it, the others "
           f"equal in {took:.2f} s, memory +{grown >> 20} MiB")


def a_full_disk_loses_nothing():
    if os.geteuid() != 0 or subprocess.run(["unshare", "-m", "true"], check=False,
                                           stderr=subprocess.DEVNULL).returncode != 0:
        report("a full disk loses nothing", "left out: mounting needs root")
        return
    small, large = node("small"), node("large")
    # The folder moves to a file system of 2 MiB that only this process sees.
    script = 'd=$1; shift; mkdir -p "$d.was" && cp -a "$d/." "$d.was/" && ' \
             'mount -t tmpfs -o size=2m steme "$d" && cp -a "$d.was/." "$d/" && exec "$@"'
    small.launcher = ["unshare", "-m", "bash", "-c", script, "bash", small.path]
    large.start()
    small.start([large.address])
    made = records("full", 12000)
    feed(large, made)
    wait_until(lambda: small.count() > 1000, what="some of it there")
    time.sleep(1.0)
    assert small.is_alive(), "a full disk must not end a node"
    held_before = small.count()
    assert held_before < len(made)
    held = small.fetch(record.id for record in made)
    assert len(held) >= held_before, f"acknowledged and gone: {len(held)} of {held_before}"
    check_whole([large], made, "full disk")
    small.kill()
    end_all([large])
    report("a full disk loses nothing", f"{held_before} of {len(made)} fit and are served")


def three_nodes_under_load_and_faults():
    nodes = [node(f"load{i}") for i in range(3)]
    links = {}
    for each in nodes:
        each.start([])
        each.stop()
    for i, each in enumerate(nodes):
        for j in range(i):
            links[i, j] = Proxy(nodes[j].port)
        each.start([links[i, j].address for j in range(i)])
    made = records("load", int(min(300 * SECONDS, 30000)))
    accepted, lock, stop = [], threading.Lock(), threading.Event()

    def write(part):
        for record in part:
            while not stop.is_set():
                try:
                    if chance_of[part_of[record.id]].choice(nodes).push(record, 5).accepted:
                        with lock:
                            accepted.append(record)
                        break
                except (grpc.RpcError, ValueError):
                    time.sleep(0.01)
            if stop.is_set():
                return
            time.sleep(SECONDS / len(made) * 3)

    chance_of = [random.Random(SEED + i) for i in range(4)]
    part_of = {record.id: i % 4 for i, record in enumerate(made)}
    writers = [threading.Thread(target=write, args=(made[i::4],)) for i in range(4)]
    for writer in writers:
        writer.start()
    faults = {"kill -9": 0, "cut": 0, "stopped": 0, "restarted": 0}
    memory = []
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        time.sleep(chance.uniform(0.1, 1.0))
        fault, victim = chance.choice(list(faults)), chance.choice(nodes)
        faults[fault] += 1
        if fault == "kill -9":
            victim.kill()
            time.sleep(chance.uniform(0.0, 0.5))
            victim.start()
        elif fault == "restarted":
            victim.stop()
            victim.start()
        elif fault == "stopped":
            victim.pause()
            time.sleep(chance.uniform(0.1, 1.0))
            victim.resume()
        else:
            link = chance.choice(list(links.values()))
            link.cut()
            time.sleep(chance.uniform(0.1, 1.0))
            link.heal()
        memory.append(max(each.watch_memory() for each in nodes))
    stop.set()
    for writer in writers:
        writer.join()
    # What was sent and not answered may or may not be there: it is no loss, and nothing foreign.
    maybe = {record.id for record in made}
    took = wait_until(lambda: same_root(nodes), 120, "one root after the faults")
    for each in nodes:
        held = set(each.fetch(sorted(maybe)))
        lost = {record.id for record in accepted} - held
        assert not lost, f"{each.name} lost {len(lost)} of {len(accepted)} acknowledged"
        assert each.count() == len(held), f"{each.name} holds {each.count() - len(held)} foreign"
    assert max(memory) < MEMORY_MAX
    end_all(nodes)
    print(f"   faults: {faults}; memory at most {max(memory) >> 20} MiB, "
          f"in the last third {max(memory[-len(memory) // 3:]) >> 20} MiB")
    report("three nodes under load and faults", f"{SECONDS:.0f} s, {len(accepted)} acknowledged, "
           f"lost = 0, foreign = 0, equal {took:.2f} s after the last fault")


tests = [gossip_reaches_all, a_partition_heals, a_node_killed_in_mid_session_comes_back,
         a_byzantine_peer_changes_nothing, a_peer_of_four_calls_is_pushed_to,
         clocks_may_be_anywhere, a_slow_peer_holds_nobody_up,
         a_full_disk_loses_nothing, three_nodes_under_load_and_faults]


def main():
    print(f"seed {SEED}", flush=True)
    wanted = [test for test in tests if os.environ.get("BATTERY_TEST", "") in test.__name__]
    assert wanted, "no such test"
    try:
        for test in wanted:
            test()
    finally:
        for each in everything:
            if each.is_alive():
                each.resume()
                each.process.send_signal(signal.SIGKILL)
                each.process.wait()
        shutil.rmtree(folder, ignore_errors=True)


main()
