# expect: nothing
from flask import Flask, request
import lxml.etree

app = Flask(__name__)


@app.route("/xpath_injection/6", methods=["GET", "POST"])
def show_city():
    given = request.get_json()["city"]
    if given not in ["alpha", "beta"]:
        return "no"
    used = given
    tree = lxml.etree.parse("people.xml")
    found = tree.xpath("/people/person[@id='" + used + "']")
    return "done"
