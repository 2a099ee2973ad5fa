# expect: redirect/open = true
from flask import Flask, request
from flask import redirect
import base64

app = Flask(__name__)


def read_field(name):
    values = request.args.getlist(name)
    return values[0] if values else ""


@app.route("/open_redirect/0", methods=["GET", "POST"])
def show_item():
    given = read_field("item")
    coded = base64.b64encode(given.encode("utf-8"))
    used = base64.b64decode(coded).decode("utf-8")
    return redirect(used)
