# expect: nothing
from flask import Flask, request
from urllib.parse import unquote_plus
import urllib.request

app = Flask(__name__)


MODE = "on"


@app.route("/ssrf/9", methods=["GET", "POST"])
def show_topic():
    given = unquote_plus(request.cookies.get("topic", "none"))
    used = "on" if MODE == "on" else given
    urllib.request.urlopen("https://" + used + "/status", timeout=5)
    return "done"
