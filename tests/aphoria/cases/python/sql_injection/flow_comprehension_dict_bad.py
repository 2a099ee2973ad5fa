# expect: injection/sql = true
import os
import sqlite3

from flask import Flask, request

app = Flask(__name__)


@app.route("/x")
def view():
    given = {key: request.args.get(key) for key in ("a", "b")}
    fixed = {key: "1" for key in ("a", "b")}
    sqlite3.connect("x").execute("select * from t where a = " + given["a"])
    return "done"
