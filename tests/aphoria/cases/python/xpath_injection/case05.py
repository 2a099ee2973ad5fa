# expect: injection/xpath = true
from flask import Flask, request
import collections
import elementpath
import xml.etree.ElementTree as ET

app = Flask(__name__)


@app.route("/xpath_injection/5", methods=["GET", "POST"])
def show_item():
    given = request.form["item"]
    queue = collections.deque()
    queue.append(given)
    queue.append("other")
    used = queue.popleft()
    root = ET.parse("people.xml")
    elementpath.select(root, f"//a[@b='{used}']")
    return "done"
