# expect: injection/code = true
from flask import Flask, request

app = Flask(__name__)


@app.route("/code_injection/4", methods=["GET", "POST"])
def show_topic():
    given = request.form["topic"]
    used = "%s-%d" % (given, 3)
    eval("1 + " + used)
    return "done"
