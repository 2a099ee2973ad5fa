# expect: injection/sql = true
from flask import Flask, request
import sqlite3

app = Flask(__name__)


@app.route("/flow/7", methods=["GET", "POST"])
def show_name():
    given = request.path.split("/")[-1]
    used = ""
    for a, b in zip(["k"], [given]):
        used = b
    db = sqlite3.connect("a.db")
    db.execute("SELECT 1 FROM t WHERE a = '" + used + "'")
    return "done"
