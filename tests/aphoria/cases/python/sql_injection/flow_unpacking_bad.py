# expect: injection/sql = true
import os
import sqlite3

from flask import Flask, request

app = Flask(__name__)


@app.route("/x")
def view():
    first, *rest = [request.args.get("a"), "b", "c"]
    sqlite3.connect("x").execute("select * from t where a = '" + first + "'")
    return "done"
