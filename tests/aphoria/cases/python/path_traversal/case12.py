# expect: nothing
from flask import Flask, request
import codecs

app = Flask(__name__)


@app.route("/path_traversal/12", methods=["GET", "POST"])
def show_name():
    given = ""
    for name in request.form.keys():
        if "name" in request.form.getlist(name):
            given = name
            break
    items = []
    items.append("first")
    items.append(given)
    items.append("last")
    items.pop(0)
    used = items[1]
    with codecs.open(f"/srv/data/{used}", "r", "utf-8") as source:
        source.read()
    return "done"
