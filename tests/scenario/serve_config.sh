#!/usr/bin/env bash
# A node that is told by a file: what it takes, what it refuses by line, what SIGHUP changes; its
# unit for systemd; what it counts.
source "$(dirname "$0")/serve.bash"

# told LINE...: the file node.yaml.
told() { printf '%s\n' "$@" >node.yaml; }
# faulty PATTERN LINE...: such a file is refused in one line.
faulty() {
    local pattern=$1
    shift
    told "$@"
    refused 2 "$pattern" serve --config node.yaml
}
hang_up() { kill -HUP "${serving[one]}"; }
told_aside() { grep -qE -- "$2" "$1.err"; }

run 0 keygen a.key
for name in one two three; do
    run 0 init "$name"
done

# ---- what is refused
refused 2 'cannot read: absent.yaml' serve --config absent.yaml
refused 2 'missing: --db' serve
refused 2 'peer-bytes-max' serve --db one --peer-bytes-max much
refused 2 'peer-work-ms: too much' serve --db one --peer-work-ms 60001
refused 2 'idle-tick-ms: too much' serve --db one --idle-tick-ms 3600001
faulty 'missing: --db' '# nothing'
faulty 'no store' 'db: nothing'
faulty 'node.yaml:2: unknown key: pears' 'db: one' 'pears: []'
faulty 'node.yaml:3: unknown key: cart' 'db: one' 'tls:' '  cart: x'
faulty 'node.yaml:3: given twice: db' 'db: one' 'cluster: x' 'db: two'
faulty 'node.yaml:2: idle_tick_ms: a number' 'db: one' 'idle_tick_ms: soon'
faulty 'node.yaml:2: idle_tick_ms: a number' 'db: one' 'idle_tick_ms: -1'
faulty 'node.yaml:2: peer_bytes_max: a number' 'db: one' 'peer_bytes_max: 999999999999999999999999'
faulty 'node.yaml:2: idle_tick_ms: a number' 'db: one' 'idle_tick_ms: 1.5'
faulty 'node.yaml:2: disk_free_min: a number' 'db: one' 'disk_free_min: 5%'
faulty 'node.yaml:2: peer_work_ms: a number' 'db: one' 'peer_work_ms: 60001'
faulty 'node.yaml:2: peer_free_min: a number' 'db: one' 'peer_free_min: 1G'
faulty 'node.yaml:2: insecure: true or false' 'db: one' 'insecure: yes'
faulty 'node.yaml:4: peers: a list' 'db: one' 'peers:' '  - 127.0.0.1:1' '  - here'
faulty 'node.yaml:2: peers: a list' 'db: one' 'peers: 127.0.0.1:1'
faulty 'node.yaml:2: listen: HOST:PORT' 'db: one' 'listen: [a]'
faulty 'node.yaml:2: listen: HOST:PORT' 'db: one' 'listen: here'
faulty 'node.yaml:3: found unexpected end' 'db: one' 'listen: "here'
faulty 'node.yaml:2: not UTF-8' 'db: one' $'cluster: \xff'
faulty 'node.yaml:2: an alias' 'db: &a one' 'cluster: *a'
faulty 'node.yaml:2: a second document' 'db: one' '---' 'db: two'
faulty 'node.yaml:1: nested too deep' "db: $(printf '[%.0s' {1..2000})"
faulty 'node.yaml:1: keys with values' '- db'
faulty 'not in plain text: 192.0.2.1:7601' 'db: one' 'peers: [192.0.2.1:7601]'
faulty 'TLS needs all three' 'db: one' 'tls: {cert: a.key}'
head -c 70000 /dev/zero | tr '\0' '#' >node.yaml
refused 2 'too large' serve --config node.yaml
refused 2 'cannot read' serve --config "$folder"

# ---- flags, then the environment, then the file
mkdir place
told 'db: ../one' 'listen: 127.0.0.1:1' 'peers: []' 'cluster: herd' 'idle_tick_ms: 100'
mv node.yaml place
STEME_DB='' serve one --config place/node.yaml
grep -q 'of herd,' one.out || fail "the file's cluster"
stop_serving
echo 'db: nothing' >place/node.yaml
STEME_DB=one serve one --config place/node.yaml
stop_serving

# ---- SIGHUP
serve two --cluster herd
two=$address
serve three --cluster herd
three=$address
told 'db: one' 'cluster: herd' "peers: [$two]"
serve one --config node.yaml
# peers_are ADDRESS...: in any order, all connected.
peers_are() {
    "$STEME" peers --server unix:one/socket --json >"$folder/out" 2>"$folder/err" || return 1
    [[ $(sed -n 's/^ *"address": "\(..*\)",$/\1/p' out | sort | xargs) == "$(printf "%s\n" "$@" | sort | xargs)" ]] && ! grep -q '"connected": false' out
}
until_true peers_are "$two"
told 'db: one' 'cluster: herd' "peers: [$three]"
hang_up
until_true peers_are "$three"
until_true told_aside one "lost $two"
until_true told_aside one "connected to $three"
told 'db: one' 'cluster: herd' "peers: [$two, $three]"
hang_up
until_true peers_are "$three" "$two"
told 'db: one' 'cluster: herd' 'peers: [' "bad: 1"
hang_up
until_true told_aside one 'nothing is changed'
until_true told_aside one 'node.yaml:'
peers_are "$three" "$two" || fail "a bad file changed the peers"
told 'db: one' 'cluster: other' "peers: [$two]"
hang_up
until_true told_aside one 'restart the node'
until_true peers_are "$two"
echo '{"type":"assertion","subject":"a","predicate":"p","object":"o"}' >a.jsonl
run 0 import --db one --key a.key --date 2026-01-01 a.jsonl
holds() { "$STEME" ping "$1" 2>/dev/null | grep -q " $2 records\?,"; }
until_true holds "$two" 1

# ---- what is counted, and who has connected
run 0 stat --db one --metrics --json
json "[m['value'] for m in d['metrics'] if m['name'] == 'records_new_total'] == [1]"
json "[m['count'] for m in d['metrics'] if m['name'] == 'append_records'] == [1]"
json "sum(m['value'] for m in d['metrics'] if m['name'] == 'sessions_equal_total') > 0"
json "[o['records'] for o in d['origins']] == [1] and d['origins'][0]['lag_ms'] > 0"
json "all(m['value'] == 0 for m in d['metrics'] if m['name'] in ('absent_bodies', 'queued_bytes'))"
run 0 stat --server "$two" --metrics
says '^records +1$'
says '^delivery_milliseconds +1 '
says '^append_microseconds +1 '
says '^[0-9a-f]{32} +[0-9.]+ s +1$'
run 0 peers --server "$two" --json
json "[(p['address'], p['connected'], p['in_step']) for p in d['peers']] == [('', True, True)]"
run 0 peers --db two
says '^node [0-9a-f]{16} +in step '
refused 2 'no answer' stat --db three/x --metrics
stop_serving

# The store's clock knows the origins of before the start too.
STEME_DB=one serve one
run 0 stat --db one --metrics --json
json "[o['records'] for o in d['origins']] == [0] and d['origins'][0]['lag_ms'] > 0"
stop_serving

# ---- new certificates without a pause
for cluster in members others; do
    run 0 cluster-cert $cluster
    run 0 cluster-cert $cluster alpha
    run 0 cluster-cert $cluster beta
done
mkdir now
cp members/alpha.key members/alpha.crt members/ca.crt now
told 'db: one' 'tls: {cert: now/alpha.crt, key: now/alpha.key, ca: now/ca.crt}'
serve one --config node.yaml
grep -q 'TLS for members' one.out || fail "the file's certificates"
tls() { echo --tls-cert "$1/beta.crt" --tls-key "$1/beta.key" --tls-ca "$1/ca.crt"; }
# shellcheck disable=SC2046 # the options are words
{
    run 0 ping "$address" $(tls members)
    refused 2 'no answer' ping "$address" $(tls others)
    cp others/alpha.key others/alpha.crt others/ca.crt now
    hang_up
    until_true told_aside one 'new certificates'
    run 0 ping "$address" $(tls others)
    refused 2 'no answer' ping "$address" $(tls members)
}
told 'db: one'
hang_up
until_true told_aside one 'restart it'
stop_serving

# ---- the unit
if command -v systemd-analyze >/dev/null; then
    sed "s|\"/[^\"]*/bin/steme\"|\"$STEME\"|" "$STEME_BUILD/steme@.service" >steme@one.service
    systemd-analyze --man=no verify ./steme@one.service >out 2>&1 || fail "systemd does not take the unit"
    ! grep 'steme@' out || fail "systemd has something to say about the unit"
fi
echo "ok"
