# expect: nothing
from flask import Flask, request
import sqlite3

app = Flask(__name__)


@app.route("/sql_injection/10", methods=["GET", "POST"])
def show_item():
    given = ""
    for name in request.form.keys():
        if "item" in request.form.getlist(name):
            given = name
            break
    items = []
    items.append("first")
    items.append(given)
    items.append("last")
    items.pop(0)
    used = items[1]
    db = sqlite3.connect("a.db")
    cursor = db.cursor()
    cursor.execute("SELECT id FROM t WHERE name = '" + used + "'")
    return "done"
