"""Real nodes on loopback for the batteries and the benchmark: processes, proxies between them, and
records to give them. A module, no test."""
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

import grpc

STEME = os.path.abspath(os.environ["STEME"])
SERVICE = "/stemedb.sync.v1.SyncService/"


def stubs():
    """The messages of sync.proto, generated now, as a stranger would."""
    source = os.path.join(os.environ["STEME_SOURCE"], "proto")
    folder = tempfile.mkdtemp()
    subprocess.run(["protoc", f"--proto_path={source}", f"--python_out={folder}",
                    "stemedb/sync/v1/sync.proto"], check=True)
    sys.path.insert(0, folder)
    from stemedb.sync.v1 import sync_pb2
    shutil.rmtree(folder)
    return sync_pb2


pb = stubs()


def steme(*arguments, env=None, check=True, stdin=None):
    done = subprocess.run([STEME, *map(str, arguments)], stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, env=env, input=stdin)
    if check and done.returncode != 0:
        raise AssertionError(f"steme {' '.join(map(str, arguments))}: exit {done.returncode}: "
                             f"{done.stderr.decode(errors='replace')}")
    return done.stdout


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_until(condition, seconds=60, what="in time"):
    """Seconds that it took."""
    start = time.monotonic()
    while not condition():
        if time.monotonic() - start > seconds:
            raise AssertionError(f"not {what} within {seconds} s")
        time.sleep(0.02)
    return time.monotonic() - start


# ---- Records -------------------------------------------------------------------------------------

def record_end(data, at):
    """Where the CBOR item at `at` ends; records are canonical."""
    major, argument = data[at] >> 5, data[at] & 31
    at += 1
    if argument >= 24:
        size = 1 << (argument - 24)
        argument = int.from_bytes(data[at:at + size], "big")
        at += size
    if major in (2, 3):
        return at + argument
    for _ in range(argument if major == 4 else 2 * argument if major == 5 else 0):
        at = record_end(data, at)
    return at


class Record:
    def __init__(self, identity, data, stamp):
        self.id = identity
        self.data = data
        self.time, self.counter, self.node = stamp

    def request(self, **changes):
        fields = {"assertion_hash": self.id, "assertion_data": self.data, "hlc_time": self.time,
                  "hlc_counter": self.counter, "hlc_node_id": self.node}
        return pb.GossipRequest(**{**fields, **changes})


def make_records(folder, word, count, format_module):
    """`count` signed claims that no other word gives."""
    store = os.path.join(folder, f"made-{word}")
    key = store + ".key"
    steme("init", store)
    steme("keygen", key)
    lines = "".join(f'{{"type":"assertion","subject":"{word}/{i}","predicate":"p",'
                    f'"object":"{word} says {i}"}}\n' for i in range(count))
    steme("import", "--db", store, "--key", key, "--date", "2026-01-01", "--format", "jsonl", "-",
          stdin=lines.encode())
    data = steme("export", "--db", store, "--format", "cbor")
    records, at = [], 0
    for line in steme("export", "--db", store).splitlines():
        made, end = json.loads(line), record_end(data, at)
        stamp = made["stamp"]
        records.append(Record(bytes.fromhex(made["id"]), data[at:end],
                              (format_module.time_from_text(stamp["time"]), stamp["counter"],
                               bytes.fromhex(stamp["node"]))))
        at = end
    assert at == len(data) and len(records) == count
    shutil.rmtree(store)
    return records


# ---- Nodes ---------------------------------------------------------------------------------------

class Node:
    """One `steme serve`, on a port of its own that stays the same; on a Host, or on loopback."""

    def __init__(self, folder, name, environment=None, launcher=(), host=None, options=()):
        self.name = name
        self.path = os.path.join(folder, name)
        self.host = host
        self.options = list(options)
        self.port = 7601 if host else free_port()
        self.address = f"{host.address if host else '127.0.0.1'}:{self.port}"
        self.environment = {**os.environ, **(environment or {})}
        self.launcher = [*(host.launcher if host else ()), *launcher]
        self.peers = []
        self.process = None
        self.memory_peak = 0
        steme("init", self.path)

    def start(self, peers=None):
        if peers is not None:
            self.peers = list(peers)
        named = [part for peer in self.peers for part in ("--peer", peer)]
        if self.host:
            named.append("--insecure")
        self.errors = open(self.path + ".err", "ab")
        self.process = subprocess.Popen(
            [*self.launcher, STEME, "serve", "--db", self.path, "--listen", self.address, *named,
             *self.options],
            stdout=subprocess.PIPE, stderr=self.errors, env=self.environment)
        line = self.process.stdout.readline().decode()
        assert line.startswith(f"serving {self.address} "), \
            f"{self.name} does not serve: {line}{open(self.path + '.err').read()}"
        self.channel = grpc.insecure_channel(self.address)
        return self

    def stop(self):
        self.watch_memory()
        self.channel.close()  # an idle one does not hear that the node goes, which waits for it
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(timeout=60)
        assert code == 0, f"{self.name}: exit {code} after SIGTERM: {open(self.path + '.err').read()}"
        self.process = None

    def kill(self):
        self.process.kill()
        self.process.wait()
        self.channel.close()
        self.process = None

    def pause(self):
        self.process.send_signal(signal.SIGSTOP)

    def resume(self):
        self.process.send_signal(signal.SIGCONT)

    def is_alive(self):
        return self.process is not None and self.process.poll() is None

    def watch_memory(self):
        """Anonymous resident bytes; keeps the peak."""
        with open(f"/proc/{self.process.pid}/status", encoding="utf-8") as status:
            size = int(re.search(r"RssAnon:\s+(\d+)", status.read()).group(1)) * 1024
        self.memory_peak = max(self.memory_peak, size)
        return size

    def call(self, method, request, answer_type, timeout=10):
        unary = self.channel.unary_unary(SERVICE + method, lambda message: message.SerializeToString(),
                                         answer_type.FromString)
        return unary(request, timeout=timeout)

    def root(self):
        answer = self.call("ExchangeRoots", pb.RootExchangeRequest(merkle_root=bytes(32)),
                           pb.RootExchangeResponse)
        return answer.merkle_root, answer.assertion_count

    def count(self):
        return self.call("Ping", pb.PingRequest(node_id=bytes(16)), pb.PingResponse).assertion_count

    def push(self, record, timeout=10):
        return self.call("Gossip", record.request(), pb.GossipResponse, timeout)

    def fetch(self, ids):
        held = {}
        ids = list(ids)
        while ids:
            answer = self.call("FetchAssertions", pb.FetchRequest(hashes=ids[:1000]),
                               pb.FetchResponse)
            got = [each.hash for each in answer.assertions]
            held.update((each.hash, each.data) for each in answer.assertions)
            # Ended early: go on behind the last one given.
            asked = ids[:1000]
            taken = asked.index(got[-1]) + 1 if got and len(got) < len(asked) else len(asked)
            ids = ids[taken:]
        return held

    def verify(self):
        steme("verify", "--db", self.path)


def same_root(nodes, count=None):
    try:
        roots = {node.root() for node in nodes}
    except grpc.RpcError:
        return False
    return len(roots) == 1 and (count is None or roots.copy().pop()[1] == count)


# ---- Links ---------------------------------------------------------------------------------------

def ip(*words):
    subprocess.run(["ip", *map(str, words)], check=True)


NAMESPACE_PROBE = """ip link set lo up && ip link add probe0 type veth peer name probe1 &&
    ip link delete probe0 && ip rule add from 10.7.1.2 to 10.7.2.2 blackhole &&
    ip rule delete from 10.7.1.2 to 10.7.2.2 blackhole && echo 1 >/proc/sys/net/ipv4/ip_forward &&
    unshare --net true"""


def enter_namespace():
    """Starts this program anew in a network namespace of its own, where nodes on Hosts can be had.
    Gives why not, where it may not; else "" (the second time)."""
    if "STEME_NAMESPACE" in os.environ:
        ip("link", "set", "lo", "up")
        with open("/proc/sys/net/ipv4/ip_forward", "w", encoding="utf-8") as file:
            file.write("1")
        return ""
    for missing in (each for each in ("unshare", "nsenter", "ip") if not shutil.which(each)):
        return f"there is no {missing} here"
    for rights in ([], ["--user", "--map-root-user"]):
        command = ["unshare", *rights, "--net"]
        probe = subprocess.run([*command, "sh", "-c", NAMESPACE_PROBE], check=False,
                               stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        if probe.returncode == 0:
            os.execvpe("unshare", [*command, sys.executable, *sys.argv],
                       {**os.environ, "STEME_NAMESPACE": "1"})
    return probe.stderr.decode(errors="replace").strip().splitlines()[0]


class Host:
    """A network namespace with a cable to this one, which forwards between hosts."""

    count = 0

    def __init__(self):
        Host.count += 1
        number = Host.count
        self.address = f"10.7.{number}.2"
        self.holder = subprocess.Popen(["unshare", "--net", "sleep", "7200"])
        self.launcher = ["nsenter", "--target", str(self.holder.pid), "--net"]
        own = os.readlink("/proc/self/ns/net")
        wait_until(lambda: os.readlink(f"/proc/{self.holder.pid}/ns/net") != own, 10, "a namespace")
        near, gate = f"host{number}", f"10.7.{number}.1"
        ip("link", "add", near, "type", "veth", "peer", "name", "cable", "netns", self.holder.pid)
        ip("address", "add", f"{gate}/24", "dev", near)
        ip("link", "set", near, "up")
        subprocess.run([*self.launcher, "sh", "-c",
                        f"ip link set lo up && ip address add {self.address}/24 dev cable && "
                        f"ip link set cable up && ip route add default via {gate}"], check=True)

    def end(self):
        self.holder.kill()
        self.holder.wait()


class Proxy:
    """A TCP port in front of another, which can be cut, opened again, slowed down, and held up
    one way."""

    def __init__(self, target_port):
        self.target_port = target_port
        self.is_cut = False
        self.bytes_per_second = None
        self.byte_count = 0
        self.pairs = []
        self.may_pass = {"there": threading.Event(), "back": threading.Event()}
        self.heal()
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.address = f"127.0.0.1:{self.port}"
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                near, _ = self.listener.accept()
            except OSError:
                return
            try:
                if self.is_cut:
                    raise OSError
                far = socket.create_connection(("127.0.0.1", self.target_port))
            except OSError:
                near.close()
                continue
            self.pairs.append((near, far))
            for way, source, sink in (("there", near, far), ("back", far, near)):
                threading.Thread(target=self.pump, args=(way, source, sink), daemon=True).start()

    def pump(self, way, source, sink):
        try:
            while data := source.recv(65536 if self.bytes_per_second is None else 1):
                if self.bytes_per_second is not None:
                    time.sleep(len(data) / self.bytes_per_second)
                self.may_pass[way].wait()
                sink.sendall(data)
                self.byte_count += len(data)
        except OSError:
            pass
        for each in (source, sink):
            try:
                each.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def cut(self):
        self.is_cut = True
        for pair in self.pairs:
            for each in pair:
                try:
                    each.shutdown(socket.SHUT_RDWR)
                except OSError:
                    pass
        self.pairs = []

    def hold_up(self, way):
        self.may_pass[way].clear()

    def heal(self):
        self.is_cut = False
        for each in self.may_pass.values():
            each.set()


class Mesh:
    """Nodes of which each was told of those before it, and the links between them. On Hosts, where
    a link that is cut drops packets and tells nobody; else over proxies, which end connections."""

    def __init__(self, make_node, names, on_hosts):
        self.hosts = [Host() for _ in names] if on_hosts else []
        self.nodes = [make_node(name, host=self.hosts[i] if on_hosts else None)
                      for i, name in enumerate(names)]
        self.proxies = {}
        self.dropped = set()
        for i, node in enumerate(self.nodes):
            if not on_hosts:
                self.proxies |= {(i, j): Proxy(self.nodes[j].port) for j in range(i)}
            node.start([self.proxies[i, j].address if self.proxies else self.nodes[j].address
                        for j in range(i)])

    def rule(self, verb, way):
        source, sink = (self.hosts[end].address for end in way)
        ip("rule", verb, "from", source, "to", sink, "blackhole")

    def cut_one_way(self, i, j):
        """What i sends does not come to j; what j sends comes to i."""
        if self.proxies:
            self.proxies[max(i, j), min(i, j)].hold_up("there" if i > j else "back")
        elif (i, j) not in self.dropped:
            self.dropped.add((i, j))
            self.rule("add", (i, j))

    def cut(self, i, j):
        if self.proxies:
            self.proxies[max(i, j), min(i, j)].cut()
        else:
            self.cut_one_way(i, j)
            self.cut_one_way(j, i)

    def heal(self, i, j):
        if self.proxies:
            self.proxies[max(i, j), min(i, j)].heal()
        for way in ((i, j), (j, i)):
            if way in self.dropped:
                self.dropped.discard(way)
                self.rule("delete", way)

    def heal_all(self):
        for i, _ in enumerate(self.nodes):
            for j in range(i):
                self.heal(i, j)

    def end(self):
        for host in self.hosts:
            host.end()
