# expect: nothing
from flask import Flask, request
import base64
import pickle
import urllib.parse

app = Flask(__name__)


@app.route("/deserialization/7", methods=["GET", "POST"])
def show_name():
    line = request.query_string.decode("utf-8")
    mark = "name="
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
    pickle.loads(base64.urlsafe_b64decode(used))
    return "done"
