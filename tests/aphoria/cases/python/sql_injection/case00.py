# expect: injection/sql = true
from flask import Flask, request
import sqlite3

app = Flask(__name__)


@app.route("/sql_injection/0", methods=["GET", "POST"])
def show_item():
    given = request.args.get("item", "")
    used = given
    db = sqlite3.connect("a.db")
    cursor = db.cursor()
    cursor.execute("SELECT id FROM t WHERE name = '" + used + "'")
    return "done"
