# expect: ssrf/untrusted_target = true
from flask import Flask, request
import urllib.parse
import urllib.request

app = Flask(__name__)


@app.route("/ssrf/1", methods=["GET", "POST"])
def show_city():
    line = request.query_string.decode("utf-8")
    mark = "city="
    place = line.find(mark)
    given = urllib.parse.unquote(line[place + len(mark):])
    used = given.replace("q", "r").lower()
    urllib.request.urlopen("https://" + used + "/status", timeout=5)
    return "done"
