#!/usr/bin/env bash
# The built libraries show steme_* and rooms' names only; and the check can tell.
set -euo pipefail
check=$STEME_SOURCE/tools/check-symbols
"$check" "$STEME_BUILD"

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
compiler=$(command -v gcc || command -v clang)

# $1 = the names that the planted library defines
plant() {
    rm -f planted.o libsteme.a
    printf 'int %s;\n' "$@" >planted.c
    "$compiler" -fPIC -c planted.c -o planted.o
    "$compiler" -shared planted.o -o libsteme.so
    ar rc libsteme.a planted.o
}

must_fail() {
    if "$check" . 2>message; then
        echo "not found: $1"
        exit 1
    fi
    grep -q "$1" message
}

plant steme_fine
"$check" .
plant steme_fine helper
must_fail 'libsteme.so.*helper'
# Exported names are fine, but the archive has one of nobody's.
plant steme_fine helper
"$compiler" -shared -fPIC -x c - -o libsteme.so <<<'int steme_fine;'
must_fail 'libsteme.a.*planted.o:helper'
