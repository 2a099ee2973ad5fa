# expect: injection/sql = true
from flask import Flask, request
import sqlite3
import urllib.parse

app = Flask(__name__)


@app.route("/flow/29", methods=["GET", "POST"])
def show_topic():
    line = request.query_string.decode("utf-8")
    mark = "topic="
    place = line.find(mark)
    given = urllib.parse.unquote(line[place + len(mark):])
    used = ""
    for i, part in enumerate(given.split(",")):
        used = part
    db = sqlite3.connect("a.db")
    db.execute("SELECT 1 FROM t WHERE a = '" + used + "'")
    return "done"
