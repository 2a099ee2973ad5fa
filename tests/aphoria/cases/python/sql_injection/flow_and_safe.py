# expect: nothing
from flask import Flask, request
import sqlite3

app = Flask(__name__)


FLAG = False


@app.route("/flow/15", methods=["GET", "POST"])
def show_item():
    given = request.headers.get("X-item")
    if not given:
        given = ""
    used = "x"
    if FLAG and given:
        used = given
    db = sqlite3.connect("a.db")
    db.execute("SELECT 1 FROM t WHERE a = '" + used + "'")
    return "done"
