# expect: nothing
from flask import Flask, request
import sqlite3
import uuid

app = Flask(__name__)


@app.route("/flow/36", methods=["GET", "POST"])
def show_city():
    given = request.args.get("city", "")
    used = str(uuid.UUID(given))
    db = sqlite3.connect("a.db")
    db.execute("SELECT 1 FROM t WHERE a = '" + used + "'")
    return "done"
