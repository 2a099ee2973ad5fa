# expect: path/traversal = true
from flask import Flask, request
import os
import urllib.parse

app = Flask(__name__)


def fill(into, text):
    into.append(text)


@app.route("/path_traversal/3", methods=["GET", "POST"])
def show_choice():
    line = request.query_string.decode("utf-8")
    mark = "choice="
    place = line.find(mark)
    given = urllib.parse.unquote(line[place + len(mark):])
    items = []
    fill(items, given)
    used = items[0]
    path = os.path.join("/srv/data", used)
    os.remove(path)
    return "done"
