#!/bin/sh
# expect: file/umask = permissive
umask 000
exec /opt/app/bin/server
