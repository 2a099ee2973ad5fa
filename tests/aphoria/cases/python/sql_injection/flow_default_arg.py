# expect: injection/sql = true
from flask import Flask, request
import sqlite3

app = Flask(__name__)


def read_field(name):
    values = request.args.getlist(name)
    return values[0] if values else ""


def opt(t, suffix="x"):
    return t + suffix


@app.route("/flow/34", methods=["GET", "POST"])
def show_topic():
    given = read_field("topic")
    used = opt(given)
    db = sqlite3.connect("a.db")
    db.execute("SELECT 1 FROM t WHERE a = '" + used + "'")
    return "done"
