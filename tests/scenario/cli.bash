# What the cli_*.sh tests share. Source it; then $folder is a new folder and the working one.
# STEME = the program.
set -Eeuo pipefail
: "${STEME:?the program to test}"
unset STEME_DB STEME_SERVER STEME_KEY STEME_TLS_CERT STEME_TLS_KEY STEME_TLS_CA NO_COLOR COLUMNS
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'echo "FAILED: line $LINENO: $BASH_COMMAND" >&2' ERR
cd "$folder"

fail() {
    echo "FAILED: $*" >&2
    [[ ! -s $folder/out ]] || head -n 60 "$folder/out" | sed 's/^/  out: /' >&2
    [[ ! -s $folder/err ]] || head -n 60 "$folder/err" | sed 's/^/  err: /' >&2
    exit 1
}

# run CODE ARGUMENT...: the program ends with CODE; its output is in out and err.
run() {
    local want=$1 got=0
    shift
    "$STEME" "$@" >"$folder/out" 2>"$folder/err" || got=$?
    [[ $got == "$want" ]] || fail "exit $got in place of $want: steme $*"
}

# refused CODE PATTERN ARGUMENT...: ends with CODE, prints nothing, and says why in one line that
# begins with "steme: " and matches PATTERN.
refused() {
    local code=$1 pattern=$2
    shift 2
    run "$code" "$@"
    [[ ! -s $folder/out ]] || fail "data in spite of a refusal: steme $*"
    [[ $(wc -l <"$folder/err") == 1 ]] || fail "not one line: steme $*"
    grep -q '^steme: ' "$folder/err" || fail "not by name: steme $*"
    grep -qE -- "$pattern" "$folder/err" || fail "does not say '$pattern': steme $*"
}

# says PATTERN, says_not PATTERN: in the latest output.
says() { grep -qE -- "$1" "$folder/out" || fail "output lacks '$1'"; }
says_not() { ! grep -qE -- "$1" "$folder/out" || fail "output has '$1'"; }
says_aside() { grep -qE -- "$1" "$folder/err" || fail "stderr lacks '$1'"; }

# One Python for all questions: to start it takes longer than the programs under test.
coproc CHECKER {
    exec python3 -u -c '
import json, sys
for line in sys.stdin:
    kind, path, expression = line.rstrip("\n").split("\t", 2)
    try:
        with open(path, encoding="utf-8") as file:
            d = json.load(file) if kind == "json" else [json.loads(each) for each in file]
        print("yes" if eval(expression) else "no")
    except Exception as error:
        print(repr(error).replace("\n", " "))
'
}

# ask_python KIND EXPRESSION: true in Python, of the latest output as `d`. The expression is one line.
ask_python() {
    local answer
    printf '%s\t%s\t%s\n' "$1" "$folder/out" "$2" >&"${CHECKER[1]}"
    read -r answer <&"${CHECKER[0]}"
    [[ $answer == yes ]] || fail "not so ($answer): $2"
}

# json EXPRESSION: `d` is the document.
json() { ask_python json "$1"; }

# jsonl EXPRESSION: `d` is the list of the lines.
jsonl() { ask_python jsonl "$1"; }
