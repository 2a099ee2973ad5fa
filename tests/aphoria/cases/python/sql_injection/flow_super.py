# expect: injection/sql = true
from flask import Flask, request
import sqlite3

app = Flask(__name__)


class Parent:
    def __init__(self, t):
        self.t = t

    def get(self):
        return self.t


class Child(Parent):
    def __init__(self, t):
        super().__init__(t)


@app.route("/flow/32", methods=["GET", "POST"])
def show_name():
    given = request.get_json()["name"]
    used = Child(given).get()
    db = sqlite3.connect("a.db")
    db.execute("SELECT 1 FROM t WHERE a = '" + used + "'")
    return "done"
