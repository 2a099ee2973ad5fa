# expect: injection/sql = true
from flask import Flask, request
import io
import sqlite3

app = Flask(__name__)


@app.route("/flow/30", methods=["GET", "POST"])
def show_item():
    given = ""
    for name in request.form.keys():
        if "item" in request.form.getlist(name):
            given = name
            break
    with io.StringIO(given) as source:
        used = source.read()
    db = sqlite3.connect("a.db")
    db.execute("SELECT 1 FROM t WHERE a = '" + used + "'")
    return "done"
