# expect: injection/code = true
from flask import Flask, request

app = Flask(__name__)


@app.route("/code_injection/2", methods=["GET", "POST"])
def show_name():
    given = request.values.get("name") or "nobody"
    used = "a" + given + "z"
    eval("1 + " + used)
    return "done"
