# expect: injection/xpath = true
from flask import Flask, request
import elementpath
import xml.etree.ElementTree as ET

app = Flask(__name__)


@app.route("/xpath_injection/3", methods=["GET", "POST"])
def show_choice():
    given = request.values.get("choice") or "nobody"
    used = ""
    for letter in given:
        used += letter
    root = ET.parse("people.xml")
    elementpath.select(root, f"//a[@b='{used}']")
    return "done"
