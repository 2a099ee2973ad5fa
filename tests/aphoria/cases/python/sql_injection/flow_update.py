# expect: injection/sql = true
from flask import Flask, request
import sqlite3

app = Flask(__name__)


@app.route("/flow/11", methods=["GET", "POST"])
def show_city():
    given = request.values.get("city") or "nobody"
    store = {}
    store.update({"a": given})
    used = store["a"]
    db = sqlite3.connect("a.db")
    db.execute("SELECT 1 FROM t WHERE a = '" + used + "'")
    return "done"
