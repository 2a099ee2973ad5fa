#!/usr/bin/env bash
# Nodes as processes: serve, ping, sync, diff, cluster-cert; nodes in step by --peer; TLS; stopping.
source "$(dirname "$0")/serve.bash"

root_of() { "$STEME" root --db "$1"; }
# fill FOLDER WORD COUNT: claims that no other word gives.
fill() {
    local i
    for ((i = 0; i < $3; i++)); do
        echo "{\"type\":\"assertion\",\"subject\":\"$2/$i\",\"predicate\":\"p\",\"object\":\"$2\"}"
    done >"$2.jsonl"
    run 0 import --db "$1" --key a.key --date 2026-01-01 "$2.jsonl"
}

run 0 keygen a.key
for name in one two three; do
    run 0 init "$name"
done
fill one left 300
fill two right 200
fill three middle 100

# ---- what is refused, before anything listens
refused 2 'no store' serve --db nothing
refused 2 'not an address: here' serve --db one --listen here
refused 2 'not an address: 127.0.0.1:70000' serve --db one --listen 127.0.0.1:70000
refused 2 'not a port: unix:here' serve --db one --listen unix:here
refused 2 'not an address: a b:7' serve --db one --peer 'a b:7'
refused 2 'not in plain text: 0.0.0.0:7601' serve --db one --listen 0.0.0.0:7601
refused 2 'not in plain text: example.org:7601' serve --db one --peer example.org:7601
refused 2 'TLS needs all three' serve --db one --tls-cert a.key
refused 2 'cannot read: absent' serve --db one --tls-cert absent --tls-key absent --tls-ca absent
refused 2 'cluster: too long' serve --db one --cluster "$(printf 'x%.0s' {1..65})"
refused 2 'HOST:PORT' ping 7601
refused 2 'no answer: 127.0.0.1:1: UNAVAILABLE' ping 127.0.0.1:1
refused 2 'not in plain text' ping 192.0.2.1:7601
refused 2 'argument missing' sync --db one
mapfile -t peers < <(for i in {1..33}; do printf -- '--peer\n127.0.0.1:%d\n' "$i"; done)
refused 2 'too many peers' serve --db one "${peers[@]}"

# ---- one node
serve one
one=$address
run 0 peers --server "$one"
says_aside 'no --peer'
grep -q 'plain text: every user of this machine may speak' one.out || fail "says who may speak"
[[ $(wc -l <one.out) == 1 ]] || fail "one line says where and who"
[[ $(stat -c '%a %F' one/socket) == '600 socket' ]] || fail "the socket is the owner's alone"
run 0 ping "$one"
says '^node [0-9a-f]{32}, 300 records, '
run 0 ping unix:one/socket --json
json "d['records'] == 300 and len(d['node']) == 32 and d['ms'] > 0"
refused 2 'process' serve --db one --listen 127.0.0.1:0
refused 2 "cannot listen: $one" serve --db three --listen "$one"
[[ ! -e three/socket ]] || fail "a node that failed leaves no socket"
run 0 stat --db one --json
json "d['records'] == 300"

# ---- forgetting in a folder that a node serves: over its socket, and by no other address
id=$("$STEME" assert --db one --key a.key --subject told --predicate p --object v)
refused 2 "for the folder's owner" forget --server "$one" "$id" --reason "a court's order"
run 0 get --server "$one" "$id"
run 0 forget --db one "${id:0:12}" --reason "a court's order"
refused 1 "was forgotten here: a court's order" get --server "$one" "$id"
refused 1 'was forgotten here' forget --db one "$id" --reason again
run 0 stat --server "$one" --json
json "d['forgotten'] == 1 and d['records'] == 301"
stop_serving one
rm -r one
run 0 init one
run 0 import --db one --key a.key --date 2026-01-01 left.jsonl
serve one
one=$address

# ---- sessions on demand
run 1 diff --db two "$one"
[[ $(grep -c '^here lacks [0-9a-f]\{64\}$' out) == 300 ]] || fail "all that is lacked here"
[[ $(grep -c '^there lacks [0-9a-f]\{64\}$' out) == 200 ]] || fail "all that is lacked there"
[[ $(<err) != *'no records are taken'* ]] || fail "a store that is only looked at has not failed"
run 1 diff --db two "$one" --json
json "d['lacked_here_count'] == len(d['lacked_here']) == 300 and len(d['lacked_there']) == 200"
run 0 root --db two
says ' 200$'
refused 2 'cluster' sync --db two "$one" --cluster other
run 0 sync --db two "$one" --json
json "d['equal'] and d['sent']['records'] == 200 and d['received']['records'] == 300"
json "d['root_after'] == d['peer_root'] and d['count_after'] == d['peer_count'] == 500"
run 0 sync --db two "$one"
says '^steps +roots; '
says 'Both hold the same records'
run 0 diff --db two "$one"
[[ ! -s out ]] || fail "no difference, no line"
run 0 ping "$one"
says ' 500 records'
[[ $(root_of one) == $(root_of two) ]] || fail "one root after a session"

# ---- three nodes, which name one another, with a set of their own each
serve two --peer "$one"
two=$address
serve three --peer "$one" --peer "$two"
three=$address
holds() { "$STEME" ping "$1" 2>/dev/null | grep -q " $2 records,"; }
for each in "$one" "$two" "$three"; do
    until_true holds "$each" 600
done

# A record that reaches one of them reaches all.
run 0 init four
fill four late 50
run 0 sync --db four "$two"
for each in "$one" "$two" "$three"; do
    until_true holds "$each" 650
done

# How they stand with one another.
run 0 peers --server "$three"
says "^$one +(in step|behind or ahead) "
says "^$two +(in step|behind or ahead) "
run 0 peers --server unix:three/socket --json
json "[p['address'] for p in d['peers']] == ['$one', '$two']"
json "all(p['connected'] and len(p['node']) == 32 and p['sessions'] > 0 for p in d['peers'])"
run 0 peers --server "$one"
[[ $(grep -c '^node [0-9a-f]* ' out) == 2 ]] || fail "those that connected to a node are its peers too"
refused 2 'no answer' peers --server 127.0.0.1:1
refused 2 'not in plain text' peers --server 192.0.2.1:7601

# One that is killed comes back whole, and gets what it missed.
kill -9 "${serving[three]}"
wait "${serving[three]}" 2>/dev/null || true
unset 'serving[three]'
fill four later 70
run 0 sync --db four "$one"
serve three --peer "$one" --peer "$two"
until_true holds "$address" 720
until_true holds "$two" 720
stop_serving one two three
for name in one two three; do
    [[ ! -e $name/socket ]] || fail "$name left its socket"
    [[ $(root_of $name) == $(root_of four) ]] || fail "$name has another root"
    run 0 verify --db $name
    ! grep -i 'error\|fault\|assert' "$name.err" || fail "$name is not at ease"
done
refused 2 'no connection: ' sync --db four "$one"

# ---- SIGINT ends as well
serve one
kill -INT "${serving[one]}"
wait "${serving[one]}" || fail "exit $? after SIGINT"
unset 'serving[one]'

# ---- certificates
run 0 cluster-cert members
run 0 cluster-cert members alpha --host 192.0.2.7 --host alpha.example
run 0 cluster-cert members beta
run 0 cluster-cert strangers
run 0 cluster-cert strangers gamma
refused 2 'kept as it is' cluster-cert members alpha
refused 2 'kept as it is' cluster-cert members
refused 2 'make the CA first' cluster-cert nowhere alpha
refused 2 "not a node's name" cluster-cert members ../alpha
refused 2 "not a node's name" cluster-cert members ca
refused 2 'not a name or an address' cluster-cert members delta --host '192.0.2.7:7601'
[[ $(stat -c %a members members/ca.key members/alpha.key | xargs) == '700 600 600' ]] ||
    fail "keys are the owner's alone"
openssl verify -CAfile members/ca.crt members/alpha.crt >out
openssl x509 -in members/alpha.crt -noout -ext subjectAltName >out
says 'DNS:localhost.*DNS:alpha.example'
tls() { echo --tls-cert "$1/$2.crt" --tls-key "$1/$2.key" --tls-ca "${3:-$1}/ca.crt"; }

# shellcheck disable=SC2046 # the options are words
{
    serve one $(tls members alpha)
    one=$address
    grep -q 'TLS for members' one.out || fail "says that members speak TLS"
    run 0 ping "$one" $(tls members beta)
    run 0 ping unix:one/socket
    refused 2 'no answer' ping "$one"
    refused 2 'no answer' ping "$one" $(tls strangers gamma members)
    refused 2 'no answer' ping "$one" $(tls members beta strangers)
    refused 2 'no connection' sync --db four "$one" $(tls strangers gamma members)
    serve two --peer "$one" $(tls members beta)
    two=$address
    fill four last 10
    run 0 sync --db four "$two" $(tls members alpha)
    members_hold() { "$STEME" ping "$one" $(tls members beta) | grep -q ' 730 records,'; }
    until_true members_hold
}
stop_serving
chmod 644 members/alpha.key
# shellcheck disable=SC2046
refused 2 'others may read the key' serve --db one $(tls members alpha)
echo "ok"
