#!/usr/bin/env bash
# Which answers change without an agent or a source, and what rests on a key: from a folder and from
# a node, byte for byte the same.
source "$(dirname "$0")/serve.bash"

for name in a b c; do
    run 0 keygen "$name.key"
    printf -v "agent_$name" '%s' "$(grep -oE '[0-9a-f]{64}' out)"
done
run 0 init db
say() { # KEY SUBJECT VALUE [OPTION...]
    run 0 assert --db db --key "$1.key" --subject "$2" --predicate risk --object "$3" "${@:4}"
    id=$(<out)
}
say a drug/alone high
alone=$id
say b drug/x low
say a drug/x high # one against one: the later stamp
say a drug/y low
say b drug/y low
say c drug/z low --derived-from "$alone"
say c drug/w low
say b drug/w high --source forum
run 0 get "$id" --db db --json
forum=$(tr -d ' \n' <out | grep -oE '"source(_id)?":\[?"[0-9a-f]{64}' | grep -oE '[0-9a-f]{64}')
run 0 vote "$alone" --db db --weight 1 --key b.key

questions() {
    ask what-if --distrust "$agent_a" --json
    json 'd["agent"] == "'"$agent_a"'" and d["lens"] == "consensus" and d["answers"] == 3'
    json 'd["flipped"] == 2 and [f["subject"] for f in d["flips"]] == ["drug/alone", "drug/x"]'
    json 'd["flips"][0]["after"] is None'
    json 'd["flips"][1]["before"]["winner"]["object"]["value"] == "high"'
    json 'd["flips"][1]["after"]["winner"]["object"]["value"] == "low"'
    ask what-if --distrust "$agent_a" --limit 1 --json
    json 'd["flipped"] == 2 and len(d["flips"]) == 1'
    ask what-if --distrust "$agent_a" --lens skeptic --json
    json 'd["lens"] == "skeptic" and d["flips"][1]["before"]["status"] == "contested"'
    ask what-if --distrust "$forum" --json
    json 'd["source"] == "'"$forum"'" and d["answers"] == 1 and d["flipped"] == 1'
    ask what-if --distrust "${forum:0:16}"
    says '^drug/w +risk +high +low$'
    says '^1 of 1 answers change \(lens consensus\)$'
    ask what-if --distrust "$agent_a"
    says '^drug/alone +risk +high +\(no claims left\)$'
    ask blast-radius "$agent_a" --json
    json 'd["agent"] == "'"$agent_a"'" and d["records"] == 3 and d["answers"] == 3 and d["won"] == 3'
    json 'd["cascade"] == 1 and d["types"] == [{"type": "assertion", "records": 3}]'
    ask blast-radius "$agent_b" --json
    json '[t["type"] for t in d["types"]] == ["assertion", "vote", "source"] and d["won"] == 2'
    ask blast-radius "$agent_c"
    says '^0 records of others rest on its claims and sources$'
    ask blast-radius "$agent_a" --as-of 2020-01-01 --json
    json 'd["records"] == 0 and d["types"] == []'
}

# ask WORD...: of a folder, and kept; then of a node, and compared.
now=2030-01-01T00:00:00Z
number=0
ask() {
    number=$((number + 1))
    run 0 "$@" "${place[@]}" --now "$now"
    cp out "out.$kind.$number"
}
kind=folder place=(--db db)
questions
count=$number
serve db
kind=node place=(--server "$address") number=0
questions
for ((i = 1; i <= count; i++)); do
    cmp "out.folder.$i" "out.node.$i" || fail "answer $i differs"
done

refused 2 'distrust' what-if --db db
refused 2 'not an agent' blast-radius 12 --db db
refused 2 'lens' what-if --db db --distrust "$agent_a" --lens best
stop_serving
