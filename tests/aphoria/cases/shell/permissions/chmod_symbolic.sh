#!/bin/sh
# expect: file/permissions = world_writable
chmod a+rwx /var/lib/app/spool
