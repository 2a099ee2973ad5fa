# expect: nothing
import os

import psycopg2


def connect():
    return psycopg2.connect(
        host=os.getenv("PGHOST", "localhost"),
        user=os.getenv("PGUSER", "billing"),
        password=os.getenv("PGPASSWORD", ""),
        sslmode="verify-full",
        dbname="billing",
        connect_timeout=5,
    )
