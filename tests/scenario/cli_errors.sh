#!/usr/bin/env bash
# Wrong use, a hostile environment, hostile data: one line that says what to do, the right exit code,
# nothing lost.
source "$(dirname "$0")/cli.bash"
run 0 init claims
"$STEME" keygen a.key >/dev/null
claim=(--key a.key --subject s --predicate p)
run 0 assert --db claims "${claim[@]}" --object first
first=$(<out)
run 0 root --db claims
cp out root

# ---- usage
run 2
says_aside '^usage: steme COMMAND'
refused 2 'did you mean query' qurey --db claims
refused 2 'unknown command: frobnicate' frobnicate
refused 2 'unknown option: --db; the command comes first' --db claims query
refused 2 'unknown option: --subjet; did you mean --subject' query --db claims --subjet s
refused 2 'unknown option: --zzzzzzzz; see .steme help query' query --db claims --zzzzzzzz
refused 2 'two dashes' query -s x
refused 2 'takes no value: --json' query --db claims --json=yes
refused 2 'value missing: --subject' query --db claims --subject
refused 2 'value missing: --subject' query --db claims --subject --predicate p
refused 2 'given twice: --subject' query --db claims --subject a --subject b
refused 2 'empty value: --subject' query --db claims --subject ''
refused 2 'missing: --db' query
refused 2 'missing: --key' assert --db claims --subject s --predicate p --object v
refused 2 'missing: --subject' assert --db claims --key a.key --predicate p --object v
refused 2 'missing: --object' assert --db claims "${claim[@]}"
refused 2 'leave --object out' assert --db claims "${claim[@]}" --object v --relation none
refused 2 'argument missing' get --db claims
refused 2 'one argument too many: more' init new more
refused 2 'unknown command' help nonsense
refused 2 'two forms' query --db claims --json --csv
refused 2 'unknown value: --lens wisdom' query --db claims --lens wisdom
refused 2 'no such equivalence' query --db claims --lens skeptic --equal sorta
refused 2 'no such equivalence' query --db claims --lens skeptic --equal number:-1
refused 2 'give --lens' query --db claims --equal folded
refused 2 'give --subject and --predicate' query --db claims --lens skeptic --receipt r.json
refused 2 'digits only' query --db claims --limit -5
refused 2 'print nothing' query --db claims --limit 0
refused 2 'print nothing' conflicts --db claims --limit 0
refused 2 'digits only' query --db claims --limit 99999999999999999999
refused 2 'not an id' query --db claims --agent xyz
refused 2 'not an id' get --db claims "${first:0:7}"
refused 2 'not an id' get --db claims "${first}0"
refused 2 'not an id' get --db claims "g${first:1}"
refused 2 '--since' query --db claims --since yesterday
refused 2 '--as-of' query --db claims --as-of 2026-13-01
refused 2 'give --object too' query --db claims --type number
refused 2 'not UTF-8' assert --db claims "${claim[@]}" --object $'\xff\xfe'
refused 2 'not UTF-8' query --db claims --subject $'a\xc0\x80'
for number in NaN inf 1e999 0x10 '1 2' '' 1. .5 --5 ''; do
    run 2 assert --db claims "${claim[@]}" --type number "--object=$number"
    [[ $(wc -l <err) == 1 && ! -s out ]] || fail "number $number"
done
refused 2 'object' assert --db claims "${claim[@]}" --type boolean --object maybe
refused 2 'object' assert --db claims "${claim[@]}" --type time --object noon
refused 2 '0 to 1' assert --db claims "${claim[@]}" --object v --confidence 1.5
refused 2 'confidence' assert --db claims "${claim[@]}" --object v --confidence 0.1234567
refused 2 'unknown value: --source-class' assert --db claims "${claim[@]}" --object v --source-class royal
refused 2 'KEY=VALUE' assert --db claims "${claim[@]}" --object v --meta novalue
refused 2 'give --source' assert --db claims "${claim[@]}" --object v --edition 2
refused 2 'the same key twice' assert --db claims "${claim[@]}" --key a.key --object v
refused 2 'unit' assert --db claims "${claim[@]}" --object v --unit mg
refused 2 'subject' assert --db claims --key a.key --predicate p --object v \
    --subject "$(head -c 1025 /dev/zero | tr '\0' x)"
refused 2 '.' assert --db claims "${claim[@]}" --object "$(head -c 40000 /dev/zero | tr '\0' x)"

# ---- nothing for an id
refused 1 'no such record' get --db claims "${first//[0-9]/a}"
refused 1 'no such record' get --db claims ffffffffff
refused 1 'no such record' prove --db claims "${first//[0-9]/a}"

# ---- environment
refused 2 'no store: nowhere; make one' query --db nowhere
mkdir empty
refused 2 'no store: empty' query --db empty
refused 2 'no store|not a' query --db a.key
refused 2 'exists|claims' init claims
mkdir full && echo x >full/x
refused 2 'full' init full
refused 2 'exists already: a.key' keygen a.key
refused 2 'nowhere.*; check the path' keygen nowhere/b.key
refused 2 'nowhere.*; check the path' init nowhere/b
refused 2 'no key: b.key; make one' assert --db claims --key b.key --subject s --predicate p --object v
echo 'not a key' >bad.key && chmod 600 bad.key
refused 2 'bad.key' assert --db claims --key bad.key --subject s --predicate p --object v
cp a.key open.key && chmod 644 open.key
refused 2 'open.key' assert --db claims --key open.key --subject s --predicate p --object v
refused 2 'nowhere.jsonl' import --db claims nowhere.jsonl
refused 2 'folder|directory' import --db claims full
refused 2 'unknown value: --format' import --db claims --format xml a.key
refused 2 'cannot open: nowhere' check-proof nowhere
echo '{' >proof.json
refused 1 'not a proof' check-proof proof.json
echo '{"id":"00"}' >proof.json
refused 1 'not a proof' check-proof proof.json
# Without permission; root has every permission, so it becomes somebody else for this.
without_permission() {
    local got=0
    "${as_other[@]}" "$STEME" "$@" >out 2>err || got=$?
    [[ $got == 2 && $(wc -l <err) == 1 ]] || fail "no permission: exit $got: steme $*"
    says_aside '[Pp]ermission denied'
}
# Where lines are counted (gcov), somebody else's counts go to a folder that anybody may write.
mkdir -m 777 counted
as_other=(env GCOV_PREFIX="$folder/counted")
[[ $(id -u) != 0 ]] || as_other+=(setpriv --reuid 65534 --regid 65534 --clear-groups)
if "${as_other[@]}" "$STEME" version >out 2>err; then
    chmod 711 .
    cp -r claims locked && chmod 000 locked
    mkdir shut && chmod 000 shut
    without_permission query --db locked
    without_permission init shut/claims
    without_permission keygen shut/a.key
    without_permission assert --db claims --key shut/a.key --subject s --predicate p --object v
    chmod 700 locked shut .
fi

# Two writers: the second is told who has it. The first waits for its input.
mkfifo input
"$STEME" import --db claims --key a.key --date 2026-01-01 --format jsonl - <input >/dev/null 2>&1 &
first_writer=$!
exec 9>input
for _ in $(seq 200); do
    # shellcheck disable=SC2010
    ls -l /proc/$first_writer/fd 2>/dev/null | grep -q 'claims/lock' && break
    sleep 0.05
done
run 2 assert --db claims "${claim[@]}" --object blocked
says_aside "$first_writer"
[[ $(wc -l <err) == 1 ]] || fail "not one line"
run 0 query --db claims --subject s # reading goes on
exec 9>&-
wait $first_writer

# A full disk, on the way out and in.
if [[ -w /dev/full ]]; then
    got=0
    "$STEME" query --db claims >/dev/full 2>err || got=$?
    [[ $got == 2 ]] || fail "a full disk behind stdout: exit $got"
    says_aside 'standard output: .*[Nn]o space'
    got=0
    "$STEME" query --db claims --lens skeptic >/dev/full 2>err || got=$?
    [[ $got == 2 ]] || fail "a full disk behind stdout: exit $got"
    says_aside 'standard output: .*[Nn]o space'
    got=0
    "$STEME" export --db claims >/dev/full 2>err || got=$?
    [[ $got == 2 ]] || fail "a full disk behind stdout: exit $got"
fi
got=0
"$STEME" root --db claims >&- 2>err || got=$?
[[ $got == 2 ]] || fail "a closed stdout: exit $got"
# No room for a single byte more in any file (so the messages go through a pipe); nor for gcov's.
no_room() {
    local said
    said=$( (ulimit -f 0; "$STEME" "$@" 2>&1 && echo "exit 0" || echo "exit $?") |
        grep -vE '^(libgcov )?profiling( error)?:')
    [[ $(tail -1 <<<"$said") == "exit 2" ]] || fail "no room: steme $*: $said"
    [[ $(wc -l <<<"$said") == 2 && $said == "steme: "* ]] || fail "not one line: steme $*: $said"
}
no_room assert --db claims "${claim[@]}" --object "no room"
no_room keygen noroom.key
no_room init noroom
run 0 assert --db claims "${claim[@]}" --object "room again"

# A store of a newer format; damage in the log, and in the index.
cp -r claims newer
sed -i '1s/1$/2/' newer/STEME
refused 2 'store format 2' query --db newer
python3 - <<'PYTHON' >many.jsonl
for i in range(5000):
    print('{"type":"assertion","subject":"s/%d","predicate":"p","object":{"type":"Number","value":%d}}' % (i, i))
PYTHON
run 0 init damaged
run 0 import --db damaged --key a.key --date 2026-01-01 many.jsonl
run 0 verify --db damaged
log=$(find damaged/log -type f | head -1)
printf 'XXXX' | dd of="$log" bs=1 seek=$(($(stat -c %s "$log") / 2)) conv=notrunc 2>dd.err
# A reader that goes early is no fault, whatever it reads.
for arguments in query 'query --json' 'query --csv' 'query --lens skeptic' export conflicts; do
    set +e
    # shellcheck disable=SC2086
    "$STEME" $arguments --db damaged 2>err | head -n 1 >/dev/null
    got=${PIPESTATUS[0]}
    set -e
    [[ ! -s err ]] || grep -q 'not exported' err || fail "a closed pipe is reported: steme $arguments"
done
run 1 verify --db damaged
says 'log segment 1, byte [0-9]+'
says_aside '[0-9]+ faults?\. Next: '
run 1 verify --db damaged --json
json "d['fault_count'] == len(d['faults']) >= 1"
got=0
"$STEME" export --db damaged >out 2>err || got=$?
[[ $got == 1 ]] || fail "a record that cannot be read is left out in silence: exit $got"
# The same record once more puts it right.
run 0 import --db damaged --key a.key --date 2026-01-01 many.jsonl
run 0 verify --db damaged
run 0 export --db damaged
[[ $(wc -l <out) == 5000 ]] || fail "not all records are there again"
rm -r damaged
run 0 init damaged
run 0 import --db damaged --key a.key --date 2026-01-01 many.jsonl
run 0 rebuild --db damaged
index=$(find damaged/index -name '*.run' | head -1)
[[ -n $index ]] || fail "no index on disk to damage"
printf 'XXXX' | dd of="$index" bs=1 seek=$(($(stat -c %s "$index") / 2)) conv=notrunc 2>dd.err
run 1 verify --db damaged
says '^index file [0-9a-f]+\.run, page [0-9]+: wrong checksum$'
[[ $(wc -l <out) == 1 ]] || fail "one bad page takes $(wc -l <out) lines"
run 0 rebuild --db damaged
run 0 verify --db damaged
run 0 verify --db claims
# What cannot even be opened is a fault like the others.
: >damaged/index/MANIFEST
run 1 verify --db damaged
says 'MANIFEST: not a manifest$'
says_aside '^Not all could be checked\. Next: .steme rebuild'
run 1 verify --db damaged --json
json "d['fault_count'] == len(d['faults']) == 1"
run 0 rebuild --db damaged
run 0 verify --db damaged

# ---- hostile data on its way to a terminal
run 0 keygen other.key
run 0 assert --db claims --key other.key --subject evil --predicate p --object $'\e]0;title\a'
run 0 assert --db claims --key a.key --subject evil --predicate p \
    --object $'\e[31mred\e[0m\a\b\r\n\t\x7f\u009b1m\u202eright\u2028'
for arguments in 'query --subject evil' 'query --subject evil --lens skeptic' \
    'query --subject evil --lens recency' 'conflicts --limit 9' "get $(<out)"; do
    # shellcheck disable=SC2086
    "$STEME" ${arguments%% *} --db claims ${arguments#* } >shown 2>&1 ||
        fail "$arguments: $(<shown)"
    grep -qF '\x1b' shown || fail "$arguments does not show the hostile value"
    python3 - <<'PYTHON' || fail "control bytes reach the terminal: $arguments"
text = open("shown", encoding="utf-8", newline="").read()
bad = [c for c in text if (ord(c) < 32 and c != "\n") or 0x7f <= ord(c) <= 0x9f or c in "\u202e\u2028"]
assert not bad, bad
PYTHON
done
run 0 query --db claims --subject evil
says '\\x1b\[31mred'
says '\\u\{202e\}right'
refused 2 'unknown command: \\x1b' $'\e[31m'

# ---- a log that lost what the index names is never passed over in silence
run 0 init lossy
seq 1 5000 | sed 's/.*/s&,p,o&/; 1i subject,predicate,object' >many.csv
run 0 import --db lossy --key a.key --format csv --date 2024-01-02 many.csv
rm -r lossy/log
refused 1 'acknowledged records are missing' stat --db lossy
refused 1 'acknowledged records are missing' assert --db lossy --key a.key --subject s --predicate p --object o
run 0 rebuild --db lossy
says_aside 'the log has lost'
run 0 verify --db lossy

# ---- colours on a terminal only, and not where they are not wanted
if command -v script >/dev/null; then
    on_terminal() { TERM=xterm script -qec "$*" /dev/null </dev/null; }
    # To a file first: `grep -q` in a pipe goes at its first match, and what still writes dies of it.
    on_terminal "$STEME query --db claims" >shown
    grep -q $'\e\[' shown || fail "no colours on a terminal"
    NO_COLOR=1 on_terminal "$STEME query --db claims" >shown
    ! grep -q $'\e' shown || fail "NO_COLOR is not kept"
    on_terminal "$STEME query --no-color --db claims" >shown
    ! grep -q $'\e' shown || fail "--no-color is not kept"
    "$STEME" assert --db claims --key a.key --subject a/subject/of/some/length --predicate colour \
        --object 'a value that is not short either, and goes on' --source https://example.org/s >/dev/null
    for width in 60 80 120 200; do
        for arguments in 'query' 'query --lens recency' 'query --lens skeptic' 'conflicts'; do
            on_terminal "stty cols $width; $STEME $arguments --no-color --db claims" | tr -d '\r' |
                sed "s/^/$width $arguments: /"
        done
    done >shown
    python3 - <<'PYTHON' || fail "wider than the terminal"
shown = [line.split(": ", 1) for line in open("shown", encoding="utf-8").read().splitlines()]
wide = [(head, row) for head, row in shown
        if len(row) > int(head.split()[0]) and "disputed (" not in row]
assert len(shown) > 100 and not wide, wide
PYTHON
fi
run 0 query --db claims
! grep -q $'\e' out || fail "colours in a file"

# ---- nothing of all this changed the store but for what was asserted
run 0 verify --db claims
run 0 get --db claims "$first"
echo "ok"
