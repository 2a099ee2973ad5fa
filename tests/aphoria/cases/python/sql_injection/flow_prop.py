# expect: injection/sql = true
from flask import Flask, request
import sqlite3

app = Flask(__name__)


class Box:
    def __init__(self, t):
        self._t = t

    @property
    def text(self):
        return self._t


@app.route("/flow/4", methods=["GET", "POST"])
def show_topic():
    many = request.headers.getlist("X-topic")
    given = many[0] if many else ""
    used = Box(given).text
    db = sqlite3.connect("a.db")
    db.execute("SELECT 1 FROM t WHERE a = '" + used + "'")
    return "done"
