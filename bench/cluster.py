#!/usr/bin/python3
"""Three nodes on this machine, as processes on loopback: what replication costs and how fast it is.

    tools/bench cluster        (STEME and STEME_SOURCE name the program and the checkout otherwise)

gossip      from a write on one node, acknowledged or not, to its answer by another, while others
            write 1,000 records a second; the reader asks again and again, so that a question's own
            way (0.2 ms and more) is in the figure
ingest      signed records pushed to all three as fast as they take them, until all hold all
catching up a node that missed 100,000 records, until its root is the others'
healing     from the end of a partition, 1,000 writes on each side, to equal roots
idle        bytes between two nodes that have nothing to tell, by a proxy that counts
"""
import concurrent.futures
import os
import subprocess
import sys
import tempfile
import threading
import time

here = os.path.dirname(os.path.abspath(__file__))
root = os.path.dirname(here)
os.environ.setdefault("STEME_SOURCE", root)
os.environ.setdefault("STEME", os.path.join(root, "build", "release", "bin", "steme"))
sys.path[:0] = [os.path.join(root, "tests", "battery"), os.path.join(root, "tests", "golden")]

import steme_format  # noqa: E402
from cluster import Node, Proxy, make_records, same_root, steme, wait_until  # noqa: E402

MISSED = 100000
WRITES_PER_SECOND = 1000
folder = tempfile.mkdtemp(prefix="bench-cluster-")


def row(what, figure, goal=""):
    print(f"| {what:<56} | {figure:<38} | {goal:<22} |", flush=True)


def percentile(values, fraction):
    values = sorted(values)
    return values[min(len(values) - 1, int(fraction * len(values)))]


def three(name):
    nodes = [Node(folder, f"{name}{i}") for i in range(3)]
    for i, each in enumerate(nodes):
        each.start(other.address for other in nodes[:i])
    return nodes


def gossip():
    nodes = three("gossip")
    load = make_records(folder, "load", 12 * WRITES_PER_SECOND, steme_format)
    probes = make_records(folder, "probe", 200, steme_format)
    stop = threading.Event()
    written = [0]

    def write():
        start = time.monotonic()
        for i, record in enumerate(load):
            pause = start + i / WRITES_PER_SECOND - time.monotonic()
            if pause > 0:
                time.sleep(pause)
            if stop.is_set():
                break
            nodes[i % 2].push(record)
            written[0] += 1

    writer = threading.Thread(target=write)
    writer.start()
    time.sleep(1)
    delays = []
    started = time.monotonic()
    before = written[0]
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        for probe in probes:
            begun = time.monotonic()
            pushed = pool.submit(nodes[0].push, probe)
            while not nodes[2].fetch([probe.id]):
                pass
            delays.append((time.monotonic() - begun) * 1e3)
            assert pushed.result().accepted
            time.sleep(0.02)
    rate = (written[0] - before) / (time.monotonic() - started)
    stop.set()
    writer.join()
    row(f"gossip, write to read elsewhere, {rate:.0f} writes/s beside",
        f"p50 {percentile(delays, .5):.1f} ms, p99 {percentile(delays, .99):.1f} ms",
        "p50 <= 5, p99 <= 25 ms")
    for each in nodes:
        each.stop()


def ingest():
    """The import command is the writer: it signs, which the checks on three nodes then cost."""
    nodes = three("ingest")
    count = 30000
    key = os.path.join(folder, "ingest.key")
    steme("keygen", key)
    lines = "".join(f'{{"type":"assertion","subject":"s/{i}","predicate":"p","object":"{i}"}}\n'
                    for i in range(count))
    start = time.monotonic()
    steme("import", "--server", nodes[0].address, "--key", key, "--date", "2026-01-01", "--format",
          "jsonl", "-", stdin=lines.encode())
    taken = time.monotonic() - start
    wait_until(lambda: same_root(nodes, count + 0) or nodes[2].count() >= count and same_root(nodes),
               300, "all on all nodes")
    seconds = time.monotonic() - start
    row("ingest at one node, signed and acknowledged there", f"{count / taken:.0f} records/s")
    row("  until all three hold all", f"{count / seconds:.0f} records/s")
    for each in nodes:
        each.stop()


def catching_up():
    full, late = Node(folder, "full"), Node(folder, "late")
    key = os.path.join(folder, "missed.key")
    steme("keygen", key)
    lines = "".join(f'{{"type":"assertion","subject":"m/{i}","predicate":"p","object":"{i}"}}\n'
                    for i in range(MISSED))
    steme("import", "--db", full.path, "--key", key, "--date", "2026-01-01", "--format", "jsonl", "-",
          stdin=lines.encode())
    full.start([])
    start = time.monotonic()
    late.start([full.address])
    wait_until(lambda: same_root([full, late]), 300, "caught up")
    seconds = time.monotonic() - start
    bound = verify_bound()
    row(f"catching up with {MISSED} records, checks and all",
        f"{MISSED / seconds:.0f} records/s in {seconds:.1f} s",
        f">= {0.75 * bound:.0f} (75 % of bound)" if bound else "75 % of the verify bound")
    row("  memory, anonymous: sender, receiver",
        f"{full.watch_memory() >> 20} MiB, {late.watch_memory() >> 20} MiB")
    full.stop()
    late.stop()


def verify_bound():
    """Checks per second on two threads, as bench_store measures them."""
    program = os.path.join(root, "build", "release", "bench", "bench_store")
    if not os.access(program, os.X_OK):
        return None
    table = subprocess.run([program, "--only", "limits", "--records", "20000", "--no-peers"],
                           stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=True)
    for line in table.stdout.splitlines():
        if "libsodium" in line and "2 threads" in line:
            return float(line.split("|")[2].split("/")[0].split()[0])
    return None


def healing():
    left, right = Node(folder, "left"), Node(folder, "right")
    left.start([])
    link = Proxy(left.port)
    right.start([link.address])
    made = make_records(folder, "heal", 2100, steme_format)
    for record in made[:100]:
        left.push(record)
    wait_until(lambda: same_root([left, right], 100), what="equal before")
    times = []
    for part in range(5):
        link.cut()
        for i, record in enumerate(made[100 + 400 * part:500 + 400 * part]):
            (left if i % 2 else right).push(record)
        link.heal()
        times.append(wait_until(lambda: same_root([left, right], 500 + 400 * part)))
    row("healing, 200 writes on each side, 5 times",
        f"median {percentile(times, .5):.2f} s, at most {max(times):.2f} s")
    before = link.byte_count
    start = time.monotonic()
    time.sleep(60)
    rate = (link.byte_count - before) / (time.monotonic() - start) * 3600
    row("idle, between two nodes, both ways", f"{rate / 1024:.0f} KiB an hour")
    left.stop()
    right.stop()


def main():
    print("| three nodes, loopback                                    | figure"
          "                                 | goal                   |")
    print(f"|{'-' * 58}|{'-' * 40}|{'-' * 24}|")
    gossip()
    ingest()
    catching_up()
    healing()


main()
