# expect: injection/code = true
from flask import Flask, request
from urllib.parse import unquote_plus

app = Flask(__name__)


@app.route("/code_injection/5", methods=["GET", "POST"])
def show_item():
    given = unquote_plus(request.cookies.get("item", "none"))
    used = "{} {}".format("a", given)
    exec(used)
    return "done"
