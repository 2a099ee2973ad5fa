#!/bin/sh
# expect: file/permissions = world_writable
mkdir -p /var/lib/app/upload
chmod -R 777 /var/lib/app/upload
