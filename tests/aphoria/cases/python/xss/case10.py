# expect: nothing
from flask import Flask, request

app = Flask(__name__)


@app.route("/xss/10", methods=["GET", "POST"])
def show_item():
    given = request.headers.get("X-item")
    if not given:
        given = ""
    allowed = ("alpha", "beta")
    used = " ".join([part for part in given.split(",") if part in allowed])
    return "<b>" + used + "</b>"
