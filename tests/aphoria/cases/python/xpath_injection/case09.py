# expect: nothing
from flask import Flask, request
import elementpath
import xml.etree.ElementTree as ET

app = Flask(__name__)


@app.route("/xpath_injection/9", methods=["GET", "POST"])
def show_topic():
    given = request.values.get("topic") or "nobody"
    slots = ["a", "b", "c"]
    slots[1] = given
    used = slots[2]
    root = ET.parse("people.xml")
    elementpath.select(root, f"//a[@b='{used}']")
    return "done"
