# expect: nothing
from flask import Flask, request
import base64
import pickle

app = Flask(__name__)


@app.route("/deserialization/8", methods=["GET", "POST"])
def show_choice():
    given = ""
    for name in request.form.keys():
        if "choice" in request.form.getlist(name):
            given = name
            break
    items = []
    items.append("first")
    items.append(given)
    items.append("last")
    items.pop(0)
    used = items[1]
    pickle.loads(base64.urlsafe_b64decode(used))
    return "done"
