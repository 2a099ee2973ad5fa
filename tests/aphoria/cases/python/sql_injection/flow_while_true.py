# expect: injection/sql = true
from flask import Flask, request
import sqlite3

app = Flask(__name__)


@app.route("/flow/39", methods=["GET", "POST"])
def show_topic():
    given = request.headers.get("X-topic")
    if not given:
        given = ""
    while True:
        used = given
        break
    db = sqlite3.connect("a.db")
    db.execute("SELECT 1 FROM t WHERE a = '" + used + "'")
    return "done"
