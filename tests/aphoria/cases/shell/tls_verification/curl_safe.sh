#!/bin/bash
# expect: nothing
# curl -k is for nobody
set -euo pipefail
curl -fsSL --cacert /etc/ssl/ours.pem -K /etc/curlrc --max-time 10 "https://api.internal/v1/health"
grep -k foo bar || true
