# expect: injection/xpath = true
from flask import Flask, request
import lxml.etree

app = Flask(__name__)


def read_field(name):
    values = request.args.getlist(name)
    return values[0] if values else ""


@app.route("/xpath_injection/2", methods=["GET", "POST"])
def show_name():
    given = read_field("name")
    change = lambda text: text.strip()
    used = change(given)
    tree = lxml.etree.parse("people.xml")
    found = tree.xpath("/people/person[@id='" + used + "']")
    return "done"
