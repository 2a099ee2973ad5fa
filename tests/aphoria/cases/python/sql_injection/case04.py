# expect: injection/sql = true
from flask import Flask, request
import sqlite3

app = Flask(__name__)


@app.route("/sql_injection/4", methods=["GET", "POST"])
def show_topic():
    many = request.headers.getlist("X-topic")
    given = many[0] if many else ""
    used = "{} {}".format("a", given)
    db = sqlite3.connect("a.db")
    query = f"UPDATE t SET n = 1 WHERE name = '{used}'"
    db.executescript(query)
    return "done"
