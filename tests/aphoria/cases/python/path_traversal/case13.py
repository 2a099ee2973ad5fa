# expect: nothing
from flask import Flask, request
from urllib.parse import unquote_plus
import os

app = Flask(__name__)


@app.route("/path_traversal/13", methods=["GET", "POST"])
def show_choice():
    given = unquote_plus(request.cookies.get("choice", "none"))
    pick = "XYZ"[1]
    match pick:
        case "X":
            used = "one"
        case "Y" | "Z":
            used = given
        case _:
            used = "other"
    with open("/srv/data/" + os.path.basename(used), "rb") as source:
        source.read()
    return "done"
