# expect: nothing
from flask import Flask, request
import os

app = Flask(__name__)


class Holder:
    def __init__(self, kept):
        self.kept = kept

    def get(self):
        return self.kept


@app.route("/command_injection/11", methods=["GET", "POST"])
def show_city():
    given = request.form["city"]
    one = Holder("fixed")
    two = Holder(given)
    used = one.get()
    os.system("lookup " + used)
    return "done"
