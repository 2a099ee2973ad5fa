# expect: deserialization/python/pickle = true
from flask import Flask, request
import base64
import pickle

app = Flask(__name__)


@app.route("/deserialization/3", methods=["GET", "POST"])
def show_choice():
    given = request.form["choice"]
    try:
        used = given
    except ValueError:
        used = "y"
    finally:
        done = True
    pickle.loads(base64.urlsafe_b64decode(used))
    return "done"
