# expect: nothing
from flask import Flask, request

app = Flask(__name__)


class Step:
    limit = 40

    def run(self, text):
        n = 6
        return text if n * n > 40 else "fixed"


@app.route("/xss/7", methods=["GET", "POST"])
def show_name():
    given = request.args.get("name", "")
    used = Step().run(given)
    return "<b>" + used + "</b>"
