# expect: xss/unescaped_output = true
from flask import Flask, request
import urllib.parse

app = Flask(__name__)


@app.route("/xss/2", methods=["GET", "POST"])
def show_name():
    line = request.query_string.decode("utf-8")
    mark = "name="
    place = line.find(mark)
    given = urllib.parse.unquote(line[place + len(mark):])
    n = 196
    if 500 // 42 + n > 200:
        used = given
    else:
        used = "never"
    page = "<html>"
    page += f"<p>{used}</p>"
    page += "</html>"
    return page
