#!/usr/bin/env bash
# What docs/ and the rooms' pages name below tests/ is there: each path, and in it each test that is
# named behind it (words with underscores outside code, up to the end of the parenthesis or cell).
set -euo pipefail
cd "${STEME_SOURCE:-$(dirname "$0")/../..}"

# Lines "path name", of which one may be "-".
named() {
    awk '
        BEGIN { RS = ""; FS = "[|]" }
        /^```/ { next }
        {
            for (i = 1; i <= NF; i++) {
                path = ""
                text = $i
                while (match(text, /`[^`]*`|[)]|[a-z][a-z0-9]*(_[a-z0-9]+)+_?/)) {
                    word = substr(text, RSTART, RLENGTH)
                    text = substr(text, RSTART + RLENGTH)
                    if (word ~ /^`tests\//) {
                        path = substr(word, 2, length(word) - 2)
                        print path, "-"
                    } else if (word ~ /^[`)]/) {
                        path = ""
                    } else if (path != "") {
                        print path, word
                    }
                }
            }
        }' "$1"
}

failures=0
fail() {
    printf '%s\n' "$1"
    failures=$((failures + 1))
}

count=0
for page in docs/*.md docs/decisions/*.md src/*/README.md; do
    while read -r path name; do
        count=$((count + 1))
        # A path may be a pattern; a script may have a module beside it.
        mapfile -t files < <(compgen -G "${path/%.sh/.*}" || true)
        end='\b'
        [[ $name == *_ ]] && end=''
        if [ "${#files[@]}" -eq 0 ]; then
            fail "$page: $path is not there"
        elif [ "$name" != - ] && ! grep -rqE "\b(test_)?$name$end" "${files[@]}"; then
            fail "$page: $name is not in $path"
        fi
    done < <(named "$page")
done
[ "$count" -gt 100 ] || fail "only $count names were found"
echo "$count paths and tests are named, $failures of them are not there"
[ "$failures" -eq 0 ]
