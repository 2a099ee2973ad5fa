# expect: nothing
from flask import Flask, request
import lxml.etree

app = Flask(__name__)


def kind(text):
    if text == "a":
        return "alpha"
    return "other"


@app.route("/xpath_injection/10", methods=["GET", "POST"])
def show_item():
    given = request.args.get("item", "")
    used = kind(given)
    tree = lxml.etree.parse("people.xml")
    found = tree.xpath("/people/person[@id='" + used + "']")
    return "done"
