# expect: nothing
import os
import sqlite3

from flask import Flask, request

app = Flask(__name__)


@app.route("/x")
def view():
    kind = request.args.get("k")
    match kind:
        case "a" | "b":
            column = kind
        case _:
            column = "id"
    sqlite3.connect("x").execute("select " + column + " from t")
    return "done"
