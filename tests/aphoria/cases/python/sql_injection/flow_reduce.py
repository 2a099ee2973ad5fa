# expect: injection/sql = true
from flask import Flask, request
import functools
import sqlite3

app = Flask(__name__)


@app.route("/flow/23", methods=["GET", "POST"])
def show_choice():
    given = request.values.get("choice") or "nobody"
    used = functools.reduce(lambda a, b: a + b, [given, "x"])
    db = sqlite3.connect("a.db")
    db.execute("SELECT 1 FROM t WHERE a = '" + used + "'")
    return "done"
