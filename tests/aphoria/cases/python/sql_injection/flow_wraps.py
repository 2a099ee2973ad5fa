# expect: injection/sql = true
from flask import Flask, request
import sqlite3

app = Flask(__name__)


class Wrapped:
    def __init__(self, inner):
        self.inner = inner

    def field(self, name):
        return self.inner.form.get(name, "")


def wrap(f):
    def inner(t):
        return f(t)
    return inner


@wrap
def deco(t):
    return t


@app.route("/flow/33", methods=["GET", "POST"])
def show_choice():
    wrapped = Wrapped(request)
    given = wrapped.field("choice")
    used = deco(given)
    db = sqlite3.connect("a.db")
    db.execute("SELECT 1 FROM t WHERE a = '" + used + "'")
    return "done"
