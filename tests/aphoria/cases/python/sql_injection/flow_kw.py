# expect: injection/sql = true
from flask import Flask, request
from urllib.parse import unquote_plus
import sqlite3

app = Flask(__name__)


@app.route("/flow/2", methods=["GET", "POST"])
def show_name():
    given = unquote_plus(request.cookies.get("name", "none"))
    def pick(**named):
        return named["b"]
    used = pick(a="x", b=given)
    db = sqlite3.connect("a.db")
    db.execute("SELECT 1 FROM t WHERE a = '" + used + "'")
    return "done"
