# expect: nothing
from flask import Flask, request
import urllib.parse

app = Flask(__name__)


@app.route("/path_traversal/11", methods=["GET", "POST"])
def show_city():
    line = request.query_string.decode("utf-8")
    mark = "city="
    place = line.find(mark)
    given = urllib.parse.unquote(line[place + len(mark):])
    letters = "XYZ"
    pick = letters[0]
    match pick:
        case "X":
            used = "one"
        case "Y":
            used = given
        case _:
            used = given + "other"
    with open("/srv/data/" + used, "rb") as source:
        source.read()
    return "done"
