# expect: nothing
from flask import Flask, request
import flask

app = Flask(__name__)


class Step:
    limit = 40

    def run(self, text):
        n = 6
        return text if n * n > 40 else "fixed"


@app.route("/trust_boundary/9", methods=["GET", "POST"])
def show_topic():
    given = request.args.get("topic", "")
    used = Step().run(given)
    flask.session[used] = "chosen"
    return "done"
