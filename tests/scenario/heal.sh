#!/usr/bin/env bash
# A bit that flips in the log of a running node: found, fetched again from a peer, never served.
source "$(dirname "$0")/serve.bash"

for ((i = 0; i < 60; i++)); do
    echo "{\"type\":\"assertion\",\"subject\":\"part/$i\",\"predicate\":\"p\",\"object\":\"whole$i.\"}"
done >records.jsonl
run 0 keygen a.key
run 0 init one
run 0 init two
run 0 import --db one --key a.key --date 2026-01-01 records.jsonl
serve one --idle-tick-ms 200
one=$address
serve two --idle-tick-ms 200 --peer "$one"
two=$address
holds() { "$STEME" ping "$1" 2>/dev/null | grep -q " $2 records,"; }
until_true holds "$two" 60

# flip FOLDER WORD: one bit of the only place where the log has the word.
flip() {
    local file=$1/log/00000001.log offset byte
    offset=$(grep -abo "$2" "$file" | cut -d: -f1)
    byte=$(dd if="$file" bs=1 skip="$offset" count=1 status=none | od -An -tu1)
    printf "\\x$(printf %x $((byte ^ 4)))" | dd of="$file" bs=1 seek="$offset" conv=notrunc status=none
}
is_whole() { "$STEME" verify --db "$1" >/dev/null 2>&1; }
has_healed() { grep -aq "$2" "$1/log/00000001.log" && is_whole "$1"; }

# On each of both, another: what one has lost the other has.
flip one 'whole7\.'
flip two 'whole8\.'
! is_whole one || fail "the bit is not flipped"
run 0 query --server "$one" --subject part/7 --json
! grep -q 'whole7\|whole3\.' out || fail "served what is damaged, or from nowhere"
until_true grep -q 'damaged records in the log: 1 more; peers are asked for them' one.err
until_true has_healed one 'whole7\.'
until_true has_healed two 'whole8\.'
run 0 query --server "$one" --subject part/7
says 'whole7\.'
run 0 query --server "$two" --subject part/8
says 'whole8\.'
absent() { "$STEME" stat --server "$1" --metrics | grep -q "^absent_bodies  *$2$"; }
until_true absent "$one" 0
until_true absent "$two" 0
[[ $("$STEME" root --db one) == $("$STEME" root --db two) ]] || fail "healing changed a set"

# What both have lost holds nothing up: it is told as absent, and news spreads as before.
flip one 'whole9\.'
flip two 'whole9\.'
echo '{"type":"assertion","subject":"late","predicate":"p","object":"late"}' >late.jsonl
run 0 init three
run 0 import --db three --key a.key --date 2026-01-02 late.jsonl
run 1 sync --db three "$one"
says '1 without a body'
until_true holds "$two" 61
until_true absent "$one" 1
until_true absent "$two" 1
stop_serving one two
