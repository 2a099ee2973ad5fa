import sqlite3


class UserRepository:
    def __init__(self, path="shop.db"):
        self.connection = sqlite3.connect(path)

    def by_name(self, name):
        rows = self.connection.execute(f"SELECT id FROM users WHERE name = '{name}'")
        return rows.fetchall()
