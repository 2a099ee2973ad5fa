#!/usr/bin/env bash
# The tree keeps its layers, and check-layers finds each kind of planted offence, with its line.
set -euo pipefail
check=$STEME_SOURCE/tools/check-layers
"$check" "$STEME_SOURCE"

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
mkdir -p "$folder"/{include/steme,src/{base,platform,record,lens,store},apps/{common,steme}}

# expect FILE LINE MESSAGE: a file of an empty line and LINE is refused for line 2, and says MESSAGE.
expect() {
    printf '\n%s\n' "$2" >"$folder/$1"
    if "$check" "$folder" 2>"$folder/message"; then
        echo "not found: $1: $2"
        exit 1
    fi
    if ! grep -qF "$1:2: $3" "$folder/message"; then
        cat "$folder/message"
        exit 1
    fi
    rm "$folder/$1"
}

# allow FILE LINE
allow() {
    printf '\n%s\n' "$2" >"$folder/$1"
    "$check" "$folder"
    rm "$folder/$1"
}

expect src/base/a.c '#include "store/store.h"' 'base -> store goes up'
expect src/record/a.h '# include "lens/lens.h"' 'record -> lens goes up'
expect src/record/a.c '#include "cellar/x.h"' 'src/record -> cellar: no such room'
expect src/record/a.c '#include "record.h"' '"record.h" does not name its room'
expect src/store/a.c '#include <unistd.h>' 'store -> <unistd.h>: only src/platform'
expect src/store/a.c '#include <sys/mman.h>' 'store -> <sys/mman.h>: only src/platform'
expect src/lens/a.c '#include <math.h>' 'lens -> <math.h>'
expect src/store/a.c 'void *p = malloc(1);' 'malloc()'
expect src/store/a.c 'printf("x");' 'printf()'
expect include/steme/a.h '#include "base/bytes.h"' 'include/steme -> base/bytes.h'
expect apps/steme/a.c '#include "store/store.h"' 'apps/steme -> "store/store.h"'
expect apps/steme/a.c '#include <record/record.h>' 'apps/steme -> <record/record.h>'

allow src/store/a.c '#include "base/bytes.h"'
allow src/platform/a.c '#include <unistd.h>'
allow src/store/a.c '/* malloc(1) and printf() in words */ base_free(p); view->free(p);'
allow apps/steme/a.c '#include "common/terminal.h"'
allow apps/steme/a.c '#include <unistd.h>'
