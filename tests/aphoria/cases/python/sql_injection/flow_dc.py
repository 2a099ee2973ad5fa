# expect: injection/sql = true
from flask import Flask, request
import sqlite3

app = Flask(__name__)


def read_field(name):
    values = request.args.getlist(name)
    return values[0] if values else ""


@app.route("/flow/10", methods=["GET", "POST"])
def show_item():
    given = read_field("item")
    store = {k: v for k, v in [("a", given)]}
    used = store["a"]
    db = sqlite3.connect("a.db")
    db.execute("SELECT 1 FROM t WHERE a = '" + used + "'")
    return "done"
