#!/usr/bin/env bash
# Every command that reads or writes does the same with a node as with its folder: same output, same
# words, same exit codes. And a stock gRPC client in Python does it too.
source "$(dirname "$0")/serve.bash"

python=$(command -v /usr/bin/python3 || command -v python3)
if ! command -v protoc >/dev/null || ! "$python" -c 'import grpc, google.protobuf' 2>/dev/null; then
    fail "no protoc or no grpc for Python: tools/install-deps test"
fi

# ---- claims that disagree, with sources, of every type of value; one question with very many claims
run 0 init claims
for name in a b c; do run 0 keygen "$name.key"; done
export STEME_KEY=a.key
say() { run 0 assert --db claims --predicate risk "$@"; }
say --subject drug/x --object high --source https://example.org/one --time 2026-01-02T03:04:05Z
say --subject drug/x --object low --key b.key --confidence 0.5 --time 2026-01-03T00:00:00Z
say --subject drug/x --object low --key c.key --lang en --source https://example.org/two
say --subject drug/y --object 12.5 --type number --unit mg --source-class clinical
say --subject drug/y --object 13 --type number --unit mg --key b.key --relation "<"
say --subject drug/z --object true --type boolean
say --subject drug/z --relation none --key b.key
say --subject drug/w --object 2026-01-01T00:00:00Z --type time --meta a=b
say --subject drug/w --object drug/x --type reference --key c.key
id=$(<out)
"$python" - >many.jsonl <<'PYTHON'
for i in range(12000):
    print('{"type":"assertion","subject":"many","predicate":"p","object":"v%d",'
          '"claim_time":"2026-01-01T00:00:%02dZ","source":"%064x"}' % (i % 300, i % 60, i))
print('{"type":"assertion","subject":"long","predicate":"p","object":"%s","claim_time":"2026-01-01T00:00:00Z"}'
      % ("x" * 32000))
PYTHON
run 0 import --db claims many.jsonl

serve claims
# What is free on the disk is another number at every moment.
hide_free() { sed -Ei 's/[0-9.]+ [kMGT]?B free/FREE/; s/"free_bytes": [0-9]+/"free_bytes": 1/' "$@"; }
# same COMMAND ARGUMENT...: with the folder, with the port and with the socket; leaves the output.
same() {
    local command=$1 want=0 got place
    shift
    "$STEME" "$command" --db claims "$@" >want.out 2>want.err || want=$?
    for place in "$address" unix:claims/socket; do
        got=0
        "$STEME" "$command" --server "$place" "$@" >out 2>err || got=$?
        [[ $got == "$want" ]] || fail "exit $got in place of $want: $command --server $place $*"
        [[ $command != stat ]] || hide_free want.out out
        cmp want.out out || fail "other output: $command --server $place $*"
        cmp want.err err || fail "other words: $command --server $place $*"
    done
}
now=(--now 2030-01-01T00:00:00Z)

# ---- reading
same root
same root --json
same stat
same stat --json
json "d['records'] > 12000"
run 0 stat --server "$address" --json
json "d['disk']['free_bytes'] > 0 and d['disk']['free_bytes_min'] > 0 and not d['disk']['refuses_peers']"
same verify --json
json "d['records'] > 12000 and d['fault_count'] == 0"
same get "$id"
same get "$id" --json
same get "${id:0:12}" --raw
same get "${id:0:12}"
same prove "$id"
"$STEME" prove --server "$address" "$id" >proof.json
run 0 check-proof proof.json
for form in --table --json --jsonl --csv; do
    same query --subject-prefix drug $form
    same query --subject many --limit 3000 "${now[@]}" $form
    for lens in recency consensus skeptic hlc confidence votes authority weighted truth constraints rules \
        layered; do
        same query --lens $lens --subject-prefix drug "${now[@]}" $form
        same query --lens $lens --subject drug/x --predicate risk "${now[@]}" $form
    done
    same query --lens skeptic --subject many "${now[@]}" $form
done
same query --lens skeptic --subject many --predicate p "${now[@]}" --json
json "d['candidates'] == 12000 and len(d['claims']) == 300 and len(d['receipt']['records']) == 12000"
same query --lens consensus --subject-prefix drug --equal number:1 "${now[@]}" --json
same query --lens skeptic --subject none --predicate p "${now[@]}" --json
same query --object 12.5 --type number --jsonl
same query --object drug/x --type reference --jsonl
same query --object true --type boolean --since 2026-01-01 --as-of 2040-01-01 --jsonl
same query --subject long
same query --subject nothing --json
same export
[[ $(wc -l <out) -gt 12000 ]] || fail "an export of little"
same export --format cbor
same export --subject-prefix drug
for place in "--db claims" "--server $address"; do
    # shellcheck disable=SC2086
    run 0 query $place --lens skeptic --subject drug/x --predicate risk "${now[@]}" \
        --receipt "receipt ${place:2:2}" --json
done
cmp "receipt db" "receipt se" || fail "receipts differ"
# Conflicts are evaluated when they are asked for; that time is all that may differ.
for form in --table --csv --json; do
    for place in "--db claims" "--server $address"; do
        # shellcheck disable=SC2086
        run 0 conflicts $place $form --equal normalized --limit 5
        sed -E 's/"(evaluated_at|as_of)": ?"[^"]*"/T/g' out >"conflicts ${place:2:2}"
    done
    cmp "conflicts db" "conflicts se" || fail "conflicts differ"
done

# ---- pages: joined by their cursors they are the list, wherever each of them comes from
next=
# page FILE COMMAND ARGUMENT...: added to FILE; $next is the cursor of what follows.
page() {
    local file=$1
    shift
    "$STEME" "$@" >page.out 2>page.err || fail "a page: steme $*"
    cat page.out >>"$file"
    next=$(sed -n 's/^More follows: --cursor \([0-9a-f]*\)$/\1/p' page.err)
}
# joined LIMIT COMMAND ARGUMENT...: the pages of the folder, of the node, and of both by turns.
joined() {
    local limit=$1 command=$2 count way
    shift 2
    "$STEME" "$command" --db claims "$@" >whole.out
    for way in folder node both; do
        rm -f pages.out
        next=
        for ((count = 0; count == 0 || ${#next} > 0; count++)); do
            place=(--db claims)
            [[ $way == folder || ($way == both && $((count % 2)) == 0) ]] ||
                place=(--server "$address")
            page pages.out "$command" "${place[@]}" "$@" --limit "$limit" ${next:+--cursor "$next"}
        done
        cmp whole.out pages.out || fail "pages of $limit ($way): $command $*"
        [[ $count -gt 1 ]] || fail "one page: $command $*"
    done
}
joined 2500 query --subject many "${now[@]}" --jsonl
joined 6000 query --predicate p --jsonl
joined 1 query --predicate risk --jsonl --since 2026-01-01
joined 1 query --lens skeptic --subject-prefix drug "${now[@]}" --jsonl
joined 2 query --lens recency --jsonl "${now[@]}"
joined 5000 export
joined 4096 export --format cbor
same export --limit 5000
same query --subject-prefix drug --limit 3 "${now[@]}" --json
json "len(d['records']) == 3 and len(d['cursor']) > 100"
cursor=$("$python" -c 'import json; print(json.load(open("out"))["cursor"])')
same query --subject-prefix drug --cursor "$cursor" --json
json "len(d['records']) == 6 and 'cursor' not in d"
same query --subject-prefix drug --cursor "$cursor" --limit 6 --json
json "'cursor' not in d"
for arguments in "--predicate risk" "--subject-prefix drug --lens recency" \
    "--subject-prefix drug --now 2031-01-01T00:00:00Z"; do
    # shellcheck disable=SC2086
    refused 2 'cursor: damaged, or of another question' query --db claims $arguments \
        --cursor "$cursor"
done
same query --subject-prefix drug --cursor "${cursor}00"
same query --subject-prefix drug --cursor "not a cursor"
same export --cursor "$cursor"
page page.all export --db claims --limit 1
run 0 init elsewhere
run 0 assert --db elsewhere --subject s --predicate p --object o
refused 2 'cursor: damaged, or of another store' export --db elsewhere --cursor "$next"

# ---- what is refused, in the same words
absent=$(printf '0%.0s' {1..64})
same get "$absent"
same get 00000000
same get "not an id"
same prove "$absent"
same query --subject "$(printf 'x%.0s' {1..5000})"
same query --subject a --subject-prefix b
same conflicts --limit 10001
refused 2 'no answer: 127.0.0.1:1: UNAVAILABLE' root --server 127.0.0.1:1
refused 2 'no answer: unix:nothing' root --server unix:nothing
refused 2 'not an address' root --server here
refused 2 'not in plain text' root --server 192.0.2.1:7601
refused 2 'two places' root --server "$address" --db claims
refused 2 'missing: --db' root
STEME_SERVER=$address run 0 root
STEME_SERVER=127.0.0.1:1 run 0 root --db claims
STEME_DB=nothing run 0 root --server "$address"
STEME_DB=claims STEME_SERVER=$address refused 2 'two places' root
set +o pipefail
"$STEME" export --server "$address" 2>err | head -n 1 >out
set -o pipefail
[[ ! -s err ]] || fail "a reader that has had enough is no fault"

# ---- writing: to a node by its address, and to the folder that it serves
run 0 assert --server "$address" --subject new --predicate p --object one --source urn:s
first=$(<out)
run 0 assert --db claims --subject new --predicate p --object two --json
same query --subject new --jsonl
jsonl "[each['object']['value'] for each in d] == ['one', 'two'] and d[0]['id'] == '$first'"
jsonl "d[0]['stamp']['node'] == d[1]['stamp']['node']"
sed 's/"many"/"again"/' many.jsonl >again.jsonl
run 0 import --db claims --json again.jsonl
json "d['new'] == 12000 and d['held'] == 1 and d['bad'] == 0"
run 0 import --server "$address" --json again.jsonl --source urn:again --date 2026-01-01
run 0 import --server "$address" --json again.jsonl
json "d['new'] == 0 and d['held'] == 12001"
run 0 export --db claims --subject new
sed 's/"one"/"won"/' out >forged.jsonl
run 0 init other
run 1 import --db other forged.jsonl
cp err want.err
run 1 import --server "$address" forged.jsonl
diff <(grep 'line' want.err | grep -v imported) <(grep 'line' err | grep -v imported) ||
    fail "a forged record is refused in other words"
for reading in root stat export; do same $reading; done

# ---- a stock client
mkdir generated
protoc --proto_path="$STEME_SOURCE/proto" --python_out=generated stemedb/api/v1/steme.proto
client() { PYTHONPATH=generated "$python" "$STEME_SOURCE/examples/python/steme_client.py" "$@"; }
client "$address" root >out
"$STEME" root --server "$address" | cmp - out || fail "the client sees another root"
client unix:claims/socket matches many >out
[[ $(<out) == 12000 ]] || fail "the client sees $(<out) matches"
client "$address" ask many p >out
says '^many p: 12000 claims, conflict 1.000$'
says '^    0.3 %  v7  40 records$'
run 0 assert --db other --subject from-python --predicate p --object v
"$STEME" get --db other "$(<out)" --raw | od -An -v -tx1 | tr -d ' \n' >record.hex
{ cat record.hex; echo; cat record.hex; echo; echo 8258; } >three.hex
got=0
client "$address" submit <three.hex >out 2>err || got=$?
[[ $got == 1 && $(<out) == "1 new, 1 held already, 1 refused" ]] || fail "the client's records"
grep -q '^refused: NOT_CANONICAL' err || fail "the client is not told why"
same query --subject from-python --jsonl
jsonl "len(d) == 1"
PYTHONPATH=generated "$python" - "$address" <<'PYTHON' || fail "hostile requests"
import sys
import grpc
from stemedb.api.v1 import steme_pb2 as api
channel = grpc.insecure_channel(sys.argv[1])
path = "/stemedb.api.v1.StemeService/"
def fails(method, request, code, stream=False):
    make = channel.unary_stream if stream else channel.unary_unary
    data = request if isinstance(request, bytes) else request.SerializeToString()
    try:
        answer = make(path + method)(data, timeout=20)
        if stream:
            list(answer)
    except grpc.RpcError as error:
        assert code in (None, error.code()), (method, error.code(), error.details())
        return dict(error.trailing_metadata() or ()).get("steme-status")
    sys.exit(f"{method}: answered")
bad = grpc.StatusCode.INVALID_ARGUMENT
for method in "Stamp Submit Get Stat Root Prove".split():
    assert fails(method, b"\xff\xff", bad) == "INVALID"
for method in "Query Conflicts Export".split():
    assert fails(method, b"\xff\xff", bad, True) == "INVALID"
assert fails("Get", api.GetRequest(digits="abc"), bad) == "INVALID"
assert fails("Get", api.GetRequest(digits="0" * 64), grpc.StatusCode.NOT_FOUND) == "NOT_FOUND"
assert fails("Prove", api.ProveRequest(id=b"short"), bad) == "INVALID"
assert fails("Query", api.QueryRequest(agent=b"short"), bad, True) == "INVALID"
assert fails("Query", api.QueryRequest(lens=77), bad, True) == "INVALID"
assert fails("Query", api.QueryRequest(object=api.Value()), bad, True) == "INVALID"
assert fails("Query", api.QueryRequest(object=api.Value(real=float("nan"))), bad, True) == "INVALID"
votes = dict(lens=api.LENS_VOTES, subject=b"s", predicate=b"p")
for more, status in (
        (dict(view=b"no view"), "INVALID"), (dict(view=b"\x00" * 1100000), "TOO_LARGE"),
        (dict(view=b"\xff" * 2500000), None), (dict(stage=9, has_stage=True), "INVALID"),
        (dict(trust_pack=b"short"), "INVALID"), (dict(trust_pack=bytes(32 * 16385)), "INVALID"),
        (dict(decay=api.Decay(half_lives_s=[1])), "INVALID"),
        (dict(decay=api.Decay(half_lives_s=[1 << 63] * 6)), "INVALID"),
        (dict(lens_options=[api.LensOption(kind=0, value=1)]), "INVALID"),
        (dict(lens=api.LENS_RULES, lens_options=[api.LensOption(kind=6, value=6)]), "INVALID"),
        (dict(lens=api.LENS_RULES, lens_options=[api.LensOption(kind=77, value=1)]), "INVALID"),
        (dict(has_valid_at=True, valid_at_s=1 << 62), "INVALID"),
        (dict(has_recorded_as_of=True, recorded_as_of_ns=1 << 63), "INVALID"),
        (dict(predicate=b"", with_evidence=True), "INVALID")):
    request = api.QueryRequest(**{**votes, **more})
    said = fails("Query", request, None, True)
    assert said == status, (list(more), said)
assert fails("Submit", api.SubmitRequest(records=[b""] * 5000), bad) == "INVALID"
assert fails("Query", api.QueryRequest(cursor="0101"), bad, True) == "INVALID"
assert fails("Export", api.ExportRequest(cursor="01" * 2000), bad, True) == "INVALID"
assert fails("Diff", api.DiffRequest(peer="192.0.2.1:1"), bad, True) == "INVALID"
fails("Nothing", b"", grpc.StatusCode.UNIMPLEMENTED)
# A stream that is left after each message, and gone on with by its cursor, is the whole stream.
def by_cursors(method, request, answer_type):
    records = []
    while True:
        stream = channel.unary_stream(path + method)(request.SerializeToString(), timeout=20)
        for message in map(answer_type.FromString, stream):
            if message.records:
                break
        stream.cancel()
        records += message.records
        if not message.cursor:
            return records
        request.cursor = message.cursor
def whole(method, request, answer_type):
    stream = channel.unary_stream(path + method)(request.SerializeToString(), timeout=20)
    return [each for message in map(answer_type.FromString, stream) for each in message.records]
many = api.QueryRequest(subject=b"many", evaluated_at_ns=1893456000000000000)
matches = whole("Query", many, api.QueryResponse)
assert len(matches) == 12000 and by_cursors("Query", many, api.QueryResponse) == matches
records = whole("Export", api.ExportRequest(), api.ExportResponse)
assert by_cursors("Export", api.ExportRequest(), api.ExportResponse) == records
PYTHON
until_true "$STEME" query --server "$address" --subject new >/dev/null

stop_serving
serve claims --client-idle-ms 3000
PYTHONPATH=generated "$python" - "$address" <<'PYTHON' || fail "clients that do not read or write"
import sys
import time
import grpc
from stemedb.api.v1 import steme_pb2 as api
def connect():
    # A window that does not grow, so that what is not read is not sent.
    return grpc.insecure_channel(sys.argv[1], options=[
        ("grpc.http2.bdp_probe", 0), ("grpc.http2.lookahead_bytes", 65536),
        ("grpc.use_local_subchannel_pool", 1)])
path = "/stemedb.api.v1.StemeService/"
def read_all(stream):
    try:
        return sum(1 for _ in stream)
    except grpc.RpcError as error:
        return error.code()
deaf = connect()
held = [deaf.unary_stream(path + "Export")(b"") for _ in range(64)]
next(held[0])
other = connect()
def export():
    return read_all(other.unary_stream(path + "Export")(b"", timeout=20))
assert other.unary_unary(path + "Root")(b"", timeout=1), "a short call waits for nobody"
time.sleep(1.5)
assert isinstance(export(), int), "one that is stuck makes room for another"
# After the time of all of them those that did not read are told why, as soon as they do.
time.sleep(3.5)
codes = [read_all(each) for each in held]
assert codes.count(grpc.StatusCode.DEADLINE_EXCEEDED) > 50, codes
assert isinstance(export(), int)
begun = time.time()
def say_nothing():
    time.sleep(8)
    yield b""
assert read_all(other.stream_stream(path + "SubmitStream")(say_nothing())) == \
    grpc.StatusCode.DEADLINE_EXCEEDED
assert 2 < time.time() - begun < 7
PYTHON
stop_serving
run 0 verify --db claims
refused 2 'no answer' root --server "$address"

# ---- a node that checks its store: for one at a time, until its client leaves or the node stops.
# `deaf` reads none of its faults, which are more than a stream holds, and so holds the check up.
cp -r claims harmed
LC_ALL=C sed -i 's/dmany/dmani/g' harmed/log/*
got=0
"$STEME" verify --db harmed >want.out 2>/dev/null || got=$?
[[ $got == 1 && $(wc -l <want.out) -ge 12000 ]] || fail "exit $got, $(wc -l <want.out) faults"
serve harmed
run 1 verify --server "$address"
cmp want.out out || fail "the node finds other faults than the folder has"
cat >deaf.py <<'PYTHON'
import sys
import time
import grpc
address, word = sys.argv[1:]
path = "/stemedb.api.v1.StemeService/Verify"
def connect():
    return grpc.insecure_channel(address, options=[
        ("grpc.http2.bdp_probe", 0), ("grpc.http2.lookahead_bytes", 65536),
        ("grpc.use_local_subchannel_pool", 1)])
deaf, other = connect(), connect()
def verify(channel):
    return channel.unary_stream(path)(b"", timeout=60)
def is_refused():
    stream = verify(other)
    try:
        next(stream)
    except grpc.RpcError as error:
        assert error.code() == grpc.StatusCode.UNAVAILABLE, error
        return True
    stream.cancel()
    return False
def begin(channel):
    for _ in range(500): # one that was left may not have ended yet
        stream = verify(channel)
        try:
            next(stream)
            return stream
        except grpc.RpcError as error:
            assert error.code() == grpc.StatusCode.UNAVAILABLE, error
        time.sleep(0.02)
    sys.exit("a check does not end")
def wait_until_free():
    while is_refused():
        time.sleep(0.01)
# Whoever leaves near the beginning has the check end long before it would.
def ends_early():
    all_of_it = begin(other)
    begun = time.time()
    assert len(list(all_of_it)) > 20
    whole = time.time() - begun
    some = begin(deaf)
    begun = time.time()
    some.cancel()
    wait_until_free()
    early = time.time() - begun
    print(f"{whole:.3f} s, or {early:.3f} s", flush=True)
    return early < whole / 2
if word == "leave":
    assert any(ends_early() for _ in range(5)), "a check goes on for a client that has left"
else:
    held = begin(deaf)
    time.sleep(0.5)
    assert is_refused(), "one at a time"
    if word == "make-room":
        held.cancel()
        wait_until_free()
        sys.exit()
    print("held", flush=True)
    time.sleep(60)
PYTHON
"$python" deaf.py "$address" make-room || fail "a client that holds up a check leaves"
: >deaf.out
"$python" deaf.py "$address" stay >deaf.out &
deaf=$!
held() { grep -q held deaf.out; }
until_true held
begun=$SECONDS
stop_serving harmed
[[ $((SECONDS - begun)) -lt 15 ]] || fail "a check holds up the end of its node: $((SECONDS - begun)) s"
kill "$deaf"
wait "$deaf" || true
serve claims
"$python" deaf.py "$address" leave || fail "a client of verify leaves"
stop_serving claims

# ---- what a node and its peer lack: `far` takes nothing from peers, for want of a disk like that
run 0 init near
run 0 init far
for i in {1..30}; do
    echo "{\"type\":\"assertion\",\"subject\":\"n/$i\",\"predicate\":\"p\",\"object\":\"n\"}"
done >near.jsonl
run 0 import --db near --date 2026-01-01 near.jsonl
serve far --peer-free-min 1125899906842624
far=$address
serve near --peer "$far"
near=$address
in_touch() { "$STEME" peers --server "$near" --json | grep -q '"connected": true'; }
until_true in_touch
run 1 diff --server "$near" "$far"
[[ $(grep -c '^there lacks [0-9a-f]\{64\}$' out) == 30 && $(wc -l <out) == 30 ]] || fail "a node's diff"
run 1 diff --server unix:near/socket "$far" --json
json "d['lacked_there_count'] == len(d['lacked_there']) == 30 and d['lacked_here'] == []"
cp out want.out
run 1 diff --db near "$far" --json
cmp want.out out || fail "the folder differs otherwise than the node"
refused 2 'not a peer of the node' diff --server "$near" "$near"
refused 2 'not a peer of the node' diff --server "$far" "$near"
refused 2 '[-]-cluster goes with --db' diff --server "$near" "$far" --cluster c
refused 2 'two places' diff --server "$near" --db near "$far"
# A session for a client: the node's own, so also where the folder is named that it serves.
for place in --server=$near --server=unix:near/socket --db=near; do
    refused 2 "the session ended early: $far: one side's disk is nearly full" sync "$place" "$far"
    refused 2 'not a peer of the node: 127.0.0.1:1;.* --peer' sync "$place" 127.0.0.1:1
    refused 2 '[-]-cluster is for a folder that no node serves' sync "$place" "$far" --cluster c
done
run 0 root --server "$far"
grep -q '^0\{64\}' out || fail "a node took records for which it has no room"
run 0 stat --db far --json
json "d['disk']['refuses_peers'] and 'nearly full' in d['disk']['refuses_peers_because']"
cp out want.out
run 0 stat --server "$far" --json
hide_free want.out out
cmp want.out out || fail "a served folder's room is not its node's"
run 0 stat --server "$far"
says '^refused   peers'"'"' records: the disk is nearly full'
# A backup beside the node, and by it; a rebuild is for a folder that is not served.
run 0 backup --db near backup.folder
run 0 backup --server unix:near/socket backup.node
for copy in backup.folder backup.node; do
    run 0 verify --db $copy
    run 0 export --db $copy
    [[ $(wc -l <out) == 30 ]] || fail "a backup of $(wc -l <out) records: $copy"
done
refused 2 'cannot create folder .*/backup.node: File exists' backup --server unix:near/socket backup.node
refused 2 "on the node's machine; ask there" backup --server "$near" backup.far
[[ ! -e backup.far ]] || fail "a backup for a stranger"
refused 2 "not while it is served: near: process ${serving[near]} .*; stop that" rebuild --db near
refused 2 "not while it is served: $near; stop that" rebuild --server "$near"
run 0 rebuild --db backup.node
# Counts outlive a connection.
run 0 peers --server "$near" --json
json "d['peers'][0]['sessions'] >= 2"
sessions=$(sed -n 's/ *"sessions": \([0-9]*\),/\1/p' out)
stop_serving far
lost() { ! in_touch; }
until_true lost
refused 2 'no connection to the peer' diff --server "$near" "$far"
"$STEME" serve --db far --listen "$far" >far.out 2>far.err &
serving[far]=$!
until_true in_touch
run 0 peers --server "$near" --json
json "d['peers'][0]['sessions'] >= $sessions"
for place in --server=$near --server=unix:near/socket --db=near; do
    run 0 sync "$place" "$far" --json
    json "d['equal'] and d['count_after'] == d['peer_count'] == 30 and d['root_after'] == d['peer_root']"
done
run 0 sync --db=near "$far"
says '^Both hold the same records\.$'
run 0 init third
run 0 sync --db third "$near" --json
json "d['equal'] and 'bulk' in d['steps'] and d['received']['records'] == 30"
stop_serving

# ---- under certificates: members only
run 0 cluster-cert members
run 0 cluster-cert members node
run 0 cluster-cert members user
run 0 cluster-cert strangers
run 0 cluster-cert strangers eve
tls() { echo --tls-cert "$1/$2.crt" --tls-key "$1/$2.key" --tls-ca members/ca.crt; }
# shellcheck disable=SC2046
{
    serve claims $(tls members node)
    run 0 root --server "$address" $(tls members user)
    cp out want.out
    refused 2 'no answer' root --server "$address" $(tls strangers eve)
}
refused 2 'no answer' root --server "$address"
refused 2 'TLS needs all three' root --server "$address" --tls-cert members/user.crt
STEME_TLS_CERT=members/user.crt STEME_TLS_KEY=members/user.key STEME_TLS_CA=members/ca.crt \
    run 0 root --server "$address"
cmp want.out out || fail "another root under certificates"

# A member that goes by the node id of another, who is there, is refused, and harms nobody.
run 0 cluster-cert members mallory
hub=$address
# shellcheck disable=SC2046
serve near --peer "$hub" $(tls members user)
victim=$(sed -n 's/.* as node \([0-9a-f]*\) of .*/\1/p' near.out)
# shellcheck disable=SC2046
met() { "$STEME" peers --server "$hub" $(tls members node) --json | grep -q "$victim"; }
until_true met
protoc --proto_path="$STEME_SOURCE/proto" --python_out=generated stemedb/sync/v1/sync.proto
PYTHONPATH=generated "$python" - "$hub" "$victim" <<'PYTHON' || fail "an impostor"
import sys
import threading
import grpc
from stemedb.sync.v1 import sync_pb2 as sync
IMPOSTOR, HELLO, REFUSE = 12, 1, 2
def read(name):
    return open(f"members/{name}", "rb").read()
def first_frames(member, node):
    """The kinds of the frames that a member gets who says that it is the node, and a refusal."""
    channel = grpc.secure_channel(sys.argv[1], grpc.ssl_channel_credentials(
        read("ca.crt"), read(f"{member}.key"), read(f"{member}.crt")))
    hello = b"\1STEM\1\1" + node + b"\7stemedb"
    is_over = threading.Event()
    def say():
        yield sync.Frame(body=hello)
        is_over.wait()
    stream = channel.stream_stream(
        "/stemedb.sync.v1.SyncService/Reconcile", sync.Frame.SerializeToString,
        sync.Frame.FromString)(say(), timeout=2)
    bodies = []
    try:
        for frame in stream:
            bodies.append(frame.body)
    except grpc.RpcError:
        pass
    is_over.set()
    return [body[0] for body in bodies], [body[1] for body in bodies if body[0] == REFUSE]
victim = bytes.fromhex(sys.argv[2])
assert first_frames("mallory", victim)[1] == [IMPOSTOR]
kinds, refusals = first_frames("mallory", b"a node of my own")
assert HELLO in kinds and refusals == [], (kinds, refusals)
PYTHON
run 0 assert --db near --subject still --predicate p --object here --key a.key
# shellcheck disable=SC2046
arrived() {
    "$STEME" query --server "$hub" $(tls members node) --subject still --jsonl | grep -q here
}
until_true arrived
stop_serving
echo "ok"
