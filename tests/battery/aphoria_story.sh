#!/usr/bin/env bash
# The whole story of a team with Aphoria, over real repositories, two nodes that replicate and three
# machines (folders): init, scan, ack, fix, diff, baseline, bless, drift, packs; and the same verdict
# with the same receipt wherever the claims came to.
# STEME, APHORIA = the programs.
source "$(dirname "${BASH_SOURCE[0]}")/../scenario/serve.bash"
: "${APHORIA:?the program to test}"
unset APHORIA_KEY
export USER=alice GIT_CONFIG_NOSYSTEM=1 HOME="$folder/home" GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a@example.org \
    GIT_COMMITTER_NAME=a GIT_COMMITTER_EMAIL=a@example.org
mkdir home

# on MACHINE CODE ARGUMENT...: aphoria as that machine's user, in the working folder.
on() {
    local machine=$1 want=$2 got=0
    shift 2
    XDG_CONFIG_HOME="$folder/$machine/config" "$APHORIA" "$@" >"$folder/out" 2>"$folder/err" || got=$?
    [[ $got == "$want" ]] || fail "exit $got in place of $want: $machine: aphoria $*"
}
# A time behind all that was said: stamps may be half a second ahead of the clock.
moment() { sleep 0.6; date -u +%FT%T.%NZ; }
# print RULE: the fingerprint of its one finding in the latest JSON report.
print() {
    python3 - "$folder/out" "$1" <<'END'
import json, sys
found = [f["fingerprint"] for f in json.load(open(sys.argv[1]))["findings"] if f["rule"].startswith(sys.argv[2])]
assert len(found) == 1, found
print(found[0])
END
}
counts() { says "^$1 block, $2 flag, $3 acknowledged"; }
commit() { git add -A && git commit -qm "$1"; }
root() { "$STEME" stat --server "unix:$folder/$1/socket" --json | python3 -c 'import json, sys; print(json.load(sys.stdin)["root"])'; }
is_level() { [[ $(root east) == $(root west) ]]; }

# ---- One: a repository, its project, its first scan
mkdir -p one/shop/src two three
cd one/shop
git init -q .
cat >src/client.py <<'PYTHON'
import hashlib
import requests


def get(url):
    return requests.get(url, verify=False, timeout=5)


def sign(data):
    return hashlib.md5(data).digest()
PYTHON
cat >src/tls.py <<'PYTHON'
import ssl

context = ssl.create_default_context()
context.minimum_version = ssl.TLSVersion.TLSv1_2
PYTHON
on one 0 init
commit start
on one 1 scan
counts 2 0 0
on one 1 scan --format json
certificate=$(print tls_cert_verification)
digest=$(print hash_algorithm)

# ---- Acknowledged, with a reason and an end
on one 0 ack "$digest" --reason 'the other side takes no other' --expires 2036-01-01
on one 1 scan
counts 1 0 1

# ---- Two nodes that keep in step; claims go to one of them
cd "$folder"
run 0 init east
run 0 init west
serve east
east=$address
serve west --peer "$east" --idle-tick-ms 100
west=$address
cd one/shop
commit ack
begin=$(moment)
on one 1 scan --server "$east"
says_aside '^3 claims are new'
until_true is_level

# ---- Another machine, with the repository alone: the same verdicts, the same receipt
git clone -q "$folder/one/shop" "$folder/two/shop"
now=$(moment)
on one 1 findings --server "$east" --now "$now" --format json
cp "$folder/out" "$folder/one.json"
on one 0 explain "$certificate" --server "$east" --now "$now" --receipt "$folder/one.receipt"
cp "$folder/out" "$folder/one.explain"
cd "$folder/two/shop"
on two 1 findings --server "$west" --now "$now" --format json
cmp -s "$folder/out" "$folder/one.json" || fail "another machine finds otherwise"
json 'd["summary"]["block"] == 1 and d["summary"]["ack"] == 1'
on two 0 explain "$certificate" --server "$west" --now "$now" --receipt "$folder/two.receipt"
cmp -s "$folder/out" "$folder/one.explain" || fail "another machine explains otherwise"
says 'verdict +violated'
cmp -s "$folder/one.receipt" "$folder/two.receipt" || fail "another receipt on another machine"
run 0 verify-receipt "$folder/two.receipt"
says OK
# and of a folder that took all of it from a node
run 0 init "$folder/copy"
run 0 sync --db "$folder/copy" "$west"
on two 0 explain "$certificate" --db "$folder/copy" --now "$now" --receipt "$folder/copy.receipt"
cmp -s "$folder/one.receipt" "$folder/copy.receipt" || fail "another receipt from a folder"
# the claim's source is the commit
run 0 export --server "$west"
says "\"code://shop\",\"edition\":\"$(git -C "$folder/one/shop" rev-parse HEAD)\""

# ---- Fixed: the conflict is gone, there and here
cd "$folder/one/shop"
on one 0 baseline
sed -i 's/, verify=False//' src/client.py
on one 0 scan
counts 0 0 1
on one 0 diff
says 'client.py'
on one 0 scan --server "$east"
says_aside '1 gone'
until_true is_level
cd "$folder/two/shop"
on two 0 findings --server "$west"
says_not 'certificate of the peer'
on two 0 drift --server "$west" --since 1h --until "$begin" --json
json 'd["changes"] == []'
on two 1 findings --server "$west" --as-of "$now"
says 'certificate of the peer'

# ---- Worse again: diff and drift say so, and end with 1
cd "$folder/one/shop"
commit fix
on one 0 baseline
commit baseline
good=$(moment)
sed -i 's/timeout=5/timeout=5, verify=False/' src/client.py
on one 1 diff
says 'client.py'
on one 1 diff HEAD --json
on one 1 scan --server "$east"
until_true is_level
cd "$folder/two/shop"
on two 1 drift --server "$west" --since "$good"
says 'appeared +worse +src/client.py.*nothing -> false \(block\)'
cd "$folder/one/shop"
git checkout -q src/client.py
on one 0 scan --server "$east"

# ---- A policy of the team: judged with it, everywhere
on one 0 bless tls/version/minimum 1.3 --relation '>=' --reason 'our clients all have it'
on one 1 scan
says 'our clients all have it'
commit policy
on one 1 scan --server "$east"
until_true is_level
cd "$folder/two/shop"
git pull -q
now=$(moment)
on two 1 findings --server "$west" --now "$now" --format json
version=$(print tls_version_minimum)
on two 0 explain "$version" --server "$west" --now "$now" --receipt "$folder/two.receipt"
says 'our clients all have it'
cd "$folder/one/shop"
on one 0 explain "$version" --server "$east" --now "$now" --receipt "$folder/one.receipt"
cmp -s "$folder/one.receipt" "$folder/two.receipt" || fail "another receipt where a policy decides"
run 0 verify-receipt "$folder/one.receipt"

# ---- A pack of it, for another team's project and store
on one 0 corpus export "$folder/ours.jsonl" --policy
agent=$(sed -n 's/.*signed by \([0-9a-f]*\)$/\1/p' "$folder/err")
mkdir -p "$folder/three/bank"
cd "$folder/three/bank"
git init -q .
cp "$folder/one/shop/src/tls.py" .
on three 0 init --name carol
on three 0 scan
on three 2 corpus import "$folder/ours.jsonl" --project
says_aside 'signers'
printf '  - name: shop\n    key: %s\n' "$agent" >>.aphoria/config.yaml
on three 0 corpus import "$folder/ours.jsonl" --project
on three 1 scan --persist
says 'our clients all have it'
on three 1 findings
says 'our clients all have it'
on three 0 corpus import "$folder/ours.jsonl" --server "$west"
says_aside "pack shop: 1 record, signed by $agent"
sed 's/our clients/your clients/' "$folder/ours.jsonl" >.aphoria/packs/shop.jsonl
on three 2 scan
says_aside 'shop.jsonl:2:'
stop_serving
