# expect: nothing
from flask import Flask, request
from urllib.parse import unquote_plus
import sqlite3

app = Flask(__name__)


@app.route("/flow/14", methods=["GET", "POST"])
def show_topic():
    given = unquote_plus(request.cookies.get("topic", "none"))
    on = False
    used = "x"
    if on:
        used = given
    db = sqlite3.connect("a.db")
    db.execute("SELECT 1 FROM t WHERE a = '" + used + "'")
    return "done"
