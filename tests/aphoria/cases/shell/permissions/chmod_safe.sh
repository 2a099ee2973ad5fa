#!/bin/sh
# expect: nothing
# chmod 777 is what the old script did
chmod 750 /var/lib/app
chmod u+rwx,g+rx /var/lib/app/bin
umask 077
