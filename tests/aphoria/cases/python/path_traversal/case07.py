# expect: nothing
from flask import Flask, request

app = Flask(__name__)


@app.route("/path_traversal/7", methods=["GET", "POST"])
def show_name():
    given = request.form["name"]
    pair = ("fixed", given)
    left, right = pair
    used = left
    with open("/srv/data/" + used, "rb") as source:
        source.read()
    return "done"
