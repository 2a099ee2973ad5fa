"""Battery 11, the honest part: real processes that are cut off, killed, stopped, filled up and set to
another time. See battery11.py."""
import os
import random
import shutil
import socket
import subprocess
import threading
import time
from concurrent import futures

import grpc

from battery11 import (IS_LONG, IS_SANITIZED, MEMORY_MAX, SECONDS, SEED, chance, check_whole,
                       end_all, feed, no_hosts, node, records, report, run,
                       steme_format)
from cluster import Mesh, Proxy, pb, same_root, steme, wait_until


def mesh(*names):
    return Mesh(node, names, not no_hosts)


# ---- Links ---------------------------------------------------------------------------------------

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
    """Halves of two nodes each, writes on both sides; long enough that connections are given up."""
    net = mesh("left0", "left1", "right0", "right1")
    left, right = net.nodes[:2], net.nodes[2:]
    made = records("split", 2010)
    shared, rest = made[:10], made[10:]
    feed(left[0], shared)
    wait_until(lambda: same_root(net.nodes, 10), what="equal before")
    across = [(i, j) for i in (0, 1) for j in (2, 3)]
    for way in across:
        net.cut(*way)
    cut_at = time.monotonic()
    feed(left[0], rest[0::2])
    feed(right[1], rest[1::2])
    check_whole(left, shared + rest[0::2], "the left half")
    check_whole(right, shared + rest[1::2], "the right half")
    time.sleep(max(0.0, cut_at + (45 if IS_LONG else 3) - time.monotonic()))
    assert left[0].root() != right[0].root()
    for way in across:
        net.heal(*way)
    took = check_whole(net.nodes, made, "partition", 120)
    lasted = time.monotonic() - cut_at - took
    end_all(net.nodes)
    net.end()
    report("a partition heals", f"{lasted:.0f} s, 1000 writes on each side, equal {took:.2f} s "
           "after it")


def a_bridge_carries_all():
    """Of three nodes two can never talk to each other."""
    net = mesh("end0", "bridge", "end1")
    net.cut(0, 2)
    made = records("bridge", 600)
    for i in range(3):
        feed(net.nodes[i], made[i::3])
    took = check_whole(net.nodes, made, "bridge")
    end_all(net.nodes)
    net.end()
    report("a bridge carries all", f"600 records, equal {took:.2f} s after the last write")


def a_one_way_link_loses_nothing():
    net = mesh("mute", "deaf", "third")
    made = records("oneway", 900)
    first, second, third = made[:300], made[300:600], made[600:]
    feed(net.nodes[0], first)
    check_whole(net.nodes, first, "before")
    # What one sends does not come to the other, what the other sends does: the third carries it.
    net.cut_one_way(0, 1)
    for i in range(3):
        feed(net.nodes[i], second[i::3])
    around = check_whole(net.nodes, first + second, "one way, around it")
    # One that hears everybody and is heard by nobody.
    net.cut_one_way(0, 2)
    feed(net.nodes[0], third[0::2])
    feed(net.nodes[1], third[1::2])
    check_whole(net.nodes[1:], first + second + third[1::2], "those that hear each other")
    time.sleep(35 if IS_LONG else 2)
    net.heal_all()
    took = check_whole(net.nodes, made, "one way, healed", 120)
    end_all(net.nodes)
    net.end()
    report("a one-way link loses nothing", f"equal {around:.2f} s around it, {took:.2f} s after it")


def flapping_links_lose_nothing():
    net = mesh("flap0", "flap1", "flap2")
    made = records("flap", 1500)
    stop = threading.Event()
    accepted = []

    def write():
        for i, record in enumerate(made):
            if stop.is_set():
                return
            assert net.nodes[i % 3].push(record).accepted
            accepted.append(record)
            time.sleep(0.002)

    writer = threading.Thread(target=write)
    writer.start()
    flaps = 0
    end = time.monotonic() + (60 if IS_LONG else 5)
    while time.monotonic() < end:
        i, j = chance.sample(range(3), 2)
        chance.choice((net.cut, net.cut_one_way))(i, j)
        time.sleep(chance.uniform(0.01, 0.4))
        if chance.random() < 0.7:
            net.heal(i, j)
        flaps += 1
    net.heal_all()
    stop.set()
    writer.join()
    took = check_whole(net.nodes, accepted, "flapping", 120)
    end_all(net.nodes)
    net.end()
    report("flapping links lose nothing", f"{flaps} flaps, {len(accepted)} records, equal "
           f"{took:.2f} s after the last")


# ---- Nodes ---------------------------------------------------------------------------------------

def a_node_killed_in_mid_session_comes_back():
    full, young = node("full"), node("young")
    full.start()
    made = records("killed", 6000)
    feed(full, made)
    kills = 0
    for _ in range(12 if IS_LONG else 4):
        young.start([full.address])
        time.sleep(chance.uniform(0.05, 0.4))
        young.kill()
        kills += 1
    young.start()
    took = check_whole([full, young], made, "killed")
    end_all([full, young])
    report("a node killed in mid-session comes back", f"{kills} kills, equal in {took:.2f} s")


def an_old_backup_and_a_clone_come_up_to_date():
    nodes = [node("kept"), node("put_back"), node("clone")]
    kept, put_back, clone = nodes
    kept.start()
    put_back.start([kept.address])
    made = records("backup", 900)
    feed(put_back, made[:300])
    check_whole([kept, put_back], made[:300], "before the backup")
    steme("backup", "--db", put_back.path, put_back.path + ".old")
    feed(put_back, made[300:600])
    check_whole([kept, put_back], made[:600], "after the backup")
    before = {identity_of(each) for each in (kept, put_back)}
    put_back.kill()
    shutil.rmtree(put_back.path)
    shutil.copytree(put_back.path + ".old", put_back.path)
    # The other is cloned while it stands still, and both go on.
    kept.stop()
    shutil.rmtree(clone.path)
    shutil.copytree(kept.path, clone.path)
    kept.start()
    put_back.start()
    clone.start([kept.address, put_back.address])
    after = {identity_of(each) for each in nodes}
    assert len(after) == 3 and len(after & before) <= 1, "a copy must take a new node id"
    for i, each in enumerate(nodes):
        feed(each, made[600 + i::3])
    took = check_whole(nodes, made, "backup and clone")
    end_all(nodes)
    report("an old backup and a clone come up to date", f"300 records missed, new node ids, equal "
           f"{took:.2f} s after the last write")


def identity_of(target):
    return target.call("Ping", pb.PingRequest(node_id=bytes(16)), pb.PingResponse).node_id


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
        content = steme_format.split_record(request.assertion_data)[0]
        assert steme_format.record_id(content) == request.assertion_hash
        self.taken.add(request.assertion_hash)
        return pb.GossipResponse(accepted=True)


def a_peer_of_four_calls_is_pushed_to():
    stranger, writer = Stranger(), node("writer")
    writer.start([stranger.address])
    first, made = records("known", 200), records("pushed", 30000 if IS_LONG else 6000)

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


# ---- Clocks --------------------------------------------------------------------------------------

def clocks_may_be_anywhere():
    if IS_SANITIZED or shutil.which("faketime") is None:
        report("clocks may be anywhere", "left out: no faketime, or a sanitizer beside it")
        return
    library = subprocess.run(["faketime", "-f", "+0", "printenv", "LD_PRELOAD"], check=True,
                             stdout=subprocess.PIPE, text=True).stdout.strip()
    base = {"LD_PRELOAD": library, "FAKETIME_DONT_FAKE_MONOTONIC": "1"}
    offsets = ["+1s", "-1s", "+1h", "-1h", "+3650d", "-3650d", "+2h"]
    clocks = [{}, *({**base, "FAKETIME": each} for each in offsets)]
    nodes = []
    for i, clock in enumerate(clocks):
        nodes.append(node(f"clock{i}", environment=clock))
        steme("keygen", nodes[i].path + ".key")
        say(nodes[i], clock, range(2), i)
    # The one with the right time calls the others: gRPC's clients do not bear what faketime does.
    for each in reversed(nodes):
        each.start([other.address for other in nodes[1:]] if each is nodes[0] else [])
    took = wait_until(lambda: same_root(nodes, 16), what="one root in spite of the clocks")
    stepped = nodes[-1]
    stepped.stop()
    stepped.environment["FAKETIME"] = "-2h"
    say(stepped, stepped.environment, range(2, 4), len(nodes) - 1)
    stepped.start()
    wait_until(lambda: same_root(nodes, 18), what="one root after a step back")
    made = records("clock", 8)
    for each, record in zip(nodes, made):
        assert each.push(record, 60).accepted
    wait_until(lambda: same_root(nodes, 26), what="one root after more")
    answers = {steme("query", "--db", each.path, "--subject", "clock/1", "--lens", "skeptic", "--json",
                     "--now", "2040-01-01T00:00:00Z") for each in nodes}
    assert len(answers) == 1, "replicas answer differently"
    end_all(nodes)
    check_stamps(stepped)
    report("clocks may be anywhere", f"±1 s, ±1 h, ±10 y, restarted 4 h back: equal in {took:.2f} s, "
           "one answer, stamps ascend under each node id")


def say(target, clock, numbers, who):
    """Claims stamped by the node's own clock."""
    for number in numbers:
        steme("assert", "--db", target.path, "--key", target.path + ".key", "--subject",
              f"clock/{number}", "--predicate", "says", "--object", f"node {who}",
              env={**os.environ, **clock})


def check_stamps(stepped):
    """Under one node id stamps ascend, whatever the clock does; a large step back gives a new one."""
    name = stepped.name.removeprefix("clock")
    stamps = {}
    for line in steme("export", "--db", stepped.path).splitlines():
        made = steme_format.json_parse(line.decode())
        if f"node {name}" in str(made["object"]):
            stamp = made["stamp"]
            stamps[int(made["subject"].split("/")[1])] = (
                stamp["node"], steme_format.time_from_text(stamp["time"]), stamp["counter"])
    ordered = [stamps[number] for number in sorted(stamps)]
    assert len(ordered) == 4, ordered
    for before, after in zip(ordered, ordered[1:]):
        assert before[0] != after[0] or before < after, f"stamps went back: {ordered}"


# ---- Slow peers ----------------------------------------------------------------------------------

def a_slow_peer_holds_nobody_up():
    """One that takes a byte a second, one that never reads, and one that is stopped."""
    fast, other, slow, stopped = [node(each) for each in ("fast", "other", "slow", "stopped")]
    dead = socket.create_server(("127.0.0.1", 0))  # accepts, and never reads
    fast.start([f"127.0.0.1:{dead.getsockname()[1]}"])
    link = Proxy(fast.port)
    link.bytes_per_second = 1
    for each, peer in ((other, fast.address), (slow, link.address), (stopped, fast.address)):
        each.start([peer])
    reader = silent_reader(fast)
    made = records("slow", 30000 if IS_LONG else 6000)
    feed(fast, made[:10])
    check_whole([fast, other, stopped], made[:10], "before")
    before = fast.watch_memory()
    stopped.pause()
    start = time.monotonic()
    feed(fast, made[10:])
    rate = len(made) / (time.monotonic() - start)
    took = check_whole([fast, other], made, "slow peers")
    time.sleep(max(0.0, start + (60 if IS_LONG else 4) - time.monotonic()))
    grown = fast.watch_memory() - before
    assert IS_SANITIZED or grown < 64 << 20, f"memory grew by {grown} beside slow peers"
    stopped.resume()
    link.cut()
    link.bytes_per_second = None
    link.heal()
    check_whole([fast, other, slow, stopped], made, "slow peers, fast again", 120)
    reader.cancel()
    end_all([fast, other, slow, stopped])
    dead.close()
    report("a slow peer holds nobody up", f"1 byte/s, never reading, stopped: {rate:.0f} writes/s "
           f"beside them, the other equal in {took:.2f} s, memory +{grown >> 20} MiB")


def silent_reader(target):
    """A gossip stream that wants everything and reads none of it."""
    from second_node import FOR_GOSSIP, IWANT, Stream
    stream = Stream(target.address, FOR_GOSSIP, timeout=600)
    stream.greet()
    stream.send(bytes([IWANT, 1]))
    return stream


# ---- What a machine runs out of ------------------------------------------------------------------

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


def out_of_file_descriptors_a_node_lives_on():
    if shutil.which("prlimit") is None:
        report("out of file descriptors a node lives on", "left out: there is no prlimit here")
        return
    poor, rich = node("poor", launcher=["prlimit", "--nofile=96"]), node("rich")
    rich.start()
    poor.start([rich.address])
    made = records("poor", 900)
    feed(rich, made[:300])
    check_whole([poor, rich], made[:300], "before")
    crowd = []
    for _ in range(200):
        each = socket.socket()
        each.setblocking(False)
        each.connect_ex(("127.0.0.1", poor.port))
        crowd.append(each)
    time.sleep(1.0)
    taken = len(os.listdir(f"/proc/{poor.process.pid}/fd"))
    assert taken >= 90, f"only {taken} of 96 descriptors are taken"
    feed(rich, made[300:])
    time.sleep(1.0)
    assert poor.is_alive(), "out of file descriptors must not end a node"
    for each in crowd:
        each.close()
    took = check_whole([poor, rich], made, "descriptors", 120)
    end_all([poor, rich])
    report("out of file descriptors a node lives on", f"{taken} of 96 taken, equal {took:.2f} s "
           "after it")


# ---- All of it -----------------------------------------------------------------------------------

class Writers:
    """Threads that write `made` to any of the nodes, and keep what was acknowledged."""

    def __init__(self, nodes, made, seconds):
        self.nodes, self.accepted, self.stop = nodes, [], threading.Event()
        self.pause = seconds / len(made) * 3
        self.threads = [threading.Thread(target=self.write, args=(made[i::4], random.Random(SEED + i)))
                        for i in range(4)]
        for each in self.threads:
            each.start()

    def write(self, part, choice):
        for record in part:
            while not self.stop.is_set():
                try:
                    if choice.choice(self.nodes).push(record, 5).accepted:
                        self.accepted.append(record)
                        break
                except (grpc.RpcError, ValueError):
                    time.sleep(0.01)
            if self.stop.is_set():
                return
            time.sleep(self.pause)

    def end(self):
        self.stop.set()
        for each in self.threads:
            each.join()
        return self.accepted


def do_fault(net, fault):
    victim, pause = chance.choice(net.nodes), chance.uniform(0.1, 1.0)
    if fault == "kill -9":
        victim.kill()
        time.sleep(pause / 2)
        victim.start()
    elif fault == "restarted":
        victim.stop()
        victim.start()
    elif fault == "stopped":
        victim.pause()
        time.sleep(pause)
        victim.resume()
    else:
        ends = chance.sample(range(3), 2)
        (net.cut if fault == "cut" else net.cut_one_way)(*ends)
        time.sleep(pause)
        net.heal(*ends)


def three_nodes_under_load_and_faults():
    net = mesh("load0", "load1", "load2")
    made = records("load", int(min(300 * SECONDS, 60000)))
    writers = Writers(net.nodes, made, SECONDS)
    faults = dict.fromkeys(("kill -9", "cut", "one way", "stopped", "restarted"), 0)
    memory = []
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        time.sleep(chance.uniform(0.1, 1.0))
        fault = chance.choice(list(faults))
        faults[fault] += 1
        do_fault(net, fault)
        memory.append(max(each.watch_memory() for each in net.nodes))
    accepted = writers.end()
    # What was sent and not answered may or may not be there: it is no loss, and nothing foreign.
    maybe = {record.id for record in made}
    took = wait_until(lambda: same_root(net.nodes), 120, "one root after the faults")
    for each in net.nodes:
        held = set(each.fetch(sorted(maybe)))
        lost = {record.id for record in accepted} - held
        assert not lost, f"{each.name} lost {len(lost)} of {len(accepted)} acknowledged"
        assert each.count() == len(held), f"{each.name} holds {each.count() - len(held)} foreign"
    assert max(memory) < MEMORY_MAX
    end_all(net.nodes)
    net.end()
    third = -(-len(memory) // 3)
    print(f"   faults: {faults}; memory at most, by thirds of the time: "
          f"{[max(memory[i:i + third]) >> 20 for i in range(0, len(memory), third)]} MiB")
    report("three nodes under load and faults", f"{SECONDS:.0f} s, {len(accepted)} acknowledged, "
           f"lost = 0, foreign = 0, equal {took:.2f} s after the last fault")


run([gossip_reaches_all, a_partition_heals, a_bridge_carries_all, a_one_way_link_loses_nothing,
     flapping_links_lose_nothing, a_node_killed_in_mid_session_comes_back,
     an_old_backup_and_a_clone_come_up_to_date, a_peer_of_four_calls_is_pushed_to,
     clocks_may_be_anywhere, a_slow_peer_holds_nobody_up, a_full_disk_loses_nothing,
     out_of_file_descriptors_a_node_lives_on, three_nodes_under_load_and_faults])
