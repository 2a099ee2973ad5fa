"""What the parts of battery 11 share: nodes that converge, whatever happens between them. A module.

The parts are programs (replication, byzantine, budget): PART [SECONDS]. SECONDS (environment BATTERY_SECONDS, 10) is how long the load
with faults runs; from 100 on the others take longer too. BATTERY_SEED repeats a run, BATTERY_TEST is a
part of the name of the test wanted.

What must hold each time: lost = 0 (an acknowledged record is on every node), foreign = 0 (nothing
else is), and one root.
"""
import os
import random
import shutil
import signal
import sys
import tempfile
import time
from concurrent import futures

here = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(os.path.dirname(here), "golden"),
                os.path.join(os.path.dirname(here), "scenario")]

import steme_format  # noqa: E402
from cluster import Node, enter_namespace, make_records, same_root, wait_until  # noqa: E402

SECONDS = float(sys.argv[1] if len(sys.argv) > 1 else os.environ.get("BATTERY_SECONDS", "10"))
IS_LONG = SECONDS >= 100
SEED = int(os.environ.get("BATTERY_SEED", str(random.randrange(1 << 32))))
IS_SANITIZED = "ASAN_OPTIONS" in os.environ  # which takes memory of its own, and no faketime
MEMORY_MAX = (1200 if IS_SANITIZED else 300) << 20  # of one node, anonymous, throughout
chance = random.Random(SEED)
no_hosts = enter_namespace()  # why links are cut by proxies
folder = tempfile.mkdtemp(prefix="battery11-")
everything = []  # nodes to end


def node(name, **options):
    made = Node(folder, name, **options)
    everything.append(made)
    return made


def records(word, count):
    return make_records(folder, word, count, steme_format)


def check_whole(nodes, accepted, name, seconds=60):
    """One root over exactly the accepted records, on every node."""
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


def feed(target, made, threads=8):
    """Pushes all; each must be accepted."""
    with futures.ThreadPoolExecutor(threads) as pool:
        for answer in pool.map(target.push, made, chunksize=50):
            assert answer.accepted, answer.error


def end_all(nodes):
    """Each stops when told to, and verifies then."""
    for each in nodes:
        each.stop()
        each.verify()


def report(name, text):
    print(f"ok {name}: {text}", flush=True)


def run(tests):
    print(f"seed {SEED}; links: {f'proxies ({no_hosts})' if no_hosts else 'network namespaces'}",
          flush=True)
    wanted = [test for test in tests if os.environ.get("BATTERY_TEST", "") in test.__name__]
    assert wanted, "no such test"
    try:
        for test in wanted:
            start = time.monotonic()
            test()
            print(f"   {time.monotonic() - start:.1f} s", flush=True)
    finally:
        for each in everything:
            if each.is_alive():
                each.resume()
                each.process.send_signal(signal.SIGKILL)
                each.process.wait()
        shutil.rmtree(folder, ignore_errors=True)
