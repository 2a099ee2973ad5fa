#!/usr/bin/env bash
# What a team decides of its code as a whole: a policy demands more than authorities or overrules
# them, in its own project alone; a baseline makes what is there known, wherever it moves to; diff,
# status and claims tell how code and decisions stand.
# STEME, APHORIA = the programs.
source "$(dirname "${BASH_SOURCE[0]}")/../scenario/cli.bash"
: "${APHORIA:?the program to test}"
unset APHORIA_KEY
export XDG_CONFIG_HOME="$folder/config" USER=alice HOME="$folder"
export GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a@b GIT_COMMITTER_NAME=a GIT_COMMITTER_EMAIL=a@b

# aphoria CODE ARGUMENT...: as run, of the other program.
aphoria() {
    local want=$1 got=0
    shift
    "$APHORIA" "$@" >"$folder/out" 2>"$folder/err" || got=$?
    [[ $got == "$want" ]] || fail "exit $got in place of $want: aphoria $*"
}
# refused CODE PATTERN ARGUMENT...: prints nothing, and says why.
refused() {
    local code=$1 pattern=$2
    shift 2
    aphoria "$code" "$@"
    [[ ! -s $folder/out ]] || fail "data in spite of a refusal: aphoria $*"
    grep -qE -- "^aphoria: .*$pattern" "$folder/err" || fail "does not say '$pattern': aphoria $*"
}
counts() { says "^$1 block, $2 flag, .*$3 pass; (.* known; )?"; }
# outcome CONCEPT OUTCOME: of the only finding of the concept in a scan.
outcome() {
    "$APHORIA" scan --all --format json >"$folder/out" 2>"$folder/err" || true
    json "[f['outcome'] for f in d['findings'] if f['concept'] == '$1'] == ['$2']"
}

mkdir shop
cd shop
git init -q .
cat >client.py <<'PYTHON'
import hashlib
import ssl

import requests


def fetch(url):
    return requests.get(url, verify=False, timeout=5)


def name(data):
    return hashlib.sha1(data).hexdigest()


def context():
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    made.minimum_version = ssl.TLSVersion.TLSv1_2
    return made
PYTHON
refused 2 'aphoria init' bless debug/enabled false --reason x
refused 2 'aphoria init' baseline
aphoria 0 init
git add -A && git commit -qm one

# ---- bless: what it refuses, and what it says then
refused 2 'CONCEPT VALUE' bless
refused 2 'no value' bless debug/enabled --reason x
refused 2 'did you mean tls/version/minimum' bless tls/version/minimun 1.3 --reason x
refused 2 'did you mean tls/cert_verification/enabled' bless cert_verification false --reason x
refused 2 'no such concept: qqqqq; ' bless qqqqq false --reason x
refused 2 'a number, such as .*1\.3' bless tls/version/minimum TLSv1.3 --reason x
refused 2 'true or false' bless tls/cert_verification/enabled off --reason x
refused 2 'no number: its relation is' bless hash/algorithm md5 --relation '<' --reason x
refused 2 'unknown value: --relation' bless hash/algorithm md5 --relation none --reason x
refused 2 'unknown value: --level' bless hash/algorithm md5 --level always --reason x
refused 2 'no reason' bless hash/algorithm md5
refused 2 'no reason' bless hash/algorithm md5 --reason ' '
refused 2 'is past' bless hash/algorithm md5 --reason x --expires 2020-01-01
refused 2 'soon' bless hash/algorithm md5 --reason x --expires soon
refused 2 'CONCEPT VALUE' bless --list hash/algorithm
refused 2 'CONCEPT VALUE' bless --list --remove hash/algorithm
refused 1 'no policy about' bless --remove hash/algorithm
refused 2 'no such concept' bless --remove hash
run 0 keygen "$folder/other.key"
refused 2 'not among the signers' bless debug/enabled false --reason x --key "$folder/other.key"
[[ ! -e .aphoria/policy.jsonl ]] || fail "a refusal left a policy"
aphoria 0 bless --list
says_aside 'no policy yet'

# ---- A policy demands more than authorities do
outcome tls/version/minimum pass
aphoria 0 bless tls/version/minimum 1.3 --relation '>=' --reason 'our clients all have it'
outcome tls/version/minimum block
json "[(f['authorities'][0]['subject'], f['authorities'][0]['demand'], f['authorities'][0]['sentence']) for f in d['findings'] if f['concept'] == 'tls/version/minimum'] == [('policy://shop/tls/version/minimum', '>= 1.3', 'our clients all have it')]"
aphoria 0 bless tls/version/minimum 1.3 --relation '>=' --reason 'our clients all have it' --level should
outcome tls/version/minimum flag
aphoria 0 bless --list --json
json "[(p['concept'], p['relation'], p['value']['value'], p['level'], p['signer'], p['in_force'], p['overrules']) for p in d['policies']] == [('tls/version/minimum', '>=', 1.3, 'should', 'alice', True, [])]"
aphoria 0 bless tls/version/minimum 1.2 --relation '>=' --reason 'old clients'
outcome tls/version/minimum pass

# ---- A policy allows what authorities forbid, and tells whom it overrules
outcome tls/cert_verification/enabled block
aphoria 0 bless tls/cert_verification/enabled false --reason 'the proxy beside it checks' --expires 2099-01-01
says_aside 'overrules HTTP Semantics, 4.3.4 \[must\]'
outcome tls/cert_verification/enabled pass
json "('rfc://9110/4.3.4', 'policy://shop/tls/cert_verification/enabled', 'the proxy beside it checks') in [(a['subject'], a['overruled_by']['subject'], a['overruled_by']['reason']) for f in d['findings'] if f['concept'] == 'tls/cert_verification/enabled' for a in f['opposed'] if a['overruled_by']]"
aphoria 0 scan --all
says 'allowed by the project.s policy: the proxy beside it checks'
says 'against .*, must: '
# An allowance is no demand: who does check is not at fault.
printf 'import requests\nrequests.get("https://a", verify=True, timeout=5)\n' >good.py
aphoria 0 scan good.py --fail-on flag
rm good.py
aphoria 0 bless hash/algorithm SHA-1 --reason 'names, as git has them'
outcome hash/algorithm pass
aphoria 0 bless --remove hash/algorithm
outcome hash/algorithm flag
# A laxer bound overrules the tighter one where it is kept, and only there.
cat >store.py <<'PYTHON'
import hashlib


def many(password, salt):
    return hashlib.pbkdf2_hmac("sha256", password, salt, 100000)
PYTHON
outcome password_hash/pbkdf2/sha256/iterations block
aphoria 0 bless password_hash/pbkdf2/sha256/iterations 50000 --relation '>=' --reason 'small machines'
outcome password_hash/pbkdf2/sha256/iterations pass
sed -i 's/100000/10000/' store.py
outcome password_hash/pbkdf2/sha256/iterations block
aphoria 0 bless --remove password_hash/pbkdf2/sha256/iterations --reason 'they are gone'
rm store.py

# ---- Who has no say: another signer, another project, a policy that has ended
cp .aphoria/policy.jsonl "$folder/policy.jsonl"
mkdir -p "$folder/blog"
cp client.py "$folder/blog"
cp -r .aphoria "$folder/blog"
sed -i 's/^project: .*/project: blog/' "$folder/blog/.aphoria/config.yaml"
cd "$folder/blog"
aphoria 1 scan --all
says_aside 'another project.s policy'
counts 1 1 1
cd "$folder/shop"
sed -i 's/"old clients"/"any clients"/' .aphoria/policy.jsonl
aphoria 0 bless --list
says_aside 'policy.jsonl:[0-9]+: id: not that of the fields'
cp "$folder/policy.jsonl" .aphoria/policy.jsonl
aphoria 0 bless hash/algorithm sha1 --reason 'soon over' --expires "$(date -u -d '2 seconds' +%Y-%m-%dT%H:%M:%SZ)"
sleep 2.1
aphoria 0 bless --list --json
json "[p['in_force'] for p in d['policies'] if p['concept'] == 'hash/algorithm'] == [False]"
outcome hash/algorithm flag
aphoria 0 bless --remove hash/algorithm

# ---- In a set that both write to, a policy judges its own project only
run 0 init "$folder/shared" 2>/dev/null || true
mkdir -p "$folder/blog2"
cp client.py "$folder/blog2"
cp -r .aphoria "$folder/blog2"
rm "$folder/blog2/.aphoria/policy.jsonl"
sed -i 's/^project: .*/project: blog2/' "$folder/blog2/.aphoria/config.yaml"
aphoria 0 scan --db "$folder/shared" --format json --all --key "$XDG_CONFIG_HOME/aphoria/key"
json "sorted(f['outcome'] for f in d['findings']) == ['flag', 'pass', 'pass']"
cd "$folder/blog2"
aphoria 0 bless debug/enabled false --reason 'the same key decides here too'
aphoria 1 scan --db "$folder/shared" --format json --all --key "$XDG_CONFIG_HOME/aphoria/key"
json "sorted(f['outcome'] for f in d['findings']) == ['block', 'flag', 'pass']"
json "not any('policy://' in a['subject'] for f in d['findings'] for a in f['authorities'] + f['opposed'])"
cd "$folder/shop"
# What holds is what the ledger has, also where the set has a newer line: a branch, or a revert.
cp .aphoria/policy.jsonl "$folder/policy.jsonl"
head -n 1 "$folder/policy.jsonl" >.aphoria/policy.jsonl
aphoria 1 scan --db "$folder/shared" --format json --all --key "$XDG_CONFIG_HOME/aphoria/key"
json "[(f['outcome'], f['authorities'][0]['demand']) for f in d['findings'] if f['concept'] == 'tls/version/minimum'] == [('block', '>= 1.3')]"
cp "$folder/policy.jsonl" .aphoria/policy.jsonl

# ---- baseline: what is there is known
aphoria 0 bless --remove tls/cert_verification/enabled
aphoria 1 scan
counts 1 1 1
refused 2 'no baseline yet' diff
refused 2 'one of them at a time' baseline --show --clear
aphoria 0 baseline --json
json "(d['known'], d['lines'], d['added'], d['removed']) == (2, 2, 2, 0)"
aphoria 0 scan --fail-on flag
says '2 known'
aphoria 1 scan --no-baseline
counts 1 1 1
aphoria 0 scan --all --format json
json "sorted(f['known'] for f in d['findings']) == [False, True, True]"
cp .aphoria/baseline.jsonl "$folder/baseline.jsonl"
aphoria 0 baseline
cmp .aphoria/baseline.jsonl "$folder/baseline.jsonl" || fail "what did not change was written anew"
git add -A && git commit -qm two

# ---- Moved code stays known, and acknowledged; a copy, or a second one, is new
cp client.py a.py
aphoria 1 diff --json
json "[(f['path'], f['outcome']) for f in d['new']] == [('a.py', 'block'), ('a.py', 'flag')] and d['same'] == 2"
rm a.py
mkdir lib
git mv client.py lib/net.py
printf '\n\n# a line more\n' | cat - lib/net.py >moved && mv moved lib/net.py
aphoria 0 scan --fail-on flag
says '2 known'
aphoria 0 diff --json
json "(d['new'], d['gone'], d['changed'], d['same']) == ([], [], [], 2)"
sed -i 's/^    return requests.*/    requests.get(url, verify=False, timeout=5)\n&/' lib/net.py
aphoria 1 scan
says '^1 block, 0 flag.*2 known'
print=$("$APHORIA" scan --format json 2>/dev/null | python3 -c 'import json, sys; print(json.load(sys.stdin)["findings"][0]["fingerprint"])') || true
aphoria 0 ack "$print" --reason 'both are meant'
aphoria 0 scan --fail-on flag
sed -i '1,3d' lib/net.py
git mv lib/net.py net.py
# Another one of the same concept before it does not make it another one.
sed -i 's/^def fetch.*/&\n    requests.put(url, verify=False, timeout=5)/' net.py
aphoria 1 scan --format json
json "[(f['outcome'], f['code'].split('(')[0]) for f in d['findings'] if not f['known']] == [('block', 'requests.put'), ('ack', 'requests.get')]"
git checkout -q -f HEAD
rm -rf lib net.py .aphoria/acks.jsonl
aphoria 0 scan --fail-on flag
says '2 known'

# ---- What became worse is not what was known
aphoria 0 bless hash/algorithm sha1 --relation '!=' --reason 'never again'
aphoria 1 scan
says '^1 block, 0 flag.*1 known'
aphoria 1 diff
says '^changed .*block .*was flag'
aphoria 0 bless --remove hash/algorithm

# ---- diff: against a commit and a report
sed -i '/verify=False/s/, verify=False//' client.py
printf 'import hashlib\n\n\ndef old(data):\n    return hashlib.sha1(data + b"x")\n' >old.py
aphoria 0 diff
says '^new +flag +old.py:5'
says '^gone +block'
says '^1 new, 0 changed, 1 gone, 1 the same, against the baseline'
aphoria 1 diff --fail-on flag
aphoria 0 scan --format json --no-baseline
cp "$folder/out" "$folder/report.json"
aphoria 0 diff "$folder/report.json" --fail-on flag
says '^0 new, 0 changed, 0 gone, 2 the same'
aphoria 0 diff HEAD --json
json "[f['path'] for f in d['new']] == ['old.py'] and [f['path'] for f in d['gone']] == ['client.py'] and d['against'] == 'HEAD'"
git stash -q -u
aphoria 1 diff "$folder/report.json"
says '^new +block +client.py'
says '^gone +flag +old.py'
git stash pop -q
refused 2 'no such revision: nowhere' diff nowhere
echo '{"findings": [{"path": "a"}]}' >"$folder/bad.json"
refused 2 'its finding 1 lacks' diff "$folder/bad.json"
echo '[]' >"$folder/bad.json"
refused 2 'no report of' diff "$folder/bad.json"
echo 'x' >"$folder/bad.json"
refused 2 'bad.json: JSON' diff "$folder/bad.json"

# ---- baseline: what is fixed goes, what is new comes
aphoria 0 status --json
json "d['baseline'] == {'known': 2, 'fixed': 1}"
aphoria 0 baseline --json
json "(d['known'], d['lines'], d['added'], d['removed']) == (2, 2, 1, 1)"
[[ $(git diff --numstat .aphoria/baseline.jsonl | cut -f1,2) == $'1\t1' ]] || fail "more lines differ than findings"
aphoria 0 baseline --show
says 'old.py'
aphoria 0 baseline --clear
aphoria 0 baseline --show --json
json "d['findings'] == []"
aphoria 1 scan --fail-on flag
git checkout -q -f HEAD
rm old.py

# ---- claims: the team's word about its own code
refused 2 'no such word' claims make
refused 2 'claims create NAME' claims create a
refused 2 'no name of a claim' claims create 'a b' hash/algorithm sha1 --path '*' --reason x
refused 2 'no such concept' claims create a hash sha1 --path '*' --reason x
refused 2 'true or false' claims create a debug/enabled yes --path '*' --reason x
refused 2 'of which files' claims create a hash/algorithm sha1 --reason x
refused 2 'of which files' claims create a hash/algorithm sha1 --path /etc --reason x
refused 2 'why' claims create a hash/algorithm sha1 --path '*'
refused 2 'too many words' claims list a
refused 1 'no such claim' claims remove a
refused 1 'no such claim' claims verify a
aphoria 0 claims verify
says_aside 'no claims yet'
mkdir src
cat >src/new.py <<'PYTHON'
import ssl


def context():
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    made.minimum_version = ssl.TLSVersion.TLSv1_3
    return made
PYTHON
aphoria 0 claims create tls-of-src tls/version/offered 1.3 --relation '>=' --path ./src/ --reason 'all new'
aphoria 0 claims verify
says '^PASS +tls-of-src  tls/version/offered >= 1.3 in src  \(1 so, 0 not\)'
aphoria 0 claims create tls tls/version/minimum 1.3 --relation '>=' --path '*.py' --reason 'all'
aphoria 0 claims create debug debug/enabled false --path . --reason 'never'
aphoria 1 claims verify
says '^CONFLICT +tls  .*\(1 so, 1 not\)'
says '^ +client.py:[0-9]+:[0-9]+  tls/version/minimum = 1.2'
says '^MISSING +debug '
aphoria 1 claims verify --json
json "{c['name']: (c['state'], c['held'], [p['path'] for p in c['conflicts']]) for c in d['claims']} == {'tls-of-src': ('PASS', 1, []), 'tls': ('CONFLICT', 1, ['client.py']), 'debug': ('MISSING', 0, [])}"
aphoria 0 claims verify tls-of-src
aphoria 0 status --json
json "d['claims'] == {'pass': 1, 'conflict': 1, 'missing': 1}"
aphoria 0 claims remove tls
aphoria 0 claims remove debug
aphoria 0 claims verify
aphoria 0 claims list --json
json "[(c['name'], c['path'], c['reason'], c['signer']) for c in d['claims']] == [('tls-of-src', 'src', 'all new', 'alice')]"
cd src
aphoria 0 claims verify
cd ..

# ---- status: all of it
print=$("$APHORIA" scan --no-baseline --format json 2>/dev/null | python3 -c 'import json, sys; print([f["fingerprint"] for f in json.load(sys.stdin)["findings"] if f["concept"] == "hash/algorithm"][0])') || true
aphoria 0 ack "$print" --reason 'names' --expires "$(date -u -d '5 days' +%Y-%m-%d)"
aphoria 0 status --json
json "d['project'] == 'shop' and d['key']['state'] == 'signer' and d['key']['signer'] == 'alice'"
json "d['acks'] == {'active': 1, 'expiring': 1, 'expired': 0, 'unused': 0}"
json "d['policy'] == {'in_force': 1, 'ended': 0} and d['store'] is None"
json "(d['findings']['ack'], d['findings']['known'], d['findings']['block']) == (1, 1, 0)"
json "[(k['kind'], k['ack'], k['known']) for k in d['findings']['kinds']] == [('tls_verification', 0, 1), ('weak_hash', 1, 0)]"
aphoria 0 status --key "$folder/other.key"
says '^key +.*no signer of this project'
says '^acks +1 active, 1 of them expiring within 14 days; 0 expired, 0 unused'
sed -i '/sha1/s/sha1/sha256/' client.py
aphoria 0 status --json
json "d['acks']['unused'] == 1"
mkdir "$folder/nothing"
cd "$folder/nothing"
aphoria 0 status
says 'no project yet'
