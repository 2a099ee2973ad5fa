# expect: nothing
import os
import sqlite3

from flask import Flask, request

app = Flask(__name__)


@app.route("/x")
def view():
    name = request.args["name"]
    os.system(f"convert {len(name):>10} out.png")
    return "done"
