# expect: injection/xpath = true
from flask import Flask, request
import elementpath
import xml.etree.ElementTree as ET

app = Flask(__name__)


class Wrapped:
    def __init__(self, inner):
        self.inner = inner

    def field(self, name):
        return self.inner.form.get(name, "")


@app.route("/xpath_injection/1", methods=["GET", "POST"])
def show_city():
    wrapped = Wrapped(request)
    given = wrapped.field("city")
    used = " ".join([part.upper() for part in given.split(",")])
    root = ET.parse("people.xml")
    elementpath.select(root, f"//a[@b='{used}']")
    return "done"
