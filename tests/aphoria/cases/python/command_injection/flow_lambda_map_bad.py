# expect: injection/command = true
import os
import sqlite3
import shlex
from flask import Flask, request

app = Flask(__name__)


@app.route("/x")
def view():
    clean = lambda each: each.strip()
    os.system("rm " + " ".join(map(clean, request.args.getlist("f"))))
    return "done"
