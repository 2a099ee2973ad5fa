# expect: nothing
from flask import Flask, request
import urllib.request

app = Flask(__name__)


def kind(text):
    if text == "a":
        return "alpha"
    return "other"


@app.route("/ssrf/7", methods=["GET", "POST"])
def show_name():
    given = request.args.get("name", "")
    used = kind(given)
    urllib.request.urlopen("https://" + used + "/status", timeout=5)
    return "done"
