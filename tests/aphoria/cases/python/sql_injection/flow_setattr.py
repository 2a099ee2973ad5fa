# expect: injection/sql = true
from flask import Flask, request
import sqlite3

app = Flask(__name__)


@app.route("/flow/8", methods=["GET", "POST"])
def show_choice():
    given = request.get_json()["choice"]
    class Bag:
        pass
    bag = Bag()
    bag.text = given
    used = bag.text
    db = sqlite3.connect("a.db")
    db.execute("SELECT 1 FROM t WHERE a = '" + used + "'")
    return "done"
