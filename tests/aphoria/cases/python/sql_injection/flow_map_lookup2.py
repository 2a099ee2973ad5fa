# expect: nothing
from flask import Flask, request
import sqlite3

app = Flask(__name__)


def read_field(name):
    values = request.args.getlist(name)
    return values[0] if values else ""


TABLE = {"a": "x", "b": "y"}


@app.route("/flow/22", methods=["GET", "POST"])
def show_name():
    given = read_field("name")
    used = TABLE[given]
    db = sqlite3.connect("a.db")
    db.execute("SELECT 1 FROM t WHERE a = '" + used + "'")
    return "done"
