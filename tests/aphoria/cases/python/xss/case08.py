# expect: nothing
from flask import Flask, request
from flask import make_response

app = Flask(__name__)


class Holder:
    def __init__(self, kept):
        self.kept = kept

    def get(self):
        return self.kept


@app.route("/xss/8", methods=["GET", "POST"])
def show_choice():
    given = request.form["choice"]
    one = Holder("fixed")
    two = Holder(given)
    used = one.get()
    return make_response(f"<i>{used}</i>")
