#!/bin/sh
# expect: nothing
# --no-check-certificate was removed
wget -q --ca-certificate=/etc/ssl/ours.pem "https://dist.internal/agent.tgz"
