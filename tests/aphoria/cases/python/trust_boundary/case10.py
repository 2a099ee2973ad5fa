# expect: nothing
from flask import Flask, request
from flask import session

app = Flask(__name__)


class Holder:
    def __init__(self, kept):
        self.kept = kept

    def get(self):
        return self.kept


@app.route("/trust_boundary/10", methods=["GET", "POST"])
def show_item():
    given = request.form["item"]
    one = Holder("fixed")
    two = Holder(given)
    used = one.get()
    session["choice"] = used
    return "done"
