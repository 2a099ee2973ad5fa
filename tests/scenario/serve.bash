# What the tests of running nodes share. Source it; cli.bash is part of it.
source "$(dirname "${BASH_SOURCE[0]}")/cli.bash"

declare -A serving=() # process id by folder
trap 'kill "${serving[@]}" 2>/dev/null || true; rm -rf "$folder"' EXIT

# serve FOLDER ARGUMENT...: a node of the folder in the background; $address is where.
serve() {
    local name=$1 tries
    shift
    rm -f "$folder/$name.out"
    "$STEME" serve --db "$name" --listen 127.0.0.1:0 "$@" >"$folder/$name.out" 2>"$folder/$name.err" &
    serving[$name]=$!
    for ((tries = 0; tries < 1000; tries++)); do
        [[ ! -s $folder/$name.out ]] || break
        kill -0 "${serving[$name]}" 2>/dev/null || break
        sleep 0.01
    done
    address=$(sed -n 's/^serving \(127\.0\.0\.1:[0-9]*\) .*/\1/p' "$folder/$name.out")
    [[ -n $address ]] || {
        cat "$folder/$name.err" >&2
        fail "$name does not serve"
    }
}

# stop_serving [FOLDER]...: by SIGTERM, all where none is named; each must end well.
stop_serving() {
    local name
    [[ $# -gt 0 ]] || set -- "${!serving[@]}"
    for name in "$@"; do
        kill -TERM "${serving[$name]}"
        wait "${serving[$name]}" || fail "$name: exit $? after SIGTERM: $(<"$folder/$name.err")"
        unset "serving[$name]"
    done
}

# until_true COMMAND...: within 20 seconds.
until_true() {
    local tries
    for ((tries = 0; tries < 400; tries++)); do
        ! "$@" || return 0
        sleep 0.05
    done
    fail "not in time: $*"
}
