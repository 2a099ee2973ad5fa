# expect: nothing
from flask import Flask, request
from flask import session

app = Flask(__name__)


class Wrapped:
    def __init__(self, inner):
        self.inner = inner

    def field(self, name):
        return self.inner.form.get(name, "")


@app.route("/trust_boundary/6", methods=["GET", "POST"])
def show_city():
    wrapped = Wrapped(request)
    given = wrapped.field("city")
    store = dict(k=given)
    store["k"] = "fixed"
    used = store["k"]
    session["choice"] = used
    return "done"
