# expect: nothing
from flask import Flask, request
import requests

app = Flask(__name__)


@app.route("/ssrf/10", methods=["GET", "POST"])
def show_item():
    given = request.headers.get("X-item")
    if not given:
        given = ""
    n = 17
    used = "always" if n * 3 + 40 > 5 else given
    requests.get(used, timeout=5)
    return "done"
