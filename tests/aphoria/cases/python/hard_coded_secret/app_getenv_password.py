# expect: secret/hard_coded/password = true
import os

import psycopg2


def connect():
    return psycopg2.connect(
        host=os.getenv("PGHOST", "localhost"),
        user=os.getenv("PGUSER", "billing"),
        password=os.getenv("PGPASSWORD", "Gk3pZx81Lm"),
        dbname="billing",
        connect_timeout=5,
    )
