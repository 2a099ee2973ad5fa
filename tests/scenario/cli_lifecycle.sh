#!/usr/bin/env bash
# What became of records, from the command line: every command that signs does the same with a
# folder and with a node, and every one that asks answers the same, byte for byte.
source "$(dirname "$0")/serve.bash"

agent_a="" agent_b="" agent_c="" agent_d="" agent_old=""
for name in a b c d old new; do
    run 0 keygen "$name.key"
    printf -v "agent_$name" '%s' "$(grep -oE '[0-9a-f]{64}' out)"
done
cat >view.yaml <<YAML
name: ours
unlisted: each
unlisted_class: anecdotal
agents:
  - agent: $agent_a
    class: expert
    seed: true
  - agent: $agent_c
    class: regulatory
    stewardships: [supersession, stages, epochs, aliases, predicates]
YAML
run 0 view sign view.yaml --key a.key --out view

# ---- what is signed: by the same commands in a folder, and through a node
place=()
# Each step's words, with what differs between stores taken out.
step() {
    local got=0
    "$STEME" "$@" "${place[@]}" >out 2>err || got=$?
    printf '%s: %s\n' "$got" "$*" >>"$transcript"
    cat out err >>"$transcript"
    last=$(grep -oE '^[0-9a-f]{64}$' out | head -n 1) || true
}
everything() {
    local x y z e s d alias
    step assert --key a.key --subject drug/x --predicate risk --object high
    x=$last
    step assert --key a.key --subject drug/x --predicate risk --object low
    y=$last
    step assert --key b.key --subject drug/x --predicate risk --object mid --derived-from "$x"
    z=$last
    step vote "$x" --weight 1 --key b.key --reason "well done"
    step vote "${x:0:12}" --weight -0.5 --key c.key
    step vote "$x" --weight 1 --key a.key
    [[ $(<err) == *"own record"* ]] || fail "no word of a vote on one's own record"
    step vote "${x//[0-9a-f]/e}" --weight 1 --key b.key
    [[ $(<err) == *"not held"* ]] || fail "no word of a record that is not held"
    step vote "$x" --weight 1.5 --key b.key
    step vote "$x" --weight 1 --key a.key --key b.key
    step endorse "$x" --key c.key --json
    step supersede "$x" --by "$y" --type temporal --reason "newer" --key a.key
    step supersede "$y" --by "$x" --type refine --reason "a circle" --key a.key
    [[ $(<err) == *"cycle"* ]] || fail "no word of a cycle"
    step supersede "$z" --type invalidate --reason "not mine" --key a.key
    [[ $(<err) == *"steward"* ]] || fail "no word of a missing right"
    step supersede "$z" --type invalidate --reason "a steward's word" --key c.key
    step supersede "$z" --type retract --reason "not mine" --key a.key
    step supersede "$z" --type retract --reason "not mine" --key a.key --force
    step supersede "$x" --type retract --by "$y" --reason r --key a.key
    step supersede "$x" --type merge --reason r --key a.key
    step supersede "$x" --type temporal --by "$x" --reason r --key a.key
    step stage "$y" --to approved --key a.key
    step stage "$y" --to under_review --key a.key
    step stage "$y" --to approved --key b.key
    step stage "$y" --to rejected --key a.key --reason weak
    step stage "$y" --to deprecated --key a.key --force
    step epoch create "guideline 1" --description "the first" --key a.key
    e=$last
    step assert --key a.key --subject drug/y --predicate risk --object high --epoch "$e"
    step epoch supersede "guideline 1" --by "guideline 2" --key a.key
    step epoch supersede "$e" --by "guideline 3" --type invalidate --key b.key
    step epoch supersede nothing --by "guideline 4" --key a.key
    step key rotate --key old.key --key new.key
    step key revoke "$agent_old" --from 2026-01-01T00:00:00Z --key new.key
    step key rotate --key old.key --key d.key
    [[ $(<err) == *"is revoked"* ]] || fail "no word of a revoked key"
    step endorse "$x" --key a.key
    [[ $(<err) == *"own record"* ]] || fail "no word of one's own record"
    step key revoke "$agent_old" --key b.key
    [[ $(<err) == *"no effect"* ]] || fail "no word of a revocation by another"
    step key delegate "$agent_d" --scope drug --from 2020-01-01 --until 2040-01-01 --key a.key
    d=$last
    [[ $(<err) == *"steme endorse $d"* ]] || fail "who endorses is not said"
    step endorse "$d" --key d.key
    step alias add ASA aspirin --key b.key
    step alias add aspirin NSAID --is-a --key c.key
    step alias add same same --key c.key
    step alias add ASA "another drug" --key b.key
    alias=$last
    step alias retract "$alias" --key c.key --reason "not mine"
    [[ $(<err) == *"not yours"* ]] || fail "another's alias was taken back"
    step alias retract "$alias" --key b.key
    step alias retract "$alias" --key b.key --reason "another drug"
    step alias retract "$x" --key a.key --reason "no alias"
    step source add doi:10.1/x --title "A trial" --edition 2 --document a.key --date 2026-01-01 \
        --key b.key
    s=$last
    step source retract "$s" --key a.key --reason "not mine"
    step source retract "$s" --key b.key --reason withdrawn
    step source retract "$x" --key a.key --reason "no source"
    step predicate set maintainer --cardinality many --unit mm --equivalence folded --key c.key
    step predicate set height --equivalence number:0.5 --key b.key --json
    step predicate set height --equivalence near --key b.key
    printf '%s\n' "$x" "$y" "$z" "$s" >"$transcript.ids"
}
transcript=one.txt
run 0 init one
place=(--db one)
everything
transcript=two.txt
run 0 init two
serve two
place=(--server "$address")
everything
# Agents stay as they are; ids, stamps and signatures differ.
for each in one two; do
    sed -E -e "s/$agent_d/D/g" -e "s/$agent_old/OLD/g" -e 's/\b[0-9a-f]{12,128}\b/H/g' \
        -e 's/20[0-9]{2}-[0-9-]+T[0-9:.]+Z/T/g' "$each.txt" >"$each.plain"
done
cmp one.plain two.plain || fail "a folder and a node differ: $(diff one.plain two.plain | head -n 20)"
[[ $(grep -c '^0: ' one.txt) == 36 ]] || fail "not 36 steps done: $(grep -c '^0: ' one.txt)"
! grep -q '^3: ' one.txt || fail "an internal error"

# ---- what is asked: byte for byte the same
mapfile -t ids <two.txt.ids
x=${ids[0]} y=${ids[1]} z=${ids[2]} s=${ids[3]}
now=(--now 2030-01-01T00:00:00Z)
# same ARGUMENT...: of the folder, the port and the socket; leaves the output.
same() {
    local want=0 got at
    "$STEME" "$@" --db two >want.out 2>want.err || want=$?
    for at in "$address" unix:two/socket; do
        got=0
        "$STEME" "$@" --server "$at" >out 2>err || got=$?
        [[ $got == "$want" ]] || fail "exit $got in place of $want: $* --server $at"
        cmp want.out out || fail "other output: $* --server $at"
        cmp want.err err || fail "other words: $* --server $at"
    done
}
# both ARGUMENT...: as text, under the view and earlier too; leaves the JSON under the open view.
both() {
    same "$@" "${now[@]}"
    same "$@" "${now[@]}" --view view --json
    same "$@" "${now[@]}" --as-of 2020-01-01 --json
    same "$@" "${now[@]}" --recorded-as-of 2020-01-01 --json
    same "$@" "${now[@]}" --json
}
both votes "$x"
json "d['sum'] == 0.5 and d['for'] == 1 and d['against'] == 1 and len(d['votes']) == 3"
json "[v['is_own'] for v in d['votes']].count(True) == 1"
json "any(v.get('reason') == 'well done' for v in d['votes'])"
same votes "${x:0:10}" --as-of 2020-01-01 "${now[@]}" --json
json "d['votes'] == []"
both chain "$x"
json "d['standing'] == 'superseded' and d['head'] == '$y' and len(d['links']) == 2"
json "[l['void'] for l in d['links']] == [None, 'cycle']"
for form in --graph --dot --why; do
    same chain "$x" $form "${now[@]}"
done
same chain "$y" --graph "${now[@]}"
says "^\\* ${x:0:12}$"
says_not '●'
same chain "$x" --dot "${now[@]}"
says '^digraph chain \{$'
says "\"${x:0:12}\" -> \"${y:0:12}\" \\[label=\"temporal\"\\];"
refused 2 'two forms of output' chain "$x" --db two --dot --json
both chain "$z" --why
json "d['standing'] == 'live' and [l['void'] for l in d['links']] == ['no right'] * 3"
same chain "$z" --view view "${now[@]}" --json
json "d['standing'] == 'invalidated' and d['head'] is None"
both cascade "$x"
json "[r['record']['id'] for r in d['records']] == ['$z'] and d['records'][0]['depth'] == 1"
both cascade --source "$s"
json "d['records'] == []"
refused 2 'either the ID' cascade --db two
both stage "$y"
json "d['stage'] == 'rejected' and len(d['steps']) == 4"
json "[s['to'] for s in d['steps'] if s['has_right'] and not s['is_illegal']] == ['under_review', 'rejected']"
both epoch list
json "[(e['name'], e['is_in_force']) for e in d['epochs']] == [('guideline 1', False), ('guideline 2', True), ('guideline 3', True)]"
both key show "$agent_old"
json "d['counts'] is False and [k['counts'] for k in d['keys']] == [False, True]"
json "[k['has_effect'] for k in d['statements']] == [True, True, False, False]"
both key show "$agent_d" --subject drug/x
json "d['identity'] == '$agent_a' and d['statements'][1]['is_endorsed'] is True"
same key show "$agent_d" --subject other "${now[@]}" --json
json "d['identity'] == '$agent_d'"
both alias list
json "[(a['from'], a['relation'], a['to']) for a in d['aliases']] == [('ASA', 'same-as', 'aspirin'), ('aspirin', 'is-a', 'NSAID'), ('ASA', 'same-as', 'another drug')]"
json "[(a['standing'], a['is_followed']) for a in d['aliases']] == [('live', True)] * 2 + [('retracted', False)]"
both alias list ASA
json "len(d['aliases']) == 2"
same alias list ASA "${now[@]}"
says 'another drug .* retracted$'
both alias resolve ASA
json "[n['name'] for n in d['names']] == ['ASA', 'aspirin', 'NSAID']"
same alias resolve ASA --view view "${now[@]}" --json
json "[n['name'] for n in d['names']] == ['ASA']"
same alias list --view view "${now[@]}" --json
json "[a['is_followed'] for a in d['aliases']] == [False, True, False]"
both source show "$s"
json "d['standing'] == 'retracted' and d['record']['title'] == 'A trial'"
both predicate show maintainer
json "d['cardinality'] == 'many' and d['equivalence'] == 'folded' and len(d['claims']) == 3"
both predicate show height
json "d['equivalence'] == 'number:0.5'"
same predicate show height --view view "${now[@]}" --json
json "d['equivalence'] == 'exact'"
same trust list --view view "${now[@]}"
same trust list --view view "${now[@]}" --json
json "len(d['agents']) == 2 and d['agents'][0]['trust'] == 0.5"
json "any(a['is_seed'] for a in d['agents']) and any(a['stewardships'] for a in d['agents'])"
both trust explain "$agent_a"
refused 2 'missing: --view' trust list --db two

# trust is moved by a seed's votes, and explained by them
run 0 vote "$z" --weight 1 --key a.key --server "$address"
same trust explain "$agent_b" --view view "${now[@]}" --json
json "d['trust'] > 0.5 and len(d['votes']) == 1 and d['votes'][0]['target'] == '$z'"
same trust list --view view "${now[@]}" --json
json "[a['agent'] for a in d['agents']][-1] == '$agent_b' and len(d['agents']) == 3"

# ---- bad input: one line, that says what to do; nothing is signed
run 0 root --db two
before=$(<out)
export STEME_KEY=a.key
refused 2 'not an id: 123; it is 64' votes 123 --db two
refused 1 'no such record' votes 00000000000 --db two
refused 2 'unknown: steme key shew; did you mean show' key shew --db two
refused 2 'write .steme alias add A B' alias add x --db two
refused 2 'not for .steme key show.: --scope' key show "$agent_a" --scope s --db two
refused 2 'not an agent: zz' key show zz --db two
refused 2 'not an agent' key revoke "${agent_a}0" --db two
refused 2 'unknown value: --type gone' supersede "$x" --type gone --reason r --db two
refused 2 'missing: --reason' supersede "$x" --type invalidate --db two
refused 2 'unknown value: --to done' stage "$x" --to "done" --db two
refused 2 'goes with --to' stage "$x" --force --db two
refused 2 'weight' vote "$x" --weight much --db two
refused 2 'from -1 to 1' vote "$x" --weight 2 --db two
refused 2 'two places' votes "$x" --db two --server "$address"
refused 2 'not UTF-8' alias resolve $'\xff' --db two
refused 2 'not UTF-8' alias resolve $'\xff' --server "$address"
refused 2 'nothing to set' predicate set p --db two
refused 2 'missing: --by' epoch supersede "guideline 1" --db two
refused 2 'signed by both keys' key rotate --db two
refused 2 'missing: --reason' source retract "$s" --db two
refused 2 'view' votes "$x" --view a.key --db two
refused 2 'no such time|--now' votes "$x" --now yesterday --db two
unset STEME_KEY
refused 2 'missing: --key' epoch create e --db two
refused 2 'missing: --key' stage "$x" --to approved --db two
run 0 root --db two
[[ $(<out) == "$before" ]] || fail "something was signed"

# ---- hostile requests, by a stock client
python=$(command -v /usr/bin/python3 || command -v python3)
if ! command -v protoc >/dev/null || ! "$python" -c 'import grpc, google.protobuf' 2>/dev/null; then
    fail "no protoc or no grpc for Python: tools/install-deps test"
fi
mkdir generated
protoc --proto_path="$STEME_SOURCE/proto" --python_out=generated stemedb/api/v1/steme.proto
PYTHONPATH=generated "$python" - "$address" "$x" <<'PYTHON' || fail "hostile requests"
import json
import sys
import grpc
from stemedb.api.v1 import steme_pb2 as api
ask = grpc.insecure_channel(sys.argv[1]).unary_stream(
    "/stemedb.api.v1.StemeService/Lifecycle",
    response_deserializer=api.LifecycleResponse.FromString)
def status_of(request):
    try:
        list(ask(request if isinstance(request, bytes) else request.SerializeToString(), timeout=20))
    except grpc.RpcError as error:
        return dict(error.trailing_metadata() or ()).get("steme-status")
    return "OK"
request = api.LifecycleRequest
view = open("view", "rb").read()
for expected, made in (
        ("INVALID", b"\xff\xff"), ("INVALID", request(kind=99)), ("INVALID", request(kind=-1)),
        ("INVALID", request(id=b"short")), ("INVALID", request(kind=8, name=b"\xff")),
        ("OK", request(kind=8, name=b"a\0b")), ("OK", request()), ("OK", request(kind=11, view=view)),
        ("OK", request(kind=12, name=b"x" * 100000)), ("OK", request(as_of_ns=-1 << 63, has_as_of=True)),
        ("OK", request(evaluated_at_ns=(1 << 64) - 1))):
    assert status_of(made) == expected, (made, status_of(made))
for place in range(0, len(view), 7):
    broken = bytearray(view)
    broken[place] ^= 1
    assert status_of(request(view=bytes(broken))) not in ("OK", None), place
answer = list(ask(request(id=bytes.fromhex(sys.argv[2]), kind=1).SerializeToString(), timeout=20))
assert json.loads(answer[0].head)["sum"] == 0.5 and len(answer[0].items) == 3
PYTHON
stop_serving

# ---- a hostile node: whatever it says, one line or harmless text
cat >hostile.py <<'PYTHON'
import sys
from concurrent import futures
import grpc
from stemedb.api.v1 import steme_pb2 as api
heads = [b"", b"nonsense", b"[1]", b"{\"a\":1,\"a\":2}", b"[" * 100000, b"{}",
         b"{\"id\":7,\"standing\":{},\"head\":[],\"keys\":[1,{\"key\":null}],\"sum\":\"\\u001b[31m\"}"]
items = [b"{}", b"{\"name\":\"\\u001b[1m\",\"reason\":\"\\u001b\",\"kind\":\"\\u001b\",\"to\":\"\\u001b\",\"from\":\"\\u009b\"}",
         b"{\"target\":\"\\u001b]0;\\u0007\\u0000\",\"replacement\":3,\"kind\":[],\"signers\":[1,null],"
         b"\"record\":\"x\",\"time\":\"\\u001b[2J123456789012345678901\",\"stewardships\":{\"a\":1}}"]
class Handler(grpc.GenericRpcHandler):
    count = 0
    def service(self, details):
        if not details.method.endswith("/Lifecycle"):
            return None
        def answer(request, context):
            Handler.count += 1
            yield api.LifecycleResponse(head=heads[Handler.count % len(heads)], items=items)
            yield api.LifecycleResponse(items=items * 3)
        return grpc.unary_stream_rpc_method_handler(
            answer, request_deserializer=api.LifecycleRequest.FromString,
            response_serializer=api.LifecycleResponse.SerializeToString)
server = grpc.server(futures.ThreadPoolExecutor(2), handlers=[Handler()])
print(server.add_insecure_port("127.0.0.1:0"), flush=True)
server.start()
server.wait_for_termination()
PYTHON
PYTHONPATH=generated "$python" hostile.py >port 2>hostile.err &
serving[hostile]=$!
until_true test -s port
good=0
for _ in 1 2 3 4 5 6 7; do
    for words in "votes $x" "chain $x" "chain $x --graph" "chain $x --dot" "cascade $x" "stage $x" \
        "epoch list" "key show $agent_a" "alias list" "alias resolve a" "source show $x" \
        "predicate show p" "trust explain $agent_a" "chain $x --json"; do
        got=0
        # shellcheck disable=SC2086
        "$STEME" $words --server "127.0.0.1:$(<port)" >out 2>err || got=$?
        [[ $got == 0 || $got == 2 ]] || fail "exit $got by a hostile node: $words"
        [[ $got == 0 || $(<err) == "steme: not understood"* ]] || fail "other words: $words"
        ! grep -q $'\033' out || fail "control characters: $words"
        good=$((good + (got == 0)))
    done
done
[[ $good -gt 7 ]] || fail "nothing was drawn: $good"
kill "${serving[hostile]}"
