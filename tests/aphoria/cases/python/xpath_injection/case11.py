# expect: nothing
from flask import Flask, request
import lxml.etree

app = Flask(__name__)


@app.route("/xpath_injection/11", methods=["GET", "POST"])
def show_city():
    given = request.path.split("/")[-1]
    used = "a" + given + "z"
    tree = lxml.etree.parse("people.xml")
    tree.xpath("/people/person[@id=$id]", id=used)
    return "done"
