#!/bin/bash
# expect: tls/cert_verification/enabled = false
git config --global http.sslVerify false
git clone https://git.internal/app.git
