# expect: nothing
import os
import sqlite3

from flask import Flask, request

app = Flask(__name__)


@app.route("/x")
def view():
    name = request.args.get("f", "")
    try:
        name = int(name)
    except ValueError:
        return "bad"
    with open("/srv/" + str(name)) as handle:
        handle.read()
    return "done"
