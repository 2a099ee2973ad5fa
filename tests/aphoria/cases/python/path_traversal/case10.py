# expect: nothing
from flask import Flask, request
import os

app = Flask(__name__)


@app.route("/path_traversal/10", methods=["GET", "POST"])
def show_item():
    many = request.headers.getlist("X-item")
    given = many[0] if many else ""
    n = 86
    if 7 * 42 - n > 200:
        used = "kept"
    else:
        used = given
    path = os.path.join("/srv/data", used)
    os.remove(path)
    return "done"
