import sqlite3


def run(sql, *values):
    return sqlite3.connect("x.db").execute(sql, values).fetchall()
