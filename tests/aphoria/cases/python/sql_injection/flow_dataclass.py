# expect: injection/sql = true
from dataclasses import dataclass
from flask import Flask, request
import sqlite3

app = Flask(__name__)


@dataclass
class Row:
    left: str
    right: str


@app.route("/flow/31", methods=["GET", "POST"])
def show_city():
    given = request.path.split("/")[-1]
    used = Row("a", given).right
    db = sqlite3.connect("a.db")
    db.execute("SELECT 1 FROM t WHERE a = '" + used + "'")
    return "done"
