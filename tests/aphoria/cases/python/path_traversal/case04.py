# expect: path/traversal = true
from flask import Flask, request

app = Flask(__name__)


@app.route("/path_traversal/4", methods=["GET", "POST"])
def show_topic():
    given = ""
    for name in request.form.keys():
        if "topic" in request.form.getlist(name):
            given = name
            break
    pair = ("fixed", given)
    left, right = pair
    used = right
    with open("/srv/data/" + used, "rb") as source:
        source.read()
    return "done"
