# expect: nothing
from flask import Flask, request
import lxml.etree

app = Flask(__name__)


def read_field(name):
    values = request.args.getlist(name)
    return values[0] if values else ""


@app.route("/xpath_injection/8", methods=["GET", "POST"])
def show_choice():
    given = read_field("choice")
    used = given if given.isdigit() else "0"
    tree = lxml.etree.parse("people.xml")
    found = tree.xpath("/people/person[@id='" + used + "']")
    return "done"
