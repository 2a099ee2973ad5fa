# expect: nothing
from flask import Flask, request
import os

app = Flask(__name__)


class Wrapped:
    def __init__(self, inner):
        self.inner = inner

    def field(self, name):
        return self.inner.form.get(name, "")


@app.route("/command_injection/7", methods=["GET", "POST"])
def show_name():
    wrapped = Wrapped(request)
    given = wrapped.field("name")
    store = dict(k=given)
    store["k"] = "fixed"
    used = store["k"]
    os.system("lookup " + used)
    return "done"
