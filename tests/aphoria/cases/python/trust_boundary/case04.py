# expect: trust_boundary/crossed = true
from flask import Flask, request
from flask import session

app = Flask(__name__)


@app.route("/trust_boundary/4", methods=["GET", "POST"])
def show_topic():
    given = request.get_json()["topic"]
    used = given
    session["choice"] = used
    return "done"
