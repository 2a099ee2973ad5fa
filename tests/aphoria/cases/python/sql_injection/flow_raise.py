# expect: nothing
from flask import Flask, request
import sqlite3

app = Flask(__name__)


@app.route("/flow/20", methods=["GET", "POST"])
def show_item():
    given = request.get_json()["item"]
    if given not in {"a": 1, "b": 2}:
        raise ValueError(given)
    used = given
    db = sqlite3.connect("a.db")
    db.execute("SELECT 1 FROM t WHERE a = '" + used + "'")
    return "done"
