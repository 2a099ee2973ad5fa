#!/usr/bin/env bash
# The whole way to a finding, and why a line led to none; from a scan, and from what is remembered.
# APHORIA = the program.
source "$(dirname "${BASH_SOURCE[0]}")/../scenario/cli.bash"
: "${APHORIA:?the program to test}"
export XDG_CONFIG_HOME="$folder/config" USER=alice

aphoria() {
    local want=$1 got=0
    shift
    "$APHORIA" "$@" >"$folder/out" 2>"$folder/err" || got=$?
    [[ $got == "$want" ]] || fail "exit $got in place of $want: aphoria $*"
}

cp -r "$STEME_SOURCE/examples/shop" shop
cd shop
aphoria 0 init
for round in cold warm; do
    "$APHORIA" scan --format json >found.json 2>/dev/null || true
    mark=$(python3 -c 'import json; print(next(each["fingerprint"] for each in json.load(open("found.json"))["findings"] if each["concept"] == "injection/sql"))')
    aphoria 0 explain "${mark:0:12}"
    says "$mark"
    says '^verdict +violated'
    aphoria 0 explain --why-not "web/app.py:$(grep -n 'shell=True' web/app.py | cut -d: -f1)"
    says '^language: python'
    says 'times a rule was near'
    rm found.json
done
aphoria 0 explain --why-not README.md:1
aphoria 2 explain --why-not web/app.py
says_aside 'FILE:LINE'
aphoria 2 explain --why-not nowhere.py:1
aphoria 1 explain 000000000000
echo ok
