#!/usr/bin/env bash
# Each command does what it says, for people and for programs.
source "$(dirname "$0")/cli.bash"

# ---- a store and keys
run 0 init claims
[[ ! -s out ]] || fail "init prints data"
run 0 keygen a.key
agent_a=$(<out)
[[ $agent_a =~ ^[0-9a-f]{64}$ ]] || fail "keygen prints the agent id"
[[ $(stat -c %a a.key) == 600 ]] || fail "a key has mode 600"
run 0 keygen b.key
agent_b=$(<out)
run 0 keygen c.key
export STEME_DB=claims

# ---- assert: the semaglutide battery's records
t=2026-01-02T03:04:05Z
say() { # NAME KEY CLASS CONFIDENCE VALUE TIME
    run 0 assert --key "$2" --subject semaglutide --predicate gastroparesis_risk --object "$5" \
        --source-class "$3" --confidence "$4" --time "$6"
    [[ $(<out) =~ ^[0-9a-f]{64}$ ]] || fail "assert prints the id"
    ids[$1]=$(<out)
}
declare -A ids
say A a.key regulatory 1 gastroparesis_warning 2026-01-02T03:04:05Z
say B b.key clinical 0.9 no_gastroparesis_signal 2026-01-02T03:04:06Z
say C c.key anecdotal 0.2 gastroparesis 2026-01-02T03:04:07Z
"$STEME" keygen d.key >/dev/null
say D d.key clinical 0.9 no_gastroparesis_signal 2026-01-02T03:04:08Z

run 0 get "${ids[B]}" --json
json "d['schema'] == 1 and d['type'] == 'assertion' and d['confidence'] == 0.9"
json "d['object'] == {'type': 'Text', 'value': 'no_gastroparesis_signal'}"
json "d['claim_time'] == '2026-01-02T03:04:06Z' and d['source_class'] == 'clinical'"
json "d['signatures'][0]['agent_id'] == '$agent_b' and d['id'] == '${ids[B]}'"
run 0 get "${ids[A]}"
says '^subject +semaglutide$'
says "^signed by +$agent_a$"
says '^stamp +20[^ ]+Z · 0 · [0-9a-f]{32}$'
cp out whole
run 0 get "${ids[A]:0:8}"
cmp -s out whole || fail "the first digits of an id name it too"
"$STEME" get "${ids[A]}" --raw >raw.cbor
[[ $(head -c 2 raw.cbor | od -An -tx1 | tr -d ' ') == 8258 || \
   $(head -c 2 raw.cbor | od -An -tx1 | tr -d ' ') == 8259 ]] || fail "--raw is a record"

# ---- lenses, as design/03 has the battery
ask() { run 0 query --subject semaglutide --predicate gastroparesis_risk --json "$@"; }
ask --lens recency
json "d['winner']['id'] == '${ids[D]}' and d['lens'] == 'recency' and d['view'] == 'open'"
ask --lens consensus
json "d['value'] == {'type': 'Text', 'value': 'no_gastroparesis_signal'}"
json "d['confidence'] == 0.5 and d['candidates'] == 4 and d['claims'][0]['signers'] == 2"
ask --lens skeptic
json "d['schema'] == 1 and d['lens_version'] == 1 and d['winner'] is None and d['value'] is None"
json "[c['share'] for c in d['claims']] == [0.5, 0.25, 0.25] and len(d['claims']) == 3"
json "str(d['conflict_score']).startswith('0.94') and d['status'] == 'contested'"
json "sorted(d['claims'][0]['records']) == sorted(['${ids[B]}', '${ids[D]}'])"
json "sorted(r['id'] for r in d['receipt']['records']) == sorted('${ids[*]}'.split())"
json "d['receipt']['equivalence'] == 'exact' and len(d['receipt']['root']) == 64"
ask --lens skeptic --as-of 2026-01-02T03:04:06.5Z
json "d['candidates'] == 2"
ask --lens consensus --as-of 2000-01-01
json "d['candidates'] == 0 and d['winner'] is None and d['claims'] == []"
ask --lens consensus --receipt receipt.json
cp receipt.json out
json "len(d['receipt']['records']) == 4 and all(r['proof'] and r['record'] for r in d['receipt']['records'])"
run 0 verify-receipt receipt.json
says '^OK$'
run 0 query --lens skeptic --jsonl
jsonl "len(d) == 1 and d[0]['subject'] == 'semaglutide'"
run 0 query --lens skeptic --json
json "d['schema'] == 1 and len(d['answers']) == 1"
run 0 query --lens consensus --csv
python3 -c '
import csv
rows = list(csv.DictReader(open("out", newline="")))
assert [row["wins"] for row in rows] == ["1", "0", "0"], rows
assert rows[0]["value"] == "no_gastroparesis_signal" and rows[0]["signers"] == "2", rows' ||
    fail "answers csv"
run 0 query --lens skeptic
says '^semaglutide  gastroparesis_risk$'
says 'conflict 0\.94. contested'
says '50\.0 %  no_gastroparesis_signal'
run 0 query --lens recency --now 2026-02-01T00:00:00Z --json --subject semaglutide \
    --predicate gastroparesis_risk
json "d['receipt']['evaluated_at'] == '2026-02-01T00:00:00Z'"

# ---- queries without a lens, in every form
run 0 query
says '^SUBJECT +PREDICATE +VALUE'
says "semaglutide .*gastroparesis_warning +1 +regulatory +${agent_a:0:8} +2026-01-02 03:04:05 +${ids[A]}$"
run 0 query --table --limit 1
[[ $(wc -l <out) == 2 ]] || fail "--limit 1 is one row under a heading"
run 0 query --json --agent "$agent_a"
json "d['schema'] == 1 and [r['id'] for r in d['records']] == ['${ids[A]}']"
run 0 query --jsonl --since 2026-01-02T03:04:07Z
jsonl "len(d) == 2 and all(r['schema'] == 1 for r in d)"
run 0 query --csv --object no_gastroparesis_signal
python3 -c '
import csv
rows = list(csv.DictReader(open("out", newline="")))
assert len(rows) == 2 and rows[0]["schema"] == "1", rows
assert rows[0]["value"] == "no_gastroparesis_signal" and rows[0]["type"] == "Text", rows
assert rows[0]["claim_time"] == "2026-01-02T03:04:06Z" and rows[0]["confidence"] == "0.9", rows' ||
    fail "csv"
run 0 query --subject nobody
[[ ! -s out ]] || fail "no match prints no data"
run 0 query --subject nobody --json
json "d['records'] == []"

# ---- values of every type, exactly
value() { # TYPE TEXT JSON [OPTION...]
    local type=$1 text=$2 expected=$3
    shift 3
    run 0 assert --key a.key --subject values --predicate "$type" --object "$text" --type "$type" \
        --json "$@"
    json "d['object']['value'] == $expected and d['schema'] == 1"
}
value text 'déjà vu' "'déjà vu'" --lang fr
value number 96.7 96.7 --unit mg
json "d['unit'] == 'mg'"
value number 9223372036854775807 9223372036854775807
value number -9223372036854775808 -9223372036854775808
value number 1e3 1000
json "type(d['object']['value']) is int"
value number 0.1 0.1
value boolean true True
value reference a/b "'a/b'"
value time 2026-01-02T03:04:05.000000006Z "'2026-01-02T03:04:05.000000006Z'"
run 0 query --subject values --predicate number --object 1000 --type number --json
json "len(d['records']) == 1"

# ---- everything else that a claim can say
printf 'the document\n' >document.txt
run 0 assert --key b.key --key a.key --subject s/one --predicate p --object 7 --type number \
    --relation '>=' --source https://example.org/paper --edition 2 --document document.txt \
    --time $t --derived-from "${ids[A]}" --derived-from "${ids[B]}" --valid-from 2026-01-01 \
    --valid-to 2027-01-01 --meta page=12 --meta by=me --json
json "d['relation'] == '>=' and len(d['signatures']) == 2 and d['metadata'] == {'page': '12', 'by': 'me'}"
json "d['derived_from'] == sorted(['${ids[A]}', '${ids[B]}']) and d['valid_from'].startswith('2026-01-01')"
source_id=$(python3 -c 'import json; print(json.load(open("out"))["source"])')
run 0 get "$source_id" --json
json "d['type'] == 'source' and d['name'] == 'https://example.org/paper' and d['edition'] == '2'"
json "len(d['document']) == 64 and d['stamp']['time'] == '$t' and d['stamp']['counter'] == 0"
if command -v b3sum >/dev/null; then
    json "d['document'] == '$(b3sum --no-names document.txt)'"
fi
run 0 assert --key b.key --key a.key --subject s/two --predicate p --object 8 --type number \
    --source https://example.org/paper --edition 2 --document document.txt --time $t --json
json "d['source'] == '$source_id'"
run 0 assert --key a.key --subject s/three --predicate p --relation none --json
json "d['relation'] == 'none' and 'object' not in d"
run 0 query --subject s/three
says 'nothing there'
run 0 query --subject-prefix s --json
json "[r['subject'] for r in d['records']] == ['s/one', 's/two', 's/three']"
run 0 query --source "$source_id" --json
json "len(d['records']) == 2"
run 0 query --subject s/one
says '≥ 7 .*https://example.org/paper'
STEME_KEY=a.key run 0 assert --subject s/four --predicate p --object v

# ---- conflicts
run 0 conflicts
says 'semaglutide +gastroparesis_risk +0\.94. +4 +no_gastroparesis_signal 50 %'
says '^6 subjects, 10 questions; 3 with more than one voice; 1 is disputed \(exact\)$'
run 0 conflicts --csv --limit 1
python3 -c '
import csv
rows = list(csv.DictReader(open("out", newline="")))
assert [row["share"] for row in rows] == ["0.5", "0.25", "0.25"], rows
assert rows[0]["schema"] == "1" and rows[0]["conflict_score"].startswith("0.94"), rows
assert len(rows[0]["records"].split()) == 2 and rows[0]["wins"] == "0", rows' || fail "conflicts csv"
run 0 conflicts --json --equal normalized --limit 1
json "d['schema'] == 1 and d['equivalence'] == 'normalized' and len(d['answers']) == 1"
json "d['answers'][0]['subject'] == 'semaglutide' and d['disputed'] >= 1"
run 0 conflicts --jsonl --equal number:0.5 --predicate gastroparesis_risk
jsonl "len(d) == 1 and d[0]['lens'] == 'skeptic'"

# ---- root, proofs
run 0 root
[[ $(<out) =~ ^[0-9a-f]{64}\ [0-9]+$ ]] || fail "root is one line"
root=$(cut -d' ' -f1 out)
run 0 root --json
json "d['root'] == '$root'"
run 0 prove "${ids[C]}"
json "d['id'] == '${ids[C]}' and d['root'] == '$root' and d['proof']"
cp out proof.json
run 0 check-proof proof.json
[[ $(<out) == OK ]] || fail "a proof holds"
says_aside "^is in the set with root $root$"
run 0 check-proof - <proof.json
run 0 prove "${ids[C]:0:12}"
cmp -s out proof.json || fail "the first digits of an id name it too"
sed "s/${ids[C]}/${ids[A]}/" proof.json >wrong.json
run 1 check-proof wrong.json
[[ $(<out) == FAILED ]] || fail "a proof of another id does not"
# Any digit of the proof or the root changed: it fails.
python3 - <<'PYTHON'
import json
proof = json.load(open("proof.json"))
for i, name in enumerate(["proof", "root"]):
    digits = proof[name]
    bad = dict(proof, **{name: digits[:-1] + ("0" if digits[-1] != "0" else "1")})
    json.dump(bad, open(f"bad{i}.json", "w"))
PYTHON
run 1 check-proof bad0.json
run 1 check-proof bad1.json

# ---- looking after
run 0 stat
says '^records +[0-9]+$'
run 0 stat --json
json "d['schema'] == 1 and d['root'] == '$root' and d['records'] > 10 and d['holes'] == 0"
run 0 verify
[[ ! -s out ]] || fail "verify prints faults only"
says_aside 'no fault'
run 0 verify --json
json "d['faults'] == [] and d['fault_count'] == 0"
run 0 rebuild
run 0 root
[[ $(cut -d' ' -f1 out) == "$root" ]] || fail "rebuild keeps the root"

# ---- a copy, and a record forgotten
run 0 backup copy
[[ ! -s out ]] || fail "backup prints data"
says_aside 'records copied'
run 2 backup copy
run 0 root --db copy
[[ $(cut -d' ' -f1 out) == "$root" ]] || fail "a backup has the root"
run 0 verify --db copy
run 2 forget "${ids[C]}"
run 0 forget "${ids[C]}" --reason "a court's order"
run 1 get "${ids[C]}"
says_aside "a court's order"
run 1 forget "${ids[C]}" --reason "again"
run 1 forget "${ids[C]//[0-9]/f}" --reason "not held"
run 0 root
[[ $(cut -d' ' -f1 out) == "$root" ]] || fail "forgetting keeps the root"
run 0 stat --json
json "d['absent'] == 1 and d['forgotten'] == 1"
run 0 verify
run 0 get "${ids[C]}" --db copy

# ---- help, and what is made from the tables
run 0 version
says '^steme [0-9]+\.[0-9]+\.[0-9]+'
run 0 --version
declare -A made
for file in steme.bash _steme steme.fish; do
    made[$file]=$(<"$STEME_SOURCE/apps/steme/completions/$file")
done
manual=$(<"$STEME_SOURCE/man/steme.1")
run 0 help
for name in $(sed -n 's/^  \([a-z-]*\)  *[a-z].*/\1/p' out); do
    run 0 help "$name"
    says '^examples$'
    says '^usage: steme'
    cp out help
    run 0 "$name" --help
    cmp -s out help || fail "steme $name --help is steme help $name"
    for option in $(grep -o '^  --[a-z-]*' help | tr -d ' '); do
        for file in steme.bash _steme steme.fish; do
            [[ ${made[$file]} == *"${option#--}"* ]] || fail "$file lacks $option of $name"
        done
        [[ $manual == *"${option//-/\\-}"* ]] || fail "man lacks $option"
    done
done
run 0 help --man
cmp out "$STEME_SOURCE/man/steme.1" || fail "man/steme.1 is not what \`steme help --man\` prints"
for shell in bash zsh fish; do
    file=steme.$shell
    [[ $shell != zsh ]] || file=_steme
    run 0 help --completions $shell
    cmp out "$STEME_SOURCE/apps/steme/completions/$file" || fail "$file is out of date"
done
bash -n "$STEME_SOURCE/apps/steme/completions/steme.bash"
if command -v zsh >/dev/null; then
    zsh -n "$STEME_SOURCE/apps/steme/completions/_steme"
fi
if command -v fish >/dev/null; then
    HOME=$folder fish -c "source '$STEME_SOURCE/apps/steme/completions/steme.fish'
        complete -C 'steme assert --relation '
        complete -C 'steme query --lens s'" >out 2>err
    says '^<='
    says '^skeptic'
    [[ ! -s err ]] || fail "fish does not understand its completions"
fi
(
    source "$STEME_SOURCE/apps/steme/completions/steme.bash"
    COMP_WORDS=(steme qu) COMP_CWORD=1
    _steme
    [[ ${COMPREPLY[*]} == query ]] || fail "bash completes commands"
    COMP_WORDS=(steme query --lim) COMP_CWORD=2
    _steme
    [[ ${COMPREPLY[*]} == --limit ]] || fail "bash completes options"
    COMP_WORDS=(steme query --lens s) COMP_CWORD=3
    _steme
    [[ ${COMPREPLY[*]} == skeptic ]] || fail "bash completes values"
)
echo "ok"
