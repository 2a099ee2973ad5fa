# expect: redirect/open = true
from flask import Flask, request
from flask import redirect

app = Flask(__name__)


class Holder:
    def __init__(self, kept):
        self.kept = kept


@app.route("/open_redirect/3", methods=["GET", "POST"])
def show_choice():
    given = request.form["choice"]
    holder = Holder(given)
    used = holder.kept
    return redirect(used)
