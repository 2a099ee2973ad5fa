# expect: path/traversal = true
from flask import Flask, request
from urllib.parse import unquote_plus

app = Flask(__name__)


@app.route("/path_traversal/0", methods=["GET", "POST"])
def show_item():
    given = unquote_plus(request.cookies.get("item", "none"))
    slots = ["a", "b", "c"]
    slots[1] = given
    used = slots[1]
    with open("/srv/data/" + used, "rb") as source:
        source.read()
    return "done"
