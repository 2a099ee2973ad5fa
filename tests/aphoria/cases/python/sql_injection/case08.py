# expect: nothing
from flask import Flask, request
import sqlite3

app = Flask(__name__)


@app.route("/sql_injection/8", methods=["GET", "POST"])
def show_choice():
    many = request.headers.getlist("X-choice")
    given = many[0] if many else ""
    n = 86
    if 7 * 42 - n > 200:
        used = "kept"
    else:
        used = given
    db = sqlite3.connect("a.db")
    query = f"UPDATE t SET n = 1 WHERE name = '{used}'"
    db.executescript(query)
    return "done"
