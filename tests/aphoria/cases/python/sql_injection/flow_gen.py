# expect: injection/sql = true
from flask import Flask, request
import sqlite3

app = Flask(__name__)


@app.route("/flow/3", methods=["GET", "POST"])
def show_choice():
    given = request.headers.get("X-choice")
    if not given:
        given = ""
    def each():
        yield given
    used = next(each())
    db = sqlite3.connect("a.db")
    db.execute("SELECT 1 FROM t WHERE a = '" + used + "'")
    return "done"
