# expect: injection/sql = true
from flask import Flask, request
from urllib.parse import unquote_plus
import sqlite3
import string

app = Flask(__name__)


@app.route("/flow/26", methods=["GET", "POST"])
def show_city():
    given = unquote_plus(request.cookies.get("city", "none"))
    used = string.Template("$a").substitute(a=given)
    db = sqlite3.connect("a.db")
    db.execute("SELECT 1 FROM t WHERE a = '" + used + "'")
    return "done"
