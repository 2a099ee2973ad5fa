# expect: nothing
from flask import Flask, request
import sqlite3

app = Flask(__name__)


@app.route("/sql_injection/7", methods=["GET", "POST"])
def show_name():
    given = request.headers.get("X-name")
    if not given:
        given = ""
    n = 17
    used = "always" if n * 3 + 40 > 5 else given
    db = sqlite3.connect("a.db")
    cursor = db.cursor()
    cursor.execute("SELECT id FROM t WHERE name = '" + used + "'")
    return "done"
