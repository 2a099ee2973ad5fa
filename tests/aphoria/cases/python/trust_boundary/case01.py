# expect: trust_boundary/crossed = true
from flask import Flask, request
import flask
import io
import urllib.parse

app = Flask(__name__)


@app.route("/trust_boundary/1", methods=["GET", "POST"])
def show_city():
    line = request.query_string.decode("utf-8")
    mark = "city="
    place = line.find(mark)
    given = urllib.parse.unquote(line[place + len(mark):])
    out = io.StringIO()
    out.write("a")
    out.write(given)
    used = out.getvalue()
    flask.session[used] = "chosen"
    return "done"
