# expect: nothing
from flask import Flask, request
from markupsafe import escape

app = Flask(__name__)


@app.route("/xss/13", methods=["GET", "POST"])
def show_choice():
    given = request.headers.get("X-choice")
    if not given:
        given = ""
    used = " ".join([part.upper() for part in given.split(",")])
    return "<b>" + escape(used) + "</b>"
