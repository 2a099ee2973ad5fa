# expect: injection/sql = true
from flask import Flask, request
import sqlite3

app = Flask(__name__)


@app.route("/sql_injection/1", methods=["GET", "POST"])
def show_city():
    given = request.form["city"]
    used = "a" + given + "z"
    db = sqlite3.connect("a.db")
    query = f"UPDATE t SET n = 1 WHERE name = '{used}'"
    db.executescript(query)
    return "done"
