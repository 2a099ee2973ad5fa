# expect: nothing
from flask import Flask, request
from urllib.parse import unquote_plus
import codecs

app = Flask(__name__)


MODE = "on"


@app.route("/path_traversal/8", methods=["GET", "POST"])
def show_choice():
    given = unquote_plus(request.cookies.get("choice", "none"))
    used = "on" if MODE == "on" else given
    with codecs.open(f"/srv/data/{used}", "r", "utf-8") as source:
        source.read()
    return "done"
