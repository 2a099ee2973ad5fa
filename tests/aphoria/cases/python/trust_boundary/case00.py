# expect: trust_boundary/crossed = true
from flask import Flask, request
from flask import session

app = Flask(__name__)


@app.route("/trust_boundary/0", methods=["GET", "POST"])
def show_item():
    many = request.headers.getlist("X-item")
    given = many[0] if many else ""
    pair = ("fixed", given)
    left, right = pair
    used = right
    session["choice"] = used
    return "done"
