#!/usr/bin/env bash
# Claims of code in stores that last, in a folder and with nodes: asserted on change only, gone when
# the code is, kept apart by project, and judged the same wherever they are.
# STEME, APHORIA = the programs.
source "$(dirname "${BASH_SOURCE[0]}")/../scenario/serve.bash"
: "${APHORIA:?the program to test}"
unset APHORIA_KEY
export XDG_CONFIG_HOME="$folder/config"

# aphoria CODE ARGUMENT...: as run, of the other program.
aphoria() {
    local want=$1 got=0
    shift
    "$APHORIA" "$@" >"$folder/out" 2>"$folder/err" || got=$?
    [[ $got == "$want" ]] || fail "exit $got in place of $want: aphoria $*"
}

# A time behind all that was said: stamps may be half a second ahead of the clock.
moment() { sleep 0.6; date -u +%FT%T.%NZ; }
# changed NEW GONE KEPT: what the latest scan said of the store.
changed() { says_aside "^$1 claims? (is|are) new or otherwise, $2 gone, $3 as before$"; }

write_code() {
    mkdir -p "$1/src" "$1/lib" "$1/.aphoria"
    printf 'import requests\ndef get(u):\n    return requests.get(u, verify=False, timeout=5)\n' >"$1/src/client.py"
    printf 'import hashlib\ndef digest(x):\n    return hashlib.md5(x)\n' >"$1/lib/hash.py"
}
records() { "$STEME" stat --db "$1" --json | python3 -c 'import json, sys; print(json.load(sys.stdin)["records"])'; }

run 0 keygen alice.key
run 0 keygen bob.key
write_code shop
cd shop

# ---- A scan writes nothing, unless it is told to
aphoria 1 scan
[[ ! -e .aphoria/db ]] || fail "a scan left a store"
aphoria 2 scan --persist
says_aside 'give --key'
[[ ! -e .aphoria/db ]] || fail "a store without anything to sign with"

# ---- On change only
aphoria 1 scan --persist --key ../alice.key
changed 2 0 0
grep -qx 'db/' .aphoria/.gitignore || fail "the store is not kept out of git"
before=$(records .aphoria/db)
aphoria 1 scan --persist --key ../alice.key
changed 0 0 2
[[ $(records .aphoria/db) == "$before" ]] || fail "a scan of the same code added records"
sed -i '1i # moved' src/client.py
aphoria 1 scan --persist --key ../alice.key
changed 0 0 2

# ---- Without a scan: the same
"$APHORIA" scan --persist --key ../alice.key --format json 2>"$folder/err" >"$folder/scanned.json" || true
aphoria 1 findings --format json
python3 - "$folder/scanned.json" "$folder/out" <<'END' || fail "findings are not those of the scan"
import json, sys
scanned, found = (
    sorted((f["fingerprint"], f["outcome"], f["score"], f["path"], f["code"]) for f in json.load(open(p))["findings"])
    for p in sys.argv[1:])
sys.exit(scanned != found or len(found) != 2)
END

# ---- Only what was scanned can be gone
start=$(moment)
rm src/client.py
aphoria 1 scan lib --persist --key ../alice.key
changed 0 0 1
aphoria 1 scan lib/hash.py --persist --key ../alice.key
changed 0 0 1
aphoria 1 findings
says 'src/client.py'
aphoria 1 scan --persist --key ../alice.key
changed 0 1 1
aphoria 1 findings
says_not 'src/client.py'
says 'lib/hash.py'

# ---- What was left out for this once is not gone; what another key said is not ours to end
aphoria 0 scan --exclude lib --persist --key ../alice.key
changed 0 0 0
aphoria 1 scan --persist --key ../bob.key
changed 1 0 0
sed -i 's/md5/sha256/' lib/hash.py
aphoria 0 scan --persist --key ../bob.key
changed 0 1 0
aphoria 1 findings
aphoria 0 scan --persist --key ../alice.key
aphoria 0 findings
says '^0 block'

# ---- Before, and what changed since
aphoria 1 findings --as-of "$start"
says 'src/client.py'
aphoria 0 drift --since "$start" --json
json 'd["worse"] == 0 and sorted(c["kind"] for c in d["changes"]) == ["vanished", "vanished"]'
middle=$(moment)
sed -i 's/sha256/sha1/' lib/hash.py
aphoria 0 scan --persist --key ../alice.key
sed -i 's/sha1/md5/' lib/hash.py
aphoria 1 scan --persist --key ../alice.key
changed 1 0 0
aphoria 1 drift --since "$middle"
says 'appeared +worse +lib/hash.py.*nothing -> md5 \(block\)'
aphoria 2 drift --since 1h --until 2h
says_aside 'turn them round'
cd ..

# ---- One set, several projects
write_code shop2
cp -r shop copy
aphoria 1 scan shop2 --db both --key alice.key
aphoria 1 scan shop --db both --key alice.key
changed 1 0 0
aphoria 1 findings shop2 --db both --format json
json 'd["project"] == "shop2" and len(d["findings"]) == 2'
aphoria 1 findings shop --db both --format json
json 'd["project"] == "shop" and len(d["findings"]) == 1'

# ---- Another machine: the same verdicts and the same receipt, from folder and node
run 0 init elsewhere
serve elsewhere
run 0 sync --db both "$address"
now=$(moment)
aphoria 1 findings shop2 --db both --now "$now" --format json
mv out here.json
aphoria 1 findings shop2 --server "$address" --now "$now" --format json
cmp -s out here.json || fail "another machine finds otherwise"
finding=$(python3 -c 'import json; print(json.load(open("here.json"))["findings"][0]["fingerprint"])')
aphoria 0 explain "$finding" shop2 --db both --now "$now" --receipt here.receipt
mv out here.explain
aphoria 0 explain "$finding" shop2 --server "$address" --now "$now" --receipt there.receipt
cmp -s out here.explain || fail "another machine explains otherwise"
cmp -s here.receipt there.receipt || fail "another receipt on another machine"
run 0 verify-receipt there.receipt
says OK
sed 's/violated/satisfied/' there.receipt >bad.receipt
run 1 verify-receipt bad.receipt

# ---- A scan that goes to the node
aphoria 1 scan shop2 --server "$address" --key alice.key
changed 0 0 2
sed -i 's/md5/sha256/' shop2/lib/hash.py
aphoria 1 scan shop2 --server "$address" --key alice.key
changed 0 1 1
run 0 sync --db both "$address"
aphoria 1 findings shop2 --db both
says_not md5

# ---- Nobody's word but the corpus's and the team's demands anything of code, or lets it pass
cat >rules.jsonl <<'END'
{"type":"assertion","subject":"rfc://0/1","predicate":"tls/version/minimum","object":1.3,"relation":">=","source_class":"regulatory","metadata":{"level":"must","reason":"no"}}
{"type":"assertion","subject":"rfc://0/2","predicate":"tls/cert_verification/enabled","object":false,"relation":"=","source_class":"regulatory","metadata":{"level":"must","reason":"yes"}}
END
printf 'import ssl\ncontext = ssl.create_default_context()\ncontext.minimum_version = ssl.TLSVersion.TLSv1_2\n' >shop2/src/tls.py
aphoria 1 scan shop2 --db both --key alice.key
says '^1 block'
run 0 import --db both --key bob.key --date 2026-01-01 rules.jsonl
run 0 query --db both --subject 'code://shop2/src/tls.py#/0' --predicate tls/version/minimum --lens rules
says 'verdict violated' # to who trusts everybody
aphoria 1 findings shop2 --db both --format json --all
json '[f["outcome"] for f in d["findings"] if f["concept"] == "tls/version/minimum"] == ["pass"]'
json '[f["outcome"] for f in d["findings"] if f["concept"] == "tls/cert_verification/enabled"] == ["block"]'
aphoria 1 scan shop2 --db both --key alice.key
says '^1 block'

# ---- To a node that speaks TLS, as steme does
run 0 cluster-cert members
run 0 cluster-cert members node
run 0 cluster-cert members user
run 0 cluster-cert strangers
run 0 cluster-cert strangers eve
run 0 init secret
serve secret --tls-cert members/node.crt --tls-key members/node.key --tls-ca members/ca.crt
as() { echo --server "$address" --tls-cert "$1/$2.crt" --tls-key "$1/$2.key" --tls-ca "$1/ca.crt"; }
aphoria 1 scan shop2 $(as members user) --key alice.key
changed 2 0 0
aphoria 1 findings shop2 $(as members user)
says '^1 block'
aphoria 2 findings shop2 $(as strangers eve)
aphoria 2 findings shop2 --server "$address"

# ---- What anybody may have written is shown so that it does nothing
cat >strange.jsonl <<'END'
{"type":"assertion","subject":"code://shop2/a\u001b[2J.py#f/0","predicate":"hash/algorithm","object":"md5","metadata":{"rule":"\u001b[2J","symbol":"\u001b[1m","code":"\u001b[2J","fingerprint":"\u001b","range":"x"}}
{"type":"assertion","subject":"code://shop2/b","predicate":"hash/algorithm","object":"md5"}
{"type":"assertion","subject":"code://shop2/","predicate":"hash/algorithm","object":"md5"}
{"type":"assertion","subject":"code://shop2/c#/99999999999999999999999","predicate":"no/such","object":7}
END
run 0 import --db both --key bob.key --date 2026-01-01 strange.jsonl
for format in table json sarif html markdown junit github gitlab; do
    aphoria 1 findings shop2 --db both --all --format $format
    says_not $'\e'
done
json 'len(d) >= 1'
run 0 query --db both --subject 'code://shop2/src/client.py#get/0' --json
aphoria 0 explain "$(grep -om1 '"fingerprint": *"[0-9a-f]*' out | grep -om1 '[0-9a-f]*$')" shop2 --db both
says_not $'\e'
aphoria 1 drift shop2 --db both --since 2000-01-01
says_not $'\e'

# ---- Of a part of the files nothing is gone
git init -q part
write_code part
cd part
aphoria 1 scan --persist --key ../alice.key
git add -A
git rm -q --cached lib/hash.py src/client.py
aphoria 0 scan --staged --persist --key ../alice.key
changed 0 0 0
aphoria 2 scan --history --persist --key ../alice.key
says_aside 'leave out --history'
aphoria 1 findings
says '^2 block'
cd ..

# ---- Places that cannot be
aphoria 2 findings shop2
says_aside 'no store: .*--persist'
aphoria 2 findings shop2 --db both --server "$address"
aphoria 2 scan shop2 --server nowhere --key alice.key
aphoria 2 explain "$finding" shop2 --receipt here.receipt
aphoria 2 findings shop2 --db both --by 12
aphoria 2 findings shop2 --db both --now yesterday
stop_serving
