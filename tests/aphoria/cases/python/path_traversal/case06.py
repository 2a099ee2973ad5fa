# expect: path/traversal = true
from flask import Flask, request
import pathlib

app = Flask(__name__)


@app.route("/path_traversal/6", methods=["GET", "POST"])
def show_city():
    given = request.get_json()["city"]
    def inner():
        return given + "x"
    used = inner()
    path = pathlib.Path("/srv/data") / used
    path.read_text()
    return "done"
