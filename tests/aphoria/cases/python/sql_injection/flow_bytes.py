# expect: injection/sql = true
from flask import Flask, request
import sqlite3

app = Flask(__name__)


@app.route("/flow/37", methods=["GET", "POST"])
def show_name():
    given = request.form["name"]
    used = bytes(given, "utf-8").decode()
    db = sqlite3.connect("a.db")
    db.execute("SELECT 1 FROM t WHERE a = '" + used + "'")
    return "done"
