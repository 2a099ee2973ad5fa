# expect: ssrf/untrusted_target = true
from flask import Flask, request
import requests

app = Flask(__name__)


@app.route("/ssrf/0", methods=["GET", "POST"])
def show_item():
    many = request.headers.getlist("X-item")
    given = many[0] if many else ""
    used = (given + "_tail")[0:len(given)]
    requests.get(used, timeout=5)
    return "done"
