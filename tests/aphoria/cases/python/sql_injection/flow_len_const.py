# expect: nothing
from flask import Flask, request
import sqlite3
import urllib.parse

app = Flask(__name__)


@app.route("/flow/17", methods=["GET", "POST"])
def show_name():
    line = request.query_string.decode("utf-8")
    mark = "name="
    place = line.find(mark)
    given = urllib.parse.unquote(line[place + len(mark):])
    fixed = "abc"
    used = fixed if len(fixed) > 2 else given
    db = sqlite3.connect("a.db")
    db.execute("SELECT 1 FROM t WHERE a = '" + used + "'")
    return "done"
