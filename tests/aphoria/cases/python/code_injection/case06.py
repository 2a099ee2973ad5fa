# expect: nothing
from flask import Flask, request

app = Flask(__name__)


@app.route("/code_injection/6", methods=["GET", "POST"])
def show_city():
    given = request.path.split("/")[-1]
    store = {}
    store["left"] = "fixed"
    store["right"] = given
    used = store["right"]
    used = store["left"]
    eval("1 + " + used)
    return "done"
