#!/usr/bin/env bash
# What tests claim counts for less, a secret in them is a flag at most, and --include-tests counts
# all of it in full.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

fail() {
    echo "$*" >&2
    exit 1
}
outcomes() {
    "$APHORIA" scan --format json --all "$@" |
        python3 -c 'import json, sys
for f in json.load(sys.stdin)["findings"]:
    print(f["path"], f["concept"], f["outcome"])' || true
}

code='import requests
requests.get(u, verify=False, timeout=3)
key = "AKIA2XKJ7QWERTY5ZXCV"'
for path in src/client.py tests/client.py src/test_client.py src/conftest.py docs/client.py; do
    mkdir -p "$(dirname $path)"
    printf '%s\n' "$code" >$path
done

found=$(outcomes .)
grep -q '^src/client.py tls/cert_verification/enabled block$' <<<"$found" || fail "not in code: $found"
grep -q '^src/client.py secret/hard_coded/token block$' <<<"$found" || fail "no secret in code: $found"
for path in tests/client.py src/test_client.py src/conftest.py docs/client.py; do
    grep -q "^$path tls/cert_verification/enabled pass\$" <<<"$found" || fail "$path: $found"
    grep -q "^$path secret/hard_coded/token flag\$" <<<"$found" || fail "$path's secret: $found"
done
[[ $(outcomes --include-tests . | grep -c ' block$') == 10 ]] || fail "not all with --include-tests"
[[ $(outcomes tests | grep -c ' block$') == 2 ]] || fail "a folder that is scanned by its name"
