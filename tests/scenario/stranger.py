"""Speaks to a node as a stranger: see stranger.sh. Usage: stranger.py HOST:PORT"""
import random
import sys
import threading
import time

import grpc
import health_pb2
import steme_format as sf
from stemedb.sync.v1 import sync_pb2 as pb

SERVICE = "/stemedb.sync.v1.SyncService/"
CODE = grpc.StatusCode
NODE = bytes(range(16))
SEED = b"\x07" * 32
FETCH_BYTES_MAX = 7 << 19

channel = grpc.insecure_channel(sys.argv[1])
checks = 0


def check(is_so, what):
    global checks
    checks += 1
    if not is_so:
        sys.exit(f"FAILED: {what}")


def call(path, request, answer_type):
    method = channel.unary_unary(path, lambda message: message if isinstance(message, bytes)
                                 else message.SerializeToString(), answer_type.FromString)
    return method(request, timeout=10)


def refused(code, path, request, answer_type, what):
    try:
        call(path, request, answer_type)
    except grpc.RpcError as error:
        check(error.code() == code, f"{what}: {error.code()} in place of {code}")
        return
    check(False, f"{what}: answered")


def ping():
    return call(SERVICE + "Ping", pb.PingRequest(node_id=NODE), pb.PingResponse)


def exchange(root, count=0):
    return call(SERVICE + "ExchangeRoots",
                pb.RootExchangeRequest(merkle_root=root, assertion_count=count),
                pb.RootExchangeResponse)


def fetch(*ids):
    return call(SERVICE + "FetchAssertions", pb.FetchRequest(hashes=ids), pb.FetchResponse)


def gossip(record, **changes):
    admitted = sf.admit(record)
    time, counter, node = admitted.stamp
    fields = {"assertion_hash": admitted.id, "assertion_data": record, "hlc_time": time,
              "hlc_counter": counter, "hlc_node_id": node}
    return call(SERVICE + "Gossip", pb.GossipRequest(**{**fields, **changes}), pb.GossipResponse)


def make_record(number, size=10):
    statement = {"type": "assertion", "stamp": (1767323045000000000, number, NODE),
                 "subject": f"stranger-{number}", "predicate": "says",
                 "object": ("Text", "x" * size)}
    return sf.make_record(statement, [SEED])


def check_ping_and_roots():
    before = ping()
    check(len(before.node_id) == 16 and before.node_id == ping().node_id, "a node keeps its id")
    answer = exchange(bytes(32))
    check(len(answer.merkle_root) == 32 and answer.assertion_count == before.assertion_count,
          "root and count")
    check(not answer.roots_match, "another root is another set")
    check(exchange(answer.merkle_root).roots_match, "its own root is its own set")


def check_gossip():
    count = ping().assertion_count
    record = make_record(1)
    admitted = sf.admit(record)
    check(not fetch(admitted.id).assertions, "an unknown hash is left out")
    for attempt in ("new", "held already"):
        answer = gossip(record)
        check(answer.accepted and answer.error == "", f"{attempt}: {answer.error}")
    check(ping().assertion_count == count + 1, "counted once")
    answer = fetch(bytes(32), admitted.id, bytes(range(32)), admitted.id)
    check([(each.hash, each.data) for each in answer.assertions] == [(admitted.id, record)] * 2,
          "fetched in the order of the request, unknown ones left out")


def not_accepted(answer, word, what):
    check(not answer.accepted and word in answer.error, f"{what}: {answer}")


def check_refused_records():
    record = make_record(2)
    count = ping().assertion_count
    not_accepted(gossip(record, assertion_hash=bytes(32)), "id", "a hash that is not the id")
    not_accepted(gossip(record, hlc_time=1), "hlc_time", "another time")
    not_accepted(gossip(record, hlc_counter=1), "hlc_counter", "another counter")
    not_accepted(gossip(record, hlc_node_id=bytes(16)), "hlc_node_id", "another node")
    not_accepted(gossip(record, assertion_data=b""), "", "no record")
    not_accepted(gossip(record, assertion_data=record + b"\0"), "", "a byte behind it")
    not_accepted(gossip(record, assertion_data=record[:-1]), "", "a byte less")
    not_accepted(gossip(record, assertion_data=bytes(66000)), "", "more bytes than a record has")
    forged = record[:-1] + bytes([record[-1] ^ 1])
    not_accepted(gossip(record, assertion_data=forged), "signature", "a forged signature")
    check(ping().assertion_count == count, "nothing of that was stored")
    check(not fetch(sf.admit(record).id).assertions, "nor is it served")


def check_bad_arguments():
    bad = CODE.INVALID_ARGUMENT
    for size in (0, 15, 17, 32):
        refused(bad, SERVICE + "Ping", pb.PingRequest(node_id=bytes(size)), pb.PingResponse,
                f"a node id of {size} bytes")
    for size in (0, 31, 33):
        refused(bad, SERVICE + "ExchangeRoots",
                pb.RootExchangeRequest(merkle_root=bytes(size)), pb.RootExchangeResponse,
                f"a root of {size} bytes")
        refused(bad, SERVICE + "FetchAssertions",
                pb.FetchRequest(hashes=[bytes(32), bytes(size)]), pb.FetchResponse,
                f"a hash of {size} bytes")
        refused(bad, SERVICE + "Gossip",
                pb.GossipRequest(assertion_hash=bytes(size), hlc_node_id=NODE),
                pb.GossipResponse, f"a record's hash of {size} bytes")
        refused(bad, SERVICE + "Gossip",
                pb.GossipRequest(assertion_hash=bytes(32), hlc_node_id=bytes(size)),
                pb.GossipResponse, f"a stamp's node of {size} bytes")
    check(not fetch().assertions, "nothing asked, nothing answered")
    check(not fetch(*[bytes(32)] * 1000).assertions, "a thousand hashes are taken")
    refused(bad, SERVICE + "FetchAssertions", pb.FetchRequest(hashes=[bytes(32)] * 1001),
            pb.FetchResponse, "more than a thousand hashes")
    refused(bad, SERVICE + "FetchAssertions", pb.FetchRequest(hashes=[b""] * 400000),
            pb.FetchResponse, "very many empty hashes")
    for name, answer_type in (("Gossip", pb.GossipResponse), ("Ping", pb.PingResponse),
                              ("ExchangeRoots", pb.RootExchangeResponse),
                              ("FetchAssertions", pb.FetchResponse)):
        refused(bad, SERVICE + name, b"\xff" * 40, answer_type, f"{name}: no message at all")
        refused(bad, SERVICE + name, b"\x0a\x7f", answer_type, f"{name}: a message cut off")
    refused(CODE.RESOURCE_EXHAUSTED, SERVICE + "Gossip", bytes(5 << 20), pb.GossipResponse,
            "five MiB")


def check_unknown_methods():
    for path in (SERVICE + "Nothing", "/no.such.Service/Call", "/grpc.health.v1.Health/Watch"):
        refused(CODE.UNIMPLEMENTED, path, pb.PingRequest(), pb.PingResponse, path)


def check_health():
    def ask(service):
        return call("/grpc.health.v1.Health/Check", health_pb2.HealthCheckRequest(service=service),
                    health_pb2.HealthCheckResponse)
    for service in ("", "stemedb.sync.v1.SyncService", "stemedb.api.v1.StemeService"):
        check(ask(service).status == health_pb2.HealthCheckResponse.SERVING, f"health of '{service}'")
    refused(CODE.NOT_FOUND, "/grpc.health.v1.Health/Check",
            health_pb2.HealthCheckRequest(service="other"), health_pb2.HealthCheckResponse,
            "health of an unknown service")


def check_large_fetch(ids):
    """An answer ends early, never empty, and whoever asks for the rest gets all."""
    found = []
    wanted = list(ids)
    while wanted:
        answer = [each.hash for each in fetch(*wanted).assertions]
        check(answer == wanted[:len(answer)] and answer, "in the order of the request")
        found += answer
        wanted = wanted[len(answer):]
        check(not wanted or len(answer) * 30000 < FETCH_BYTES_MAX + 65536, "about 3.5 MiB at most")
        check(not wanted or len(answer) > 100, "not less than needed")
    check(found == list(ids), "all of them")


def reconcile(bodies):
    """The frames that come back until the node ends the stream."""
    method = channel.stream_stream(SERVICE + "Reconcile", lambda message: message
                                   if isinstance(message, bytes) else message.SerializeToString(),
                                   pb.Frame.FromString)
    frames = []
    try:
        for frame in method(iter(bodies), timeout=10):
            frames.append(frame.body)
    except grpc.RpcError as error:
        return frames, error.code()
    return frames, CODE.OK


def check_bad_streams():
    """Whatever a stream brings, it ends, soon, and the node goes on."""
    chance = random.Random(11)
    streams = {
        "nothing": [],
        "an empty frame": [pb.Frame()],
        "no message": [b"\xff" * 30],
        "an unknown kind": [pb.Frame(body=b"\xff")],
        "a frame of every kind": [pb.Frame(body=bytes([kind])) for kind in range(256)],
        "a frame that is too large": [pb.Frame(body=bytes(262145))],
        "the largest frame": [pb.Frame(body=b"\1" + bytes(262143))],
    }
    for kind in range(1, 40):
        streams[f"random frames of kind {kind}"] = [
            pb.Frame(body=bytes([kind]) + chance.randbytes(chance.randrange(200)))
            for _ in range(20)]
    for what, bodies in streams.items():
        code = reconcile(bodies)[1]
        check(code != CODE.DEADLINE_EXCEEDED, f"{what}: the stream stays open")
        check(code != CODE.UNIMPLEMENTED, f"{what}: no streams")
    ping()


def check_many_streams():
    """More streams than a node takes: the others are refused, and all are given back."""
    method = channel.stream_stream(SERVICE + "Reconcile", pb.Frame.SerializeToString,
                                   pb.Frame.FromString)
    silent = threading.Event()

    def say_nothing():
        silent.wait(30)
        yield from ()
    streams = [method(say_nothing(), timeout=30) for _ in range(200)]
    time.sleep(0.5)
    done = [stream for stream in streams if stream.done()]
    refusals = [each for each in done
                if each.code() in (CODE.RESOURCE_EXHAUSTED, CODE.ABORTED)]
    check(len(refusals) == len(done) >= 72,
          f"of 200 silent streams {[(each.code(), each.details()) for each in done]}")
    ping()
    for stream in streams:
        stream.cancel()
    silent.set()
    for _ in range(100):
        if reconcile([])[1] != CODE.RESOURCE_EXHAUSTED:
            return
        time.sleep(0.1)
    check(False, "streams that were cancelled are still counted")


def check_unknown_fields():
    request = pb.PingRequest(node_id=NODE).SerializeToString() + b"\x7a\x03abc"
    check(len(call(SERVICE + "Ping", request, pb.PingResponse).node_id) == 16,
          "a field of a later version is passed over")


check_ping_and_roots()
check_gossip()
check_refused_records()
check_bad_arguments()
check_unknown_methods()
check_health()
check_unknown_fields()
check_bad_streams()
check_many_streams()
check_large_fetch([bytes.fromhex(line) for line in sys.stdin.read().split()])
print(f"{checks} checks")
