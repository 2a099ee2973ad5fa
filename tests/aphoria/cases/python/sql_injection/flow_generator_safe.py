# expect: nothing
import os
import sqlite3

from flask import Flask, request

app = Flask(__name__)


@app.route("/x")
def view():
    names = (str(int(each)) for each in request.args.getlist("n"))
    sqlite3.connect("x").execute("select * from t where n in (" + ",".join(names) + ")")
    return "done"
