# expect: injection/command = true
from flask import Flask, request
import os

app = Flask(__name__)


def read_field(name):
    values = request.args.getlist(name)
    return values[0] if values else ""


@app.route("/command_injection/3", methods=["GET", "POST"])
def show_choice():
    given = read_field("choice")
    store = {}
    store["left"] = "fixed"
    store["right"] = given
    used = store["right"]
    os.popen("lookup %s" % used)
    return "done"
