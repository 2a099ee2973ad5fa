# expect: nothing
from flask import Flask, request

app = Flask(__name__)


def take(text):
    copy = "fixed"
    if not text:
        copy = "empty"
    return copy


@app.route("/code_injection/10", methods=["GET", "POST"])
def show_item():
    given = request.values.get("item") or "nobody"
    used = take(given)
    eval("1 + " + used)
    return "done"
