# expect: trust_boundary/crossed = true
from flask import Flask, request
import flask

app = Flask(__name__)


class Wrapped:
    def __init__(self, inner):
        self.inner = inner

    def field(self, name):
        return self.inner.form.get(name, "")


@app.route("/trust_boundary/5", methods=["GET", "POST"])
def show_item():
    wrapped = Wrapped(request)
    given = wrapped.field("item")
    used = "a" + given + "z"
    flask.session[used] = "chosen"
    return "done"
