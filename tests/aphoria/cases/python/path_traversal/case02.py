# expect: path/traversal = true
from flask import Flask, request
import pathlib

app = Flask(__name__)


def first(text):
    return "<" + text


def second(text):
    return text + ">"


@app.route("/path_traversal/2", methods=["GET", "POST"])
def show_name():
    many = request.headers.getlist("X-name")
    given = many[0] if many else ""
    used = second(first(given))
    path = pathlib.Path("/srv/data") / used
    path.read_text()
    return "done"
