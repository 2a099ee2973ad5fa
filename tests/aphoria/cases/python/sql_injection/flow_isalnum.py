# expect: nothing
from flask import Flask, request
import sqlite3

app = Flask(__name__)


@app.route("/flow/18", methods=["GET", "POST"])
def show_choice():
    given = ""
    for name in request.form.keys():
        if "choice" in request.form.getlist(name):
            given = name
            break
    if not given.isalnum():
        return "bad"
    used = given
    db = sqlite3.connect("a.db")
    db.execute("SELECT 1 FROM t WHERE a = '" + used + "'")
    return "done"
