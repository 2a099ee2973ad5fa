#!/usr/bin/env bash
# Questions end to end: every lens and option, views, receipts that need no store; the same from a folder
# and from a node, byte for byte.
source "$(dirname "$0")/serve.bash"
python=$(command -v /usr/bin/python3 || command -v python3)

# ---- a world where every option matters
run 0 init claims
declare -A agent
for name in a b c d; do
    run 0 keygen "$name.key"
    agent[$name]=$(<out)
done
# put KEY JSON...: signed records; $id is the last one's.
put() {
    local key=$1
    shift
    printf '%s\n' "$@" >put.jsonl
    run 0 import --db claims --key "$key.key" --date 2026-02-01T00:00:00Z put.jsonl
    run 0 export --db claims --format jsonl
    id=$(sed -n '$s/.*"id": *"\([0-9a-f]*\)".*/\1/p' out)
    [[ -n $id ]] || fail "no id"
}
# say KEY ARGUMENT...: a claim; $id is its id.
say() {
    local key=$1
    shift
    run 0 assert --db claims --key "$key.key" "$@"
    id=$(<out)
}
question=(--subject s --predicate p)
put a '{"type":"epoch","name":"old","claim_time":"2026-01-01T00:00:00Z"}'
epoch=$id
say a "${question[@]}" --object first --source-class regulatory --time 2026-01-01T00:00:00Z \
    --source https://one.example
first=$id
say a "${question[@]}" --object Second --source-class regulatory --time 2026-01-05T00:00:00Z \
    --source https://one.example
say b "${question[@]}" --object second --source-class clinical --confidence 0.9 \
    --time 2026-01-02T00:00:00Z --valid-from 2026-01-01T00:00:00Z --valid-to 2026-06-01T00:00:00Z
second=$id
say b "${question[@]}" --object another --source https://two.example --time 2026-01-03T00:00:00Z
wrong=$id
say c "${question[@]}" --object third --time 2026-01-04T00:00:00Z
third=$id
say c "${question[@]}" --object of-old --epoch "$epoch" --source https://three.example
say c --subject alias-of-s --predicate p --object fourth --source https://four.example
say a --subject n --predicate p --object 5 --type number
put b '{"type":"supersession","targets":["'"$wrong"'"],"kind":"invalidate","reason":"no"}'
put a '{"type":"epoch","name":"new","supersedes":["'"$epoch"'"],"kind":"temporal"}'
put a '{"type":"stage","target":"'"$first"'","to":"under_review"}'
put c '{"type":"stage","target":"'"$third"'","to":"under_review"}'
put d '{"type":"endorsement","target":"'"$second"'"}'
put d '{"type":"vote","target":"'"$third"'","weight":1}'
put a '{"type":"vote","target":"'"$third"'","weight":0.25}'
put d '{"type":"alias","from":"s","to":"alias-of-s","relation":"same-as"}'
put d '{"type":"assertion","subject":"predicate://p","predicate":"equivalence","object":"folded"}'
say d --subject n --predicate p --object 3 --type number --relation '>=' --source-class expert \
    --meta reason=because

serve claims
# same COMMAND ARGUMENT...: with the folder and with the node; leaves the output.
same() {
    local command=$1 want=0 got=0
    shift
    "$STEME" "$command" --db claims "$@" >want.out 2>want.err || want=$?
    "$STEME" "$command" --server "$address" "$@" >out 2>err || got=$?
    [[ $got == "$want" ]] || fail "exit $got in place of $want: $command $*"
    cmp want.out out || fail "other output: $command $*"
    cmp want.err err || fail "other words: $command $*"
}
# receipt ARGUMENT...: of one answer, the same from both places, verified with no store at hand.
receipt() {
    same query "$@" --receipt receipt.json --json
    "$STEME" query --db claims "$@" --receipt local.json --json >/dev/null
    cmp receipt.json local.json || fail "receipts differ: $*"
    cp out answer
    run 0 verify-receipt receipt.json
    says '^OK$'
    cp answer out
}
now=(--now 2030-01-01T00:00:00Z)

# ---- a view
run 0 view init ours.yaml
run 0 view lint ours.yaml
says '^OK: 0 agents$'
refused 2 'there already: ours.yaml' view init ours.yaml
cat >ours.yaml <<YAML
name: ours
unlisted: one
agents:
  - agent: ${agent[b]}
    class: regulatory
  - agent: ${agent[d]}
    class: expert
    stewardships: [supersession, aliases, predicates]
    seed: true
YAML
run 0 view sign ours.yaml --key a.key --key b.key
hash=$(<out)
run 0 view show ours.view --json
json "d['hash'] == '$hash' and sorted(d['signers']) == sorted(['${agent[a]}', '${agent[b]}'])"
json "[a['seed'] for a in d['agents']].count(True) == 1 and d['unlisted'] == 'one'"
run 0 view show ours.view
says "^hash +$hash$"
refused 2 'missing: --key' view sign ours.yaml
refused 2 'no such action: sing' view sing ours.yaml
cat >bad.yaml <<YAML
name: x
unlisted: some
colour: red
agents:
  - agent: ${agent[b]}
    class: royal
  - agent: ${agent[b]}
    stewardships: [supersession, dance]
  - agent: 00
    seed: maybe
  - class: expert
YAML
run 1 view lint bad.yaml
for said in '2: unlisted: some; it is each' '3: unknown key: colour' '6: class: royal' '7: an agent twice' \
    '8: stewardships: dance' '9: agent: 00' '10: seed: maybe' '11: an agent without its key'; do
    says_aside "^steme: bad\.yaml:$said"
done
run 1 view sign bad.yaml --key a.key
[[ ! -e bad.view ]] || fail "a faulty view was signed"
printf 'name: [' >broken.yaml
refused 1 'broken.yaml:2: no YAML' view lint broken.yaml
head -c 90 ours.view >cut.view
refused 1 'no signed view: cut.view' view show cut.view
"$python" -c '
data = bytearray(open("ours.view", "rb").read())
data[-3] ^= 1
open("forged.view", "wb").write(data)'
refused 1 'the signature of signer [12] is not valid' view show forged.view
refused 2 'no signed view: forged.view' query --db claims "${question[@]}" --lens votes --view forged.view
printf '# ours\n%s # b\n\n%s\n' "${agent[b]}" "${agent[c]}" >pack
printf 'nobody\n' >bad-pack
: >empty-pack
refused 2 'bad-pack:1: no agent' query --db claims --lens votes --trust-pack bad-pack
refused 2 'no agent in empty-pack' query --db claims --lens votes --trust-pack empty-pack

# ---- every lens, in every form, with and without a view
lenses=(recency consensus skeptic hlc confidence votes authority weighted truth constraints rules layered)
for lens in "${lenses[@]}"; do
    for form in --json --jsonl --csv --table; do
        same query --lens "$lens" "${now[@]}" $form
    done
    receipt "${question[@]}" --lens "$lens" "${now[@]}"
    json "d['view'] == 'open' and d['receipt']['view'] == 'open' and d['lens'] == '$lens'"
    json "d['receipt']['equivalence'] == 'folded'"
    receipt "${question[@]}" --lens "$lens" "${now[@]}" --view ours.view --decay class --aliases
    json "d['view'] == '$hash' and d['receipt']['view'] == '$hash' and d['receipt']['aliases']"
done

# ---- every option changes what it should
ask() { receipt "${question[@]}" "${now[@]}" "$@"; }
ask --lens skeptic
json "d['candidates'] == 3 and [c['share'] for c in d['claims']] == [0.75, 0.25]"
json "d['claims'][0]['signers'] == 3"
ask --lens skeptic --equal exact
json "len(d['claims']) == 3 and d['receipt']['equivalence'] == 'exact'"
ask --lens skeptic --aliases
json "len(d['claims']) == 3 and any(c['value']['value'] == 'fourth' for c in d['claims'])"
ask --lens skeptic --epoch old
json "[c['value']['value'] for c in d['claims']] == ['of-old'] and d['receipt']['epoch'] == 'old'"
ask --lens skeptic --epoch "$epoch"
json "[c['value']['value'] for c in d['claims']] == ['of-old']"
ask --lens skeptic --stage under_review
json "[c['value']['value'] for c in d['claims']] == ['third'] and d['receipt']['stage'] == 'under_review'"
ask --lens skeptic --valid-at 2026-07-01T00:00:00Z
json "not any('$second' in c['records'] for c in d['claims'])"
ask --lens recency --as-of 2026-01-01T12:00:00Z
json "d['value']['value'] == 'first'"
ask --lens skeptic --trust-pack pack
json "sorted(c['value']['value'] for c in d['claims']) == ['second', 'third']"
ask --lens votes
json "d['value']['value'] == 'third' and d['confidence'] == 1"
ask --lens authority --lens-option clinical=0.5
json "d['receipt']['lens_options']['clinical'] == 0.5"
ask --lens confidence --decay 86400
json "d['confidence'] == 0 and d['receipt']['decay'] == [86400] * 6"
ask --lens layered
json "[t['class'] for t in d['tiers']] == ['regulatory', 'clinical', 'anecdotal']"
ask --lens authority --view ours.view
json "d['winner']['id'] == '$second'"
receipt --subject n --predicate p --lens rules "${now[@]}"
json "d['verdict'] == 'satisfied' and d['rule']['relation'] == '>='"
json "[(c['value']['value'], c['side']) for c in d['claims'] if c['side'] == 'claim'] == [(5, 'claim')]"
json "('satisfied', 'because') in [(c.get('says'), c.get('reason')) for c in d['claims']]"
json "sorted(c['says'] for c in d['claims'] if c['side'] == 'rule') == ['satisfied', 'unknown']"
receipt --subject n --predicate p --lens rules --lens-option authority=2 "${now[@]}"
json "d['verdict'] == 'unknown' and d['rule'] is None and d['receipt']['lens_options']['authority'] == 2"
same query --subject n --predicate p --lens rules "${now[@]}"
says '^  verdict satisfied$'
says '≥ 3 .*rule: satisfied  \(because\)$'
same query --subject n --predicate p --lens rules "${now[@]}" --csv
says ',satisfied,rule,satisfied,0,because.?$'
same query "${question[@]}" --lens layered "${now[@]}"
says '^  clinical +0\.[0-9]+  conflict 0\.000  1 claim +Second$'
receipt --subject n --predicate p --lens constraints "${now[@]}"
same query --subject s --stage under_review --jsonl
jsonl "[r['object']['value'] for r in d] == ['first', 'third']"
same query --subject s --view ours.view --valid-at 2026-07-01 --recorded-as-of 2020-01-01
says_aside 'No claim matches'
same query "${question[@]}" --lens rules --recorded-as-of 2020-01-01 "${now[@]}" --json
json "d['candidates'] == 0 and d['receipt']['recorded_as_of'] == '2020-01-01T00:00:00Z'"
ask --lens weighted --recorded-as-of 2029-01-01
refused 2 'lens-option' query --db claims --lens recency --lens-option clinical=1
refused 2 'lens-option' query --db claims --lens weighted --lens-option clinical=1.5
refused 2 'lens-option: clinical; it is NAME=VALUE' query --db claims --lens weighted --lens-option clinical
refused 2 'decay: not understood' query --db claims --lens weighted --decay soon
refused 2 'decay is for answers' query --db claims --decay class
refused 2 'unknown value: --stage' query --db claims --stage new
refused 2 'before 1970' query --db claims --recorded-as-of 1969-01-01

# ---- side by side
run 0 lenses
[[ $(grep -c '^[a-z]' out) == 12 ]] || fail "twelve lenses are listed"
run 0 lenses --json
json "[l['name'] for l in d['lenses']] == '${lenses[*]}'.split()"
json "[o['name'] for l in d['lenses'] if l['name'] == 'weighted' for o in l['options']][0] == 'regulatory'"
same compare "${question[@]}" "${now[@]}"
says '^votes +third +1\.000 ##########'
same compare "${question[@]}" "${now[@]}" --view ours.view --json
json "[a['lens'] for a in d['answers']] == '${lenses[*]}'.split() and all(a['view'] == '$hash' for a in d['answers'])"
same compare --subject nothing --predicate p "${now[@]}" --json
refused 2 'give --subject and --predicate' compare --db claims --subject s
same conflicts "${now[@]}" --json
same conflicts "${now[@]}" --view ours.view --json
json "all(a['view'] == '$hash' for a in d['answers'])"
refused 2 'no signed view: cut.view' conflicts --db claims --view cut.view

# ---- receipts: altered anywhere, they are refused; also by somebody who makes their hash anew
receipt "${question[@]}" "${now[@]}" --lens votes --view ours.view --aliases
cp receipt.json whole.json
STEME=$STEME PYTHONPATH=$STEME_SOURCE/tests/golden "$python" - <<'PYTHON' || fail "an altered receipt holds"
import copy, json, os, random, subprocess
import steme_format

whole = open("whole.json", "rb").read()
random.seed(7)

def verdict(content):
    with open("altered.json", "wb") as file:
        file.write(content)
    done = subprocess.run([os.environ["STEME"], "verify-receipt", "altered.json"], capture_output=True)
    assert done.returncode in (0, 1) and done.stdout in (b"OK\n", b"FAILED\n"), done
    assert (done.returncode == 0) == (done.stdout == b"OK\n"), done
    return done.returncode, done.stderr

for place in random.sample(range(len(whole)), 120):
    content = bytearray(whole)
    content[place] ^= 1 << random.randrange(8)
    assert verdict(content)[0] == 1, place
for cut in (0, 1, len(whole) // 2, len(whole) - 1):
    assert verdict(whole[:cut])[0] == 1, cut
assert verdict(whole + b" ")[0] == 1
seal = json.loads(whole)["hash"].encode()
assert verdict(whole.replace(seal, seal.upper()))[0] == 1, "a hash in capital letters"

def sealed(document):
    document.pop("hash", None)
    line = json.dumps(document, separators=(",", ":"), ensure_ascii=False)
    document["hash"] = steme_format.blake3(line.encode()).hex()
    return (json.dumps(document, indent=2, ensure_ascii=False) + "\n").encode()

document = json.loads(whole)
assert sealed(copy.deepcopy(document)) == whole, "the seal of this test"

def refused(what, change, because):
    altered = copy.deepcopy(document)
    change(altered, altered["receipt"])
    code, said = verdict(sealed(altered))
    assert code == 1 and because in said.decode(), (what, code, said)

def flip(digits, place=-1):
    digit = "%x" % (int(digits[place], 16) ^ 1)
    return digits[:place] + digit + (digits[place + 1:] if place != -1 else "")

def at(key, change):
    return lambda d, r: d.__setitem__(key, change(d[key]))

def inner(key, change):
    return lambda d, r: r.__setitem__(key, change(r[key]))

def entry(group, key, change):
    return lambda d, r: r[group][0].__setitem__(key, change(r[group][0][key]))

another = "another answer"
refused("subject", at("subject", lambda v: "t"), another)
refused("confidence", at("confidence", lambda v: 0.123), another)
refused("conflict", at("conflict_score", lambda v: 0.5), another)
refused("value", at("value", lambda v: {"type": "Text", "value": "x"}), another)
refused("winner", at("winner", lambda v: None), another)
refused("candidates", at("candidates", lambda v: v + 1), another)
refused("a field more", lambda d, r: d.__setitem__("more", 1), another)
refused("a claim less", lambda d, r: d["claims"].pop(), another)
refused("view", inner("view", lambda v: "open"), another)
refused("as_of", inner("as_of", lambda v: "2026-01-01T00:00:00Z"), another)
refused("equivalence", inner("equivalence", lambda v: "exact"), another)
refused("aliases", lambda d, r: r.pop("aliases"), another)
refused("weight", entry("records", "weight", lambda v: 0.111), another)
refused("question", inner("question", flip), "")
refused("question gone", lambda d, r: r.pop("question"), "question")
refused("view's file", inner("question", lambda v: flip(v, len(v) // 2)), "")
refused("root", inner("root", flip), "")
refused("lens version", inner("lens_version", lambda v: 2), "another version")
refused("unicode", inner("unicode", lambda v: "1.0.0"), "Unicode")
refused("proves", inner("proves", lambda v: "everything"), "proves")
for group in ("records", "consulted"):
    refused("id", entry(group, "id", flip), "")
    refused("record", entry(group, "record", lambda v: flip(v, len(v) // 2)), "")
    refused("signature", entry(group, "record", flip), "record")
    refused("proof", entry(group, "proof", flip), "")
    refused("proof gone", lambda d, r: r[group][0].pop("proof"), "proof")
    refused("twice", lambda d, r: r[group].append(r[group][0]), "")
for index in range(len(document["receipt"]["records"])):
    refused("a candidate less", lambda d, r: r["records"].pop(index), another)

# Of what was consulted each record matters that decided anything: a vote, the view's alias.
types = {}
for index, each in enumerate(document["receipt"]["consulted"]):
    content = bytes.fromhex(each["record"])
    altered = copy.deepcopy(document)
    altered["receipt"]["consulted"].pop(index)
    types[index] = verdict(sealed(altered))[0]
assert 1 in types.values() and len(types) >= 5, types
PYTHON
refused 2 'cannot open' verify-receipt nothing.json
echo '{}' >empty.json
run 1 verify-receipt empty.json
says '^FAILED$'
run 0 query --db claims --subject nothing --predicate p --lens votes --receipt none.json
says_aside 'no answer and no receipt'
[[ ! -e none.json ]] || fail "a receipt of no answer"
run 0 verify-receipt - <whole.json
TMPDIR=/nonexistent refused 2 'set TMPDIR' verify-receipt whole.json
stop_serving
echo "ok"
