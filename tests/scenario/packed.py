"""Speaks to a node as one who sends little that becomes much: see packed.sh.

Usage: packed.py HOST:PORT PROCESS"""
import sys
import zlib

import grpc
from stemedb.sync.v1 import sync_pb2 as pb

SERVICE = "/stemedb.sync.v1.SyncService/"
MEBIBYTE = 1 << 20
HELLO = b"\x01STEM\x01\x02" + bytes(range(16)) + b"\x07stemedb"
ROOTS = b"\x10\x00\x02" + bytes(8) + bytes(32)

address, process = sys.argv[1:]
channel = grpc.insecure_channel(address, options=[("grpc.max_send_message_length", -1)])


def check(is_so, what):
    if not is_so:
        sys.exit(f"FAILED: {what}")


def peak_size():
    with open(f"/proc/{process}/status") as lines:
        return next(int(line.split()[1]) << 10 for line in lines if line.startswith("VmHWM"))


def answers(frames):
    """The frames that come, and the code that the call ends with."""
    method = channel.stream_stream(SERVICE + "Reconcile", pb.Frame.SerializeToString,
                                   pb.Frame.FromString)
    got = []
    try:
        for frame in method(iter(frames), timeout=10):
            got.append(frame)
    except grpc.RpcError as error:
        return got, error.code()
    return got, grpc.StatusCode.OK


before = peak_size()

# What gRPC itself would open before it looks at the size.
method = channel.unary_unary(SERVICE + "FetchAssertions")
try:
    method(bytes(200 * MEBIBYTE), compression=grpc.Compression.Gzip, timeout=20)
    check(False, "a compressed call is answered")
except grpc.RpcError as error:
    check(error.code() == grpc.StatusCode.UNIMPLEMENTED, f"a compressed call: {error.code()}")

# A frame that would be larger than frames are, one that is not packed at all, and both at once.
for packed in (zlib.compress(bytes(64 * MEBIBYTE)), zlib.compress(bytes(262145)), b"none",
               zlib.compress(b"")):
    got, code = answers([pb.Frame(packed=packed)])
    check(not got and code == grpc.StatusCode.ABORTED, f"a bad frame: {code}")
got, code = answers([pb.Frame(body=HELLO, packed=zlib.compress(HELLO))])
check(not got and code == grpc.StatusCode.ABORTED, f"two bodies in a frame: {code}")
check(peak_size() - before < 32 * MEBIBYTE, f"{peak_size() - before} bytes for nothing")

# Who does not say that it takes packed frames gets none; whoever packs is understood.
got, code = answers([pb.Frame(body=HELLO), pb.Frame(packed=zlib.compress(ROOTS))])
check(len(got) >= 2 and all(not frame.packed for frame in got), f"plain: {len(got)} {code}")
check(got[0].takes_packed and got[0].body[:1] == b"\x01", "says what it takes in its first frame")
check(got[1].body[:1] == b"\x11", "STATE answers a packed ROOTS")
SWEEP = b"\x1a\x01" + bytes(16)
got, code = answers([pb.Frame(body=HELLO, takes_packed=True), pb.Frame(body=ROOTS),
                     pb.Frame(body=SWEEP)])
packed = [zlib.decompress(frame.packed) for frame in got if frame.packed]
check([body[:1] for body in packed].count(b"\x15") >= 1, "BODIES come packed")
check(sum(map(len, packed)) > 2 * sum(len(frame.packed) for frame in got), "and half as long")
