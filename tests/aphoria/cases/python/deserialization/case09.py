# expect: nothing
from flask import Flask, request
import base64
import pickle

app = Flask(__name__)


@app.route("/deserialization/9", methods=["GET", "POST"])
def show_topic():
    given = request.path.split("/")[-1]
    store = {}
    store["left"] = "fixed"
    store["right"] = given
    used = store["right"]
    used = store["left"]
    pickle.loads(base64.urlsafe_b64decode(used))
    return "done"
