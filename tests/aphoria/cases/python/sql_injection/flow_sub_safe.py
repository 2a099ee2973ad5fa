# expect: nothing
from flask import Flask, request
import re
import sqlite3

app = Flask(__name__)


@app.route("/flow/28", methods=["GET", "POST"])
def show_choice():
    many = request.headers.getlist("X-choice")
    given = many[0] if many else ""
    used = re.sub(r"[^a-z0-9]", "", given)
    db = sqlite3.connect("a.db")
    db.execute("SELECT 1 FROM t WHERE a = '" + used + "'")
    return "done"
