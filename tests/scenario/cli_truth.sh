#!/usr/bin/env bash
# Models of who is to be believed: made of the claims, the same wherever the records are, kept in the
# folder, and never from claims later than the question's.
source "$(dirname "$0")/serve.bash"

# Four sources that err now and then, each for itself, and one that errs often, with four copies.
python3 - <<'PYTHON'
import random
chance = random.Random(5)
names = ["a", "b", "c", "d", "wrong", "copy1", "copy2", "copy3", "copy4"]
rows = {name: [] for name in names}
outvoted = None
for subject in range(120):
    truth = chance.choice(["low", "high", "none"])
    others = [value for value in ["low", "high", "none"] if value != truth]
    for name in names[:4]:
        rows[name].append(truth if chance.random() < .9 else chance.choice(others))
    copied = truth if chance.random() < .5 else chance.choice(others)
    for name in names[4:]:
        rows[name].append(copied)
    if outvoted is None and copied != truth and all(rows[n][-1] == truth for n in names[:4]):
        outvoted = (f"drug/{subject}", truth, copied)
for name in names:
    with open(f"{name}.csv", "w") as file:
        file.write("subject,predicate,object\n")
        file.writelines(f"drug/{i},risk,{value}\n" for i, value in enumerate(rows[name]))
with open("outvoted", "w") as file:
    print(*outvoted, file=file)
PYTHON
read -r subject truth copied <outvoted
run 0 init db
for name in a b c d wrong copy1 copy2 copy3 copy4; do
    run 0 keygen "$name.key"
    grep -oE '[0-9a-f]{64}' out >"agent_$name"
    run 0 import --db db --key "$name.key" --source "$name" --date 2026-01-31 "$name.csv"
done
ask_lens() { run 0 query "${place[@]}" --subject "$subject" --predicate risk --lens "$@" --json; }
place=(--db db)

# ---- before any model
ask_lens truth
json 'd["truth_model"] is None and d["winner"] is None and d["receipt"]["truth_model"] is None'
says_aside 'no truth model as of then'
refused 1 'no model as of then.*steme truth fit' truth show --db db

# ---- a model: the copies have one vote
run 0 truth fit --db db
model=$(<out)
[[ $model =~ ^[0-9a-f]{64}$ ]] || fail "no hash"
says_aside '^1,080 claims in .* the model is db/truth/[0-9]+-'"$model"'\.model$'
ask_lens consensus
json "d['value']['value'] == '$copied'"
ask_lens truth
json "d['value']['value'] == '$truth' and d['truth_model'] == '$model' == d['receipt']['truth_model']"
json 'd["confidence"] > 0.9'
run 0 truth show --db db --json
json "d['model'] == '$model' and d['predicates'][0]['predicate'] == 'risk'"
json 'd["predicates"][0]["kind"] == "labels" and d["predicates"][0]["claims"] == 1080'
json 'sum(b["claims"] for b in d["predicates"][0]["bins"]) > 0 and 0 < d["predicates"][0]["brier"] < 1'
run 0 truth show --db db
says "^model  $model\$"
says '^risk  labels: 1,080 claims of 9 sources about 120 subjects$'
run 0 truth sources --db db --json
json 'len(d["sources"]) == 9 and sum("copies" in s for s in d["sources"]) == 5'
json 'all(("copies" in s) == (s["source"][:4] in ("wron", "copy")) for s in d["sources"])'
json 'all((s["accuracy"] > .8) == (s["source"] in "abcd") for s in d["sources"])'
run 0 truth sources --db db
says '^IDENTITY +SOURCE +PREDICATE +CLAIMS +ACCURACY'

# ---- who has the same records makes the same model
run 0 init replica
run 0 export --db db
cp out all.jsonl
run 0 import --db replica all.jsonl
run 0 truth fit --db replica --out model --json
json "d['model'] == '$model' and d['path'] == 'model' and d['claims'] == 1080"
cmp model db/truth/*.model || fail "the same records gave other bytes"
[[ ! -e replica/truth ]] || fail "--out kept a model in the folder too"

# ---- no later model than the question's
ask_lens truth --as-of 2026-01-01
json 'd["truth_model"] is None'
ask_lens truth --as-of 2026-02-01
json "d['truth_model'] == '$model'"
refused 2 'fitted as of later' query --db db --subject "$subject" --predicate risk --lens truth \
    --model model --as-of 2026-01-01
refused 2 'no claim to learn from' truth fit --db db --as-of 2026-01-01
run 0 query --db replica --subject "$subject" --predicate risk --lens truth --model model --json
json "d['value']['value'] == '$truth'"

# ---- a model of another predicate is no reason to forget this one
run 0 assert --db db --key a.key --subject "$subject" --predicate dose --object 1 --type number
run 0 truth fit --db db --predicate dose
[[ $(<out) != "$model" ]] || fail "another predicate gave the same model"
ask_lens truth
json "d['truth_model'] == '$model'"

# ---- a receipt names the model, and is checked with it
run 0 query --db db --subject "$subject" --predicate risk --lens truth --receipt receipt
run 0 verify-receipt receipt --model model
says '^OK$'
run 1 verify-receipt receipt
says_aside 'give its file, --model FILE'

# ---- it needs no store, and no bit of receipt or model may change
mkdir elsewhere
cp receipt model elsewhere
(cd elsewhere && run 0 verify-receipt receipt --model model)
python3 - "$STEME" <<'PYTHON' || fail "an altered bit went by"
import os, random, subprocess, sys
os.chdir("elsewhere")
chance = random.Random(3)
for name in ("receipt", "model"):
    whole = open(name, "rb").read()
    for position in chance.sample(range(len(whole)), 40):
        bit = 1 << chance.randrange(8)
        if name == "receipt" and (whole[position : position + 1].isspace()):
            continue
        altered = bytearray(whole)
        altered[position] ^= bit
        with open("altered", "wb") as file:
            file.write(altered)
        files = {"receipt": "receipt", "model": "model", name: "altered"}
        code = subprocess.run(
            [sys.argv[1], "verify-receipt", files["receipt"], "--model", files["model"]],
            capture_output=True).returncode
        if code not in (1, 2):
            sys.exit(f"{name}: byte {position}, bit {bit}: exit {code}")
PYTHON

# ---- a node answers by the models of its folder, byte for byte the same
ask_lens truth --now 2030-01-01
cp out by_folder
serve db
place=(--server "$address")
ask_lens truth --now 2030-01-01
cmp out by_folder || fail "a node answers otherwise"
for command in "truth show" "truth sources" "truth sources --predicate risk" \
    "truth show --as-of 2026-02-01" "truth show --predicate dose"; do
    run 0 $command --db db --json
    cp out by_folder
    run 0 $command "${place[@]}" --json
    cmp out by_folder || fail "$command: a node answers otherwise"
done
refused 1 'no model as of then: db/truth.*steme truth fit' truth show "${place[@]}" --as-of 2020-01-01

# ---- a node fits, and keeps the model in its folder
run 0 truth fit "${place[@]}" --json
newest=$(sed -n 's/.*"model": "\([0-9a-f]*\)".*/\1/p' out)
json "d['claims'] == 1081 and d['path'].startswith('db/truth/')"
[[ -f $(sed -n 's/.*"path": "\([^"]*\)".*/\1/p' out) ]] || fail "the node kept no model"
cp out by_node
ask_lens truth
json "d['truth_model'] == '$newest' != '$model'"
run 0 truth fit --db db --json # by the folder's socket, while it serves
cmp out by_node || fail "the served folder makes another model"
run 0 truth fit "${place[@]}" --as-of 2026-02-01 --predicate risk --out sent
[[ -f sent && ! -e db/truth/sent ]] || fail "no model came"
run 0 truth show --model sent --json
refused 2 'no claim to learn from' truth fit "${place[@]}" --as-of 2026-01-01

# ---- who is distrusted, by a model
agent=$(cat agent_wrong)
for command in "what-if --distrust" blast-radius; do
    run 0 $command "$agent" --lens truth --db db --now 2030-01-01 --json
    json "d['truth_model'] == '$newest'"
    cp out by_folder
    run 0 $command "$agent" --lens truth "${place[@]}" --now 2030-01-01 --json
    cmp out by_folder || fail "$command: a node answers otherwise"
    run 0 $command "$agent" --lens truth --db db --model model --as-of 2026-02-01 --json
    json "d['truth_model'] == '$model'"
    refused 2 'is for --lens truth' $command "$agent" --db db --model model
done

# ---- the lenses side by side, each with its options, and truth by a model
compare() { run 0 compare --subject "$subject" --predicate risk --now 2030-01-01 --json "$@"; }
answer='{a["lens"]: a for a in d["answers"]}'
compare "${place[@]}" --lens-option weighted.expert=0.9
cp out by_node
compare --db db --lens-option weighted.expert=0.9
cmp out by_node || fail "compare: a node answers otherwise"
compare --db db
cmp -s out by_node && fail "compare: the option did nothing"
compare --db db --model model
json "($answer)['truth']['truth_model'] == '$model'"
refused 2 'LENS.NAME=VALUE' compare --db db --subject s --predicate p --lens-option expert=0.9
refused 2 'lens-option' compare --db db --subject s --predicate p --lens-option recency.expert=0.9
stop_serving

# ---- numbers: whoever is near weighs more; of two units there is no scale
python3 - <<'PYTHON'
import random
chance = random.Random(7)
for name, error in (("a", 1), ("b", 1), ("c", 1), ("d", 40)):
    with open(f"{name}.csv", "w") as file:
        file.write("subject,predicate,type,object,unit\n")
        for i in range(40):
            file.write(f"n/{i},mass,number,{100 * i + chance.uniform(-error, error):.3f},mg\n")
            file.write(f"n/{i},length,number,{i + error},{'cm' if i % 2 else 'm'}\n")
PYTHON
run 0 init numbers
for name in a b c d; do
    run 0 import --db numbers --key "$name.key" --date 2026-01-31 "$name.csv"
done
run 0 truth fit --db numbers
run 0 truth show --db numbers --json
json '[(p["predicate"], p["kind"]) for p in d["predicates"]] == [("length", "open"), ("mass", "numbers")]'
run 0 truth sources --db numbers --predicate mass --json
json 'len(d["sources"]) == 4 and all(s["source"] == "" for s in d["sources"])'
json 'sum(s["weight"] > 1 for s in d["sources"]) == 3 and min(s["weight"] for s in d["sources"]) < .1'
run 0 query --db numbers --subject n/7 --predicate mass --lens truth --json
json 'abs(d["value"]["value"] - 700) < 1 and d["confidence"] > 0'

# ---- refusals
refused 2 'is for --lens truth' query --db db --lens consensus --model model
refused 2 'a node takes the models of its own' query --server unix:x --lens truth --model model
printf 'x' >broken
refused 2 'no model: broken' query --db db --lens truth --model broken
refused 2 'unknown: steme truth forget' truth forget
refused 2 'not for `steme truth show`: --out' truth show --db db --out x
