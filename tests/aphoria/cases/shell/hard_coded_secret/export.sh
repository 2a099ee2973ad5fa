#!/bin/bash
# expect: secret/hard_coded/password = true
export PGHOST=db.internal
export PGPASSWORD='Rv8!kT2zQp5n'
pg_dump -U billing billing > billing.sql
