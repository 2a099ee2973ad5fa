#!/usr/bin/env bash
# Import and export: idempotent, resumable, each bad line named, nothing lost on the way.
source "$(dirname "$0")/cli.bash"
run 0 init one
run 0 init two
"$STEME" keygen a.key >/dev/null
"$STEME" keygen b.key >/dev/null

# ---- unsigned JSON lines
python3 - <<'PYTHON'
import json
with open("claims.jsonl", "w") as file:
    for i in range(5000):
        claim = {"type": "assertion", "subject": f"thing/{i % 2500}", "predicate": "colour",
                 "object": {"type": "Text", "value": f"value {i}"}}
        file.write(json.dumps(claim) + "\n")
PYTHON
common=(--key a.key --date 2026-01-31 --source https://example.org/claims --edition 1)
run 0 import --db one "${common[@]}" claims.jsonl --json
json "d['new'] == 5000 and d['held'] == 0 and d['bad'] == 0 and d['read'] == 5000"
source_id=$(python3 -c 'import json; print(json.load(open("out"))["source"])')
run 0 root --db one
cp out root.one
[[ $(cut -d' ' -f2 out) == 5001 ]] || fail "5000 claims and their source"
run 0 get --db one "$source_id" --json
json "d['name'] == 'https://example.org/claims' and d['date'].startswith('2026-01-31') and d['edition'] == '1'"
if command -v b3sum >/dev/null; then
    json "d['document'] == '$(b3sum --no-names claims.jsonl)'"
fi
run 0 query --db one --subject thing/7 --json
json "len(d['records']) == 2 and d['records'][0]['source'] == '$source_id'"
json "d['records'][0]['stamp']['time'] == '2026-01-31T00:00:00Z' and d['records'][0]['stamp']['counter'] == 0"

# Twice changes nothing; elsewhere it gives the same ids.
run 0 import --db one "${common[@]}" claims.jsonl --json
json "d['new'] == 0 and d['held'] == 5000"
run 0 import --db two "${common[@]}" - <claims.jsonl
says_aside '5,000 records imported, 0 held already, 0 bad lines'
run 0 root --db two
cmp -s out root.one || fail "the same file with the same key has another root elsewhere"
run 0 import --db two --key b.key --date 2026-01-31 claims.jsonl --json
json "d['new'] == 5000" # another key, other records

# A half that was imported before is not imported again.
run 0 init half
head -n 2500 claims.jsonl >half.jsonl
run 0 import --db half --key a.key --date 2026-01-31 half.jsonl
run 0 import --db half --key a.key --date 2026-01-31 claims.jsonl --json
json "d['new'] == 2500 and d['held'] == 2500"

# ---- export and back: the same set, in both forms, all and filtered
for format in jsonl cbor; do
    run 0 init "copy.$format"
    "$STEME" export --db one --format $format >"all.$format"
    run 0 import --db "copy.$format" "all.$format"
    run 0 root --db "copy.$format"
    cmp -s out root.one || fail "export as $format loses something"
done
[[ $(wc -l <all.jsonl) == 5001 ]] || fail "a line per record"
"$STEME" export --db one --subject thing/7 >filtered.jsonl
# What get and query print, record by record, is read back too.
run 0 init printed
run 0 query --db one --subject thing/7 --jsonl
cp out printed.jsonl
run 0 import --db printed printed.jsonl --json
json "d['new'] == 2"
sed 's/"schema":1/"schema":2/' printed.jsonl >other.jsonl
run 1 import --db printed other.jsonl
says_aside 'line 1: schema: not 1'
cp filtered.jsonl out
jsonl "[r['type'] for r in d] == ['source', 'assertion', 'assertion']"
run 0 init filtered
run 0 import --db filtered filtered.jsonl
run 0 root --db filtered
[[ $(cut -d' ' -f2 out) == 3 ]] || fail "a filtered export is imported"
"$STEME" export --db one --limit 2 | head -c 1 >/dev/null # a reader that goes early is no fault
set +o pipefail
"$STEME" export --db one 2>err | head -n 1 >/dev/null
set -o pipefail
[[ ! -s err ]] || fail "a closed pipe is reported"

# ---- bad lines: each by number and reason; the rest is imported
head -n 4 claims.jsonl >bad.jsonl
{
    echo '{"subject":"x","predicate":"p","object":"v"}'
    echo 'not json'
    sed -n 5p claims.jsonl
    printf '{"type":"assertion","subject":"\\u0000","predicate":"p","object":{"type":"Text","value":"v"}}\n'
    printf '{"type":"assertion","subject":"\xff","predicate":"p","object":{"type":"Text","value":"v"}}\n'
    echo '{"type":"assertion","subject":"s","subject":"t","predicate":"p","object":{"type":"Text","value":"v"}}'
    echo '{"type":"assertion","subject":"s","predicate":"p","object":{"type":"Number","value":1e999}}'
    echo '{"type":"assertion","subject":"s","predicate":"p","object":{"type":"Number","value":NaN}}'
    python3 -c 'print("[" * 100000)'
    sed -n 2p all.jsonl | sed 's/"value":"value/"value":"another/' # signed, and changed since
    sed -n 6p claims.jsonl
} >>bad.jsonl
run 0 init bad
run 1 import --db bad --key a.key --date 2026-01-31 bad.jsonl --json
json "d['new'] == 6 and d['bad'] == 9 and d['read'] == 15"
for line in 5 6 8 9 10 11 12 13 14; do
    says_aside "^steme: bad.jsonl: line $line: .+"
done
[[ $(wc -l <err) == 9 ]] || fail "a line for each bad line"
says_aside 'line 5: type: required'
says_aside 'line 8: .*NUL in a text'
run 0 verify --db bad
run 0 init strict
run 1 import --db strict --key a.key --date 2026-01-31 --strict bad.jsonl --json
json "d['bad'] == 1 and d['new'] == 4"
[[ $(wc -l <err) == 1 ]] || fail "--strict stops at the first"

# A wrong signature, a signer missing, a record cut short.
run 0 init signed
python3 - <<'PYTHON'
import json
lines = [json.loads(line) for line in open("all.jsonl")][:3]
signature = lines[1]["signatures"][0]["signature"]
lines[1]["signatures"][0]["signature"] = ("0" if signature[0] != "0" else "1") + signature[1:]
lines[2]["signatures"] = []
with open("forged.jsonl", "w") as file:
    for line in lines:
        file.write(json.dumps(line) + "\n")
PYTHON
run 1 import --db signed forged.jsonl
says_aside 'line 2: .*signature'
run 0 root --db signed
[[ $(cut -d' ' -f2 out) == 1 ]] || fail "only what is signed well is stored"
head -c 1000 all.cbor >cut.cbor
run 1 import --db signed cut.cbor
says_aside '^steme: cut.cbor: item [0-9]+: item cut short'
printf '\x9b\x10\x00\x00\x00\x00\x00\x00\x00' >promise.cbor # 2^60 items
run 1 import --db signed promise.cbor
run 0 verify --db signed

# ---- unsigned input needs a date and a key: one line, nothing stored
run 0 init undated
refused 2 'has no date; give --date' import --db undated --key a.key claims.jsonl
refused 2 'give --key' import --db undated --date 2026-01-31 claims.jsonl
refused 2 'give --key' import --db undated --source x --date 2026-01-31 claims.jsonl
refused 2 'give --date' import --db undated --key a.key --source x claims.jsonl
echo 'Registry,Assignment,Organization Name,Organization Address' >oui.csv
echo 'MA-L,002272,American Micro-Fuel Device Corp.,2181 Buchanan Loop' >>oui.csv
refused 2 'give --date' import --db undated --key a.key --format ieee-oui oui.csv
refused 2 'give --key' import --db undated --date 2022-01-01 --format ieee-oui oui.csv
run 0 root --db undated
[[ $(cut -d' ' -f2 out) == 0 ]] || fail "something was stored"
run 0 import --db undated --key a.key --date 2022-01-01 --format ieee-oui oui.csv
run 0 query --db undated --subject mac://00:22:72 --json
json "d['records'][0]['object']['value'] == 'American Micro-Fuel Device Corp.'"

# A line's own time will do for a date.
echo '{"type":"assertion","subject":"s","predicate":"p","object":{"type":"Boolean","value":true},"claim_time":"2026-01-01T00:00:00Z"}' >dated.jsonl
run 0 import --db undated --key a.key dated.jsonl
run 0 query --db undated --subject s --json
json "d['records'][0]['stamp']['time'] == '2026-01-01T00:00:00Z'"

# ---- csv
printf 'subject,predicate,object,type,confidence\r\ncup,height,96.7,number,0.9\r\n"a ""quoted"" cup",colour,"red\nand blue",,\r\n,colour,red,,\r\n' >claims.csv
run 1 import --db undated --key a.key --date 2026-01-31 --source-class expert claims.csv --json
json "d['new'] == 2 and d['bad'] == 1 and d['format'] == 'csv'"
says_aside 'line 5: '
echo 'subject,predicate,object,colour' >columns.csv
refused 2 'unknown column "colour"; .steme help import. lists them' import --db undated --key a.key columns.csv
run 0 query --db undated --subject cup --json
json "d['records'][0]['object'] == {'type': 'Number', 'value': 96.7} and d['records'][0]['source_class'] == 'expert'"

# ---- an import that is interrupted, or killed, is run again
for i in 1 2 3 4 5 6; do
    sed "s|thing/|thing$i/|" claims.jsonl
done >many.jsonl
run 0 init interrupted
# stopped_by SIGNAL: gives what the import ended with.
stopped_by() {
    local pid got=0
    "$STEME" import --db interrupted --key a.key --date 2026-01-31 many.jsonl >out 2>err &
    pid=$!
    sleep 0.3
    kill -"$1" $pid 2>/dev/null || true # it may have finished
    wait $pid 2>/dev/null || got=$?
    echo $got
}
# An import in the background of a script ignores Ctrl-C until it says that it does not.
got=$(stopped_by INT)
if [[ $got != 0 ]]; then
    [[ $got == 130 ]] || fail "Ctrl-C ends with $got"
    says_aside 'interrupted after line [0-9]+ of many.jsonl; .*run the same command again'
fi
got=$(stopped_by KILL)
run 0 import --db interrupted --key a.key --date 2026-01-31 many.jsonl --json
json "d['new'] + d['held'] == 30000 and d['bad'] == 0"
run 0 verify --db interrupted
run 0 root --db interrupted
[[ $(cut -d' ' -f2 out) == 30000 ]] || fail "not all is there"
echo "ok"
