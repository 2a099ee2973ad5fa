# expect: injection/xpath = true
from flask import Flask, request
import lxml.etree

app = Flask(__name__)


@app.route("/xpath_injection/4", methods=["GET", "POST"])
def show_topic():
    given = request.args.get("topic", "")
    used = ""
    left = 2
    while left > 0:
        used = used + given
        left -= 1
    tree = lxml.etree.parse("people.xml")
    found = tree.xpath("/people/person[@id='" + used + "']")
    return "done"
