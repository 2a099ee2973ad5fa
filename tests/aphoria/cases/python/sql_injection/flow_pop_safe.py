# expect: nothing
from flask import Flask, request
import sqlite3

app = Flask(__name__)


@app.route("/flow/13", methods=["GET", "POST"])
def show_choice():
    given = request.form["choice"]
    store = {"a": given, "b": "x"}
    store.pop("a")
    used = store["b"]
    db = sqlite3.connect("a.db")
    db.execute("SELECT 1 FROM t WHERE a = '" + used + "'")
    return "done"
