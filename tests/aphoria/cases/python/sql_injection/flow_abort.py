# expect: nothing
from flask import Flask, request
from flask import abort
import sqlite3

app = Flask(__name__)


@app.route("/flow/19", methods=["GET", "POST"])
def show_topic():
    given = request.path.split("/")[-1]
    if given not in ("a", "b"):
        abort(400)
    used = given
    db = sqlite3.connect("a.db")
    db.execute("SELECT 1 FROM t WHERE a = '" + used + "'")
    return "done"
