# expect: injection/sql = true
from flask import Flask, request
import sqlite3

app = Flask(__name__)


@app.route("/sql_injection/6", methods=["GET", "POST"])
def show_city():
    given = ""
    for name in request.form.keys():
        if "city" in request.form.getlist(name):
            given = name
            break
    n = 17
    used = given if n * 3 - 40 > 5 else "never"
    db = sqlite3.connect("a.db")
    cursor = db.cursor()
    cursor.execute("SELECT id FROM t WHERE name = '" + used + "'")
    return "done"
