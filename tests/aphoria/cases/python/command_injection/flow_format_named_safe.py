# expect: nothing
import os
import sqlite3

from flask import Flask, request

app = Flask(__name__)


@app.route("/x")
def view():
    line = "tar czf {name}.tgz {folder}".format(name="all", folder="/srv")
    os.system(line)
    return "done"
