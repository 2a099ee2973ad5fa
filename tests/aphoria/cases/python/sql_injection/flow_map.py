# expect: injection/sql = true
from flask import Flask, request
import sqlite3

app = Flask(__name__)


@app.route("/flow/24", methods=["GET", "POST"])
def show_topic():
    given = request.args.get("topic", "")
    used = list(map(str.upper, [given]))[0]
    db = sqlite3.connect("a.db")
    db.execute("SELECT 1 FROM t WHERE a = '" + used + "'")
    return "done"
