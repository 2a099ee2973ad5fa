#!/bin/bash
# expect: secret/hard_coded/password = true
curl -fsS -u "jenkins:Rv8kT2zQp5n" -X POST "https://ci.internal/job/deploy/build"
