#!/usr/bin/env bash
# tools/demo does the main job on the real registries, with three nodes, and keeps what it made.
source "$(dirname "$0")/cli.bash"
for file in /usr/share/ieee-data/oui.csv /usr/share/nmap/nmap-mac-prefixes /usr/share/wireshark/manuf; do
    if [[ ! -r $file ]]; then
        echo "left out: no $file (tools/install-deps demo)"
        exit 0
    fi
done
TMPDIR=$folder "$STEME_SOURCE/tools/demo" "$(dirname "$(dirname "$STEME")")" >out 2>err ||
    fail "the demo ends with $?"
says '[0-9]{5,} records signed, durable and indexed in [0-9.]+ s: [0-9]+ a second'
says_aside '^3[0-9],[0-9]{3} records imported, 0 held already, 0 bad lines'
for equivalence in exact normalized; do
    says "[0-9,]+ subjects, .*; [0-9,]+ are disputed \($equivalence\)$"
done
says 'skeptic · normalized +conflict [01]\.[0-9]+ contested'
says 'recency · normalized .* confidence 0\.'
says 'consensus · normalized .* confidence 0\.'
says '▸ █+░* +[0-9.]+ %'
says 'authority · normalized .* confidence 0\.'
says '^  regulatory +0\.[0-9]+ +conflict 0\.000 +1 claim'
says '^LENS +SAYS +CONFIDENCE'
says '^[0-9a-f]{12} is superseded; it leads to [0-9a-f]{12}$'
says '^1 record rests on [0-9a-f]{12}$'
says 'https://www.wireshark.org/manuf$'
[[ $(grep -c '^Both hold the same records' out) == 2 ]] || fail "two sessions that end equal"
# Six roots are shown before the nodes are joined and after; three more after the kill.
mapfile -t roots < <(sed -n 's/^  \(ieee\|nmap\|wireshark\)  *\([0-9a-f]\{64\}\) [0-9]*$/\2/p' out)
[[ ${#roots[@]} == 9 && $(printf '%s\n' "${roots[@]:0:3}" | sort -u | wc -l) == 3 ]] ||
    fail "three sets, three roots"
[[ ${roots[3]} == "${roots[4]}" && ${roots[3]} == "${roots[5]}" ]] || fail "one root once joined"
[[ ${roots[6]} == "${roots[7]}" && ${roots[6]} == "${roots[8]}" ]] || fail "one root after the kill"
says_aside 'rows of the index checked .*: no fault'
cp out shown
kept=$(sed -n 's/^The stores are kept in \(.*\); remove it.*/\1/p' out)
run 0 stat --db "$kept/ieee" --json
json "d['records'] > 100000"
# What it says to type next can be typed.
sed -n '/^What to type next$/,$p' shown | grep '^  steme query' | while read -r _ arguments; do
    # shellcheck disable=SC2086
    STEME_DB=$kept/ieee run 0 $arguments
    says .
done
echo "ok"
