# expect: injection/command = true
import os
import sqlite3

from flask import Flask, request

app = Flask(__name__)


@app.route("/x")
def view():
    parts = request.args.get("p").split(",")
    chosen = "none"
    while parts:
        each = parts.pop()
        if each:
            chosen = each
            break
    os.system("run " + chosen)
    return "done"
