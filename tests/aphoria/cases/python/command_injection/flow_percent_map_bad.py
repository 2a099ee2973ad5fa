# expect: injection/command = true
import os
import sqlite3

from flask import Flask, request

app = Flask(__name__)


@app.route("/x")
def view():
    line = "tar czf %(name)s.tgz /srv" % {"name": request.form["name"]}
    os.system(line)
    return "done"
