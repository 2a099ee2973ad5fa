# expect: xss/unescaped_output = true
from flask import Flask, request

app = Flask(__name__)


@app.route("/xss/0", methods=["GET", "POST"])
def show_item():
    given = request.headers.get("X-item")
    if not given:
        given = ""
    used = "".join(["a", given])
    return "<b>" + used + "</b>"
