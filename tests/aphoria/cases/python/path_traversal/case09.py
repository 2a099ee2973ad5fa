# expect: nothing
from flask import Flask, request
import pathlib

app = Flask(__name__)


@app.route("/path_traversal/9", methods=["GET", "POST"])
def show_topic():
    given = request.headers.get("X-topic")
    if not given:
        given = ""
    n = 17
    used = "always" if n * 3 + 40 > 5 else given
    path = pathlib.Path("/srv/data") / used
    path.read_text()
    return "done"
