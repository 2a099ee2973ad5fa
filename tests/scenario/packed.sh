#!/usr/bin/env bash
# Frames are packed for who takes that, and nothing that is packed costs a node much.
source "$(dirname "$0")/serve.bash"

python=$(command -v /usr/bin/python3 || command -v python3)
if ! command -v protoc >/dev/null || ! "$python" -c 'import grpc, google.protobuf' 2>/dev/null; then
    fail "no protoc or no grpc for Python: tools/install-deps test"
fi
mkdir generated
protoc --proto_path="$STEME_SOURCE/proto" --python_out=generated stemedb/sync/v1/sync.proto
for ((i = 0; i < 500; i++)); do
    echo "{\"type\":\"assertion\",\"subject\":\"part/$i\",\"predicate\":\"vendor\",\"object\":\"v\"}"
done >records.jsonl
run 0 keygen a.key
run 0 init one
run 0 import --db one --key a.key --date 2026-01-01 records.jsonl
serve one
PYTHONPATH=generated "$python" "$STEME_SOURCE/tests/scenario/packed.py" "$address" "${serving[one]}"
stop_serving one
