# expect: trust_boundary/crossed = true
from flask import Flask, request
import flask

app = Flask(__name__)


@app.route("/trust_boundary/3", methods=["GET", "POST"])
def show_choice():
    given = request.path.split("/")[-1]
    if (kept := given) != "":
        pass
    used = kept
    flask.session[used] = "chosen"
    return "done"
