# expect: nothing
from flask import Flask, request
import os

app = Flask(__name__)


class Step:
    limit = 40

    def run(self, text):
        n = 6
        return text if n * n > 40 else "fixed"


@app.route("/command_injection/10", methods=["GET", "POST"])
def show_item():
    given = request.args.get("item", "")
    used = Step().run(given)
    os.popen("lookup %s" % used)
    return "done"
