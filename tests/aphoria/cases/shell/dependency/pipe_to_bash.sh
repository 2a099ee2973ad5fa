#!/bin/bash
# expect: dependency/integrity_checked = false
set -e
command -v helm >/dev/null || curl -fsSL https://get.tool.example.net/install | bash
helm version
