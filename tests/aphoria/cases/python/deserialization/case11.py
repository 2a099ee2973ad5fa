# expect: nothing
from flask import Flask, request
import json

app = Flask(__name__)


class Wrapped:
    def __init__(self, inner):
        self.inner = inner

    def field(self, name):
        return self.inner.form.get(name, "")


@app.route("/deserialization/11", methods=["GET", "POST"])
def show_city():
    wrapped = Wrapped(request)
    given = wrapped.field("city")
    used = "".join(["a", given])
    json.loads(used)
    return "done"
