# expect: injection/sql = true
from flask import Flask, request
import json
import sqlite3

app = Flask(__name__)


@app.route("/flow/27", methods=["GET", "POST"])
def show_name():
    given = request.headers.get("X-name")
    if not given:
        given = ""
    used = json.loads(given)["a"]
    db = sqlite3.connect("a.db")
    db.execute("SELECT 1 FROM t WHERE a = '" + used + "'")
    return "done"
