#!/usr/bin/env bash
# A node whose disk fills up: it refuses peers first and its own writers later, serves all the same,
# and goes on by itself once there is room.
if [[ -z ${STEME_OWN_MOUNTS:-} ]]; then
    if [[ $(id -u) != 0 ]] || ! unshare -m true 2>/dev/null; then
        echo "left out: only root may mount a small disk, and not everywhere"
        exit 0
    fi
    STEME_OWN_MOUNTS=1 exec unshare -m bash "$0"
fi
source "$(dirname "$0")/serve.bash"
trap 'kill "${serving[@]}" 2>/dev/null || true; umount -l "$folder/tight" || true; rm -rf "$folder"' EXIT

# fill FOLDER WORD COUNT [CODE]: claims that no other word gives, by way of the folder's node.
fill() {
    local i
    for ((i = 0; i < $3; i++)); do
        echo "{\"type\":\"assertion\",\"subject\":\"$2/$i\",\"predicate\":\"p\",\"object\":\"$2\"}"
    done >"$2.jsonl"
    run "${4:-0}" import --db "$1" --key a.key --date 2026-01-01 "$2.jsonl"
}
count_of() { "$STEME" root --db "$1" | cut -d' ' -f2; }
holds() { [[ $(count_of "$1") == "$2" ]]; }
alike() { [[ $("$STEME" root --db tight) == "$("$STEME" root --db wide)" ]]; }
counted() { # counted NAME: of the tight node
    "$STEME" stat --server unix:tight/socket --metrics | awk -v name="$1" '$1 == name { gsub(",", ""); print $2 }'
}
# leave MB: what the disk has free then.
leave() {
    rm -f tight/ballast
    local free
    free=$(df --output=avail -B1 tight | tail -n 1)
    fallocate -l $((free - $1 * 1000000)) tight/ballast
}
refuses_peers() { [[ $(counted disk_refuses_peers) == "$1" ]]; }

run 0 keygen a.key
mkdir tight
mount -t tmpfs -o size=48m steme tight
for name in tight wide; do
    run 0 init "$name"
done
serve wide --idle-tick-ms 100
wide=$address
serve tight --idle-tick-ms 100 --peer "$wide" --disk-free-min 8000000 --peer-free-min 16000000
fill wide first 50
fill tight second 50
until_true alike
refuses_peers 0 || fail "there is room"

# ---- below the peers' mark
leave 12
until_true refuses_peers 1
grep -q 'disk is nearly full: 1[0-9] MB free, below 16 MB nothing is taken from peers' tight.err ||
    fail "says so on stderr"
fill wide third 50
fill tight fourth 50
until_true holds wide 200 # it still serves
sleep 2
holds tight 150 || fail "nothing is taken from peers: $(count_of tight)"
run 0 ping unix:tight/socket
run 0 peers --db tight --json
json "d['disk_is_nearly_full']"
run 0 peers --db tight
says_aside 'disk is nearly full'
run 0 peers --db wide --json
json "all(p['score'] >= 0 and p['failed_sessions'] == 0 for p in d['peers'])"

# ---- sessions end, and come ever more rarely: of two hosts none works for nothing
differs() { "$STEME" peers --db "$1" --json | grep -q '"in_step": false'; }
until_true differs tight
until_true differs wide
holds tight 150 || fail "a session brought something: $(count_of tight)"
before=$(counted session_received_bytes_total)
sleep 5
after=$(counted session_received_bytes_total)
((after - before < 100000)) || fail "a peer that is refused hammers: $((after - before)) bytes"

# ---- below the other mark
leave 4
fill tight fifth 50 2
grep -q 'make room and try again' err || fail "what to do"
holds tight 150 || fail "nothing was taken"
run 0 query --db tight --subject first/7
says 'first'

# ---- room again
rm tight/ballast
until_true refuses_peers 0
grep -q 'there is room on the disk again' tight.err || fail "says so on stderr"
[[ $(grep -c 'nearly full' tight.err) == 1 ]] || fail "once, not for every look"
fill tight fifth 50
until_true alike
holds wide 250 || fail "all of both: $(count_of wide)"
stop_serving
run 0 verify --db tight

# ---- a store that failed: both marks are off and the disk is full; it takes nothing, but fetches nothing either
serve wide --idle-tick-ms 100
wide=$address
serve tight --idle-tick-ms 100 --peer "$wide" --disk-free-min 1 --peer-free-min 1
until_true alike
leave 0
fill tight sixth 50 2
rm tight/ballast
until_true refuses_peers 1
grep -q 'no records are taken until the node is started again: .*No space left' tight.err || fail "says so on stderr"
fill wide seventh 50
until_true differs tight
sleep 2
before=$(counted session_received_bytes_total)
sleep 5
after=$(counted session_received_bytes_total)
((after - before < 100000)) || fail "bodies are fetched for nothing: $((after - before)) bytes"
run 0 peers --db tight --json
json "not d['disk_is_nearly_full'] and d['peers'][0]['failed_sessions'] == 0"
run 0 query --db tight --subject first/7
says 'first'
stop_serving tight
serve tight --idle-tick-ms 100 --peer "$wide"
stop_serving
