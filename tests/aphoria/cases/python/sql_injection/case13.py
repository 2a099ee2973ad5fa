# expect: nothing
from flask import Flask, request
import sqlite3

app = Flask(__name__)


class Shape:
    def turn(self, text):
        return text


class Round(Shape):
    pass


@app.route("/sql_injection/13", methods=["GET", "POST"])
def show_choice():
    given = request.args.get("choice", "")
    used = Round().turn(given)
    db = sqlite3.connect("a.db")
    db.execute("SELECT id FROM t WHERE name = ?", (used,))
    return "done"
