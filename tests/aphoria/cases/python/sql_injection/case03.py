# expect: injection/sql = true
from flask import Flask, request
import sqlite3

app = Flask(__name__)


@app.route("/sql_injection/3", methods=["GET", "POST"])
def show_choice():
    given = request.headers.get("X-choice")
    if not given:
        given = ""
    used = "%s-%d" % (given, 3)
    db = sqlite3.connect("a.db")
    cursor = db.cursor()
    cursor.execute("SELECT id FROM t WHERE name = '" + used + "'")
    return "done"
