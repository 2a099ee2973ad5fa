# expect: injection/code = true
from flask import Flask, request

app = Flask(__name__)


class Wrapped:
    def __init__(self, inner):
        self.inner = inner

    def field(self, name):
        return self.inner.form.get(name, "")


@app.route("/code_injection/0", methods=["GET", "POST"])
def show_item():
    wrapped = Wrapped(request)
    given = wrapped.field("item")
    if (kept := given) != "":
        pass
    used = kept
    eval("1 + " + used)
    return "done"
