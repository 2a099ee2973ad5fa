# expect: nothing
from flask import Flask, request
import sqlite3

app = Flask(__name__)


@app.route("/flow/16", methods=["GET", "POST"])
def show_city():
    many = request.headers.getlist("X-city")
    given = many[0] if many else ""
    used = "p" if "p" in ["p", "q"] else given
    db = sqlite3.connect("a.db")
    db.execute("SELECT 1 FROM t WHERE a = '" + used + "'")
    return "done"
