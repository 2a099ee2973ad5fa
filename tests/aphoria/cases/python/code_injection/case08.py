# expect: nothing
from flask import Flask, request

app = Flask(__name__)


class Wrapped:
    def __init__(self, inner):
        self.inner = inner

    def field(self, name):
        return self.inner.form.get(name, "")


@app.route("/code_injection/8", methods=["GET", "POST"])
def show_choice():
    wrapped = Wrapped(request)
    given = wrapped.field("choice")
    store = dict(k=given)
    store["k"] = "fixed"
    used = store["k"]
    eval("1 + " + used)
    return "done"
