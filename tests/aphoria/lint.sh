#!/usr/bin/env bash
# `aphoria corpus lint`: nothing of the program's own can never match, and of a team's rules those
# that cannot are named with the reason.
# APHORIA = the program.
source "$(dirname "${BASH_SOURCE[0]}")/../scenario/cli.bash"
: "${APHORIA:?the program to test}"

lint() {
    local want=$1 got=0
    shift
    "$APHORIA" corpus lint "$@" >"$folder/out" 2>"$folder/err" || got=$?
    [[ $got == "$want" ]] || fail "exit $got in place of $want: aphoria corpus lint $*"
}

lint 0
says 'rules: 0 can never match$'

# rule FILE CONCEPT VALUE: observes that value of a call.
rule() {
    mkdir -p rules
    cat >"rules/$1.yaml" <<END
concept: $2
title: t
confidence: 0.9
matches:
  - id: made
    languages: [python]
    call: made.up
    observe: $3
examples:
  - language: python
    observes: $3
    code: |
      import made
      made.up()
END
}
rule nowhere no/such true
rule unspoken cipher/algorithm camellia
rule fine hash/algorithm md5
lint 1 --rules rules
says 'nowhere.yaml: no such concept: no/such'
says 'unspoken.yaml:[0-9]+: unspoken/made observes cipher/algorithm = camellia, of which no fact says anything'
says_not 'fine'
says 'rules: 2 can never match$'
