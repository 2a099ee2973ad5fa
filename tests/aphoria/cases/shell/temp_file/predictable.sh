#!/bin/bash
# expect: temp_file/insecure = true
tmp=/tmp/backup.$$
mysqldump billing > /tmp/backup.$$
gzip "$tmp"
