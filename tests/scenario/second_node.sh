#!/usr/bin/env bash
# A node in Python, written from docs/protocol.md, meets a node of this program: sessions by each way
# to find a difference, and gossip. Both must end with one set.
source "$(dirname "$0")/serve.bash"

python=$(command -v /usr/bin/python3 || command -v python3)
if ! command -v protoc >/dev/null || ! "$python" -c 'import grpc, google.protobuf' 2>/dev/null; then
    fail "no protoc or no grpc for Python: tools/install-deps test"
fi
mkdir generated
protoc --proto_path="$STEME_SOURCE/proto" --python_out=generated stemedb/sync/v1/sync.proto

# made NAME COUNT: records in NAME.cbor, of the store NAME.
made() {
    "$python" -c 'import sys
for i in range(int(sys.argv[2])):
    print("{\"type\":\"assertion\",\"subject\":\"%s/%d\",\"predicate\":\"p\",\"object\":\"o\"}" % (sys.argv[1], i))
' "$1" "$2" >"$1.jsonl"
    run 0 init "$1"
    run 0 import --db "$1" --key a.key --date 2026-01-01 "$1.jsonl"
    run 0 export --db "$1" --format cbor
    mv out "$1.cbor"
}

run 0 keygen a.key
made held 1500
made more 80
serve held
PYTHONPATH="generated:$STEME_SOURCE/tests/golden" \
    "$python" "$STEME_SOURCE/tests/scenario/second_node.py" "$address" held.cbor more.cbor
stop_serving
run 0 verify --db held
echo "ok"
