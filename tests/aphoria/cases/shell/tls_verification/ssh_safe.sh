#!/bin/bash
# expect: nothing
echo "do not pass -o StrictHostKeyChecking=no"
ssh -o StrictHostKeyChecking=yes -o UserKnownHostsFile=/etc/ssh/known "deploy@$1" uptime
