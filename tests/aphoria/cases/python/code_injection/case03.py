# expect: injection/code = true
from flask import Flask, request

app = Flask(__name__)


@app.route("/code_injection/3", methods=["GET", "POST"])
def show_choice():
    given = request.args.get("choice", "")
    used = f"<{given}>"
    exec(used)
    return "done"
