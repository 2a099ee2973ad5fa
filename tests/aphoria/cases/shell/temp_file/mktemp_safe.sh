#!/bin/bash
# expect: nothing
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
mysqldump billing > "$tmp/billing.sql"
