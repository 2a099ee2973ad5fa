# expect: nothing
from flask import Flask, request
import base64
import pickle

app = Flask(__name__)


@app.route("/deserialization/10", methods=["GET", "POST"])
def show_item():
    given = request.get_json()["item"]
    store = {"a": given, "b": "fixed"}
    used = store.get("b")
    pickle.loads(base64.urlsafe_b64decode(used))
    return "done"
