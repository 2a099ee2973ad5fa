# expect: nothing
from flask import Flask, request
import urllib.parse

app = Flask(__name__)


@app.route("/xss/12", methods=["GET", "POST"])
def show_name():
    line = request.query_string.decode("utf-8")
    mark = "name="
    place = line.find(mark)
    given = urllib.parse.unquote(line[place + len(mark):])
    used = given
    used = "fixed"
    page = "<html>"
    page += f"<p>{used}</p>"
    page += "</html>"
    return page
