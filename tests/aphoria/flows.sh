#!/usr/bin/env bash
# What goes into another file's function is reported at the call that hands it over, says where it
# ends, and comes out the same however many threads look; a circle of imports ends.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

fail() {
    echo "$*" >&2
    exit 1
}
places() {
    "$APHORIA" scan --no-cache --format json "$@" . |
        python3 -c 'import json, sys
for f in json.load(sys.stdin)["findings"]:
    print("{path}:{line} {concept} {source_path}:{source_line} {sink_path}:{sink_line}".format(**f))' || true
}

cat >app.py <<'END'
from flask import Flask, request
from store import find
from params import value_of

app = Flask(__name__)


@app.route("/a")
def a():
    return str(find(request.args["name"]))


@app.route("/b")
def b():
    return str(eval(value_of("x")))


@app.route("/c")
def c():
    return str(find("admin"))
END
cat >store.py <<'END'
import sqlite3
import app


def find(name):
    return sqlite3.connect("x").execute("select * from t where n = '" + name + "'").fetchall()
END
cat >params.py <<'END'
from flask import request
from store import find


def value_of(name):
    return request.args.get(name)
END

found=$(places)
grep -q '^app.py:10 injection/sql None:10 store.py:6$' <<<"$found" || fail "not at the call: $found"
grep -q '^app.py:15 injection/code params.py:6 None:None$' <<<"$found" || fail "no source beside: $found"
[ "$(grep -c injection <<<"$found")" = 2 ] || fail "more than was handed over: $found"
[ "$(taskset -c 0 bash -c "$(declare -f places); places")" = "$found" ] || fail "one thread says otherwise"

sed -i 's/+ name +/+ str(int(name)) +/' store.py
! places | grep -q injection/sql || fail "the other file's mending was not seen"
