import sqlite3

from base import BaseView


class Items(BaseView):
    def get(self):
        connection = sqlite3.connect("x.db")
        return str(connection.execute("select * from item where id = " + self.param("id")).fetchall())
