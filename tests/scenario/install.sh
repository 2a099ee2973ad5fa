#!/usr/bin/env bash
# What is installed is whole: every public header compiles by itself, every example is built by
# pkg-config against the shared and the static library and by the CMake package, and the prefix may
# be one that the build did not know.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
prefix="$folder/a prefix"
words=()

cached() {
    sed -n "s/^$1:[A-Z]*=//p" "$STEME_BUILD/CMakeCache.txt"
}
compiler=$(cached CMAKE_C_COMPILER)
sanitize=$(cached STEME_SANITIZE)
flags=(-std=c17 -Wall -Wextra -Wpedantic -Werror)
[ -z "$sanitize" ] || flags+=("-fsanitize=${sanitize#fuzzer-no-link,}")
[ "$(cached STEME_COVERAGE)" != ON ] || flags+=(--coverage)

cmake --install "$STEME_BUILD" --prefix "$prefix" >/dev/null
grep -q "^ExecStart=\"$prefix/bin/steme\" serve " "$prefix"/lib/systemd/system/steme@.service
[ -e "$prefix/lib/sysusers.d/steme.conf" ]
for program in steme aphoria; do
    "$prefix/bin/$program" --version >/dev/null
    [ -e "$prefix/share/man/man1/$program.1" ]
    [ -e "$prefix/share/bash-completion/completions/$program" ]
    [ -e "$prefix/share/zsh/site-functions/_$program" ]
    [ -e "$prefix/share/fish/vendor_completions.d/$program.fish" ]
done
cd "$folder"
PKG_CONFIG_PATH=$(dirname "$(find "$prefix" -name steme.pc)")
LD_LIBRARY_PATH=$(dirname "$PKG_CONFIG_PATH")
export PKG_CONFIG_PATH LD_LIBRARY_PATH

# pkg-config escapes the blank in the prefix for a shell.
package() {
    eval "words=($(pkg-config "$@" steme))"
}

# The include folder and nothing else: no flag of a library that ours is made with.
package --cflags
[ "${#words[@]}" = 1 ]
[[ ${words[0]} == -I* ]]
for header in "$prefix"/include/steme/*.h; do
    echo "#include <steme/$(basename "$header")>" >header.c
    "$compiler" "${flags[@]}" "${words[@]}" -fsyntax-only header.c
done

cat >version.c <<'END'
#include <steme/error.h>
#include <stdio.h>
int main(void)
{
    return puts(steme_version()) < 0;
}
END
expected=$(pkg-config --modversion steme)
for source in version.c "$STEME_SOURCE"/examples/*.c; do
    [ -e "$source" ] || continue
    package --cflags --libs
    "$compiler" "${flags[@]}" "$source" -o shared "${words[@]}"
    package --static --cflags --libs
    rm -rf static-only && mkdir static-only
    cp "$LD_LIBRARY_PATH/libsteme.a" static-only/
    "$compiler" "${flags[@]}" "$source" -o static -Lstatic-only "${words[@]}"
    if [ "$source" = version.c ]; then
        [ "$(./shared)" = "$expected" ]
        [ "$(LD_LIBRARY_PATH='' ./static)" = "$expected" ]
        readelf -d shared | grep -q 'NEEDED.*libsteme\.so\.0\]'
    fi
done

[ -z "$sanitize" ] || exit 0
cat >CMakeLists.txt <<'END'
cmake_minimum_required(VERSION 3.25)
project(user LANGUAGES C)
find_package(steme REQUIRED)
add_executable(user_shared version.c)
target_link_libraries(user_shared steme::steme)
add_executable(user_static version.c)
target_link_libraries(user_static steme::steme_static)
END
cmake -S . -B build -DCMAKE_C_COMPILER="$compiler" -DCMAKE_PREFIX_PATH="$prefix" \
    -DCMAKE_C_FLAGS="$([ "$(cached STEME_COVERAGE)" != ON ] || echo --coverage)" >/dev/null
cmake --build build >/dev/null
[ "$(build/user_shared)" = "$expected" ]
[ "$(LD_LIBRARY_PATH='' build/user_static)" = "$expected" ]
