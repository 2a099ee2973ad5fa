#!/usr/bin/python3
"""A client of a StemeDB node with stock gRPC for Python: hands over records, asks, reads answers.

    protoc --proto_path=proto --python_out=DIR stemedb/api/v1/steme.proto
    PYTHONPATH=DIR steme_client.py ADDRESS submit < records.hex      one record a line
    PYTHONPATH=DIR steme_client.py ADDRESS ask SUBJECT PREDICATE     the skeptic's answer
    PYTHONPATH=DIR steme_client.py ADDRESS matches SUBJECT           how many claims there are
    PYTHONPATH=DIR steme_client.py ADDRESS root

ADDRESS is HOST:PORT, or unix:PATH for the socket in a folder that is served. Records are signed by
who makes claims, never by a node: so they come
signed; `steme get ID --raw` prints one that is.
"""
import sys

import grpc
from stemedb.api.v1 import steme_pb2 as api

SERVICE = "/stemedb.api.v1.StemeService/"
TIMEOUT_S = 60


class Client:
    def __init__(self, address):
        self.channel = grpc.insecure_channel(address)

    def call(self, method, request, answer_type):
        """One request, one answer."""
        return self.channel.unary_unary(
            SERVICE + method, type(request).SerializeToString, answer_type.FromString
        )(request, timeout=TIMEOUT_S)

    def stream(self, method, request, answer_type):
        """One request, an answer of many messages."""
        return self.channel.unary_stream(
            SERVICE + method, type(request).SerializeToString, answer_type.FromString
        )(request, timeout=TIMEOUT_S)

    def matches(self, request):
        """Yields the records that match. Where the node is lost in between, goes on behind the last."""
        has_more = True
        while has_more:
            has_more = False
            try:
                for message in self.stream("Query", request, api.QueryResponse):
                    yield from message.records
                    if message.cursor:
                        request.cursor = message.cursor
                        has_more = True
                return
            except grpc.RpcError as error:
                if error.code() != grpc.StatusCode.UNAVAILABLE or not has_more:
                    raise

    def submit(self, requests):
        """Yields an api.Submitted for each record of each api.SubmitRequest."""
        answers = self.channel.stream_stream(
            SERVICE + "SubmitStream", api.SubmitRequest.SerializeToString,
            api.SubmitResponse.FromString)(requests, timeout=TIMEOUT_S)
        for answer in answers:
            yield from answer.results

    def answers(self, request):
        """Yields whole answers: a long one comes in pieces, which are joined here."""
        answer = None
        for message in self.stream("Query", request, api.QueryResponse):
            if not message.HasField("answer"):
                continue
            piece = message.answer
            if answer is None:
                answer = api.Answer()
                answer.CopyFrom(piece)
            else:
                for claim in piece.claims:
                    if claim.goes_on:
                        answer.claims[-1].record_ids += claim.record_ids
                    else:
                        answer.claims.add().CopyFrom(claim)
                answer.receipt_ids += piece.receipt_ids
                answer.receipt_weights_millionths.extend(piece.receipt_weights_millionths)
            if not piece.has_more:
                yield answer
                answer = None


def show_value(claim):
    kind = claim.value.WhichOneof("kind")
    value = getattr(claim.value, kind) if kind else None
    return value.decode() if isinstance(value, bytes) else str(value)


def submit(client):
    """Takes records as hexadecimal, one a line."""
    records = (bytes.fromhex(line) for line in sys.stdin if line.strip())
    new = held = refused = 0
    for result in client.submit(api.SubmitRequest(records=[record]) for record in records):
        if not result.is_accepted:
            refused += 1
            print(f"refused: {result.status}: {result.error}", file=sys.stderr)
        elif result.was_held:
            held += 1
        else:
            new += 1
    print(f"{new} new, {held} held already, {refused} refused")
    return 1 if refused else 0


def ask(client, subject, predicate):
    request = api.QueryRequest(subject=subject.encode(), predicate=predicate.encode(),
                               lens=api.LENS_SKEPTIC)
    for answer in client.answers(request):
        print(f"{answer.subject.decode()} {answer.predicate.decode()}: "
              f"{answer.candidate_count} claims, conflict {answer.conflict_millionths / 1e6:.3f}")
        for claim in answer.claims:
            print(f"  {claim.share_millionths / 1e4:5.1f} %  {show_value(claim)}  "
                  f"{len(claim.record_ids) // 32} records")
    return 0


def matches(client, subject):
    request = api.QueryRequest(subject=subject.encode())
    print(sum(1 for _ in client.matches(request)))
    return 0


def root(client):
    answer = client.call("Root", api.RootRequest(), api.RootResponse)
    print(answer.root.hex(), answer.record_count)
    return 0


def main(arguments):
    commands = {"submit": (submit, 0), "ask": (ask, 2), "matches": (matches, 1), "root": (root, 0)}
    if len(arguments) < 2 or arguments[1] not in commands:
        sys.exit(__doc__)
    run, count = commands[arguments[1]]
    if len(arguments) != 2 + count:
        sys.exit(__doc__)
    try:
        return run(Client(arguments[0]), *arguments[2:])
    except grpc.RpcError as error:
        trailers = dict(error.trailing_metadata() or ())
        print(f"{trailers.get('steme-status', error.code().name)}: {error.details()}",
              file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
