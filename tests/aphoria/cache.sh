#!/usr/bin/env bash
# A scan that remembers says what one that does not says: whatever was changed, damaged, or written by
# two at once in between; and no secret is remembered.
# APHORIA = the program.
source "$(dirname "${BASH_SOURCE[0]}")/../scenario/cli.bash"
: "${APHORIA:?the program to test}"
unset APHORIA_KEY
export XDG_CONFIG_HOME="$folder/config" USER=alice

# same: with the cache and without it, twice.
same() {
    local round
    "$APHORIA" scan --all --no-cache --format json >"$folder/want" 2>&1 || true
    for round in 1 2; do
        "$APHORIA" scan --all --format json >"$folder/out" 2>&1 || true
        cmp "$folder/want" "$folder/out" || fail "otherwise from the cache, $*, in round $round"
    done
}
found() { "$APHORIA" scan --all --format json 2>/dev/null | python3 -c '
import json, sys
print(sum(f["rule"].startswith(sys.argv[1]) for f in json.load(sys.stdin)["findings"]))' "$1" || true; }

mkdir -p shop/lib shop/conf
cd shop
cat >app.py <<'PYTHON'
import hashlib
import requests
from lib import settings


def load(url):
    return requests.get(url, verify=settings.VERIFY, timeout=5)


def digest(data):
    return hashlib.new(settings.HASH, data)


password = "hunter22-of-nobody"
token = requests.get("https://example.org", verify=False, timeout=5)  # aphoria:ignore[tls_cert_verification] a test's own
PYTHON
printf 'VERIFY = True\nHASH = "sha256"\n' >lib/settings.py
touch lib/__init__.py
cat >Digest.java <<'JAVA'
import java.security.MessageDigest;
import java.util.Properties;
class Digest {
    byte[] of(byte[] data, Properties settings) throws Exception {
        return MessageDigest.getInstance(settings.getProperty("hashAlg")).digest(data);
    }
}
JAVA
echo 'hashAlg=SHA-256' >conf/app.properties
printf 'broken(((\nimport hashlib\nhashlib.md5(b"")\n' >broken.py
printf '\xff\xfe not utf-8 \nimport hashlib\nhashlib.md5("\xff")\n' >bytes.py
"$APHORIA" init >/dev/null 2>&1
same "at first"
[[ -s .aphoria/cache/scan ]] || fail "nothing is kept"
! grep -q 'hunter22' .aphoria/cache/scan || fail "a secret is kept"
git init -q . && git add -A && [[ -z $(git ls-files .aphoria/cache) ]] || fail "git would take the cache"

# ---- What others say changes what a file claims
sed -i 's/True/False/' lib/settings.py
same "an imported constant"
sed -i 's/sha256/md5/' lib/settings.py
same "another one"
before=$(found hash_algorithm)
sed -i 's/SHA-256/MD5/' conf/app.properties
same "a configuration file"
[[ $(found hash_algorithm) -gt $before ]] || fail "a key of a file of configuration is not followed"
mv lib/settings.py lib/other.py
same "an imported file that went"
mv lib/other.py lib/settings.py
same "and came back"
printf 'import hashlib\nhashlib.md5(b"")\n' >fresh.py
same "a new file"
mv fresh.py renamed.py
same "a renamed file"
mkdir -p tests && mv renamed.py tests/test_fresh.py
same "a file that became a test"
sed -i 's/a test.s own/another reason/' app.py
same "another reason to ignore"
sed -i 's/^fingerprint_key: .*/fingerprint_key: 1111111111111111111111111111111111111111111111111111111111111111/' .aphoria/config.yaml
same "another key for secrets"
mkdir -p .aphoria/rules
cat >.aphoria/rules/own.yaml <<'YAML'
concept: hash/algorithm
title: Our own hash
help: Do not.
confidence: 0.9
matches:
  - id: load
    languages: [python]
    call: requests.get
    observe: md5
examples:
  - language: python
    observes: md5
    code: |
      import requests
      requests.get("a")
YAML
same "a rule of the project"
rm -r .aphoria/rules
same "without it"

# ---- Damage is no cache; so is what is no file
for damage in 'truncate -s -1' 'truncate -s 40' 'sed -i 2s/./x/' 'sed -i 1s/1/9/' 'truncate -s 0'; do
    $damage .aphoria/cache/scan
    same "$damage"
done
head -c 100000 /dev/urandom >.aphoria/cache/scan
same "noise"
rm .aphoria/cache/scan && mkdir .aphoria/cache/scan
same "a folder in its place"
rmdir .aphoria/cache/scan && ln -s /etc/passwd .aphoria/cache/scan
same "a link in its place"
rm -rf .aphoria/cache && ln -s /nowhere .aphoria/cache
same "a link that leads nowhere"
rm .aphoria/cache

# ---- Two at once
for round in 1 2 3; do
    echo "x = $round" >>app.py
    "$APHORIA" scan --all --format json >one 2>&1 &
    "$APHORIA" scan --all --format json >two 2>&1 || true
    wait $! || true
    rm one two
    same "two at once"
done

# ---- A part of it, and all of it
(cd lib && "$APHORIA" scan >/dev/null 2>&1) || true
same "after a scan of a part"
echo ok
