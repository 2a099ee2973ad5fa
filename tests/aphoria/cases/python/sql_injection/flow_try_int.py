# expect: nothing
from flask import Flask, request
from urllib.parse import unquote_plus
import sqlite3

app = Flask(__name__)


@app.route("/flow/38", methods=["GET", "POST"])
def show_choice():
    given = unquote_plus(request.cookies.get("choice", "none"))
    try:
        number = int(given)
    except ValueError:
        number = 0
    used = str(number)
    db = sqlite3.connect("a.db")
    db.execute("SELECT 1 FROM t WHERE a = '" + used + "'")
    return "done"
