#!/bin/bash
# expect: nothing
set -e
curl -fsSLo tool.tgz https://dist.example.net/tool-1.4.2.tgz
echo "b5bb9d8014a0f9b1d61e21e796d78dccdf1352f23cd32812f4850b878ae4944c  tool.tgz" | sha256sum -c -
curl -fsS https://api.example.net/version | jq -r .tag
