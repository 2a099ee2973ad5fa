# expect: deserialization/python/pickle = true
from flask import Flask, request
import base64
import pickle

app = Flask(__name__)


def read_field(name):
    values = request.args.getlist(name)
    return values[0] if values else ""


@app.route("/deserialization/0", methods=["GET", "POST"])
def show_item():
    given = read_field("item")
    used = ""
    left = 2
    while left > 0:
        used = used + given
        left -= 1
    pickle.loads(base64.urlsafe_b64decode(used))
    return "done"
