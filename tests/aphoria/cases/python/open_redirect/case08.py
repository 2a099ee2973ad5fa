# expect: nothing
from flask import Flask, request
from flask import redirect

app = Flask(__name__)


@app.route("/open_redirect/8", methods=["GET", "POST"])
def show_choice():
    given = request.get_json()["choice"]
    if given not in ["alpha", "beta"]:
        return "no"
    used = given
    return redirect(used)
