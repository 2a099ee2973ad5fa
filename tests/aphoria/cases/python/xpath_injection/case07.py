# expect: nothing
from flask import Flask, request
import elementpath
import re
import xml.etree.ElementTree as ET

app = Flask(__name__)


class Wrapped:
    def __init__(self, inner):
        self.inner = inner

    def field(self, name):
        return self.inner.form.get(name, "")


@app.route("/xpath_injection/7", methods=["GET", "POST"])
def show_name():
    wrapped = Wrapped(request)
    given = wrapped.field("name")
    if not re.fullmatch(r"[a-z]{1,10}", given):
        return "no"
    used = given
    root = ET.parse("people.xml")
    elementpath.select(root, f"//a[@b='{used}']")
    return "done"
