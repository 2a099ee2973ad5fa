# expect: deserialization/python/pickle = true
from flask import Flask, request
import base64
import pickle

app = Flask(__name__)


@app.route("/deserialization/2", methods=["GET", "POST"])
def show_name():
    given = request.args.get("name", "")
    slots = ["a", "b", "c"]
    slots[1] = given
    used = slots[1]
    pickle.loads(base64.urlsafe_b64decode(used))
    return "done"
