# expect: trust_boundary/crossed = true
from flask import Flask, request
from flask import session

app = Flask(__name__)


@app.route("/trust_boundary/2", methods=["GET", "POST"])
def show_name():
    given = ""
    for name in request.form.keys():
        if "name" in request.form.getlist(name):
            given = name
            break
    def inner():
        return given + "x"
    used = inner()
    session["choice"] = used
    return "done"
