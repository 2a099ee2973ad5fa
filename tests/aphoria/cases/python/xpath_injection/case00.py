# expect: injection/xpath = true
from flask import Flask, request
import lxml.etree

app = Flask(__name__)


@app.route("/xpath_injection/0", methods=["GET", "POST"])
def show_item():
    given = request.get_json()["item"]
    used = given.split(" ")[0]
    tree = lxml.etree.parse("people.xml")
    found = tree.xpath("/people/person[@id='" + used + "']")
    return "done"
