# expect: nothing
from flask import Flask, request
from flask import redirect
import re

app = Flask(__name__)


class Wrapped:
    def __init__(self, inner):
        self.inner = inner

    def field(self, name):
        return self.inner.form.get(name, "")


@app.route("/open_redirect/9", methods=["GET", "POST"])
def show_topic():
    wrapped = Wrapped(request)
    given = wrapped.field("topic")
    if not re.fullmatch(r"[a-z]{1,10}", given):
        return "no"
    used = given
    return redirect(used)
