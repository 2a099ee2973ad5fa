# expect: nothing
from flask import Flask, request
from flask import redirect

app = Flask(__name__)


def read_field(name):
    values = request.args.getlist(name)
    return values[0] if values else ""


@app.route("/open_redirect/10", methods=["GET", "POST"])
def show_item():
    given = read_field("item")
    used = given if given.isdigit() else "0"
    return redirect(used)
