# expect: nothing
from flask import Flask, request
from flask import session

app = Flask(__name__)


def take(text):
    copy = "fixed"
    if not text:
        copy = "empty"
    return copy


@app.route("/trust_boundary/8", methods=["GET", "POST"])
def show_choice():
    given = request.values.get("choice") or "nobody"
    used = take(given)
    session["choice"] = used
    return "done"
