# expect: injection/sql = true
from flask import Flask, request
import sqlite3

app = Flask(__name__)


@app.route("/flow/0", methods=["GET", "POST"])
def show_item():
    given = request.args.get("item", "")
    store = {"a": given}
    used = ""
    for key, kept in store.items():
        used = kept
    db = sqlite3.connect("a.db")
    db.execute("SELECT 1 FROM t WHERE a = '" + used + "'")
    return "done"
