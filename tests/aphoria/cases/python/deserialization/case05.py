# expect: deserialization/python/pickle = true
from flask import Flask, request
import base64
import pickle

app = Flask(__name__)


def fill(into, text):
    into.append(text)


@app.route("/deserialization/5", methods=["GET", "POST"])
def show_item():
    given = request.headers.get("X-item")
    if not given:
        given = ""
    items = []
    fill(items, given)
    used = items[0]
    pickle.loads(base64.urlsafe_b64decode(used))
    return "done"
