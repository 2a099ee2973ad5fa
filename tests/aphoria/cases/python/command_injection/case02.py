# expect: injection/command = true
from flask import Flask, request
import subprocess

app = Flask(__name__)


class Wrapped:
    def __init__(self, inner):
        self.inner = inner

    def field(self, name):
        return self.inner.form.get(name, "")


@app.route("/command_injection/2", methods=["GET", "POST"])
def show_name():
    wrapped = Wrapped(request)
    given = wrapped.field("name")
    items = []
    items.append("first")
    items.append(given)
    items.append("last")
    items.pop(0)
    used = items[0]
    command = ["sh", "-c"]
    command.append("lookup " + used)
    subprocess.check_output(command, timeout=5)
    return "done"
