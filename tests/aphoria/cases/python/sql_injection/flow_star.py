# expect: injection/sql = true
from flask import Flask, request
import sqlite3

app = Flask(__name__)


@app.route("/flow/1", methods=["GET", "POST"])
def show_city():
    given = request.form["city"]
    def last(*many):
        return many[-1]
    used = last("a", given)
    db = sqlite3.connect("a.db")
    db.execute("SELECT 1 FROM t WHERE a = '" + used + "'")
    return "done"
