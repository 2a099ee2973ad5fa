#!/bin/bash
# expect: ssh/host_key_verification/enabled = false
ssh -i ~/.ssh/deploy -o StrictHostKeyChecking=no -o ConnectTimeout=5 "deploy@$1" 'systemctl restart app'
