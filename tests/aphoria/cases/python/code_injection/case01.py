# expect: injection/code = true
from flask import Flask, request

app = Flask(__name__)


def read_field(name):
    values = request.args.getlist(name)
    return values[0] if values else ""


@app.route("/code_injection/1", methods=["GET", "POST"])
def show_city():
    given = read_field("city")
    used = given
    exec(used)
    return "done"
