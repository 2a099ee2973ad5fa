#!/usr/bin/env bash
# Trust packs: a team's policies for another project, or for a set; what was altered is refused and
# named, and only a pack whose signer the project lists counts.
# STEME, APHORIA = the programs.
source "$(dirname "${BASH_SOURCE[0]}")/../scenario/cli.bash"
: "${APHORIA:?the program to test}"
unset APHORIA_KEY
export XDG_CONFIG_HOME="$folder/config"

# aphoria CODE ARGUMENT...: as run, of the other program.
aphoria() {
    local want=$1 got=0
    shift
    "$APHORIA" "$@" >"$folder/out" 2>"$folder/err" || got=$?
    [[ $got == "$want" ]] || fail "exit $got in place of $want: aphoria $*"
}
agent_of() { grep -oE '[0-9a-f]{64}' "$folder/$1.agent"; }
# signers NAME...: the configuration of a project that lists them.
signers() {
    local name
    echo 'signers:'
    for name; do
        echo "  - {name: $name, key: $(agent_of "$name")}"
    done
}

for name in alice bob mallory; do
    run 0 keygen $name.key
    cat out err >$name.agent
done
mkdir -p lead/.aphoria app/.aphoria
signers alice >lead/.aphoria/config.yaml
signers bob >app/.aphoria/config.yaml
printf 'import ssl\ncontext = ssl.create_default_context()\ncontext.minimum_version = ssl.TLSVersion.TLSv1_2\n' >app/client.py

# ---- A policy of one project, for another
cd lead
aphoria 1 corpus export ../ours.jsonl --policy --key ../alice.key
says_aside 'nothing to export'
aphoria 0 bless tls/version/minimum 1.3 --relation '>=' --reason 'our clients all have it' --key ../alice.key
aphoria 0 corpus export ../ours.jsonl --policy --key ../bob.key
aphoria 0 corpus export ../again.jsonl --policy --key ../bob.key
cmp -s ../ours.jsonl ../again.jsonl || fail "the same policies and key, another pack"
aphoria 0 corpus export ../stranger.jsonl --policy --key ../mallory.key
cd ../app
aphoria 0 scan
aphoria 0 corpus import ../ours.jsonl --project
says_aside "pack lead: 1 record, signed by $(agent_of bob)"
[[ -s .aphoria/packs/lead.jsonl ]] || fail "no pack in the project"
aphoria 1 scan
says 'client.py:3'
says 'our clients all have it'
aphoria 0 corpus import ../ours.jsonl --project # once more

# ---- Only from those whose word counts
aphoria 2 corpus import ../stranger.jsonl --project
says_aside "signed by $(agent_of mallory), whose word does not count"
cp ../stranger.jsonl .aphoria/packs/
aphoria 2 scan
says_aside 'stranger.jsonl: signed by'
rm .aphoria/packs/stranger.jsonl
cd ..

# ---- Every altered byte is refused, and where
python3 - ours.jsonl "$APHORIA" <<'END' || fail "an altered pack was taken"
import pathlib, random, subprocess, sys
whole = pathlib.Path(sys.argv[1]).read_bytes()
bad = pathlib.Path("bad.jsonl")
random.seed(5)
cases = [whole[:i] + bytes([whole[i] ^ 1 << random.randrange(8)]) + whole[i + 1:]
         for i in random.sample(range(len(whole)), 60)]
lines = whole.splitlines(keepends=True)
cases += [lines[0], b"".join(lines + lines[1:]), b"".join(reversed(lines)), whole[:-1], b"", b"\n", whole + b"\n"]
for case in cases:
    bad.write_bytes(case)
    ended = subprocess.run([sys.argv[2], "corpus", "import", bad, "--db", "set"], capture_output=True, text=True)
    if ended.returncode != 1 or not ended.stderr.startswith("aphoria: bad.jsonl:"):
        sys.exit(f"{ended.returncode} {ended.stderr!r} {case[:300]!r}")
END
[[ ! -e set ]] || fail "a refused pack made a store"
printf '{"type":"assertion","subject":"s","predicate":"p","object":"v"}\n' >bad.jsonl
aphoria 1 corpus import bad.jsonl --db set
says_aside 'bad.jsonl:1: a line that nobody signed'

# ---- Into a set; the corpus is a pack too
aphoria 0 corpus import ours.jsonl --db set
aphoria 0 corpus import ours.jsonl --db set
run 0 query --db set --subject policy://lead/tls/version/minimum
says 1.3
aphoria 0 corpus export corpus.jsonl --key alice.key
run 0 init plain
run 0 import --db plain corpus.jsonl
aphoria 0 corpus import corpus.jsonl --db set
aphoria 2 corpus import corpus.jsonl
says_aside 'to where'
aphoria 2 corpus import nothing.jsonl --db set
aphoria 2 corpus export
