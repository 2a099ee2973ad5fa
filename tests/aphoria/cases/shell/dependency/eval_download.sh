#!/bin/bash
# expect: dependency/integrity_checked = false
bash <(curl -s https://get.tool.example.net/setup.sh) --yes
