# expect: nothing
from flask import Flask, request
import sqlite3

app = Flask(__name__)


def opt(t="x"):
    return t


@app.route("/flow/35", methods=["GET", "POST"])
def show_item():
    given = request.values.get("item") or "nobody"
    used = opt()
    db = sqlite3.connect("a.db")
    db.execute("SELECT 1 FROM t WHERE a = '" + used + "'")
    return "done"
