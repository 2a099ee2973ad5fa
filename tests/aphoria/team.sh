#!/usr/bin/env bash
# What a team decides of single findings: signed lines that are committed, count only by those whom
# the configuration lists, hold wherever the code moves to, and end when they say.
# APHORIA = the program.
source "$(dirname "${BASH_SOURCE[0]}")/../scenario/cli.bash"
: "${APHORIA:?the program to test}"
unset APHORIA_KEY
export XDG_CONFIG_HOME="$folder/config" USER=alice

# aphoria CODE ARGUMENT...: as run, of the other program.
aphoria() {
    local want=$1 got=0
    shift
    "$APHORIA" "$@" >"$folder/out" 2>"$folder/err" || got=$?
    [[ $got == "$want" ]] || fail "exit $got in place of $want: aphoria $*"
}
# print RULE: the fingerprint of its one finding.
print() {
    { "$APHORIA" scan --format json 2>/dev/null || true; } | python3 -c '
import json, sys
found = [f["fingerprint"] for f in json.load(sys.stdin)["findings"] if f["rule"].startswith(sys.argv[1])]
assert len(found) == 1, found
print(found[0])' "$1"
}
counts() { says "^$1 block, $2 flag, $3 acknowledged"; }

mkdir -p shop/src
cd shop
git init -q .
cat >src/client.py <<'PYTHON'
import requests


def get(url):
    return requests.get(url, verify=False, timeout=5)
PYTHON

# ---- A project: made once, the same after the second time
aphoria 2 ack 0123456789 --reason why
says_aside 'no key'
aphoria 0 init
[[ $(stat -c %a "$folder/config/aphoria/key") == 600 ]] || fail "others may read the key"
grep -q '^project: shop$' .aphoria/config.yaml || fail "not named after its folder"
cp -r .aphoria before
aphoria 0 init
diff -r before .aphoria || fail "a second init changed something"
rm -r before
(cd src && aphoria 0 init)
[[ ! -e src/.aphoria ]] || fail "a project in a project"
aphoria 2 init --project 'a/b'
aphoria 2 init --key .aphoria/key
says_aside 'that is in the repository'
aphoria 2 init --key new/folder/key
[[ ! -e new && ! -e .aphoria/key ]] || fail "a key in the repository"

# ---- An acknowledgement: by a prefix, with a reason; it is signed, and moves with the code
aphoria 1 scan
counts 1 0 0
mark=$(print tls_cert_verification)
aphoria 2 ack "${mark:0:10}"
says_aside '--reason'
aphoria 2 ack abc --reason why
says_aside 'at least'
aphoria 2 ack 00000000 --reason why
says_aside 'no finding begins with that'
aphoria 2 ack "$mark" --reason why --expires 2001-01-01
says_aside 'is over'
aphoria 2 ack "$mark" --reason why --expires soon
[[ ! -e .aphoria/acks.jsonl ]] || fail "something was acknowledged"
aphoria 0 ack "${mark:0:10}" --reason 'speaks to a test bench' --expires 2126-01-01
aphoria 0 scan
counts 0 0 1
says 'speaks to a test bench'
aphoria 0 scan --format sarif
json 'd["runs"][0]["results"][0]["suppressions"][0]["justification"].startswith("alice, until 2126-01-01")'
for format in json html markdown; do
    aphoria 0 scan --format $format
    says 'alice, until 2126-01-01: speaks to a test bench'
done
printf '# a line more\n\n' | cat - src/client.py >moved.py
git mv -k src/client.py src/other.py 2>/dev/null || true
rm src/client.py
mkdir -p lib
mv moved.py lib/moved.py
aphoria 0 scan
counts 0 0 1
sed -i 's/timeout=5/timeout=50/' lib/moved.py
aphoria 1 scan
counts 1 0 0
aphoria 0 ack --list --json
json 'd["acknowledgements"][0]["state"] == "unused"'
sed -i 's/timeout=50/timeout=5/' lib/moved.py

# ---- Taken back, and given again: the newest line counts, wherever it stands
aphoria 0 ack "$mark" --remove --reason 'the bench is gone'
aphoria 1 scan
aphoria 0 ack "$mark" --reason 'a new bench'
aphoria 0 scan
[[ $(wc -l <.aphoria/acks.jsonl) == 3 ]] || fail "a line for each decision"
tac .aphoria/acks.jsonl >turned && mv turned .aphoria/acks.jsonl
aphoria 0 scan
says 'a new bench'
sed -i 's/$/\r/' .aphoria/acks.jsonl
aphoria 0 scan

# ---- What was altered, or signed by somebody else, counts for nothing and is named
cp .aphoria/acks.jsonl good
sed -i '1s/a new bench/an old bench/' .aphoria/acks.jsonl
aphoria 1 scan
says_aside 'acks.jsonl:1: '
head -c 200 good >.aphoria/acks.jsonl
aphoria 1 scan
says_aside 'acks.jsonl:1: '
cp good .aphoria/acks.jsonl
XDG_CONFIG_HOME=$folder/bob USER=bob aphoria 1 init
says_aside 'does not list your key'
says 'name: "bob"'
XDG_CONFIG_HOME=$folder/bob aphoria 2 ack "$mark" --reason 'bob says so'
says_aside 'not among the signers'
cmp good .aphoria/acks.jsonl || fail "somebody else wrote"
cp .aphoria/config.yaml config
XDG_CONFIG_HOME=$folder/bob USER=bob aphoria 1 init
cat "$folder/out" >>.aphoria/config.yaml
rm .aphoria/acks.jsonl
XDG_CONFIG_HOME=$folder/bob aphoria 0 ack "$mark" --reason 'bob says so'
aphoria 0 scan
says 'bob: bob says so'
cp config .aphoria/config.yaml
aphoria 1 scan
says_aside 'signed by nobody of config.yaml'
rm .aphoria/acks.jsonl
ln -s "$folder/shop/good" .aphoria/acks.jsonl
aphoria 2 scan
says_aside 'it is a link'
rm .aphoria/acks.jsonl
head -c 40000 /dev/urandom >.aphoria/acks.jsonl
aphoria 1 scan
rm .aphoria/acks.jsonl

# ---- An end that comes
aphoria 0 ack "$mark" --reason 'for a moment' --expires "$(date -u -d '+3 seconds' +%Y-%m-%dT%H:%M:%SZ)"
aphoria 0 scan
sleep 3.5
aphoria 1 scan
counts 1 0 0
says '1 acknowledgement expired'
aphoria 0 ack --list --json
json 'd["acknowledgements"][0]["state"] == "expired"'
aphoria 0 ack --list
says "^$mark  expired  alice  .*for a moment"

# ---- Allowed by path and rule, with a reason; faults have their line
printf 'allow:\n  - path: "lib/*"\n    rule: "tls_*"\n    reason: a bench\n' >>.aphoria/config.yaml
aphoria 0 scan
says 'allowed by config.yaml: a bench'
(cd lib && aphoria 0 scan)
(cd lib && aphoria 0 scan moved.py)
sed -i 's/lib\/\*/src\/*/' .aphoria/config.yaml
aphoria 1 scan
sed -i '/reason: a bench/d' .aphoria/config.yaml
aphoria 2 scan
says_aside 'config.yaml:[0-9]+: .*reason'
for pattern in 'lib/[a' '/lib/*' './lib' '' 'lib\'; do
    { cat config; printf "allow:\n  - path: '%s'\n    reason: why\n" "$pattern"; } >.aphoria/config.yaml
    aphoria 2 scan
    says_aside 'config.yaml:[0-9]+: path.*pattern'
done
cp config .aphoria/config.yaml
echo 'exclude: [lib]' >>.aphoria/config.yaml
aphoria 0 scan
for line in 'nonsense: 1' 'block_at: 7' 'flag_at: many' 'project: a b' 'signers: [1]' 'fingerprint_key: 12' '%' ; do
    { grep -v "^${line%%:*}:" config; echo "$line"; } >.aphoria/config.yaml
    aphoria 2 scan
    says_aside 'config.yaml:[0-9]+'
done
{ cat config; echo 'block_at: 0.95'; } >.aphoria/config.yaml
aphoria 0 scan
counts 0 1 0
cp config .aphoria/config.yaml

# ---- Secrets: told apart by the project's key, and nowhere whole
printf 'password = "first-hunter22"\n' >lib/moved.py
one=$(print secret_)
printf 'password = "other-hunter23"\n' >lib/moved.py
other=$(print secret_)
[[ $one != "$other" ]] || fail "two secrets of one fingerprint"
aphoria 0 ack "$other" --reason 'made up'
! grep -rq 'hunter2' .aphoria || fail "a secret was written down"
sed -i 's/^fingerprint_key: .*/fingerprint_key: 1111111111111111111111111111111111111111111111111111111111111111/' .aphoria/config.yaml
[[ $(print secret_) != "$other" ]] || fail "the project's key changes nothing"
echo ok
