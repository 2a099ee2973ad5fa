#!/usr/bin/env bash
# Every command says what it does, with examples; the man page and the completions that are installed
# are those that the program prints.
# APHORIA = the program.
source "$(dirname "${BASH_SOURCE[0]}")/../scenario/cli.bash"
: "${APHORIA:?the program to test}"

aphoria() { "$APHORIA" "$@" >"$folder/out" 2>"$folder/err" || fail "exit $?: aphoria $*"; }

aphoria --version
aphoria help
cp out all
count=0
for name in $(sed -n 's/^  \([a-z-]*\)  *[a-z].*/\1/p' all); do
    aphoria help "$name"
    says '^usage: aphoria '
    says '^examples$'
    cp out help
    aphoria "$name" --help
    cmp out help || fail "aphoria $name --help is aphoria help $name"
    count=$((count + 1))
done
[[ $count -ge 15 ]] || fail "only $count commands"
aphoria help --man
cmp out "$STEME_SOURCE/man/aphoria.1" || fail "man/aphoria.1 is not what \`aphoria help --man\` prints"
for shell in bash zsh fish; do
    file=aphoria.$shell
    [[ $shell != zsh ]] || file=_aphoria
    aphoria help --completions $shell
    cmp out "$STEME_SOURCE/apps/aphoria/completions/$file" || fail "$file is out of date"
done
bash -n "$STEME_SOURCE/apps/aphoria/completions/aphoria.bash"
echo ok
