# expect: nothing
from flask import Flask, request
import sqlite3

app = Flask(__name__)


@app.route("/sql_injection/11", methods=["GET", "POST"])
def show_city():
    given = request.path.split("/")[-1]
    store = {}
    store["left"] = "fixed"
    store["right"] = given
    used = store["right"]
    used = store["left"]
    db = sqlite3.connect("a.db")
    query = f"UPDATE t SET n = 1 WHERE name = '{used}'"
    db.executescript(query)
    return "done"
