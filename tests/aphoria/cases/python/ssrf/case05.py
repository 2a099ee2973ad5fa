# expect: ssrf/untrusted_target = true
from flask import Flask, request
import urllib.request

app = Flask(__name__)


class Wrapped:
    def __init__(self, inner):
        self.inner = inner

    def field(self, name):
        return self.inner.form.get(name, "")


@app.route("/ssrf/5", methods=["GET", "POST"])
def show_item():
    wrapped = Wrapped(request)
    given = wrapped.field("item")
    used = ""
    for letter in given:
        used += letter
    urllib.request.urlopen("https://" + used + "/status", timeout=5)
    return "done"
