# expect: nothing
from flask import Flask, request
import base64
import pickle

app = Flask(__name__)


@app.route("/deserialization/6", methods=["GET", "POST"])
def show_city():
    many = request.headers.getlist("X-city")
    given = many[0] if many else ""
    n = 86
    if 7 * 42 - n > 200:
        used = "kept"
    else:
        used = given
    pickle.loads(base64.urlsafe_b64decode(used))
    return "done"
